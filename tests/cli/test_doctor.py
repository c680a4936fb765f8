"""Each fault that the doctor knows is made on purpose, and found with a way to mend it."""

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from bihuan.cli.doctor import data, machine
from bihuan.cli.doctor.finding import Finding
from bihuan.cli.main import main
from bihuan.core.heartbeat import beat

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


def only(findings: Iterator[Finding]) -> Finding:
    (finding,) = findings
    assert (finding.level == "ok") == (finding.mend == "")
    return finding


def test_packages_as_locked(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("# a comment\npytest==0.0.1\nno-such-package==1.0\n")
    finding = only(machine.packages(lock))
    assert finding.level == "warning"
    assert "2 differ" in finding.what
    assert "no-such-package missing (not 1.0)" in finding.what
    assert only(machine.packages(machine.ROOT / "requirements.lock")).level == "ok"
    assert only(machine.packages(tmp_path / "none")).level == "ok"


def test_a_front_end_that_is_not_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "PACKAGE", tmp_path)
    texts = tmp_path / "app" / "locale" / "en" / "LC_MESSAGES" / "django.po"
    texts.parent.mkdir(parents=True)
    texts.write_text("")
    built, translated = machine.built_files()
    assert (built.level, translated.level) == ("error", "warning")
    assert {built.mend, translated.mend} == {"make setup"}


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, level in ((10, "error"), (500, "warning"), (5000, "ok")):
        usage = type("Usage", (), {"free": free * 2**20})
        monkeypatch.setattr("shutil.disk_usage", lambda place, usage=usage: usage)
        assert only(machine.disk(tmp_path / "not" / "yet" / "there")).level == level


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda place, mode: False)
    assert only(machine.disk(tmp_path)).level == "error"


def test_a_port_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken, socket.socket() as free:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        monkeypatch.setenv("MAIL_PORT", str(port))
        first, second = machine.ports()
    assert (first.level, second.level) == ("error", "ok")
    assert "in use" in first.what


def test_a_clock_before_the_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "system_now", lambda: datetime(2001, 1, 1, tzinfo=UTC))
    assert next(machine.clock()).level == "error"


class Accepting:
    """A mail server that takes everything."""


def test_outgoing_mail(tmp_path: Path) -> None:
    assert only(machine.outgoing_mail("", tmp_path)).level == "warning"
    assert only(machine.outgoing_mail(f"file://{tmp_path}", tmp_path)).level == "warning"
    assert only(machine.outgoing_mail("gopher://x", tmp_path)).level == "error"
    assert only(machine.outgoing_mail("smtp://127.0.0.1:1", tmp_path)).level == "error"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(Accepting(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        assert only(machine.outgoing_mail(f"smtp://127.0.0.1:{port}", tmp_path)).level == "ok"
    finally:
        server.stop()


@pytest.mark.django_db
def test_a_worker_that_does_not_live() -> None:
    assert "never" in data.worker(NOW).what
    beat(name="worker", now=NOW)
    assert data.worker(NOW + timedelta(seconds=5)).level == "ok"
    late = data.worker(NOW + timedelta(hours=3))
    assert late.level == "warning"
    assert "2026-11-20 02:00" in late.what


@pytest.mark.django_db
def test_nobody_can_sign_in() -> None:
    assert data.people().level == "warning"


@pytest.mark.django_db
def test_a_year_that_is_not_loaded() -> None:
    missing = [finding for finding in data.calendars(datetime(2031, 5, 1, tzinfo=UTC)) if finding.level == "warning"]
    assert missing and all(finding.what[0].isupper() or finding.what[0].isdigit() for finding in missing)
    assert not any("Finding(" in finding.what for finding in missing), "words, not a repr"


@pytest.mark.django_db
def test_a_database_that_a_power_cut_would_destroy_is_named() -> None:
    """The database of the tests itself runs without fsync."""
    levels = {finding.what: finding.level for finding in data.server()}
    assert any(level == "error" and "fsync" in what for what, level in levels.items())


def test_an_unreachable_database_ends_the_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/none?connect_timeout=2")
    finding = only(data.findings())
    assert finding.check == "database"
    assert finding.level == "error"


@pytest.mark.django_db
def test_the_whole_as_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BIHUAN_VAR", str(tmp_path))
    code = main(["doctor", "--json"])
    findings = json.loads(capsys.readouterr().out)
    assert {"check", "level", "what", "mend"} == set(findings[0])
    checks = {finding["check"] for finding in findings}
    assert {
        "python",
        "packages",
        "front end",
        "translations",
        "disk",
        "port",
        "clock",
        "outgoing mail",
        "database",
        "tables",
        "worker",
        "queue",
        "calendar",
        "people",
    } <= checks
    assert code == 1, "the tests' database runs without fsync, which is an error"


@pytest.mark.django_db
def test_the_whole_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor"])
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("✓ python") for line in lines)
    assert any(line.startswith("    → ") for line in lines)
