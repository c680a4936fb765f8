"""Migrate: another version of the chart under a running instance."""

import json

import pytest

from bihuan.bpmn import Chart, CommandRefused, advance, commands, effects, load_chart

from .building import NOW, Player, flows, process, variables


def _timer(element: str, host: str, duration: str, more: str = "") -> str:
    return (
        f'<boundaryEvent id="{element}" attachedToRef="{host}" {more}><timerEventDefinition><timeDuration>{duration}'
        "</timeDuration></timerEventDefinition></boundaryEvent>"
    )


def _chart(body: str, **said: str) -> Chart:
    return load_chart(process(body, variables(**said), before='<message id="M" name="m"/><message id="N" name="n"/>'))


def _simple(task: str, more: str = "", behind: str = "after") -> Chart:
    return _chart(
        f'<startEvent id="a"/><userTask id="{task}"/>{more}<userTask id="{behind}"/><endEvent id="z"/>'
        + flows(f"a>{task}", f"{task}>{behind}", f"{behind}>z")
    )


class _Migrating(Player):
    def to(self, chart: Chart, reason: str = "version 2", **mapping: str) -> "_Migrating":
        self.do(commands.Migrate(chart=chart, mapping=mapping, reason=reason))
        self.chart = chart
        return self


def test_what_waits_goes_on_at_its_place_in_the_new_version() -> None:
    player = _Migrating(_simple("old")).start()
    item = player.item("old")
    assert isinstance(player, _Migrating)
    player.to(_simple("new", behind="other"), old="new")
    assert player.open() == ["new"] and player.item("new") == item
    assert player.step is not None
    assert player.step.effects == (effects.Relocate("item", item, "new"),)
    event = player.step.events[0]
    assert (event["type"], event["names"], event["reason"]) == ("migrated", {"old": "new"}, "version 2")
    assert event["chart"] == player.chart.content_hash
    assert player.complete("new").open() == ["other"]


def test_looking_first_changes_nothing() -> None:
    player = Player(_simple("old")).start()
    assert player.state is not None
    before = json.dumps(player.state.to_document())
    command = commands.Migrate(chart=_simple("new"), mapping={"old": "new"}, reason="try")
    step = advance(player.chart, player.state, command, NOW)
    assert [token.node for token in step.state.tokens()] == ["new"]
    assert json.dumps(player.state.to_document()) == before
    assert player.complete("old").open() == ["after"]


def test_a_migration_can_be_taken_back() -> None:
    one, two = _simple("old", _timer("t", "old", "PT1H")), _simple("new", _timer("t", "new", "PT2H"))
    player = _Migrating(one)
    player.start()
    assert player.state is not None
    before = player.state.to_document()
    player.to(two, old="new").to(one, new="old")
    after = player.state.to_document()
    assert after["acts"] == before["acts"]
    assert [one["value"] for one in after["timers"]] == ["PT1H"]


@pytest.mark.parametrize(
    ("mapping", "named"),
    [
        ({}, "old"),
        ({"other": "new"}, "old"),
        ({"old": "nowhere"}, "nowhere"),
        ({"old": "z"}, "waits in another way"),
        ({"old": "inside"}, "cannot change its scope"),
        ({"old": "twice"}, "waits in another way"),
    ],
)
def test_what_is_not_mapped_is_refused_by_name(mapping: dict[str, str], named: str) -> None:
    more = (
        '<subProcess id="s"><userTask id="inside"/></subProcess><userTask id="twice"><multiInstanceLoopCharacteristics>'
        "<loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics></userTask>"
    )
    player = _Migrating(_simple("old"))
    player.start()
    with pytest.raises(CommandRefused, match=named) as refused:
        player.to(_simple("new", more), **mapping)
    assert refused.value.code == "not_mapped"
    assert player.open() == ["old"]


def test_another_process_or_no_reason_is_refused() -> None:
    player = _Migrating(_simple("old"))
    player.start()
    other = load_chart(process('<startEvent id="a"/><userTask id="old"/>' + flows("a>old"), key="q"))
    with pytest.raises(CommandRefused, match="bad_value"):
        player.to(other, old="old")
    with pytest.raises(CommandRefused, match="reason_required"):
        player.to(_simple("old"), reason=" ", old="old")


