"""Taking rows of an outbox for the length of a lease."""

from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import F, QuerySet

from bihuan.channels.models import Outgoing

Row = TypeVar("Row", bound=Outgoing)
LEASE = timedelta(minutes=10)
"""Longer than a portion of the worker's takes with a mail server that answers late; so long waits what a killed worker
had taken."""


def claim(queued: QuerySet[Row], *, now: datetime, limit: int) -> list[int]:
    """Takes due rows of an outbox; what another worker holds is passed over. Within a transaction."""
    due = queued.select_for_update(skip_locked=True).filter(status="queued", next_attempt_at__lte=now)
    taken = list(due.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:limit])
    queued.filter(pk__in=taken).update(next_attempt_at=now + LEASE, attempts=F("attempts") + 1)
    return taken
