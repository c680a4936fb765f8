"""Invitations and answers."""

import hashlib
from datetime import datetime

from bihuan.core.links import LinkNotValid
from bihuan.surveys.models import Invitation, Response


def invitation(*, token: str, now: datetime) -> Invitation:
    """The unused, unexpired invitation behind a token. Reading it changes nothing."""
    found = (
        Invitation.objects.select_related("issue")
        .filter(digest=hashlib.sha256(token.encode()).hexdigest(), expires_at__gt=now, used_at__isnull=True)
        .first()
    )
    if found is None:
        raise LinkNotValid
    return found


def responses(*, issue_id: int) -> list[Response]:
    """All answers of an issue, oldest first. The caller has asked whether the issue may be seen."""
    return list(Response.objects.filter(issue_id=issue_id).order_by("at", "id"))
