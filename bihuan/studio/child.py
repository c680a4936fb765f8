"""The process that simulates: one job as JSON on its input, messages as lines of JSON on its output.

Without Django and without a database. It ends with the worker that began it: nobody reads its output then.
"""

import json
import os
import sys
from contextlib import suppress
from typing import Final

from bihuan.studio.rehearsing.job import carried_out

_POLITE: Final = 10
"""How much the rest of the machine comes first."""


def main() -> int:
    """Carries the job out."""
    with suppress(OSError):
        os.nice(_POLITE)
    job = json.load(sys.stdin)
    try:
        for message in carried_out(job):
            sys.stdout.write(json.dumps(message) + "\n")
            sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
