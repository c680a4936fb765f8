"""A person's choice at a gateway, and the ordinary life of a small support chart."""

import pytest

from bihuan.bpmn import ChartRefused, CommandRefused, commands, effects, load_chart

from .building import NOW, Player, flows, process, variables

_BODY = (
    '<startEvent id="begin"/><userTask id="accept" name="受理"/><userTask id="plan" name="制定方案"/>'
    '<exclusiveGateway id="which" bihuan:choice="person"/><userTask id="work" name="处理" bihuan:nameEn="Work"/>'
    '<endEvent id="over"/><endEvent id="refused"/>'
    + flows("begin>accept", "accept>plan", "plan>which", "work>over")
    + '<sequenceFlow id="go" name="派工" bihuan:nameEn="Dispatch" sourceRef="which" targetRef="work"/>'
    '<sequenceFlow id="back" name="退回" bihuan:kind="return" sourceRef="which" targetRef="accept">'
    "<conditionExpression>times.plan &lt; 3</conditionExpression></sequenceFlow>"
    '<sequenceFlow id="no" name="拒绝" bihuan:kind="refuse" sourceRef="which" targetRef="refused">'
    "<conditionExpression>serious == false</conditionExpression></sequenceFlow>"
)
_CHART = load_chart(process(_BODY, variables(serious="boolean", note="string")))


def _at_plan() -> Player:
    return Player(_CHART).start(serious=True).complete("accept")


def _offered(player: Player, **values: bool) -> list[str]:
    assert player.state is not None
    return [one.id for one in _CHART.outcomes("plan", values, player.state)]


def test_the_outcomes_are_the_arrows_of_the_gateway() -> None:
    player = _at_plan()
    assert player.state is not None
    assert _offered(player) == ["go", "back"]
    go, back = _CHART.outcomes("plan", {}, player.state)
    assert (go.name, go.name_en, go.kind) == ("派工", "Dispatch", "ordinary")
    assert (go.target_node, go.target_name, go.target_name_en) == ("work", "处理", "Work")
    assert back.kind == "return"
    assert _CHART.outcomes("accept", {}, player.state) == ()


def test_what_is_handed_in_decides_what_is_on_offer() -> None:
    player = _at_plan()
    assert _offered(player, serious=False) == ["go", "back", "no"]
    player.complete("plan", "no", serious=False)
    assert player.ended
    assert player.state is not None and player.state.end_nodes == ("refused",)


def test_the_chosen_way_is_taken_and_noted() -> None:
    player = _at_plan().complete("plan", "go")
    assert player.open() == ["work"]
    assert [event.get("flow") for event in player.events[-2:]] == ["plan_which", "go"]
    player.complete("work")
    assert player.effects_of(effects.Ended) == [effects.Ended(("over",), "completed")]


def test_a_bounded_loop_is_no_longer_on_offer_when_it_has_run_out() -> None:
    player = _at_plan()
    for _ in range(2):
        player.complete("plan", "back").complete("accept")
    assert _offered(player) == ["go"]
    with pytest.raises(CommandRefused, match="no_such_outcome"):
        player.complete("plan", "back")


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (None, "outcome_required"),
        ("", "no_such_outcome"),
        ("no", "no_such_outcome"),
        ("begin_accept", "no_such_outcome"),
    ],
)
def test_a_wrong_choice_is_refused(outcome: str | None, code: str) -> None:
    player = _at_plan()
    with pytest.raises(CommandRefused) as refused:
        player.complete("plan", outcome)
    assert refused.value.code == code
    assert player.open() == ["plan"]


def test_a_choice_where_there_is_none_is_refused() -> None:
    player = Player(_CHART).start()
    with pytest.raises(CommandRefused, match="no_such_outcome"):
        player.complete("accept", "go")


def test_an_offer_that_cannot_be_computed_is_refused() -> None:
    body = _BODY.replace("serious == false", "note &gt; 3")
    player = Player(load_chart(process(body, variables(serious="boolean", note="string")))).start()
    player.complete("accept", note="x")
    with pytest.raises(CommandRefused, match="cannot_evaluate"):
        player.complete("plan", "no")


@pytest.mark.parametrize(
    "change",
    [
        ('<userTask id="plan" name="制定方案"/>', '<serviceTask id="plan"/>'),
        ('<exclusiveGateway id="which"', '<inclusiveGateway id="which"'),
        (
            '<userTask id="plan" name="制定方案"/>',
            '<userTask id="plan"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>'
            "</multiInstanceLoopCharacteristics></userTask>",
        ),
    ],
)
def test_a_choice_that_nobody_can_make_is_refused_at_loading(change: tuple[str, str]) -> None:
    body = _BODY.replace(*change)
    assert body != _BODY
    with pytest.raises(ChartRefused) as refused:
        load_chart(process(body, variables(serious="boolean", note="string")))
    assert [(one.element, one.kind) for one in refused.value.problems] == [("which", "structure")]


def test_completing_twice_is_refused_as_already_done() -> None:
    player = _at_plan()
    item = player.item("plan")
    player.complete("plan", "go")
    with pytest.raises(CommandRefused, match="not_waiting"):
        player.do(commands.CompleteTask(item=item, outcome="go"))


def test_effects_come_in_order_for_what_the_command_did_itself() -> None:
    player = _at_plan().complete("plan", "go")
    assert player.step is not None
    closed, opened = player.step.effects
    assert isinstance(closed, effects.CloseWorkItem) and (closed.node, closed.how) == ("plan", "completed")
    assert isinstance(opened, effects.OpenWorkItem) and (opened.node, opened.index) == ("work", None)


def test_the_first_event_says_when() -> None:
    player = _at_plan()
    assert player.step is not None
    assert player.step.events[0]["at"] == NOW.isoformat()
    assert all({"type", "v"} <= event.keys() for event in player.events)
