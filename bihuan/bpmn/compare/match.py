"""Which element of the new chart is which of the old one: by id, else by name, kind and neighbours."""

from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from bihuan.bpmn.model import Chart, Flow, Node

_ENOUGH: Final = 3
"""Points from which two elements with different ids are the same; the name alone is not enough for short names."""
_Key = TypeVar("_Key")


def match_nodes(old: Chart, new: Chart) -> dict[str, str]:
    """Old id to new id, of the nodes that are in both."""
    found = {key: key for key, node in old.nodes.items() if key in new.nodes and _alike(node, new.nodes[key])}
    left_old = [node for key, node in old.nodes.items() if key not in found]
    left_new = [node for key, node in new.nodes.items() if key not in found]
    # Neighbours that are found make their own neighbours surer: once more until nothing is added.
    while left_old and left_new:
        pairs = _pairs(old, new, left_old, left_new, found)
        if not pairs:
            break
        found.update(pairs)
        taken = set(found.values())
        left_old = [node for node in left_old if node.id not in found]
        left_new = [node for node in left_new if node.id not in taken]
    return found


def _alike(one: Node, two: Node) -> bool:
    """The same id may have been given anew to something quite different."""
    return one.kind == two.kind or one.name == two.name != ""


def _pairs(
    old: Chart, new: Chart, left_old: Iterable[Node], left_new: Iterable[Node], found: Mapping[str, str]
) -> dict[str, str]:
    """The pairs that are each other's best."""
    groups: dict[str, list[Node]] = {}
    for node in left_new:
        groups.setdefault(node.kind, []).append(node)
    around_new = {node.id: _around(new, node) for node in left_new}
    scores: list[tuple[int, int, str, str]] = []
    for at, one in enumerate(left_old):
        around = _around(old, one)
        for two in groups.get(one.kind, []):
            score = _score(one, two, around, around_new[two.id], found)
            if score >= _ENOUGH:
                scores.append((-score, at, one.id, two.id))
    chosen: dict[str, str] = {}
    taken: set[str] = set()
    for _, _, key, other in sorted(scores):
        if key not in chosen and other not in taken:
            chosen[key] = other
            taken.add(other)
    return chosen


def _around(chart: Chart, node: Node) -> tuple[frozenset[tuple[bool, str, str]], frozenset[tuple[bool, str]]]:
    """Neighbours before (False) and after (True), by kind and name, and by id."""
    before = [chart.nodes[chart.flows[one].source] for one in node.incoming]
    after = [chart.nodes[chart.flows[one].target] for one in node.outgoing]
    if node.attached_to is not None:
        before.append(chart.nodes[node.attached_to])
    sides = [(False, one) for one in before] + [(True, one) for one in after]
    return frozenset((side, one.kind, one.name) for side, one in sides), frozenset(
        (side, one.id) for side, one in sides
    )


def _score(
    one: Node,
    two: Node,
    around: tuple[frozenset[tuple[bool, str, str]], frozenset[tuple[bool, str]]],
    others: tuple[frozenset[tuple[bool, str, str]], frozenset[tuple[bool, str]]],
    found: Mapping[str, str],
) -> int:
    if one.trigger != two.trigger:
        return 0
    score = 3 if one.name and one.name == two.name else 0
    if one.name and two.name and not score:
        return 0
    score += min(2, len(around[0] & others[0]))
    known = frozenset((side, found.get(key, "")) for side, key in around[1])
    return score + min(2, len(known & others[1])) + (2 if known and known == others[1] else 0)


def match_flows(old: Chart, new: Chart, nodes: Mapping[str, str]) -> dict[str, str]:
    """Old id to new id, of the arrows that are in both."""
    found = {key: key for key in old.flows if key in new.flows and _shares_end(old.flows[key], new.flows[key], nodes)}
    taken = set(found.values())
    spare: dict[tuple[str, str], list[Flow]] = {}
    for flow in new.flows.values():
        if flow.id not in taken:
            spare.setdefault((flow.source, flow.target), []).append(flow)
    for key, flow in old.flows.items():
        ends = nodes.get(flow.source, ""), nodes.get(flow.target, "")
        if key in found or not spare.get(ends):
            continue
        same = [one for one in spare[ends] if one.name == flow.name] or spare[ends]
        found[key] = same[0].id
        spare[ends].remove(same[0])
    return found


def _shares_end(one: Flow, two: Flow, nodes: Mapping[str, str]) -> bool:
    return nodes.get(one.source) == two.source or nodes.get(one.target) == two.target


def match_lanes(old: Chart, new: Chart) -> dict[str, str]:
    """Old id to new id, of the lanes; those with other ids by name."""
    found = {key: key for key in old.lanes if key in new.lanes}
    by_name = {lane.name: key for key, lane in new.lanes.items() if key not in found and lane.name}
    for key, lane in old.lanes.items():
        if key not in found and lane.name in by_name:
            found[key] = by_name.pop(lane.name)
    return found
