"""Which variables can still matter: values that nothing asks for any more keep equal cases apart for no reason.

A state without them leads to the same events. What asks is found on the drawing, generously: whatever could be reached
from where tokens are, by any arrow, event or enclosing sub-process, whether or not data would let it. Behind a task
that sets a variable each time it is completed, the value from before does not matter.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from bihuan.bpmn.decisions import DecisionTable
from bihuan.bpmn.engine.state import State
from bihuan.bpmn.expressions import Expression
from bihuan.bpmn.model import Chart, Node

_TIMES: Final = "times"
Path = tuple[str, ...]
"""A name with its members: `("risk",)`, `("times", "plan")`."""


class Liveness:
    """`keep`: names that are asked for outside the chart. `sets`: what is set whenever a task is completed."""

    def __init__(self, chart: Chart, keep: Iterable[str], sets: Mapping[str, Iterable[str]]) -> None:
        self._chart = chart
        self._everything = any(_asks_for_all(chart, node) for node in chart.nodes.values())
        self._sets = {key: frozenset(names) for key, names in sets.items()}
        self._inside: dict[str, list[str]] = {}
        for node in chart.nodes.values():
            if node.parent is not None:
                self._inside.setdefault(node.parent, []).append(node.id)
        self._live = self._solved()
        self._always: set[Path] = {(name,) for name in keep}
        for node in chart.nodes.values():
            if node.event_sub:
                self._always |= self._live[node.id]
        self._known: dict[frozenset[str], tuple[frozenset[str], frozenset[str] | None]] = {}

    def reduced(self, state: State) -> State:
        """The state without what cannot matter any more."""
        if self._everything or not (state.variables or state.times):
            return state
        places = frozenset([act["node"] for act in state.acts.values()] + [node for _, node in state.joins])
        if state.incidents or places not in self._known:
            if state.incidents:
                return state
            self._known[places] = self._matters(places)
        names, counts = self._known[places]
        twin = state.copy()
        twin.variables = {name: value for name, value in state.variables.items() if name in names}
        if counts is not None:
            twin.times = {node: count for node, count in state.times.items() if node in counts}
        return twin

    def _matters(self, places: Iterable[str]) -> tuple[frozenset[str], frozenset[str] | None]:
        """The names of variables, and the elements whose count is asked for (None: all)."""
        found = set(self._always).union(*(self._live[place] for place in places))
        counts = {path[1] if len(path) > 1 else "" for path in found if path[0] == _TIMES}
        # A count is asked for by an element's id in the file.
        nodes = frozenset(node.id for node in self._chart.nodes.values() if node.element_id in counts)
        return frozenset(path[0] for path in found), None if "" in counts else nodes

    def _solved(self) -> dict[str, frozenset[Path]]:
        """For each element, what may be asked for from the moment a token is there: the smallest sets that fit."""
        nodes = self._chart.nodes
        own = {key: frozenset(_asked_at(self._chart, node)) for key, node in nodes.items()}
        after = {key: frozenset(_asked_behind(self._chart, node)) for key, node in nodes.items()}
        live: dict[str, frozenset[Path]] = dict(own)
        changed = True
        while changed:
            changed = False
            for key, node in reversed(list(nodes.items())):
                sets = self._sets.get(key, frozenset())
                behind = after[key].union(*(live[self._chart.flows[flow].target] for flow in node.outgoing))
                kept = frozenset(path for path in behind if path[0] not in sets) if sets else behind
                found = own[key].union(kept, *(live[one] for one in self._beside(node)))
                if found != live[key]:
                    live[key], changed = found, True
        return live

    def _beside(self, node: Node) -> Iterator[str]:
        """Where a token may go on from here otherwise than by an arrow."""
        yield from node.boundary
        yield from self._inside.get(node.id, ())
        if node.parent is not None:
            yield node.parent
        if node.partner is not None:
            yield node.partner


def _asks_for_all(chart: Chart, node: Node) -> bool:
    """Whether a node hands all variables on, or brings back what was done long ago."""
    table = chart.decisions.get(node.ext.decision)
    opaque = table is not None and not isinstance(table, DecisionTable)
    return opaque or node.called is not None or node.undoable or node.trigger == "compensation"


def _asked_at(chart: Chart, node: Node) -> Iterator[Path]:
    """When a token comes, and while it is there."""
    tests = [node.script, node.event.condition if node.event is not None else None]
    if node.loop is not None:
        tests += [node.loop.cardinality, node.loop.completion, node.loop.condition]
        if node.loop.collection:
            yield (node.loop.collection,)
    if node.ad_hoc is not None:
        tests.append(node.ad_hoc.completion)
    if node.event is not None and node.event.timer is not None and not node.event.timer.literal:
        yield (node.event.timer.text,)
    table = chart.decisions.get(node.ext.decision)
    if isinstance(table, DecisionTable):
        tests += _in_table(table)
    for test in tests:
        if test is not None:
            yield from test.paths


def _asked_behind(chart: Chart, node: Node) -> Iterator[Path]:
    """When a token leaves."""
    for flow in node.outgoing:
        test = chart.flows[flow].test
        if test is not None:
            yield from test.paths


def _in_table(table: DecisionTable) -> Iterator[Expression]:
    for column in table.inputs:
        yield column.expression
    for rule in table.rules:
        yield rule.test
        yield from (cell for cell in rule.outputs if cell is not None)
    yield from (output.default for output in table.outputs if output.default is not None)
    for required in table.required:
        yield from _in_table(required.table)
