"""A child that dies is started again, later and later; a child without its supervisor ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from bihuan.config.children import Child

ROOT = Path(__file__).resolve().parents[2]


def wait_for(what: Callable[[], bool], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


@pytest.fixture
def lifeline() -> Iterator[int]:
    reading, writing = os.pipe()
    yield reading
    os.close(reading)
    os.close(writing)


def child_running(program: str, lifeline: int) -> Child:
    return Child("test", [sys.executable, "-c", program], lifeline)


def test_a_dead_child_is_started_again(lifeline: int, capsys: pytest.CaptureFixture[str]) -> None:
    child = child_running("import time; time.sleep(60)", lifeline)
    child.look()
    assert child.process is not None
    first = child.process.pid
    child.process.kill()

    def restarted() -> bool:
        child.look()
        return child.process is not None and child.process.pid != first

    wait_for(restarted)
    assert "test ended by signal 9" in capsys.readouterr().err
    child.kill()
    assert child.ended()


def test_pauses_grow_while_it_keeps_dying(lifeline: int, monkeypatch: pytest.MonkeyPatch) -> None:
    present = [1000.0]
    monkeypatch.setattr("bihuan.config.children.time.monotonic", lambda: present[0])
    child = child_running("raise SystemExit(3)", lifeline)
    pauses = []
    for _ in range(10):
        child.look()
        assert child.process is not None
        child.process.wait()
        child.look()
        pauses.append(child.again_at - present[0])
        present[0] = child.again_at
    assert pauses[:4] == pytest.approx([0.4, 0.8, 1.6, 3.2])
    assert pauses[-1] == 30.0


def test_being_killed_does_not_make_pauses_grow(lifeline: int, monkeypatch: pytest.MonkeyPatch) -> None:
    present = [1000.0]
    monkeypatch.setattr("bihuan.config.children.time.monotonic", lambda: present[0])
    child = child_running("import time; time.sleep(60)", lifeline)
    child.failures = 1
    for _ in range(5):
        child.look()
        assert child.process is not None
        child.process.kill()
        child.process.wait()
        child.look()
        assert child.again_at - present[0] == pytest.approx(0.4)
        present[0] = child.again_at


def test_a_long_life_ends_the_growing(lifeline: int, monkeypatch: pytest.MonkeyPatch) -> None:
    present = [1000.0]
    monkeypatch.setattr("bihuan.config.children.time.monotonic", lambda: present[0])
    child = child_running("pass", lifeline)
    child.failures = 7
    child.look()
    assert child.process is not None
    child.process.wait()
    present[0] += 3600
    child.look()
    assert child.failures == 0
    assert child.again_at - present[0] == pytest.approx(0.2)


def test_what_a_dead_child_had_started_is_ended_too(lifeline: int, tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    inner = "import time; time.sleep(60)"
    program = (
        f"import pathlib, subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', {inner!r}]);"
        f"pathlib.Path({str(noted)!r}).write_text(str(p.pid)); time.sleep(60)"
    )
    child = child_running(program, lifeline)
    child.look()
    wait_for(lambda: noted.exists() and noted.read_text() != "")
    grandchild = psutil.Process(int(noted.read_text()))
    assert child.process is not None
    child.process.kill()
    child.process.wait()
    child.look()
    wait_for(lambda: not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE)


def test_children_end_when_their_supervisor_is_killed(tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    follower = (
        "import os, pathlib, time; from bihuan.config.children import follow_lifeline; follow_lifeline();"
        f"pathlib.Path({str(noted)!r}).write_text(str(os.getpid())); time.sleep(60)"
    )
    supervisor = (
        "import os, sys, time; from bihuan.config.children import Child; r, w = os.pipe();"
        f"Child('c', [sys.executable, '-c', {follower!r}], r).look(); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", supervisor], cwd=ROOT) as process:
        wait_for(lambda: noted.exists() and noted.read_text() != "")
        follower_process = psutil.Process(int(noted.read_text()))
        process.send_signal(signal.SIGKILL)
    wait_for(lambda: not follower_process.is_running() or follower_process.status() == psutil.STATUS_ZOMBIE)
