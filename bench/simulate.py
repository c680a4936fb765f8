"""How many virtual cases a second a rehearsal leads through the engine, beside the same model written in SimPy.

Ten activities, four pools, office hours (`ten_activities`). Cases are those counted; the warm-up is in the time of both.
Only CPU time counts, and both run in turn; the best of four each.
"""

import os
import resource
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from statistics import fmean
from typing import Final

from bench.report import line
from bench.ten_activities import ByHand, chart_source, scenario
from bihuan.bpmn import load_chart
from bihuan.bpmn.simulate import Plan, prepare, read_scenario, rehearse

_CASES: Final = 10_000
_WARM_UP: Final = 500
_ROUNDS: Final = 4
_REPLICATIONS: Final = 8


def _plan() -> Plan:
    return prepare(load_chart(chart_source()), read_scenario(scenario(_WARM_UP)))


def _ours(seed: int) -> tuple[float, float]:
    """CPU seconds, everything from the chart's file on included, and the mean cycle time."""
    begin = time.process_time()
    outcome = rehearse(_plan(), seed=seed, replication=0, cases=_CASES)
    seconds = time.process_time() - begin
    tally = outcome.measures["cycle_time"]
    return seconds, sum(total for _, total in tally.batches) / outcome.cases


def _theirs(seed: int) -> tuple[float, float]:
    model = ByHand(_CASES, _WARM_UP, seed)
    begin = time.process_time()
    measured = model.run()
    return time.process_time() - begin, fmean(measured.cycle)


def one_core() -> Iterator[str]:
    """Cases a second on one core."""
    ours, theirs = [], []
    for seed in range(_ROUNDS):
        ours.append(_ours(seed))
        theirs.append(_theirs(seed))
    mine, other = min(seconds for seconds, _ in ours), min(seconds for seconds, _ in theirs)
    yield line(
        "simulate.core",
        _CASES / mine,
        "cases/s",
        baseline=("simpy", _CASES / other),
        goal=2.0 * _CASES / other,
        detail={
            "us_a_case": round(mine / _CASES * 1e6, 1),
            "simpy_us_a_case": round(other / _CASES * 1e6, 1),
            "cycle_hours": round(fmean(mean for _, mean in ours) / 3600, 3),
            "simpy_cycle_hours": round(fmean(mean for _, mean in theirs) / 3600, 3),
        },
    )


def _with_process(seed: int) -> tuple[int, float]:
    """Which process it was, and how much CPU time it has used since it began."""
    _ours(seed)
    return os.getpid(), time.process_time()


def _spread(jobs: int) -> tuple[float, float]:
    """Cases a second with a core for each process, by the CPU time of all (start, transfer, this one); by the clock."""
    begin, own = time.perf_counter(), time.process_time()
    with ProcessPoolExecutor(jobs) as pool:
        used = dict(pool.map(_with_process, range(_REPLICATIONS)))
    cases = _REPLICATIONS * _CASES
    each = sum(used.values()) / jobs + time.process_time() - own
    return cases / each, cases / (time.perf_counter() - begin)


def processes() -> Iterator[str]:
    """The same replications over one and over two processes.

    By CPU time, because whatever else the machine does would count against the second process; the clock on the wall
    stands beside it.
    """
    one, one_wall = _spread(1)
    two, two_wall = _spread(2)
    yield line(
        "simulate.processes",
        two,
        "cases/s",
        baseline=("one process", one),
        goal=1.8 * one,
        detail={
            "jobs": 2,
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 2),
            "wall": round(two_wall),
            "wall_of_one": round(one_wall),
        },
    )


def memory() -> Iterator[str]:
    """Growth of the process over a run of a hundred thousand cases after one of ten thousand."""
    _ours(0)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rehearse(_plan(), seed=0, replication=0, cases=10 * _CASES)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    yield line("simulate.memory", grown / 1024, "MB", goal=30.0, lower_is_better=True, detail={"cases": 10 * _CASES})


MEASURES = {"simulate.core": one_core, "simulate.processes": processes, "simulate.memory": memory}
