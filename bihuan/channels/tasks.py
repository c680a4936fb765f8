"""What the worker does for channels."""

from datetime import datetime

from bihuan.channels import operations


def deliver(now: datetime) -> int:
    """One portion of the outbox."""
    return operations.deliver_due(now=now, limit=50)
