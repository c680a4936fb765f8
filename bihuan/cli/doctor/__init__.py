"""``bihuan doctor``: what is wrong with this installation, and how to mend it."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict

from bihuan.cli.doctor.finding import Finding

_SIGNS = {"ok": "✓", "warning": "!", "error": "✗"}


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the subcommand."""
    doctor = subparsers.add_parser("doctor", help="says what is wrong with a set-up and how to mend it")
    doctor.add_argument("--json", action="store_true")
    doctor.set_defaults(run=_run)


def findings() -> Iterator[Finding]:
    """All checks in the order in which their faults cause each other."""
    from bihuan.cli.doctor import data, machine

    yield from machine.findings()
    yield from data.findings()


def _run(args: argparse.Namespace) -> int:
    found = list(findings())
    if args.json:
        print(json.dumps([asdict(finding) for finding in found], ensure_ascii=False))
    else:
        for finding in found:
            mend = f"\n    → {finding.mend}" if finding.mend else ""
            print(f"{_SIGNS[finding.level]} {finding.check}: {finding.what}{mend}")
    return 1 if any(finding.level == "error" for finding in found) else 0
