"""What must hold after every command on every chart, tried on charts and commands drawn at random."""

import json
from collections import Counter
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bihuan.bpmn import CommandRefused, State, commands, effects, load_chart
from bihuan.bpmn.engine.guards import SERVICES
from bihuan.bpmn.engine.scopes import home_of
from bihuan.bpmn.engine.state import ROOT

from .blocks import Block, Drawn, blocks, draw_chart
from .building import Player

_MOST: Final = 60
"""Commands in one run: beyond that the counting of tokens is slow and shows nothing new."""


_NUMBERS: Final = ("item", "timer", "subscription", "incident")


class Shell:
    """What a shell knows that only ever applied effects."""

    def __init__(self) -> None:
        self.open: dict[str, set[int]] = {
            "item": set(),
            "service": set(),
            "timer": set(),
            "sub": set(),
            "incident": set(),
        }
        self.ended = False

    def apply(self, effect: effects.Effect) -> None:
        for kind, opens, closes in _PAIRS:
            if isinstance(effect, opens):
                # A retried service is asked for again under its number.
                assert kind == "service" or _number(effect) not in self.open[kind]
                self.open[kind].add(_number(effect))
            elif isinstance(effect, closes):
                self.open[kind].remove(_number(effect))
        self.ended |= isinstance(effect, effects.Ended)


_PAIRS: Final[tuple[tuple[str, type[Any], type[Any]], ...]] = (
    ("item", effects.OpenWorkItem, effects.CloseWorkItem),
    ("service", effects.RequestService, effects.CancelService),
    ("timer", effects.SetTimer, effects.ClearTimer),
    ("sub", effects.Subscribe, effects.Unsubscribe),
    ("incident", effects.RaiseIncident, effects.ClearIncident),
)


def _number(effect: effects.Effect) -> int:
    return int(next(getattr(effect, one) for one in _NUMBERS if hasattr(effect, one)))


