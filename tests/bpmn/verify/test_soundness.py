"""One chart for each kind, each consequence that is easily got wrong, and each definition in doubt."""

import pytest

from bihuan.bpmn.verify import Report, verify
from tests.bpmn import building
from tests.bpmn.building import Player, flows
from tests.bpmn.verify.comparing import differences

TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
ERRORS = '<error id="e" errorCode="E"/><error id="f" errorCode="F"/>'
LANE = '<laneSet id="ls"><lane id="l" name="客服">{}</lane></laneSet>'


def process(body: str, said: str = "", before: str = "", key: str = "chart") -> bytes:
    return building.process(body, said, before, key)


def el(kind: str, *keys: str, inner: str = "", said: str = "") -> str:
    """Elements of one kind; `said` are further attributes."""
    return "".join(f'<{kind} id="{key}" {said}>{inner}</{kind}>' for key in keys)


def boundary(key: str, host: str, *, stops: bool = True, inner: str = TIMER) -> str:
    return el("boundaryEvent", key, inner=inner, said=f'attachedToRef="{host}" cancelActivity="{str(stops).lower()}"')


def kinds(report: Report) -> set[str]:
    return {one.kind for one in report.findings if one.severity == "error"}


def elements(report: Report, kind: str) -> set[str]:
    return {key for one in report.findings if one.kind == kind for key in one.elements}


S, E = el("startEvent", "s"), el("endEvent", "e")


def xor(*keys: str) -> str:
    return el("exclusiveGateway", *keys)


def par(*keys: str) -> str:
    return el("parallelGateway", *keys)


def tasks(*keys: str) -> str:
    return el("task", *keys)


def user(*keys: str) -> str:
    return el("userTask", *keys)


def sub(key: str, body: str) -> str:
    return el("subProcess", key, inner=body)


DEADLOCK = S + xor("x") + user("a", "b") + par("j") + E + flows("s>x", "x>a:k", "x>b", "a>j", "b>j", "j>e")
MISSING_JOIN = (
    S + par("p") + tasks("a", "b", "c") + xor("m") + E + flows("s>p", "p>a", "p>b", "a>m", "b>m", "m>c", "c>e")
)
GROWING = S + xor("m") + tasks("a") + par("p") + E + flows("s>m", "m>a", "a>p", "p>e", "p>m")
LIVELOCK = S + xor("m") + user("a") + boundary("t", "a", stops=False) + E + flows("s>m", "m>a", "a>m", "t>e")
REMINDER = S + xor("m", "x") + user("a") + boundary("t", "a", stops=False) + tasks("r") + el("endEvent", "e2") + E
STUCK_INSIDE = DEADLOCK.replace('"s"', '"is"').replace('"e"', '"ie"').replace('"s_x"', '"is_x"')

CASES = {
    "deadlock": (DEADLOCK, "deadlock", {"j"}),
    "missing join": (MISSING_JOIN, "lack_of_synchronisation", {"m"}),
    "missing join at a task": (
        S + par("p") + tasks("a", "b") + E + flows("s>p", "p>a", "p>b", "a>b", "b>e"),
        "lack_of_synchronisation",
        {"b"},
    ),
    "extra token each round": (GROWING, "unbounded", {"p"}),
    "reminder back before its own activity": (
        S + xor("m") + user("a") + boundary("t", "a", stops=False) + E + flows("s>m", "m>a", "a>e", "t>m"),
        "unbounded",
        {"t"},
    ),
    "reminder into the main line": (
        S + user("a") + boundary("t", "a", stops=False) + xor("m") + tasks("b") + E + flows("s>a", "a>m", "t>m", "m>b", "b>e"),
        "lack_of_synchronisation",
        {"m"},
    ),
    "dead element": (S + tasks("a", "b") + E + flows("s>a", "a>e", "b>e"), "dead_element", {"b"}),
    "no way on": (
        S + xor("x") + tasks("a", "b") + E + flows("s>x", "x>a:k", "x>b", "b>e"),
        "no_path_to_end",
        {"a"},
    ),
    "loop without exit": (
        S + xor("x", "m") + tasks("a", "b") + E + flows("s>x", "x>m:k", "x>e", "m>a", "a>b", "b>m"),
        "loop_without_exit",
        {"m", "a", "b"},
    ),
    "livelock": (LIVELOCK, "livelock", {"m", "a"}),
    "after an end": (
        S + par("p", "j") + xor("x") + tasks("a", "b", "c") + el("endEvent", "e2") + E
        + flows("s>p", "p>x", "x>e2:k", "x>a", "a>j", "p>b", "b>j", "j>e"),
        "improper_completion",
        {"j"},
    ),
    "frees itself only outside": (
        S + sub("u", STUCK_INSIDE.replace('sourceRef="s"', 'sourceRef="is"').replace('targetRef="e"', 'targetRef="ie"')) + E
        + flows("s>u", "u>e"),
        "deadlock",
        {"j"},
    ),
}  # fmt: skip


