"""Numbers and names of a rehearsal as pages print them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from bihuan.bpmn import Chart
from bihuan.studio.rehearsing.assumptions import Origin
from bihuan.studio.rehearsing.figures import Figure
from bihuan.studio.rehearsing.fitting import is_step, role_of
from bihuan.web.present.words import role_name
from bihuan.web.ui.environment import in_language, language

_What = TypeVar("_What")
NBSP: Final = "\u00a0"
STATES: Final = {
    "queued": ("blue", "clock", gettext_noop("排队中")),
    "running": ("blue", "status-run", gettext_noop("运行中")),
    "done": ("green", "status-done", gettext_noop("完成")),
    "failed": ("red", "alert", gettext_noop("没有算成")),
    "cancelled": ("grey", "slash", gettext_noop("已取消")),
}
DOING: Final = {
    "base": gettext_noop("正在模拟"),
    "staff": gettext_noop("正在找需要几个人"),
    "back": gettext_noop("正在回测"),
}
VERDICTS: Final = {
    "enough": ("green", "check", gettext_noop("够")),
    "unsure": ("gold", "help", gettext_noop("说不准")),
    "short": ("red", "close", gettext_noop("不够")),
}
_WEEKDAYS: Final = (
    gettext_noop("周一"),
    gettext_noop("周二"),
    gettext_noop("周三"),
    gettext_noop("周四"),
    gettext_noop("周五"),
    gettext_noop("周六"),
    gettext_noop("周日"),
)


def decimal(value: float) -> str:
    """0.04, 1.4, 27.1, 128: the more before the point, the less after it."""
    size = abs(value)
    if size < 0.005:
        return "0"
    if size >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if size < 0.095 else f"{value:.1f}"


def percent(share: float, digits: int = 1) -> str:
    """8.4 %."""
    return f"{share * 100:.{digits}f}{NBSP}%"


def span(figure: Figure, *, shares: bool = False, digits: int = 1) -> str:
    """The 95 % interval: 25.9–28.4; "" where there is none."""
    if figure.low is None or figure.high is None:
        return ""
    if shares:
        return f"{figure.low * 100:.{digits}f}–{figure.high * 100:.{digits}f}{NBSP}%"
    return f"{decimal(figure.low)}–{decimal(figure.high)}"


def origin(one: Origin) -> str:
    """Where a number comes from."""
    if one.kind == "history":
        return _("近 %(days)d 天，%(seen)d 次") % {"days": one.days, "seen": one.seen}
    if one.kind == "staff":
        return _("组织里在岗的人")
    if one.kind == "hand":
        return _("手工填写")
    return _("默认，没有历史")


def team_name(chart: Chart | None, key: str) -> str:
    """A role's name; where the company has no such role, the name of the lane."""
    if key == "all":
        return _("所有人")
    known = role_name(key)
    if chart is None or known != key:
        return known
    steps = [node for node in chart.nodes.values() if is_step(node) and role_of(chart, node) == key]
    lane = chart.lanes.get(steps[0].lane or "") if steps else None
    return in_language(lane.name or key, lane.name_en) if lane is not None else key


def by_chart(chart: Chart | None, given: Mapping[str, _What]) -> dict[str, _What]:
    """In the order of the chart, by element or by role: what is kept as JSON has lost its order."""
    if chart is None:
        return dict(given)
    place = {key: at for at, key in enumerate(chart.nodes)}
    for at, node in reversed(list(enumerate(chart.nodes.values()))):
        if is_step(node):
            place[role_of(chart, node)] = at
    return dict(sorted(given.items(), key=lambda one: place.get(one[0], len(place))))


def node_name(chart: Chart | None, key: str) -> str:
    """An element's name in the reader's language."""
    node = chart.nodes.get(key) if chart is not None else None
    return key if node is None else in_language(node.name, node.name_en) or key


def weekday(number: int) -> str:
    """周一, by 0."""
    return _(_WEEKDAYS[number])


def period(first: date, last: date) -> str:
    """12 月 where it is a whole month, else 12-01 到 12-15."""
    whole = first.day == 1 and (last + timedelta(days=1)).day == 1 and first.month == last.month
    if whole and first.year == last.year:
        months = ("January February March April May June July August September October November December").split()
        return months[first.month - 1] if language().startswith("en") else f"{first.month} 月"
    return _("%(first)s 到 %(last)s") % {"first": first.strftime("%m-%d"), "last": last.strftime("%m-%d")}


def year_period(first: date, last: date) -> str:
    """2026 年 12 月."""
    return _("%(year)d 年 %(period)s") % {"year": first.year, "period": period(first, last)}


def heads(count: int) -> str:
    """8 人."""
    return ngettext("%(n)d 人", "%(n)d 人", count) % {"n": count}
