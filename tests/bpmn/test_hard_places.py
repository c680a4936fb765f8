"""The hard places of the design paper, each with a test of its own name."""

import pytest

from bihuan.bpmn import CommandRefused, commands, effects, load_chart
from bihuan.bpmn.engine.run import STEPS

from .building import Player, flows, process, variables


def _timer(element: str, host: str, more: str = "") -> str:
    return (
        f'<boundaryEvent id="{element}" attachedToRef="{host}" {more}><timerEventDefinition><timeDuration>PT1H'
        "</timeDuration></timerEventDefinition></boundaryEvent>"
    )


def _message(kind: str, element: str, more: str = "") -> str:
    return f'<{kind} id="{element}" {more}><messageEventDefinition messageRef="M"/></{kind}>'


_M = '<message id="M" name="m"/>'


# -- inclusive joins ---------------------------------------------------------------------------------------------------

_LOOPED = (
    '<startEvent id="a"/><exclusiveGateway id="m"/><inclusiveGateway id="f" default="f_w"/><userTask id="x"/>'
    '<userTask id="y"/><userTask id="w"/><inclusiveGateway id="j"/><userTask id="c"/>'
    '<exclusiveGateway id="again" default="again_z"/><endEvent id="z"/>'
    + flows("a>m", "m>f", "f>x:x == true", "f>y:y == true", "f>w", "x>j", "y>j", "w>j", "j>c", "c>again")
    + flows("again>m:more == true", "again>z")
)


@pytest.mark.parametrize(
    ("x", "y", "open_now"),
    [(True, True, ["x", "y"]), (True, False, ["x"]), (False, True, ["y"]), (False, False, ["w"])],
)
def test_inclusive_join_in_a_loop_waits_for_exactly_what_was_started_in_this_round(
    x: bool, y: bool, open_now: list[str]
) -> None:
    player = Player(process(_LOOPED, variables(x="boolean", y="boolean", more="boolean")))
    player.start(x=not x, y=True)
    for task in player.open():
        player.complete(task)
    player.complete("c", more=True, x=x, y=y)
    assert player.open() == open_now
    for at, task in enumerate(open_now):
        player.complete(task)
        assert player.open() == (["c"] if at + 1 == len(open_now) else open_now[at + 1 :])
    assert player.complete("c", more=False).ended


def test_inclusive_join_waits_for_a_token_inside_a_sub_process_on_the_way() -> None:
    body = (
        '<startEvent id="a"/><inclusiveGateway id="f"/><userTask id="x"/><subProcess id="s"><startEvent id="ss"/>'
        '<parallelGateway id="sf"/><userTask id="s1"/><userTask id="s2"/>'
        + flows("ss>sf", "sf>s1", "sf>s2")
        + '</subProcess><inclusiveGateway id="j"/><userTask id="c"/>'
        + flows("a>f", "f>x", "f>s", "x>j", "s>j", "j>c")
    )
    player = Player(process(body)).start().complete("x").complete("s1")
    assert player.open() == ["s", "s2"]
    assert player.complete("s2").open() == ["c"]


def test_inclusive_joins_in_two_scopes_do_not_hold_each_other_up() -> None:
    inner = (
        '<startEvent id="ss"/><inclusiveGateway id="sf"/><userTask id="s1"/><userTask id="s2"/>'
        '<inclusiveGateway id="sj"/><userTask id="sc"/>'
        + flows("ss>sf", "sf>s1", "sf>s2:x == true", "s1>sj", "s2>sj", "sj>sc")
    )
    body = (
        f'<startEvent id="a"/><inclusiveGateway id="f"/><userTask id="t"/><subProcess id="s">{inner}'
        "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
        '</subProcess><inclusiveGateway id="j"/><userTask id="c"/>' + flows("a>f", "f>t", "f>s", "t>j", "s>j", "j>c")
    )
    player = Player(process(body, variables(x="boolean"))).start(x=True)
    player.complete("s1").complete("s2")
    assert player.open().count("sc") == 1
    player.complete("s1").complete("s2").complete("sc").complete("sc")
    assert player.open() == ["t"]
    assert player.complete("t").open() == ["c"]


# -- interrupting ------------------------------------------------------------------------------------------------------


