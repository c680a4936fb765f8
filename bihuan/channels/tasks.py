"""What the worker does for channels."""

from datetime import datetime

from bihuan.channels import operations

_PORTION = 10  # few: they wait for the end of the lease when the worker is killed, and must all be sent within it


def deliver(now: datetime) -> int:
    """One portion of the outbox."""
    return operations.deliver_due(now=now, limit=_PORTION)