@pytest.mark.correctness(80)
@pytest.mark.parametrize("name", CASES)
def test_kind(name: str) -> None:
    body, kind, where = CASES[name]
    source = process(body)
    report = verify(source)
    assert report.behaviour_sound is False
    assert report.sound is False
    assert elements(report, kind) == where
    assert differences(source)[0] == []
    for finding in report.findings:
        assert finding.message.zh and finding.message.en and finding.suggestion.zh and finding.suggestion.en
        assert (finding.path is None) == (finding.kind == "dead_element") or finding.severity != "error"


NEAR = {
    "deadlock": DEADLOCK.replace(par("j"), xor("j")),
    "missing join": MISSING_JOIN.replace(xor("m"), par("m")),
    "missing join at a task": S + xor("p") + tasks("a", "b") + E + flows("s>p", "p>a", "p>b:k", "a>b", "b>e"),
    "extra token each round": GROWING.replace(par("p"), xor("p")),
    "reminder back before its own activity": REMINDER + flows("s>m", "m>a", "a>x", "x>m:k", "x>e", "t>r", "r>e2"),
    "reminder into the main line": S + user("a") + boundary("t", "a") + xor("m") + tasks("b") + E
    + flows("s>a", "a>m", "t>m", "m>b", "b>e"),
    "dead element": S + tasks("a", "b") + E + flows("s>a", "a>b", "b>e"),
    "no way on": S + xor("x") + tasks("a", "b") + E + flows("s>x", "x>a:k", "x>b", "b>e", "a>e"),
    "loop without exit": S + xor("x", "m") + tasks("a") + xor("b") + E
    + flows("s>x", "x>m:k", "x>e", "m>a", "a>b", "b>m:k", "b>e"),
    "livelock": LIVELOCK.replace('cancelActivity="false"', ""),
    "after an end": S + par("p", "j") + xor("x", "n") + tasks("a", "b", "c") + E
    + flows("s>p", "p>x", "x>c:k", "x>a", "a>n", "c>n", "n>j", "p>b", "b>j", "j>e"),
    "frees itself only outside": S + sub("u", tasks("q") + par("j") + flows("j>q")) + E + flows("s>u", "u>e"),
}  # fmt: skip
"""The same charts with the defect mended by the smallest change, or something that only looks like it."""


@pytest.mark.correctness(80)
@pytest.mark.parametrize("name", CASES)
def test_near_miss(name: str) -> None:
    source = process(NEAR[name])
    report = verify(source)
    assert report.behaviour_sound is True, report.findings
    assert differences(source)[0] == []


