"""``bihuan chart list | run | draw``, and what its sisters add."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bihuan.cli import chart_decide, chart_exchange, chart_replay, chart_simulate, chart_verify

if TYPE_CHECKING:
    from bihuan.bpmn.values import JsonValue


class Unreadable(Exception):
    """What was given is not what the command reads; exit code 2."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the subcommands."""
    chart = subparsers.add_parser("chart", help="charts: list, run scenarios, draw, decide")
    actions = chart.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="the charts that ship")
    listing.set_defaults(run=_list)
    run = actions.add_parser("run", help="plays scenarios against their charts; 1: some did not pass")
    run.add_argument("files", nargs="+", type=Path, metavar="SCENARIO.json")
    run.set_defaults(run=_run)
    draw = actions.add_parser("draw", help="a chart as SVG")
    draw.add_argument("file", type=Path, metavar="FILE")
    draw.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.svg")
    draw.add_argument("--skin", choices=["bpmn", "gbt1526"], default="bpmn", help="gbt1526: flowchart symbols")
    draw.set_defaults(run=_draw)
    for each in (listing, run, draw):
        each.add_argument("--json", action="store_true")
    chart_decide.add_action(actions)
    chart_replay.add_action(actions)
    chart_verify.add_action(actions)
    chart_simulate.add_action(actions)
    chart_exchange.add_actions(actions)


def _list(args: argparse.Namespace) -> int:
    from bihuan.flows.shipped import shipped

    entries = [
        {
            "key": each.key,
            "name": {"zh": each.name, "en": each.name_en},
            "version": each.version,
            "path": str(each.path),
            "template": each.template,
        }
        for each in shipped()
    ]
    if args.json:
        print(json.dumps(entries, ensure_ascii=False))
    else:
        for entry in entries:
            print(f"{entry['key']:8} {entry['path']}")
    return 0


def _run(args: argparse.Namespace) -> int:
    try:
        answers = [_play(path) for path in args.files]
    except Unreadable as error:
        return _say("run", error)
    if args.json:
        print(json.dumps(answers, ensure_ascii=False))
    else:
        for answer in answers:
            print(f"{'pass' if answer['passed'] else 'FAIL'} {answer['id']} {answer['why'] or ''}")
    return 0 if all(answer["passed"] for answer in answers) else 1


def _play(path: Path) -> dict[str, object]:
    """One scenario's outcome.

    :raises Unreadable: it is no scenario, or its charts are not there
    """
    from bihuan.bpmn.scenarios import run_scenario

    scenario = _json_object(path)
    name = scenario.get("id", path.stem)
    try:
        outcome = run_scenario(scenario, _charts(path, scenario))
    except (TypeError, AttributeError, ValueError) as error:  # a step of another shape than the format's
        return {"id": name, "passed": False, "step": 0, "why": f"malformed: {error}"}
    return {"id": name, "passed": outcome.passed, "step": outcome.step, "why": outcome.why}


def _charts(path: Path, scenario: "Mapping[str, JsonValue]") -> list[bytes]:
    called = scenario.get("called", [])
    names = [scenario.get("bpmn"), *(called if isinstance(called, list) else [None])]
    if not all(isinstance(name, str) for name in names) or not isinstance(scenario.get("steps"), list):
        raise Unreadable(f"{path}: a scenario has the words bpmn, called and steps")
    return [_bytes(path.parent / str(name), path) for name in names]


def _json_object(path: Path) -> "dict[str, JsonValue]":
    try:
        found = json.loads(_bytes(path, path))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{path}: {error}") from None
    if not isinstance(found, dict):
        raise Unreadable(f"{path}: not a JSON object")
    return found


def _bytes(path: Path, asked: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Unreadable(f"{asked}: {path.name}: {why}") from None


def _draw(args: argparse.Namespace) -> int:
    from bihuan.bpmn.draw import draw_svg
    from bihuan.bpmn.problems import ChartRefused

    try:
        picture = draw_svg(_bytes(args.file, args.file), skin=args.skin)
        args.output.write_text(picture, encoding="utf-8")
    except Unreadable as error:
        return _say("draw", error)
    except (ChartRefused, ValueError) as error:
        return _say("draw", f"{args.file}: {error}")
    except OSError as error:
        return _say("draw", f"{args.output}: {error.strerror}")
    if args.json:
        print(json.dumps({"file": str(args.file), "output": str(args.output)}, ensure_ascii=False))
    return 0


def _say(action: str, what: object) -> int:
    print(f"bihuan chart {action}: {what}", file=sys.stderr)
    return 2
