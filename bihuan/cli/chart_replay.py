"""``bihuan chart replay | convert``: what really happened, against the chart; logs for other tools."""

import argparse
import gzip
import json
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

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
    convert = actions.add_parser("convert", help="a log in another format: .csv, .xes, .json (OCEL 2.0), each also .gz")
    convert.add_argument("log", type=Path, metavar="LOG")
    convert.add_argument("-o", "--output", type=Path, required=True, metavar="OUT")
    convert.add_argument("--case-type", metavar="TYPE", help="OCEL: the type of object that is a case")
    convert.add_argument("--json", action="store_true")
    convert.set_defaults(run=_convert)


def _run(args: argparse.Namespace) -> int:
    from bihuan.bpmn.problems import ChartRefused
    from bihuan.bpmn.replay import LogError, read_log, replay

    try:
        chart = args.file.read_bytes()
        with args.log.open("rb") as stream:
            log = read_log(stream, args.case_type)
        answer = replay(chart, log)
    except OSError as error:
        return _say("replay", f"{error.filename}: {error.strerror or error}")
    except LogError as error:
        return _say("replay", f"{args.log}: {error}")
    except ChartRefused as error:
        return _say("replay", f"{args.file}: {error}")
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


def _convert(args: argparse.Namespace) -> int:
    from bihuan.bpmn.replay import LogError, read_log
    from bihuan.bpmn.replay.logs import write_csv, write_ocel, write_xes

    writers = {".csv": write_csv, ".xes": write_xes, ".json": write_ocel}
    name = args.output.with_suffix("") if args.output.suffix == ".gz" else args.output
    writer = writers.get(name.suffix)
    if writer is None:
        return _say("convert", f"{args.output}: one of {', '.join(writers)}, each also with .gz")
    try:
        with args.log.open("rb") as stream:
            log = read_log(stream, args.case_type)
        with _opened(args.output) as out:
            writer(log, out)
    except OSError as error:
        return _say("convert", f"{error.filename}: {error.strerror or error}")
    except LogError as error:
        return _say("convert", f"{args.log}: {error}")
    if args.json:
        said = {"log": str(args.log), "output": str(args.output), "cases": len(log.cases), "events": log.events}
        print(json.dumps({**said, "left_out": log.left_out}, ensure_ascii=False))
    return 0


def _opened(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "wb")) if path.suffix == ".gz" else path.open("wb")


def _say(action: str, what: object) -> int:
    print(f"bihuan chart {action}: {what}", file=sys.stderr)
    return 2
