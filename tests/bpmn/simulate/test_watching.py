"""Working time until a milestone, rework, queues over time, and how sure a share of broken deadlines is."""

import math
import random
from statistics import fmean

import pytest

from bihuan.bpmn import load_chart
from bihuan.bpmn.simulate import Outcome, Plan, ScenarioRefused, prepare, read_scenario, rehearse, report, tallies
from bihuan.bpmn.simulate.outcome import ratio
from bihuan.bpmn.simulate.report import over_time
from bihuan.bpmn.simulate.tallies import Tally
from tests.bpmn.building import flows, process
from tests.bpmn.simulate.test_hours_and_people import FIRST, HOUR, OFFICE, TASK, at
from tests.bpmn.simulate.test_measuring import CLOCKS

TWICE = process(
    '<startEvent id="a"/><exclusiveGateway id="m"/><userTask id="u"/><exclusiveGateway id="g"/><userTask id="v"/>'
    '<endEvent id="z"/>' + flows("a>m", "m>u", "u>g", "g>m", "g>v", "v>z")
)


def plan_of(source: bytes, **scenario: object) -> Plan:
    return prepare(load_chart(source), read_scenario({"start": FIRST.isoformat(), "warm_up": 0, **scenario}))


def one_case(source: bytes, arrives: float, **scenario: object) -> Outcome:
    plan = plan_of(source, calendar=OFFICE, arrivals={"kind": "trace", "times": [arrives]}, **scenario)
    return rehearse(plan, seed=1, replication=0, cases=1)


def only(outcome: Outcome, measure: str) -> float:
    return sum(total for _, total in outcome.measures[measure].batches)


def fixed(hours: float) -> dict[str, object]:
    return {"duration": {"kind": "fixed", "seconds": hours * HOUR}}


@pytest.mark.parametrize(
    ("arrives", "milestone", "hours"),
    [
        (at(0, "10:00"), "", 6.0),  # all three steps: 1 + 2 + 3
        (at(0, "10:00"), "u", 1.0),
        (at(0, "10:00"), "v", 3.0),
        (at(0, "03:00"), "u", 1.0),  # nobody works before nine: no working time passes
        (at(4, "16:30"), "u", 1.0),  # on Friday half an hour, on Monday the other
        (at(5, "12:00"), "", 6.0),
    ],
)
def test_open_time_is_working_time_until_the_milestone(arrives: float, milestone: str, hours: float) -> None:
    nodes = {"u": fixed(1), "v": fixed(2), "w": fixed(3)}
    more = {"milestone": milestone} if milestone else {}
    outcome = one_case(CLOCKS, arrives, pools={"crew": {}}, nodes=nodes, **more)
    assert only(outcome, "open_time") == pytest.approx(hours * HOUR)
    assert only(outcome, "cycle_time") >= hours * HOUR


def test_a_milestone_that_is_done_again_counts_when_it_is_done_last() -> None:
    plan = plan_of(
        TWICE,
        nodes={"u": fixed(1), "v": fixed(5)},
        branches={"g": {"g_m": 0.5}},
        milestone="u",
        arrivals={"kind": "poisson", "per_hour": 1},
    )
    outcome = rehearse(plan, seed=2, replication=0, cases=4_000)
    rounds = only(outcome, "open_time") / HOUR / 4_000
    assert rounds == pytest.approx(2.0, rel=0.05), "each round half go round again: two rounds on average"
    assert only(outcome, "rework") / 4_000 == pytest.approx(0.5, rel=0.05)


def test_what_is_repeated_by_intention_is_no_rework() -> None:
    several = process(
        '<startEvent id="a"/><userTask id="u"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>'
        '</multiInstanceLoopCharacteristics></userTask><endEvent id="z"/>' + flows("a>u", "u>z")
    )
    outcome = rehearse(plan_of(several), seed=1, replication=0, cases=50)
    assert only(outcome, "rework") == 0.0 and outcome.cases == 50


