"""The fields of an element that can differ, each with its name and its value in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bihuan.bpmn.model import Chart, Flow, Loop, Node, Text
from bihuan.bpmn.outline.read import condition_of, event_words
from bihuan.bpmn.outline.words import deadline_words, listed, name_of, spaced

_NONE: Final = Text("无", "none")
QUOTED: Final = frozenset({"name", "name_en", "condition", "expression"})
"""Fields whose values stand in quotation marks."""


@dataclass(frozen=True, slots=True)
class Field:
    """`of`: the value in words in a chart, "" for none. `long`: a text that a sentence does not repeat."""

    key: str
    name: Text
    of: Callable[[Chart, Node], Text]
    long: bool = False


def plain(word: str | None) -> Text:
    """A word that is the same in both languages."""
    return Text(word or "", word or "")


def _yes(value: bool) -> Text:
    return Text("是", "yes") if value else Text("否", "no")


def _deadline(chart: Chart, node: Node) -> Text:
    limit = node.ext.deadline
    return Text("") if limit is None else deadline_words(limit)


def _anchor(chart: Chart, node: Node) -> Text:
    limit = node.ext.deadline
    if limit is None or limit.anchor == "entered":
        return Text("")
    if limit.anchor == "start":
        return Text("从问题开始时算", "from the start")
    other = chart.nodes.get(limit.anchor[5:])
    name = name_of(other) if other is not None else plain(limit.anchor[5:])
    return Text(f"从“{name.zh}”算", f"from “{name.en}”")


def _calendar(chart: Chart, node: Node) -> Text:
    return plain(node.ext.deadline.calendar) if node.ext.deadline else Text("")


def _warn(chart: Chart, node: Node) -> Text:
    return plain("、".join(f"{one} %" for one in node.ext.deadline.warn)) if node.ext.deadline else Text("")


def _told(chart: Chart, node: Node) -> Text:
    return plain(node.ext.deadline.escalate_to) if node.ext.deadline else Text("")


def _loop(chart: Chart, node: Node) -> Text:
    loop: Loop | None = node.loop
    if loop is None:
        return Text("")
    parts = [loop.kind, loop.collection or "", *(one.text for one in (loop.cardinality, loop.completion) if one)]
    parts += [str(loop.maximum or ""), loop.condition.text if loop.condition else "", str(loop.test_before or "")]
    return plain(" ".join(part for part in parts if part))


def _event(chart: Chart, node: Node) -> Text:
    words = event_words(node)
    if node.event is not None and node.event.activity:
        return plain(node.event.activity)
    return words


def _timer_calendar(chart: Chart, node: Node) -> Text:
    return plain(node.event.timer.calendar) if node.event is not None and node.event.timer is not None else Text("")


def _mappings(chart: Chart, node: Node) -> Text:
    pairs = [*((one, "→") for one in node.inputs), *((one, "←") for one in node.outputs)]
    return plain("；".join(f"{one.source or '*'} {sign} {one.target or '*'}" for one, sign in pairs))


def _sentences(name: str) -> Callable[[Chart, Node], Text]:
    def of(chart: Chart, node: Node) -> Text:
        found = getattr(node.ext, name)
        return Text("\n".join(one.zh for one in found), "\n".join(one.en for one in found))

    return of


def _word(name: str) -> Callable[[Chart, Node], Text]:
    return lambda chart, node: plain(str(getattr(node.ext, name)))


_APPROVALS: Final = {
    "single": Text("一人审批", "one decides"),
    "any": Text("或签", "any-sign"),
    "all": Text("会签", "all-sign"),
    "vote": Text("票签", "vote"),
    "sequential": Text("依次审批", "sequential"),
}
NODE_FIELDS: Final[tuple[Field, ...]] = (
    Field("name", Text("名称", "name"), lambda chart, node: plain(node.name)),
    Field("name_en", Text("英文名称", "English name"), lambda chart, node: plain(node.name_en)),
    Field("kind", Text("类型", "kind"), lambda chart, node: plain(node.kind)),
    Field("role", Text("责任角色", "role"), _word("role")),
    Field("department", Text("部门", "department"), _word("department")),
    Field("assign", Text("指派方式", "assignment"), _word("assign")),
    Field("deadline", Text("时限", "deadline"), _deadline),
    Field("anchor", Text("时限起点", "start of the deadline"), _anchor),
    Field("calendar", Text("时限日历", "calendar of the deadline"), _calendar),
    Field("warn", Text("预警", "warnings"), _warn),
    Field("escalate_to", Text("到期告知", "who is told when it is late"), _told),
    Field("form", Text("表单", "form"), _word("form")),
    Field(
        "groups", Text("填写部分", "parts of the form"), lambda chart, node: listed([plain(g) for g in node.ext.groups])
    ),
    Field("operation", Text("操作", "operation"), _word("operation")),
    Field("decision", Text("决策表", "decision table"), _word("decision")),
    Field(
        "approval",
        Text("审批方式", "way of approval"),
        lambda chart, node: _APPROVALS.get(node.ext.approval, plain(node.ext.approval)),
    ),
    Field("approval_quorum", Text("几人同意算通过", "how many must agree"), _word("approval_quorum")),
    Field(
        "approvers", Text("审批角色", "approvers"), lambda chart, node: listed([plain(r) for r in node.ext.approvers])
    ),
    Field("phase", Text("阶段", "stage"), _word("phase")),
    Field("status", Text("状态", "status"), _word("status")),
    Field("holder", Text("时间算在谁头上", "whose time it is"), _word("holder")),
    Field("choice", Text("由人选择", "chosen by a person"), lambda chart, node: _yes(node.ext.choice)),
    Field("trigger", Text("触发", "trigger"), lambda chart, node: plain(node.trigger)),
    Field("event", Text("等待或发出的", "what it waits for or says"), _event),
    Field("timer_calendar", Text("定时日历", "calendar of the timer"), _timer_calendar),
    Field("interrupting", Text("中断", "interrupting"), lambda chart, node: _yes(node.interrupting)),
    Field("loop", Text("重复", "repetition"), _loop),
    Field("called", Text("调用的流程", "called process"), lambda chart, node: plain(node.called)),
    Field("mappings", Text("数据传递", "data handed over"), _mappings),
    Field("message", Text("消息", "message"), lambda chart, node: plain(node.message)),
    Field("script", Text("计算", "script"), lambda chart, node: plain(node.script.text if node.script else "")),
    Field("result", Text("计算结果", "result"), lambda chart, node: plain(node.result)),
    Field("instructions", Text("任务说明", "instructions"), _sentences("instructions"), long=True),
    Field("methods", Text("操作方法", "method"), _sentences("methods"), long=True),
    Field("cautions", Text("注意事项", "cautions"), _sentences("cautions"), long=True),
    Field("importants", Text("重点提示", "important notes"), _sentences("importants"), long=True),
    Field("cases", Text("案例", "cases"), _sentences("cases"), long=True),
    Field("evidence", Text("必备证据", "evidence"), _sentences("evidence"), long=True),
    Field("criterion", Text("判断依据", "criterion"), _sentences("criterion"), long=True),
    Field("documentation", Text("说明", "documentation"), lambda chart, node: plain(node.documentation), long=True),
)

FLOW_FIELDS: Final[Mapping[str, tuple[Text, Callable[[Chart, Flow], Text]]]] = {
    "name": (Text("名称", "name"), lambda chart, flow: plain(flow.name)),
    "name_en": (Text("英文名称", "English name"), lambda chart, flow: plain(flow.name_en)),
    "condition": (Text("条件", "condition"), condition_of),
    "expression": (Text("条件写法", "expression"), lambda chart, flow: plain(flow.condition)),
    "default": (Text("默认出口", "default"), lambda chart, flow: _yes(flow.is_default)),
    "kind": (Text("走向", "direction"), lambda chart, flow: plain(flow.kind)),
}
"""The fields of an arrow; `expression` only counts where the condition in words is the same."""


def process_fields(chart: Chart) -> list[tuple[str, Text, Text]]:
    """(key, name, value) of what the process says of itself."""
    phases = Text("、".join(one.name for one in chart.phases), ", ".join(one.name_en for one in chart.phases))
    said = plain("；".join(repr(one) for one in (*chart.phases, *chart.variables.values())))
    return [
        ("name", Text("名称", "name"), Text(chart.name, chart.name_en)),
        ("purpose", Text("目标", "purpose"), chart.purpose),
        ("starts_when", Text("起点", "start"), chart.starts_when),
        ("ends_when", Text("终点", "end"), chart.ends_when),
        ("owner", Text("负责人", "owner"), plain(chart.owner)),
        ("review_by", Text("下次评审", "next review"), plain(chart.review_by)),
        ("phases", Text("阶段", "stages"), phases),
        ("variables", Text("声明的名称", "declared names"), plain("、".join(chart.variables))),
        ("details", Text("阶段或名称的细节", "details of stages or names"), said),
        ("documentation", Text("说明", "documentation"), plain(chart.documentation)),
    ]


def changed(name: Text, before: Text, after: Text, *, long: bool = False, quoted: bool = False) -> Text:
    """`时限由 4 工作小时改为 2 工作小时`."""
    if long or "\n" in before.zh + after.zh:
        if not before.zh and not before.en:
            return Text(f"补上了{name.zh}", f"{name.en} added")
        if not after.zh and not after.en:
            return Text(f"去掉了{name.zh}", f"{name.en} removed")
        return Text(f"{name.zh}有改动", f"{name.en} changed")
    old, new = _value(before, quoted=quoted), _value(after, quoted=quoted)
    said = spaced(f"{name.zh}由{old.zh}改为{new.zh}")
    return Text(said, f"{name.en} changed from {old.en} to {new.en}")


def _value(text: Text, *, quoted: bool) -> Text:
    zh, en = text.zh, text.en or text.zh
    if not zh and not en:
        return _NONE
    return Text(f"“{zh}”", f"“{en}”") if quoted else Text(zh, en)
