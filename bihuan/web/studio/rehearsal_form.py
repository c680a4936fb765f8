"""The assumptions of a rehearsal as fields that can be edited, each with where its number comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.bpmn import Chart
from bihuan.studio import queries
from bihuan.studio.operations import Size
from bihuan.studio.rehearsing.assumptions import Assumptions, Team
from bihuan.studio.rehearsing.edits import number, shown
from bihuan.studio.rehearsing.fitting import role_of
from bihuan.studio.rehearsing.scenario import workdays
from bihuan.web.studio.rehearsal_words import by_chart, decimal, node_name, origin, percent, period, team_name, weekday
from bihuan.web.ui.environment import in_language
from bihuan.worktime import Calendar

_NAMES: Final = {
    "arrivals": gettext_noop("来量"),
    "cases": gettext_noop("每次件数"),
    "replications": gettext_noop("运行次数"),
    "goal_share": gettext_noop("目标比例"),
    "goal_hours": gettext_noop("目标时长"),
}
_KINDS: Final = {
    "step": gettext_noop("用时"),
    "people": gettext_noop("人数"),
    "once": gettext_noop("每人同时办"),
    "share": gettext_noop("去向比例"),
    "wait": gettext_noop("多久等到"),
    "chance": gettext_noop("等到的可能"),
    "some": gettext_noop("有的可能"),
    "number": gettext_noop("平均几个"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the form is made from. ``given``: what was typed and refused; it stays in the fields."""

    chart: Chart
    assumptions: Assumptions
    size: Size
    calendar: Calendar
    given: Mapping[str, str]

    def text(self, field: str, value: float | str) -> str:
        """What stands in a field."""
        return self.given.get(field) or (value if isinstance(value, str) else shown(value))

    def field(self, name: str, value: float) -> dict[str, str]:
        """A field for a number."""
        return {"name": name, "value": self.text(name, value)}


def size_of(given: Mapping[str, str], before: Size) -> Size:
    """How much is simulated, as typed; ``NoNumber``."""
    whole = {
        key: int(number(given[key], key, 1, 1_000_000)) if given.get(key, "").strip() else usual
        for key, usual in (("cases", before.cases), ("replications", before.replications))
    }
    return Size(cases=whole["cases"], replications=whole["replications"])


def field_words(chart: Chart, field: str) -> str:
    """What a field is called in a refusal."""
    kind, _sep, rest = field.partition(":")
    if kind in _NAMES:
        return _(_NAMES[kind])
    key = rest.partition(":")[0] if kind == "share" else rest
    name = team_name(chart, key) if kind in ("people", "once") else node_name(chart, key)
    return f"{name} · {_(_KINDS[kind])}" if kind in _KINDS else name


def form(given: Shown) -> dict[str, object]:
    """All fields, in groups."""
    one = given.assumptions
    return {
        "first": given.text("first", one.first.isoformat()),
        "last": given.text("last", one.last.isoformat()),
        "arrivals": {**given.field("arrivals", one.arrivals.per_week), "origin": origin(one.arrivals.origin)},
        "cases": given.field("cases", given.size.cases),
        "replications": given.field("replications", given.size.replications),
        "steps": list(_steps(given)),
        "teams": [_team(given, key, team) for key, team in by_chart(given.chart, one.teams).items()],
        "splits": list(_splits(given)),
        "waits": list(_waits(given)),
        "crowds": list(_crowds(given)),
        "goal": _goal(given),
    }


def _goal(given: Shown) -> dict[str, object]:
    one, chart = given.assumptions, given.chart
    until = given.given.get("goal_until", one.goal.until)
    role = given.given.get("goal_role", one.goal.role)
    return {
        "share": given.field("goal_share", one.goal.share * 100),
        "hours": given.field("goal_hours", one.goal.hours),
        "roles": [{"key": key, "name": team_name(chart, key), "on": key == role} for key in by_chart(chart, one.teams)],
        "until": [{"key": "", "name": _("流程结束"), "on": not until}]
        + [
            {"key": key, "name": node_name(chart, key), "on": key == until}
            for key in by_chart(chart, one.steps)
            if key in chart.nodes
        ],
    }


def _steps(given: Shown) -> Iterator[dict[str, object]]:
    for key, step in by_chart(given.chart, given.assumptions.steps).items():
        if key in given.chart.nodes:
            yield {
                "name": node_name(given.chart, key),
                "who": team_name(given.chart, role_of(given.chart, given.chart.nodes[key])),
                "field": given.field(f"step:{key}", step.minutes),
                "origin": origin(step.origin),
                "guess": step.origin.kind != "history",
            }


