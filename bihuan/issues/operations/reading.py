"""Noting how far somebody has read."""

from datetime import datetime

from django.db import connection

from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound
from bihuan.core.stamps import operation
from bihuan.issues.models import Entry
from bihuan.issues.operations.drafts import person_of
from bihuan.issues.queries.relations import family

_FORWARD = """
INSERT INTO issues_reading (issue_id, user_id, entry_id, entry_at, opened_at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (user_id, issue_id) DO UPDATE
SET entry_id = EXCLUDED.entry_id, entry_at = EXCLUDED.entry_at, opened_at = EXCLUDED.opened_at
WHERE (issues_reading.entry_at, issues_reading.entry_id) < (EXCLUDED.entry_at, EXCLUDED.entry_id)
"""


@operation()
def mark_read(*, issue_id: int, entry_id: int, actor: Actor, now: datetime) -> None:
    """The line was before the person's eyes. Reading goes forward only: a page that was slow takes nothing back."""
    there = family(actor=actor, issue_id=issue_id)
    at = Entry.objects.filter(pk=entry_id, issue_id__in=list(there)).values_list("at", flat=True).first()
    if at is None:
        raise NotFound
    with connection.cursor() as cursor:
        cursor.execute(_FORWARD, [issue_id, person_of(actor), entry_id, at, now])
