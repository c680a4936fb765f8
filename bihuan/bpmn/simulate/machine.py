"""The engine's steps, remembered: what `advance` gave for a state, a command and draws, it will give again.

`advance` is a function of the chart, the state and the command; `now` only dates the first event. So two cases in equal
states share a `Spot`, and a step is calculated once and then looked up. Numbers in a state grow with history; a case
whose state differs from a known one in its numbers only takes over those of the known one, in the same order. The
engine only compares numbers and takes the next free one, so that the steps stay the same but for the names of numbers.
Variables for which nothing asks any more are left out (`liveness`): a state says what can still happen, not all that
has been said.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bihuan.bpmn.engine.advance import Step, advance
from bihuan.bpmn.engine.effects import (
    CancelService,
    ClearTimer,
    CloseWorkItem,
    Effect,
    OpenWorkItem,
    RaiseIncident,
    RequestService,
    SetTimer,
    Subscribe,
    ThrowSignal,
    Unsubscribe,
)
from bihuan.bpmn.engine.state import ROOT, State
from bihuan.bpmn.simulate.draws import Group, Tape
from bihuan.bpmn.simulate.liveness import Liveness

if TYPE_CHECKING:
    from bihuan.bpmn.engine.commands import Command
    from bihuan.bpmn.model import Chart
    from bihuan.bpmn.simulate.cases import Case
    from bihuan.bpmn.simulate.posts import Post

_MOST: Final = 20_000
"""Steps that are remembered; then all are forgotten, so that a chart with endless data costs time and not memory."""
Key = int | str | tuple[object, ...]
"""What a command is, as seen from a state."""


class Spot:
    """A state that any number of cases are in. `moves`: what each command leads to. `rank`: its place in queues.

    `used`: the numbers in it, in order.
    """

    __slots__ = ("moves", "offers", "rank", "state", "used")

    def __init__(self, state: State | None, rank: int, used: tuple[int, ...] = ()) -> None:
        self.state = state
        self.rank = rank
        self.used = used
        self.moves: dict[Key, Leaf | Fork] = {}
        self.offers: dict[tuple[str, str], tuple[str, ...]] = {}


class Fork:
    """A step that depends on a draw here."""

    __slots__ = ("group", "ways")

    def __init__(self, group: Group) -> None:
        self.group = group
        self.ways: dict[int, Leaf | Fork] = {}


class Leaf:
    """What a step leads to, in a form that is quick to carry out. Numbers in `opened`, `timers`, `subs` are new ones.

    `loud`: there is more to do than to open work. `closed`, `cleared`, `unsubscribed`: numbers as before the step,
    without the work that the command completed. `renamed`: numbers before to those that stand for them now, where they differ.
    """

    __slots__ = (
        "cleared",
        "closed",
        "ended",
        "incident",
        "loud",
        "opened",
        "renamed",
        "spot",
        "subs",
        "thrown",
        "timers",
        "unsubscribed",
    )

    def __init__(
        self, spot: Spot, step: Step, renamed: Mapping[int, int], posts: Mapping[str, Post], done: int
    ) -> None:
        self.spot = spot
        self.renamed = renamed
        self.ended = step.state.end_nodes if step.state.ended else None
        sorted_out = _SortedOut(done)
        for effect in step.effects:
            sorted_out.take(effect)
        new = renamed.get
        self.opened = tuple((new(item, item), posts[node]) for item, node in sorted_out.opened.items())
        self.timers = tuple((new(one.timer, one.timer), one) for one in sorted_out.timers.values())
        self.subs = tuple((new(one.subscription, one.subscription), one) for one in sorted_out.subs.values())
        self.closed = tuple(sorted_out.closed)
        self.cleared = tuple(sorted_out.cleared)
        self.unsubscribed = tuple(sorted_out.unsubscribed)
        self.thrown = tuple(sorted_out.thrown)
        self.incident = sorted_out.incident
        self.loud = bool(
            self.timers
            or self.subs
            or self.closed
            or self.cleared
            or self.unsubscribed
            or self.thrown
            or self.incident
            or self.renamed
            or self.ended is not None
        )


class _SortedOut:
    """Effects by kind; what a step opens and closes again is left out."""

    def __init__(self, done: int) -> None:
        self.done = done
        self.opened: dict[int, str] = {}
        self.timers: dict[int, SetTimer] = {}
        self.subs: dict[int, Subscribe] = {}
        self.closed: list[int] = []
        self.cleared: list[int] = []
        self.unsubscribed: list[int] = []
        self.thrown: list[str] = []
        self.incident: RaiseIncident | None = None

    def take(self, effect: Effect) -> None:
        """Notes one effect."""
        if isinstance(effect, (OpenWorkItem, RequestService)):
            self.opened[effect.item] = effect.node
        elif isinstance(effect, SetTimer):
            self.timers[effect.timer] = effect
        elif isinstance(effect, Subscribe):
            self.subs[effect.subscription] = effect
        elif isinstance(effect, ThrowSignal):
            self.thrown.append(effect.name)
        elif isinstance(effect, RaiseIncident):
            self.incident = self.incident or effect
        else:
            self._close(effect)

    def _close(self, effect: Effect) -> None:
        if isinstance(effect, (CloseWorkItem, CancelService)):
            if self.opened.pop(effect.item, None) is None and effect.item != self.done:
                self.closed.append(effect.item)
        elif isinstance(effect, ClearTimer):
            if self.timers.pop(effect.timer, None) is None:
                self.cleared.append(effect.timer)
        elif isinstance(effect, Unsubscribe):
            if self.subs.pop(effect.subscription, None) is None:
                self.unsubscribed.append(effect.subscription)


class Machine:
    """Makes steps and remembers them. `remember` False: every step is calculated, for comparison.

    `rank`: the place in queues of a case with these variables, for which it asks for those in `keep`. `draw`: a draw
    for a case.
    """

    def __init__(
        self,
        chart: Chart,
        tape: Tape,
        posts: Mapping[str, Post],
        first: datetime,
        rank: Callable[[State], int],
        draw: Callable[[Case, Group], int],
        *,
        keep: Iterable[str] = (),
        remember: bool = True,
    ) -> None:
        self.chart = chart
        self.calculated = 0
        self._tape = tape
        self._posts = posts
        self._first = first
        self._rank = rank
        self._draw = draw
        self._remember = remember
        self._spots: dict[str, Spot] = {}
        self._kept = 0
        sets = {key: [name for name, _, _ in post.sets] for key, post in posts.items() if post.sets}
        self._liveness = Liveness(chart, keep, sets)
        self.root = Spot(None, 0)

    def find(self, now: float, case: Case, key: Key, make: Callable[[], Command], done: int = 0) -> Leaf:
        """What the command `make()`, called `key`, leads to. `done`: the number of the work that it completes."""
        entry = case.spot.moves.get(key)
        path: list[int] = []
        while isinstance(entry, Fork):
            way = self._draw(case, entry.group)
            path.append(way)
            entry = entry.ways.get(way)
        if entry is not None:
            return entry
        return self._calculate(now, case, key, make(), tuple(path), done)

    def _calculate(self, now: float, case: Case, key: Key, command: Command, path: tuple[int, ...], done: int) -> Leaf:
        self.calculated += 1
        spot, tape = case.spot, self._tape
        tape.begin(path, lambda group: self._draw(case, group))
        step = advance(self.chart, spot.state, command, self._first + timedelta(seconds=now))
        if not self._remember:
            return Leaf(Spot(step.state, self._rank(step.state)), step, {}, self._posts, done)
        following, used = self._spot(self._liveness.reduced(step.state))
        renamed = dict(zip(used, following.used, strict=True)) if used != following.used else {}
        leaf = Leaf(following, step, renamed, self._posts, done)
        self._keep(spot, key, leaf)
        return leaf

    def _spot(self, state: State) -> tuple[Spot, tuple[int, ...]]:
        """The spot of a state, and the state's numbers that stand for those of the spot."""
        text, used = told_apart(state)
        found = self._spots.get(text)
        if found is None:
            found = self._spots[text] = Spot(state, self._rank(state), used)
        return found, used

    def _keep(self, spot: Spot, key: Key, leaf: Leaf) -> None:
        if self._kept >= _MOST:
            for one in (self.root, *self._spots.values()):
                one.moves.clear()
            self._spots.clear()
            self._kept = 0
        self._kept += 1
        asked, answers = self._tape.asked, self._tape.answers
        if not asked:
            spot.moves[key] = leaf
            return
        entry = spot.moves.get(key)
        if not isinstance(entry, Fork):
            entry = spot.moves[key] = Fork(asked[0])
        for group, answer in zip(asked[1:], answers, strict=False):
            following = entry.ways.get(answer)
            if not isinstance(following, Fork):
                following = entry.ways[answer] = Fork(group)
            entry = following
        entry.ways[answers[-1]] = leaf


def told_apart(state: State) -> tuple[str, tuple[int, ...]]:
    """A text that is the same for states that differ in their numbers only, and the numbers in use, in order."""
    if state.incidents or state.done:
        return json.dumps(state.to_document(), ensure_ascii=False), (ROOT,)
    used = (ROOT, *sorted({*state.acts, *state.timers, *state.subs}))
    new = {old: number for number, old in enumerate(used)}
    document: dict[str, object] = {**state.to_document(), "next": 0}
    document["acts"] = [{**one, "id": new[one["id"]], "scope": new[one["scope"]]} for one in state.acts.values()]
    document["timers"] = [{**one, "id": new[one["id"]], "act": new[one["act"]]} for one in state.timers.values()]
    document["subs"] = [{**one, "id": new[one["id"]], "act": new[one["act"]]} for one in state.subs.values()]
    document["joins"] = [(new[scope], node, flows) for (scope, node), flows in state.joins.items()]
    return json.dumps(document, ensure_ascii=False), used