def _team(given: Shown, key: str, team: Team) -> dict[str, object]:
    calendars = {"": (_("公司日历"), ""), **queries.calendar_names(), "24x7": (_("全天"), "")}
    chosen = given.given.get(f"hours:{key}", team.hours)
    return {
        "name": team_name(given.chart, key),
        "people": given.field(f"people:{key}", team.people),
        "once": given.field(f"once:{key}", team.at_once),
        "hours": f"hours:{key}",
        "calendars": [
            {"key": one, "name": in_language(*names), "on": one == chosen}
            for one, names in calendars.items()
            if one != given.assumptions.calendar
        ],
        "leave": f"leave:{key}",
        "leave_days": leave_days(team, given.calendar),
        "count_leave": team.count_leave,
        "origin": origin(team.origin),
        "once_origin": origin(team.at_once_origin),
        "guess": "default" in (team.origin.kind, team.at_once_origin.kind),
    }


def _splits(given: Shown) -> Iterator[dict[str, object]]:
    for key, split in by_chart(given.chart, given.assumptions.splits).items():
        node = given.chart.nodes.get(key)
        if node is None:
            continue
        ways = [
            {"name": _way(given.chart, flow), "field": given.field(f"share:{key}:{flow}", share * 100)}
            for flow in node.outgoing
            if (share := split.shares.get(flow)) is not None
        ]
        kind = split.origin.kind
        yield {
            "name": node_name(given.chart, key),
            "ways": ways,
            "origin": origin(split.origin),
            "guess": kind != "history",
        }


def _way(chart: Chart, key: str) -> str:
    flow = chart.flows[key]
    return in_language(flow.name, flow.name_en) or _("到“%(name)s”") % {"name": node_name(chart, flow.target)}


def _waits(given: Shown) -> Iterator[dict[str, object]]:
    for key, wait in by_chart(given.chart, given.assumptions.waits).items():
        yield {
            "name": node_name(given.chart, key),
            "hours": given.field(f"wait:{key}", wait.hours),
            "chance": given.field(f"chance:{key}", wait.chance * 100),
            "origin": origin(wait.origin),
            "guess": wait.origin.kind != "history",
        }


def _crowds(given: Shown) -> Iterator[dict[str, object]]:
    for key, crowd in given.assumptions.crowds.items():
        variable = given.chart.variables.get(key)
        if variable is not None:
            yield {
                "name": in_language(variable.label or key, variable.label_en),
                "some": given.field(f"some:{key}", crowd.chance * 100),
                "number": given.field(f"number:{key}", crowd.number),
                "origin": origin(crowd.origin),
                "guess": crowd.origin.kind != "history",
            }


# In a line


def leave_days(team: Team, calendar: Calendar) -> float:
    """Working days of absence, of all together."""
    days = 0
    for begin, end in team.leave:
        day, last = datetime.fromisoformat(begin).astimezone(calendar.zone), datetime.fromisoformat(end)
        while day < last:
            days += calendar.is_workday(day.date())
            day += timedelta(days=1)
    return float(days)


def summary(one: Assumptions, calendar: Calendar) -> list[tuple[str, str]]:
    """What is assumed, in five words and five facts."""
    days = workdays(one, calendar)
    days_words = _("%(n)d 个工作日") % {"n": days}
    return [
        (_("来量"), _("每周 %(n)s 件") % {"n": decimal(one.arrivals.per_week)}),
        (_("波动"), _spread(one)),
        (_("时长"), _durations(one)),
        (_("班次"), _("%(period)s日历，%(days)s") % {"period": period(one.first, one.last), "days": days_words}),
        (_("请假"), _leave(one, calendar)),
    ]


def _spread(one: Assumptions) -> str:
    if not one.arrivals.week:
        return _("上班时间里平均来")
    shares = [sum(row) for row in one.arrivals.week]
    day = max(range(7), key=lambda n: shares[n])
    usual = sum(shares[:5]) / 5
    words = {"days": one.arrivals.origin.days, "day": weekday(day), "more": percent(shares[day] / usual - 1, 0)}
    if usual <= 0.0 or shares[day] / usual < 1.1:
        return _("近 %(days)d 天的分布") % words
    return _("近 %(days)d 天的分布，%(day)s高 %(more)s") % words


def _durations(one: Assumptions) -> str:
    kinds = [step.origin.kind for step in one.steps.values()]
    counts = [
        (kinds.count("history"), _("%(n)d 步按历史")),
        (kinds.count("hand"), _("%(n)d 步手工")),
        (kinds.count("default"), _("%(n)d 步用默认")),
    ]
    return in_language("，", ", ").join(words % {"n": n} for n, words in counts if n)


def _leave(one: Assumptions, calendar: Calendar) -> str:
    days = sum(leave_days(team, calendar) for team in one.teams.values() if team.count_leave)
    return _("已排 %(n)s 人天") % {"n": shown(days)} if days else _("没有")
