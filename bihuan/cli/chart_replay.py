"""``bihuan chart replay``: what really happened, against the chart."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bihuan.bpmn.replay import Replay


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers ``replay``."""
    replay = actions.add_parser("replay", help="a log (CSV, XES, OCEL 2.0, JSON) against a chart; 1: deviations")
    replay.add_argument("file", type=Path, metavar="FILE")
    replay.add_argument("log", type=Path, metavar="LOG")
    replay.add_argument("--case-type", metavar="TYPE", help="OCEL: the type of object that is a case")
    replay.add_argument("--json", action="store_true")
    replay.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from bihuan.bpmn.problems import ChartRefused
    from bihuan.bpmn.replay import LogError, read_log, replay

    try:
        chart = args.file.read_bytes()
        with args.log.open("rb") as stream:
            log = read_log(stream, args.case_type)
        answer = replay(chart, log)
    except OSError as error:
        return _say(f"{error.filename}: {error.strerror or error}")
    except LogError as error:
        return _say(f"{args.log}: {error}")
    except ChartRefused as error:
        return _say(f"{args.file}: {error}")
    if args.json:
        print(json.dumps({"file": str(args.file), "log": str(args.log), **answer.to_document()}, ensure_ascii=False))
    else:
        _print(answer)
    return 1 if answer.deviations else 0


def _print(answer: "Replay") -> None:
    print(
        f"{answer.cases} cases, {answer.events} events, fitness {answer.fitness:.4f}, {answer.fitting_cases} cases fit"
    )
    for one in answer.deviations:
        print(f"  {one.count:6} {one.kind}: {one.name or one.element} (case {one.example_case})")


def _say(what: object) -> int:
    print(f"bihuan chart replay: {what}", file=sys.stderr)
    return 2
