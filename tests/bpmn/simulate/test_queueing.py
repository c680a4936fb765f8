"""Against closed forms: what queueing theory says of one task and one pool.

Most tests run a few replications and ask whether the exact value lies where it lies in 999 of 1,000 runs.
"""

import csv
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from statistics import fmean, stdev

import pytest

from bihuan.bpmn import load_chart
from bihuan.bpmn.simulate import Outcome, Plan, prepare, read_scenario, rehearse, report
from bihuan.bpmn.simulate.outcome import ratio
from tests.bpmn.building import flows, process, public_data, variables

MINUTE = 60.0
ONE_TASK = process(
    '<startEvent id="a"/><userTask id="work" name="办理" bihuan:role="agent"/><endEvent id="z"/>'
    + flows("a>work", "work>z"),
    variables(priority="choice P1 P2"),
)
WEEK = {day: [["09:00", "12:00"], ["13:30", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
OFFICE = {
    "timezone": "Asia/Shanghai",
    "week": WEEK,
    "holidays": ["2026-05-01"],
    "shifts": {"2026-05-09": [["10:00", "16:00"]]},
}
STUDENT_999 = 4.781
"""What Student's t with nine degrees of freedom stays within in 999 of 1,000 cases."""


def plan_of(arrivals: Mapping[str, object], size: int, duration: Mapping[str, object], **more: object) -> Plan:
    """One task, done by one pool. `pool`, `node`: more about them; the rest is about the scenario."""
    pool, node = (more.pop(key, {}) for key in ("pool", "node"))
    assert isinstance(pool, dict) and isinstance(node, dict)
    scenario = {
        "arrivals": arrivals,
        "pools": {"agent": {"size": size, **pool}},
        "nodes": {"work": {"duration": duration, **node}},
        **more,
    }
    return prepare(load_chart(ONE_TASK), read_scenario(scenario))


def poisson(per_hour: float) -> dict[str, object]:
    return {"kind": "poisson", "per_hour": per_hour}


def exponential(mean: float) -> dict[str, object]:
    return {"kind": "exponential", "mean": mean}


@cache
def closed_forms() -> dict[tuple[int, float], dict[str, float]]:
    with (public_data("queueing") / "mmc_closed_form.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {(int(row["c"]), float(row["rho"])): {key: float(value) for key, value in row.items()} for row in rows}


def mean(outcome: Outcome, name: str) -> float:
    return ratio([(total, count) for count, total in outcome.measures[name].batches])


def runs(plan: Plan, cases: int = 4_000, times: int = 10) -> list[Outcome]:
    return [rehearse(plan, seed=11, replication=number, cases=cases) for number in range(times)]


def agrees(outcomes: Sequence[Outcome], of: Callable[[Outcome], float], exact: float, within: float = 0.2) -> None:
    """The exact value is where chance explains it, and chance is no excuse for anything."""
    found = [of(one) for one in outcomes]
    sure = STUDENT_999 * stdev(found) / math.sqrt(len(found))
    assert abs(fmean(found) - exact) <= sure, f"{fmean(found)} ± {sure}, exactly {exact}"
    assert sure < within * exact, "too few cases to tell"


@pytest.mark.slow
@pytest.mark.correctness(96)
@pytest.mark.parametrize(("servers", "load", "cases"), [(1, 0.5, 400_000), (2, 0.6, 400_000), (3, 0.7, 300_000)])
def test_mmc_within_two_per_cent(servers: int, load: float, cases: int) -> None:
    """Wq, W, Lq, L and utilisation; the answer's interval holds the exact value."""
    exact = closed_forms()[servers, load]
    plan = plan_of(poisson(exact["lambda(mu=1)"] * 60), servers, exponential(MINUTE), warm_up=2_000)
    outcome = rehearse(plan, seed=1, replication=0, cases=cases)
    assert outcome.cases == cases
    assert mean(outcome, "waiting_time") / MINUTE == pytest.approx(exact["Wq"], rel=0.02)
    assert mean(outcome, "cycle_time") / MINUTE == pytest.approx(exact["W"], rel=0.02)
    assert ratio(outcome.crews["agent"].queue) == pytest.approx(exact["Lq"], rel=0.02)
    assert ratio(outcome.in_progress) == pytest.approx(exact["L"], rel=0.02)
    assert ratio(outcome.crews["agent"].busy) == pytest.approx(load, rel=0.01)
    answer = report(plan, [outcome])
    measures = answer["measures"]
    assert isinstance(measures, dict)
    low, high = measures["waiting_time"]["ci95"]
    assert low < exact["Wq"] * MINUTE < high and high - low < 0.1 * exact["Wq"] * MINUTE


@pytest.mark.correctness(96)
def test_intervals_of_single_runs_hold_the_truth() -> None:
    """Batch means: nearly as often as they say, although one case waits because the one before did."""
    exact = closed_forms()[1, 0.5]
    plan = plan_of(poisson(30), 1, exponential(MINUTE))
    held = 0
    for one in runs(plan, cases=3_000, times=60):
        measures = report(plan, [one])["measures"]
        assert isinstance(measures, dict)
        low, high = measures["cycle_time"]["ci95"]
        held += low < exact["W"] * MINUTE < high
    assert held >= 50


def test_share_served_in_time() -> None:
    """How many wait no longer than half, one and two service times (Erlang C)."""
    exact = closed_forms()[2, 0.7]
    outcomes = runs(plan_of(poisson(exact["lambda(mu=1)"] * 60), 2, exponential(MINUTE)))
    waits = sorted(wait for one in outcomes for wait in one.posts["work"].waits._exact)
    assert len(waits) == 40_000
    for limit, name in ((0.5, "SL(t=0.5/mu)"), (1.0, "SL(t=1/mu)"), (2.0, "SL(t=2/mu)")):
        share = sum(wait <= limit * MINUTE for wait in waits) / len(waits)
        assert share == pytest.approx(exact[name], abs=0.02)


@pytest.mark.correctness(96)
@pytest.mark.parametrize(
    ("duration", "square"),
    [
        ({"kind": "fixed", "seconds": 60}, 3600.0),
        ({"kind": "uniform", "low": 0, "high": 120}, 4800.0),
        ({"kind": "lognormal", "mean": 60, "cv": 0.8}, 3600.0 * 1.64),
        ({"kind": "empirical", "values": [30, 60, 180], "weights": [6, 3, 1]}, 900 * 0.6 + 3600 * 0.3 + 32400 * 0.1),
        ({"kind": "triangular", "low": 30, "mode": 60, "high": 90}, 3600.0 + 150.0),
    ],
)
def test_mg1(duration: dict[str, object], square: float) -> None:
    """Pollaczek and Khinchine: only the first two moments of the service count. `square`: its second moment."""
    average = 54.0 if duration["kind"] == "empirical" else 60.0
    rate = 0.6 / average
    outcomes = runs(plan_of(poisson(rate * 3600), 1, duration))
    exact = rate * square / (2 * (1 - rate * average))
    agrees(outcomes, lambda one: mean(one, "waiting_time"), exact)
    agrees(outcomes, lambda one: mean(one, "working_time"), average)


def test_dm1() -> None:
    """Arrivals like clockwork, service without memory."""
    load = 0.7
    sigma = 0.5
    for _ in range(200):
        sigma = math.exp(-(1 - sigma) / load)
    plan = plan_of({"kind": "renewal", "gap": {"kind": "fixed", "seconds": 60}}, 1, exponential(60 * load))
    agrees(runs(plan), lambda one: mean(one, "waiting_time"), 60 * load * sigma / (1 - sigma))


@pytest.mark.correctness(96)
def test_little() -> None:
    """Cases in the system = rate × time in the system, and the same for the queue; measured independently."""
    outcomes = runs(plan_of(poisson(90), 2, {"kind": "lognormal", "mean": 60, "cv": 1}), cases=8_000, times=3)
    for one in outcomes:
        rate = one.cases / one.span
        assert ratio(one.in_progress) == pytest.approx(rate * mean(one, "cycle_time"), rel=0.005)
        assert ratio(one.crews["agent"].queue) == pytest.approx(rate * mean(one, "waiting_time"), rel=0.01)
        assert ratio(one.posts["work"].queue) == pytest.approx(ratio(one.crews["agent"].queue))


def test_as_many_as_are_needed() -> None:
    """Without a pool nobody waits: M/G/∞."""
    chart = load_chart(ONE_TASK)
    plan = prepare(chart, read_scenario({"arrivals": poisson(60), "nodes": {"work": {"duration": exponential(300)}}}))
    outcomes = runs(plan, cases=2_000)
    assert all(mean(one, "waiting_time") == 0.0 for one in outcomes)
    agrees(outcomes, lambda one: ratio(one.in_progress), 5.0)


@pytest.mark.correctness(97)
def test_two_pieces_of_work_at_once() -> None:
    """One person who can have two in hand is M/M/2."""
    exact = closed_forms()[2, 0.7]
    plan = plan_of(poisson(exact["lambda(mu=1)"] * 60), 1, exponential(MINUTE), pool={"at_once": 2})
    outcomes = runs(plan)
    agrees(outcomes, lambda one: mean(one, "waiting_time"), exact["Wq"] * MINUTE)
    agrees(outcomes, lambda one: ratio(one.crews["agent"].busy), 0.7)


@pytest.mark.correctness(7, 96)
def test_important_cases_first() -> None:
    """Cobham: two classes, no preemption. Without the rule both wait alike."""
    urgent = 0.25
    rate, service = 0.8 / MINUTE, MINUTE
    residual = rate * 2 * service**2 / 2
    load_urgent = rate * urgent * service
    exact_urgent = residual / (1 - load_urgent)
    exact_other = residual / ((1 - load_urgent) * (1 - rate * service))
    data = {"priority": {"kind": "choice", "values": {"P1": urgent, "P2": 1 - urgent}}}
    node = {"P1": exact_urgent, "P2": exact_other}
    plan = plan_of(poisson(48), 1, exponential(MINUTE), data=data)
    waits = [_waits_by_class(plan, number) for number in range(10)]
    for name, exact in node.items():
        found = [one[name] for one in waits]
        assert abs(fmean(found) - exact) < STUDENT_999 * stdev(found) / math.sqrt(10)
    alike = _waits_by_class(plan_of(poisson(48), 1, exponential(MINUTE), data=data, pool={"discipline": "fifo"}), 0)
    assert alike["P1"] == pytest.approx(alike["P2"], rel=0.15)


def _waits_by_class(plan: Plan, number: int) -> dict[str, float]:
    from bihuan.bpmn.simulate import Rehearsal
    from bihuan.bpmn.simulate.cases import Work

    found: dict[str, list[float]] = {"P1": [], "P2": []}

    class ByClass(Rehearsal):
        def _finish(self, now: float, work: Work) -> None:
            state = work.case.spot.state
            assert state is not None
            found[str(state.variables["priority"])].append(work.start - work.enabled)
            super()._finish(now, work)

    ByClass(plan, seed=11, replication=number, cases=6_000, warm_up=600).run()
    return {name: fmean(waits) for name, waits in found.items()}


def test_who_loses_patience() -> None:
    """Erlang A: M/M/c with exponential patience. Birth and death: c servers, and those who wait leave."""
    servers, arrivals, service, patience = 3, 3.3 / MINUTE, 1 / MINUTE, 1 / (2 * MINUTE)
    weights = [1.0]
    for n in range(1, 200):
        weights.append(weights[-1] * arrivals / (min(n, servers) * service + max(n - servers, 0) * patience))
    queue = sum(max(n - servers, 0) * weight for n, weight in enumerate(weights)) / sum(weights)
    plan = plan_of(poisson(arrivals * 3600), servers, exponential(MINUTE), node={"patience": exponential(2 * MINUTE)})
    outcomes = runs(plan)
    agrees(outcomes, lambda one: one.abandoned / (one.abandoned + one.cases), queue * patience / arrivals)
    agrees(outcomes, lambda one: ratio(one.crews["agent"].queue), queue)
    assert all(one.abandoned + one.cases == 4_000 and one.abandoned == one.posts["work"].abandoned for one in outcomes)


@pytest.mark.correctness(82, 96, 97)
def test_office_hours_are_mmc_by_the_office_clock() -> None:
    """Arrivals and people keep the same hours, so that in open time nothing has changed. The nights are extra."""
    exact = closed_forms()[3, 0.7]
    plan = plan_of(poisson(exact["lambda(mu=1)"] * 60), 3, exponential(MINUTE), calendar=OFFICE)
    outcomes = runs(plan)
    agrees(outcomes, lambda one: mean(one, "waiting_time_open"), exact["Wq"] * MINUTE)
    agrees(outcomes, lambda one: ratio(one.crews["agent"].busy), 0.7)
    assert all(mean(one, "waiting_time") > mean(one, "waiting_time_open") for one in outcomes)


def test_a_network_with_returns() -> None:
    """Jackson: two pools in a row, and one in four goes back to the first."""
    source = process(
        '<startEvent id="a"/><exclusiveGateway id="m"/><userTask id="u"/><userTask id="v"/>'
        '<exclusiveGateway id="g"/><endEvent id="z"/>' + flows("a>m", "m>u", "u>v", "v>g", "g>m", "g>z")
    )
    scenario = {
        "arrivals": poisson(27),
        "pools": {"first": {"size": 1}, "second": {"size": 1}},
        "nodes": {
            "u": {"pool": "first", "duration": exponential(60)},
            "v": {"pool": "second", "duration": exponential(75)},
        },
        "branches": {"g": {"g_m": 0.25}},
    }
    outcomes = runs(prepare(load_chart(source), read_scenario(scenario)))
    through = 27 / 3600 / 0.75
    exact = (1 / (1 / 60 - through) + 1 / (1 / 75 - through)) / 0.75
    agrees(outcomes, lambda one: mean(one, "cycle_time"), exact)
