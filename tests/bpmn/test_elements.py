"""Elements of the design paper that the scenarios of other engines do not cover: each runs as the standard says."""

import pytest

from bihuan.bpmn import commands, effects, load_chart
from bihuan.bpmn.engine.commands import CommandRefused

from .building import Player, flows, process, variables


def _event(kind: str, element: str, definition: str, attributes: str = "") -> str:
    return f'<{kind} id="{element}" {attributes}>{definition}</{kind}>'


def _after(duration: str) -> str:
    return f"<timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition>"


# -- ad-hoc sub-process ------------------------------------------------------------------------------------------------


def _ad_hoc(inner: str, condition: str = "", attributes: str = "") -> Player:
    said = f"<completionCondition><![CDATA[{condition}]]></completionCondition>" if condition else ""
    body = (
        '<startEvent id="a"/><endEvent id="z"/><userTask id="after"/>'
        + f'<adHocSubProcess id="h" {attributes}>{inner}{said}</adHocSubProcess>'
        + flows("a>h", "h>after", "after>z")
    )
    return Player(process(body, variables(enough="boolean", many="number"))).start()


_THREE = '<userTask id="x"/><userTask id="y"/><userTask id="y2"/>' + flows("y>y2")


def test_an_ad_hoc_sub_process_offers_what_no_arrow_leads_to_and_is_over_when_all_is_done() -> None:
    player = _ad_hoc(_THREE)
    assert player.open() == ["h", "x", "y"]
    player.complete("y").complete("x")
    assert player.open() == ["h", "y2"]
    assert player.complete("y2").open() == ["after"]


def test_an_ad_hoc_sub_process_is_over_as_soon_as_its_condition_holds_and_cancels_the_rest() -> None:
    player = _ad_hoc(_THREE, "enough == true")
    player.complete("x", enough=False)
    assert player.open() == ["h", "y"]
    player.complete("y", enough=True)
    assert player.open() == ["after"]
    player = _ad_hoc(_THREE, "enough == true").complete("x", enough=True)
    assert player.open() == ["after"]
    closed = [(one.node, one.how) for one in player.effects_of(effects.CloseWorkItem)]
    assert closed == [("x", "completed"), ("y", "cancelled")]


def test_an_ad_hoc_sub_process_may_wait_for_the_rest() -> None:
    player = _ad_hoc(_THREE, "enough == true", 'cancelRemainingInstances="false"')
    player.complete("x", enough=True)
    assert player.open() == ["h", "y"]
    assert player.complete("y").complete("y2").open() == ["after"]


def test_an_ad_hoc_activity_can_be_begun_again() -> None:
    player = _ad_hoc(_THREE, "many > 1")
    player.complete("x", many=1)
    player.do(commands.BeginActivity(item=player.item("h"), node="x"))
    assert player.open() == ["h", "y", "x"]
    assert player.complete("x", many=2).open() == ["after"]


def test_an_unfinished_ad_hoc_sub_process_is_an_incident_that_can_be_helped_in_three_ways() -> None:
    for way in ("begin", "retry", "skip"):
        player = _ad_hoc('<userTask id="x"/>', "enough == true").complete("x", enough=False)
        assert player.incidents() == ["ad_hoc_unfinished"]
        number = next(iter(player.state.incidents))  # type: ignore[union-attr]
        if way == "begin":
            player.do(commands.BeginActivity(item=player.item("h"), node="x"))
            assert player.incidents() == []
            player.complete("x", enough=True)
        elif way == "retry":
            player.do(commands.RetryIncident(incident=number))
            number = next(iter(player.state.incidents))  # type: ignore[union-attr]
            player.do(commands.SetVariables(variables={"enough": True}))
            player.do(commands.RetryIncident(incident=number))
        else:
            player.do(commands.SkipIncident(incident=number, reason="good enough"))
        assert player.open() == ["after"], way


@pytest.mark.parametrize(
    ("item", "node", "code"),
    [("h", "y2", "no_such_target"), ("h", "after", "no_such_target"), ("x", "x", "not_waiting")],
)
def test_what_cannot_be_begun_in_an_ad_hoc_sub_process(item: str, node: str, code: str) -> None:
    player = _ad_hoc(_THREE)
    with pytest.raises(CommandRefused, match=code):
        player.do(commands.BeginActivity(item=player.item(item), node=node))


