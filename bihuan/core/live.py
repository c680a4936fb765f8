"""Live updates: a transaction tells the open pages which topics changed, at its commit and never before."""

import json
from collections.abc import Iterable

from bihuan.core.rows import write

CHANNEL = "bihuan_live"
_LIMIT = 60


def announce(topics: Iterable[str]) -> None:
    """Sends topic names (``issue:12``, ``queues``, ``user:3``) to all listening web processes after commit."""
    names = sorted(set(topics))[:_LIMIT]
    if names:
        write("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(names)])
