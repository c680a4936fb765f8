"""The page of a rehearsal: question and answer, scenarios, assumptions, results."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from bihuan.core.clock import system_now
from bihuan.studio import queries
from bihuan.studio.models import Rehearsal
from bihuan.studio.operations.rehearsals import GAVE_UP
from bihuan.studio.queries import Rehearsable
from bihuan.studio.rehearsing.assumptions import Assumptions, read_assumptions
from bihuan.web.request import language_of
from bihuan.web.studio import rehearsal_results as results
from bihuan.web.studio.rehearsal_answer import answer_of
from bihuan.web.studio.rehearsal_form import Shown, form, summary
from bihuan.web.studio.rehearsal_table import Column, rows, standing
from bihuan.web.studio.rehearsal_words import DOING, STATES, by_chart, decimal, percent, span, team_name, year_period
from bihuan.web.ui.environment import in_language
from bihuan.worktime import Calendar

_COMPARED: Final = 6
_ORDINALS: Final = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A rehearsal and what it is about."""

    row: Rehearsal
    subject: Rehearsable

    def column(self) -> Column | None:
        """Its results; None while it has none."""
        if self.row.results is None:
            return None
        return Column(self.row, self.row.results, self.subject.chart)


@dataclass(frozen=True, slots=True)
class Desk:
    """All that the page is about. ``subjects``: the version, and the draft beside it where there is one."""

    subjects: Sequence[Rehearsable]
    scenarios: Sequence[Scenario]
    address: str
    back: str
    may: bool

    def chosen(self, number: int | None) -> Scenario | None:
        """The scenario with that id; without one the newest."""
        found = next((one for one in self.scenarios if one.row.pk == number), None)
        return found or (self.scenarios[-1] if self.scenarios else None)

    def at(self, scenario: Scenario | None) -> str:
        """The page with a scenario chosen."""
        return self.address if scenario is None else self.at_row(scenario.row.pk)

    def at_row(self, number: int) -> str:
        """The page with a scenario chosen."""
        return f"{self.address}?s={number}"

    def next_name(self) -> str:
        """方案一, 方案二 … as far as there are no such names yet."""
        taken = {one.row.name for one in self.scenarios}
        numbers = [*_ORDINALS, *(str(n) for n in range(11, 99))]
        names = (_("方案%(n)s") % {"n": in_language(sign, str(at))} for at, sign in enumerate(numbers, 1))
        return next((name for name in names if name not in taken), _("方案%(n)s") % {"n": len(taken)})


def running_context(desk: Desk, chosen: Scenario, now: datetime) -> dict[str, object]:
    """The part of the page that changes while a run goes on."""
    row = chosen.row
    since = row.started_at or row.queued_at
    return {
        "here": f"{desk.at(chosen)}&shown=1" if row.results is not None else desk.at(chosen),
        "progress": row.progress,
        "doing": _(DOING[row.doing]) if row.doing in DOING else _(STATES[row.state][2]),
        "seconds": max(0, int((now - since).total_seconds())),
        "late": row.state == "queued" and (now - row.queued_at).total_seconds() > 30,
        "may": desk.may,
        "number": row.pk,
        "action": desk.address,
    }


def page_context(request: HttpRequest, desk: Desk, chosen: Scenario | None, shown: Shown | None) -> dict[str, object]:
    """Everything on the page."""
    subject = chosen.subject if chosen is not None else desk.subjects[-1]
    assumed = shown.assumptions if shown is not None else None
    context: dict[str, object] = {
        "nav_key": "charts",
        "name": in_language(subject.name, subject.name_en),
        "when": year_period(assumed.first, assumed.last) if assumed is not None else "",
        "back": desk.back,
        "action": desk.address,
        "may": desk.may,
        "wrong": in_language(*subject.wrong),
        "cards": [_card(one, desk, chosen) for one in desk.scenarios],
        "subjects": [_subject(at, one) for at, one in enumerate(desk.subjects)],
        "next_name": desk.next_name(),
        "chosen": _chosen(chosen) if chosen is not None else None,
        "running": None,
        "results": None,
        "form": form(shown) if shown is not None else None,
        "typed": bool(shown.given) if shown is not None else False,
        "summary": summary(shown.assumptions, shown.calendar) if shown is not None else [],
        "fresh": f"{desk.at(chosen)}{'&' if chosen is not None else '?'}fresh=1",
    }
    if chosen is not None and queries.is_active(chosen.row):
        context["running"] = running_context(desk, chosen, system_now())
    column = chosen.column() if chosen is not None else None
    if chosen is not None and column is not None and shown is not None:
        context["results"] = _results(request, desk, chosen, column, shown.calendar)
    return context


def _subject(at: int, one: Rehearsable) -> dict[str, object]:
    return {"at": at, "words": _version(one), "wrong": any(one.wrong)}


def _version(one: Rehearsable) -> str:
    words = _("第 %(n)d 版草稿") if one.draft is not None else _("第 %(n)d 版")
    return words % {"n": one.number}


