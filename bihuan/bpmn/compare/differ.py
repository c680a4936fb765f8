"""`compare`: the way in."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bihuan.bpmn.compare.fields import FLOW_FIELDS, NODE_FIELDS, QUOTED, changed, process_fields
from bihuan.bpmn.compare.match import match_flows, match_lanes, match_nodes
from bihuan.bpmn.compare.model import Difference, Differences, Kind
from bihuan.bpmn.draw.diagram import Diagram, read_diagram
from bihuan.bpmn.model import Chart, Flow, Node, Text
from bihuan.bpmn.outline.words import name_of
from bihuan.bpmn.verify.reading import read
from bihuan.bpmn.xml.reader import read_xml

_SPOKEN: Final = re.compile(r"\b(times\.|same_as:)([\w.-]+)")
_LONGEST: Final = 60
"""Characters of a value that a sentence repeats."""


def compare(old: Chart | bytes, new: Chart | bytes) -> Differences:
    """What differs between two charts (of bytes: their first process). ChartRefused for bytes that are no chart."""
    one, two = _chart(old), _chart(new)
    return _Comparison(one, two).result()


def _chart(given: Chart | bytes) -> Chart:
    return given if isinstance(given, Chart) else read(given)[0].chart


class _Comparison:
    def __init__(self, old: Chart, new: Chart) -> None:
        self.old, self.new = old, new
        self.nodes = match_nodes(old, new)
        self.flows = match_flows(old, new, self.nodes)
        self.lanes = match_lanes(old, new)

    def result(self) -> Differences:
        changes = (*self._process(), *self._lanes(), *self._nodes(), *self._flows())
        same = {**self.nodes, **self.flows, **self.lanes}
        return Differences(changes, tuple(self._moved(same)), same)

    def _translated(self, value: Text) -> Text:
        """An old value with the new ids of the steps it speaks of."""

        def new(found: re.Match[str]) -> str:
            return found[1] + self.nodes.get(found[2], found[2])

        return Text(_SPOKEN.sub(new, value.zh), _SPOKEN.sub(new, value.en))

    def _process(self) -> Iterator[Difference]:
        key, was = self.new.process_id, self.old.process_id
        shown: set[str] = set()
        for (field, name, before), (_, _, after) in zip(
            process_fields(self.old), process_fields(self.new), strict=True
        ):
            hidden = field == "details" and shown & {"phases", "variables"}
            if (before.zh, before.en) != (after.zh, after.en) and not hidden:
                shown.add(field)
                text = changed(name, before, after, long=field == "details" or _is_long(before, after))
                yield Difference("process", field, key, was, Text(f"流程的{text.zh}", f"Process: {text.en}"))

    def _lanes(self) -> Iterator[Difference]:
        back = {new: old for old, new in self.lanes.items()}
        for key, lane in self.new.lanes.items():
            if key not in back:
                yield _added("lane", key, _quoted("泳道", "lane", lane.name or key, lane.name_en))
                continue
            before = self.old.lanes[back[key]]
            if (before.name, before.name_en) != (lane.name, lane.name_en):
                said = Text(
                    f"泳道“{before.name}”改名为“{lane.name}”",
                    f"Lane “{before.name_en or before.name}” renamed to “{lane.name_en or lane.name}”",
                )
                yield Difference("lane", "name", key, back[key], said)
        for key, lane in self.old.lanes.items():
            if key not in self.lanes:
                yield _removed("lane", key, _quoted("泳道", "lane", lane.name or key, lane.name_en))

    def _nodes(self) -> Iterator[Difference]:
        back = {new: old for old, new in self.nodes.items()}
        for key, node in self.new.nodes.items():
            if key in back:
                yield from self._node(self.old.nodes[back[key]], node)
            else:
                yield _added("node", key, _node_words(node))
        for key, node in self.old.nodes.items():
            if key not in self.nodes:
                yield _removed("node", key, _node_words(node))

    def _node(self, before: Node, after: Node) -> Iterator[Difference]:
        shown: set[str] = set()
        for field in NODE_FIELDS:
            one, two = self._translated(field.of(self.old, before)), field.of(self.new, after)
            if field.key == "calendar" and "deadline" in shown:
                continue
            if (one.zh, one.en) != (two.zh, two.en):
                shown.add(field.key)
                yield self._said(
                    before,
                    after,
                    field.key,
                    changed(field.name, one, two, long=field.long or _is_long(one, two), quoted=field.key in QUOTED),
                )
        yield from self._place(before, after)

    def _place(self, before: Node, after: Node) -> Iterator[Difference]:
        """Where an element belongs: lane, sub-process, the step it is attached to."""
        name = name_of(before)
        if self.lanes.get(before.lane or "") != after.lane:
            lanes = changed(Text("泳道", "lane"), _lane(self.old, before), _lane(self.new, after))
            yield self._said(before, after, "lane", lanes)
        if self.nodes.get(before.parent or "") != after.parent:
            text = Text(f"“{name.zh}”移到了别的子流程", f"“{name.en}” moved to another sub-process")
            yield Difference("node", "parent", after.id, before.id, text)
        if self.nodes.get(before.attached_to or "") != after.attached_to:
            text = Text(f"“{name.zh}”附着到了别的步骤", f"“{name.en}” is attached to another step")
            yield Difference("node", "attached_to", after.id, before.id, text)

    @staticmethod
    def _said(before: Node, after: Node, what: str, text: Text) -> Difference:
        name = name_of(before)
        return Difference("node", what, after.id, before.id, Text(f"“{name.zh}”的{text.zh}", f"“{name.en}”: {text.en}"))

    def _flows(self) -> Iterator[Difference]:
        back = {new: old for old, new in self.flows.items()}
        for key, flow in self.new.flows.items():
            if key in back:
                yield from self._flow(self.old.flows[back[key]], flow)
            else:
                yield _added("flow", key, _flow_words(self.new, flow))
        for key, flow in self.old.flows.items():
            if key not in self.flows:
                yield _removed("flow", key, _flow_words(self.old, flow))

    def _flow(self, before: Flow, after: Flow) -> Iterator[Difference]:
        words = _flow_words(self.old, before)
        if (self.nodes.get(before.source), self.nodes.get(before.target)) != (after.source, after.target):
            ends = _ends(self.new, after)
            text = Text(f"{words.zh}改接为{ends.zh}", f"{words.en} now leads {ends.en}")
            yield Difference("flow", "ends", after.id, before.id, text)
        shown: set[str] = set()
        for key, (name, of) in FLOW_FIELDS.items():
            one, two = self._translated(of(self.old, before)), of(self.new, after)
            if (one.zh, one.en) == (two.zh, two.en) or (key == "expression" and "condition" in shown):
                continue
            shown.add(key)
            text = changed(name, one, two, long=_is_long(one, two), quoted=key in QUOTED)
            yield Difference("flow", key, after.id, before.id, Text(f"{words.zh}的{text.zh}", f"{words.en}: {text.en}"))

    def _moved(self, same: Mapping[str, str]) -> Iterator[Difference]:
        one, two = _diagram(self.old), _diagram(self.new)
        if one is None or two is None:
            return
        ways = {line.id: line.points for line in two.lines}
        for key, shape in one.shapes.items():
            other = two.shapes.get(same.get(key, ""))
            if other is not None and key in self.nodes and other.box != shape.box:
                name = name_of(self.old.nodes[key])
                yield Difference(
                    "node", "moved", other.id, key, Text(f"“{name.zh}”换了位置", f"“{name.en}” stands elsewhere")
                )
        for line in one.lines:
            new = same.get(line.id, "")
            if new in ways and ways[new] != line.points:
                words = _flow_words(self.new, self.new.flows[new])
                yield Difference(
                    "flow", "moved", new, line.id, Text(f"{words.zh}换了走线", f"{words.en} is drawn another way")
                )


def _diagram(chart: Chart) -> Diagram | None:
    try:
        found = read_diagram(read_xml(chart.source), "zh")
    except ValueError:
        return None
    return found if found.shapes else None


def _is_long(one: Text, two: Text) -> bool:
    return max(len(one.zh), len(two.zh), len(one.en), len(two.en)) > _LONGEST


def _added(kind: Kind, key: str, words: Text) -> Difference:
    return Difference(kind, "added", key, "", Text(f"新增{words.zh}", f"Added: {words.en}"))


def _removed(kind: Kind, key: str, words: Text) -> Difference:
    return Difference(kind, "removed", key, key, Text(f"删去{words.zh}", f"Removed: {words.en}"))


def _quoted(zh: str, en: str, name: str, name_en: str) -> Text:
    return Text(f"{zh}“{name}”", f"{en} “{name_en or name}”")


def _node_words(node: Node) -> Text:
    name = name_of(node)
    zh, en = (
        ("网关", "gateway")
        if node.kind.endswith("Gateway")
        else ("事件", "event")
        if node.kind.endswith("Event")
        else ("步骤", "step")
    )
    return Text(f"{zh}“{name.zh}”", f"{en} “{name.en}”")


def _flow_words(chart: Chart, flow: Flow) -> Text:
    ends = _ends(chart, flow)
    if not flow.name:
        return Text(f"连线{ends.zh}", f"arrow {ends.en}")
    return Text(f"连线“{flow.name}”（{ends.zh}）", f"arrow “{flow.name_en or flow.name}” ({ends.en})")


def _ends(chart: Chart, flow: Flow) -> Text:
    one, two = name_of(chart.nodes[flow.source]), name_of(chart.nodes[flow.target])
    return Text(f"“{one.zh}”→“{two.zh}”", f"“{one.en}” → “{two.en}”")


def _lane(chart: Chart, node: Node) -> Text:
    lane = chart.lanes.get(node.lane or "")
    return Text("") if lane is None else Text(lane.name or lane.id, lane.name_en or lane.name or lane.id)
