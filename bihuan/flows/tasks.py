"""What the worker does for charts."""

from datetime import datetime

from bihuan.flows import operations


def fire_timers(now: datetime) -> int:
    """One portion of due timers and alarms."""
    return operations.fire_due_timers(now=now, limit=100)
