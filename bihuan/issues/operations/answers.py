"""The customer's verdict on the result."""

from datetime import datetime

from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Forbidden
from bihuan.core.stamps import operation
from bihuan.flows import operations as flows
from bihuan.flows.errors import ReasonRequired
from bihuan.flows.models import WorkItem
from bihuan.issues.errors import NothingToAnswer
from bihuan.issues.models import FormRecord, Issue
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.work import Work, at_work
from bihuan.issues.rules import limits

MESSAGE = "customer_answer"
_SHOWN = 500


@operation()
def answer_result(*, issue_id: int, satisfied: bool, reason: str, actor: Actor, now: datetime) -> None:
    """The customer says whether the result holds; the chart takes its drawn arrow.

    Nobody else may say it for them: what they say on the telephone is written down by the chart's own call-back step
    (correctness 109). Refuses when the chart does not wait for it, and "not solved" without a reason.
    """
    if actor.kind is ActorKind.USER:
        raise Forbidden
    reason = limits.within("原因", reason, limits.TEXT).strip()
    if not satisfied and not reason:
        raise ReasonRequired
    issue = locked_issue(issue_id, actor)
    with at_work(issue, now=now) as work:
        note_answer(work, satisfied=satisfied, reason=reason, actor=actor)
        moved = issue.is_open and flows.correlate_message(
            instance_id=issue.instance_id, name=MESSAGE, variables={"satisfied": satisfied}, actor=actor, now=now
        )
        if not moved:
            raise NothingToAnswer


def note_answer(work: Work, *, satisfied: bool, reason: str, actor: Actor) -> None:
    """Counts the answer. A reopening is noted on who carried the plan out, their departments and the cause
    (correctness 37), so that reports can count it there."""
    issue = work.issue
    work.change(answers=issue.answers + 1)
    params: dict[str, object] = {"reason": reason[:_SHOWN], "round": issue.answers}
    if not satisfied:
        work.change(reopened=issue.reopened + 1)
        params |= responsible_for(issue)
    work.say("result.confirmed" if satisfied else "result.unsolved", params, actor)


def responsible_for(issue: Issue) -> dict[str, object]:
    """Who carried the plan out, their departments, and the class of the cause: on them a reopening is counted."""
    done = WorkItem.objects.filter(
        instance_id=issue.instance_id, node__in=("execute", "support_execute"), status="completed"
    ).values_list("completed_by_id", "department_id")
    people, places = zip(*done, strict=True) if done else ((), ())
    record = FormRecord.objects.filter(issue=issue, code="F02").first()
    return {
        "people": sorted({each for each in people if each is not None}),
        "departments": sorted({each for each in places if each is not None}),
        "cause": str(record.data.get("cause_class") or "") if record else "",
    }
