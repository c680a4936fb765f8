"""What a check says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """``level``: ok, warning (works, but look at it), error (does not work); ``mend`` says what to do."""

    check: str
    level: str
    what: str
    mend: str = ""


def fine(check: str, what: str) -> Finding:
    """Nothing to do."""
    return Finding(check, "ok", what)


def warning(check: str, what: str, mend: str) -> Finding:
    """It works, but not for ever or not fully."""
    return Finding(check, "warning", what, mend)


def error(check: str, what: str, mend: str) -> Finding:
    """It does not work."""
    return Finding(check, "error", what, mend)