class Living(RuleBasedStateMachine):
    """One instance of a drawn chart. The Player folds all events and reads its document back after every command."""

    player: Player
    drawn: Drawn

    @initialize(block=blocks(ours=True))
    def begin(self, block: Block) -> None:
        self.drawn = draw_chart(block)
        self.player = Player(load_chart(self.drawn.source, open_variables=True)).start()
        self.shell = Shell()
        self.seen = 0
        self.done: list[commands.Command] = []
        self._told()

    def _told(self) -> None:
        for effect in self.player.log[self.seen :]:
            self.shell.apply(effect)
        self.seen = len(self.player.log)

    @property
    def state(self) -> State:
        assert self.player.state is not None
        return self.player.state

    def _do(self, command: commands.Command) -> None:
        self.player.do(command)
        self._told()
        self.done.append(command)

    def _is_alive(self) -> bool:
        return not self.player.ended and len(self.done) < _MOST

    def _pick(self, data: st.DataObject, kind: str) -> int | None:
        numbers = sorted(self.shell.open[kind])
        return data.draw(st.sampled_from(numbers)) if numbers else None

    @precondition(_is_alive)
    @rule(data=st.data())
    def complete(self, data: st.DataObject) -> None:
        item = self._pick(data, "item")
        if item is not None:
            names = self.drawn.asks.get(self.state.acts[item]["node"], {})
            values = {name: data.draw(st.integers(0, most)) for name, most in names.items()}
            self._do(commands.CompleteTask(item=item, variables=values))

    @precondition(_is_alive)
    @rule(data=st.data())
    def complete_without_saying(self, data: st.DataObject) -> None:
        # Then the names behind it may not be set yet, which is an incident.
        item = self._pick(data, "item")
        if item is not None:
            self._do(commands.CompleteTask(item=item))

    @precondition(_is_alive)
    @rule(data=st.data())
    def fire(self, data: st.DataObject) -> None:
        timer = self._pick(data, "timer")
        if timer is not None:
            self._do(commands.FireTimer(timer=timer))

    @precondition(_is_alive)
    @rule(data=st.data())
    def receive(self, data: st.DataObject) -> None:
        sub = self._pick(data, "sub")
        if sub is not None:
            self._do(commands.ReceiveMessage(subscription=sub, variables={"told": data.draw(st.integers(0, 1))}))

    @precondition(_is_alive)
    @rule(data=st.data(), fails=st.booleans())
    def answer(self, data: st.DataObject, fails: bool) -> None:
        item = self._pick(data, "service")
        if item is not None:
            self._do(commands.ServiceError(item=item, code="E") if fails else commands.ServiceResult(item=item))

    @precondition(_is_alive)
    @rule(data=st.data(), skip=st.booleans())
    def help(self, data: st.DataObject, skip: bool) -> None:
        number = self._pick(data, "incident")
        if number is None:
            return
        if not skip:
            self._do(commands.RetryIncident(incident=number))
            return
        incident = self.state.incidents[number]
        ways = self.player.chart.nodes[incident["node"]].outgoing
        outcome = data.draw(st.sampled_from(ways)) if "act" not in incident and len(ways) > 1 else None
        self._do(commands.SkipIncident(incident=number, reason="agreed", outcome=outcome))

    @precondition(_is_alive)
    @rule(data=st.data())
    def jump(self, data: st.DataObject) -> None:
        acts = sorted(self.state.acts)
        if not acts:
            return
        item = data.draw(st.sampled_from(acts))
        node = self.player.chart.nodes[self.state.acts[item]["node"]]
        chart = self.player.chart
        beside = sorted(one.id for one in chart.nodes.values() if home_of(chart, one) == home_of(chart, node))
        target = data.draw(st.sampled_from(beside))
        before = json.dumps(self.state.to_document())
        try:
            self._do(commands.Jump(item=item, target=target, reason="must be"))
        except CommandRefused as refused:
            assert refused.code in ("not_waiting", "no_such_target")
            assert json.dumps(self.state.to_document()) == before

    @precondition(_is_alive)
    @rule()
    def move_to_the_same_version(self) -> None:
        before = self.state.to_document()
        places = {one["node"] for one in (*self.state.acts.values(), *self.state.incidents.values())}
        places |= {node for _, node in self.state.joins}
        mapping = {place: place for place in places}
        self._do(commands.Migrate(chart=self.player.chart, mapping=mapping, reason="the same"))
        assert self.player.step is not None and not self.player.step.effects
        assert self.state.to_document() == before

    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """Everything that takes something from where it waits is refused the second time, and changes nothing."""
        again = [one for one in self.done if any(hasattr(one, name) for name in _NUMBERS)]
        command = data.draw(st.sampled_from([*again, commands.FireTimer(timer=self.state.next)]))
        number = next(getattr(command, name) for name in _NUMBERS if hasattr(command, name))
        if number in {*self.state.acts, *self.state.timers, *self.state.subs, *self.state.incidents}:
            return  # A service that failed waits on under its number.
        before = json.dumps(self.state.to_document())
        with pytest.raises(CommandRefused) as refused:
            self.player.do(command)
        assert refused.value.code == ("ended" if self.player.ended else "not_waiting") and refused.value.detail
        assert json.dumps(self.state.to_document()) == before

    @precondition(_is_alive)
    @rule()
    def set_names(self) -> None:
        names = {name: 0 for asked in self.drawn.asks.values() for name in asked}
        self._do(commands.SetVariables(variables=names))

    @precondition(lambda self: len(self.done) > 8 and not self.player.ended)
    @rule()
    def cancel(self) -> None:
        self._do(commands.Cancel(reason="enough"))
        assert self.shell.ended

    # -- what must hold ------------------------------------------------------------------------------------------

    @invariant()
    def what_the_shell_has_open_is_what_waits(self) -> None:
        if not hasattr(self, "player"):
            return
        nodes = self.player.chart.nodes
        resting = {key: nodes[act["node"]] for key, act in self.state.acts.items() if "mi" not in act}
        assert self.shell.open["item"] == {key for key, node in resting.items() if node.kind == "userTask"}
        assert self.shell.open["service"] == {
            key for key, node in resting.items() if node.kind in SERVICES and node.message is None
        }
        assert self.shell.open["timer"] == set(self.state.timers)
        assert self.shell.open["sub"] == set(self.state.subs)
        assert self.shell.open["incident"] == set(self.state.incidents)
        assert self.shell.ended == self.player.ended
        if self.player.ended:
            assert not any(self.shell.open.values())

    @invariant()
    def nothing_is_left_of_a_scope_that_is_gone(self) -> None:
        if not hasattr(self, "player"):
            return
        state, alive = self.state, {ROOT, *self.state.acts}
        assert {act["scope"] for act in state.acts.values()} <= alive
        assert {one["act"] for one in (*state.timers.values(), *state.subs.values())} <= alive
        assert {scope for scope, _ in state.joins} | {one["scope"] for one in state.incidents.values()} <= alive
        chart = self.player.chart
        for act in state.acts.values():
            around = state.acts.get(act["scope"])
            if around is not None and "mi" in around:
                assert around["node"] == act["node"]
            else:
                home = chart.process_id if around is None else around["node"]
                assert home_of(chart, chart.nodes[act["node"]]) == home
        numbers = [*state.acts, *state.timers, *state.subs, *state.incidents]
        assert len(numbers) == len(set(numbers)) and max(numbers, default=0) < state.next

    @invariant()
    def no_token_comes_from_nothing(self) -> None:
        """As often as an arrow was used, its source was done in the same scope before."""
        if not hasattr(self, "player"):
            return
        chart = self.player.chart
        scopes: dict[object, object] = {}
        excused: set[str] = set()
        gave: Counter[tuple[object, str]] = Counter()
        used: Counter[tuple[object, str]] = Counter()
        for event in self.player.events:
            kind, node = str(event["type"]), str(event.get("node", ""))
            if kind == "entered":
                scopes[event["id"]] = event["scope"]
            scope = scopes.get(event.get("id")) if kind == "left" else event.get("scope")
            flow = event.get("flow")
            if flow is not None and kind in ("entered", "passed", "parked", "skipped"):
                used[scope, str(flow)] += 1
                source = chart.flows[str(flow)].source
                assert used[scope, str(flow)] <= gave[scope, source], (flow, kind)
            excused |= {node} if kind == "incident_skipped" else set()
            if kind in ("passed", "joined", "skipped") or (
                kind == "left" and (event["how"] == "completed" or node in excused)
            ):
                gave[scope, node] += 1


Living.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=35,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
TestLiving = Living.TestCase
