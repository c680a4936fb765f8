"""Bounds for loops: the arrow that leads back may be taken a few times, then the way out is."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from bihuan.bpmn.edit.edits import Edit, SetCondition
from bihuan.bpmn.model import Chart, Flow, Node, Text
from bihuan.bpmn.outline.graph import read_scope
from bihuan.bpmn.outline.words import name_of

MOST: Final = 3
"""Rounds that a mend allows."""


def bounds(
    chart: Chart, loop: Iterable[str], say: Callable[[Chart, Flow], Text]
) -> Iterator[tuple[Text, tuple[Edit, ...]]]:
    """Titles and edits that bound a loop of these nodes: at each decision from which a way leads out, and at all."""
    found: list[tuple[Text, tuple[Edit, ...]]] = []
    for node, back, out in _decisions(chart, set(loop)):
        edits = _edits(node, back, out)
        if edits:
            name, target = say(chart, back[0]), name_of(chart.nodes[back[0].target])
            title = Text(
                f"“{name.zh}”最多让“{target.zh}”办 {MOST} 次",
                f"“{name.en}” at most until “{target.en}” was done {MOST} times",
            )
            found.append((title, edits))
    yield from found
    if len(found) > 1:
        every = tuple(edit for _, edits in found for edit in edits)
        yield Text(f"每个回头处都最多 {MOST} 次", f"At most {MOST} times at every way back"), every


def _decisions(chart: Chart, inside: set[str]) -> Iterator[tuple[Node, list[Flow], list[Flow]]]:
    """The exclusive decisions of a loop, with the arrows that keep in it and those that go on."""
    nodes = [chart.nodes[key] for key in chart.nodes if key in inside]
    backwards = _backwards(chart, nodes)
    for node in nodes:
        if node.kind != "exclusiveGateway":
            continue
        flows = [chart.flows[one] for one in node.outgoing]
        back = [one for one in flows if one.id in backwards and one.target in inside]
        if not back and any(one.target not in inside for one in flows):
            back = [one for one in flows if one.target in inside]
        out = [one for one in flows if one not in back]
        if back and out:
            yield node, back, out


def _backwards(chart: Chart, nodes: list[Node]) -> set[str]:
    """The arrows that lead against the order of reading."""
    found: set[str] = set()
    for parent in {node.parent for node in nodes}:
        graph = read_scope(chart, [one for one in chart.nodes.values() if one.parent == parent])
        found |= {edge.flow for edges in graph.out for edge in edges if graph.leads_back(edge)}
    return found


def _edits(node: Node, back: list[Flow], out: list[Flow]) -> tuple[Edit, ...] | None:
    if node.ext.choice:
        # Somebody chooses: what leads out must be on offer whatever the count says.
        if not any(one.condition is None for one in out):
            return None
        return tuple(SetCondition(flow=one.id, condition=_bounded(one)) for one in back)
    if any(one.is_default for one in out):
        return tuple(SetCondition(flow=one.id, condition=_bounded(one)) for one in back)
    if len(out) != 1:
        return None
    return _turned(node, back, out[0])


def _turned(node: Node, back: list[Flow], out: Flow) -> tuple[Edit, ...] | None:
    """The way out becomes the default, so that it is taken when the way back is not any more."""
    edits: list[Edit] = [SetCondition(flow=out.id, default=True)]
    for one in back:
        if one.condition is not None and not one.is_default:
            edits.append(SetCondition(flow=one.id, condition=_bounded(one)))
        elif out.condition is not None and len(back) == 1:
            edits.append(SetCondition(flow=one.id, condition=f"not ({out.condition}) and {_count(one)}"))
        else:
            return None
    return tuple(edits)


def _bounded(flow: Flow) -> str:
    if flow.condition is None or flow.is_default:
        return _count(flow)
    return f"({flow.condition}) and {_count(flow)}"


def _count(flow: Flow) -> str:
    return f"times.{flow.target} < {MOST}"
