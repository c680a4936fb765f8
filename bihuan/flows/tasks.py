"""What the worker does for charts."""

from datetime import datetime

from bihuan.flows import operations


def fire_timers(now: datetime) -> int:
    """One portion of due timers and alarms."""
    return operations.fire_due_timers(now=now, limit=100)


def move_instances(now: datetime) -> int:
    """One portion of running migrations."""
    return operations.carry_on_migrations(now=now)


def deliver_thrown(now: datetime) -> int:
    """One portion of what charts threw for other charts."""
    return operations.deliver_thrown(now=now)
