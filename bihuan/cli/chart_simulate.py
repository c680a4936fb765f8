"""``bihuan chart simulate``: a chart rehearsed with people, arrivals and a virtual clock."""

import argparse
import csv
import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bihuan.bpmn.simulate import Entry, Outcome, Plan


class Unreadable(Exception):
    """What was given cannot be rehearsed; exit code 2."""


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers ``simulate``."""
    simulate = actions.add_parser("simulate", help="rehearses a chart: waiting, utilisation, deadlines, cost")
    simulate.add_argument("file", type=Path, metavar="FILE")
    simulate.add_argument("--cases", type=int, required=True, metavar="N", help="cases counted in each replication")
    simulate.add_argument("--seed", type=int, required=True, metavar="S", help="the same seed gives the same answer")
    simulate.add_argument(
        "--scenario", type=Path, metavar="F", help="people, arrivals, durations, probabilities (JSON)"
    )
    simulate.add_argument("--jobs", type=int, default=1, metavar="J", help="processes that share the replications")
    simulate.add_argument("--log", type=Path, metavar="OUT.csv", help="the first replication as an event log")
    simulate.add_argument("--json", action="store_true")
    simulate.set_defaults(run=_simulate)


def _simulate(args: argparse.Namespace) -> int:
    from bihuan.bpmn.simulate import report
    from bihuan.worktime import WorktimeError

    began = time.perf_counter()
    try:
        if args.cases < 1 or args.jobs < 1:
            raise Unreadable("--cases and --jobs are at least 1")
        plan = _plan(args.file, args.scenario)
        outcomes = _outcomes(args, plan)
    except (Unreadable, WorktimeError) as error:
        print(f"bihuan chart simulate: {error}", file=sys.stderr)
        return 2
    answer = {"file": str(args.file), "seed": args.seed, "seconds": 0.0, **report(plan, outcomes)}
    answer["warm_up"] = plan.scenario.warm_up_of(args.cases)
    answer["seconds"] = round(time.perf_counter() - began, 3)
    if args.json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        _print(answer)
    return 0


def _plan(file: Path, scenario_file: Path | None) -> "Plan":
    from bihuan.bpmn import load_chart
    from bihuan.bpmn.decisions import parse_decision
    from bihuan.bpmn.problems import ChartRefused
    from bihuan.bpmn.simulate import Scenario, ScenarioRefused, prepare, read_scenario

    try:
        tables = {path.stem: parse_decision(path.read_bytes()) for path in sorted(file.parent.glob("*.dmn"))}
        chart = load_chart(_bytes(file), decisions=tables)
    except ChartRefused as refused:
        raise Unreadable(f"{file}: {refused}") from refused
    try:
        scenario = Scenario() if scenario_file is None else read_scenario(json.loads(_bytes(scenario_file)))
        return prepare(chart, scenario)
    except (ScenarioRefused, ValueError, RecursionError) as refused:
        raise Unreadable(f"{scenario_file or file}: {refused}") from refused


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Unreadable(f"{path}: {why}") from None


def _outcomes(args: argparse.Namespace, plan: "Plan") -> "list[Outcome]":
    """One for each replication, in order; which process ran it makes no difference."""
    tasks = [
        (args.file, args.scenario, args.seed, number, args.cases, args.log if number == 0 else None)
        for number in range(plan.scenario.replications)
    ]
    jobs = min(args.jobs, len(tasks))
    if jobs == 1:
        return [_replicate(plan, args.seed, task[3], args.cases, task[5]) for task in tasks]
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(_replicate_anew, tasks))


_Task = tuple[Path, Path | None, int, int, int, Path | None]


def _replicate_anew(task: _Task) -> "Outcome":
    """In a process of its own: reads the files again, because a compiled chart cannot be sent."""
    file, scenario, seed, replication, cases, log = task
    return _replicate(_plan(file, scenario), seed, replication, cases, log)


def _replicate(plan: "Plan", seed: int, replication: int, cases: int, log: Path | None) -> "Outcome":
    from bihuan.bpmn.simulate import ScenarioRefused, rehearse

    try:
        with _log(plan, log) as write:
            return rehearse(plan, seed=seed, replication=replication, cases=cases, write=write)
    except ScenarioRefused as refused:
        raise Unreadable(str(refused)) from refused


@contextmanager
def _log(plan: "Plan", path: Path | None) -> "Iterator[Callable[[Entry], None] | None]":
    from bihuan.bpmn.simulate import COLUMNS, row_writer

    if path is None:
        yield None
        return
    calendar = plan.scenario.calendars.default
    row = row_writer(plan.scenario.first) if calendar is None else row_writer(plan.scenario.first, calendar.zone)
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            yield lambda entry: writer.writerow(row(entry))
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from error


def _print(answer: dict[str, object]) -> None:
    print(f"{answer['file']}: {answer['cases']} cases, {answer['replications']} replications, seed {answer['seed']}")
    for title in ("measures", "per_pool", "per_node"):
        print(title)
        found = answer[title]
        for name, figures in found.items() if isinstance(found, dict) else ():
            print(f"  {name}: {json.dumps(figures, ensure_ascii=False)}")
    assumptions = answer["assumptions"]
    for one in assumptions if isinstance(assumptions, list) else ():
        print(f"assumed: {one['message']}: {', '.join(one['elements'])}")
