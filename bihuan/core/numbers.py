"""Serial numbers 20261120-0042: one database sequence, a base for each day, no lock that intakes wait for."""

from datetime import date

from bihuan.core.rows import Prepared

_NEXT = Prepared(
    "WITH n AS (SELECT nextval('core_issue_number') AS value),"
    " given AS (INSERT INTO core_numberbase (key, base) SELECT %s, value - 1 FROM n"
    "  WHERE NOT EXISTS (SELECT 1 FROM core_numberbase WHERE key = %s)"
    "  ON CONFLICT (key) DO NOTHING RETURNING base)"
    " SELECT n.value, COALESCE((SELECT base FROM given), (SELECT base FROM core_numberbase WHERE key = %s))"
    " FROM n"
)
_BASE = Prepared("SELECT base FROM core_numberbase WHERE key = %s")


def next_number(*, day: date) -> str:
    """The next issue number of that day. Gaps are possible (a rolled-back intake), repeats are not."""
    key = f"issue-{day:%Y%m%d}"
    value, base = _NEXT.rows(key, key, key)[0]
    if base is None:  # another transaction is giving the day's first number: its row is visible once it committed
        base = _BASE.rows(key)[0][0]
    return f"{day:%Y%m%d}-{value - base:04d}"
