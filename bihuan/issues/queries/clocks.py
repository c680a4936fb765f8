"""Policies and clocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q

from bihuan.calendars import queries as calendars
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.stamps import Kept, held
from bihuan.customers.models import Contract
from bihuan.issues.models import Clock, ClockPolicy, Issue
from bihuan.issues.queries.details import one_issue
from bihuan.issues.queries.reference import issue_type
from bihuan.issues.rules.clocks import Facts, Terms, in_force
from bihuan.worktime import Clock as Counted


def terms_of(row: ClockPolicy) -> Terms:
    """The policy as the rules read it."""
    kind = issue_type(row.type_id)
    return Terms(
        id=row.pk,
        name=row.name,
        name_en=row.name_en,
        key=row.key,
        position=row.position,
        type=kind.key if kind else "",
        priority=row.priority,
        tier=row.tier,
        contract=row.contract,
        channel=row.channel,
        calendar=row.calendar,
        targets={str(kind): int(seconds) for kind, seconds in row.targets.items()},
        pauses=frozenset(map(str, row.pauses)),
        alarms=tuple((int(percent), tuple(map(str, told))) for percent, told in row.alarms),
        alarm_calendar=row.alarm_calendar,
    )


_policies = Kept("clock_policies", lambda: [terms_of(row) for row in ClockPolicy.objects.order_by("position", "id")])
_active = Kept(
    "clock_policies",
    lambda: in_force(terms_of(row) for row in ClockPolicy.objects.filter(is_active=True).order_by("position", "id")),
)


def terms_in_force() -> list[Terms]:
    """The policies in use, the one that is asked first in front. No query within an operation."""
    return _active.get()


def terms_by_id(policy_id: int) -> Terms | None:
    """The policy by which a clock runs, whether it is still in use or not."""
    return next((each for each in _policies.get() if each.id == policy_id), None)


def local_day(now: datetime) -> date:
    """The company's date."""
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def facts_of(issue: Issue, *, policies: Sequence[Terms], day: date) -> Facts:
    """What the conditions of these policies look at on a day; customer and contracts are read only where one asks."""
    return facts_of_all([issue], policies=policies, day=day)[issue.pk]


def facts_of_all(issues: Sequence[Issue], *, policies: Sequence[Terms], day: date) -> dict[int | None, Facts]:
    """The same of many, by id; one query at most besides the customers, which the caller has joined."""
    contracts: dict[int, list[str]] = {}
    if any(each.contract is not None for each in policies):
        customers = {issue.customer_id for issue in issues}
        rows = Contract.objects.filter(customer_id__in=customers, starts_on__lte=day, ends_on__gte=day)
        for customer, policy_key in rows.values_list("customer_id", "policy"):
            contracts.setdefault(customer, []).append(policy_key)
    by_tier = any(each.tier for each in policies)
    return {issue.pk: _facts(issue, contracts.get(issue.customer_id, []), by_tier) for issue in issues}


def _facts(issue: Issue, contracts: Sequence[str], by_tier: bool) -> Facts:
    kind = issue_type(issue.type_id)
    return Facts(
        type=kind.key if kind else "",
        priority=issue.priority,
        tier=issue.customer.tier if by_tier else "",
        contract=bool(contracts),
        named=frozenset(contracts) - {""},
        channel=issue.channel,
    )


def counted(row: Clock) -> Counted:
    """The row as a clock that can be asked."""
    return Counted(
        calendar=calendars.calendar_for_version(row.calendar_version_id),
        seconds=row.target,
        started_at=row.started_at,
        pauses=[(_instant(start), _instant(end) if end else None) for start, end, _why in row.pauses],
        earlier=[(_instant(until), calendars.calendar_for_version(version)) for until, version in row.earlier],
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def standing_since(row: Clock) -> str:
    """Why the clock stands; "" if it runs or has ended."""
    return str(row.pauses[-1][2]) if row.ended_at is None and row.pauses and row.pauses[-1][1] is None else ""


def clocks_of_issue(*, actor: Actor, issue_id: int) -> list[Clock]:
    """All clocks of an issue in the order in which they started; for staff."""
    if actor.kind is ActorKind.CUSTOMER:
        raise NotFound
    found = one_issue(actor, Q(pk=issue_id))
    return list(Clock.objects.filter(issue=found).select_related("policy", "department").order_by("started_at", "id"))


def nearest_clock(*, issue: Issue) -> Clock | None:
    """The clock that runs out first, of an issue that the caller has been given; one that stands if all stand. No query
    where none is open."""
    if not issue.open_clocks:
        return None
    rows = (
        Clock.objects.filter(issue=issue, ended_at__isnull=True).select_related("department").order_by("due_at", "id")
    )
    found = list(rows)
    return next((row for row in found if not standing_since(row)), next(iter(found), None))


@dataclass(frozen=True, slots=True)
class ListedPolicy:
    """A policy with its place in the order and how many clocks run by it."""

    row: ClockPolicy
    terms: Terms
    running: int


def _require_editor(actor: Actor) -> None:
    if not actor.can("settings.edit"):
        raise Forbidden


def listed_policies(*, actor: Actor) -> list[ListedPolicy]:
    """All policies: those in use in the order in which they are asked, then the others. Two queries."""
    _require_editor(actor)
    rows = {row.pk: row for row in ClockPolicy.objects.order_by("position", "id")}
    open_clocks = Clock.objects.filter(ended_at__isnull=True).order_by().values("policy_id")
    running = {row["policy_id"]: row["n"] for row in open_clocks.annotate(n=Count("pk"))}
    with held():
        active = in_force(terms_of(row) for row in rows.values() if row.is_active)
        idle = [terms_of(row) for row in rows.values() if not row.is_active]
    return [ListedPolicy(rows[each.id], each, running.get(each.id, 0)) for each in (*active, *idle)]


def policy(*, actor: Actor, policy_id: int) -> ClockPolicy:
    """One policy."""
    _require_editor(actor)
    found = ClockPolicy.objects.filter(pk=policy_id).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Tried:
    """One policy asked about one issue: the conditions that it does not meet, none = it would do."""

    terms: Terms
    unfit: tuple[str, ...]


def policy_trial(*, actor: Actor, number: str, day: date) -> tuple[Issue, Facts, list[Tried]]:
    """Which policy speaks for an issue and why not the others: all in use, in the order in which they are asked."""
    found = one_issue(actor, Q(number=number.strip()[:32]))
    with held():
        policies = terms_in_force()
        facts = facts_of(found, policies=policies, day=day)
    return found, facts, [Tried(each, each.unfit(facts)) for each in policies]