_ROUND = flows("s>m", "m>a", "a>x", "x>m:again", "x>e", "t>r", "r>e2")
SOUND = {
    "branches with ends of their own": S + par("p") + tasks("a", "b") + el("endEvent", "e2") + E
    + flows("s>p", "p>a", "p>b", "a>e", "b>e2"),
    "a shared end": S + par("p") + tasks("a", "b") + E + flows("s>p", "p>a", "p>b", "a>e", "b>e"),
    "reminders in a rework loop": REMINDER + _ROUND,
    "a reminder that ends where the main line ends": (
        REMINDER.replace('<endEvent id="e2" ></endEvent>', "") + _ROUND.replace('targetRef="e2"', 'targetRef="e"')
    ),
    "polling beside a terminate end": S + par("p") + tasks("poll", "b") + xor("m")
    + el("endEvent", "e", inner="<terminateEventDefinition/>") + flows("s>p", "p>m", "m>poll", "poll>m", "p>b", "b>e"),
    "a waiting join beside a terminate end": S + par("p", "j") + xor("x") + tasks("a", "b") + el("endEvent", "e2")
    + el("endEvent", "e", inner="<terminateEventDefinition/>") + flows("s>p", "p>x", "x>j:k", "x>b", "p>a", "a>e", "b>j2")
    .replace('targetRef="j2"', 'targetRef="e3"') + el("endEvent", "e3") + tasks("c") + flows("p>c", "c>j", "j>e2"),
    "two starts": S + el("startEvent", "s2") + xor("m") + tasks("a") + E + flows("s>m", "s2>m", "m>a", "a>e"),
    "no start, no end": tasks("a", "b") + flows("a>b"),
    "an error that nobody catches": S + xor("x") + el("endEvent", "bad", inner='<errorEventDefinition errorRef="e1"/>') + E
    + flows("s>x", "x>bad:k", "x>e"),
    "terminate inside ends only the inside": S
    + sub("u", el("startEvent", "is") + par("p") + tasks("a", "b") + el("endEvent", "t", inner="<terminateEventDefinition/>")
          + el("endEvent", "ie") + flows("is>p", "p>a", "p>b", "a>t", "b>ie")) + tasks("c") + E + flows("s>u", "u>c", "c>e"),
    "inclusive block": S + el("inclusiveGateway", "o", said='default="o_a"') + el("inclusiveGateway", "j") + tasks("a", "b", "c") + E
    + flows("s>o", "o>a", "o>b:k", "o>c:k", "a>j", "b>j", "c>j", "j>e"),
    "inclusive block in a branch inside a loop": S + xor("m", "x") + par("p", "q") + tasks("a", "b", "c")
    + el("inclusiveGateway", "o", said='default="o_a"') + el("inclusiveGateway", "j") + E
    + flows("s>m", "m>p", "p>o", "o>a", "o>b:k", "a>j", "b>j", "j>q", "p>c", "c>q", "q>x", "x>m:k", "x>e"),
    "events wait for one": S + el("eventBasedGateway", "g") + el("intermediateCatchEvent", "t1", "t2", inner=TIMER) + xor("m") + E
    + flows("s>g", "g>t1", "g>t2", "t1>m", "t2>m", "m>e"),
}  # fmt: skip


@pytest.mark.correctness(80)
@pytest.mark.parametrize("name", SOUND)
def test_sound(name: str) -> None:
    source = process(SOUND[name], before='<error id="e1" errorCode="E"/>')
    report = verify(source)
    assert (report.behaviour_sound, report.decided, kinds(report) & {"exclusive_gap"}) == (True, True, set())
    assert differences(source)[0] == []


def test_a_timer_that_frees_a_stuck_sub_process_is_a_warning() -> None:
    inside = STUCK_INSIDE.replace('sourceRef="s"', 'sourceRef="is"').replace('targetRef="e"', 'targetRef="ie"')
    body = (
        S + sub("u", inside) + boundary("t", "u") + tasks("c") + xor("m") + E + flows("s>u", "u>c", "c>m", "t>m", "m>e")
    )
    report = verify(process(body))
    assert elements(report, "rescued_only_by_timer") == {"j"}
    assert "deadlock" not in kinds(report)
    assert elements(report, "dead_element") == {"j", "ie", "c"}
    assert differences(process(body))[0] == []


def test_an_error_event_happens_by_the_throw_inside_only() -> None:
    inside = (
        el("startEvent", "is")
        + xor("x")
        + el("endEvent", "bad", inner='<errorEventDefinition errorRef="e"/>')
        + el("endEvent", "ie")
    )
    inside += flows("is>x", "x>bad:k", "x>ie")
    caught = boundary("c1", "u", inner='<errorEventDefinition errorRef="e"/>') + boundary(
        "c2", "u", inner='<errorEventDefinition errorRef="f"/>'
    )
    body = (
        S
        + sub("u", inside)
        + caught
        + xor("m")
        + E.replace('"e"', '"end"')
        + flows("s>u", "u>m", "c1>m", "c2>m", "m>end")
    )
    report = verify(process(body, before=ERRORS))
    assert report.behaviour_sound is True
    dead = verify(
        process(
            body.replace("<conditionExpression><![CDATA[k]]></conditionExpression>", "").replace(
                '"x_bad" sourceRef="x" targetRef="bad"', '"x_bad" sourceRef="x" targetRef="ie"'
            ),
            before=ERRORS,
        )
    )
    assert elements(dead, "dead_element") == {"bad", "c1"}


def test_gap_and_role() -> None:
    body = S + xor("x") + user("a", "b") + E + flows("s>x", "x>a:k", "x>b:h", "a>e", "b>e")
    report = verify(process(LANE.format("<flowNodeRef>a</flowNodeRef>") + body))
    assert (report.behaviour_sound, report.sound) == (True, False)
    paths = {one.kind: (one.elements, one.path) for one in report.findings if one.severity == "error"}
    assert paths == {"exclusive_gap": (("x",), ("s", "x")), "no_role": (("b",), ("s", "x", "b"))}
    foreign = verify(process(body))
    assert (foreign.sound, kinds(foreign), elements(foreign, "exclusive_gap")) == (True, set(), {"x"})