def test_a_milestone_has_to_be_a_task() -> None:
    for wrong in ("nothing", "g"):
        with pytest.raises(ScenarioRefused, match="milestone"):
            plan_of(TWICE, milestone=wrong)


def test_queues_are_looked_at_when_the_scenario_says() -> None:
    """Three come at once to one person who needs an hour for each: two wait, then one, then nobody."""
    outcome = one_case_of_three(every=HOUR / 2, times=7)
    assert outcome.watched["crew"][:6] == [2, 2, 1, 1, 0, 0]
    late = one_case_of_three(every=HOUR, times=2, begin=at(0, "01:30"))
    assert late.watched["crew"] == [1, 0]


def one_case_of_three(every: float, times: int, begin: float = 60.0) -> Outcome:
    first = FIRST.timestamp() + begin
    plan = plan_of(
        TASK,
        arrivals={"kind": "trace", "times": [0, 0, 0]},
        pools={"crew": {"size": 1}},
        nodes={"work": {**fixed(1), "pool": "crew"}},
        watch={"from": FIRST.fromtimestamp(first, FIRST.tzinfo).isoformat(), "every": every, "times": times},
    )
    return rehearse(plan, seed=1, replication=0, cases=3)


def test_looks_agree_with_the_average_over_time() -> None:
    """The oracle is the area under the queue, which is kept in another way."""
    plan = plan_of(
        TASK,
        arrivals={"kind": "poisson", "per_hour": 4},
        pools={"crew": {"size": 1}},
        nodes={"work": {"pool": "crew", "duration": {"kind": "exponential", "mean": 0.2 * HOUR}}},
        watch={"every": 600, "times": 12_000},
    )
    outcome = rehearse(plan, seed=3, replication=0, cases=7_900)
    looked = outcome.watched["crew"]
    upto = int(outcome.span / 600)
    assert fmean(looked[:upto]) == pytest.approx(ratio(outcome.crews["crew"].queue), rel=0.03)
    assert ratio(outcome.crews["crew"].queue) == pytest.approx(0.8**2 / 0.2, rel=0.15), "M/M/1"


def test_a_watch_begins_with_the_run() -> None:
    with pytest.raises(ScenarioRefused, match="before the start"):
        plan_of(TASK, watch={"from": "2026-03-01T00:00Z"})


def test_a_band_is_read_off_the_runs() -> None:
    runs = [[float(number), 1.0] for number in range(100)]
    assert over_time(runs) == {"mean": [49.5, 1.0], "low": [2.0, 1.0], "high": [97.0, 1.0]}
    assert over_time([[1.0, 4.0], [3.0]]) == {"mean": [2.0, 4.0], "low": [1.0, 4.0], "high": [3.0, 4.0]}


def test_a_share_of_broken_deadlines_comes_with_its_interval() -> None:
    """Over the replications; the truth is exp(-2)."""
    plan = plan_of(
        CLOCKS, nodes={"u": {"duration": {"kind": "exponential", "mean": HOUR}}, "v": fixed(0), "w": fixed(0)}
    )
    answer = report(plan, [rehearse(plan, seed=5, replication=number, cases=1_000) for number in range(8)])
    assert isinstance(answer["per_node"], dict)
    deadline = answer["per_node"]["u"]["deadline"]
    low, high = deadline["ci95"]
    assert low < math.exp(-2) < high and high - low < 0.04
    assert low < deadline["share"] < high


def test_how_many_are_within_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exactly while all values are kept; beyond, to a size class of half a per cent."""
    source = random.Random(7)
    values = [source.lognormvariate(3, 1) for _ in range(3_000)]
    for exact in (True, False):
        monkeypatch.setattr(tallies, "EXACT", 20_000 if exact else 100)
        tally = Tally()
        tally.raw += values
        tally.fold()
        for limit in (0.0, 5.0, 20.0, 200.0):
            true = sum(value <= limit for value in values)
            assert tally.within(limit) == pytest.approx(true, abs=0 if exact else 20)
