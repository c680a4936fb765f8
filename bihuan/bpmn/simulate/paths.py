"""Which arrows lead from one piece of work to the next, through what leaves no trace in a log."""

from collections import deque
from collections.abc import Iterator
from typing import Final

from bihuan.bpmn.model import Chart

START: Final = ""
"""Where a case begins, as a place to come from."""
END: Final = " end"
"""Where a case is over, as a place to go to."""
_SPLITS: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway"})

Way = tuple[tuple[str, str], ...]
"""The splits on a way, and the arrow that is taken at each."""


class Paths:
    """Shortest ways between the elements `seen` in a log, each looked for once."""

    def __init__(self, chart: Chart, seen: frozenset[str]) -> None:
        self._chart = chart
        self._seen = seen
        self._known: dict[str, dict[str, Way]] = {}

    def way(self, source: str, target: str) -> Way | None:
        """The way from one to the other that passes nothing else that a log shows; None if there is none."""
        if source not in self._known:
            self._known[source] = self._from(source)
        return self._known[source].get(target)

    def _from(self, source: str) -> dict[str, Way]:
        found: dict[str, Way] = {}
        passed: set[str] = set()
        work: deque[tuple[str, Way]] = deque((node, ()) for node in self._begin(source))
        if source != START:
            work = deque(step for place in self._begin(source) for step in self._steps(place, ()))
        while work:
            node, way = work.popleft()
            if node in self._seen:
                found.setdefault(node, way)
            elif node not in passed:
                passed.add(node)
                if self._is_end(node):
                    found.setdefault(END, way)
                work.extend(self._steps(node, way))
        return found

    def _begin(self, source: str) -> list[str]:
        if source == START:
            return list(self._chart.scopes[self._chart.process_id].starts)
        return [source, *self._chart.nodes[source].boundary]

    def _steps(self, node_id: str, way: Way) -> Iterator[tuple[str, Way]]:
        node = self._chart.nodes[node_id]
        scope = self._chart.scopes.get(node_id)
        if scope is not None and node_id not in self._seen:
            yield from ((entry, way) for entry in scope.entries)
        for flow in node.outgoing:
            splits = len(node.outgoing) > 1 and node.kind in _SPLITS
            yield self._chart.flows[flow].target, (*way, (node_id, flow)) if splits else way
        if not node.outgoing and node.parent is not None:
            yield from self._steps(node.parent, way)

    def _is_end(self, node_id: str) -> bool:
        node = self._chart.nodes[node_id]
        return not node.outgoing and node.parent is None