def test_a_lane_holds_for_what_is_inside_a_sub_process() -> None:
    inside = el("startEvent", "is") + user("a") + el("endEvent", "ie") + flows("is>a", "a>ie")
    body = S + sub("u", inside) + user("b") + E + flows("s>u", "u>b", "b>e")
    owner = "<potentialOwner><resourceAssignmentExpression><formalExpression>x</formalExpression></resourceAssignmentExpression></potentialOwner>"
    body = body.replace('<userTask id="b" >', f'<userTask id="b" >{owner}')
    assert verify(process(LANE.format("<flowNodeRef>u</flowNodeRef>") + body)).sound is True
    unnamed = LANE.replace('name="客服"', "").format("<flowNodeRef>u</flowNodeRef>")
    assert elements(verify(process(unnamed + body)), "no_role") == {"a"}


def test_each_process_is_judged_by_itself() -> None:
    two = (
        process(DEADLOCK).replace(b"</definitions>", b"")
        + process(
            (S + E + flows("s>e")).replace('"s"', '"s9"').replace('"e"', '"e9"').replace("s_e", "f9"), key="q"
        ).split(b">", 1)[1]
    )
    report = verify(two)
    assert report.behaviour_sound is False
    assert elements(report, "deadlock") == {"j"}


def test_the_limit_is_said() -> None:
    many = [f"t{at}" for at in range(14)]
    body = S + par("p", "q") + xor(*many) + el("endEvent", *[f"e{one}" for one in many]) + E
    body += flows(
        "s>p", "q>e", *[f"p>{one}" for one in many], *[f"{one}>q:k" for one in many], *[f"{one}>e{one}" for one in many]
    )
    report = verify(process(body), limit=20)
    assert report.decided is False
    assert (report.sound, report.behaviour_sound) == (None, None)
    assert "not_decided" in {one.kind for one in report.findings}


def test_what_is_not_run_is_named() -> None:
    report = verify(process(S + el("complexGateway", "c") + E + flows("s>c", "c>e")))
    assert (report.sound, report.decided) == (None, False)
    assert any(one.kind == "unsupported_element" and "complexGateway" in one.message.en for one in report.findings)


def test_the_path_to_a_deadlock_stops_the_engine_too() -> None:
    finding = next(one for one in verify(process(DEADLOCK)).findings if one.kind == "deadlock")
    assert finding.path is not None
    way = "a" if "a" in finding.path else "b"
    chart = process(
        DEADLOCK.replace('id="x"', 'id="x" default="x_b"'), said='<bihuan:variable name="k" type="boolean"/>'
    )
    player = Player(chart).start(k=way == "a").complete(way)
    assert tuple(player.visited()) == finding.path
    assert not player.ended
    assert not player.open()
    assert player.state is not None
    assert [node for _, node in player.state.joins] == ["j"]


def test_a_defect_far_from_the_start_is_proved_though_not_all_is_looked_at() -> None:
    many = [f"t{at}" for at in range(14)]
    body = S + par("p", "q") + xor(*many) + el("endEvent", *[f"e{one}" for one in many]) + E
    body += flows("s>p", "q>e", *[f"p>{one}" for one in many], *[f"{one}>q:k" for one in many])
    body += flows(*[f"{one}>e{one}" for one in many])
    report = verify(process(body), limit=3_000)
    assert (report.sound, report.decided) == (False, True)
    found = next(one for one in report.findings if one.kind in ("deadlock", "improper_completion"))
    assert found.elements == ("q",)
    assert "not_decided" in {one.kind for one in report.findings}


def test_many_blocks_are_few_states() -> None:
    body, arrows, last = S + E, [], "s"
    for at in range(60):
        kind = ("inclusiveGateway", "parallelGateway")[at % 2]
        ways = [f"t{at}_{way}" for way in range(4)]
        body += el(kind, f"o{at}", f"j{at}") + tasks(*ways)
        arrows += [f"{last}>o{at}", *(f"o{at}>{way}{':k' if at % 2 == 0 else ''}" for way in ways)]
        arrows += [f"{way}>j{at}" for way in ways]
        last = f"j{at}"
    report = verify(process(body + flows(*arrows, f"{last}>e")))
    assert (report.behaviour_sound, report.decided) == (True, True)
    assert report.states < 10
