"""What of a person stands in messages on their way in and out."""

from collections.abc import Mapping
from datetime import datetime

from bihuan.channels.models import Delivery, InboundMessage


class MessagesHold:
    """Raw mails and recipients' addresses."""

    key = "messages"

    def tell(self, contact_id: int) -> list[dict[str, object]]:
        """When which mail came; its text stands in the issue."""
        rows = InboundMessage.objects.filter(issue__contact_id=contact_id).order_by("received_at")
        return [{"channel": row.channel, "received_at": row.received_at} for row in rows.defer("raw", "summary")]

    def obstacles(self, contact_id: int) -> list[str]:
        """None of its own: what waits to be sent belongs to an open issue."""
        return []

    def erase(self, contact_id: int, now: datetime) -> Mapping[str, int]:
        """Bytes, subjects and addresses go; that a message came or went stays, so that none is taken in twice."""
        came = InboundMessage.objects.filter(issue__contact_id=contact_id).update(raw=None, summary={}, error="")
        went = Delivery.objects.filter(issue__contact_id=contact_id)
        went.filter(status__in=("queued", "manual")).update(status="dropped", reason="erased", next_attempt_at=None)
        return {"inbound": came, "deliveries": went.update(recipient="", subject="", error="")}
