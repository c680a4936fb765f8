"""Corrections of type, levels and priority by a person, with a reason (R104)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_noop

from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Conflict, Forbidden
from bihuan.core.stamps import operation
from bihuan.flows import operations as flows
from bihuan.flows import queries as flow_queries
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import Issue, PriorityCorrection
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.reasons import needed_reason, refuse_closed
from bihuan.issues.operations.work import Work, at_work
from bihuan.issues.queries.reference import issue_type_by_key
from bihuan.issues.rules import limits
from bihuan.issues.rules.concurrency import Collision, apart

_LEVELS = {
    "urgency": gettext_noop("紧急程度"),
    "impact": gettext_noop("影响范围"),
    "complexity": gettext_noop("复杂度"),
}
WORDS = {"type": gettext_noop("类型"), "priority": gettext_noop("优先级"), **_LEVELS}


class StaleCorrection(Conflict):
    """``fields``: what collides, theirs and mine; ``current``: all values as they are now."""

    code = "stale_correction"
    text = gettext_noop("您打开以后，别人已经改过其中的内容；您的更正没有保存。请对照后决定。")

    def __init__(self, fields: Sequence[Collision], current: Mapping[str, str]) -> None:
        self.fields = tuple(fields)
        self.current = dict(current)
        super().__init__()


def _changes(
    issue: Issue, type_key: str | None, levels: Mapping[str, str | None], priority: str | None
) -> dict[str, str]:
    """What differs from the issue as it is; refuses values that do not exist."""
    changes: dict[str, str] = {}
    if type_key is not None and type_key != _type(issue):
        kind = issue_type_by_key(key=type_key)
        if kind is None or not kind.is_active:
            raise BadChoice(params={"field": WORDS["type"], "value": type_key[:50]})
        changes["type"] = type_key
    for name, value in levels.items():
        if value is not None and value != getattr(issue, name):
            changes[name] = _known(value, limits.LEVELS, name)
    if priority is not None and priority != issue.priority:
        changes["priority"] = _known(priority, limits.PRIORITIES, "priority")
    return changes


def _known(value: str, values: tuple[str, ...], name: str) -> str:
    if value not in values:
        raise BadChoice(params={"field": WORDS[name], "value": value[:50]})
    return value


def _type(issue: Issue) -> str:
    return issue.type.key if issue.type else ""


def _decided(issue: Issue, changes: Mapping[str, str]) -> str:
    """The priority that the chart's own table gives for the corrected levels."""
    table = flow_queries.chart_of(issue.instance.version_id).decisions.get("priority")
    if table is None:
        return issue.priority
    answer = table.evaluate({name: changes.get(name) or getattr(issue, name) or "medium" for name in _LEVELS})
    found = answer.get("priority") if isinstance(answer, dict) else None
    return str(found) if found in limits.PRIORITIES else issue.priority


@operation()
def correct_classification(
    *,
    issue_id: int,
    type_key: str | None = None,
    urgency: str | None = None,
    impact: str | None = None,
    complexity: str | None = None,
    priority: str | None = None,
    reason: str,
    read: Mapping[str, str] | None = None,
    actor: Actor,
    now: datetime,
) -> Issue:
    """Corrects type or levels; the priority follows the table unless it is given itself. Always with a reason.

    What is None stays. ``read``: the values that the writer had before the eyes; what was left as it was read stays too, and
    what somebody else has changed since is not overwritten but refused with both values (``StaleCorrection``, correctness
    73). Refuses closed issues, unknown values, and those who may not correct. A correction that
    changes nothing leaves no trace.
    """
    if not actor.can("issues.correct"):
        raise Forbidden
    issue = locked_issue(issue_id, actor)
    refuse_closed(issue)
    reason = needed_reason(reason)
    wanted = {"type": type_key, "urgency": urgency, "impact": impact, "complexity": complexity, "priority": priority}
    if read is not None:
        current = {"type": _type(issue), **{name: getattr(issue, name) for name in (*_LEVELS, "priority")}}
        wanted, stale = apart(wanted, read, current)
        if stale:
            raise StaleCorrection(stale, current)
    levels = {name: wanted[name] for name in _LEVELS}
    changes = _changes(issue, wanted["type"], levels, wanted["priority"])
    if changes:
        if "priority" not in changes and _LEVELS.keys() & changes.keys():
            decided = _decided(issue, changes)
            changes |= {"priority": decided} if decided != issue.priority else {}
        with at_work(issue, now=now) as work:
            _correct(work, changes, reason, actor)
    return issue


def _correct(work: Work, changes: Mapping[str, str], reason: str, actor: Actor) -> None:
    issue, now = work.issue, work.now
    before = {"type": _type(issue), **{name: getattr(issue, name) for name in (*_LEVELS, "priority")}}
    PriorityCorrection.objects.create(
        issue=issue, before=before, after={**before, **changes}, reason=reason, by_id=actor.user_id, at=now
    )
    flows.set_variables(instance_id=issue.instance_id, variables=changes, actor=actor, now=now, reason=reason)
    if "priority" in changes:
        work.change(priority_reason=reason[:500])
    params = {"changes": [[name, before[name], value] for name, value in changes.items()], "reason": reason[:500]}
    work.say("classification.corrected", params, actor)
    work.joined_by(actor.user_id)
    audit.record(
        actor=actor,
        action="issue.corrected",
        object_type="issue",
        object_id=issue.pk,
        now=now,
        detail={"before": before, "after": dict(changes)},
    )
