"""What a rehearsal measures beyond waiting: deadlines, cost, messages, timers, ends, and what goes wrong."""

import gc
import math
import tracemalloc
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.bpmn import load_chart
from bihuan.bpmn.simulate import (
    COLUMNS,
    Entry,
    Outcome,
    Plan,
    ScenarioRefused,
    books,
    machine,
    prepare,
    read_scenario,
    rehearse,
    report,
    row_writer,
    tallies,
)
from tests.bpmn.building import flows, process, variables
from tests.bpmn.simulate.test_hours_and_people import FIRST, HOUR, OFFICE, at, run

HOUR_TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
MESSAGE = '<messageEventDefinition messageRef="msg"/>'
SIGNAL = '<signalEventDefinition signalRef="sig"/>'
DECLARED = '<message id="msg" name="answered"/><signal id="sig" name="stop"/>'
LOAD = {"kind": "exponential", "mean": HOUR}


def task(name: str, anchor: str, amount: str, calendar: str = "default") -> str:
    said = f'<bihuan:deadline anchor="{anchor}" {amount} calendar="{calendar}"/>'
    return f'<userTask id="{name}" bihuan:role="crew"><extensionElements>{said}</extensionElements></userTask>'


CLOCKS = process(
    '<startEvent id="a"/><endEvent id="z"/>'
    + task("u", "entered", 'duration="PT2H"')
    + task("v", "node:u", 'duration="PT3H"', "24x7")
    + task("w", "start", 'workdays="1"')
    + flows("a>u", "u>v", "v>w", "w>z")
)
WAITING = process(
    '<startEvent id="a"/><eventBasedGateway id="e"/><userTask id="u"/><endEvent id="z"/><endEvent id="late"/>'
    f'<intermediateCatchEvent id="answer">{MESSAGE}</intermediateCatchEvent>'
    f'<intermediateCatchEvent id="silence">{HOUR_TIMER}</intermediateCatchEvent>'
    + flows("a>e", "e>answer", "e>silence", "answer>u", "u>z", "silence>late"),
    before=DECLARED,
)


def plan_of(source: bytes, **scenario: object) -> Plan:
    return prepare(load_chart(source), read_scenario({"start": FIRST.isoformat(), "warm_up": 0, **scenario}))


def outcome_of(source: bytes, cases: int = 2_000, **scenario: object) -> Outcome:
    return rehearse(plan_of(source, **scenario), seed=4, replication=0, cases=cases)


def breaches(outcome: Outcome) -> dict[str, tuple[int, int]]:
    return {key: (one.breached, one.due) for key, one in outcome.posts.items()}


@pytest.mark.correctness(82, 96)
@pytest.mark.parametrize(
    ("arrives", "minutes", "late"),
    [
        (at(0, "10:00"), (120, 60, 60), set()),  # u 10-13 in two hours of the office; v until 14; w on the same day
        (at(0, "10:00"), (121, 60, 60), {"u"}),
        (at(0, "10:00"), (60, 180, 60), {"v"}),  # v 11-15: four hours by the clock on the wall, over lunch
        (at(0, "10:00"), (60, 60, 11 * 60), set()),  # w ends on Tuesday at 17:00, the end of the next working day
        (at(0, "10:00"), (60, 60, 11 * 60 + 1), {"w"}),
        (at(0, "10:00"), (121, 181, 12 * 60), {"u", "v", "w"}),
        (at(4, "16:00"), (60, 180, 240), {"v"}),  # v from Friday 17:00: the weekend counts, too
        (at(4, "16:00"), (120, 0, 300), set()),
    ],
)
def test_deadlines(arrives: float, minutes: tuple[int, int, int], late: set[str]) -> None:
    """Each in its calendar, from its anchor; at the very end of the time is in time."""
    nodes = {
        name: {"duration": {"kind": "fixed", "seconds": 60 * amount}}
        for name, amount in zip("uvw", minutes, strict=True)
    }
    outcome = outcome_of(
        CLOCKS, 1, calendar=OFFICE, arrivals={"kind": "trace", "times": [arrives]}, pools={"crew": {}}, nodes=nodes
    )
    assert breaches(outcome) == {name: (int(name in late), 1) for name in "uvw"}
    assert outcome.measures["deadline_breaches"].batches[-1] == (1.0, float(len(late)))