# -- scripts -----------------------------------------------------------------------------------------------------------


def _script(text: str, result: str = "total", loop: str = "") -> Player:
    body = (
        f'<startEvent id="a"/><scriptTask id="s" bihuan:result="{result}"><script><![CDATA[{text}]]></script>{loop}'
        '</scriptTask><userTask id="u"/>' + flows("a>s", "s>u")
    )
    return Player(process(body, variables(total="number", price="number", names="list"))).start(price=3, names=["a"])


def test_a_script_computes_an_expression_into_a_variable() -> None:
    player = _script("price * 2 + len(names)")
    assert player.open() == ["u"]
    assert player.values["total"] == 7


@pytest.mark.parametrize(
    ("text", "result", "code"),
    [
        ("price * 2", "nobody", "undeclared_name"),
        ("unknown + 1", "total", "undeclared_name"),
        ('"text"', "total", "bad_value"),
        ("names * 2", "total", "cannot_evaluate"),
    ],
)
def test_a_script_that_cannot_be_carried_out_is_an_incident(text: str, result: str, code: str) -> None:
    player = _script(text, result)
    assert (player.incidents(), player.open()) == ([code], [])


def test_a_script_in_a_multi_instance_sees_its_counter() -> None:
    loop = '<multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>3</loopCardinality>'
    player = _script("price + loopCounter", "price", loop + "</multiInstanceLoopCharacteristics>")
    assert player.values["price"] == 3 + 0 + 1 + 2


# -- the process begins with one of several events ---------------------------------------------------------------------


def _begun_by_event(kind: str) -> bytes:
    body = (
        f'<eventBasedGateway id="g" instantiate="true" {kind}/><userTask id="u"/><userTask id="v"/>'
        + _event("intermediateCatchEvent", "m", '<messageEventDefinition messageRef="M"/>')
        + _event("intermediateCatchEvent", "n", '<messageEventDefinition messageRef="N"/>')
        + flows("g>m", "g>n", "m>u", "n>v")
    )
    return process(body, before='<message id="M" name="order"/><message id="N" name="call"/>')


def test_a_process_begins_with_the_event_behind_its_gateway() -> None:
    chart = load_chart(_begun_by_event(""))
    player = Player(chart).start("n")
    assert player.open() == ["v"]
    assert player.complete("v").ended
    with pytest.raises(CommandRefused, match="bad_value"):
        Player(chart).start()


def test_behind_a_parallel_gateway_the_process_waits_for_the_other_events_too() -> None:
    player = Player(_begun_by_event('eventGatewayType="Parallel"')).start("n")
    assert player.open() == ["v", "m"]
    player.complete("v")
    assert not player.ended
    player.message("m")
    assert player.open() == ["u"]
    assert player.complete("u").ended


# -- transactions and compensation -------------------------------------------------------------------------------------

_BOOKED = (
    '<transaction id="t"><startEvent id="ts"/><userTask id="book"/><userTask id="pay"/><userTask id="unbook" '
    'isForCompensation="true"/><userTask id="unpay" isForCompensation="true"/>'
    '<exclusiveGateway id="ok" default="ok_te"/><endEvent id="te"/>'
    '<endEvent id="stop"><cancelEventDefinition/></endEvent><userTask id="open"/><parallelGateway id="fork"/>'
    '<boundaryEvent id="b1" attachedToRef="book"><compensateEventDefinition/></boundaryEvent>'
    '<boundaryEvent id="b2" attachedToRef="pay"><compensateEventDefinition/></boundaryEvent>'
    '<association id="as1" sourceRef="b1" targetRef="unbook"/><association id="as2" sourceRef="b2" targetRef="unpay"/>'
    + flows("ts>fork", "fork>open", "fork>book", "book>pay", "pay>ok", "ok>te", "ok>stop:enough == false")
    + '</transaction><boundaryEvent id="cancelled" attachedToRef="t"><cancelEventDefinition/></boundaryEvent>'
)


def _booking() -> Player:
    body = (
        '<startEvent id="a"/><userTask id="sorry"/><userTask id="fine"/>'
        + _BOOKED
        + flows("a>t", "t>fine", "cancelled>sorry")
    )
    return Player(process(body, variables(enough="boolean"))).start()


