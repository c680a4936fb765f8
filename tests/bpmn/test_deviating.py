"""Jump and SkipIncident: a person goes where the chart does not lead, says why, and the log keeps it."""

import pytest

from bihuan.bpmn import CommandRefused, commands, effects, load_chart

from .building import Player, flows, process, variables

_BODY = (
    '<startEvent id="a"/><userTask id="one"/><subProcess id="s"><startEvent id="ss"/><userTask id="in1"/>'
    '<userTask id="in2"/><boundaryEvent id="late" attachedToRef="in1"><timerEventDefinition><timeDuration>PT1H'
    "</timeDuration></timerEventDefinition></boundaryEvent>"
    + flows("ss>in1", "in1>in2")
    + '</subProcess><parallelGateway id="f"/><userTask id="p1"/><userTask id="p2"/><parallelGateway id="j"/>'
    '<userTask id="last"/><endEvent id="z"/><exclusiveGateway id="ask" bihuan:choice="person"/><userTask id="many">'
    "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    '</userTask><boundaryEvent id="b" attachedToRef="many"><errorEventDefinition/></boundaryEvent>'
    + flows("a>one", "one>s", "s>f", "f>p1", "f>p2", "p1>j", "p2>j", "j>many", "many>last", "last>ask", "ask>z")
)
_CHART = load_chart(process(_BODY))


def _jump(player: Player, node: str, target: str, reason: str = "the customer insists") -> Player:
    player.do(commands.Jump(item=player.item(node), target=target, reason=reason))
    return player


def test_a_jump_is_a_deviation_that_the_log_keeps_with_its_reason() -> None:
    player = _jump(Player(_CHART).start(), "one", "last", "  the customer insists ")
    assert player.open() == ["last"]
    assert player.step is not None
    assert player.step.events[0] | {"at": None} == {
        "type": "jumped", "v": 1, "id": 1, "node": "one", "target": "last", "scope": 0,
        "reason": "the customer insists", "at": None,
    }  # fmt: skip
    closed, opened = player.step.effects
    assert closed == effects.CloseWorkItem(1, "one", "cancelled")
    assert isinstance(opened, effects.OpenWorkItem) and opened.node == "last"


def test_a_jump_out_of_a_sub_process_takes_everything_inside_with_it() -> None:
    player = Player(_CHART).start().complete("one")
    assert player.open() == ["s", "in1"]
    _jump(player, "s", "one")
    assert player.open() == ["one"]
    assert len(player.effects_of(effects.ClearTimer)) == 1
    assert player.state is not None and not player.state.timers


def test_a_jump_inside_a_sub_process_stays_inside() -> None:
    player = _jump(Player(_CHART).start().complete("one"), "in1", "in2")
    assert player.open() == ["s", "in2"]
    assert player.complete("in2").open() == ["p1", "p2"]


def test_a_jump_takes_one_token_and_leaves_its_siblings() -> None:
    player = Player(_CHART).start().complete("one").complete("in1").complete("in2")
    _jump(player, "p1", "one")
    assert player.open() == ["p2", "one"]


def test_a_jump_to_a_join_goes_through_it() -> None:
    player = _jump(Player(_CHART).start(), "one", "j")
    assert player.open() == ["many", "many"]


def test_a_jump_to_an_end_event_ends_the_token() -> None:
    assert _jump(Player(_CHART).start(), "one", "z").ended


def test_a_jump_takes_a_multi_instance_as_a_whole() -> None:
    player = _jump(Player(_CHART).start(), "one", "many")
    instance = player.item("many")
    with pytest.raises(CommandRefused, match="not_waiting"):
        player.do(commands.Jump(item=instance, target="last", reason="x"))
    assert player.state is not None
    body = player.state.acts[instance]["scope"]
    player.do(commands.Jump(item=body, target="last", reason="x"))
    assert player.open() == ["last"]


@pytest.mark.parametrize(
    ("target", "reason", "code"),
    [
        ("in1", "x", "no_such_target"),
        ("nowhere", "x", "no_such_target"),
        ("b", "x", "no_such_target"),
        ("ask", "x", "no_such_target"),
        ("last", "  ", "reason_required"),
        ("last", "", "reason_required"),
    ],
)
def test_jumps_that_are_refused(target: str, reason: str, code: str) -> None:
    player = Player(_CHART).start()
    with pytest.raises(CommandRefused) as refused:
        _jump(player, "one", target, reason)
    assert refused.value.code == code
    assert player.open() == ["one"]
    with pytest.raises(CommandRefused, match="not_waiting"):
        player.do(commands.Jump(item=77, target="last", reason="x"))


