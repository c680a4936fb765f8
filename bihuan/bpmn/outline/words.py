"""Conditions, limits and times in plain Chinese and English, with the labels that the chart declares."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bihuan.bpmn.expressions import Binary, Call, Choice, Expression, Interval, Items, Literal, Name, Tree, Unary
from bihuan.bpmn.model import Chart, Deadline, Node, Text, TimerDefinition
from bihuan.bpmn.outline.naming import kind_of
from bihuan.bpmn.timing import cycle_of, seconds_of
from bihuan.bpmn.xml.vocabulary import GATEWAYS

_WIDE: Final = "\u3400-\u9fff"
_BEFORE: Final = re.compile(f"(?<=[{_WIDE}])(?=[A-Za-z0-9])")
_AFTER: Final = re.compile(f"(?<=[A-Za-z0-9])(?=[{_WIDE}])")
_UNITS: Final = ((3_600, "小时", "hour"), (60, "分钟", "minute"), (1, "秒", "second"))
_DAY: Final = 86_400
_UNNAMED: Final = {
    "join": Text("汇聚", "Join"),
    "parallelGateway": Text("同时进行", "At the same time"),
    "inclusiveGateway": Text("按条件分开", "By condition"),
    "exclusiveGateway": Text("判断", "Decision"),
    "eventBasedGateway": Text("等待", "Waiting"),
    "startEvent": Text("开始", "Start"),
    "endEvent": Text("结束", "End"),
}
_VALUES: Final = {
    "high": Text("高", "high"),
    "medium": Text("中", "medium"),
    "low": Text("低", "low"),
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
}
_COMPARED: Final = {
    "==": Text("为", "is"),
    "!=": Text("不为", "is not"),
    "<": Text("小于", "is below"),
    "<=": Text("不超过", "is at most"),
    ">": Text("大于", "is above"),
    ">=": Text("不小于", "is at least"),
}
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_NEVER: Final = Text("条件尚未填写", "condition not filled in yet")


def name_of(node: Node) -> Text:
    """The name; what it is where it has none; the Chinese name for a missing English one."""
    if not node.name:
        kind = "join" if node.kind in GATEWAYS and len(node.outgoing) < 2 else node.kind
        known = kind_of(node)
        return _UNNAMED.get(kind, Text(f"{known.zh}（未命名）", f"unnamed {known.en}"))
    return Text(" ".join(node.name.split()), " ".join((node.name_en or node.name).split()))


def listed(parts: Sequence[Text], zh: str = "、", en: str = ", ") -> Text:
    """Several words as one."""
    return Text(zh.join(one.zh for one in parts), en.join(one.en or one.zh for one in parts))


def span_words(seconds: int, calendar: str) -> Text:
    """An amount of time: working hours unless the calendar never closes (`24x7`) or none is named."""
    clock = calendar in ("", "24x7")
    if clock and seconds >= _DAY and seconds % _DAY == 0:
        return _amount(seconds // _DAY, "天", "day")
    found = []
    for size, zh, en in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            found.append(_amount(count, zh if clock else f"工作{zh}", en if clock else f"working {en}"))
    return listed(found or [_amount(0, "秒", "second")], " ", " ")


def _amount(count: int, zh: str, en: str) -> Text:
    return Text(f"{count} {zh}", f"{count} {en}{'' if count == 1 else 's'}")


def deadline_words(limit: Deadline) -> Text:
    """The time itself: `2 工作小时`, `3 个工作日`; a calendar of its own is named."""
    if limit.workdays is not None:
        found = _amount(limit.workdays, "个工作日", "working day")
    else:
        found = span_words(limit.seconds or 0, limit.calendar)
    if limit.calendar in ("", "default", "24x7"):
        return found
    return Text(f"{found.zh}（日历 {limit.calendar}）", f"{found.en} (calendar {limit.calendar})")


def timer_words(timer: TimerDefinition) -> Text:
    """When a timer is due."""
    if timer.kind == "duration" and (seconds := seconds_of(timer.text)) is not None:
        return span_words(seconds, timer.calendar)
    if timer.kind == "cycle" and (cycle := cycle_of(timer.text)) is not None:
        each = span_words(seconds_of(cycle.every) or 0, timer.calendar)
        most = Text(f"，共 {cycle.count} 次", f", {cycle.count} times") if cycle.count else Text("", "")
        return Text(f"每 {each.zh}{most.zh}", f"every {each.en}{most.en}")
    return Text(timer.text, timer.text)


def condition_words(chart: Chart, test: Expression | None, written: str | None = None) -> Text:
    """A condition in words; `written` where it is not compiled. Empty for no condition at all."""
    if test is None:
        return Text(written or "", written or "")
    if test.tree == Literal(value=False):
        return _NEVER
    said = _Speaker(chart).whole(test.tree)
    return Text(spaced(said.zh), said.en)


def spaced(zh: str) -> str:
    """Latin letters and digits stand apart from Chinese."""
    return _AFTER.sub(" ", _BEFORE.sub(" ", zh))


class _Speaker:
    """Says the trees of one chart."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.ways: Mapping[type, Callable[..., Text]] = {
            Literal: self._literal,
            Name: self._name,
            Unary: self._unary,
            Binary: self._binary,
            Items: self._items,
            Interval: self._interval,
            Call: self._call,
            Choice: self._choice,
        }

    def whole(self, tree: Tree) -> Text:
        return self._part(tree, "")

    def say(self, tree: Tree) -> Text:
        return self.ways[type(tree)](tree)

    def _literal(self, tree: Literal) -> Text:
        if tree.value is None:
            return Text("空", "empty")
        if isinstance(tree.value, bool):
            return Text("是", "yes") if tree.value else Text("否", "no")
        word = str(tree.value)
        return _VALUES.get(word, Text(word, word)) if word else Text("空", "empty")

    def _name(self, tree: Name) -> Text:
        if tree.path[0] == "times" and len(tree.path) > 1:
            node = self._counted(tree.path[1])
            return Text(f"“{node.zh}”的次数", f"the number of times of “{node.en}”")
        known = self.chart.variables.get(tree.path[0])
        if known is None:
            return Text(".".join(tree.path), ".".join(tree.path))
        zh, en = known.label or known.name, known.label_en or known.name
        rest = "".join(f".{one}" for one in tree.path[1:])
        return Text(zh + rest, en + rest)

    def _counted(self, key: str) -> Text:
        node = self.chart.nodes.get(key)
        return name_of(node) if node is not None else Text(key, key)

    def _unary(self, tree: Unary) -> Text:
        inner = self.say(tree.of)
        if tree.op == "-":
            return Text(f"-{inner.zh}", f"-{inner.en}")
        if isinstance(tree.of, Name):
            return Text(f"“{inner.zh}”为否", f"“{inner.en}” is no")
        return Text(f"并非（{inner.zh}）", f"not ({inner.en})")

    def _binary(self, tree: Binary) -> Text:
        if tree.op in ("and", "or"):
            zh, en = ("并且", "and") if tree.op == "and" else ("或者", "or")
            left, right = self._part(tree.left, tree.op), self._part(tree.right, tree.op)
            return Text(f"{left.zh}{zh}{right.zh}", f"{left.en} {en} {right.en}")
        if tree.op in _COMPARED:
            return self._compared(tree)
        left, right = self.say(tree.left), self.say(tree.right)
        if tree.op == "in":
            return self._inside(tree, left, right)
        return Text(f"{left.zh} {tree.op} {right.zh}", f"{left.en} {tree.op} {right.en}")

    def _part(self, tree: Tree, around: str) -> Text:
        found = self.say(tree)
        if isinstance(tree, Name):
            return Text(f"“{found.zh}”为是", f"“{found.en}” is yes")
        if isinstance(tree, Binary) and tree.op in ("and", "or") and around and tree.op != around:
            return Text(f"（{found.zh}）", f"({found.en})")
        return found

    def _inside(self, tree: Binary, left: Text, right: Text) -> Text:
        if isinstance(tree.right, Items):
            return Text(f"{left.zh}为{right.zh}之一", f"{left.en} is one of {right.en}")
        if isinstance(tree.right, Interval):
            return Text(f"{left.zh}在 {right.zh}", f"{left.en} is {right.en}")
        return Text(f"{right.zh}中有{left.zh}", f"{right.en} contains {left.en}")

    def _compared(self, tree: Binary) -> Text:
        left, right, op = tree.left, tree.right, tree.op
        if isinstance(left, Literal) and not isinstance(right, Literal):
            left, right, op = right, left, _MIRRORED[op]
        if isinstance(right, Literal):
            special = self._count(left, op, right.value) or self._emptiness(left, op, right.value)
            if special is not None:
                return special
        one, two, how = self.say(left), self.say(right), _COMPARED[op]
        if isinstance(right, Literal) and isinstance(right.value, bool):
            one = Text(f"“{one.zh}”", f"“{one.en}”")
        return Text(f"{one.zh}{how.zh}{two.zh}", f"{one.en} {how.en} {two.en}")

    def _count(self, left: Tree, op: str, value: object) -> Text | None:
        """`times.X < 3`: how often a step has been come to."""
        if not isinstance(left, Name) or left.path[0] != "times" or len(left.path) != 2:
            return None
        node = self._counted(left.path[1])
        zh, en = f"“{node.zh}”", f"“{node.en}”"
        if op == "<":
            return Text(f"{zh}还不到 {value} 次", f"{en} has been done fewer than {value} times")
        if op == "<=":
            return Text(f"{zh}不超过 {value} 次", f"{en} has been done at most {value} times")
        if op == ">=":
            return Text(f"{zh}已满 {value} 次", f"{en} has been done {value} times")
        return Text(f"{zh}超过 {value} 次", f"{en} has been done more than {value} times") if op == ">" else None

    def _emptiness(self, left: Tree, op: str, value: object) -> Text | None:
        """`len(x) > 0` and the like."""
        if not isinstance(left, Call) or left.function != "len" or isinstance(value, bool):
            return None
        inner = listed([self.say(one) for one in left.arguments])
        if (op, value) in ((">", 0), ("!=", 0), (">=", 1)):
            return Text(f"{inner.zh}不为空", f"{inner.en} is not empty")
        if (op, value) in (("==", 0), ("<", 1), ("<=", 0)):
            return Text(f"{inner.zh}为空", f"{inner.en} is empty")
        return None

    def _items(self, tree: Items) -> Text:
        return listed([self.say(one) for one in tree.items])

    def _interval(self, tree: Interval) -> Text:
        low, high = self.say(tree.low), self.say(tree.high)
        ends_zh = "、".join(
            [f"不含 {one.zh}" for one, is_open in ((low, tree.low_open), (high, tree.high_open)) if is_open]
        )
        ends_en = ", ".join(
            [f"without {one.en}" for one, is_open in ((low, tree.low_open), (high, tree.high_open)) if is_open]
        )
        return Text(
            f"{low.zh} 到 {high.zh} 之间" + (f"（{ends_zh}）" if ends_zh else ""),
            f"between {low.en} and {high.en}" + (f" ({ends_en})" if ends_en else ""),
        )

    def _call(self, tree: Call) -> Text:
        inner = listed([self.say(one) for one in tree.arguments])
        if tree.function == "len":
            return Text(f"{inner.zh}的个数", f"the number of {inner.en}")
        return Text(f"{tree.function}({inner.zh})", f"{tree.function}({inner.en})")

    def _choice(self, tree: Choice) -> Text:
        test, then, otherwise = self._part(tree.condition, ""), self.say(tree.then), self.say(tree.otherwise)
        return Text(
            f"如果{test.zh}就看{then.zh}，否则看{otherwise.zh}",
            f"if {test.en} then {then.en}, otherwise {otherwise.en}",
        )
