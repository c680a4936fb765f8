"""What the worker does for the core."""

from datetime import datetime

from bihuan.core.audit import seal_audit


def seal(now: datetime) -> int:
    """Seals new audit rows into the chain."""
    return seal_audit(now=now)
