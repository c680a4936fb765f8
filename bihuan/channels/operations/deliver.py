"""Sending what waits in the outbox: at least once, always under the same Message-ID.

Claim, send, note are three steps with no transaction around the network. A worker that dies in between leaves the
row queued with a moved ``next_attempt_at``: after the lease another one sends it again under the same Message-ID,
by which the recipient's side (and the file outbox, where it is the file's name) knows it.
"""

import logging
import os
from datetime import timedelta

logger = logging.getLogger("bihuan.channels")
LEASE = timedelta(minutes=10)


def outbound_off() -> bool:
    """The kill switch (correctness 151): with ``OUTBOUND_OFF`` set everything stays in the outbox."""
    return os.environ.get("OUTBOUND_OFF", "").lower() in ("1", "true", "yes", "on")
