"""What an error of the database means."""

from django.db import InterfaceError, OperationalError

_AWAY = ("08", "57P", "53300")
"""SQLSTATE: the connection's own class, shutting down and starting, no place for one more connection."""


def is_away(error: BaseException | None) -> bool:
    """Whether the database cannot be reached at present, so that the same request may succeed later.

    A deadlock, a statement that took too long and the like are answers of a database that is there.
    """
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or str(state).startswith(_AWAY)
