"""State: where the tokens of one instance are now. Small however long the history; changed only by appliers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, cast

from bihuan.bpmn.engine.records import Act, Document, Done, Incident, Subscription, Timer
from bihuan.bpmn.expressions import Lookup, UndeclaredName
from bihuan.bpmn.model import Chart
from bihuan.bpmn.values import JsonValue, Values

ROOT: Final = 0
"""The number of the instance itself as a scope."""
_COMMON: Final = frozenset({"v", "process", "next", "variables", "acts", "timers", "subs", "times", "ends"})
_COUNTS: Final = frozenset({"nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances"})


@dataclass(frozen=True, slots=True)
class Token:
    """A token at rest: `item` is its number, `scope` the activation it is in (0: the instance)."""

    item: int
    node: str
    scope: int


class State:
    """Tokens, joins, timers, subscriptions, incidents and variables of one instance.

    Read `variables`, `ended`, `end_nodes` and `tokens()`; the rest belongs to the engine.
    """

    __slots__ = (
        "acts",
        "done",
        "end_nodes",
        "how",
        "incidents",
        "joins",
        "next",
        "off",
        "process",
        "subs",
        "timers",
        "times",
        "variables",
    )

    def __init__(self, process: str) -> None:
        self.process = process
        self.next = 1
        self.variables: Values = {}
        self.acts: dict[int, Act] = {}
        self.joins: dict[tuple[int, str], dict[str, int]] = {}
        self.timers: dict[int, Timer] = {}
        self.subs: dict[int, Subscription] = {}
        self.incidents: dict[int, Incident] = {}
        self.times: dict[str, int] = {}
        self.done: dict[int, Done] = {}
        self.end_nodes: tuple[str, ...] = ()
        self.off = False
        self.how = ""

    @property
    def ended(self) -> bool:
        """Whether the instance is over."""
        return bool(self.how)

    def tokens(self) -> tuple[Token, ...]:
        """Every activation, sub-processes and the tokens in them included, in order of beginning."""
        return tuple(Token(act["id"], act["node"], act["scope"]) for act in self.acts.values())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, State) and self.to_document() == other.to_document()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"State({self.to_document()!r})"

    def copy(self) -> "State":
        """A State that can be changed without changing this one (records are shared, they never change)."""
        twin = State.__new__(State)
        twin.process = self.process
        twin.next = self.next
        twin.variables = self.variables.copy()
        twin.acts = self.acts.copy()
        twin.joins = self.joins.copy() if self.joins else {}
        twin.timers = self.timers.copy() if self.timers else {}
        twin.subs = self.subs.copy() if self.subs else {}
        twin.incidents = self.incidents.copy() if self.incidents else {}
        twin.times = self.times.copy()
        twin.done = self.done.copy() if self.done else {}
        twin.end_nodes = self.end_nodes
        twin.off = self.off
        twin.how = self.how
        return twin

    def to_document(self) -> Document:
        """This state as plain JSON. Do not change what is in it: it is shared with the state."""
        document: Document = {"v": 1, "process": self.process, "next": self.next}
        if self.variables:
            document["variables"] = self.variables
        if self.acts:
            document["acts"] = list(self.acts.values())
        if self.timers:
            document["timers"] = list(self.timers.values())
        if self.subs:
            document["subs"] = list(self.subs.values())
        if self.times:
            document["times"] = self.times
        if self.end_nodes:
            document["ends"] = list(self.end_nodes)
        if self.joins or self.incidents or self.done or self.off or self.how:
            self._rare(document)
        return document

    def _rare(self, document: Document) -> None:
        if self.joins:
            document["joins"] = [(scope, node, flows) for (scope, node), flows in self.joins.items()]
        if self.incidents:
            document["incidents"] = list(self.incidents.values())
        if self.done:
            document["done"] = list(self.done.values())
        if self.off:
            document["off"] = True
        if self.how:
            document["ended"] = self.how

    @classmethod
    def from_document(cls, document: Mapping[str, object]) -> "State":
        """The state that `to_document` wrote; ValueError for anything else."""
        if document.get("v") != 1 or not isinstance(document.get("process"), str):
            raise ValueError("not a state document of version 1")
        found = cast("Document", document)
        try:
            return cls._read(found)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a state document: {error!r}") from error

    @classmethod
    def _read(cls, document: Document) -> "State":
        # Nothing is copied: records never change, and `copy` makes new containers before anything is changed.
        state = cls.__new__(cls)
        state.process = document["process"]
        state.next = document["next"]
        state.variables = document.get("variables", {})
        state.acts = {act["id"]: act for act in document["acts"]} if "acts" in document else {}
        state.timers = {timer["id"]: timer for timer in document["timers"]} if "timers" in document else {}
        state.subs = {sub["id"]: sub for sub in document["subs"]} if "subs" in document else {}
        state.times = document.get("times", {})
        state.end_nodes = tuple(document.get("ends", ()))
        state.joins = {}
        state.incidents = {}
        state.done = {}
        state.off = document.get("off", False)
        state.how = document.get("ended", "")
        if not document.keys() <= _COMMON:
            state._read_rare(document)
        return state

    def _read_rare(self, document: Document) -> None:
        self.joins = {(scope, node): flows for scope, node, flows in document.get("joins", ())}
        self.incidents = {one["id"]: one for one in document.get("incidents", ())}
        self.done = {one["id"]: one for one in document.get("done", ())}

    def place_of(self, node_id: str) -> int:
        """The activation of `node_id` that has been open longest, else the instance itself."""
        return next((act["id"] for act in self.acts.values() if act["node"] == node_id), ROOT)

    def lookup(self, chart: Chart, place: int, more: Mapping[str, object]) -> Lookup:
        """Names as seen by activation `place`, with `more` on top of all."""
        if place == ROOT and not more:
            return partial(self._top, chart, self.process, self.variables)

        def look(name: str) -> JsonValue:
            return cast("JsonValue", more[name]) if name in more else self.value(chart, place, name)

        return look

    def value(self, chart: Chart, place: int, name: str) -> JsonValue:
        """The value of `name` as seen at `place`; UndeclaredName if nothing there declares it."""
        while place != ROOT:
            act = self.acts[place]
            values = act.get("v")
            if values is not None and name in values:
                return values[name]
            if name in _COUNTS and "mi" in act:
                return _count(chart, act, name)
            node = chart.nodes[act["node"]]
            if node.called is not None and "mi" not in act:
                return self._top(chart, node.called, values or {}, name)
            place = act["scope"]
        return self._top(chart, self.process, self.variables, name)

    def _top(self, chart: Chart, key: str, values: Values, name: str) -> JsonValue:
        if name in values:
            return values[name]
        scope = chart.scopes[key]
        if name == "times":
            return {short: self.times.get(node, 0) for short, node in scope.counted}
        if name in scope.variables:
            return None
        raise UndeclaredName(name)

    def visible(self, chart: Chart, place: int) -> Values:
        """All variables seen at `place` that have a value, inner ones over outer ones."""
        found: Values = {}
        while place != ROOT:
            act = self.acts[place]
            found = {**act.get("v", {}), **found}
            if chart.nodes[act["node"]].called is not None and "mi" not in act:
                return found
            place = act["scope"]
        return {**self.variables, **found}

    def holder(self, chart: Chart, place: int, name: str) -> int:
        """The scope whose variable `name` is when it is set at `place`."""
        while place != ROOT:
            act = self.acts[place]
            if name in act.get("v", ()):
                return place
            if chart.nodes[act["node"]].called is not None and "mi" not in act:
                return place
            place = act["scope"]
        return ROOT


def _count(chart: Chart, act: Act, name: str) -> int:
    done, number = act["mi"]["done"], act["mi"]["n"]
    if name == "nrOfCompletedInstances":
        return done
    if name == "nrOfInstances":
        return number if number >= 0 else done
    loop = chart.nodes[act["node"]].loop
    parallel = loop is not None and loop.kind == "parallel"
    return number - done if parallel else int(number < 0 or done < number)