@pytest.mark.correctness(96)
def test_share_of_breaches() -> None:
    """Work without memory takes longer than twice its mean in exp(-2) of all cases."""
    outcome = outcome_of(
        CLOCKS, 8_000, nodes={name: {"duration": LOAD} for name in "uvw"}, arrivals={"kind": "poisson", "per_hour": 1}
    )
    breached, due = breaches(outcome)["u"]
    assert due == 8_000 and breached / due == pytest.approx(math.exp(-2), rel=0.1)
    answer = report(plan_of(CLOCKS), [outcome])
    assert isinstance(answer["per_node"], dict)
    assert answer["per_node"]["u"]["deadline"] == {
        "counted": 8_000,
        "breached": breached,
        "share": breached / due,
        "ci95": None,
    }


def test_cost() -> None:
    """People by the hour of work, and so much for each time."""
    outcome = outcome_of(
        CLOCKS,
        10,
        pools={"crew": {"size": 9, "cost_per_hour": 30}},
        nodes={
            "u": {"cost": 5, "duration": {"kind": "fixed", "seconds": HOUR}},
            "v": {"duration": {"kind": "fixed", "seconds": HOUR / 2}},
            "w": {"duration": {"kind": "fixed", "seconds": 0}, "cost": 1},
        },
    )
    cost = outcome.measures["cost"]
    assert sum(total for _, total in cost.batches) == pytest.approx(10 * (30 + 5 + 15 + 1))


def test_the_message_or_the_hour() -> None:
    """It comes without memory after two hours on average: in time in 1 - exp(-1/2) of all cases."""
    outcome = outcome_of(WAITING, nodes={"answer": {"duration": {"kind": "exponential", "mean": 2 * HOUR}}})
    assert outcome.ends["z"] + outcome.ends["late"] == 2_000
    assert outcome.ends["z"] / 2_000 == pytest.approx(1 - math.exp(-0.5), rel=0.1)
    some = outcome_of(WAITING, nodes={"answer": {"probability": 0.3}})
    assert some.ends["z"] / 2_000 == pytest.approx(0.3, rel=0.12)


def test_a_race_that_is_drawn() -> None:
    drawn = outcome_of(WAITING, branches={"e": {"e_answer": 0.8}})
    assert drawn.ends["z"] / 2_000 == pytest.approx(0.8, rel=0.05)
    plan = plan_of(WAITING)
    assert ("equal_ways", ("e",)) in {(one.kind, one.elements) for one in plan.assumptions}
    assert rehearse(plan, seed=4, replication=0, cases=2_000).ends["z"] / 2_000 == pytest.approx(0.5, rel=0.1)


def test_a_message_that_never_comes_leaves_cases_open() -> None:
    """They are said to be unfinished, and the run ends all the same."""
    source = process(
        f'<startEvent id="a"/><intermediateCatchEvent id="answer">{MESSAGE}</intermediateCatchEvent><endEvent id="z"/>'
        + flows("a>answer", "answer>z"),
        before=DECLARED,
    )
    outcome = outcome_of(source, 50, nodes={"answer": {"probability": 0.5}})
    assert 10 < outcome.unfinished < 40 and outcome.cases == 50 - outcome.unfinished
    at_once = plan_of(source)
    assert [(one.kind, one.elements) for one in at_once.assumptions] == [("comes_at_once", ("answer",))]
    assert rehearse(at_once, seed=1, replication=0, cases=50).cases == 50


