"""Lines of the timeline, and the search row that follows them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection

from bihuan.core.actor import Actor, ActorKind
from bihuan.core.text import search_vector
from bihuan.issues.models import Entry, Issue

_SEARCHED = 20_000


def event(
    *, issue_id: int, code: str, params: Mapping[str, object], actor: Actor, now: datetime, public: bool = False
) -> Entry:
    """The unsaved line of something that happened."""
    return Entry(
        issue_id=issue_id,
        kind="event",
        public=public,
        author_kind=actor.kind.value,
        author_id=actor.user_id,
        author_name=(actor.name or "系统")[:200],
        code=code,
        params=dict(params),
        at=now,
    )


def add_event(*, issue_id: int, code: str, params: Mapping[str, object], actor: Actor, now: datetime) -> Entry:
    """Writes one line."""
    line = event(issue_id=issue_id, code=code, params=params, actor=actor, now=now)
    line.save(force_insert=True)
    return line


def author_of(actor: Actor) -> dict[str, object]:
    """The author's fields of an entry."""
    return {"author_kind": actor.kind.value, "author_id": actor.user_id, "author_name": (actor.name or "系统")[:200]}


def index_issue(*, issue: Issue, texts: Sequence[str]) -> None:
    """Makes the issue's search row."""
    numbers = [issue.number, issue.number.rpartition("-")[2]]
    vector = search_vector(*numbers, issue.title, *[text[:_SEARCHED] for text in texts])
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO issues_issuesearch (issue_id, vector) VALUES (%s, %s::tsvector)", [issue.pk, vector]
        )


def index_more(*, issue_id: int, text: str) -> None:
    """Adds a new entry's words to the issue's search row."""
    vector = search_vector(text[:_SEARCHED])
    if vector:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE issues_issuesearch SET vector = vector || %s::tsvector"
                " WHERE issue_id = %s AND length(vector) < 20000",
                [vector, issue_id],
            )


def is_staff(actor: Actor) -> bool:
    """Whether a member of staff acts."""
    return actor.kind is ActorKind.USER


def seen_people(issue: Issue, *user_ids: int | None) -> list[int]:
    """The issue's people with these added."""
    known = issue.people
    return known + [user for user in dict.fromkeys(user_ids) if user is not None and user not in known]
