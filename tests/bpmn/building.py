"""Small charts for tests, and a player that drives one instance and checks what must always hold."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar, cast

import pytest

from bihuan.bpmn import Chart, State, Step, advance, commands, effects, load_chart, rebuild
from bihuan.bpmn.engine.appliers import Event
from bihuan.bpmn.values import JsonValue

NOW: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PUBLIC: Final = Path(__file__).resolve().parents[3] / "shared" / "data"

_One = TypeVar("_One", bound=effects.Effect)

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:bihuan="urn:bihuan:1" targetNamespace="urn:test">'
)


def public_data(name: str) -> Path:
    """A folder of the public test data; skips where it is not there."""
    folder = PUBLIC / name
    if not folder.is_dir():
        pytest.skip(f"public test data {name} is not beside the project")
    return folder


def process(body: str, said: str = "", before: str = "", key: str = "p", attributes: str = "") -> bytes:
    """A BPMN file with one process. `said`: its extension elements; `before`: messages, errors and the like."""
    extension = f"<extensionElements>{said}</extensionElements>" if said else ""
    return (
        f'{_HEAD}{before}<process id="{key}" isExecutable="true" {attributes}>{extension}{body}</process></definitions>'
    ).encode()


def flows(*pairs: str) -> str:
    """Arrows written `a>b`, `a>b:condition`; their ids are `a_b`."""
    found = []
    for pair in pairs:
        ends, _, condition = pair.partition(":")
        source, _, target = ends.partition(">")
        inner = f"<conditionExpression><![CDATA[{condition}]]></conditionExpression>" if condition else ""
        found.append(
            f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
        )
    return "".join(found)


def variables(**types: str) -> str:
    """Declarations: `name="number"`, or `name="choice a b"`."""
    found = []
    for name, said in types.items():
        kind, *values = said.split()
        listed = f' values="{" ".join(values)}"' if values else ""
        found.append(f'<bihuan:variable name="{name}" type="{kind}"{listed}/>')
    return "".join(found)


class Player:
    """Drives one instance. After every step: folding all events gives the state, and its document comes back whole."""

    def __init__(self, chart: Chart | bytes, *, open_variables: bool = False) -> None:
        self.chart = chart if isinstance(chart, Chart) else load_chart(chart, open_variables=open_variables)
        self.state: State | None = None
        self.events: list[Event] = []
        self.step: Step | None = None
        self.log: list[effects.Effect] = []

    def do(self, command: commands.Command) -> Step:
        """Carries out a command and checks the invariants."""
        before = None if self.state is None else json.dumps(self.state.to_document())
        step = advance(self.chart, self.state, command, NOW)
        if self.state is not None:
            assert json.dumps(self.state.to_document()) == before, "the given state was changed"
        self.events += [cast("Event", json.loads(json.dumps(event))) for event in step.events]
        assert rebuild(self.chart, self.events) == step.state
        text = json.dumps(step.state.to_document())
        self.state = State.from_document(json.loads(text))
        assert json.dumps(self.state.to_document()) == text
        self.step = step
        self.log += step.effects
        return step

    def start(self, start_node: str | None = None, **values: JsonValue) -> "Player":
        """Begins the instance."""
        self.do(commands.Start(variables=values, start_node=start_node))
        return self

    def item(self, node: str, nth: int = 0) -> int:
        """The number of the nth open activation of a node."""
        assert self.state is not None
        found = [token.item for token in self.state.tokens() if token.node == node]
        found = [one for one in found if "mi" not in self.state.acts[one]]
        assert nth < len(found), f"{node} is not open, but {self.open()}"
        return found[nth]

    def complete(self, node: str, outcome: str | None = None, nth: int = 0, **values: JsonValue) -> "Player":
        """A person completes a user task."""
        self.do(commands.CompleteTask(item=self.item(node, nth), outcome=outcome, variables=values))
        return self

    def answer(self, node: str, **values: JsonValue) -> "Player":
        """A service answers."""
        self.do(commands.ServiceResult(item=self.item(node), variables=values))
        return self

    def fail(self, node: str, code: str, **values: JsonValue) -> "Player":
        """A service fails."""
        self.do(commands.ServiceError(item=self.item(node), code=code, variables=values))
        return self

    def fire(self, node: str) -> "Player":
        """The timer of an event is due."""
        self.do(commands.FireTimer(timer=self.timer(node)))
        return self

    def timer(self, node: str) -> int:
        """The number of the timer armed for an event."""
        assert self.state is not None
        return next(one["id"] for one in self.state.timers.values() if one["node"] == node)

    def message(self, node: str, **values: JsonValue) -> "Player":
        """The message that an event waits for comes."""
        assert self.state is not None
        number = next(one["id"] for one in self.state.subs.values() if one["node"] == node)
        self.do(commands.ReceiveMessage(subscription=number, variables=values))
        return self

    def open(self) -> list[str]:
        """Nodes with an open activation, multi-instance bodies not counted, in order of beginning."""
        assert self.state is not None
        return [token.node for token in self.state.tokens() if "mi" not in self.state.acts[token.item]]

    def effects_of(self, kind: type[_One]) -> list[_One]:
        """The effects of that kind that the last step had."""
        assert self.step is not None
        return [effect for effect in self.step.effects if isinstance(effect, kind)]

    def visited(self) -> list[str]:
        """Every node entered so far, in order."""
        return [str(event["node"]) for event in self.events if event["type"] in ("entered", "passed", "joined")]

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self.state is not None and self.state.ended

    @property
    def values(self) -> Mapping[str, JsonValue]:
        """The instance's variables."""
        assert self.state is not None
        return self.state.variables

    def incidents(self) -> list[str]:
        """The codes of the open incidents."""
        assert self.state is not None
        return [one["code"] for one in self.state.incidents.values()]