def test_interrupting_boundary_cancels_child_scopes_and_siblings_in_the_same_step() -> None:
    body = (
        '<startEvent id="a"/><subProcess id="s"><startEvent id="ss"/><parallelGateway id="f"/><userTask id="u"/>'
        '<subProcess id="deep"><startEvent id="ds"/><userTask id="d"/>'
        + _timer("dt", "d")
        + flows("ds>d")
        + '</subProcess><serviceTask id="call"/><receiveTask id="r" messageRef="M"/><userTask id="m">'
        "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
        '</userTask><exclusiveGateway id="stuck"/><parallelGateway id="j"/><task id="t"/><userTask id="v"/>'
        + flows("ss>f", "f>u", "f>deep", "f>call", "f>r", "f>m", "f>stuck", "f>t", "t>j", "u>j", "stuck>v:no > 1")
        + "</subProcess>"
        + _timer("late", "s")
        + '<userTask id="after"/>'
        + flows("a>s", "late>after")
    )
    player = Player(process(body, variables(no="number"), before=_M)).start()
    assert player.incidents() == ["cannot_evaluate"]
    assert player.state is not None and player.state.joins
    player.fire("late")
    assert player.open() == ["after"]
    document = player.state.to_document()
    assert {"timers", "subs", "joins", "incidents"}.isdisjoint(document)
    closed = {one.node: one.how for one in player.effects_of(effects.CloseWorkItem)}
    assert closed == {"u": "cancelled", "d": "cancelled", "m": "cancelled"}
    for kind, number in (
        (effects.CancelService, 1),
        (effects.Unsubscribe, 1),
        (effects.ClearTimer, 2),
        (effects.ClearIncident, 1),
    ):
        assert len(player.effects_of(kind)) == number, kind


@pytest.mark.parametrize("first", ["timer", "person"])
def test_timer_against_completion_the_second_is_refused_and_changes_nothing(first: str) -> None:
    body = (
        '<startEvent id="a"/><userTask id="u"/><userTask id="done"/><userTask id="late"/>'
        + _timer("t", "u")
        + flows("a>u", "u>done", "t>late")
    )
    player = Player(process(body)).start()
    both: list[commands.Command] = [
        commands.FireTimer(timer=player.timer("t")),
        commands.CompleteTask(item=player.item("u")),
    ]
    winner, loser = both if first == "timer" else reversed(both)
    player.do(winner)
    now = player.open()
    assert now == (["late"] if first == "timer" else ["done"])
    with pytest.raises(CommandRefused) as refused:
        player.do(loser)
    assert refused.value.code == "not_waiting" and refused.value.detail
    assert player.open() == now


@pytest.mark.parametrize("interrupting", [True, False])
def test_event_sub_process_interrupts_only_its_scope(interrupting: bool) -> None:
    listening = (
        '<subProcess id="e" triggeredByEvent="true">'
        + _message("startEvent", "es", f'isInterrupting="{str(interrupting).lower()}"')
        + '<userTask id="v"/>'
        + flows("es>v")
        + "</subProcess>"
    )
    body = (
        '<startEvent id="a"/><parallelGateway id="f"/><userTask id="outside"/><subProcess id="s"><startEvent id="ss"/>'
        f'<userTask id="u"/>{flows("ss>u")}{listening}</subProcess><userTask id="after"/>'
        + flows("a>f", "f>outside", "f>s", "s>after")
    )
    player = Player(process(body, before=_M)).start().message("es")
    assert player.open() == (["outside", "s", "e", "v"] if interrupting else ["outside", "s", "u", "e", "v"])
    if interrupting:
        assert player.state is not None and not player.state.subs
    else:
        player.message("es")
        assert player.open().count("v") == 2
        player.complete("v").complete("u")
    assert "after" not in player.open()
    player.complete("v")
    assert player.open() == ["outside", "after"]


@pytest.mark.parametrize("kind", ["userTask", "subProcess"])
def test_multi_instance_completion_condition_cancels_the_rest(kind: str) -> None:
    inner = '<startEvent id="ss"/><userTask id="in"/>' + _timer("t", "in") + flows("ss>in")
    body = (
        f'<startEvent id="a"/><{kind} id="m">{inner if kind == "subProcess" else ""}<multiInstanceLoopCharacteristics '
        'bihuan:collection="people" bihuan:elementVariable="who"><completionCondition>nrOfCompletedInstances >= 2'
        f'</completionCondition></multiInstanceLoopCharacteristics></{kind}><userTask id="after"/>'.replace(
            ">=", "&gt;="
        )
        + flows("a>m", "m>after")
    )
    player = Player(process(body, variables(people="list"))).start(people=["A", "B", "C", "D"])
    task = "in" if kind == "subProcess" else "m"
    assert player.open().count(task) == 4
    player.complete(task, nth=2)
    assert player.open().count(task) == 3
    player.complete(task)
    assert player.open() == ["after"]
    closed = [one.how for one in player.effects_of(effects.CloseWorkItem)]
    assert sorted(closed) == ["cancelled", "cancelled", "completed"]
    assert player.state is not None and not player.state.timers