def test_interrupting_timer_takes_work_out_of_hands_and_queues() -> None:
    """Whoever is interrupted is free again; the figures know how much had been done."""
    source = process(
        '<startEvent id="a"/><userTask id="u"/><userTask id="next"/>'
        f'<boundaryEvent id="late" attachedToRef="u">{HOUR_TIMER}</boundaryEvent><endEvent id="z"/>'
        + flows("a>u", "u>z", "late>next", "next>z")
    )
    rows, outcome = run(
        source,
        {
            "arrivals": {"kind": "trace", "times": [0.0, 60.0, 120.0]},
            "pools": {"crew": {"size": 1}, "others": {"size": 3}},
            "nodes": {
                "u": {"pool": "crew", "duration": {"kind": "fixed", "seconds": 2 * HOUR}},
                "next": {"pool": "others", "duration": {"kind": "fixed", "seconds": 60}},
            },
        },
        cases=3,
    )
    assert [(row.case, row.element, row.start) for row in rows] == [
        (1, "next", HOUR), (2, "next", HOUR + 60), (3, "next", HOUR + 120)
    ]  # fmt: skip
    assert sum(busy for busy, _ in outcome.crews["crew"].busy) == pytest.approx(HOUR + 120)
    assert sum(area for area, _ in outcome.crews["crew"].queue) == pytest.approx(2 * (HOUR - 60))


def test_signals_reach_the_other_cases() -> None:
    """The first case to be done stops all others that wait."""
    source = process(
        '<startEvent id="a"/><exclusiveGateway id="g"/><serviceTask id="s"/>'
        f'<intermediateThrowEvent id="throw">{SIGNAL}</intermediateThrowEvent>'
        f'<intermediateCatchEvent id="catch">{SIGNAL}</intermediateCatchEvent><endEvent id="z"/>'
        + flows("a>g", "g>s", "s>throw", "throw>z", "g>catch", "catch>z"),
        before=DECLARED,
    )
    outcome = outcome_of(
        source,
        100,
        branches={"g": {"g_s": 0.1}},
        nodes={"catch": {"probability": 0}, "s": {"duration": {"kind": "fixed", "seconds": 60}}},
    )
    assert outcome.cases == 100 and outcome.ends == Counter({"z": 100})


def test_what_needs_help_is_counted_and_leaves() -> None:
    source = process(
        '<startEvent id="a"/><userTask id="u"/><exclusiveGateway id="g"/><endEvent id="z"/><endEvent id="y"/>'
        + flows("a>u", "u>g", "g>z:n > 1", "g>y:n < 1"),
        variables(n="number"),
    )
    outcome = outcome_of(source, 300, data={"n": {"kind": "choice", "values": [0, 1, 2]}})
    assert outcome.incidents.keys() == {("g", "no_way_out")}
    assert outcome.incidents.total() + outcome.cases == 300
    assert outcome.incidents.total() == pytest.approx(100, rel=0.25)
    assert outcome.unfinished == 0


def test_a_case_that_goes_round_for_ever() -> None:
    """Without time passing, and with."""
    source = process(
        '<startEvent id="a"/><exclusiveGateway id="m"/><serviceTask id="s"/><exclusiveGateway id="g"/><endEvent id="z"/>'
        + flows("a>m", "m>s", "s>g", "g>m", "g>z")
    )
    for seconds in (0, 60):
        nodes = {"s": {"duration": {"kind": "fixed", "seconds": seconds}}}
        outcome = outcome_of(source, 2, branches={"g": {"g_m": 1.0}}, nodes=nodes)
        assert outcome.incidents == Counter({("s", "endless"): 2}) and outcome.unfinished == 0


def test_tasks_that_nobody_reports_take_time_where_the_scenario_says_so() -> None:
    source = process('<startEvent id="a"/><manualTask id="m"/><endEvent id="z"/>' + flows("a>m", "m>z"))
    rows, _ = run(source, {"nodes": {"m": {"duration": {"kind": "fixed", "seconds": 90}}}}, cases=2)
    assert [row.end - row.start for row in rows] == [pytest.approx(90.0)] * 2
    assert run(source, {}, cases=2)[0] == []


