"""``bihuan chart decide``: asks a decision table, or checks whether it is complete and free of contradiction."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bihuan.bpmn.decisions import TableReport


class _Unreadable(Exception):
    """What was given is not what the command reads; exit code 2."""


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers ``decide``."""
    decide = actions.add_parser("decide", help="asks a decision table, or checks it; 1: no answer, or errors found")
    decide.add_argument("file", type=Path, metavar="FILE.dmn")
    what = decide.add_mutually_exclusive_group(required=True)
    what.add_argument("--in", dest="values", metavar="JSON", help="the values by name")
    what.add_argument("--check", action="store_true", help="gaps, overlaps, masked rules of every table of the file")
    decide.add_argument("--decision", metavar="ID", help="which of several tables; by default the one no other asks")
    decide.add_argument("--json", action="store_true")
    decide.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from bihuan.bpmn.problems import ChartRefused

    try:
        source = args.file.read_bytes()
        return _check(args, source) if args.check else _decide(args, source)
    except ChartRefused as error:
        return _say(f"{args.file}: {error}")
    except OSError as error:
        return _say(f"{args.file}: {error.strerror or error}")
    except (_Unreadable, ValueError, RecursionError) as error:
        return _say(error)


def _decide(args: argparse.Namespace, source: bytes) -> int:
    from bihuan.bpmn.decisions import DecisionError, parse_decision

    table = parse_decision(source, args.decision)
    values = json.loads(args.values)
    if not isinstance(values, dict):
        raise _Unreadable("--in: give a JSON object, the values by name")
    try:
        print(json.dumps(table.evaluate(values), ensure_ascii=False))
    except DecisionError as refused:
        print(f"bihuan chart decide: {refused}", file=sys.stderr)
        return 1
    return 0


def _check(args: argparse.Namespace, source: bytes) -> int:
    from bihuan.bpmn.decisions import check, parse_decision, parse_decisions

    tables = parse_decisions(source)
    if args.decision is not None:
        tables = {args.decision: parse_decision(source, args.decision)}
    reports = [check(table) for table in tables.values()]
    if args.json:
        print(
            json.dumps({"file": str(args.file), "tables": [one.to_document() for one in reports]}, ensure_ascii=False)
        )
    else:
        for report in reports:
            _print(report)
    return 1 if any(one.severity == "error" for report in reports for one in report.findings) else 0


def _print(report: "TableReport") -> None:
    print(f"{report.key}: {len(report.findings)} findings{'' if report.decided else ' (not everything was decided)'}")
    for one in report.findings:
        print(f"  {one.severity} {one.kind}: {one.en}")
        if one.example is not None:
            print(f"    {json.dumps(one.example, ensure_ascii=False)}")


def _say(what: object) -> int:
    print(f"bihuan chart decide: {what}", file=sys.stderr)
    return 2
