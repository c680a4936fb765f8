"""What was said, found by its words."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models.functions import Left

from bihuan.core.actor import Actor
from bihuan.issues.models import Entry, EntryKind, Issue
from bihuan.issues.queries.filters import Filter
from bihuan.issues.queries.listing import list_issues
from bihuan.issues.rules.snippets import Pieces, highlighted, holds_every

_SHOWN = 4000  # characters of a message in which a hit is looked for
_LOOKED = 1000  # messages of a page's issues that are looked through, the latest first
_AN_ISSUE = 3  # messages shown of one issue


@dataclass(frozen=True, slots=True)
class Said:
    """A message that holds the words. ``marked``: the part of it with the hits marked. ``internal``: among colleagues."""

    issue: Issue
    entry_id: int
    author: str
    channel: str
    internal: bool
    at: datetime
    marked: Pieces


@dataclass(frozen=True, slots=True)
class MessagePage:
    """``next`` is the cursor of the following page, None at the end; a page may hold fewer than asked for."""

    items: list[Said]
    next: str | None


def search_messages(
    *, actor: Actor, text: str, cursor: str | None = None, limit: int = 30, now: datetime
) -> MessagePage:
    """Messages in which every piece of the text stands, of the issues that the actor may see, the latest issues first;
    no more than three of an issue. The same statements however many there are. Staff only: notes are among them."""
    page = list_issues(actor=actor, filter=Filter(q=text), sort="created", cursor=cursor, limit=limit, now=now)
    issues = {issue.pk: issue for issue in page.items}
    found: dict[int, list[Said]] = {pk: [] for pk in issues}
    lines = Entry.objects.filter(issue_id__in=issues).exclude(kind=EntryKind.EVENT).exclude(text="")
    lines = lines.annotate(start=Left("text", _SHOWN)).order_by("-at", "-pk")
    fields = ("issue_id", "pk", "author_name", "channel", "public", "at", "start")
    for pk, entry_id, author, channel, public, at, start in lines.values_list(*fields)[:_LOOKED]:
        if len(found[pk]) < _AN_ISSUE and holds_every(start, text):
            found[pk].append(Said(issues[pk], entry_id, author, channel, not public, at, highlighted(start, text)))
    return MessagePage([said for group in found.values() for said in group], page.next)