def test_nothing_is_taken_out_of_an_undoing() -> None:
    body = (
        '<startEvent id="a"/><userTask id="u"/><userTask id="undo" isForCompensation="true"/>'
        '<boundaryEvent id="b" attachedToRef="u"><compensateEventDefinition/></boundaryEvent>'
        '<association id="as" sourceRef="b" targetRef="undo"/><userTask id="v"/>'
        '<intermediateThrowEvent id="t"><compensateEventDefinition/></intermediateThrowEvent>'
        + flows("a>u", "u>t", "t>v")
    )
    player = Player(process(body)).start().complete("u")
    assert player.open() == ["t", "undo"]
    for node in ("undo", "t"):
        with pytest.raises(CommandRefused, match="not_waiting"):
            _jump(player, node, "v")
    with pytest.raises(CommandRefused, match="no_such_target"):
        _jump(Player(process(body)).start(), "u", "undo")


# -- incidents ---------------------------------------------------------------------------------------------------------


def _number(player: Player) -> int:
    assert player.state is not None
    (number,) = player.state.incidents
    return number


def _skip(player: Player, outcome: str | None = None, reason: str = "agreed by telephone") -> Player:
    player.do(commands.SkipIncident(incident=_number(player), reason=reason, outcome=outcome))
    return player


_GATE = '<startEvent id="a"/><exclusiveGateway id="g"/><userTask id="u"/><userTask id="v"/>' + flows(
    "a>g", "g>u:many > 3", "g>v:many > 5"
)


def _stuck_at_gate() -> Player:
    player = Player(process(_GATE, variables(many="number"))).start()
    assert player.incidents() == ["cannot_evaluate"]
    return player


def test_an_incident_is_retried_when_its_cause_is_gone() -> None:
    player = _stuck_at_gate()
    player.do(commands.RetryIncident(incident=_number(player)))
    assert player.incidents() == ["cannot_evaluate"]
    player.do(commands.SetVariables(variables={"many": 4}))
    player.do(commands.RetryIncident(incident=_number(player)))
    assert (player.incidents(), player.open()) == ([], ["u"])


def test_a_condition_that_cannot_be_evaluated_is_skipped_by_naming_the_arrow() -> None:
    player = _skip(_stuck_at_gate(), "g_v")
    assert (player.incidents(), player.open()) == ([], ["v"])
    assert player.step is not None
    skipped = player.step.events[0]
    assert (skipped["type"], skipped["node"], skipped["flow"]) == ("incident_skipped", "g", "g_v")
    assert skipped["reason"] == "agreed by telephone"
    assert len(player.effects_of(effects.ClearIncident)) == 1


@pytest.mark.parametrize(
    ("outcome", "reason", "code"),
    [
        (None, "x", "outcome_required"),
        ("a_g", "x", "no_such_outcome"),
        ("no", "x", "no_such_outcome"),
        ("g_u", " ", "reason_required"),
    ],
)
def test_skips_that_are_refused(outcome: str | None, reason: str, code: str) -> None:
    player = _stuck_at_gate()
    with pytest.raises(CommandRefused) as refused:
        _skip(player, outcome, reason)
    assert refused.value.code == code
    assert player.incidents() == ["cannot_evaluate"]
    with pytest.raises(CommandRefused, match="not_waiting"):
        player.do(commands.SkipIncident(incident=99, reason="x"))


def test_a_service_that_failed_is_skipped_without_result() -> None:
    body = '<startEvent id="a"/><serviceTask id="s"/><userTask id="u"/>' + flows("a>s", "s>u")
    player = Player(process(body)).start().fail("s", "down")
    assert player.incidents() == ["uncaught_error"]
    with pytest.raises(CommandRefused, match="no_such_outcome"):
        _skip(player, "s_u")
    _skip(player)
    assert (player.incidents(), player.open()) == ([], ["u"])
    assert player.effects_of(effects.CancelService) and not player.effects_of(effects.RequestService)


def _multi(inside: str, kind: str = "userTask") -> str:
    return (
        f'<startEvent id="a"/><{kind} id="m"><multiInstanceLoopCharacteristics isSequential="true" {inside}'
        f'</multiInstanceLoopCharacteristics></{kind}><userTask id="u"/>' + flows("a>m", "m>u")
    )


