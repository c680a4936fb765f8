"""``bihuan bench [--only PREFIX]``: measurements, one JSON object a line."""

import argparse
import importlib
import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the subcommand."""
    bench = subparsers.add_parser("bench", help="measures this machine; see `make bench`")
    bench.add_argument(
        "--only", default="", metavar="PREFIX", help="measurements whose name begins so: engine, desk.list"
    )
    bench.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    if not (ROOT / "bench" / "__main__.py").exists():
        print("bihuan bench: the folder bench/ of the sources is not here; run it from a checkout", file=sys.stderr)
        return 2
    sys.path.insert(0, str(ROOT))
    return int(importlib.import_module("bench.__main__").main(args.only))