def test_a_list_that_nothing_fills_has_one_element() -> None:
    source = process(
        '<startEvent id="a"/><userTask id="u"><multiInstanceLoopCharacteristics bihuan:collection="units" '
        'bihuan:elementVariable="unit"/></userTask><endEvent id="z"/>' + flows("a>u", "u>z"),
        variables(units="list"),
    )
    plan = plan_of(source)
    assert ("one_element", ("units",)) in {(one.kind, one.elements) for one in plan.assumptions}
    assert len(run(source, {}, cases=5)[0]) == 5
    two: dict[str, object] = {"data": {"units": {"kind": "fixed", "value": ["a", "b"]}}}
    assert len(run(source, two, cases=5)[0]) == 10


def test_only_counted_cases_are_in_the_figures() -> None:
    """A slow beginning is left out: all people are away for the first day."""
    nodes = {"u": {"pool": "crew", "duration": {"kind": "fixed", "seconds": 60}}}
    source = process('<startEvent id="a"/><userTask id="u"/><endEvent id="z"/>' + flows("a>u", "u>z"))
    late = {
        "timezone": "UTC",
        "week": {day: [["00:00", "24:00"]] for day in ("tue", "wed", "thu", "fri", "sat", "sun", "mon")},
    }
    people = [{"leave": [{"from": "2026-03-01T00:00Z", "to": "2026-03-03T00:00Z"}]}] * 2
    common: dict[str, object] = {
        "start": FIRST.isoformat(),
        "arrivals": {"kind": "renewal", "gap": {"kind": "fixed", "seconds": 60}},
        "pools": {"crew": {"calendar": late, "people": people}},
        "nodes": nodes,
    }
    for warm_up, waits in ((0, True), (4 * 1440, False)):
        plan = prepare(load_chart(source), read_scenario({**common, "warm_up": warm_up}))
        outcome = rehearse(plan, seed=1, replication=0, cases=2_000)
        assert outcome.cases == 2_000
        assert (sum(total for _, total in outcome.measures["waiting_time"].batches) > 0) is waits
        assert (outcome.crews["crew"].queue[0][0] > 0) is waits


