"""``bihuan run`` and ``bihuan prepare``."""

import argparse


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the subcommands."""
    run = subparsers.add_parser("run", help="the whole product under one supervisor")
    run.add_argument("--no-demo", action="store_true", help="do not make the demo company on an empty database")
    run.set_defaults(run=_run)
    prepare = subparsers.add_parser("prepare", help="tables, calendars and charts of this installation")
    prepare.add_argument("--demo", action="store_true", help="also the demo company when nobody is there yet")
    prepare.set_defaults(run=_prepare)


def _run(args: argparse.Namespace) -> int:
    from bihuan.config.supervisor import run_supervisor

    return run_supervisor(demo=not args.no_demo)


def _prepare(args: argparse.Namespace) -> int:
    from bihuan.cli.ground import on_database

    var_dir = on_database()
    from bihuan.config import bootstrap

    bootstrap.prepare(var_dir, demo=args.demo)
    return 0