def test_a_sequential_multi_instance_begins_the_next_only_when_one_is_done() -> None:
    body = (
        '<startEvent id="a"/><userTask id="m"><multiInstanceLoopCharacteristics isSequential="true" '
        'bihuan:collection="people" bihuan:elementVariable="who"/></userTask><userTask id="after"/>'
        + flows("a>m", "m>after")
    )
    player = Player(process(body, variables(people="list"))).start(people=["A", "B"])
    seen: list[tuple[int | None, object]] = []
    while player.open() == ["m"]:
        (opened,) = [one for one in player.log if isinstance(one, effects.OpenWorkItem)][len(seen) :]
        seen.append((opened.index, opened.element))
        player.complete("m")
    assert seen == [(0, "A"), (1, "B")]
    assert player.open() == ["after"]


# -- variables ---------------------------------------------------------------------------------------------------------


def test_names_of_an_instance_of_a_multi_instance_and_of_a_call_are_local() -> None:
    body = (
        '<startEvent id="a"/><callActivity id="c" calledElement="q"><extensionElements><bihuan:in source="x" target="y"/>'
        '<bihuan:out source="y" target="x"/></extensionElements></callActivity><userTask id="after"/>'
        + flows("a>c", "c>after")
    )
    inner = f'</process><process id="q"><extensionElements>{variables(y="number")}</extensionElements>'
    inner += '<startEvent id="qs"/><userTask id="u"/>' + flows("qs>u") + "</process>"
    source = process(body, variables(x="number")).replace(b"</process>", inner.encode())
    player = Player(load_chart(source, "p")).start(x=1)
    with pytest.raises(CommandRefused, match="undeclared_name"):
        player.complete("q:u", x=5)
    assert player.values == {"x": 1}
    player.complete("q:u", y=7)
    assert player.values == {"x": 7}


def test_the_later_of_two_branches_that_write_the_same_name_has_the_last_word() -> None:
    body = (
        '<startEvent id="a"/><parallelGateway id="f"/><userTask id="u"/><userTask id="v"/><userTask id="w"/>'
        + flows("a>f", "f>u", "f>v", "f>w")
    )
    player = Player(process(body, variables(x="number"))).start().complete("v", x=1).complete("u", x=2)
    assert player.values["x"] == 2


# -- limits and incidents ----------------------------------------------------------------------------------------------


def test_a_gateway_loop_without_a_waiting_state_becomes_an_incident_at_the_step_limit() -> None:
    body = (
        '<startEvent id="a"/><parallelGateway id="f"/><userTask id="u"/><exclusiveGateway id="g"/><task id="t"/>'
        + flows("a>f", "f>u", "f>g", "g>t", "t>g")
    )
    player = Player(process(body)).start()
    assert player.incidents() == ["step_limit"]
    assert player.open() == ["u"]
    assert player.step is not None and len(player.step.events) < 2 * STEPS
    assert player.complete("u").incidents() == ["step_limit"]
    player.do(commands.Cancel(reason="the chart was wrong"))
    assert player.ended and player.incidents() == []


def test_timers_re_arm_at_every_entry_of_an_activity() -> None:
    body = (
        '<startEvent id="a"/><exclusiveGateway id="m"/><userTask id="u"/><userTask id="v"/>'
        + _timer("t", "u")
        + flows("a>m", "m>u", "u>v", "v>m", "t>v")
    )
    player = Player(process(body)).start()
    seen = {player.timer("t")}
    for round_ in range(3):
        before = player.timer("t")
        if round_ % 2:
            player.fire("t")
        else:
            player.complete("u")
        assert player.effects_of(effects.ClearTimer) == [effects.ClearTimer(before)]
        assert player.state is not None and not player.state.timers
        player.complete("v")
        assert [one.node for one in player.effects_of(effects.SetTimer)] == ["t"]
        seen.add(player.timer("t"))
    assert len(seen) == 4


@pytest.mark.parametrize(("test_before", "maximum", "rounds"), [("false", 3, 3), ("true", 2, 2), ("false", 1, 1)])
def test_a_loop_stops_at_its_maximum(test_before: str, maximum: int, rounds: int) -> None:
    body = (
        f'<startEvent id="a"/><userTask id="u"><standardLoopCharacteristics testBefore="{test_before}" '
        f'loopMaximum="{maximum}"><loopCondition>true</loopCondition></standardLoopCharacteristics></userTask>'
        '<userTask id="after"/>' + flows("a>u", "u>after")
    )
    player = Player(process(body)).start()
    for _ in range(rounds):
        assert player.open() == ["u"]
        player.complete("u")
    assert player.open() == ["after"]


@pytest.mark.parametrize(("test_before", "rounds"), [("false", 1), ("true", 0)])
def test_a_loop_asks_its_condition_before_or_after_the_first_round(test_before: str, rounds: int) -> None:
    body = (
        f'<startEvent id="a"/><userTask id="u"><standardLoopCharacteristics testBefore="{test_before}">'
        "<loopCondition>again == true</loopCondition></standardLoopCharacteristics></userTask>"
        '<userTask id="after"/>' + flows("a>u", "u>after")
    )
    player = Player(process(body, variables(again="boolean"))).start(again=False)
    for _ in range(rounds):
        player.complete("u")
    assert player.open() == ["after"]


