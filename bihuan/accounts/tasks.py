"""What the worker does for accounts."""

from datetime import datetime, timedelta

from bihuan.accounts.operations import forget_sign_ins
from bihuan.accounts.policy import SIGN_IN_MONTHS
from bihuan.core.settings import value


def forget(now: datetime) -> int:
    """Removes notes of signing in whose time is over."""
    return forget_sign_ins(before=now - timedelta(days=30.5 * value(SIGN_IN_MONTHS)))
