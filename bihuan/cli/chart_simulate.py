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
    from collections.abc import Callable, Mapping

    from bihuan.bpmn import Chart, Decision
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
    from bihuan.bpmn.decisions import parse_decision
    from bihuan.bpmn.problems import ChartRefused
    from bihuan.bpmn.simulate import Scenario, ScenarioRefused, prepare, read_scenario

    try:
        source = _bytes(file)
        beside = [path for path in sorted(file.parent.glob("*.dmn")) if path.stem.encode() in source]
        chart = _chart(source, {path.stem: parse_decision(_bytes(path)) for path in beside})
    except ChartRefused as refused:
        raise Unreadable(f"{file}: {refused}") from refused
    try:
        scenario = Scenario() if scenario_file is None else read_scenario(json.loads(_bytes(scenario_file)))
        return prepare(chart, scenario)
    except (ScenarioRefused, ValueError, RecursionError) as refused:
        raise Unreadable(f"{scenario_file or file}: {refused}") from refused


def _chart(source: bytes, tables: "Mapping[str, Decision]") -> "Chart":
    """The chart; a foreign one, which declares no names, with any."""
    from bihuan.bpmn import load_chart
    from bihuan.bpmn.problems import ChartRefused

    try:
        return load_chart(source, decisions=tables)
    except ChartRefused as refused:
        try:
            return load_chart(source, decisions=tables, open_variables=True)
        except ChartRefused:
            raise refused from None


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
    """The main figures as text; times in hours."""
    print(
        f"{answer['file']}: {answer['cases']} cases in {answer['replications']} replications, seed {answer['seed']}, "
        f"{answer['seconds']} s; {answer['unfinished']} unfinished, {answer['abandoned']} given up"
    )
    for name, figures in _parts(answer, "measures"):
        hours = name not in ("cost", "deadline_breaches")
        print(f"  {name:18} mean {_spread(figures, 3600.0 if hours else 1.0)}{' h' if hours else ''}")
    for name, pool in _parts(answer, "per_pool"):
        print(
            f"  {name}: {pool['size']} at work {_number(pool, 'utilisation', 'mean'):.1%} of their time, "
            f"{_number(pool, 'queue', 'mean'):.2f} in the queue (at most {_number(pool, 'queue', 'max'):.0f})"
        )
    for name, node in _parts(answer, "per_node"):
        late = f", late {_number(node, 'deadline', 'share'):.1%}" if "deadline" in node else ""
        waiting, working = _number(node, "waiting", "mean") / 3600, _number(node, "working", "mean") / 3600
        print(f"  {name}: {node['count']} times, waiting {waiting:.3f} h, working {working:.3f} h{late}")
    for kind in ("incidents", "assumptions"):
        found = answer[kind]
        for one in found if isinstance(found, list) else ():
            print(f"  {kind}: {', '.join(map(str, one.values()))}")


def _parts(answer: dict[str, object], key: str) -> list[tuple[str, dict[str, object]]]:
    found = answer[key]
    return list(found.items()) if isinstance(found, dict) else []


def _number(figures: dict[str, object], *keys: str) -> float:
    found: object = figures
    for key in keys:
        found = found[key] if isinstance(found, dict) else None
    return float(found) if isinstance(found, (int, float)) else 0.0


def _spread(figures: dict[str, object], by: float) -> str:
    sure = figures["ci95"]
    held = f" [{sure[0] / by:.3f}, {sure[1] / by:.3f}]" if isinstance(sure, list) else ""
    mean, half, most = (_number(figures, key) / by for key in ("mean", "p50", "p90"))
    return f"{mean:.3f}{held}, half {half:.3f}, nine in ten {most:.3f}"
