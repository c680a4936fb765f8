"""Telling people of clocks that are running out, by the worker: each share exactly once, also after downtime."""

from datetime import datetime

from bihuan.accounts import queries as accounts
from bihuan.core.actor import SYSTEM
from bihuan.core.rows import Select, update_row
from bihuan.core.stamps import ask_first, operation
from bihuan.core.ticks import ahead, each_alone
from bihuan.flows.models import Instance
from bihuan.issues.models import Clock, Issue
from bihuan.issues.operations.clocks import rows
from bihuan.issues.operations.clocks.words import NAMES
from bihuan.issues.operations.notices import FEW, tell_holders
from bihuan.issues.operations.work import Work, at_work
from bihuan.issues.queries.clocks import terms_by_id
from bihuan.issues.rules.clocks import BREACH, Terms

_FREE = Select(
    Instance,
    "WHERE t.id = (SELECT i.instance_id FROM issues_clock c JOIN issues_issue i ON i.id = c.issue_id WHERE c.id = %s)"
    " FOR UPDATE OF t SKIP LOCKED",
)
_CLOCK = Select(Clock, "WHERE t.id = %s")
_ISSUE = Select(Issue, "WHERE t.id = (SELECT issue_id FROM issues_clock WHERE id = %s)", without=("description",))
_HOLDER = "holder"


def tell_due_clocks(*, now: datetime, limit: int = 100) -> int:
    """Tells of clocks of which a share has passed, oldest first, each in a transaction of its own; returns how many.

    Several workers may call it at once: an issue that somebody else changes is passed by until the next time. One that
    fails is logged and does not hold up the others.
    """
    due = Clock.objects.filter(next_alarm_at__lte=now).order_by("next_alarm_at", "id").values_list("pk", flat=True)
    ids = list(due[: ahead(limit)])
    return each_alone(ids, lambda pk: _tell(clock_id=pk, now=now), what="clocks that tell", now=now, limit=limit)


@operation()
def _tell(*, clock_id: int, now: datetime) -> int:
    instances, issues, clocks = ask_first(_FREE.of(clock_id), _ISSUE.of(clock_id), _CLOCK.of(clock_id))
    if not instances or not issues or not clocks:
        return 0
    clock, issue = clocks[0], issues[0]
    if clock.next_alarm_at is None or clock.next_alarm_at > now:
        return 0  # another worker was here
    issue.instance = instances[0]
    terms = terms_by_id(clock.policy_id)
    if terms is None or clock.ended_at is not None or not issue.is_open:  # correctness 14
        clock.next_alarm_at = None
        update_row(clock, ("next_alarm_at",))
        return 0
    passed = rows.note_alarms(clock, terms, now)
    update_row(clock, ("alarms_done", "breached_at", "next_alarm_at"))
    if passed:
        with at_work(issue, now=now) as work:
            _speak(work, clock, terms, passed)
    return 1 if passed else 0


def _speak(work: Work, clock: Clock, terms: Terms, passed: list[int]) -> None:
    """After downtime several shares may have passed: the gravest speaks, to all who were to hear of any."""
    percent = max(passed)
    zh, en = NAMES[clock.kind]
    place = accounts.department_by_id(clock.department_id)
    if place is not None:
        zh, en = f"{place.name}{zh}", f"{place.name_en or place.name}: {en.lower()}"
    code = "clock.warning" if percent < BREACH else "clock.breach" if percent == BREACH else "clock.overrun"
    params: dict[str, object] = {"clock": zh, "clock_en": en, "percent": percent}
    work.say(code, params, SYSTEM)
    told = terms.told_at(passed)
    already = tell_holders(work, code, params) if _HOLDER in told or not told else []
    more = [user for role in told if role != _HOLDER for user in _in_role(role, clock, work)]
    work.tell([user for user in more if user not in already], code, params)


def _in_role(role: str, clock: Clock, work: Work) -> list[int]:
    place = clock.department_id or work.issue.lead_department_id
    return accounts.holders(role=role, department_id=place, now=work.now)[:FEW]
