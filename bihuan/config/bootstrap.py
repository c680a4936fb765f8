"""What an installation needs once: tables, calendars, charts, and on an empty database the demo company."""

import os
import sys
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


class Progress:
    """Says how far the demo company is: a bar on a terminal, elsewhere a line every ten per cent."""

    def __init__(self) -> None:
        self._said = -1
        self._terminal = sys.stderr.isatty()

    def __call__(self, share: float) -> None:
        """``share`` is what is done, 0 to 1."""
        percent = int(min(share, 1.0) * 100)
        step = percent if self._terminal else percent // 10
        if step == self._said:
            return
        self._said = step
        if self._terminal:
            done = percent * 30 // 100
            sys.stderr.write(f"\r  demo company [{'█' * done}{'·' * (30 - done)}] {percent:3d} %")
        else:
            sys.stderr.write(f"  demo company {percent} %\n")
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
        from django.db import connection

        from bihuan.demo.build import build_demo

        with connection.cursor() as cursor:  # invented history need not wait for the disk at each step
            cursor.execute("SET synchronous_commit TO off")
        size = int(os.environ.get("DEMO_ISSUES", str(DEMO_ISSUES)))
        progress = Progress()
        build_demo(size=size, seed=1, password=demo_password(var_dir), now=now, progress=progress)
        progress.end()
        return
    ensure_roles(actor=SYSTEM, now=now)
    for key in sorted(relied_on()):
        publish_package(package=gallery.package(key), actor=SYSTEM, now=now)
