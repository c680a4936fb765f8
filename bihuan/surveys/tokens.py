"""The secret in a rating link: made from the invitation and the installation's key, so that it is kept nowhere.

The mail that carries it is worded while it is sent; in the timeline there is no link that anybody in the house could
open and answer for the customer (correctness 109).
"""

import base64
import hashlib

from django.utils.crypto import salted_hmac

from bihuan.surveys.models import Invitation

_BYTES = 24


def token_of(invitation: Invitation) -> str:
    """The token of an invitation; another one each time that the invitation is made again."""
    value = f"{invitation.pk}:{invitation.round}:{invitation.created_at.timestamp()}"
    raw = salted_hmac("bihuan.survey", value, algorithm="sha256").digest()[:_BYTES]
    return base64.urlsafe_b64encode(raw).decode()


def digest_of(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
