"""What the worker does for channels."""

from datetime import datetime

from bihuan.channels import operations
from bihuan.channels.operations.staff_mail import gather_notices, send_staff_mail

_FEW = 10  # few: they wait for the end of the lease when the worker is killed, and must all be sent within it


def deliver(now: datetime) -> int:
    """One portion of the outbox."""
    return operations.deliver_due(now=now, limit=_FEW)


def tell_staff(now: datetime) -> int:
    """Notices become mails."""
    return gather_notices(now=now)


def deliver_to_staff(now: datetime) -> int:
    """One portion of the mails to the staff."""
    return send_staff_mail(now=now, limit=_FEW)
