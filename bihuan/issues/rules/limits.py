"""How long texts may be, and how priorities promise."""

from bihuan.issues.errors import TooLong

TITLE = 300
TEXT = 100_000
NAME = 200
LEVELS = ("low", "medium", "high")
PRIORITIES = ("P1", "P2", "P3", "P4")
PROMISES = {"P1": 8, "P2": 16, "P3": 24, "P4": 40}  # hours of working time until a result


def within(field: str, text: str, limit: int) -> str:
    """The text, or a refusal that says by how much it is too long. NUL, which no database keeps, goes."""
    if len(text) > limit:
        raise TooLong(params={"field": field, "limit": limit, "length": len(text)})
    return text.replace("\x00", "")