def test_a_cancelled_transaction_undoes_what_completed_last_first_and_leaves_by_its_cancel_event() -> None:
    player = _booking().complete("book").complete("pay", enough=False)
    begun = [one.node for one in player.effects_of(effects.OpenWorkItem)]
    assert begun == ["unpay", "unbook"]
    assert "open" not in player.open()
    player.complete("unbook").complete("unpay")
    assert player.open() == ["sorry"]
    assert player.state is not None and not player.state.done


def test_a_completed_transaction_goes_on_as_a_sub_process() -> None:
    player = _booking().complete("book").complete("pay", enough=True)
    assert player.complete("open").open() == ["fine"]


def test_compensation_undoes_in_the_opposite_order_of_completion() -> None:
    undoing = "".join(
        f'<userTask id="{one}"/><userTask id="un{one}" isForCompensation="true"/><boundaryEvent id="b{one}" '
        f'attachedToRef="{one}"><compensateEventDefinition/></boundaryEvent><association id="as{one}" '
        f'sourceRef="b{one}" targetRef="un{one}"/>'
        for one in ("o", "q", "r")
    )
    body = (
        '<startEvent id="a"/><parallelGateway id="f"/><parallelGateway id="j"/><userTask id="u"/><endEvent id="z"/>'
        + undoing
        + _event("intermediateThrowEvent", "undo", "<compensateEventDefinition/>")
        + flows("a>f", "f>o", "f>q", "f>r", "o>j", "q>j", "r>j", "j>undo", "undo>u", "u>z")
    )
    player = Player(process(body)).start().complete("r").complete("o").complete("q")
    begun = [one.node for one in player.effects_of(effects.OpenWorkItem)]
    assert begun == ["unq", "uno", "unr"]
    player.complete("unq").complete("uno")
    assert "u" not in player.open()
    assert player.complete("unr").open() == ["u"]


# -- escalation, signals, conditions -----------------------------------------------------------------------------------


def test_a_non_interrupting_escalation_leaves_the_sub_process_going() -> None:
    body = (
        '<startEvent id="a"/><subProcess id="s"><startEvent id="ss"/><userTask id="one"/>'
        + _event("intermediateThrowEvent", "tell", '<escalationEventDefinition escalationRef="E"/>')
        + '<userTask id="two"/>'
        + flows("ss>one", "one>tell", "tell>two")
        + '</subProcess><userTask id="head"/><userTask id="after"/>'
        + _event(
            "boundaryEvent",
            "told",
            '<escalationEventDefinition escalationRef="E"/>',
            'attachedToRef="s" cancelActivity="false"',
        )
        + flows("a>s", "s>after", "told>head")
    )
    player = Player(process(body, before='<escalation id="E" escalationCode="late"/>')).start().complete("one")
    assert sorted(player.open()) == ["head", "s", "two"]
    player.complete("two")
    assert sorted(player.open()) == ["after", "head"]


def test_a_signal_reaches_everything_that_waits_for_it_inside_and_is_told_outside() -> None:
    catches = "".join(
        _event("intermediateCatchEvent", one, '<signalEventDefinition signalRef="S"/>') for one in ("c1", "c2")
    )
    body = (
        '<startEvent id="a"/><parallelGateway id="f"/><userTask id="u"/>'
        + catches
        + _event("intermediateThrowEvent", "throw", '<signalEventDefinition signalRef="S"/>')
        + '<userTask id="d1"/><userTask id="d2"/>'
        + flows("a>f", "f>c1", "f>c2", "f>u", "u>throw", "c1>d1", "c2>d2")
    )
    chart = load_chart(process(body, before='<signal id="S" name="stop"/>'))
    player = Player(chart).start().complete("u")
    assert sorted(player.open()) == ["d1", "d2"]
    assert len(player.effects_of(effects.ThrowSignal)) == 1
    heard = Player(chart).start()
    heard.do(commands.ReceiveSignal(name="stop"))
    assert sorted(heard.open()) == ["d1", "d2", "u"]
    heard.do(commands.ReceiveSignal(name="stop"))
    assert sorted(heard.open()) == ["d1", "d2", "u"]


