"""Rows whose texts hold a phrase, as a condition."""

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from bihuan.core.text import search_query

LONGEST = 200
_LATEST = 2000  # so many of the latest issues show how frequent something is
_FREQUENT = 12  # found so often among them, the order of the list soon meets a page of it
_MOST_FOUND = 5000  # ids that are handed to the list's statement
_AMONG_LATEST = (
    "SELECT 1 FROM (SELECT vector FROM issues_issuesearch ORDER BY issue_id DESC LIMIT %s) s"
    " WHERE s.vector @@ %s::tsquery LIMIT %s"
)
_FOUND = "SELECT issue_id FROM issues_issuesearch WHERE vector @@ %s::tsquery LIMIT %s"
_OF_THESE = "issues_issue.id = ANY(%s)"  # one value: thousands would have to be put in one by one
# OFFSET 0 keeps it a question for each row.
_ROW_BY_ROW = (
    "EXISTS (SELECT 1 FROM issues_issuesearch s"
    " WHERE s.issue_id = issues_issue.id AND s.vector @@ %s::tsquery OFFSET 0)"
)


def names_rows(said: RawSQL) -> bool:
    """Whether the condition names the rows: there are not many."""
    return bool(said.params) and isinstance(said.params[0], list)


def holds(text: str) -> RawSQL | None:
    """The condition that an issue's texts hold every piece of the query as it stands; None where nothing is left of it.

    How often a phrase occurs the database guesses badly, and either way of reading takes seconds where the other one
    takes milliseconds. So it is looked up first: what is frequent among the latest issues is looked for row by row in
    the order of the list, which soon has a page; what is rare is found by the index, and its ids are given.
    """
    query = search_query(text[:LONGEST])
    if not query:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_AMONG_LATEST, [_LATEST, query, _FREQUENT])
        if len(cursor.fetchall()) < _FREQUENT:
            cursor.execute(_FOUND, [query, _MOST_FOUND + 1])
            ids = [int(row[0]) for row in cursor.fetchall()]
            if len(ids) <= _MOST_FOUND:
                return RawSQL(_OF_THESE, [ids], output_field=BooleanField())  # noqa: S611 - fixed words
    return RawSQL(_ROW_BY_ROW, [query], output_field=BooleanField())  # noqa: S611 - fixed words
