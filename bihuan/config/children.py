"""Processes that a supervisor keeps alive, and how they notice that the supervisor itself is gone."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

LIFELINE = "BIHUAN_LIFELINE"
_STABLE = 30.0
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 30.0


@dataclass(slots=True)
class Child:
    """A process that has to live. ``failures`` counts early deaths in a row and sets the pause before the next try;
    SIGKILL comes from outside (memory, an operator) and says nothing against the process: it does not count."""

    name: str
    command: list[str]
    lifeline: int
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started: float = 0.0
    again_at: float = field(default=0.0)

    def start(self) -> None:
        """Starts it in a session of its own, so that Ctrl-C reaches it only through the supervisor."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            start_new_session=True,
            pass_fds=(self.lifeline,),
            stdin=subprocess.DEVNULL,
            env={**os.environ, LIFELINE: str(self.lifeline)},
        )

    def look(self) -> None:
        """Starts it again when it is dead: soon the first time, later and later when it keeps ending early by itself."""
        present = time.monotonic()
        if self.process is None:
            if present >= self.again_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.kill()  # what it started itself must not keep its port
        if present - self.started >= _STABLE:
            self.failures = 0
        elif code != -signal.SIGKILL:
            self.failures += 1
        pause = min(_FIRST_PAUSE * 2**self.failures, _LONGEST_PAUSE)
        how = f"by signal {-code}" if code < 0 else f"with code {code}"
        print(f"bihuan: {self.name} ended {how}, again in {pause:.1f} s", file=sys.stderr, flush=True)
        self.process, self.again_at = None, present + pause

    def ask_to_stop(self) -> None:
        """SIGTERM, if it lives."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def ended(self) -> bool:
        """Whether nothing of it is left to wait for."""
        return self.process is None or self.process.poll() is not None

    def kill(self) -> None:
        """SIGKILL for it and everything that it started."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def follow_lifeline() -> None:
    """In a child: ends this process as SIGTERM would when its supervisor goes away, however that happens.

    The supervisor holds the other end of a pipe, which the system closes when it dies. No lifeline: nothing to follow.
    """
    given = os.environ.pop(LIFELINE, None)
    if given is None:
        return
    descriptor = int(given)

    def wait() -> None:
        with suppress(OSError):
            os.set_inheritable(descriptor, False)
            os.read(descriptor, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()
