"""What an installation needs once: tables, calendars, charts, and on an empty database the demo company."""

import os
import sys
import time
from pathlib import Path

from bihuan.config.env import made_once

DEMO_ISSUES = 300
PASSWORD_FILE = "demo.password"  # noqa: S105 - the name of a file


def setup_django() -> None:
    """Django with the product's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
    import django

    django.setup()


def migrate() -> None:
    """Brings the tables up to date."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def demo_password(var_dir: Path) -> str:
    """The password of the demo accounts."""
    return made_once(var_dir / PASSWORD_FILE, 9)


def do_not_wait_for_disk() -> None:
    """Invented history need not be safe on disk at each step."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")


_SURE_FROM = 0.02  # share from which on the remaining time is worth saying


def _remaining(share: float, seconds: float) -> str:
    if not _SURE_FROM <= share < 1:
        return ""
    left = round(seconds * (1 - share) / share)
    return f", {left // 60}:{left % 60:02d} left"


class Progress:
    """Says how far the demo company is and how long it still takes: a bar on a terminal, elsewhere a line every ten per
    cent."""

    def __init__(self) -> None:
        self._said = -1
        self._begin = time.monotonic()
        self._terminal = sys.stderr.isatty()

    def __call__(self, share: float) -> None:
        """``share`` is what is done, 0 to 1."""
        percent = int(min(share, 1.0) * 100)
        step = percent if self._terminal else percent // 10
        if step == self._said:
            return
        self._said = step
        left = _remaining(share, time.monotonic() - self._begin)
        if self._terminal:
            done = percent * 30 // 100
            sys.stderr.write(f"\r  demo company [{'█' * done}{'·' * (30 - done)}] {percent:3d} %{left:<16}")
        else:
            sys.stderr.write(f"  demo company {percent} %{left}\n")
        sys.stderr.flush()

    def end(self) -> None:
        """Leaves the bar's line."""
        if self._terminal:
            sys.stderr.write("\n")


def prepare(var_dir: Path, *, demo: bool) -> None:
    """Migrations, bundled calendars, shipped charts; the demo company when nobody is there yet."""
    from bihuan.accounts.models import User
    from bihuan.accounts.operations import ensure_roles
    from bihuan.calendars.operations import load_bundled_years
    from bihuan.core.actor import SYSTEM
    from bihuan.core.clock import system_now
    from bihuan.flows import gallery
    from bihuan.flows.operations import publish_package
    from bihuan.flows.registry import relied_on

    migrate()
    (var_dir / "static").mkdir(parents=True, exist_ok=True)
    now = system_now()
    load_bundled_years(now=now)
    if demo and not User.objects.exists():
        from bihuan.demo.build import build_demo

        do_not_wait_for_disk()
        size = int(os.environ.get("DEMO_ISSUES", str(DEMO_ISSUES)))
        progress = Progress()
        build_demo(size=size, seed=1, password=demo_password(var_dir), now=now, progress=progress)
        progress.end()
        return
    ensure_roles(actor=SYSTEM, now=now)
    for key in sorted(relied_on()):
        publish_package(package=gallery.package(key), actor=SYSTEM, now=now)
