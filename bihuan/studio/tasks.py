"""What the worker does for rehearsals: begins one in a process of its own, and listens to it."""

import json
import logging
import os
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from typing import Final, cast

from bihuan.studio import operations
from bihuan.studio.operations.rehearsals import Claimed

log = logging.getLogger(__name__)
_SAY_EVERY: Final = timedelta(seconds=5)
_PORTION: Final = 1 << 20


class _Process:
    """A run, and the process that carries it out."""

    def __init__(self, claimed: Claimed, now: datetime) -> None:
        self.claimed = claimed
        self._said, self._said_at = -1, now
        self._text = b""
        with tempfile.TemporaryFile() as job:
            job.write(json.dumps(claimed.job).encode())
            job.seek(0)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bihuan.studio.child"], stdin=job, stdout=subprocess.PIPE
            )
        assert self._process.stdout is not None
        self._output = self._process.stdout.fileno()
        os.set_blocking(self._output, False)

    def listen(self, now: datetime) -> bool:
        """Takes what it has said; True when the run is over, in whatever way."""
        ended = self._process.poll() is not None
        doing: dict[str, object] = {}
        for message in self._messages():
            if "progress" in message:
                doing = message
            elif "so_far" in message:
                self._show(message)
            else:
                self._finish(message, now)
                return True
        if ended:
            log.warning("rehearsal %s: the process ended with %s", self.claimed.rehearsal_id, self._process.returncode)
            operations.release_rehearsal(rehearsal_id=self.claimed.rehearsal_id, run=self.claimed.run)
            return True
        return not self._say(doing, now)

    def stop(self) -> None:
        """Ends the process and gives back what it holds."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _messages(self) -> list[dict[str, object]]:
        """Whole lines that have come."""
        while True:
            try:
                more = os.read(self._output, _PORTION)
            except BlockingIOError:
                break
            if not more:
                break
            self._text += more
        *lines, self._text = self._text.split(b"\n")
        return [cast("dict[str, object]", json.loads(line)) for line in lines if line]

    def _say(self, message: dict[str, object], now: datetime) -> bool:
        """Notes how far it is, now and then; False if nobody wants it any more."""
        progress = self._said if not message else int(float(str(message["progress"])) * 100)
        if progress == self._said and now - self._said_at < _SAY_EVERY:
            return True
        self._said, self._said_at = progress, now
        return operations.note_progress(
            rehearsal_id=self.claimed.rehearsal_id,
            run=self.claimed.run,
            progress=max(0, min(99, progress)),
            doing=str(message.get("doing", "")),
            now=now,
        )

    def _show(self, message: dict[str, object]) -> None:
        """What can be seen already."""
        results = message["so_far"]
        assert isinstance(results, dict)
        operations.note_results(rehearsal_id=self.claimed.rehearsal_id, run=self.claimed.run, results=results)

    def _finish(self, message: dict[str, object], now: datetime) -> None:
        results = message.get("results")
        operations.finish_rehearsal(
            rehearsal_id=self.claimed.rehearsal_id,
            run=self.claimed.run,
            results=results if isinstance(results, dict) else None,
            failure=str(message.get("failed", "")),
            now=now,
        )


_running: _Process | None = None


def carry_on_rehearsals(now: datetime) -> int:
    """Listens to the run in hand, or begins the next one; never waits for it. One at a time in each worker."""
    global _running  # the process outlives the tick that began it
    if _running is None:
        claimed = operations.claim_rehearsal(now=now)
        if claimed is None:
            return 0
        _running = _Process(claimed, now)
        return 0
    try:
        if not _running.listen(now):
            return 0
    except BaseException:
        _give_up()
        raise
    _give_up()
    return 1


def is_busy() -> bool:
    """Whether a run is in hand."""
    return _running is not None


def stop() -> None:
    """Ends the process of the run in hand; another worker takes the run over when its lease is over."""
    _give_up()


def _give_up() -> None:
    global _running  # see above
    if _running is not None:
        _running.stop()
        _running = None