def _chosen(chosen: Scenario) -> dict[str, object]:
    row, state = chosen.row, STATES[chosen.row.state]
    seconds = (row.finished_at - row.started_at).total_seconds() if row.finished_at and row.started_at else 0.0
    said = {"cases": f"{row.cases:,}", "runs": row.replications, "seconds": decimal(seconds)}
    failure = (
        _("计算进程几次都没有做完，可能是内存不够；请少算一些件数再试。") if row.failure == GAVE_UP else row.failure
    )
    return {
        "id": row.pk,
        "name": row.name,
        "state": row.state,
        "tone": state[0],
        "sign": state[1],
        "word": _(state[2]),
        "took": _("%(cases)s 件 × %(runs)d 次，用时 %(seconds)s 秒") % said if row.state == "done" else "",
        "by": row.by_name,
        "at": row.finished_at or row.queued_at,
        "failure": failure,
        "changed": row.state == "done" and row.results is not None and row.content_hash != chosen.subject.content_hash,
        "subject": _version(chosen.subject),
    }


def _card(one: Scenario, desk: Desk, chosen: Scenario | None) -> dict[str, object]:
    """A scenario with the share that it reaches of its own goal."""
    row, column = one.row, one.column()
    figure = column.measure("within") if column is not None else None
    tone, sign, word, people = standing(row, figure)
    return {
        "name": row.name,
        "note": " · ".join([f"v{one.subject.number}", *([people] if people else [])]),
        "title": f"{_version(one.subject)} · {team_name(one.subject.chart, row.assumptions['goal']['role'])}",
        "value": percent(figure.mean, 0).rstrip("\u00a0%") if figure is not None else "",
        "interval": span(figure, shares=True, digits=0) if figure is not None else "",
        "tone": tone,
        "sign": sign,
        "word": word,
        "href": desk.at(one),
        "on": chosen is not None and chosen.row.pk == row.pk,
    }


def _results(
    request: HttpRequest, desk: Desk, chosen: Scenario, column: Column, calendar: Calendar
) -> dict[str, object]:
    given = read_assumptions(chosen.row.assumptions)
    columns = _columns(desk, column)
    first = columns[0] if columns[0].row.pk != column.row.pk else None
    role = _role(request, given, column)
    side = [one for one in (first, column) if one is not None]
    chart = chosen.subject.chart
    drawn = results.picture(chart, column.results, language_of(request))
    steps = results.step_rows(column, first, column.row.cases * column.row.replications)
    return {
        "answer": answer_of(chart, given, column.results) if "answer" in column.results else None,
        "warnings": results.warnings(column),
        "picture": drawn.picture,
        "wide": drawn.is_wide,
        "legend": results.legend(column.results),
        "steps": steps,
        "longest": results.longest(column, first),
        "teams": results.team_rows(column, first),
        "first": first.row.name if first is not None else "",
        "heads": [_head(desk, one, column) for one in columns],
        "rows": rows(columns),
        "runs": column.row.replications,
        "role": team_name(chart, role),
        "roles": [
            {"name": team_name(chart, key), "href": f"{desk.at(chosen)}&team={at}", "on": key == role}
            for at, key in enumerate(_teams(column))
        ],
        "queue": results.queue(side, role, given, calendar, wide=drawn.is_wide),
        "back": _look_back(columns, column),
        "as_seen": given.as_seen(),
        "left_out": results.left_out(column),
    }


def _look_back(columns: Sequence[Column], chosen: Column) -> dict[str, str] | None:
    """The chosen scenario's look back, else the first there is: that of people and times as they were."""
    for one in (chosen, *columns):
        found = results.look_back(read_assumptions(one.row.assumptions), one.results)
        if found is not None:
            return {**found, "of": one.row.name}
    return None


def _teams(column: Column) -> list[str]:
    teams = column.results.get("teams")
    return list(by_chart(column.chart, teams)) if isinstance(teams, dict) else []


def _role(request: HttpRequest, given: Assumptions, column: Column) -> str:
    """The role whose queue is drawn: the one asked for, else the goal's."""
    teams = _teams(column)
    wanted = request.GET.get("team", "")
    if wanted.isdecimal() and len(wanted) < 4 and int(wanted) < len(teams):
        return teams[int(wanted)]
    return given.goal.role if given.goal.role in teams else next(iter(teams), "")


def _columns(desk: Desk, chosen: Column) -> list[Column]:
    """The first scenario with results, and as many others as fit, the chosen among them."""
    found = [column for one in desk.scenarios if (column := one.column()) is not None]
    if len(found) <= _COMPARED:
        return found
    kept = [found[0], *found[1 - _COMPARED :]]
    if all(one.row.pk != chosen.row.pk for one in kept):
        kept[1] = chosen
    return kept


def _head(desk: Desk, one: Column, chosen: Column) -> dict[str, object]:
    card = next(_card(each, desk, None) for each in desk.scenarios if each.row.pk == one.row.pk)
    return {"name": card["name"], "note": card["note"], "href": card["href"], "on": one.row.pk == chosen.row.pk}
