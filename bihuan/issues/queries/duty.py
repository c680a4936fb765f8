"""What departments and people were asked about an issue, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, Sum

from bihuan.accounts import queries as accounts
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Forbidden
from bihuan.core.rows import Select, ask
from bihuan.flows import queries as flows
from bihuan.flows.models import WorkItem
from bihuan.issues.models import (
    Arbitration,
    Extension,
    Issue,
    Recusal,
    StepReceipt,
    StepReturn,
    Supervision,
    SupportRequest,
    Suspension,
    TaskForce,
    Urge,
)
from bihuan.issues.permissions import may_see, visible
from bihuan.issues.queries.duty_settings import is_arbiter

_MOST = 50
_RECEIPTS = Select(
    StepReceipt,
    "WHERE t.issue_id = %s AND (t.work_item_id = %s OR t.department_id = %s) ORDER BY t.given_at DESC, t.id DESC LIMIT 1",
)
_RETURNS = Select(StepReturn, "WHERE t.issue_id = %s ORDER BY t.id DESC LIMIT 50")
_ARBITRATION = Select(Arbitration, "WHERE t.issue_id = %s ORDER BY t.id DESC LIMIT 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDuty:
    """What the actor may do about whose the step is. ``receipt``: unsigned; ``arbitration``: the last of the issue."""

    receipt: StepReceipt | None
    may_sign: bool
    may_return: bool
    may_dispute: bool
    may_take_over: bool
    may_extend: bool
    arbitration: Arbitration | None
    may_decide: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Everything of an issue, oldest first."""

    receipts: Sequence[StepReceipt]
    returns: Sequence[StepReturn]
    arbitrations: Sequence[Arbitration]
    requests: Sequence[SupportRequest]
    urges: Sequence[Urge]
    supervisions: Sequence[Supervision]
    extensions: Sequence[Extension]
    suspensions: Sequence[Suspension]
    task_forces: Sequence[TaskForce]
    recusals: Sequence[Recusal]


def step_duty(*, actor: Actor, issue: Issue, item: WorkItem, now: datetime) -> StepDuty:
    """For a step of an issue that the actor sees. One message to the database with two
    statements; one more where something was sent back, as only then an arbiter can have been asked."""
    receipts, returns = ask(_RECEIPTS.of(issue.pk, item.pk, item.department_id or 0), _RETURNS.of(issue.pk))
    receipt = next((row for row in receipts if row.given_by_id != actor.user_id), None)
    last = _ARBITRATION.first(issue.pk) if returns else None
    waits = last is not None and last.decided_at is None
    settled = last is not None and last.decided_at is not None
    theirs = _theirs(actor, item)
    disputed = any(row.node == item.node for row in returns)
    dispatched = receipt is not None and not _sent_back(receipt, returns)
    latest = next((row for row in receipts if row.work_item_id == item.pk), None)
    unsigned = latest if latest is not None and latest.signed_at is None and latest.closed_at is None else None
    away = item.assignee_id is not None and actor.user_id is not None
    return StepDuty(
        receipt=unsigned,
        may_sign=theirs and unsigned is not None,
        may_return=theirs and dispatched and last is None,
        may_dispute=disputed and last is None and (theirs or actor.can("issues.assign")),
        may_take_over=away and accounts.deputy_of(user_id=item.assignee_id or 0, now=now) == actor.user_id,
        may_extend=flows.may_act(actor, item) and item.due_at is not None and now < item.due_at,
        arbitration=last if waits or settled else None,
        may_decide=waits and is_arbiter(actor) and actor.user_id not in issue.recused,
    )


def _sent_back(receipt: StepReceipt, returns: Sequence[StepReturn]) -> bool:
    """Whether the step is with whoever had dispatched it, because it came back."""
    return any(row.at == receipt.given_at and row.to_id == receipt.user_id for row in returns)


def _theirs(actor: Actor, item: WorkItem) -> bool:
    head = ("head", item.department_id) in actor.posts
    if item.assignee_id is not None and item.assignee_id != actor.user_id:
        return head
    return head or flows.may_act(actor, item)


def duty_of_issue(*, actor: Actor, issue: Issue) -> Duty:
    """All of it; ten queries however much there is, each bounded."""
    if actor.kind is ActorKind.CUSTOMER or not may_see(actor, issue):
        raise Forbidden
    pk = issue.pk
    receipts = StepReceipt.objects.filter(issue_id=pk).select_related("work_item", "department")
    receipts = receipts.order_by("-given_at", "-id")
    returns = StepReturn.objects.filter(issue_id=pk).select_related("department", "work_item").order_by("id")
    arbitrations = Arbitration.objects.filter(issue_id=pk).select_related("decision", "department").order_by("id")
    requests = SupportRequest.objects.filter(issue_id=pk).select_related("department").order_by("id")
    extensions = Extension.objects.filter(issue_id=pk).select_related("work_item").order_by("id")
    return Duty(
        receipts=list(receipts[:_MOST]),
        returns=list(returns[:_MOST]),
        arbitrations=list(arbitrations[:_MOST]),
        requests=list(requests[:_MOST]),
        urges=list(Urge.objects.filter(issue_id=pk).order_by("-at")[:_MOST]),
        supervisions=list(Supervision.objects.filter(issue_id=pk).order_by("id")[:_MOST]),
        extensions=list(extensions[:_MOST]),
        suspensions=list(Suspension.objects.filter(issue_id=pk).order_by("id")[:_MOST]),
        task_forces=list(TaskForce.objects.filter(issue_id=pk).order_by("id")[:_MOST]),
        recusals=list(Recusal.objects.filter(issue_id=pk).order_by("id")[:_MOST]),
    )


def returned_time(*, issue_id: int) -> list[tuple[str, str, int]]:
    """Seconds of working time that each department had steps of the issue before it sent them back: names in both
    languages. That the reader may see the issue is the caller's question to ask first."""
    rows = StepReturn.objects.filter(issue_id=issue_id).values("department__name", "department__name_en")
    return [
        (row["department__name"] or "", row["department__name_en"] or row["department__name"] or "", row["used"])
        for row in rows.annotate(used=Sum("seconds")).order_by("-used")
    ]


def supervised() -> Q:
    """Issues under supervision whose demand nobody has answered."""
    return Q(pk__in=Supervision.objects.filter(answered_at=None).values("issue_id"))


def signing_rates(*, actor: Actor, since: datetime) -> list[tuple[str, str, int, int]]:
    """Of each department: names in both languages, how many steps came to it since then with a time to sign, and how many
    of those were signed in time (签收及时率). For those who may change settings, and for who may assign: those they see."""
    if not (actor.can("settings.edit") or actor.can("issues.assign")):
        raise Forbidden
    rows = StepReceipt.objects.filter(given_at__gte=since, due_at__isnull=False, department__isnull=False)
    seen = Issue.objects.filter(visible(actor))
    if not actor.can("settings.edit"):
        rows = rows.filter(issue__in=seen)
    counted = rows.values("department__name", "department__name_en").annotate(
        given=Count("pk"), timely=Count("pk", filter=Q(signed_at__lte=F("due_at")))
    )
    return [
        (row["department__name"], row["department__name_en"] or row["department__name"], row["given"], row["timely"])
        for row in counted.order_by("department__name")
    ]
