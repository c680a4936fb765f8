"""Secrets at rest: what must be read again (a provider's secret, the key of a second factor) is kept encrypted.

The key comes from the installation's signing key: a copy of the database alone opens nothing.
"""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


@lru_cache(maxsize=4)
def _cipher(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"bihuan.sealing:" + secret.encode()).digest()))


def seal(text: str) -> str:
    """The text encrypted, URL-safe; '' stays ''."""
    return _cipher(settings.SECRET_KEY).encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """The text; '' when it was sealed under another key or is none."""
    try:
        return _cipher(settings.SECRET_KEY).decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken:
        return ""
