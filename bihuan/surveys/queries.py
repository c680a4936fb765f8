"""Invitations and answers."""

from datetime import datetime

from bihuan.core.links import LinkNotValid
from bihuan.surveys.models import Invitation, Response
from bihuan.surveys.tokens import digest_of


def invitation(*, token: str, now: datetime) -> Invitation:
    """The unused, unexpired invitation behind a token. Reading it changes nothing."""
    found = (
        Invitation.objects.select_related("issue")
        .filter(digest=digest_of(token), expires_at__gt=now, used_at__isnull=True)
        .first()
    )
    if found is None:
        raise LinkNotValid
    return found


def open_invitation(*, issue_id: int, round: int, now: datetime) -> Invitation | None:
    """The round's invitation while it can still be answered; none of an issue that is handled in another one."""
    rows = Invitation.objects.filter(issue_id=issue_id, round=round, expires_at__gt=now, used_at__isnull=True)
    return rows.filter(issue__duplicate_of__isnull=True).first()


def responses(*, issue_id: int) -> list[Response]:
    """All answers of an issue with all their versions, oldest first. The caller has asked whether the issue may be
    seen."""
    return list(Response.objects.filter(issue_id=issue_id).select_related("recorded_by").order_by("at", "id"))


def latest_responses(*, issue_id: int) -> list[Response]:
    """The valid version of each round's answer, in the order of the rounds."""
    rows = Response.objects.filter(issue_id=issue_id).order_by("round", "-version").distinct("round")
    return list(rows)
