"""What a rehearsal gave, as the page shows it: heat, people, queue, deadlines, and what to keep in mind."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from django.utils.translation import gettext as _
from markupsafe import Markup

from bihuan.bpmn import Chart
from bihuan.bpmn.draw import DrawMarks, draw_svg
from bihuan.studio.rehearsing.assumptions import Assumptions
from bihuan.studio.rehearsing.figures import read_figure
from bihuan.web.studio.rehearsal_plot import Series, plot
from bihuan.web.studio.rehearsal_table import Column, limit_words
from bihuan.web.studio.rehearsal_words import by_chart, decimal, heads, node_name, percent, span, team_name
from bihuan.web.ui.environment import in_language
from bihuan.worktime import Calendar

_FULL: Final = 0.95
_TOO_MUCH: Final = 1.02
_WIDE: Final = 1_100
_LONGEST: Final = 6
_LEVELS: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 40.0, 80.0, 160.0)
Numbers = Mapping[str, object]


def _parts(results: Numbers, key: str) -> Mapping[str, Numbers]:
    return cast("Mapping[str, Numbers]", results.get(key) or {})


def number(one: Numbers, key: str) -> float:
    """A plain number of the results."""
    return float(str(one.get(key) or 0.0))


# Heat


def levels(results: Numbers) -> tuple[float, float, float]:
    """Three limits, in hours, between which waiting is called short, middling, long and very long."""
    waits = sorted(number(one, "waiting") for one in _steps(results).values())
    usual = waits[int(0.8 * len(waits))] if waits else 0.0  # one step that nobody keeps up with is not the measure
    top = next((at for at, level in enumerate(_LEVELS) if level >= usual), len(_LEVELS) - 1)
    first = max(0, top - 2)
    return _LEVELS[first], _LEVELS[first + 1], _LEVELS[first + 2]


def _steps(results: Numbers) -> dict[str, Numbers]:
    """Elements at which people work."""
    return {key: one for key, one in _parts(results, "nodes").items() if one.get("team") and number(one, "count")}


def _level(hours: float, limits: Sequence[float]) -> int:
    return sum(hours >= limit for limit in limits)


def legend(results: Numbers) -> list[dict[str, object]]:
    """What the four colours mean."""
    low, middle, high = (f"{one:g}" for one in levels(results))
    words = (_("%(n)s 以下") % {"n": low}, f"{low}–{middle}", f"{middle}–{high}", _("%(n)s 以上") % {"n": high})
    return [{"level": n + 1, "text": text} for n, text in enumerate(words)]


@dataclass(frozen=True, slots=True)
class Drawn:
    """The chart with its heat; ``is_wide``: too wide to stand beside anything."""

    picture: Markup | None
    is_wide: bool


def picture(chart: Chart | None, results: Numbers, language: str) -> Drawn:
    """The chart with its heat; the figure stands by every step."""
    if chart is None:
        return Drawn(None, False)
    limits = levels(results)
    steps = _steps(results)
    marks = DrawMarks(
        heat={key: (_level(number(one, "waiting"), limits) + 0.5) / 4 for key, one in steps.items()},
        counts={key: _pill(number(one, "waiting")) for key, one in steps.items()},
    )
    svg = draw_svg(chart.source, marks=marks, lang="en" if language == "en" else "zh")
    width = float(svg.split(' width="', 1)[1].split('"', 1)[0])
    # The drawing escapes every text that comes from the chart; nothing else is in it.
    return Drawn(Markup(svg), width > _WIDE)  # noqa: S704


def _pill(hours: float) -> str:
    """等 1.4: what fits below a step."""
    return in_language(f"等 {decimal(hours)}", f"{decimal(hours)} h")


def longest(column: Column, first: Column | None) -> list[dict[str, object]]:
    """The steps that are waited for longest."""
    waits = {key: number(one, "waiting") for key, one in _steps(column.results).items()}
    rows = {str(row["key"]): row for row in step_rows(column, first, 0)}
    return [rows[key] for key in sorted(waits, key=lambda key: -waits[key])[:_LONGEST]]


def step_rows(column: Column, first: Column | None, cases: int) -> list[dict[str, object]]:
    """Every step: how often, waiting, work, deadline; before: the first scenario's waiting."""
    found = []
    limits = levels(column.results)
    earlier = _steps(first.results) if first is not None else {}
    for key, one in by_chart(column.chart, _steps(column.results)).items():
        breach = read_figure(one.get("breach"))
        waiting = number(one, "waiting")
        was = earlier.get(key)
        found.append(
            {
                "key": key,
                "name": node_name(column.chart, key),
                "team": team_name(column.chart, str(one["team"])),
                "often": decimal(number(one, "count") / cases) if cases else "—",
                "waiting": decimal(waiting),
                "level": _level(waiting, limits) + 1,
                "was": "" if first is None else decimal(number(was, "waiting")) if was is not None else _("新增"),
                "working": decimal(number(one, "working")),
                "limit": limit_words(column.chart, key),
                "breach": percent(breach.mean) if breach is not None else "",
                "interval": span(breach, shares=True) if breach is not None else "",
            }
        )
    return found


# People


