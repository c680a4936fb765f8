"""Corrections, withdrawal, duplicates, the customer's answer: what changes an issue's way from outside its steps."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.core import audit, live
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Forbidden
from bihuan.flows import operations as flows
from bihuan.flows import queries as flow_queries
from bihuan.flows.errors import ReasonRequired
from bihuan.issues.errors import AlreadyReminded, BadChoice, IssueClosed, NoSuchIssue, NothingToAnswer
from bihuan.issues.models import Entry, Issue, IssueType, PriorityCorrection
from bihuan.issues.operations.intake import promise
from bihuan.issues.operations.messages import visible_issue
from bihuan.issues.operations.notices import notify, tell_holders
from bihuan.issues.operations.timeline import add_event
from bihuan.issues.permissions import may_see
from bihuan.issues.rules import limits

_REMIND_EVERY = timedelta(hours=1)
_FIELDS = {
    "urgency": gettext_noop("紧急程度"),
    "impact": gettext_noop("影响范围"),
    "complexity": gettext_noop("复杂度"),
}


def _reason(reason: str) -> str:
    reason = limits.within("原因", reason, 2000).strip()
    if not reason:
        raise ReasonRequired
    return reason


def _open(issue: Issue) -> None:
    if not issue.is_open:
        raise IssueClosed


def _changes(
    issue: Issue, type_key: str | None, levels: dict[str, str | None], priority: str | None
) -> dict[str, object]:
    changes: dict[str, object] = {}
    if type_key is not None and (issue.type is None or issue.type.key != type_key):
        if not IssueType.objects.filter(key=type_key).exists():
            raise BadChoice(params={"field": "type", "value": type_key[:50]})
        changes["type"] = type_key
    for name, value in levels.items():
        if value is not None and value != getattr(issue, name):
            if value not in limits.LEVELS:
                raise BadChoice(params={"field": _FIELDS[name], "value": value[:50]})
            changes[name] = value
    if priority is not None and priority != issue.priority:
        if priority not in limits.PRIORITIES:
            raise BadChoice(params={"field": "priority", "value": priority[:50]})
        changes["priority"] = priority
    return changes


def _decided(issue: Issue, changes: dict[str, object]) -> str:
    """The priority that the chart's own table gives for the corrected levels."""
    chart = flow_queries.chart_of(issue.instance.version_id)
    table = chart.decisions.get("priority")
    if table is None:
        return issue.priority
    values = {name: str(changes.get(name, getattr(issue, name)) or "medium") for name in _FIELDS}
    answer = table.evaluate(values)
    found = answer.get("priority") if isinstance(answer, dict) else None
    return str(found) if found in limits.PRIORITIES else issue.priority


