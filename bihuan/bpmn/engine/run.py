"""The working desk of one command: the state being changed, what has happened, and the moves still to be made."""

from collections import deque
from collections.abc import Mapping
from typing import Final, TypeVar

from bihuan.bpmn.engine.appliers import APPLIERS, entered, left, passed
from bihuan.bpmn.engine.effects import ClearIncident, ClearTimer, Effect, RaiseIncident, Unsubscribe
from bihuan.bpmn.engine.events import Entered, Left, Passed
from bihuan.bpmn.engine.records import Act, Compensating, Done, Entry, Incident, Multi, Subscription, Timer
from bihuan.bpmn.engine.state import ROOT, State
from bihuan.bpmn.expressions import Lookup
from bihuan.bpmn.model import Chart, Node
from bihuan.bpmn.values import JsonValue, Values

STEPS: Final = 10_000
"""Moves one command may lead to; beyond that the chart goes round without waiting, and that is an incident."""

_NO_VALUES: Final[Values] = {}


_Watching = TypeVar("_Watching", Timer, Subscription)


def _of(watching: dict[int, _Watching], number: int) -> list[_Watching]:
    return [one for one in watching.values() if one["act"] == number] if watching else []


class Stuck(Exception):
    """A move cannot be made; it becomes an incident with this code and detail."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class Run:
    """One command at work.

    `agenda` holds the moves to be made, first come first served: ("go", scope, flow, outcome) a token goes along a
    flow; ("begin", scope, node, None) a token begins at a node; ("leave", scope, node, None) it takes the flows out;
    ("finish", scope, node, detail) an activity is done; ("inst", body, node, index) an instance begins; ("done", scope,
    "", None) a scope may be over. A move is made as a whole or, as an incident, not at all.
    `check`: scopes that lost a token. `changed`: variables changed, so that conditions must be looked at; `fresh`:
    conditions that were armed in this step and must be looked at in any case.
    """

    __slots__ = ("agenda", "base", "changed", "chart", "check", "effects", "events", "flows", "fresh", "nodes", "state")

    def __init__(self, chart: Chart, base: State) -> None:
        self.chart = chart
        self.nodes = chart.nodes
        self.flows = chart.flows
        self.base = base
        self.state = base.copy()
        self.events: list[Mapping[str, object]] = []
        self.effects: list[Effect] = []
        self.agenda: deque[Entry] = deque()
        self.check: set[int] = set()
        self.changed = False
        self.fresh: set[int] = set()

    def emit(self, event: Mapping[str, object]) -> None:
        """Notes an event (one of the TypedDicts of events.py) and applies it."""
        self.events.append(event)
        APPLIERS[event["type"], event["v"]](self.state, event)

    def open(
        self,
        node: Node,
        scope: int,
        by: str | None,
        index: int | None = None,
        values: Values | None = None,
        mi: Multi | None = None,
        items: list[JsonValue] | None = None,
        comp: Compensating | None = None,
    ) -> int:
        """A token comes to rest in `node`; gives the number of the new activation."""
        number = self.state.next
        event: Entered = {"type": "entered", "v": 1, "id": number, "node": node.id, "scope": scope}
        if by is not None:
            event["flow"] = by
        if index is not None:
            event["index"] = index
        elif node.counted:
            event["count"] = True
        if values is not None:
            event["values"] = values
        if mi is not None:
            event["mi"] = mi
        if items is not None:
            event["items"] = items
        if comp is not None:
            event["comp"] = comp
        self.events.append(event)
        entered(self.state, event)
        return number

    def passed(self, node: Node, scope: int, by: str | None) -> None:
        """A token goes through `node`."""
        event: Passed = {"type": "passed", "v": 1, "node": node.id, "scope": scope}
        if by is not None:
            event["flow"] = by
        if node.counted:
            event["count"] = True
        if scope == ROOT and node.kind == "endEvent":
            event["end"] = True
        self.events.append(event)
        passed(self.state, event)

    def close(self, act: Act, how: str) -> None:
        """The activation is over; what watched over it is put away."""
        number = act["id"]
        self.disarm(number)
        if self.state.incidents:
            self.clear_incidents_of(number)
        if how == "completed" and self.nodes[act["node"]].undoable:
            self._remember(act)
        event: Left = {"type": "left", "v": 1, "id": number, "node": act["node"], "how": how}
        self.events.append(event)
        left(self.state, event)

    def _remember(self, act: Act) -> None:
        number = act["id"]
        node = self.nodes[act["node"]]
        inside = [one for one in self.state.done.values() if one["scope"] == number]
        if not inside and not self._has_handler(node):
            return
        record: Done = {"id": number, "node": node.id, "scope": act["scope"]}
        if "v" in act:
            record["v"] = act["v"]
        if "mi" in act:
            record["mi"] = True
        if inside:
            record["inside"] = inside
        self.emit({"type": "remembered", "v": 1, "record": record, "absorbs": number})

    def _has_handler(self, node: Node) -> bool:
        if any(self.nodes[event].trigger == "compensation" for event in node.boundary):
            return True
        scope = self.chart.scopes.get(node.id)
        return scope is not None and any(self.nodes[sub.start].trigger == "compensation" for sub in scope.event_subs)

    def disarm(self, number: int, kind: str | None = None) -> None:
        """Puts away timers and subscriptions of an activation (`kind`: only those of event nodes of that kind)."""
        state = self.state
        for timer in _of(state.timers, number):
            if kind is None or self.nodes[timer["node"]].kind == kind:
                self.clear_timer(timer["id"])
        for sub in _of(state.subs, number):
            if kind is None or self.nodes[sub["node"]].kind == kind:
                self.unsubscribe(sub["id"])

    def clear_timer(self, number: int) -> None:
        """The timer is gone."""
        self.emit({"type": "timer_cleared", "v": 1, "id": number})
        self.effects.append(ClearTimer(number))

    def unsubscribe(self, number: int) -> None:
        """The subscription is gone."""
        kind = self.state.subs[number]["kind"]
        self.emit({"type": "unsubscribed", "v": 1, "id": number})
        if kind != "conditional":
            self.effects.append(Unsubscribe(number))

    def clear_incidents_of(self, number: int) -> None:
        """Puts away the incidents of an activation."""
        for incident in [one for one in self.state.incidents.values() if one.get("act") == number]:
            self.clear_incident(incident["id"])

    def clear_incident(self, number: int) -> None:
        """The incident is over."""
        self.emit({"type": "incident_cleared", "v": 1, "id": number})
        self.effects.append(ClearIncident(number))

    def raise_incident(
        self, node: str, scope: int, code: str, detail: str, entries: list[Entry], act: int | None = None
    ) -> None:
        """The chart cannot go on here: `entries` (moves) or the activation `act` wait for help."""
        number = self.state.next
        incident: Incident = {
            "id": number,
            "node": node,
            "scope": scope,
            "code": code,
            "detail": detail[:300],
            "entries": [list(entry) for entry in entries],
        }
        if act is not None:
            incident["act"] = act
        self.emit({"type": "incident_raised", "v": 1, "incident": incident})
        self.effects.append(RaiseIncident(number, node, code, incident["detail"]))

    def leave(self, node: Node, scope: int) -> None:
        """The token leaves `node`: along all its flows, or where conditions decide by a move of its own."""
        if node.split:
            self.agenda.append(("leave", scope, node.id, None))
            return
        for flow_id in node.outgoing:
            self.agenda.append(("go", scope, flow_id, None))
        if not node.outgoing:
            self.check.add(scope)

    def finish(self, node: Node, scope: int, detail: int | str | None = None) -> None:
        """The activity `node` in `scope` is done. `detail`: its index in a multi-instance, or the chosen flow."""
        if scope == ROOT and detail is None:
            self.leave(node, scope)
        elif scope == ROOT and isinstance(detail, str):
            self.agenda.append(("go", scope, node.outgoing[0], detail))
        else:
            self.agenda.append(("finish", scope, node.id, detail))

    def lookup(self, place: int, more: Values = _NO_VALUES) -> Lookup:
        """Names as seen at an activation."""
        return self.state.lookup(self.chart, place, more)

    def set_variables(self, place: int, values: Values) -> None:
        """Sets variables as seen from `place`: each where it is held already, else in the instance."""
        if not values:
            return
        self.changed = True
        if place == ROOT:
            self.emit({"type": "variables_set", "v": 1, "scope": ROOT, "values": values})
            return
        held: dict[int, Values] = {}
        for name, value in values.items():
            held.setdefault(self.state.holder(self.chart, place, name), {})[name] = value
        for scope, part in held.items():
            self.emit({"type": "variables_set", "v": 1, "scope": scope, "values": part})