_SKIPPABLE = {
    "a collection that is none": (_multi('bihuan:collection="names">'), "bad_collection"),
    "an implicit split": (
        '<startEvent id="a"/><task id="t"/><userTask id="u"/><userTask id="v"/>'
        + flows("a>t", "t>u:many > 1", "t>v:many > 2"),
        "cannot_evaluate",
    ),
    "a timer": (
        '<startEvent id="a"/><intermediateCatchEvent id="c"><timerEventDefinition><timeDuration>when</timeDuration>'
        '</timerEventDefinition></intermediateCatchEvent><userTask id="u"/>' + flows("a>c", "c>u"),
        "bad_timer",
    ),
    "a timer behind an event-based gateway": (
        '<startEvent id="a"/><eventBasedGateway id="e"/><intermediateCatchEvent id="c"><timerEventDefinition>'
        '<timeDuration>when</timeDuration></timerEventDefinition></intermediateCatchEvent><receiveTask id="u" '
        'messageRef="M"/>' + flows("a>e", "e>c", "e>u"),
        "bad_timer",
    ),
    "an end event whose error nobody catches": (
        '<startEvent id="a"/><parallelGateway id="f"/><userTask id="u"/><endEvent id="z"><errorEventDefinition/>'
        "</endEvent>" + flows("a>f", "f>u", "f>z"),
        "uncaught_error",
    ),
    "a boundary timer of a user task": (
        '<startEvent id="a"/><userTask id="t"/><boundaryEvent id="b" attachedToRef="t"><timerEventDefinition>'
        '<timeDuration>when</timeDuration></timerEventDefinition></boundaryEvent><userTask id="u"/>'
        + flows("a>t", "t>u"),
        "bad_timer",
    ),
}


@pytest.mark.parametrize("what", _SKIPPABLE)
def test_every_kind_of_stuck_move_can_be_skipped(what: str) -> None:
    body, code = _SKIPPABLE[what]
    said = variables(names="list", many="number", when="string")
    player = Player(process(body, said, before='<message id="M" name="m"/>')).start()
    assert player.incidents() == [code]
    outcome = {"an implicit split": "t_u", "a timer behind an event-based gateway": "e_u"}.get(what)
    _skip(player, outcome)
    assert (player.incidents(), player.open()) == ([], ["u"])


def test_a_completion_condition_that_cannot_be_evaluated_ends_the_multi_instance_when_skipped() -> None:
    inside = "><loopCardinality>3</loopCardinality><completionCondition>many &gt; 1</completionCondition>"
    player = Player(process(_multi(inside), variables(many="number"))).start().complete("m")
    assert player.incidents() == ["cannot_evaluate"]
    assert _skip(player).open() == ["u"]


def test_an_instance_that_cannot_begin_counts_as_done_when_skipped() -> None:
    body = _multi('bihuan:collection="names">', "callActivity").replace(
        '<callActivity id="m">',
        '<callActivity id="m" calledElement="q"><extensionElements><bihuan:in source="many" target="many"/>'
        "</extensionElements>",
    )
    inner = (
        '</process><process id="q"><subProcess id="e" triggeredByEvent="true"><startEvent id="es"><timerEventDefinition>'
        '<timeDuration>when</timeDuration></timerEventDefinition></startEvent></subProcess><startEvent id="qs"/>'
        '<userTask id="qu"/>' + flows("qs>qu") + "</process>"
    )
    source = process(body, variables(names="list", many="number")).replace(b"</process>", inner.encode())
    player = Player(load_chart(source, "p", open_variables=True)).start(names=["x", "y"])
    assert player.incidents() == ["undeclared_name"]
    assert player.visited() == ["a", "m"]
    assert _skip(player).incidents() == ["undeclared_name"]
    assert _skip(player).open() == ["u"]


def test_results_of_a_call_that_cannot_be_handed_out_are_dropped_when_skipped() -> None:
    body = (
        '<startEvent id="a"/><callActivity id="c" calledElement="q"><extensionElements><bihuan:out source="x" '
        'target="nobody"/></extensionElements></callActivity><userTask id="u"/>' + flows("a>c", "c>u")
    )
    inner = f'</process><process id="q"><extensionElements>{variables(x="number")}</extensionElements>'
    inner += '<startEvent id="qs"/><userTask id="qu"/>' + flows("qs>qu") + "</process>"
    player = Player(load_chart(process(body).replace(b"</process>", inner.encode()), "p")).start()
    player.complete("q:qu", x=1)
    assert player.incidents() == ["undeclared_name"]
    assert _skip(player).open() == ["u"]
    assert "nobody" not in player.values


def test_a_round_without_waiting_is_no_single_thing_to_skip() -> None:
    body = (
        '<startEvent id="a"/><parallelGateway id="f"/><exclusiveGateway id="m1"/><task id="t1"/>'
        '<exclusiveGateway id="m2"/><task id="t2"/>' + flows("a>f", "f>m1", "f>m2", "m1>t1", "t1>m1", "m2>t2", "t2>m2")
    )
    player = Player(process(body)).start()
    assert player.incidents() == ["step_limit"]
    with pytest.raises(CommandRefused, match="not_skippable"):
        _skip(player)
