"""Drafts: kept while somebody writes, emptied in the transaction that sends."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.stamps import operation
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import Draft, DraftKind, Issue
from bihuan.issues.permissions import visible
from bihuan.issues.rules import limits

LATEST_REVISION = 2**53 - 1  # what a browser counts exactly


def person_of(actor: Actor) -> int:
    """The id of the member of staff who acts; nobody else has drafts, habits or a place where they have read to."""
    if actor.kind is not ActorKind.USER or actor.user_id is None:
        raise Forbidden
    return actor.user_id


def _locked(issue_id: int, user_id: int, kind: str, now: datetime) -> Draft:
    """The row, locked; made when there is none. Two who make it at once get the same."""
    Draft.objects.bulk_create(
        [Draft(issue_id=issue_id, user_id=user_id, kind=kind, updated_at=now)], ignore_conflicts=True
    )
    return Draft.objects.select_for_update().get(issue_id=issue_id, user_id=user_id, kind=kind)


@operation()
def save_draft(*, issue_id: int, kind: str, text: str, revision: int, actor: Actor, now: datetime) -> Draft:
    """Keeps what somebody has written so far; gives the draft as it is then.

    ``revision``: each save of a text has a higher one than the save before. One that is not higher than what is kept was
    late on its way and changes nothing: the answer's ``revision`` says so. Sending it again changes nothing either.
    """
    user_id = person_of(actor)
    if kind not in DraftKind.values:
        raise BadChoice(params={"field": "kind", "value": kind[:50]})
    text = limits.within("草稿", text, limits.TEXT)
    if not Issue.objects.filter(visible(actor), pk=issue_id).exists():
        raise NotFound
    row = _locked(issue_id, user_id, kind, now)
    if row.revision < revision <= LATEST_REVISION:
        row.text, row.revision, row.updated_at = text, revision, now
        row.save(update_fields=["text", "revision", "updated_at"])
    return row


def empty_draft(*, issue_id: int, kind: str, revision: int, user_id: int, now: datetime) -> None:
    """What was written has been sent. Joins the sending's transaction; saves up to ``revision`` come too late."""
    rows = Draft.objects.select_for_update().filter(issue_id=issue_id, user_id=user_id, kind=kind)
    row = rows.first()
    if row is None and not 0 < revision <= LATEST_REVISION:
        return
    row = row or _locked(issue_id, user_id, kind, now)
    row.text, row.files, row.updated_at = "", [], now
    row.revision = max(row.revision, min(revision, LATEST_REVISION))
    row.save(update_fields=["text", "files", "revision", "updated_at"])


def give_back(*, issue_id: int, text: str, files: Sequence[UUID], user_id: int, now: datetime) -> Draft:
    """A reply that was taken back is a draft again, above what has been begun since. Joins the caller's transaction."""
    row = _locked(issue_id, user_id, DraftKind.REPLY, now)
    row.text = f"{text}\n\n{row.text}" if row.text.strip() else text
    row.files = [*files, *row.files]
    row.revision, row.updated_at = row.revision + 1, now
    row.save(update_fields=["text", "files", "revision", "updated_at"])
    return row
