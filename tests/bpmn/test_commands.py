"""Guards: every command that cannot be carried out is refused with a code, and changes nothing."""

import json
from datetime import datetime
from typing import Any

import pytest

from bihuan.bpmn import CommandRefused, State, advance, commands, load_chart, rebuild

from .building import NOW, Player, flows, process, variables

_BODY = (
    '<startEvent id="begin"/><userTask id="ask"/><serviceTask id="send" bihuan:operation="mail"/><endEvent id="over"/>'
    + flows("begin>ask", "ask>send", "send>over")
)
_SAID = variables(name="string", amount="number", yes="boolean", level="choice low high", names="list", order="object")
_CHART = load_chart(process(_BODY, _SAID))


def _refused(player: Player, command: commands.Command) -> str:
    before = player.state
    with pytest.raises(CommandRefused) as refused:
        player.do(command)
    assert player.state is before
    assert refused.value.detail
    return refused.value.code


@pytest.mark.parametrize(
    "command",
    [
        commands.CompleteTask(item=99),
        commands.ServiceResult(item=99),
        commands.ServiceError(item=99, code="x"),
        commands.FireTimer(timer=99),
        commands.ReceiveMessage(subscription=99),
        commands.RetryIncident(incident=99),
        commands.Start(),
    ],
)
def test_nothing_waits_under_that_number(command: commands.Command) -> None:
    assert _refused(Player(_CHART).start(), command) == "not_waiting"


def test_a_user_task_is_no_service_and_a_service_no_user_task() -> None:
    player = Player(_CHART).start()
    assert _refused(player, commands.ServiceResult(item=player.item("ask"))) == "not_waiting"
    player.complete("ask")
    assert _refused(player, commands.CompleteTask(item=player.item("send"))) == "not_waiting"


def test_nothing_goes_on_after_the_end() -> None:
    player = Player(_CHART).start().complete("ask").answer("send")
    assert player.ended
    for command in (commands.Cancel(reason="x"), commands.SetVariables(variables={}), commands.ReceiveSignal(name="x")):
        assert _refused(player, command) == "ended"


def test_an_instance_that_has_not_begun_only_starts() -> None:
    with pytest.raises(CommandRefused, match="not_waiting"):
        advance(_CHART, None, commands.CompleteTask(item=1), NOW)


@pytest.mark.parametrize("name", ["unknown", "times", "loopCounter", "", "Name"])
def test_only_declared_names_are_set(name: str) -> None:
    player = Player(_CHART).start()
    for command in (
        commands.SetVariables(variables={name: 1}),
        commands.CompleteTask(item=player.item("ask"), variables={name: 1}),
    ):
        assert _refused(player, command) == "undeclared_name"
    with pytest.raises(CommandRefused, match="undeclared_name"):
        Player(_CHART).start(**{name: 1})  # type: ignore[arg-type]  # any name may be tried


_BAD: list[tuple[str, Any]] = [
    ("name", 1),
    ("amount", "1"),
    ("amount", True),
    ("amount", 2**63),
    ("amount", float("nan")),
    ("amount", float("inf")),
    ("yes", 1),
    ("yes", "true"),
    ("level", "middle"),
    ("level", ["low"]),
    ("names", "a"),
    ("names", [NOW]),
    ("names", ("a",)),
    ("order", []),
    ("order", {"a": {1, 2}}),
    ("order", {1: "a"}),
]


@pytest.mark.parametrize(("name", "value"), _BAD, ids=[f"{name}-{value!r}"[:40] for name, value in _BAD])
def test_values_must_fit_their_declared_type(name: str, value: Any) -> None:
    player = Player(_CHART).start()
    assert _refused(player, commands.SetVariables(variables={name: value})) == "bad_value"


def test_a_value_nested_without_end_is_refused() -> None:
    value: list[Any] = []
    for _ in range(30):
        value = [value]
    assert _refused(Player(_CHART).start(), commands.SetVariables(variables={"names": value})) == "bad_value"


def test_good_values_are_set_and_null_clears() -> None:
    good: dict[str, Any] = {
        "name": "张三", "amount": 2.5, "yes": False, "level": "low", "names": ["a", 1], "order": {"x": None},
    }  # fmt: skip
    player = Player(_CHART).start(**good)
    assert player.values == good
    player.do(commands.SetVariables(variables={"name": None}))
    assert player.values["name"] is None


def test_cancelling_closes_what_is_open() -> None:
    player = Player(_CHART).start()
    step = player.do(commands.Cancel(reason="wrong issue"))
    assert [type(effect).__name__ for effect in step.effects] == ["CloseWorkItem", "Ended"]
    assert player.ended and player.open() == []


def test_start_at_something_that_is_no_start_event() -> None:
    with pytest.raises(CommandRefused, match="bad_value"):
        Player(_CHART).start(start_node="ask")


def test_naive_time_and_foreign_states_are_errors_of_the_caller() -> None:
    with pytest.raises(ValueError, match="aware"):
        advance(_CHART, None, commands.Start(), datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="belongs"):
        advance(_CHART, State("other"), commands.Start(), NOW)


@pytest.mark.parametrize("document", [{}, {"v": 2, "process": "p"}, {"v": 1, "process": "p"}, {"v": 1, "process": 3}])
def test_a_document_that_is_none_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="state document"):
        State.from_document(document)


def test_an_unknown_event_is_refused() -> None:
    for event in ({"type": "entered", "v": 99}, {"type": "nonsense", "v": 1}, {}):
        with pytest.raises(ValueError, match="no applier"):
            rebuild(_CHART, [event])


@pytest.mark.parametrize(
    "command",
    [
        commands.Start(variables={"name": "x"}, start_node="begin"),
        commands.CompleteTask(item=3, variables={"names": [1]}, outcome="f"),
        commands.FireTimer(timer=1),
        commands.ReceiveMessage(subscription=1),
        commands.ReceiveSignal(name="s"),
        commands.ServiceResult(item=1),
        commands.ServiceError(item=1, code="E"),
        commands.SetVariables(variables={"a": None}),
        commands.Cancel(reason="r"),
        commands.RetryIncident(incident=4),
        commands.SkipIncident(incident=4, reason="r", outcome="f"),
        commands.BeginActivity(item=1, node="n"),
        commands.Jump(item=1, target="n", reason="r"),
    ],
)
def test_commands_come_back_from_their_documents(command: commands.Command) -> None:
    assert commands.from_document(json.loads(json.dumps(commands.to_document(command)))) == command


@pytest.mark.parametrize("document", [{}, {"command": "Jump"}, {"command": "FireTimer"}, {"command": "Cancel", "x": 1}])
def test_a_document_that_is_no_command(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no "):
        commands.from_document(document)
