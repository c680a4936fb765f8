"""``bihuan search check`` and ``bihuan search rebuild``."""

import argparse
import json
import sys

_PORTION = 200


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the subcommand."""
    search = subparsers.add_parser("search", help="the full text of issues")
    actions = search.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="whether every issue can be found")
    check.add_argument("--json", action="store_true")
    check.set_defaults(run=_check)
    rebuild = actions.add_parser(
        "rebuild", help="makes it again while everybody works; may be stopped and gone on with"
    )
    rebuild.add_argument("--after", type=int, default=0, metavar="ID", help="goes on behind this issue's id")
    rebuild.add_argument("--missing", action="store_true", help="only issues that cannot be found at all")
    rebuild.set_defaults(run=_rebuild)


def _ready() -> None:
    from bihuan.cli.ground import on_database

    on_database()
    from bihuan.config.bootstrap import setup_django

    setup_django()


def _check(args: argparse.Namespace) -> int:
    _ready()
    from bihuan.issues.queries import search_state

    state = search_state()
    if args.json:
        print(json.dumps({"issues": state.issues, "missing": state.missing}))
    else:
        print(f"{state.issues} issues, {state.missing} of them cannot be found")
    return 1 if state.missing else 0


def _rebuild(args: argparse.Namespace) -> int:
    _ready()
    from bihuan.issues.operations import rebuild_search
    from bihuan.issues.queries import search_state

    total, done, after = search_state().issues, 0, args.after
    while part := rebuild_search(after=after, limit=_PORTION, only_missing=args.missing):
        done, after = done + len(part), part[-1]
        print(f"\r{done} of {total}, up to id {after}", end="", file=sys.stderr, flush=True)
    print(f"\n{done} issues", file=sys.stderr)
    return 0
