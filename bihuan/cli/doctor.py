"""``bihuan doctor``: what is wrong with this installation, and how to mend it."""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Finding:
    """``level``: ok, warning, error; ``mend`` says what to do."""

    check: str
    level: str
    what: str
    mend: str = ""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the subcommand."""
    doctor = subparsers.add_parser("doctor", help="says what is wrong with a set-up and how to mend it")
    doctor.add_argument("--json", action="store_true")
    doctor.set_defaults(run=_run)


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    fine = sys.version_info >= (3, 11)
    yield Finding(
        "python", "ok" if fine else "error", f"Python {version}", "" if fine else "install Python 3.11 or newer"
    )


def _build() -> Iterator[Finding]:
    manifest = ROOT / "bihuan" / "web" / "static" / "dist" / "manifest.json"
    yield (
        Finding("front end", "ok", "built")
        if manifest.exists()
        else Finding("front end", "error", "styles and scripts are missing", "make setup")
    )
    catalogs = list((ROOT / "bihuan").rglob("locale/*/LC_MESSAGES/django.po"))
    missing = [path for path in catalogs if not path.with_suffix(".mo").exists()]
    yield (
        Finding("translations", "warning", f"{len(missing)} not compiled", "make setup")
        if missing
        else Finding("translations", "ok", f"{len(catalogs)} catalogs")
    )


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(Path(os.environ.get("BIHUAN_VAR", "var")).resolve().parent).free // 2**20
    level = "error" if free < 200 else "warning" if free < 1000 else "ok"
    yield Finding(
        "disk", level, f"{free} MB free", "" if level == "ok" else "make room; PostgreSQL stops on a full disk"
    )


def _database() -> Iterator[Finding]:
    from bihuan.cli.ground import on_database

    try:
        on_database()
        from django.db import connection
        from django.db.migrations.executor import MigrationExecutor

        connection.ensure_connection()
        number = connection.cursor().connection.info.server_version
        fine = number >= 150000
        yield Finding(
            "database",
            "ok" if fine else "error",
            f"PostgreSQL {number // 10000}",
            "" if fine else "PostgreSQL 15 or newer is needed",
        )
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        yield (
            Finding("tables", "error", f"{len(waiting)} migrations wait", "bihuan prepare")
            if waiting
            else Finding("tables", "ok", "up to date")
        )
    except Exception as error:  # whatever it is, it is the finding
        yield Finding(
            "database", "error", f"not reachable: {error}", "check DATABASE_URL, or the folder var/pg and its log"
        )
        return
    yield from _installation()


def _installation() -> Iterator[Finding]:
    from bihuan.accounts.models import User
    from bihuan.calendars.queries import coverage_findings
    from bihuan.channels.queries import oldest_queued
    from bihuan.core.clock import system_now
    from bihuan.core.models import Heartbeat

    now = system_now()
    beat = Heartbeat.objects.filter(name="worker").first()
    alive = beat is not None and now - beat.at < timedelta(seconds=30)
    yield Finding(
        "worker",
        "ok" if alive else "warning",
        "alive" if alive else "no sign of life",
        "" if alive else "start it: make run",
    )
    oldest = oldest_queued()
    age = (now - oldest).total_seconds() if oldest else 0
    late = age > 600
    yield Finding(
        "outgoing mail",
        "warning" if late else "ok",
        f"oldest waits {age:.0f} s",
        "check SMTP_URL and the log of the worker" if late else "",
    )
    for finding in coverage_findings(now):
        yield Finding("calendar", "warning", str(finding), "import the year's holidays")
    if not User.objects.exists():
        yield Finding("people", "warning", "nobody can sign in", "bihuan demo, or make run")


def _run(args: argparse.Namespace) -> int:
    checks: tuple[Callable[[], Iterator[Finding]], ...] = (_python, _build, _disk, _database)
    findings = [finding for check in checks for finding in check()]
    if args.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        signs = {"ok": "✓", "warning": "!", "error": "✗"}
        for finding in findings:
            mend = f"  → {finding.mend}" if finding.mend else ""
            print(f"{signs[finding.level]} {finding.check}: {finding.what}{mend}")
    return 1 if any(finding.level == "error" for finding in findings) else 0