def team_rows(column: Column, first: Column | None) -> list[dict[str, object]]:
    """How busy every role is; before: in the first scenario."""
    found = []
    people, earlier_people = _people(column), _people(first)
    earlier = _parts(first.results, "teams") if first is not None else {}
    for key, one in by_chart(column.chart, _parts(column.results, "teams")).items():
        used = read_figure(one.get("used"))
        was = read_figure(earlier[key].get("used")) if key in earlier else None
        count, before = people.get(key, 0), earlier_people.get(key, 0)
        if used is not None:
            found.append(
                {
                    "name": team_name(column.chart, key),
                    "people": f"{before} → {heads(count)}" if before and before != count else heads(count),
                    "used": round(used.mean * 100),
                    "was": None if was is None else round(was.mean * 100),
                    "interval": span(used, shares=True, digits=0),
                }
            )
    return found


def _people(column: Column | None) -> dict[str, int]:
    teams = column.row.assumptions["teams"] if column is not None else {}
    return {str(key): int(one["people"]) for key, one in teams.items()}


# Queue


def queue(
    columns: Sequence[Column], role: str, given: Assumptions, calendar: Calendar, *, wide: bool
) -> dict[str, object] | None:
    """The queue before a role, day by day: the first scenario dashed, the chosen one in full. ``wide``: it has the
    page's whole width."""
    series = []
    for at, column in enumerate(columns):
        days = _parts(column.results, "teams").get(role, {}).get("days")
        if isinstance(days, Mapping):
            mean = _numbers(days["mean"])
            count = _people(column).get(role, 0)
            note = _("平均 %(n)s 件") % {"n": decimal(sum(mean) / max(1, len(mean)))}
            name = f"{column.row.name} {heads(count)}"
            main = at == len(columns) - 1
            series.append(Series(name, note, mean, _numbers(days["low"]), _numbers(days["high"]), main))
    if not series:
        return None
    return {
        "wide": plot(series, given.first, calendar, width=1_280 if wide else 548, height=252, right=120),
        "narrow": plot(series, given.first, calendar, width=340, height=220, right=8),
        "series": series,
    }


def _numbers(given: object) -> list[float]:
    return [float(one) for one in given] if isinstance(given, list) else []


# What to keep in mind


def warnings(column: Column) -> list[tuple[str, str]]:
    """What spoils the figures, each with its tone: too much work, issues that could not go on."""
    found = [*_busy(column)]
    for place in cast("Sequence[Numbers]", column.results.get("stuck") or ()):
        words = {"n": str(place["cases"]), "step": node_name(column.chart, str(place["element"]))}
        found.append(("red", _("有 %(n)s 件走不下去，停在“%(step)s”；它们算没有办结。") % words))
    left = int(number(column.results, "unfinished"))
    if left:
        found.append(("red", _("有 %(n)d 件到最后也没有走完；它们算没有办结。") % {"n": left}))
    return found


def _busy(column: Column) -> Iterator[tuple[str, str]]:
    for key, one in by_chart(column.chart, _parts(column.results, "teams")).items():
        load, used = number(one, "load"), read_figure(one.get("used"))
        words = {"role": team_name(column.chart, key), "load": percent(load, 0)}
        if load >= _TOO_MUCH:
            text = _("%(role)s的活比人多：要做的是能做的 %(load)s，队只会越排越长，他们那里的等待没有意义。")
            yield "red", text % words
        elif used is not None and used.mean >= _FULL:
            words["load"] = percent(used.mean, 0)
            yield "gold", _("%(role)s已经忙到 %(load)s：来件稍多一点，队就越排越长。") % words


def left_out(column: Column) -> list[str]:
    """What is not rehearsed, or was taken for granted."""
    found = [
        _("同一角色的人互相帮忙，不分部门；兼任几个角色的人在每个角色里各算一次。"),
        _("只算这一张图的问题，同样的人办别的流程的时间没有扣掉。"),
    ]
    for one in cast("Sequence[Numbers]", column.results.get("assumed") or ()):
        names = in_language("、", ", ").join(
            node_name(column.chart, str(key)) for key in cast("Sequence[str]", one["elements"])
        )
        words = {"never_comes": _("没有算：%(names)s。"), "no_pool": _("随时有人办：%(names)s。")}
        text = words.get(str(one["kind"]))
        if text:
            found.append(text % {"names": names})
    return found


def look_back(given: Assumptions, results: Numbers) -> dict[str, str] | None:
    """The last period that is over, simulated and as it was."""
    back = results.get("back")
    figure = read_figure(back.get("p90")) if isinstance(back, Mapping) else None
    if given.back is None or figure is None or not isinstance(back, Mapping):
        return None
    really = number(back, "really")
    off = abs(figure.mean / really - 1) if really else 0.0
    return {
        "first": given.back.first.strftime("%m-%d"),
        "last": given.back.last.strftime("%m-%d"),
        "simulated": decimal(figure.mean),
        "interval": span(figure),
        "really": decimal(really),
        "off": percent(off, 0),
        "less": "yes" if figure.mean < really else "",
        "far": "yes" if off > 0.25 else "",
        "ended": str(given.back.ended),
        "count": str(len(given.back.times) - given.back.lead),
    }
