"""Rehearsals of a draft or version, and what a new one would assume."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bihuan.bpmn import Chart, ChartRefused
from bihuan.bpmn.verify import verify
from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound
from bihuan.flows.charts import compile_package
from bihuan.flows.models import Version
from bihuan.studio import permissions
from bihuan.studio.errors import CalendarMissing
from bihuan.studio.models import ACTIVE_STATES, Draft, Rehearsal
from bihuan.studio.queries.history import calendar_names, calendars, facts
from bihuan.studio.queries.readiness import package_of
from bihuan.studio.rehearsing.assumptions import Assumptions
from bihuan.studio.rehearsing.edits import Choices
from bihuan.studio.rehearsing.fitting import fitted, is_step, role_of
from bihuan.studio.rehearsing.scenario import expected
from bihuan.worktime import Calendar

DEFAULT: Final = "default"
_SHOWN: Final = 60


def rehearsals(*, actor: Actor, draft_id: int | None = None, version_id: int | None = None) -> list[Rehearsal]:
    """All scenarios of a draft or of a version, the oldest first."""
    if not permissions.may_see(actor):
        return []
    found = Rehearsal.objects.none()
    if draft_id is not None:
        found = Rehearsal.objects.filter(draft=draft_id)
    elif version_id is not None:
        found = Rehearsal.objects.filter(version=version_id)
    return list(found.order_by("id")[:_SHOWN])


def rehearsal(*, actor: Actor, rehearsal_id: int) -> Rehearsal:
    """One scenario with its draft or version; ``NotFound``."""
    found = Rehearsal.objects.select_related("draft", "version__definition").filter(pk=rehearsal_id).first()
    if found is None or not permissions.may_see(actor):
        raise NotFound
    return found


def is_active(rehearsal: Rehearsal) -> bool:
    """Whether it waits for the worker or runs."""
    return rehearsal.state in ACTIVE_STATES


def may_rehearse(actor: Actor) -> bool:
    """Whether the actor may start, change and delete rehearsals: whoever draws."""
    return permissions.may_draw(actor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsable:
    """What is rehearsed. ``chart`` None where it does not load; ``wrong``: what has to be mended first, in Chinese and
    English, ("", "") if nothing."""

    key: str
    name: str
    name_en: str
    number: int
    content_hash: str
    draft: Draft | None
    version: Version | None
    chart: Chart | None
    wrong: tuple[str, str]


def rehearsable_draft(*, actor: Actor, draft: Draft, number: int) -> Rehearsable:
    """A draft; ``number``: of the version that it will be."""
    if not permissions.may_see(actor):
        raise NotFound
    chart, wrong = loaded(bytes(draft.chart), draft.decisions)
    return Rehearsable(
        key=draft.key,
        name=draft.name,
        name_en=draft.name_en,
        number=number,
        content_hash=package_of(draft).content_hash(),
        draft=draft,
        version=None,
        chart=chart,
        wrong=wrong,
    )


def rehearsable_version(*, actor: Actor, version_id: int) -> Rehearsable:
    """A published version; ``NotFound``."""
    version = Version.objects.select_related("definition").filter(pk=version_id).first()
    if version is None or not permissions.may_see(actor):
        raise NotFound
    chart, wrong = loaded(bytes(version.chart), version.decisions)
    return Rehearsable(
        key=version.definition.key,
        name=version.definition.name,
        name_en=version.definition.name_en,
        number=version.number,
        content_hash=version.content_hash,
        draft=None,
        version=version,
        chart=chart,
        wrong=wrong,
    )


def loaded(source: bytes, decisions: dict[str, str]) -> tuple[Chart | None, tuple[str, str]]:
    """A chart, None where it does not load, and what has to be mended before it can be rehearsed."""
    try:
        chart = compile_package(source, decisions)
    except ChartRefused as refused:
        return None, (refused.problems[0].message_zh, refused.problems[0].message_en)
    if not any(is_step(node) for node in chart.nodes.values()):
        return chart, ("图上还没有步骤。", "There is no step in the chart yet.")
    error = next((one.message for one in verify(source).findings if one.severity == "error"), None)
    return chart, ("", "") if error is None else (error.zh, error.en or error.zh)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a rehearsal would assume. ``cases``: as many as are expected in the period."""

    assumptions: Assumptions
    cases: int


def proposed(*, actor: Actor, subject: Rehearsable, now: datetime) -> Proposal:
    """Next month, with what the system has seen; ``CalendarMissing`` where the company has no working calendar."""
    if not permissions.may_see(actor) or subject.chart is None:
        raise NotFound
    known = calendars()
    key = DEFAULT if DEFAULT in known else next(iter(known), "")
    if not key:
        raise CalendarMissing
    calendar = Calendar.from_dict(known[key])
    first, last = next_month(now.astimezone(calendar.zone).date())
    seen = facts(key=subject.key, chart=subject.chart, first=first, last=last, calendar=calendar, now=now)
    assumptions = fitted(subject.chart, seen, calendar, key, first, last)
    return Proposal(assumptions, expected_cases(assumptions, calendar))


def expected_cases(assumptions: Assumptions, calendar: Calendar) -> int:
    """How many issues are expected in the period, within what can be rehearsed."""
    days = (assumptions.last - assumptions.first).days + 1
    return min(20_000, max(20, expected(assumptions, calendar, assumptions.first, days)))


def next_month(today: date) -> tuple[date, date]:
    """Its first and its last day."""
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def choices(*, chart: Chart) -> Choices:
    """What may be chosen in the assumptions of a chart."""
    steps = [node for node in chart.nodes.values() if is_step(node)]
    return Choices(
        roles=frozenset(role_of(chart, node) for node in steps),
        steps=frozenset(node.id for node in steps),
        calendars=frozenset((*calendar_names(), "24x7")),
    )


def company_hours(assumptions: Assumptions) -> Calendar:
    """The working calendar of some assumptions, as it is now; ``CalendarMissing``."""
    known = calendars()
    if assumptions.calendar not in known:
        raise CalendarMissing
    return Calendar.from_dict(known[assumptions.calendar])
