"""Counters: how many rows lists hold, up to a bound, in one statement."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

MOST_COUNTED = 999
"""Up to here counters are exact; one more stands for any larger number."""


def counted(lists: Iterable[QuerySet[Any, Any]], most: int | None = None) -> list[int]:
    """The number of rows of each, and ``most`` + 1 for any larger one: nowhere more rows are counted (correctness 147).
    Without ``most``: ``MOST_COUNTED``. An order is only given where it says from which end a long list is counted."""
    return asked(*counting(lists, most))


def counting(lists: Iterable[QuerySet[Any, Any]], most: int | None = None) -> tuple[str, list[Any]]:
    """The statement that counts them, with its values."""
    bound = MOST_COUNTED if most is None else most
    parts: list[str] = []
    params: list[Any] = []
    for rows in lists:
        try:
            statement, given = rows[: bound + 1].query.sql_with_params()
        except EmptyResultSet:  # nothing can fit, e.g. who has no role has nothing to claim
            parts.append("0")
            continue
        parts.append(f"(SELECT count(*) FROM ({statement}) AS counted)")  # noqa: S608 - Django's own statement
        params += given
    return "SELECT " + ", ".join(parts) if parts else "", params


def asked(statement: str, params: Sequence[Any]) -> list[int]:
    """What a statement of ``counting`` finds."""
    if not statement:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [int(number) for number in cursor.fetchone()]
