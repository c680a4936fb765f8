"""``python -m bench [PREFIX]``: runs the measurements whose name begins so, and prints one JSON object a line.

A module of this folder offers ``MEASURES``: name → a function that yields lines made by `bench.report.line`.
A name stands for all names that begin with it: ``desk`` is run for ONLY=desk.list, and prints that line alone.
"""

import importlib
import json
import pkgutil
import sys
from collections.abc import Callable, Iterator, Mapping

import bench

Measure = Callable[[], Iterator[str]]


def measures() -> dict[str, Measure]:
    """All measurements by name."""
    found: dict[str, Measure] = {}
    for module in pkgutil.iter_modules(bench.__path__):
        if module.name != "__main__":
            offered: Mapping[str, Measure] = getattr(importlib.import_module(f"bench.{module.name}"), "MEASURES", {})
            found.update(offered)
    return dict(sorted(found.items()))


def main(only: str = "") -> int:
    """0; 2 when nothing has that name."""
    chosen = {name: run for name, run in measures().items() if name.startswith(only) or only.startswith(name)}
    if not chosen:
        print(f"bench: nothing is called {only}; there are: {', '.join(measures())}", file=sys.stderr)
        return 2
    for run in chosen.values():
        for line in run():
            if str(json.loads(line)["name"]).startswith(only):
                print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