@transaction.atomic
def correct_classification(
    *,
    issue_id: int,
    type_key: str | None = None,
    urgency: str | None = None,
    impact: str | None = None,
    complexity: str | None = None,
    priority: str | None = None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Issue:
    """Corrects type or levels; the priority follows the table unless it is given itself. Always with a reason."""
    if not actor.can("issues.correct"):
        raise Forbidden
    issue = visible_issue(issue_id, actor)
    _open(issue)
    reason = _reason(reason)
    levels = {"urgency": urgency, "impact": impact, "complexity": complexity}
    changes = _changes(issue, type_key, levels, priority)
    if not changes:
        return issue
    if "priority" not in changes and set(changes) & set(_FIELDS):
        decided = _decided(issue, changes)
        if decided != issue.priority:
            changes["priority"] = decided
    before = {
        "type": issue.type.key if issue.type else "",
        **{name: getattr(issue, name) for name in (*_FIELDS, "priority")},
    }
    declared = flow_queries.chart_of(issue.instance.version_id).variables
    PriorityCorrection.objects.create(
        issue=issue, before=before, after={**before, **changes}, reason=reason, by_id=actor.user_id, at=now
    )
    flows.set_variables(
        instance_id=issue.instance_id,
        variables={k: v for k, v in changes.items() if k in declared},
        actor=actor,
        now=now,
        reason=reason,
    )
    what = "，".join(f"{name} {before[name] or '—'} → {value}" for name, value in changes.items())
    add_event(
        issue_id=issue.pk,
        code="classification.corrected",
        params={"what": what, "reason": reason},
        actor=actor,
        now=now,
    )
    if "priority" in changes:
        Issue.objects.filter(pk=issue.pk).update(
            promised_at=promise(priority=str(changes["priority"]), start=issue.created_at), priority_reason=reason[:500]
        )
    audit.record(
        actor=actor,
        action="issue.corrected",
        object_type="issue",
        object_id=issue.pk,
        now=now,
        detail={"before": before, "after": changes},
    )
    live.announce([f"issue:{issue.pk}", "queues"])
    return Issue.objects.get(pk=issue.pk)


def _may_steer(actor: Actor, issue: Issue) -> None:
    if actor.kind is not ActorKind.CUSTOMER and not actor.can("issues.reply"):
        raise Forbidden
    _open(issue)


@transaction.atomic
def withdraw_issue(*, issue_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """The customer no longer wants it: the chart's own way for that is taken."""
    issue = visible_issue(issue_id, actor)
    _may_steer(actor, issue)
    reason = _reason(reason)
    add_event(issue_id=issue.pk, code="issue.withdrawn", params={"reason": reason}, actor=actor, now=now)
    if not flows.correlate_message(
        instance_id=issue.instance_id, name="customer_withdraws", variables={}, actor=actor, now=now
    ):
        raise IssueClosed
    audit.record(actor=actor, action="issue.withdrawn", object_type="issue", object_id=issue.pk, now=now)


@transaction.atomic
def mark_duplicate(*, issue_id: int, of_number: str, reason: str, actor: Actor, now: datetime) -> None:
    """It is the same as another issue of the house; this one ends as merged."""
    issue = visible_issue(issue_id, actor)
    _may_steer(actor, issue)
    reason = _reason(reason)
    other = Issue.objects.filter(number=of_number[:32]).first()
    if other is None or other.pk == issue.pk or not may_see(actor, other):
        raise NoSuchIssue(params={"number": of_number[:32]})
    root = other.duplicate_of or other
    if root.pk == issue.pk:
        raise NoSuchIssue(params={"number": of_number[:32]})
    Issue.objects.filter(pk=issue.pk).update(duplicate_of=root)
    add_event(
        issue_id=issue.pk,
        code="issue.duplicate",
        params={"number": root.number, "reason": reason},
        actor=actor,
        now=now,
    )
    if not flows.correlate_message(
        instance_id=issue.instance_id, name="marked_duplicate", variables={}, actor=actor, now=now
    ):
        raise IssueClosed
    audit.record(
        actor=actor, action="issue.duplicate", object_type="issue", object_id=issue.pk, now=now, detail={"of": root.pk}
    )


@transaction.atomic
def answer_result(*, issue_id: int, satisfied: bool, reason: str, actor: Actor, now: datetime) -> None:
    """The customer says whether the result holds; the chart takes its drawn arrow."""
    issue = visible_issue(issue_id, actor)
    reason = limits.within("原因", reason, limits.TEXT).strip()
    if not satisfied and not reason:
        raise ReasonRequired
    code = "result.confirmed" if satisfied else "result.unsolved"
    line = add_event(issue_id=issue.pk, code=code, params={"reason": reason[:500]}, actor=actor, now=now)
    moved = issue.is_open and flows.correlate_message(
        instance_id=issue.instance_id, name="customer_answer", variables={"satisfied": satisfied}, actor=actor, now=now
    )
    if not moved:
        line.delete()
        raise NothingToAnswer
    Issue.objects.filter(pk=issue.pk).update(
        answers=issue.answers + 1, reopened=issue.reopened + (0 if satisfied else 1)
    )


@transaction.atomic
def remind_issue(*, issue_id: int, actor: Actor, now: datetime) -> None:
    """The customer urges: holders and supervisors are told, at most once an hour."""
    issue = visible_issue(issue_id, actor)
    _open(issue)
    since = now - _REMIND_EVERY
    if Entry.objects.filter(issue=issue, code="customer.reminded", at__gt=since).exists():
        raise AlreadyReminded
    add_event(issue_id=issue.pk, code="customer.reminded", params={}, actor=actor, now=now)
    tell_holders(issue=issue, code="notice.reminded", params={}, now=now)
    heads = accounts.holders(role="supervisor", department_id=None, now=now)[:3]
    notify(
        user_ids=heads,
        issue_id=issue.pk,
        code="notice.reminded",
        params={"step": issue.step_name, "step_en": issue.step_name_en},
        now=now,
    )
    live.announce([f"issue:{issue.pk}", "queues"])