@pytest.mark.parametrize("thrown_by", ["service", "end event"])
def test_an_error_that_nobody_catches_is_an_incident_and_the_rest_goes_on(thrown_by: str) -> None:
    thrower = (
        '<serviceTask id="x"/>'
        if thrown_by == "service"
        else '<endEvent id="x"><errorEventDefinition errorRef="E"/></endEvent>'
    )
    body = f'<startEvent id="a"/><parallelGateway id="f"/><userTask id="u"/>{thrower}' + flows("a>f", "f>u", "f>x")
    player = Player(process(body, before='<error id="E" errorCode="e"/>')).start()
    if thrown_by == "service":
        player.fail("x", "e")
    assert player.incidents() == ["uncaught_error"]
    assert "u" in player.open() and not player.ended
    player.complete("u")
    assert not player.ended
    assert player.state is not None
    (number,) = player.state.incidents
    player.do(commands.RetryIncident(incident=number))
    if thrown_by == "service":
        assert player.incidents() == []
        assert player.answer("x").ended
    else:
        assert player.incidents() == ["uncaught_error"]


@pytest.mark.parametrize("where", ["exclusive", "inclusive", "implicit", "loop", "collection", "script"])
def test_an_undeclared_name_is_an_incident_and_never_a_silent_null(where: str) -> None:
    middle = {
        "exclusive": '<exclusiveGateway id="g" default="g_u"/>' + flows("g>u", "g>v:nobody == null"),
        "inclusive": '<inclusiveGateway id="g" default="g_u"/>' + flows("g>u", "g>v:nobody == null"),
        "implicit": '<task id="g" default="g_u"/>' + flows("g>u", "g>v:nobody == null"),
        "loop": '<userTask id="g"><standardLoopCharacteristics testBefore="true"><loopCondition>nobody == null'
        "</loopCondition></standardLoopCharacteristics></userTask>" + flows("g>u"),
        "collection": '<userTask id="g"><multiInstanceLoopCharacteristics bihuan:collection="nobody"/></userTask>'
        + flows("g>u"),
        "script": '<scriptTask id="g" bihuan:result="x"><script>nobody == null</script></scriptTask>' + flows("g>u"),
    }[where]
    body = f'<startEvent id="a"/>{middle}<userTask id="u"/><userTask id="v"/>' + flows("a>g")
    player = Player(process(body, variables(x="boolean"))).start()
    assert (player.incidents(), player.open()) == (["undeclared_name"], [])
    assert player.state is not None
    assert "nobody" in next(iter(player.state.incidents.values()))["detail"]


def test_a_condition_that_is_neither_true_nor_false_is_an_incident() -> None:
    body = '<startEvent id="a"/><exclusiveGateway id="g"/><userTask id="u"/>' + flows("a>g", "g>u:x + 1")
    assert Player(process(body, variables(x="number"))).start(x=1).incidents() == ["not_boolean"]


def test_a_move_that_fails_half_way_leaves_no_half_of_it() -> None:
    body = (
        '<startEvent id="a"/><userTask id="u"/><callActivity id="c" calledElement="q"><extensionElements>'
        '<bihuan:out source="y" target="x"/><bihuan:out source="y" target="nobody"/></extensionElements></callActivity>'
        '<userTask id="after"/>' + flows("a>u", "u>c", "c>after")
    )
    inner = f'</process><process id="q"><extensionElements>{variables(y="number")}</extensionElements>'
    inner += '<startEvent id="qs"/><userTask id="w"/>' + flows("qs>w") + "</process>"
    source = process(body, variables(x="number")).replace(b"</process>", inner.encode())
    player = Player(load_chart(source, "p")).start().complete("u").complete("q:w", y=7)
    assert player.incidents() == ["undeclared_name"]
    assert player.open() == ["c"]
    assert player.values == {}


def test_state_and_cost_do_not_grow_with_history() -> None:
    body = (
        '<startEvent id="a"/><exclusiveGateway id="m"/><parallelGateway id="f"/><userTask id="u"/><subProcess id="s">'
        '<startEvent id="ss"/><userTask id="v"/>'
        + _timer("t", "v")
        + flows("ss>v")
        + '</subProcess><parallelGateway id="j"/>'
        + flows("a>m", "m>f", "f>u", "f>s", "u>j", "s>j", "j>m")
    )
    player = Player(process(body)).start()
    sizes = []
    for _ in range(50):
        player.complete("u").complete("v")
        assert player.state is not None and player.step is not None
        sizes.append((len(str(player.state.to_document())) // 10, len(player.step.events)))
    assert len({events for _, events in sizes}) == 1
    assert sizes[-1][0] <= sizes[0][0] + 2