def test_a_timer_whose_rule_stays_keeps_running_and_a_changed_one_says_what_it_continues() -> None:
    one = _simple(
        "old", _timer("same", "old", "PT1H") + _timer("longer", "old", "PT2H") + _timer("gone", "old", "PT3H")
    )
    two = _simple(
        "new", _timer("kept", "new", "PT1H") + _timer("longer", "new", "PT4H") + _timer("fresh", "new", "PT5H")
    )
    player = _Migrating(one)
    player.start()
    same, longer, gone = (player.timer(node) for node in ("same", "longer", "gone"))
    player.to(two, old="new", same="kept")
    assert player.timer("kept") == same
    item = player.item("new")
    assert player.effects_of(effects.SetTimer) == [
        effects.SetTimer(player.timer("longer"), "longer", effects.TimerSpec("duration", "PT4H"), item, longer),
        effects.SetTimer(player.timer("fresh"), "fresh", effects.TimerSpec("duration", "PT5H"), item, None),
    ]
    assert player.effects_of(effects.ClearTimer) == [effects.ClearTimer(longer), effects.ClearTimer(gone)]
    assert effects.Relocate("timer", same, "kept") in player.effects_of(effects.Relocate)
    assert player.fire("fresh").open() == []


def test_a_timer_that_has_fired_does_not_fire_again() -> None:
    def chart(task: str, duration: str) -> Chart:
        return _simple(
            task, _timer("t", task, duration, 'cancelActivity="false"') + '<userTask id="w"/>' + flows("t>w")
        )

    player = _Migrating(chart("old", "PT1H"))
    player.start().fire("t").complete("w")
    player.to(chart("new", "PT9H"), old="new")
    assert player.state is not None and not player.state.timers


def test_subscriptions_stay_where_the_message_stays() -> None:
    def chart(names: str, gate: str) -> Chart:
        catches = "".join(
            f'<intermediateCatchEvent id="c{name}"><messageEventDefinition messageRef="{name}"/></intermediateCatchEvent>'
            for name in names
        )
        arrows = [f"{gate}>c{name}" for name in names] + [f"c{name}>u" for name in names]
        return _chart(
            f'<startEvent id="a"/><eventBasedGateway id="{gate}"/>{catches}<userTask id="u"/>'
            + flows(f"a>{gate}", *arrows)
        )

    player = _Migrating(chart("M", "old"))
    player.start()
    player.to(chart("MN", "new"), old="new")
    assert [(one.name, one.node) for one in player.effects_of(effects.Subscribe)] == [("n", "cN")]
    assert player.effects_of(effects.Unsubscribe) == []
    player.to(chart("N", "new"), new="new")
    assert len(player.effects_of(effects.Unsubscribe)) == 1
    assert player.message("cN").open() == ["u"]


def test_event_sub_processes_of_the_new_version_listen() -> None:
    listening = (
        '<subProcess id="e" triggeredByEvent="true"><startEvent id="es"><messageEventDefinition messageRef="M"/>'
        '</startEvent><userTask id="v"/>' + flows("es>v") + "</subProcess>"
    )
    player = _Migrating(_simple("u"))
    player.start()
    player.to(_simple("u", listening), u="u")
    assert player.message("es").open() == ["e", "v"]
    player = _Migrating(_simple("u", listening))
    player.start()
    player.to(_simple("u"), u="u")
    assert len(player.effects_of(effects.Unsubscribe)) == 1


def _forked(*branches: str, join: str = "j") -> Chart:
    arrows = [f"f>{one}" for one in branches] + [f"{one}>{join}" for one in branches]
    return _chart(
        f'<startEvent id="a"/><parallelGateway id="f"/><parallelGateway id="{join}"/><userTask id="u"/>'
        + "".join(f'<userTask id="{one}"/>' for one in branches)
        + flows("a>f", f"{join}>u", *arrows)
    )


def test_tokens_at_a_join_move_along_and_it_goes_on_when_nothing_is_missing() -> None:
    player = _Migrating(_forked("x", "y", "w"))
    player.start().complete("x")
    player.to(_forked("x", "y", "w", join="k"), y="y", w="w", j="k", x_j="x_k")
    player.complete("y").complete("w")
    assert player.open() == ["u"]
    player = _Migrating(_forked("x", "y", "w"))
    player.start().complete("x").complete("y")
    player.do(commands.Jump(item=player.item("w"), target="u", reason="no third opinion needed"))
    player.to(_forked("x", "y"), u="u", j="j")
    assert player.open() == ["u", "u"]


