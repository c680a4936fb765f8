"""Pages of attached PDF files as pictures, drawn when somebody first looks and kept beside the files."""

import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

from bihuan.issues import page_child
from bihuan.issues.storage import page_count_path, page_path, stored_path

PDF = "application/pdf"
MOST_PAGES = 50
"""Who wants to read more of it downloads the file."""
_LARGE = 1600
_SECONDS = 20.0
_one_at_a_time = threading.Semaphore(1)
log = logging.getLogger(__name__)


def page_count(stored_as: str) -> int:
    """How many pages of a stored PDF can be shown, 50 at most; 0 where it cannot be read (broken, with a password)."""
    kept = page_count_path(stored_as)
    if not kept.is_file():
        page_picture(stored_as, 1)
    try:
        return min(int(kept.read_text()), MOST_PAGES)
    except (OSError, ValueError):
        return 0


def page_picture(stored_as: str, number: int) -> Path | None:
    """A page, from 1, as a picture (WebP); None where there is none. One at a time in a process."""
    made = page_path(stored_as, number)
    if made.is_file():
        return made
    if not 1 <= number <= MOST_PAGES or (number > 1 and number > page_count(stored_as)):
        return None
    with _one_at_a_time:
        return made if made.is_file() or _draw(stored_as, number, made) else None


def _draw(stored_as: str, number: int, made: Path) -> bool:
    """By a process of its own (``page_child``). What it says cannot be read is not tried again."""
    kept = page_count_path(stored_as)
    if kept.is_file() and kept.read_text() == "0":
        return False
    made.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = made.with_name(f"{made.name}.{os.getpid()}.{threading.get_ident()}")
    words = [str(stored_path(stored_as)), str(draft), str(number), str(_LARGE)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the names are ours too
            [sys.executable, "-I", page_child.__file__, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            env={"LANG": "C.UTF-8"},
            check=False,
        )
        if done.returncode == 0:
            draft.replace(made)
            kept.write_text(str(int(done.stdout)))
            return True
        log.warning("a page of %s was not drawn: ended with %s", stored_as, done.returncode)
        if done.returncode == page_child.UNREADABLE or done.returncode < 0:  # it took too much, or broke the library
            kept.write_text("0")
    except (subprocess.TimeoutExpired, OSError, ValueError) as error:
        log.warning("a page of %s was not drawn: %s", stored_as, type(error).__name__)
    finally:
        draft.unlink(missing_ok=True)
    return False
