"""Drawing to net: the steps that the elements of one scope can make."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bihuan.bpmn.model import Node
from bihuan.bpmn.verify.net import START, Branch, Net, Split, Step, mask
from bihuan.bpmn.verify.scopes import Plan, is_certain, throws
from bihuan.bpmn.xml.vocabulary import ACTIVITIES, SUB_PROCESSES

_ALL_WAYS: Final = frozenset({"parallelGateway"})
_ONE_WAY: Final = frozenset({"exclusiveGateway", "eventBasedGateway"})
MANY_STEPS: Final = 24
"""Ways through one element beyond which those into it and those out of it are kept apart."""
FEW: Final = 3
"""Conditions on one element whose selections are written out at once."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something found. `path`: the elements entered on the way to it, from the start of what was looked at."""

    kind: str
    elements: tuple[str, ...]
    path: tuple[str, ...]


@dataclass(slots=True)
class Result:
    """What is known of a scope (or a branch) when it is played alone. None as a way: it cannot happen.

    `complete`: a way to its end. `doubted`: the ends of `throws` (the normal end as "") that were only come to behind
    two tokens that met, where nothing is sure. `throws`: by end event that lets something out, a way to it. `hangs`: a way to where
    it can never go on; `stuck`: what is found there; `rescued`: what would be found there if no event freed it.
    `unstopped`: a way to where it can no longer be ended by a terminate or throwing end event of its own.
    `troubles`: what is found in any case. `fires`: the elements executed in some run, as bits.
    """

    complete: tuple[str, ...] | None = None
    doubted: set[str] = field(default_factory=set)
    throws: dict[str, tuple[str, ...]] = field(default_factory=dict)
    hangs: tuple[str, ...] | None = None
    stuck: list[Trouble] = field(default_factory=list)
    rescued: list[Trouble] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    unstopped: tuple[str, ...] | None = None
    fires: int = 0
    decided: bool = True