_WHEN = "<conditionalEventDefinition><condition>many > 2</condition></conditionalEventDefinition>".replace(
    " > ", " &gt; "
)


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_conditional_boundary_event_happens_when_its_condition_begins_to_hold(interrupting: bool) -> None:
    attributes = f'attachedToRef="u" cancelActivity="{str(interrupting).lower()}"'
    body = (
        '<startEvent id="a"/><userTask id="u"/><userTask id="w"/>'
        + _event("boundaryEvent", "b", _WHEN, attributes)
        + flows("a>u", "b>w")
    )
    player = Player(process(body, variables(many="number"))).start(many=1)
    assert player.open() == ["u"]
    player.do(commands.SetVariables(variables={"many": 3}))
    assert sorted(player.open()) == (["w"] if interrupting else ["u", "w"])


def test_a_conditional_start_event_is_named_at_the_start_and_begins_an_event_sub_process_by_itself() -> None:
    body = (
        _event("startEvent", "when", _WHEN)
        + '<userTask id="u"/><subProcess id="e" triggeredByEvent="true">'
        + _event("startEvent", "es", _WHEN.replace("many", "late"))
        + '<userTask id="v"/>'
        + flows("es>v")
        + "</subProcess>"
        + flows("when>u")
    )
    player = Player(process(body, variables(many="number", late="number"))).start("when", many=3)
    assert player.open() == ["u"]
    player.do(commands.SetVariables(variables={"late": 3}))
    assert player.open() == ["e", "v"]


def test_link_events_lead_from_every_throw_to_the_one_catch() -> None:
    link = '<linkEventDefinition name="on"/>'
    body = (
        '<startEvent id="a"/><exclusiveGateway id="g" default="g_t2"/><userTask id="u"/>'
        + _event("intermediateThrowEvent", "t1", link)
        + _event("intermediateThrowEvent", "t2", link)
        + _event("intermediateCatchEvent", "c", link)
        + flows("a>g", "g>t1:many == 1", "g>t2", "c>u")
    )
    for many, through in ((1, "t1"), (2, "t2")):
        player = Player(process(body, variables(many="number"))).start(many=many)
        assert player.open() == ["u"]
        assert player.visited() == ["a", "g", through, "c", "u"]


def test_a_receive_task_waits_for_its_message_and_without_one_for_an_answer() -> None:
    body = '<startEvent id="a"/><receiveTask id="r" messageRef="M"/><receiveTask id="s"/><userTask id="u"/>' + flows(
        "a>r", "r>s", "s>u"
    )
    player = Player(process(body, before='<message id="M" name="paid"/>')).start()
    with pytest.raises(CommandRefused, match="not_waiting"):
        player.answer("r")
    player.message("r")
    assert player.open() == ["s"]
    assert player.answer("s").open() == ["u"]


def test_manual_and_plain_tasks_pass_and_send_and_service_tasks_ask_the_shell() -> None:
    body = (
        '<startEvent id="a"/><manualTask id="m"/><task id="t"/><sendTask id="d" bihuan:operation="mail"/>'
        '<serviceTask id="s" bihuan:operation="look"/><userTask id="u"/>' + flows("a>m", "m>t", "t>d", "d>s", "s>u")
    )
    player = Player(process(body)).start()
    asked = player.effects_of(effects.RequestService)
    assert [(one.kind, one.operation) for one in asked] == [("sendTask", "mail")]
    assert player.answer("d").answer("s").open() == ["u"]
    assert player.visited() == ["a", "m", "t", "d", "s", "u"]


@pytest.mark.parametrize("kind", ["cycle", "date", "duration"])
def test_a_timer_says_when_it_is_due_in_the_words_of_the_chart(kind: str) -> None:
    value = {"cycle": "R3/PT1H", "date": "2026-05-01T09:00:00+08:00", "duration": "P1D"}[kind]
    definition = f"<timerEventDefinition><time{kind.title()}>{value}</time{kind.title()}></timerEventDefinition>"
    body = (
        '<startEvent id="a"/><userTask id="u"/><userTask id="w"/>'
        + _event("boundaryEvent", "b", definition, 'attachedToRef="u" cancelActivity="false"')
        + flows("a>u", "b>w")
    )
    player = Player(process(body)).start()
    (timer,) = player.effects_of(effects.SetTimer)
    repeat = 3 if kind == "cycle" else 1
    assert timer.spec == effects.TimerSpec(kind, "PT1H" if kind == "cycle" else value, "", repeat)
    for fired in range(repeat):
        player.fire("b")
        assert player.open() == ["u"] + ["w"] * (fired + 1)
    assert player.state is not None and not player.state.timers
