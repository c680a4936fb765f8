"""Chart to net: every element of the standard that we run, as far as a log can show it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final, TypeVar

from bihuan.bpmn.model import Node
from bihuan.bpmn.replay.matching import is_work
from bihuan.bpmn.replay.net import Net, Transition
from bihuan.bpmn.replay.reduce import reduced
from bihuan.bpmn.verify.scopes import Plan, is_certain
from bihuan.bpmn.xml.vocabulary import ACTIVITIES, SUB_PROCESSES

_T = TypeVar("_T", str, int)

MANY: Final = 6
"""Arrows of an inclusive gateway beyond which only one, and all together, are written out as its ways."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """What lies directly in a process or sub-process. `run`: marked while it is open, None where nobody asks."""

    key: str | None
    run: int | None
    places: set[int]


def build(plan: Plan, repeated: Collection[str], seen: Collection[str]) -> Net:
    """The net of a chart.

    `repeated`: activities with a loop or multi-instance marker. `seen`: elements other than work that the log names;
    the others leave nothing in it.
    """
    return _Builder(plan, repeated, seen).net()


class _Builder:
    def __init__(self, plan: Plan, repeated: Collection[str], seen: Collection[str]) -> None:
        self.plan = plan
        self.repeated = repeated
        self.seen = seen
        self.made: list[Transition] = []
        self.count = 0
        self.scopes: dict[str | None, _Scope] = {}
        self.flows: dict[str, int] = {}
        self.entries: dict[str, int] = {}
        self.exits: dict[str, int] = {}
        self.joins: list[tuple[Node, int]] = []
        self.late: list[tuple[int, str | None, frozenset[int]]] = []
        self.again: list[int] = []
        self.sink = 0

    def net(self) -> Net:
        """All of it."""
        source = self._new(None)
        self.scopes[None] = _Scope(None, self._new(None) if self.plan.scope(None).event_subs else None, set())
        self.sink = self._new(None)
        top = [self.plan.nodes[key] for key in self.plan.scope(None).starts]
        places = [[self._entry(node)] for node in top] or [self._begin(None)]
        for each in places:
            self._step([source], [*each, *self._running(None)])
        self._inside(None)
        self._set_joins()
        self._set_clears()
        self._set_again()
        run = self.scopes[None].run
        over = self.sink if run is None else self._close_top(run)
        frozen: set[int] = set()
        return Net(
            reduced(self.made, frozenset(frozen.union(*(one.guard | one.clears for one in self.made)))), source, over
        )

    def _close_top(self, run: int) -> int:
        """With events that can come at any time, the process is over when nothing else is left."""
        over = self._new(None)
        guard = frozenset(self._all_places(None) - {self.sink, *self._running(None)})
        clears = frozenset((self.sink, *self._running(None)))
        self.made.append(Transition((run,), (over,), guard=guard, clears=clears))
        return over

    def _set_clears(self) -> None:
        """What ends everything in a scope: what that is, is known when all of it is built."""
        for at, scope, keeps in self.late:
            clears = self.made[at].clears | (self._all_places(scope) | set(self._running(scope))) - keeps
            self.made[at] = replace(self.made[at], clears=clears)

    def _set_again(self) -> None:
        """What may begin again and again begins once more only when the last beginning has led to some work.

        Else silent steps could go on for ever; every order of work is still possible.
        """
        for at in self.again:
            (place,) = self.made[at].guard
            self.made[at] = replace(self.made[at], guard=frozenset(_silently_from(self.made, place)))

    # -- places ----------------------------------------------------------------------------------------------------

    def _new(self, scope: str | None) -> int:
        self.count += 1
        if scope in self.scopes:
            self.scopes[scope].places.add(self.count)
        return self.count

    def _entry(self, node: Node) -> int:
        if node.id not in self.entries:
            self.entries[node.id] = self._new(node.parent)
        return self.entries[node.id]

    def _exit(self, node: Node) -> int:
        if node.id not in self.exits:
            self.exits[node.id] = self._new(node.parent)
        return self.exits[node.id]

    def _flow(self, key: str) -> int:
        if key not in self.flows:
            self.flows[key] = self._new(self.plan.nodes[self.plan.flow(key).source].parent)
        return self.flows[key]

    def _all_places(self, key: str | None) -> set[int]:
        """What lies in a scope, at any depth."""
        found = set(self.scopes[key].places)
        for node in self.plan.inside.get(key, ()):
            if node.id in self.scopes:
                found |= self._all_places(node.id)
        return found

    def _step(self, takes: Sequence[int], gives: Sequence[int], node: str = "", clears: Collection[int] = ()) -> None:
        self.made.append(Transition(tuple(sorted(takes)), tuple(sorted(gives)), node, clears=frozenset(clears)))

    def _event_step(
        self, node: Node, takes: Sequence[int], gives: Sequence[int], clears: Collection[int] = ()
    ) -> range:
        """A step that the log shows only where it names the element, and even there not always; which steps these are."""
        begin = len(self.made)
        self._step(takes, gives, clears=clears)
        if node.id in self.seen:
            self._step(takes, gives, node.id, clears)
        return range(begin, len(self.made))

    def _ends_all(self, steps: range, scope: str | None, keeps: Collection[int] = ()) -> None:
        self.late += [(at, scope, frozenset(keeps)) for at in steps]

    # -- scopes ----------------------------------------------------------------------------------------------------

    def _begin(self, key: str | None) -> list[int]:
        """Where tokens begin when the scope is entered."""
        scope = self.plan.scope(key)
        return [self._entry(self.plan.nodes[one]) for one in (scope.starts[:1] or scope.entries)]

    def _running(self, key: str | None) -> list[int]:
        """What says that a scope is open: its own place, and one for each event sub-process that may still begin."""
        run = self.scopes[key].run
        if run is None:
            return []
        subs = [self._entry(self.plan.nodes[one.start]) for one in self.plan.scope(key).event_subs]
        return [run, *subs]

    def _inside(self, key: str | None) -> None:
        for node in self.plan.inside.get(key, ()):
            if self.plan.ignored(node):
                self._undoing(node)
            elif node.event_sub:
                self._event_sub(node)
            else:
                self._element(node)

    def _undoing(self, node: Node) -> None:
        """What compensates may be done at any time."""
        if node.kind in ACTIVITIES and node.kind not in SUB_PROCESSES:
            self.made.append(Transition((), (), node.id))

    def _event_sub(self, node: Node) -> None:
        """It lies in its scope; what may still begin waits in the place before its start event."""
        self.scopes[node.id] = _Scope(node.id, None, set())
        self._inside(node.id)
        start = next(one.start for one in self.plan.scope(node.parent).event_subs if one.node == node.id)
        event = self.plan.nodes[start]
        run = self.scopes[node.parent].run
        if run is None:
            return
        steps = self._event_step(event, [self._entry(event), run], [run, self._exit(event)])
        if event.interrupting:
            self._ends_all(steps, node.parent, {run})

    def _element(self, node: Node) -> None:
        if node.kind == "startEvent":
            if node.parent is None or not self.plan.nodes[node.parent].event_sub:
                self._event_step(node, [self._entry(node)], [self._exit(node)])
        elif node.kind == "endEvent":
            self._arrive(node)
            self._end(node)
            return
        elif node.kind in ACTIVITIES:
            self._arrive(node)
            self._activity(node)
        elif node.kind != "boundaryEvent":
            self._gateway_or_event(node)
        self._leave(node)

    # -- arrows ----------------------------------------------------------------------------------------------------

    def _arrive(self, node: Node) -> None:
        for flow in node.incoming:
            self._step([self._flow(flow)], [self._entry(node)])

    def _leave(self, node: Node) -> None:
        """The steps from behind an element onto its arrows."""
        behind = self._exit(node)
        if node.trigger == "link" and node.partner is not None:
            self._step([behind], [self._exit(self.plan.nodes[node.partner])])
        elif not node.outgoing:
            self._step([behind], [] if node.parent is not None else [self.sink])
        else:
            for chosen in self._ways(node):
                self._step([behind], [self._flow(flow) for flow in chosen])

    def _ways(self, node: Node) -> Iterator[tuple[str, ...]]:
        """The arrows that may be taken together."""
        out = node.outgoing
        if node.kind in ("exclusiveGateway", "eventBasedGateway"):
            yield from ((flow,) for flow in out)
            return
        flows = [self.plan.flow(one) for one in out]
        if node.kind == "parallelGateway":
            yield out
            return
        open_ = [one.id for one in flows if one.is_default or not is_certain(one)]
        if node.kind == "inclusiveGateway" and all(one.condition is None for one in flows):
            open_ = list(out)
        always = tuple(one for one in out if one not in open_)
        defaults = [one.id for one in flows if one.is_default]
        plain = [one for one in open_ if one not in defaults]
        for chosen in _subsets(plain):
            if always or chosen:
                yield (*always, *chosen)
        yield from ((*always, one) for one in defaults)
        if not open_ and not always:
            yield out

    # -- elements --------------------------------------------------------------------------------------------------

    def _gateway_or_event(self, node: Node) -> None:
        arriving = [self._flow(flow) for flow in node.incoming]
        if node.kind == "parallelGateway" and len(arriving) > 1:
            self._step(arriving, [self._exit(node)])
        elif node.kind == "inclusiveGateway" and len(arriving) > 1:
            self.joins.append((node, self._exit(node)))
        else:
            self._arrive(node)
            self._event_step(node, [self._entry(node)], [self._exit(node)])

    def _end(self, node: Node) -> None:
        here = self._entry(node)
        catcher = self.plan.catcher.get(node.id)
        gives = [self.sink] if node.parent is None else []
        if node.trigger == "terminate":
            run = self.scopes[node.parent].run
            self._ends_all(self._event_step(node, [here], gives), node.parent, () if run is None else {run})
        elif catcher is None:
            self._event_step(node, [here], gives)
        else:
            self._thrown(node, self.plan.nodes[catcher], here)

    def _thrown(self, node: Node, event: Node, here: int) -> None:
        """An error goes to the event that catches it and takes what it interrupts along."""
        if event.attached_to is None:
            around = None if event.parent is None else self.plan.nodes[event.parent].parent
            run = self.scopes[around].run
            steps = self._event_step(node, [here], [self._exit(event)])
            self._ends_all(steps, around, () if run is None else {run})
            return
        run = self.scopes[event.attached_to].run
        steps = self._event_step(node, [here] if run is None else [here, run], [self._exit(event)])
        self._ends_all(steps, event.attached_to)

    def _activity(self, node: Node) -> None:
        events = self.plan.events(node)
        if node.kind in SUB_PROCESSES:
            self._sub_process(node, events)
            return
        here, behind = self._entry(node), self._exit(node)
        running, armed = here, []
        if any(not one.interrupting for one in events):
            running = self._new(node.parent)
            armed = self._attach(running, [one for one in events if not one.interrupting])
            self._step([here], [running, *armed])
        self._done(node, running, behind, armed)
        for event in events:
            if event.interrupting:
                self._event_step(event, [running], [self._exit(event)], armed)

    def _done(self, node: Node, running: int, behind: int, armed: Collection[int]) -> None:
        shown = node.id if is_work(node) or node.id in self.seen else ""
        if node.id not in self.repeated:
            self._step([running], [behind], shown, armed)
            return
        # As often as there are things to do, perhaps none: what there was is not in the log.
        if shown:
            self._step([running], [running], shown)
        self._step([running], [behind], clears=armed)

    def _attach(self, running: int, events: Sequence[Node]) -> list[int]:
        """Events beside an activity that goes on: each once, and again where the log shows it."""
        armed = []
        for event in events:
            ready = self._new(event.parent)
            armed.append(ready)
            self._event_step(event, [running, ready], [running, self._exit(event)])
            if event.id in self.seen:
                self._step([running], [running, self._exit(event)], event.id)
        return armed

    def _sub_process(self, node: Node, events: Sequence[Node]) -> None:
        run = self._new(node.parent)
        self.scopes[node.id] = _Scope(node.id, run, set())
        armed = self._attach(run, [one for one in events if not one.interrupting])
        begins = [] if node.kind == "adHocSubProcess" else self._begin(node.id)
        self._step([self._entry(node)], [*self._running(node.id), *armed, *begins])
        self._inside(node.id)
        waiting = set(self._running(node.id)) - {run}
        inner = self._all_places(node.id)
        again = self._begin(node.id) if node.id in self.repeated or node.kind == "adHocSubProcess" else []
        for place in again:
            self.again.append(len(self.made))
            self.made.append(Transition((run,), tuple(sorted((run, place))), guard=frozenset((place,))))
        done = Transition(
            (run,), (self._exit(node),), guard=frozenset(inner - waiting), clears=frozenset({*armed, *waiting})
        )
        self.made.append(done)
        if node.id in self.seen:
            self.made.append(replace(done, node=node.id))
        for event in events:
            if event.interrupting and self.plan.is_free(event):
                self._event_step(event, [run], [self._exit(event)], {*inner, *armed, *waiting})

    # -- inclusive joins -------------------------------------------------------------------------------------------

    def _set_joins(self) -> None:
        """An inclusive join takes what is there once nothing more can come that could not come to these as well."""
        plain = list(self.made)
        for node, behind in self.joins:
            arriving = [self._flow(flow) for flow in node.incoming]
            reach = {place: _upstream(plain, place) for place in arriving}
            for chosen in _subsets(arriving):
                if not chosen:
                    continue
                missing = [place for place in arriving if place not in chosen]
                sure = {one for place in chosen for one in reach[place]}
                guard = {one for place in missing for one in reach[place]} - sure | set(missing)
                self.made.append(Transition(tuple(sorted(chosen)), (behind,), guard=frozenset(guard)))


def _subsets(items: Sequence[_T]) -> Iterator[tuple[_T, ...]]:
    sizes = range(len(items) + 1) if len(items) <= MANY else (0, 1, len(items))
    for size in sizes:
        yield from combinations(items, size)


def _upstream(transitions: Sequence[Transition], place: int) -> set[int]:
    """The places from which a token can come to this one."""
    found = {place}
    work = [place]
    while work:
        here = work.pop()
        for one in transitions:
            if here in one.gives:
                new = set(one.takes) - found
                found |= new
                work += new
    return found


def _silently_from(transitions: Sequence[Transition], place: int) -> set[int]:
    """The places that silent steps lead to from this one."""
    found = {place}
    work = [place]
    while work:
        here = work.pop()
        for one in transitions:
            if here in one.takes and not one.node:
                new = set(one.gives) - found
                found |= new
                work += new
    return found
