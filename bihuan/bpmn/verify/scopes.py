"""What lies where in a chart: the elements of a scope, who catches what is thrown, which branches are detached."""

from collections.abc import Iterable

from bihuan.bpmn.expressions import Literal
from bihuan.bpmn.model import Chart, Flow, Node, Scope

_THROWS = frozenset({"error", "cancel"})


class Plan:
    """A chart with what the verifier asks of it again and again. Numbers of elements are bits of `fires`."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.nodes = {key: node for key, node in chart.nodes.items() if ":" not in key or node.element_id == key}
        self.bit = {key: 1 << at for at, key in enumerate(self.nodes)}
        self.inside: dict[str | None, list[Node]] = {}
        for node in self.nodes.values():
            self.inside.setdefault(node.parent, []).append(node)
        self.ends = {node.parent for node in self.nodes.values() if node.kind == "endEvent"}
        self.catcher = {node.id: self._caught_by(node) for node in self.nodes.values() if throws(node)}
        self.thrown_to = {catcher for catcher in self.catcher.values() if catcher is not None}

    def scope(self, parent: str | None) -> Scope:
        """The scope directly inside a sub-process, or the process."""
        return self.chart.scopes[self.chart.process_id if parent is None else parent]

    def flow(self, key: str) -> Flow:
        """An arrow."""
        return self.chart.flows[key]

    def targets(self, node: Node) -> list[str]:
        """The elements that a token in `node` may come to next, by arrow, link or boundary event."""
        found = [self.flow(flow).target for flow in node.outgoing]
        if node.trigger == "link" and node.partner is not None:
            found.append(node.partner)
        return found + [one.id for one in self.events(node)]

    def events(self, node: Node) -> list[Node]:
        """The boundary events of an activity that can happen."""
        return [self.nodes[one] for one in node.boundary if self.nodes[one].trigger != "compensation"]

    def is_free(self, event: Node) -> bool:
        """Whether the event comes at any moment, and not only by a throw from inside."""
        return event.trigger != "cancel" and event.id not in self.thrown_to

    def ignored(self, node: Node) -> bool:
        """Whether compensation is all that `node` is for, so that nothing is said about it."""
        if node.for_compensation or (node.kind == "boundaryEvent" and node.trigger == "compensation"):
            return True
        starts = [one for one in self.inside.get(node.id, ()) if node.event_sub and one.kind == "startEvent"]
        if any(one.trigger == "compensation" for one in starts):
            return True
        return node.parent is not None and self.ignored(self.nodes[node.parent])

    def _caught_by(self, end: Node) -> str | None:
        code = end.event.name if end.event is not None else None
        scope, came_from = end.parent, None
        off = False
        while True:
            if not off:
                found = _best(self._starts(scope, came_from), end.trigger, code)
                if found is not None:
                    return found.id
            if scope is None:
                return None
            around = self.nodes[scope]
            found = _best(self.events(around), end.trigger, code)
            if found is not None:
                return found.id
            off = around.event_sub and any(
                one.interrupting for one in self.inside.get(scope, ()) if one.kind == "startEvent"
            )
            came_from, scope = scope, around.parent

    def _starts(self, scope: str | None, came_from: str | None) -> list[Node]:
        return [self.nodes[sub.start] for sub in self.scope(scope).event_subs if sub.node != came_from]

    def branch(self, event: Node) -> set[str]:
        """All elements of the scope that a token from `event` can come to."""
        found = {event.id}
        work = [event]
        while work:
            for target in self.targets(work.pop()):
                if target not in found:
                    found.add(target)
                    work.append(self.nodes[target])
        return found

    def is_detached(self, event: Node, branch: set[str]) -> bool:
        """Whether the branch behind a non-interrupting event never meets the rest of its scope (end events apart)."""
        for key in branch:
            node = self.nodes[key]
            if node.kind == "endEvent" or key == event.id:
                continue
            if any(self.flow(flow).source not in branch for flow in node.incoming):
                return False
            if node.trigger == "link" and any(one.partner == key and one.id not in branch for one in self._links(node)):
                return False
        return event.attached_to not in branch

    def _links(self, node: Node) -> Iterable[Node]:
        return (one for one in self.inside[node.parent] if one.kind == "intermediateThrowEvent")

    def stands_apart(self, branch: set[str]) -> bool:
        """Whether a detached branch can also be judged apart: nothing in it ends the scope or waits for the rest."""
        return not any(
            node.kind == "inclusiveGateway"
            or (node.kind == "endEvent" and node.trigger in _THROWS | {"terminate"})
            or (node.id in self.inside and self.lets_out(node.id))
            for node in (self.nodes[key] for key in branch)
        )

    def lets_out(self, scope: str) -> bool:
        """Whether a throw inside the sub-process may leave it and be caught by none of its own events."""
        own = {event.id for event in self.events(self.nodes[scope])}
        return any(
            self.lies_in(end, scope) and catcher not in own and (catcher is None or not self.lies_in(catcher, scope))
            for end, catcher in self.catcher.items()
        )

    def lies_in(self, key: str, scope: str) -> bool:
        """Whether an element lies in a sub-process, at any depth."""
        parent = self.nodes[key].parent
        while parent is not None and parent != scope:
            parent = self.nodes[parent].parent
        return parent == scope


def throws(node: Node) -> bool:
    """Whether the element ends its scope by a throw."""
    return node.kind == "endEvent" and node.trigger in _THROWS


def _best(events: Iterable[Node], kind: str, code: str | None) -> Node | None:
    fitting = [one for one in events if one.trigger == kind and one.event is not None]
    ranked = [one for one in fitting if one.event is not None and one.event.name == code]
    ranked += [one for one in fitting if one.event is not None and one.event.name is None]
    if code is None:
        ranked += fitting
    return ranked[0] if ranked else None


def is_certain(flow: Flow) -> bool:
    """Whether the arrow is always taken: it has no condition, or one that says `true`."""
    return flow.condition is None or (
        flow.test is not None and isinstance(flow.test.tree, Literal) and flow.test.tree.value is True
    )
