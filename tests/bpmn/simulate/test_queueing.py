"""Against closed forms: what queueing theory says of one task and one pool."""

import csv
from functools import cache

import pytest

from bihuan.bpmn import load_chart
from bihuan.bpmn.simulate import Outcome, Plan, prepare, read_scenario, rehearse
from bihuan.bpmn.simulate.outcome import ratio
from tests.bpmn.building import flows, process, public_data

MINUTE = 60.0
ONE_TASK = process(
    '<startEvent id="a"/><userTask id="work" name="办理" bihuan:role="agent"/><endEvent id="z"/>'
    + flows("a>work", "work>z")
)


def plan_of(arrivals: dict[str, object], size: int, duration: dict[str, object], **more: object) -> Plan:
    """One task, done by one pool."""
    node = {"duration": duration, **({"patience": more.pop("patience")} if "patience" in more else {})}
    scenario = {
        "arrivals": arrivals, "pools": {"agent": {"size": size}}, "nodes": {"work": node}, "warm_up": 2000, **more
    }  # fmt: skip
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


@pytest.mark.correctness(96)
@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (1, 0.7), (2, 0.7), (3, 0.8), (5, 0.8)])
def test_waiting_of_mmc(servers: int, load: float) -> None:
    """Wq, W, Lq, L and the share served within half, one and two service times."""
    exact = closed_forms()[servers, load]
    plan = plan_of(poisson(exact["lambda(mu=1)"] * 60), servers, exponential(MINUTE))
    outcome = rehearse(plan, seed=3, replication=0, cases=100_000)
    assert outcome.cases == 100_000
    assert mean(outcome, "waiting_time") / MINUTE == pytest.approx(exact["Wq"], rel=0.02)
    assert mean(outcome, "cycle_time") / MINUTE == pytest.approx(exact["W"], rel=0.02)
    assert ratio(outcome.crews["agent"].queue) == pytest.approx(exact["Lq"], rel=0.02)
    assert ratio(outcome.in_progress) == pytest.approx(exact["L"], rel=0.02)
    assert ratio(outcome.crews["agent"].busy) == pytest.approx(load, rel=0.01)
