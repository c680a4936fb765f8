"""The system clock. Only entry points (pages, endpoints, commands, worker ticks) call it."""

from datetime import UTC, datetime


def system_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)
