"""What the time limits of a text leave open, and what they add up to (G1, G4)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bihuan.bpmn.model import Text
from bihuan.procedures.gaps.model import Gap, Totals
from bihuan.procedures.understanding.model import Limit, Procedure, Step

_ANSWERS = re.compile(r"(?:告知|通知|答复|回复|反馈(?:给)?)[^。;]{0,6}(?:客户|顾客|用户|客人)|主动反馈")
_WORKING_DAY = 8 * 3600


@dataclass(frozen=True, slots=True)
class _Timed:
    step: Step
    limit: Limit

    @property
    def seconds(self) -> int:
        return self.limit.seconds if self.limit.seconds is not None else (self.limit.workdays or 0) * _WORKING_DAY


def _timed(procedure: Procedure) -> list[_Timed]:
    return [_Timed(step, limit) for step in procedure.steps for limit in step.limits[:1]]


def totals(procedure: Procedure) -> Totals | None:
    """The sums; None where fewer than two steps have limits. A working day counts as eight hours."""
    timed = _timed(procedure)
    if len(timed) < 2:
        return None
    answers = [at for at, one in enumerate(timed) if _ANSWERS.search(f"{one.step.name}。{one.step.text}")]
    until = next((at for at in reversed(answers) if not timed[at].step.evaluation), len(timed) - 1) + 1
    before = timed[:until]
    in_turn = sum(one.seconds for one in before)
    saved = sum(min(one.seconds, other.seconds) for one, other in _shared(before))
    return Totals(in_turn, in_turn - saved, sum(one.seconds for one in timed[until:]))


def _shared(timed: Sequence[_Timed]) -> list[tuple[_Timed, _Timed]]:
    """Neighbours of one phase of which the text says neither from when nor in which order they run."""
    return [
        (one, other)
        for one, other in pairwise(timed)
        if one.step.phase == other.step.phase >= 0
        and _floats(one.limit)
        and _floats(other.limit)
        and _apart(one, other)
    ]


def _floats(limit: Limit) -> bool:
    return not limit.anchor and not limit.lasting


def _apart(one: _Timed, other: _Timed) -> bool:
    """Steps of their own in the text, not the halves of one."""
    return one.step.named and other.step.named


def limit_gaps(procedure: Procedure, draft: int, ids: Sequence[str]) -> Iterator[Gap]:
    """Limits without calendar or anchor, what they add up to, orders that are left open, steps without a limit."""
    timed = _timed(procedure)
    if not timed:
        return
    yield from _open_ends(timed, draft, procedure, ids)
    found = totals(procedure)
    if found is not None:
        yield Gap("limits_total", draft, (), timed[0].limit.span, _sum_text(found, timed))
    for one, other in _shared(timed):
        both = (_id(procedure, one.step, ids), _id(procedure, other.step, ids))
        zh = f"“{one.step.name}”和“{other.step.name}”都没有说从什么时候算起：后者可能在前者做完之前就开始，先后没有规定。"
        en = f"Neither “{one.step.name}” nor “{other.step.name}” says from when it runs: their order is undefined."
        yield Gap("order_undefined", draft, both, other.limit.span, Text(zh, en))
    without = [step for step in procedure.steps if not step.limits and not step.schedules]
    if without:
        names = "、".join(step.name for step in without[:12])
        elements = tuple(_id(procedure, step, ids) for step in without)
        text = Text(f"这些步骤没有时限：{names}。", f"These steps have no limit: {names}.")
        yield Gap("no_limit", draft, elements, without[0].span, text)


def _open_ends(timed: Sequence[_Timed], draft: int, procedure: Procedure, ids: Sequence[str]) -> Iterator[Gap]:
    for one in timed:
        element = (_id(procedure, one.step, ids),)
        if not one.limit.calendar:
            zh = f"“{one.limit.text}”没有说按工作时间还是自然时间。"
            en = f"“{one.limit.text}” does not say whether working time or clock time."
            yield Gap("limit_without_calendar", draft, element, one.limit.span, Text(zh, en))
        if _floats(one.limit):
            zh = f"“{one.limit.text}”没有说从什么时候算起。"
            en = f"“{one.limit.text}” does not say from when it runs."
            yield Gap("limit_without_anchor", draft, element, one.limit.span, Text(zh, en))


def _id(procedure: Procedure, step: Step, ids: Sequence[str]) -> str:
    at = procedure.steps.index(step)
    return ids[at] if at < len(ids) else ""


def _hours(seconds: int) -> str:
    return f"{seconds / 3600:g}"


def _sum_text(found: Totals, timed: Sequence[_Timed]) -> Text:
    low, high = sorted((found.shared, found.in_turn))
    hours = _hours(high) if low == high else f"{_hours(low)}–{_hours(high)}"
    days = f"{high / _WORKING_DAY:g}" if low == high else f"{low / _WORKING_DAY:g}–{high / _WORKING_DAY:g}"
    zh = f"到答复客户为止，最长路线上各时限共 {hours} 小时"
    en = f"Until the customer is answered the limits on the longest way add up to {hours} hours"
    if low != high:
        zh += "（有的时限可能同时起算）"
        en += " (some may run from the same moment)"
    if found.after:
        zh += f"，之后还有 {_hours(found.after)} 小时"
        en += f", and {_hours(found.after)} hours follow"
    if any(not one.limit.calendar for one in timed):
        zh += f"；按每天 8 小时工作时间是 {days} 个工作日，按自然时间是 {high / 86400:.2g} 天"
        en += f"; at 8 working hours a day that is {days} working days, by the clock {high / 86400:.2g} days"
    return Text(f"{zh}。", f"{en}.")