class Builder:
    """Makes the net of the elements `members` of one scope.

    `results`: of the sub-processes in it; `apart`: of the branches that are judged by themselves, by their event.
    """

    def __init__(
        self,
        plan: Plan,
        scope: str | None,
        members: Iterable[str],
        results: dict[str, Result],
        apart: dict[str, Result],
    ) -> None:
        self.plan = plan
        self.scope = scope
        self.members = set(members)
        self.results = results
        self.apart = apart
        self.has_end = scope in plan.ends
        self.net = Net()
        self.arrows: dict[str, int] = {}
        self.running: dict[tuple[str, int, bool], int] = {}
        self.single: dict[tuple[str, str, tuple[int, ...]], int] = {}
        self.guarded: list[tuple[int, int, set[str]]] = []

    def build(self, starts: Sequence[Sequence[str]]) -> Net:
        """The net that begins with any one of `starts`: elements that begin together."""
        for group in starts:
            self._begin(group)
        for key in sorted(self.members, key=self.plan.bit.__getitem__):
            node = self.plan.nodes[key]
            if node.kind not in ("startEvent", "boundaryEvent") and not node.event_sub:
                self._enter(node, tuple(self.arrow(flow) for flow in node.incoming))
        self._set_guards()
        return self.net

    def arrow(self, flow: str) -> int:
        """The place of an arrow."""
        if flow not in self.arrows:
            self.arrows[flow] = self.net.place("arrow", flow)
        return self.arrows[flow]

    def _only(self, kind: str, what: str, by: tuple[int, ...] = ()) -> int:
        if (kind, what, by) not in self.single:
            self.single[kind, what, by] = self.net.place(kind, what)
        return self.single[kind, what, by]

    def _begin(self, group: Sequence[str]) -> None:
        first = [self.plan.nodes[key] for key in group]
        if len(first) == 1 and first[0].kind in ("startEvent", "boundaryEvent"):
            self._leave(first[0], START, (first[0].id,), self.plan.bit[first[0].id])
            return
        begins = [self.net.place("inside", node.id) for node in first]
        self.net.add(Step("", (), (START,), tuple(begins)))
        for node, place in zip(first, begins, strict=True):
            self._enter(node, (place,))

    def _enter(self, node: Node, incoming: tuple[int, ...]) -> None:
        if not incoming:
            return
        bit = self.plan.bit[node.id]
        if node.kind in ACTIVITIES and (self.plan.events(node) or node.kind in SUB_PROCESSES):
            self._activity(node, incoming)
        elif node.kind == "endEvent":
            self._end(node, incoming)
        elif node.kind == "parallelGateway" and len(incoming) > 1:
            self._leave(node, incoming, (node.id,), bit)
        elif node.kind == "inclusiveGateway" and len(incoming) > 1:
            self._gather(node, incoming, bit)
        else:
            self._pass(node, incoming, bit)

    def _gather(self, node: Node, incoming: tuple[int, ...], bit: int) -> None:
        if not self._is_open(node):
            for way in self._ways(node, incoming):
                self.net.add(Step(node.id, (node.id,), incoming, way, bit, gathers=True))
            return
        split = self._choices(node, incoming, (node.id,), bit)
        if len(split.maybe) <= FEW:
            for chosen in split.selections():
                gives = tuple(one.place for one in chosen)
                self.net.add(Step(node.id, (node.id,), incoming, gives, bit, gathers=True))
            return
        inside = self.net.place("inside", node.id)
        self.net.add(Step(node.id, (node.id,), incoming, (inside,), bit, gathers=True))
        self._leave(node, inside, (), 0)

    def _pass(self, node: Node, incoming: tuple[int, ...], bit: int) -> None:
        if len(incoming) * len(node.outgoing) <= MANY_STEPS and node.kind != "inclusiveGateway":
            for place in incoming:
                self._leave(node, place, (node.id,), bit)
            return
        if len(incoming) == 1:
            self._leave(node, incoming[0], (node.id,), bit)
            return
        inside = self.net.place("inside", node.id)
        for place in incoming:
            self.net.add(Step(node.id, (node.id,), (place,), (inside,), bit))
        self._leave(node, inside, (), 0)

    def _end(self, node: Node, incoming: tuple[int, ...]) -> None:
        bit = self.plan.bit[node.id]
        kind = "throw" if throws(node) else "terminate" if node.trigger == "terminate" else ""
        for place in incoming:
            if kind:
                over = self.net.over(kind, node.id, place)
                self.net.add(Step(node.id, (node.id,), (place,), (over,), bit))
            else:
                self.net.add(Step(node.id, (node.id,), (place,), (), bit))

    def _leave(self, node: Node, place: int | tuple[int, ...], path: tuple[str, ...], fires: int) -> None:
        """The steps by which a token goes on from `place` (several: one from each) behind `node`."""
        takes = place if isinstance(place, tuple) else (place,)
        if node.trigger == "link" and node.partner is not None:
            behind = self.plan.nodes[node.partner]
            self._leave(behind, takes, (*path, behind.id), fires | self.plan.bit[behind.id])
            return
        if self._is_open(node):
            self._split(node, takes, path, fires)
            return
        for way in self._ways(node, takes):
            self.net.add(Step(path[0] if path else node.id, path, takes, way, fires))

    def _ways(self, node: Node, takes: tuple[int, ...]) -> list[tuple[int, ...]]:
        """The arrows that may be taken together behind `node`."""
        if not node.outgoing:
            # Tokens that came by different arrows do not meet there.
            return [(self._only("stuck", node.id, takes),)] if self.has_end else [()]
        places = tuple(self.arrow(flow) for flow in node.outgoing)
        return [(place,) for place in places] if node.kind in _ONE_WAY else [places]

    def _is_open(self, node: Node) -> bool:
        if len(node.outgoing) < 2 or node.kind in _ONE_WAY or node.kind in _ALL_WAYS:
            return False
        flows = [self.plan.flow(one) for one in node.outgoing]
        return node.kind == "inclusiveGateway" or any(flow.is_default or not is_certain(flow) for flow in flows)

    def _choices(self, node: Node, takes: tuple[int, ...], path: tuple[str, ...], fires: int) -> Split:
        flows = [self.plan.flow(one) for one in node.outgoing]
        plain = [flow for flow in flows if not flow.is_default]
        unsaid = node.kind == "inclusiveGateway" and all(flow.condition is None for flow in flows)
        always = [Branch(self.arrow(flow.id)) for flow in plain if is_certain(flow) and not unsaid]
        maybe = [Branch(self.arrow(flow.id)) for flow in plain if unsaid or not is_certain(flow)]
        default = next((Branch(self.arrow(flow.id)) for flow in flows if flow.is_default), None)
        return Split(path[0] if path else node.id, mask(takes), path, fires, always, maybe, default)

    def _split(self, node: Node, takes: tuple[int, ...], path: tuple[str, ...], fires: int) -> None:
        split = self._choices(node, takes, path, fires)
        if len(split.maybe) <= FEW and len(takes) == 1 and node.kind != "inclusiveGateway":
            for chosen in split.selections():
                self.net.add(Step(split.node, path, takes, tuple(one.place for one in chosen), fires))
        else:
            self.net.splits.append(split)

    def _selected(self, node: Node, here: int) -> list[tuple[int, ...]]:
        """The arrows that may be taken together behind an activity with an inside, or an event at an activity.

        Written out at once: it is one step with what ends the inside, and an inclusive join could tell a token that has
        not chosen yet from one that has.
        """
        if not self._is_open(node):
            return self._ways(node, (here,))
        split = self._choices(node, (here,), (), 0)
        self.net.partial = self.net.partial or split.is_large
        return [tuple(one.place for one in chosen) for chosen in split.selections()]

    def _activity(self, node: Node, incoming: tuple[int, ...]) -> None:
        result = self.results.get(node.id)
        events = self.plan.events(node)
        fires = self.plan.bit[node.id] | (result.fires if result else 0)
        counted: list[Node] = []
        for event in events:
            apart = self.apart.get(event.id)
            if apart is not None:
                fires |= apart.fires
            if not event.interrupting and (apart is None or apart.hangs is not None):
                counted.append(event)
        first = self._run(node, (1 << len(counted)) - 1, False)
        for place in incoming:
            self.net.add(self._opening(node, place, first, fires))
        hung = result is not None and result.hangs is not None
        self._set_ways_out(node, counted)
        for still in range(1 << len(counted)):
            self._going_on(node, still, result)
            for state in (False, True) if hung else (False,):
                self._happenings(node, counted, still, state)

    def _opening(self, node: Node, place: int, first: int, fires: int) -> Step:
        if node.id not in self.results:
            return Step(node.id, (node.id,), (place,), (first,), fires)
        begins = self.plan.scope(node.id).starts[:1]
        return Step(node.id, (node.id,), (place,), (first,), fires, opens=node.id, begins=begins)

    def _set_ways_out(self, node: Node, counted: list[Node]) -> None:
        sure = [self._out(one) for one in (node, *self.plan.events(node)) if one.interrupting]
        for still in range(1 << len(counted)):
            maybe = [self._out(one) for at, one in enumerate(counted) if still >> at & 1 and one.id not in self.apart]
            for hung in (False, True):
                self.net.ways_out[self._run(node, still, hung)] = (sum(sure, ()), sum(maybe, ()))

    def _out(self, node: Node) -> tuple[int, ...]:
        return tuple(self.arrow(flow) for flow in node.outgoing)

    def _run(self, node: Node, still: int, hung: bool) -> int:
        key = (node.id, still, hung)
        if key not in self.running:
            self.running[key] = self.net.place("hung" if hung else "run", node.id)
            self.net.groups[node.id] = self.net.groups.get(node.id, 0) | 1 << self.running[key]
        return self.running[key]

    def _going_on(self, node: Node, still: int, result: Result | None) -> None:
        here = self._run(node, still, False)
        if result is None:
            self._leave(node, here, (), 0)
            return
        if result.complete is not None:
            self._leave_inside(node, node, here, result, "")
        if result.hangs is not None:
            self.net.add(Step(node.id, (), (here,), (self._run(node, still, True),)))
        if result.complete is None and result.hangs is None and not result.throws:
            self.net.add(Step(node.id, (), (here,), (), doubt=True))
        own = {event.id: event for event in self.plan.events(node)}
        for end in result.throws:
            event = own.get(self.plan.catcher[end] or "")
            if event is not None:
                self._leave_inside(event, node, here, result, end)
            else:
                over = self.net.over("throw", end, here)
                self.net.add(_over(node, here, over, result, end))

    def _leave_inside(self, by: Node, node: Node, here: int, result: Result, end: str) -> None:
        """The inside of `node` is over, and its token leaves by the arrows of `by`: itself, or an event that catches."""
        path, fires = ((), 0) if by is node else ((by.id,), self.plan.bit[by.id])
        for way in self._selected(by, here):
            over = _over(node, here, START, result, end)
            self.net.add(replace(over, node=by.id, path=path, gives=way, fires=fires))

    def _happenings(self, node: Node, counted: list[Node], still: int, hung: bool) -> None:
        here = self._run(node, still, hung)
        for event in self.plan.events(node):
            if event.interrupting and self.plan.is_free(event):
                self._leave(event, here, (event.id,), self.plan.bit[event.id])
        for at, event in enumerate(counted):
            if still >> at & 1:
                self._besides(event, here, self._run(node, still & ~(1 << at), hung))

    def _besides(self, event: Node, here: int, after: int) -> None:
        bit = self.plan.bit[event.id]
        if event.id in self.apart:
            over = self._only("hung", event.id)
            self.net.frozen |= 1 << here | 1 << over
            opening = Step(event.id, (), (here,), (after, over), bit, opens=event.id, begins=(event.id,))
            self.net.add(replace(opening, guard=1 << over))
            return
        begin = len(self.net.moves)
        for way in self._selected(event, here):
            self.net.add(Step(event.id, (event.id,), (here,), (after, *way), bit))
        branch = self.plan.branch(event)
        if self.plan.is_detached(event, branch):
            self.guarded += [(at, here, branch) for at in range(begin, len(self.net.moves))]
            self.net.frozen |= 1 << here

    def _set_guards(self) -> None:
        """A detached branch does not begin again while it is open: no place of its elements may be marked."""
        for at, here, branch in self.guarded:
            move = self.net.moves[at]
            if move.takes != 1 << here:
                continue
            region = mask(number for number in range(len(self.net.places)) if self._owner(number) in branch)
            self.net.moves[at] = replace(move, guard=region)
            self.net.steps[move.steps[0]] = replace(self.net.steps[move.steps[0]], guard=region)
            self.net.frozen |= region

    def _owner(self, number: int) -> str:
        place = self.net.places[self.net.before_over.get(number, number)]
        return self.plan.flow(place.what).source if place.kind == "arrow" else place.what


def _over(node: Node, here: int, behind: int, result: Result, end: str) -> Step:
    """The step by which the inside of an element is over, by one of its ends."""
    path = result.throws[end] if end else result.complete or ()
    return Step(node.id, (), (here,), (behind,), closes=node.id, inside=path, doubt=end in result.doubted)
