"""Fitness and explanations against PM4Py, on drawn charts and on public logs."""

import warnings
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random

import pm4py
import pytest

from bihuan.bpmn.replay import read_log, replay
from bihuan.bpmn.replay.build import build
from bihuan.bpmn.replay.explain import explain
from bihuan.bpmn.replay.net import Game
from bihuan.bpmn.replay.play import Player
from bihuan.bpmn.verify.reading import read
from bihuan.bpmn.verify.scopes import Plan
from tests.bpmn.building import public_data
from tests.bpmn.replay import oracle
from tests.bpmn.replay.drawn import Block, block, disturbed, run, xml


class Ours:
    """A drawn chart, and traces of the names of its tasks as the elements they mean."""

    def __init__(self, source: bytes) -> None:
        plan = Plan(read(source)[0].chart)
        self.player = Player(Game(build(plan, (), ())))
        self.ids = {node.name: (node.id,) for node in plan.nodes.values() if node.kind == "task"}

    def asked(self, trace: list[str]) -> list[tuple[str, ...]]:
        """The elements of each event."""
        return [self.ids.get(name, ()) for name in trace]


def _drawn(seed: int, disturbance: int, count: int) -> tuple[Block, bytes, list[list[str]]]:
    random = Random(seed)
    one = block(random, random.randint(1, 3), iter([f"t{number}" for number in range(1000)]))
    return one, xml(one), [disturbed(run(one, random), random, disturbance) for _ in range(count)]


@pytest.mark.parametrize("seed", range(25))
def test_what_fits_has_the_same_tokens(seed: int) -> None:
    one, source, traces = _drawn(seed, 0, 10)
    ours = Ours(source)
    for trace, theirs in zip(traces, oracle.replayed(source, traces), strict=True):
        counts = ours.player.play(ours.asked(trace))
        assert counts.fits and theirs.fits, (one, trace)
        assert (counts.produced, counts.consumed) == (theirs.produced, theirs.consumed), (one, trace)


@cache
def _compared() -> tuple[Counter[str], list[str]]:
    found: Counter[str] = Counter()
    worse = []
    for seed in range(1000, 1060):
        one, source, traces = _drawn(seed, 4, 12)
        ours = Ours(source)
        for trace, theirs in zip(traces, oracle.replayed(source, traces), strict=True):
            counts = ours.player.play(ours.asked(trace))
            same = (counts.produced, counts.consumed, counts.missing, counts.remaining) == (
                theirs.produced, theirs.consumed, theirs.missing, theirs.remaining,
            )  # fmt: skip
            found["fits" if counts.fits else "deviates"] += 1
            found["same"] += same
            found["other verdict"] += counts.fits != theirs.fits
            if not same and counts.missing + counts.remaining > theirs.missing + theirs.remaining:
                worse.append(f"{one} {trace}: {counts} {theirs}")
    return found, worse


@pytest.mark.correctness(95)
def test_what_does_not_fit_has_the_same_tokens() -> None:
    """PM4Py follows one shortest way of silent steps at a time and now and then misses what an exact search finds."""
    found, worse = _compared()
    assert found["fits"] > 200 and found["deviates"] > 200
    assert found["other verdict"] == 0
    assert found["same"] >= 0.99 * (found["fits"] + found["deviates"]), found
    assert worse == []


@pytest.mark.correctness(95)
@pytest.mark.parametrize("seed", range(2000, 2060))
def test_no_explanation_is_shorter(seed: int) -> None:
    one, source, traces = _drawn(seed, 3, 6)
    ours = Ours(source)
    for trace, cost in zip(traces, oracle.costs(source, traces), strict=True):
        explanation = explain(ours.player.game, ours.asked(trace), whole=True, most=200_000)
        assert explanation.found
        assert explanation.cost == cost, (one, trace, explanation)
        flat = explain(ours.player.game, ours.asked(trace), most=200_000)
        assert flat.cost <= cost
        assert (flat.cost == 0) == (cost == 0)


def _frame(path: Path) -> object:
    if path.suffix == ".csv":
        return _csv(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it recommends a faster reader
        return pm4py.read_xes(str(path), show_progress_bar=False)


def _csv(path: Path) -> object:
    frame = pm4py.utils.pd.read_csv(path, dtype=str)
    frame = frame.rename(
        columns={"CaseID": "case:concept:name", "ActivityID": "concept:name", "CompleteTimestamp": "time:timestamp"}
    )
    if "lifecycle:transition" in frame:
        frame = frame[frame["lifecycle:transition"] == "complete"]
    frame["time:timestamp"] = pm4py.utils.pd.to_datetime(frame["time:timestamp"], utc=True)
    return frame


@pytest.mark.slow
@pytest.mark.correctness(95)
@pytest.mark.parametrize(
    ("name", "noise"),
    [
        ("running-example.xes", 0.0),
        ("rama_val_Helpdesk.xes.gz", 0.2),
        ("rama_val_Helpdesk.xes.gz", 0.5),
        ("helpdesk_tax2017.csv", 0.2),
        ("reviewing.csv", 0.3),
    ],
)
def test_public_logs_have_the_same_fitness(name: str, noise: float) -> None:
    path = public_data("logs") / name
    frame = _frame(path)
    source = oracle.discovered(frame, noise)
    with path.open("rb") as stream:
        log = read_log(stream)
    answer = replay(source, log)
    traces = [[log.labels[row.label].activity for row in rows] for rows in log.cases.values()]
    theirs = oracle.replayed(source, traces)
    assert answer.cases == len(theirs)
    assert answer.fitting_cases == sum(one.fits for one in theirs)
    assert (answer.produced, answer.consumed) == (
        sum(one.produced for one in theirs),
        sum(one.consumed for one in theirs),
    )
    assert (answer.missing, answer.remaining) == (
        sum(one.missing for one in theirs),
        sum(one.remaining for one in theirs),
    )
    assert answer.average_fitness == pytest.approx(sum(one.fitness for one in theirs) / len(theirs), abs=1e-12)
