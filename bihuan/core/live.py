"""Live updates: a transaction tells the open pages which topics changed, at its commit and never before."""

import json
from collections.abc import Iterable

from bihuan.core.rows import Prepared, write

CHANNEL = "bihuan_live"
_LIMIT = 60
_NOTIFY = Prepared("SELECT pg_notify(%s, %s)")


def announce(topics: Iterable[str]) -> None:
    """Sends topic names (``issue:12``, ``queues``, ``user:3``) to all listening web processes after commit."""
    names = sorted(set(topics))[:_LIMIT]
    if names:
        write(_NOTIFY, [CHANNEL, json.dumps(names)])
