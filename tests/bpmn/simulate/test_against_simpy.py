"""The ten-activity model of the benchmark, by the engine and written by hand in SimPy."""

import math
from collections.abc import Sequence
from statistics import fmean, stdev

import pytest

from bench.ten_activities import MINUTES, PER_HOUR, RETURNED, SIMPLE, ByHand, Hours, Measured, chart_source, scenario
from bench.ten_activities import POOLS as BENCH_POOLS
from bihuan.bpmn import load_chart
from bihuan.bpmn.simulate import Outcome, prepare, read_scenario, rehearse
from bihuan.bpmn.simulate.intervals import t975
from bihuan.bpmn.simulate.outcome import ratio
from bihuan.bpmn.simulate.tallies import Tally

TIMES, CASES, WARM_UP = 12, 1_500, 300


@pytest.fixture(scope="module")
def ours() -> list[Outcome]:
    plan = prepare(load_chart(chart_source()), read_scenario(scenario(WARM_UP)))
    return [rehearse(plan, seed=2, replication=number, cases=CASES) for number in range(TIMES)]


@pytest.fixture(scope="module")
def theirs() -> list[Measured]:
    return [ByHand(CASES, WARM_UP, 1_000 + number).run() for number in range(TIMES)]


def _mean(tally: Tally) -> float:
    return ratio([(total, count) for count, total in tally.batches])


def _half(values: Sequence[float]) -> float:
    return t975(len(values) - 1) * stdev(values) / math.sqrt(len(values))


def _inside(ours: Sequence[float], theirs: Sequence[float], *, within: float, times: float = 1.0) -> None:
    """Our mean lies in SimPy's 95 % interval, widened by how unsure our own is; `times`: where many are looked at."""
    half = math.hypot(_half(ours), _half(theirs)) * times
    assert abs(fmean(ours) - fmean(theirs)) < half, f"{fmean(ours)} against {fmean(theirs)} ± {half}"
    assert half < within * fmean(theirs), "too few cases to tell"


@pytest.mark.correctness(96)
@pytest.mark.parametrize(
    ("name", "of"), [("cycle_time", "cycle"), ("waiting_time", "waited"), ("working_time", "worked")]
)
def test_cases(name: str, of: str, ours: list[Outcome], theirs: list[Measured]) -> None:
    _inside([_mean(one.measures[name]) for one in ours], [fmean(getattr(one, of)) for one in theirs], within=0.15)


@pytest.mark.correctness(96)
@pytest.mark.parametrize("task", MINUTES)
def test_waiting_before_each_task(task: str, ours: list[Outcome], theirs: list[Measured]) -> None:
    found = [_mean(one.posts[task].waits) for one in ours]
    _inside(found, [fmean(one.waits[task]) for one in theirs], within=0.8, times=1.5)


@pytest.mark.correctness(97)
@pytest.mark.parametrize("pool", BENCH_POOLS)
def test_utilisation_is_what_the_work_comes_to(pool: str, ours: list[Outcome]) -> None:
    """Minutes of work that arrive in a week over minutes of people: no queueing needed to know it."""
    a_week = PER_HOUR * Hours(BENCH_POOLS["agent"][1]).total / 3600
    times = dict.fromkeys(MINUTES, 1.0) | {"answer": SIMPLE}
    times |= dict.fromkeys(("contact", "analyse", "execute", "inform"), 1 - SIMPLE)
    times |= dict.fromkeys(("plan", "approve"), (1 - SIMPLE) / (1 - RETURNED))
    minutes = a_week * sum(times[task] * of for task, (by, of) in MINUTES.items() if by == pool)
    size, hours = BENCH_POOLS[pool]
    exact = minutes / (size * Hours(hours).total / 60)
    found = [ratio(one.crews[pool].busy) for one in ours]
    assert abs(fmean(found) - exact) < 1.5 * _half(found)
    assert _half(found) < 0.05 * exact


def test_the_models_are_the_same_only_if_the_numbers_are() -> None:
    """A tenth less work is found out: the comparison is sharp enough to mean something."""
    one = [1.0, 1.02, 0.98, 1.01, 0.99, 1.0]
    _inside(one, [1.005 * value for value in one], within=0.15)
    with pytest.raises(AssertionError):
        _inside([0.9 * value for value in one], one, within=0.15)
