"""Scenarios side by side: a row for each figure, against the first on the same issues."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from django.utils.translation import gettext as _

from bihuan.bpmn import Chart
from bihuan.studio.models import Rehearsal
from bihuan.studio.rehearsing.comparing import Cell, compared
from bihuan.studio.rehearsing.figures import Figure, read_figure
from bihuan.studio.rehearsing.staffing import verdict
from bihuan.web.studio.rehearsal_words import NBSP, STATES, VERDICTS, by_chart, decimal, heads, node_name, percent, span
from bihuan.web.ui.filters import DAY, WORKDAY, limit

_WORST: Final = 6
"""Deadlines in the comparison; all of them stand by the steps."""
Kind = Literal["hours", "share"]


@dataclass(frozen=True, slots=True)
class Column:
    """A scenario with its results and its chart."""

    row: Rehearsal
    results: Mapping[str, object]
    chart: Chart | None

    def measure(self, key: str) -> Figure | None:
        """A figure of the whole."""
        return read_figure(_part(self.results, "measures").get(key))

    def breach(self, node: str) -> Figure | None:
        """How often a step's deadline is broken."""
        return read_figure(_part(_part(self.results, "nodes"), node).get("breach"))

    def breaches(self) -> dict[str, float]:
        """Steps with a deadline."""
        found = {key: self.breach(key) for key in _part(self.results, "nodes")}
        return {key: one.mean for key, one in found.items() if one is not None}


def _part(given: Mapping[str, object], key: str) -> Mapping[str, object]:
    found = given.get(key)
    return found if isinstance(found, Mapping) else {}


def standing(row: Rehearsal, within: Figure | None) -> tuple[str, str, str, str]:
    """Tone, sign and word of a scenario, and how many people it has: whether its goal is reached, else its state."""
    goal = row.assumptions["goal"]
    people = row.assumptions["teams"].get(goal["role"], {}).get("people")
    tone, sign, word = STATES[row.state] if within is None else VERDICTS[verdict(within, float(goal["share"]))]
    return tone, sign, _(word), heads(int(people)) if people else ""


def together(first: Rehearsal, other: Rehearsal) -> bool:
    """Whether both faced the same issues."""
    same = ("seed", "cases", "replications")
    days = ("first", "last")
    return all(getattr(first, key) == getattr(other, key) for key in same) and all(
        first.assumptions.get(key) == other.assumptions.get(key) for key in days
    )


def rows(columns: Sequence[Column]) -> list[dict[str, object]]:
    """The table; the first column is what the others are compared with."""
    hours, whole = _("工作小时"), _("整个流程")
    found = [
        _row(columns, _("办结时长 中位"), hours, "hours", [one.measure("p50") for one in columns]),
        _row(columns, _("办结时长 P90"), hours, "hours", [one.measure("p90") for one in columns]),
    ]
    for node in _worst(columns):
        name, note = node_name(_chart_with(columns, node), node), limit_words(_chart_with(columns, node), node)
        title = _("%(step)s超时") % {"step": name}
        found.append(_row(columns, title, note, "share", [one.breach(node) for one in columns]))
    found += [
        _row(columns, _("等待占比"), whole, "share", [one.measure("waiting_share") for one in columns]),
        _row(columns, _("返工"), _("同一步做过两次"), "share", [one.measure("rework") for one in columns]),
    ]
    return found


def _chart_with(columns: Sequence[Column], node: str) -> Chart | None:
    charts = [one.chart for one in columns if one.chart is not None and node in one.chart.nodes]
    return charts[-1] if charts else None


def _worst(columns: Sequence[Column]) -> list[str]:
    """Deadlines broken most in any scenario, in the order of the chart."""
    most: dict[str, float] = {}
    for one in columns:
        for node, share in one.breaches().items():
            most[node] = max(share, most.get(node, 0.0))
    worst = sorted(most, key=lambda node: -most[node])[:_WORST]
    return list(by_chart(columns[-1].chart, dict.fromkeys(worst)))


def limit_words(chart: Chart | None, node: str) -> str:
    """限 4 工作小时; "" without a limit."""
    deadline = chart.nodes[node].ext.deadline if chart is not None and node in chart.nodes else None
    if deadline is None:
        return ""
    if deadline.seconds is None:
        return _("限 %(time)s") % {"time": _("%(n)d 个工作日") % {"n": deadline.workdays or 0}}
    return _("限 %(time)s") % {"time": limit(deadline.seconds, DAY if deadline.calendar == "24x7" else WORKDAY)}


def _row(
    columns: Sequence[Column], title: str, note: str, kind: Kind, figures: Sequence[Figure | None]
) -> dict[str, object]:
    cells = [
        compared(figures[0], figure, together=together(columns[0].row, column.row))
        for column, figure in zip(columns, figures, strict=True)
    ]
    return {"title": title, "note": note, "cells": [_cell(one, kind) for one in cells]}


def _cell(cell: Cell, kind: Kind) -> dict[str, str]:
    if cell.figure is None:
        return {"value": "—", "interval": "", "change": "", "tone": "", "sign": ""}
    shares = kind == "share"
    value = percent(cell.figure.mean) if shares else decimal(cell.figure.mean)
    change, tone, sign = _change(cell, shares=shares)
    interval = span(cell.figure, shares=shares).removesuffix(f"{NBSP}%")
    return {"value": value, "interval": interval, "change": change, "tone": tone, "sign": sign}


def _change(cell: Cell, *, shares: bool) -> tuple[str, str, str]:
    """Words, tone and sign: less is better in every row."""
    if cell.tell in ("less", "more"):
        amount = abs(cell.change) * 100 if shares else abs(cell.change)
        return decimal(amount), *(("green", "↓") if cell.tell == "less" else ("red", "↑"))
    words = {"unclear": _("分不清"), "same": _("一样"), "apart": _("不是同一批")}
    return words.get(cell.tell, ""), "", "=" if cell.tell in words else ""
