"""``bihuan chart list | run | draw | decide``."""

import argparse
import json
import sys
from pathlib import Path


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the subcommands."""
    chart = subparsers.add_parser("chart", help="charts: list, run scenarios, draw, decide")
    actions = chart.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="the charts that ship")
    listing.set_defaults(run=_list)
    run = actions.add_parser("run", help="plays scenarios against their charts")
    run.add_argument("files", nargs="+", type=Path, metavar="SCENARIO.json")
    run.set_defaults(run=_run)
    draw = actions.add_parser("draw", help="a chart as SVG")
    draw.add_argument("file", type=Path, metavar="FILE")
    draw.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.svg")
    draw.set_defaults(run=_draw)
    decide = actions.add_parser("decide", help="asks a decision table")
    decide.add_argument("file", type=Path, metavar="FILE.dmn")
    decide.add_argument("--in", dest="values", required=True, metavar="JSON")
    decide.set_defaults(run=_decide)
    for each in (listing, run, draw, decide):
        each.add_argument("--json", action="store_true")


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
    from bihuan.bpmn.problems import ChartRefused
    from bihuan.bpmn.scenarios import run_scenario

    answers = []
    for path in args.files:
        try:
            scenario = json.loads(path.read_text(encoding="utf-8"))
            names = [scenario["bpmn"], *scenario.get("called", [])]
            sources = [(path.parent / name).read_bytes() for name in names]
        except (OSError, ValueError, KeyError) as error:
            print(f"bihuan chart run: {path}: {error}", file=sys.stderr)
            return 2
        try:
            outcome = run_scenario(scenario, sources)
            answers.append(
                {
                    "id": scenario.get("id", path.stem),
                    "passed": outcome.passed,
                    "step": outcome.step,
                    "why": outcome.why,
                }
            )
        except ChartRefused as refused:
            answers.append({"id": scenario.get("id", path.stem), "passed": False, "step": -1, "why": str(refused)})
    if args.json:
        print(json.dumps(answers, ensure_ascii=False))
    else:
        for answer in answers:
            print(f"{'pass' if answer['passed'] else 'FAIL'} {answer['id']} {answer['why'] or ''}")
    return 0 if all(answer["passed"] for answer in answers) else 1


def _draw(args: argparse.Namespace) -> int:
    from bihuan.bpmn.draw import draw_svg

    try:
        source = args.file.read_bytes()
        picture = draw_svg(source)
    except (OSError, ValueError) as error:
        print(f"bihuan chart draw: {args.file}: {error}", file=sys.stderr)
        return 2
    args.output.write_text(picture, encoding="utf-8")
    if args.json:
        print(json.dumps({"file": str(args.file), "output": str(args.output)}))
    return 0


def _decide(args: argparse.Namespace) -> int:
    from bihuan.bpmn.decisions import DecisionError, parse_decision

    try:
        table = parse_decision(args.file.read_bytes())
        values = json.loads(args.values)
    except (OSError, ValueError, DecisionError) as error:
        print(f"bihuan chart decide: {error}", file=sys.stderr)
        return 2
    try:
        print(json.dumps(table.evaluate(values), ensure_ascii=False))
    except DecisionError as refused:
        print(f"bihuan chart decide: {refused}", file=sys.stderr)
        return 1
    return 0
