"""What an element is called in a sentence: by its name, else by what it is and where it stands."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final

from bihuan.bpmn.model import Chart, Flow, Node, Text

_ELEMENT: Final = Text("元素", "element")
_KINDS: Final = {
    "task": Text("任务", "task"),
    "userTask": Text("任务", "task"),
    "manualTask": Text("任务", "task"),
    "serviceTask": Text("服务任务", "service task"),
    "sendTask": Text("发送任务", "send task"),
    "receiveTask": Text("接收任务", "receive task"),
    "scriptTask": Text("脚本任务", "script task"),
    "businessRuleTask": Text("规则任务", "rule task"),
    "callActivity": Text("调用活动", "call activity"),
    "subProcess": Text("子流程", "subprocess"),
    "transaction": Text("事务", "transaction"),
    "adHocSubProcess": Text("自由子流程", "ad-hoc subprocess"),
    "exclusiveGateway": Text("排他网关", "exclusive gateway"),
    "inclusiveGateway": Text("包容网关", "inclusive gateway"),
    "parallelGateway": Text("并行网关", "parallel gateway"),
    "eventBasedGateway": Text("事件网关", "event gateway"),
    "startEvent": Text("开始事件", "start event"),
    "endEvent": Text("结束事件", "end event"),
    "intermediateCatchEvent": Text("中间事件", "intermediate event"),
    "intermediateThrowEvent": Text("中间事件", "intermediate event"),
    "boundaryEvent": Text("边界事件", "boundary event"),
}


def kind_of(node: Node) -> Text:
    """What an element is."""
    return _KINDS.get(node.kind, _ELEMENT)


class Caller:
    """Calls the elements of one chart. ``nodes``: those that are spoken of (a called process's own are not)."""

    def __init__(self, chart: Chart, nodes: Mapping[str, Node]) -> None:
        self.chart = chart
        self.nodes = nodes

    def called(self, key: str) -> Text:
        """“办理”; “办理”之后的任务（未命名）; an arrow by its ends; the whole chart for what is no part of it."""
        if key in self.nodes:
            return self._node(self.nodes[key])
        flow = self.chart.flows.get(key)
        if flow is not None and flow.source in self.nodes and flow.target in self.nodes:
            return self._arrow(flow)
        return _quoted(self.chart.name, self.chart.name_en) if self.chart.name else Text("整张图", "the whole chart")

    def _node(self, node: Node) -> Text:
        return _quoted(node.name, node.name_en) if _has_name(node) else self._unnamed[node.id]

    def _arrow(self, flow: Flow) -> Text:
        one, two = self._node(self.nodes[flow.source]), self._node(self.nodes[flow.target])
        return Text(f"从{one.zh}到{two.zh}的线", f"the arrow from {one.en} to {two.en}")

    @cached_property
    def _unnamed(self) -> dict[str, Text]:
        """Those of one kind at one place are counted."""
        groups: dict[tuple[Text, Text, Text], list[str]] = {}
        for node in self.nodes.values():
            if not _has_name(node):
                groups.setdefault((kind_of(node), *self._place(node)), []).append(node.id)
        found = {}
        for (kind, before, behind), keys in groups.items():
            for number, key in enumerate(keys, 1):
                zh, en = (f"第 {number} 个", f" {number}") if len(keys) > 1 else ("", "")
                found[key] = Text(
                    f"{before.zh}{zh}{kind.zh}（未命名）{behind.zh}", f"{before.en}unnamed {kind.en}{en}{behind.en}"
                )
        return found

    def _place(self, node: Node) -> tuple[Text, Text]:
        """What is said before and behind the kind: the next named element, on the way back or else ahead."""
        host = self.nodes.get(node.attached_to or "")
        if host is not None and _has_name(host):
            name = _quoted(host.name, host.name_en)
            return Text(f"{name.zh}上的"), Text("", f" on {name.en}")
        for back, zh, en in ((True, "之后", "after"), (False, "之前", "before")):
            near = self._nearest(node, back=back)
            if near is not None:
                name = _quoted(near.name, near.name_en)
                return Text(f"{name.zh}{zh}的"), Text("", f" {en} {name.en}")
        return Text(""), Text("")

    def _nearest(self, node: Node, *, back: bool) -> Node | None:
        seen, waiting = {node.id}, [node]
        for one in waiting:
            if _has_name(one):
                return one
            ways = [self.chart.flows[key] for key in (one.incoming if back else one.outgoing)]
            steps = [flow.source if back else flow.target for flow in ways]
            for key in self._known([one.attached_to or "", *steps] if back else steps):
                if key not in seen:
                    seen.add(key)
                    waiting.append(self.nodes[key])
        return None

    def _known(self, keys: Iterable[str]) -> list[str]:
        return [key for key in keys if key in self.nodes]


def _has_name(node: Node) -> bool:
    return bool(node.name.strip())


def _quoted(zh: str, en: str) -> Text:
    return Text(f"“{' '.join(zh.split())}”", f"“{' '.join((en.strip() or zh).split())}”")
