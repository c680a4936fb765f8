"""``bihuan chart verify``: does a chart always come to its end, and does it say what people need."""

import argparse
import json
import sys
from pathlib import Path


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers ``verify``."""
    verify = actions.add_parser("verify", help="proves that a chart cannot get stuck; 1: findings of level error")
    verify.add_argument("files", nargs="+", type=Path, metavar="FILE")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=_verify)


def _verify(args: argparse.Namespace) -> int:
    answers = [_answer(path) for path in args.files]
    if args.json:
        print(json.dumps(answers[0] if len(answers) == 1 else answers, ensure_ascii=False))
    else:
        for answer in answers:
            _print(answer)
    for answer in answers:
        if "refused" in answer:
            print(f"bihuan chart verify: {answer['file']}: {answer['refused']}", file=sys.stderr)
    if any("refused" in answer for answer in answers):
        return 2
    return 1 if any(_has_errors(answer) for answer in answers) else 0


def _answer(path: Path) -> dict[str, object]:
    from bihuan.bpmn.problems import ChartRefused
    from bihuan.bpmn.verify import verify

    try:
        source = path.read_bytes()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return {"file": str(path), "refused": why}
    try:
        return {"file": str(path), **verify(source).to_document()}
    except ChartRefused as refused:
        return {"file": str(path), "refused": str(refused)}


def _findings(answer: dict[str, object]) -> list[dict[str, object]]:
    found = answer.get("findings")
    return found if isinstance(found, list) else []


def _has_errors(answer: dict[str, object]) -> bool:
    return any(finding["severity"] == "error" for finding in _findings(answer))


def _print(answer: dict[str, object]) -> None:
    if "refused" in answer:
        return
    said = {True: "sound", False: "not sound", None: "not decided"}
    sound = answer["sound"]
    print(f"{answer['file']}: {said[sound if isinstance(sound, bool) else None]} ({answer['states']} states)")
    for finding in _findings(answer):
        message = finding["message"]
        print(f"  {finding['severity']} {finding['kind']}: {message['en'] if isinstance(message, dict) else message}")
        path = finding["path"]
        if isinstance(path, list) and path:
            print(f"    {' > '.join(map(str, path))}")