def test_a_token_on_an_arrow_that_no_longer_leads_to_the_join_is_refused() -> None:
    player = _Migrating(_forked("x", "y"))
    player.start().complete("x")
    with pytest.raises(CommandRefused, match="x_j"):
        player.to(_forked("y", "w"), y="y", j="j")
    with pytest.raises(CommandRefused, match="at j"):
        player.to(_forked("x", "y"), y="y")


def test_what_is_inside_sub_processes_and_multi_instances_moves_with_them() -> None:
    def chart(suffix: str, count: int) -> Chart:
        return _chart(
            f'<startEvent id="a"/><subProcess id="s{suffix}"><startEvent id="ss"/><userTask id="m{suffix}">'
            f"<multiInstanceLoopCharacteristics><loopCardinality>{count}</loopCardinality>"
            f"</multiInstanceLoopCharacteristics></userTask>{flows(f'ss>m{suffix}')}</subProcess>"
            f'<userTask id="u"/>{flows(f"a>s{suffix}", f"s{suffix}>u")}'
        )

    player = _Migrating(chart("1", 2))
    player.start().complete("m1")
    with pytest.raises(CommandRefused, match="s1"):
        player.to(chart("2", 5), m1="m2")
    player.to(chart("2", 5), s1="s2", m1="m2")
    assert player.open() == ["s2", "m2"]
    assert player.complete("m2").open() == ["u"]


def test_counted_entries_and_what_can_be_undone_keep_their_names() -> None:
    def chart(suffix: str) -> Chart:
        return _chart(
            f'<startEvent id="a"/><userTask id="t{suffix}"/><boundaryEvent id="b" attachedToRef="t{suffix}">'
            '<compensateEventDefinition/></boundaryEvent><userTask id="undo" isForCompensation="true"/>'
            '<association id="as" sourceRef="b" targetRef="undo"/><userTask id="u"/><exclusiveGateway id="g" '
            'default="g_z"/><intermediateThrowEvent id="z"><compensateEventDefinition/></intermediateThrowEvent>'
            + flows(f"a>t{suffix}", f"t{suffix}>u", "u>g", f"g>t{suffix}:times.t{suffix} < 2", "g>z")
        )

    player = _Migrating(chart("1"))
    player.start().complete("t1").complete("u").complete("t1")
    player.to(chart("2"), u="u", t1="t2")
    player.complete("u")
    assert player.open() == ["z", "undo", "undo"]
    player = _Migrating(chart("1"))
    player.start().complete("t1")
    with pytest.raises(CommandRefused, match="t1 can be undone"):
        player.to(chart("2"), u="u")


def test_an_incident_moves_along_and_can_be_retried_in_the_corrected_version() -> None:
    def chart(name: str, gate: str) -> Chart:
        return _chart(
            f'<startEvent id="a"/><exclusiveGateway id="{gate}" default="d"/><userTask id="u"/><sequenceFlow id="in" '
            f'sourceRef="a" targetRef="{gate}"/><sequenceFlow id="d" sourceRef="{gate}" targetRef="u"/>'
            + flows(f"{gate}>a2:{name} > 1")
            + '<userTask id="a2"/>',
            many="number",
        )

    player = _Migrating(chart("wrong", "g"))
    player.start()
    assert player.incidents() == ["undeclared_name"]
    assert player.state is not None
    (number,) = player.state.incidents
    player.to(chart("many", "h"), g="h")
    assert player.effects_of(effects.Relocate) == [effects.Relocate("incident", number, "h")]
    player.do(commands.SetVariables(variables={"many": 2}))
    player.do(commands.RetryIncident(incident=number))
    assert player.open() == ["a2"]


def test_a_migration_is_written_down_without_its_chart_and_read_with_it() -> None:
    chart = _simple("new")
    command = commands.Migrate(chart=chart, mapping={"old": "new"}, reason="r")
    document = json.loads(json.dumps(commands.to_document(command)))
    assert document["chart"] == chart.content_hash
    assert commands.from_document(document, [_simple("other"), chart]) == command
    with pytest.raises(ValueError, match="no chart"):
        commands.from_document(document)
