"""Checks that need no database: Python, packages, built files, disk, ports, clock, mail."""

import os
import shutil
import smtplib
import socket
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bihuan.cli.doctor.finding import Finding, error, fine, warning
from bihuan.config.env import var_folder
from bihuan.config.supervisor import CannotStart, check_port, read_port
from bihuan.core.clock import system_now

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "bihuan"
_LEAST_MB, _FEW_MB = 200, 1000
_MAIL_SECONDS = 5


def findings() -> Iterator[Finding]:
    """All of them."""
    yield from python()
    yield from packages(ROOT / "requirements.lock")
    yield from built_files()
    yield from disk(var_folder())
    yield from ports()
    yield from clock()
    yield from outgoing_mail(os.environ.get("SMTP_URL", ""), var_folder())


def python() -> Iterator[Finding]:
    """In an environment of its own."""
    said = ".".join(map(str, sys.version_info[:3]))
    if sys.prefix == sys.base_prefix:
        yield warning("python", f"Python {said}, not in an environment of its own", "make setup, then .venv/bin/bihuan")
    else:
        yield fine("python", f"Python {said}")


def packages(lock: Path) -> Iterator[Finding]:
    """What is installed is what the lock names."""
    if not lock.exists():
        yield fine("packages", "installed as a package, without a lock file")
        return
    pins = dict(
        line.split("==", 1) for line in lock.read_text().splitlines() if "==" in line and not line.startswith("#")
    )
    other = [name for name, wanted in pins.items() if _installed(name) != wanted.split(" ;")[0].strip()]
    if other:
        some = ", ".join(f"{name} {_installed(name) or 'missing'} (not {pins[name]})" for name in other[:3])
        yield warning("packages", f"{len(other)} differ from requirements.lock: {some}", "make setup")
    else:
        yield fine("packages", f"{len(pins)} as in requirements.lock")


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def built_files() -> Iterator[Finding]:
    """Styles, scripts and English texts."""
    if (PACKAGE / "web" / "static" / "dist" / "manifest.json").exists():
        yield fine("front end", "built")
    else:
        yield error("front end", "styles and scripts are missing", "make setup")
    catalogs = list(PACKAGE.rglob("locale/*/LC_MESSAGES/django.po"))
    missing = [path for path in catalogs if not path.with_suffix(".mo").exists()]
    old = [
        path
        for path in catalogs
        if path not in missing and path.with_suffix(".mo").stat().st_mtime < path.stat().st_mtime
    ]
    if missing or old:
        yield warning("translations", f"{len(missing)} not compiled, {len(old)} older than their texts", "make setup")
    else:
        yield fine("translations", f"{len(catalogs)} catalogs")


def disk(folder: Path) -> Iterator[Finding]:
    """Room for data, and the right to write it."""
    place = next(each for each in (folder, *folder.parents) if each.exists())
    if not os.access(place, os.W_OK):
        yield error(
            "disk", f"{folder} cannot be written", f"give this user the right to write {place}, or set BIHUAN_VAR"
        )
        return
    free = shutil.disk_usage(place).free // 2**20
    if free < _LEAST_MB:
        yield error("disk", f"{free} MB free", "make room: PostgreSQL stops on a full disk")
    elif free < _FEW_MB:
        yield warning("disk", f"{free} MB free", "make room soon: PostgreSQL stops on a full disk")
    else:
        yield fine("disk", f"{free} MB free")


def ports() -> Iterator[Finding]:
    """Free, or used by ourselves."""
    for name, default in (("PORT", 8000), ("MAIL_PORT", 2525)):
        try:
            port = read_port(name, default)
            if _answers_as_bihuan(port, name):
                yield fine("port", f"{port} is used by bihuan itself")
                continue
            check_port(port, name)
            yield fine("port", f"{port} is free")
        except CannotStart as reason:
            yield error("port", str(reason), f"{name}=… make run")


def _answers_as_bihuan(port: int, name: str) -> bool:
    """Whether the program on that port is this product, as far as it says."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.settimeout(2)
            if name == "PORT":
                connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            said = b""
            while len(said) < 4096 and (part := connection.recv(1024)):
                said += part
                if name != "PORT":
                    break
            return b'"alive"' in said or b"Bihuan" in said
    except OSError:
        return False


def clock() -> Iterator[Finding]:
    """A date that can be true, and zones."""
    now = system_now()
    newest = max(path.stat().st_mtime for path in (PACKAGE / "__init__.py", ROOT))
    if now.timestamp() < newest - 86400:
        yield error(
            "clock", f"it says {now:%Y-%m-%d %H:%M} UTC, before this program was installed", "set the machine's clock"
        )
    else:
        yield fine("clock", f"{now:%Y-%m-%d %H:%M} UTC")
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        yield error("clock", "there is no table of time zones", "make setup (the package tzdata is missing)")


def outgoing_mail(url: str, var_dir: Path) -> Iterator[Finding]:
    """Where mail goes, and whether somebody takes it."""
    parts = urlsplit(url)
    if parts.scheme in {"", "file"}:
        folder = unquote(parts.path) or str(var_dir / "outbox")
        yield warning(
            "outgoing mail", f"is kept in {folder} and sent to nobody", "SMTP_URL=smtp://user:password@host:587"
        )
        return
    if parts.scheme not in {"smtp", "smtps", "smtp+tls", "smtp+starttls"} or not parts.hostname:
        yield error("outgoing mail", "SMTP_URL cannot be read", "SMTP_URL=smtp://user:password@host:587")
        return
    try:
        secure = parts.scheme == "smtps"
        server = smtplib.SMTP_SSL if secure else smtplib.SMTP
        with server(parts.hostname, parts.port or (465 if secure else 25), timeout=_MAIL_SECONDS) as connection:
            connection.ehlo()
        yield fine("outgoing mail", f"{parts.hostname} answers")
    except (OSError, smtplib.SMTPException) as reason:
        yield error("outgoing mail", f"{parts.hostname} does not answer: {reason}", "check host and port in SMTP_URL")
