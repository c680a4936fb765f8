"""``bihuan migrate`` and ``bihuan psql``."""

import argparse
import os
import shutil
import sys
from pathlib import Path


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the subcommands."""
    subparsers.add_parser("migrate", help="brings the tables up to date").set_defaults(run=_migrate)
    psql = subparsers.add_parser("psql", help="PostgreSQL's own shell on the data")
    psql.add_argument("arguments", nargs=argparse.REMAINDER, metavar="…", help="given to psql as they are")
    psql.set_defaults(run=_psql)


def _migrate(args: argparse.Namespace) -> int:
    from bihuan.cli.ground import on_database

    on_database()
    from bihuan.config.bootstrap import migrate

    migrate()
    return 0


def _psql(args: argparse.Namespace) -> int:
    import subprocess

    from bihuan.cli.ground import join_database
    from bihuan.config.pg_files import programs

    join_database()
    own = programs() / "psql"
    program = str(own) if own.exists() else shutil.which("psql")
    if program is None:
        print("bihuan psql: the program psql is not installed", file=sys.stderr)
        return 2
    environment = {**os.environ, "PSQL_HISTORY": str(Path.home() / ".psql_history")}
    arguments = args.arguments[1:] if args.arguments[:1] == ["--"] else args.arguments
    command = [program, *arguments, os.environ["DATABASE_URL"]]
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - the person's own words