def test_memory_does_not_grow_with_the_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four times the cases, about the same peak (other tests' garbage may be collected meanwhile); endless data, which no
    step is remembered for, included."""
    monkeypatch.setattr(tallies, "EXACT", 200)
    monkeypatch.setattr(machine, "_MOST", 200)
    monkeypatch.setattr(books, "_FOLD", 100)
    source = process(
        '<startEvent id="a"/><userTask id="u"/><exclusiveGateway id="g" default="g_z"/><userTask id="v"/><endEvent id="z"/>'
        + flows("a>u", "u>g", "g>v:n > 500", "g>z", "v>z"),
        variables(n="number"),
    )
    price = {"kind": "lognormal", "mean": 400, "cv": 1}
    scenario = {"pools": {"crew": {"size": 2}}, "nodes": {"u": {"pool": "crew"}}, "data": {"n": price}}
    plan = plan_of(source, **scenario)
    peaks = []
    for cases in (300, 600, 2_400):
        gc.collect()
        tracemalloc.start()
        outcome = rehearse(plan, seed=1, replication=0, cases=cases)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert outcome.calculated > cases
    assert peaks[2] < 1.6 * peaks[1]


def test_the_log() -> None:
    rows, _ = run(
        process('<startEvent id="a"/><userTask id="u" name="核实"/><endEvent id="z"/>' + flows("a>u", "u>z")),
        {
            "arrivals": {"kind": "trace", "times": [at(0, "08:00")]},
            "pools": {"crew": {"size": 1, "calendar": OFFICE}},
            "nodes": {"u": {"pool": "crew", "duration": {"kind": "fixed", "seconds": 90.5}}},
        },
        cases=1,
    )
    assert rows == [Entry(1, "u", "核实", "crew-1", at(0, "08:00"), at(0, "09:00"), at(0, "09:00") + 90.5)]
    written = dict(zip(COLUMNS, row_writer(FIRST)(rows[0]), strict=True))
    assert written == {
        "case": "1",
        "element": "u",
        "activity": "核实",
        "resource": "crew-1",
        "enabled": "2026-03-02T08:00:00.000+00:00",
        "start": "2026-03-02T09:00:00.000+00:00",
        "end": "2026-03-02T09:01:30.500+00:00",
    }
    assert datetime.fromisoformat(written["end"]).tzinfo == UTC


BAD: list[tuple[dict[str, object], str]] = [
    ({"arrival": {}}, "scenario: arrival has no meaning here"),
    ({"arrivals": {"kind": "poisson"}}, "arrivals.per_hour: None is no number"),
    ({"arrivals": {"kind": "poisson", "per_hour": 0}}, "arrivals.per_hour: 0 is less than 0.0001"),
    ({"arrivals": {"kind": "now"}}, "arrivals.kind: 'now' is none of"),
    ({"arrivals": {"kind": "trace", "times": []}}, "arrivals.times: give a list"),
    ({"arrivals": {"kind": "trace", "times": ["2026-03-02T10:00"]}}, "arrivals.times: an instant has no offset"),
    ({"arrivals": {"kind": "empirical", "per_hour": {"mon": [1]}}}, "arrivals.per_hour.mon: give 24 numbers"),
    ({"arrivals": {"kind": "empirical", "per_hour": {}}}, "arrivals.per_hour: nobody ever comes"),
    ({"start": "2026-03-02"}, "start: 2026-03-02 has no offset"),
    ({"calendar": {"week": {}}}, "calendar: "),
    ({"pools": {"crew": {"calendar": "night"}}}, "pools.crew.calendar: there is no calendar night"),
    ({"pools": {"crew": {"size": 0}}}, "pools.crew.size: 0 is no whole number from 1 on"),
    ({"pools": {"crew": {"size": 3, "people": [{}]}}}, "pools.crew.size: 3, but 1 people"),
    ({"pools": {"crew": {"discipline": "lifo"}}}, "pools.crew.discipline: 'lifo' is none of"),
    ({"pools": {"crew": {"discipline": "priority"}}}, "pools.crew.discipline: the chart declares no variable"),
    ({"pools": {"crew": {"people": [{"leave": [{"from": "2026-03-02T00:00Z", "to": "2026-03-03T00:00Z"}]}]}}}, "leave is taken"),
    ({"pools": {"crew": {"people": [{"name": "Ann"}, {"name": "Ann"}]}}}, "pools.crew.people: two have the same name"),
    ({"start": "2026-03-03T00:00Z", "arrivals": {"kind": "trace", "times": ["2026-03-02T10:00Z"]}}, "comes before the start"),
    ({"nodes": {"nobody": {}}}, "nodes.nobody: the chart has no such element"),
    ({"nodes": {"z": {}}}, "nodes.z: nothing is done and no message is awaited at a endEvent"),
    ({"nodes": {"u": {"pool": "night"}}}, "nodes.u.pool: there is no pool night"),
    ({"nodes": {"u": {"probability": 2}}}, "nodes.u.probability: 2.0 is more than 1"),
    ({"nodes": {"u": {"sets": {"q": {"kind": "fixed", "value": 1}}}}}, "nodes.u.sets.q: the chart declares no such"),
    ({"nodes": {"u": {"duration": {"kind": "normal"}}}}, "nodes.u.duration.kind: 'normal' is none of"),
    ({"nodes": {"u": {"duration": {"kind": "fixed", "seconds": -1}}}}, "nodes.u.duration.seconds: -1 is less than 0"),
    ({"nodes": {"u": {"duration": {"kind": "fixed"}}}}, "nodes.u.duration: one of seconds, value, mean"),
    ({"branches": {"u": {}}}, "branches.u: nothing is decided there"),
    ({"branches": {"e": {"e_z": 1}}}, "branches.e.e_z: no arrow that leaves it; there are e_answer, e_silence"),
    ({"branches": {"e": {"e_answer": 0.8, "e_silence": 0.4}}}, "branches.e: the probabilities come to 1.2"),
    ({"replications": 0}, "replications: 0 is no whole number from 1 on"),
    ({"data": {"x": {"kind": "choice", "values": []}}}, "data.x.values: give a list"),
]  # fmt: skip


@pytest.mark.parametrize(("scenario", "why"), BAD)
def test_what_is_no_scenario_is_refused_by_name(scenario: dict[str, object], why: str) -> None:
    with pytest.raises(ScenarioRefused) as refused:
        prepare(load_chart(WAITING), read_scenario(scenario))
    assert any(why in problem for problem in refused.value.problems), refused.value.problems


def test_all_problems_are_named_at_once() -> None:
    with pytest.raises(ScenarioRefused) as refused:
        plan_of(WAITING, nodes={"x": {}, "y": {}}, branches={"u": {}})
    assert len(refused.value.problems) == 3


WHOLE: dict[str, object] = {
    "start": "2026-03-02T00:00Z",
    "calendar": "24x7",
    "calendars": {"office": OFFICE},
    "arrivals": {"kind": "poisson", "per_hour": 2, "calendar": "office"},
    "pools": {
        "crew": {"size": 2, "calendar": OFFICE, "at_once": 2, "cost_per_hour": 3.5, "discipline": "fifo"},
        "others": {"people": [{"name": "Ann", "skills": ["law"], "calendar": "office", "leave": [
            {"from": "2026-03-02T00:00Z", "to": "2026-03-03T00:00Z"}]}]},
    },
    "nodes": {
        "u": {"pool": "crew", "duration": {"kind": "lognormal", "mean": 60, "sd": 30}, "skills": ["law"], "cost": 1,
              "patience": {"kind": "triangular", "low": 1, "mode": 2, "high": 3}},
        "answer": {"duration": {"kind": "empirical", "values": [1, 2], "weights": [1, 2]}, "probability": 0.5},
    },
    "branches": {"e": {"e_answer": 0.5}},
    "default_duration": {"kind": "uniform", "low": 1, "high": 2},
    "warm_up": 3,
    "replications": 2,
}  # fmt: skip
JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.floats(), st.text(max_size=4), st.just([]), st.just({}),
    st.just([1, "a"]), st.just({"kind": "poisson"}), st.just({"": None}), st.just("24x7"), st.just(10**400),
)  # fmt: skip


def _places(value: object, way: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [way]
    pairs: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    for key, inner in pairs:
        found += _places(inner, (*way, key))
    return found


def _with(value: object, way: tuple[str | int, ...], new: object) -> object:
    if not way:
        return new
    if isinstance(value, dict):
        return {key: _with(inner, way[1:], new) if key == way[0] else inner for key, inner in value.items()}
    assert isinstance(value, list)
    return [_with(inner, way[1:], new) if at == way[0] else inner for at, inner in enumerate(value)]


@settings(max_examples=200, deadline=None)
@given(way=st.sampled_from(_places(WHOLE)), junk=JUNK)
def test_whatever_stands_in_a_scenario_is_read_or_refused(way: tuple[str | int, ...], junk: object) -> None:
    chart = load_chart(WAITING)
    try:
        plan = prepare(chart, read_scenario(_with(WHOLE, way, junk)))
    except ScenarioRefused as refused:
        assert refused.problems and all(refused.problems)
        return
    rehearse(plan, seed=1, replication=0, cases=3)


def test_the_whole_scenario_is_read() -> None:
    plan = prepare(load_chart(WAITING), read_scenario(WHOLE))
    assert plan.scenario.pools["others"].people[0].skills == {"law"}
    assert [one.kind for one in plan.assumptions] == ["idle_pool"]
