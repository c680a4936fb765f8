"""Signed links for people without an account: scoped, expiring, useless for anything else (correctness 130)."""

from datetime import datetime, timedelta

from django.core import signing
from django.utils.translation import gettext_noop

from bihuan.core.errors import Refused


class LinkNotValid(Refused):
    code = "link_not_valid"
    text = gettext_noop("链接已失效或不完整，请从最近一封邮件重新打开，或联系我们。")
    status = 404


def sign_link(*, purpose: str, subject: int, now: datetime, days: int = 180) -> str:
    """A URL-safe token that speaks of one thing for one purpose until ``now + days``."""
    expires = int((now + timedelta(days=days)).timestamp())
    return signing.dumps([subject, expires], salt=f"bihuan.link.{purpose}", compress=False)


def read_link(*, purpose: str, token: str, now: datetime) -> int:
    """The subject's id; refuses a forged, foreign or expired token."""
    try:
        subject, expires = signing.loads(token, salt=f"bihuan.link.{purpose}")
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise LinkNotValid from error
    if now.timestamp() > expires:
        raise LinkNotValid
    return int(subject)
