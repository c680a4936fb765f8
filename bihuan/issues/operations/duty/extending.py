"""延期: more working time at a step, asked for before its deadline, approved by the head or a named role."""

from datetime import datetime

from bihuan.accounts import queries as accounts
from bihuan.core import audit, settings
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.stamps import operation
from bihuan.flows import operations as flows
from bihuan.flows import queries as flow_queries
from bihuan.flows.errors import NotYourStep
from bihuan.issues.models import Extension
from bihuan.issues.operations.duty.refusals import BadHours, ExtensionOver, ExtensionTooLate, ExtensionWaits
from bihuan.issues.operations.duty.returning import step_in_hand, step_of
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.notices import FEW
from bihuan.issues.operations.reasons import REASON, needed_reason
from bihuan.issues.operations.work import at_work
from bihuan.issues.queries.duty_settings import EXTENSION_ROLE
from bihuan.issues.rules import limits
from bihuan.issues.rules.duty import MOST_EXTENSION_HOURS

APPROVED, REFUSED = "approved", "refused"


def approvers(department_id: int | None, now: datetime) -> list[int]:
    """Who may approve more time in that department now; where nobody is there, the supervisors."""
    role = settings.value(EXTENSION_ROLE)
    found = accounts.holders(role=role, department_id=department_id, now=now)
    return found or accounts.holders(role="supervisor", department_id=None, now=now)


@operation()
def ask_extension(*, work_item_id: int, hours: int, reason: str, actor: Actor, now: datetime) -> Extension:
    """``hours`` of working time more. By whoever has the step, before its deadline, one at a time."""
    issue, item = step_in_hand(work_item_id, actor)
    if not flow_queries.may_act(actor, item):
        raise NotYourStep(params={"role": item.role})
    if not 1 <= hours <= MOST_EXTENSION_HOURS:
        raise BadHours
    reason = needed_reason(reason)
    if item.due_at is None or now >= item.due_at:
        raise ExtensionTooLate
    if Extension.objects.filter(work_item=item, verdict="").exists():
        raise ExtensionWaits
    place = item.department_id or next(iter(sorted(actor.departments)), None)
    row = Extension(
        issue=issue,
        work_item=item,
        seconds=hours * 3600,
        reason=reason,
        by_id=actor.user_id,
        at=now,
        department_id=place,
        old_due=item.due_at,
    )
    row.save(force_insert=True)
    with at_work(issue, now=now) as work:
        params = {"step": item.name, "step_en": item.name_en, "hours": hours, "reason": reason[:500]}
        told = [user for user in approvers(place, now) if user != actor.user_id][:FEW]
        work.change(updated_at=now)
        work.joined_by(*told)
        work.say("duty.extension_asked", params, actor)
        work.tell(told, "notice.extension_asked", {**params, "who": actor.name})
    audit.record(actor=actor, action="step.extension_asked", object_type="issue", object_id=issue.pk, now=now)
    return row


@operation()
def decide_extension(*, extension_id: int, approve: bool, text: str = "", actor: Actor, now: datetime) -> Extension:
    """The head decides, never about one's own request; a refusal says why. Approved, the step's deadline moves by working
    time; what was promised to the customer stays."""
    issue_id = Extension.objects.filter(pk=extension_id).values_list("issue_id", flat=True).first()
    if issue_id is None:
        raise NotFound
    issue = locked_issue(issue_id, actor)
    row = Extension.objects.select_for_update().get(pk=extension_id)
    item = step_of(issue, row.work_item_id)
    if row.verdict or item.status not in ("open", "claimed"):
        raise ExtensionOver
    able = actor.user_id in approvers(row.department_id, now) or actor.can("issues.act_for_others")
    if not able or actor.user_id == row.by_id or actor.user_id in issue.recused:
        raise Forbidden
    text = limits.within("批复", text, REASON).strip() if approve else needed_reason(text)
    row.verdict, row.answer = APPROVED if approve else REFUSED, text
    row.decided_by_id, row.decided_at = actor.user_id, now
    with at_work(issue, now=now) as work:
        hours = row.seconds // 3600
        params = {"step": item.name, "step_en": item.name_en, "hours": hours, "reason": text[:500]}
        work.change(updated_at=now)
        work.say(f"duty.extension_{row.verdict}", params, actor)
        if row.by_id is not None:
            work.tell([row.by_id], f"notice.extension_{row.verdict}", params)
        if approve:
            flows.extend_work_item(item=item, seconds=row.seconds, reason=row.reason[:500], actor=actor, now=now)
            row.new_due = item.due_at
    row.save(update_fields=["verdict", "answer", "decided_by", "decided_at", "new_due"])
    detail = {"verdict": row.verdict, "hours": hours}
    audit.record(
        actor=actor, action="step.extension_decided", object_type="issue", object_id=issue.pk, now=now, detail=detail
    )
    return row
