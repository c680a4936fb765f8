"""The ``bihuan`` command. Subcommands load what they need and nothing more."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Protocol, cast

_MODULES = (
    "run",
    "serving",
    "maintenance",
    "demo",
    "token",
    "doctor",
    "audit",
    "search",
    "chart",
    "worktime",
    "mail",
    "bench",
)

_SAID = frozenset({"DatabaseUnavailable", "ImproperlyConfigured"})


class Command(Protocol):
    """What a module of subcommands offers."""

    def add_parser(self, subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None: ...


def parser() -> argparse.ArgumentParser:
    """All subcommands."""
    made = argparse.ArgumentParser(prog="bihuan", description="闭环 Bihuan: customer issues on the company's own chart")
    subparsers = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in _MODULES:
        cast(Command, importlib.import_module(f"bihuan.cli.{name}")).add_parser(subparsers)
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 0 fine, 1 findings or refusal, 2 could not be read or done."""
    args = parser().parse_args(arguments)
    try:
        answer = int(args.run(args))
        sys.stdout.flush()
        return answer
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if (
            type(error).__name__ in _SAID
        ):  # compared by name: their modules are not loaded for commands without a database
            print(f"bihuan {args.command}: {error}", file=sys.stderr)
            return 2
        raise


if __name__ == "__main__":
    sys.exit(main())
