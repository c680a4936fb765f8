"""Conversations with third parties, for the staff who see the issue."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch

from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound
from bihuan.issues.models import Attachment, Entry, ThirdPartyThread
from bihuan.issues.queries.relations import family

_MOST_LINES = 200
_MOST_FILES = 100


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation with its lines, oldest first, with files."""

    thread: ThirdPartyThread
    lines: list[Entry]


def third_parties(*, issue_ids: Collection[int]) -> list[ThirdPartyThread]:
    """The conversations of an issue and of those merged into it, the latest first. That the reader may see them is the
    caller's question to ask first; one query."""
    rows = ThirdPartyThread.objects.filter(issue_id__in=issue_ids)
    return list(rows.order_by("-last_at", "-id"))


def third_party_talk(*, actor: Actor, issue_id: int, thread_id: int) -> Talk:
    """One of them; not found where it is another issue's or the reader may not see it."""
    there = list(family(actor=actor, issue_id=issue_id))
    thread = ThirdPartyThread.objects.filter(pk=thread_id, issue_id__in=there).first()
    if thread is None:
        raise NotFound
    files = Prefetch("attachments", queryset=Attachment.objects.order_by("name", "id"))
    rows = Entry.objects.filter(third_party=thread, issue_id__in=there).prefetch_related(files)
    return Talk(thread, list(reversed(rows.order_by("-at", "-pk")[:_MOST_LINES])))


def files_to_send(*, actor: Actor, issue_id: int) -> list[Attachment]:
    """The files in the issue's timeline, the latest first."""
    there = list(family(actor=actor, issue_id=issue_id))
    rows = Attachment.objects.filter(issue_id__in=there, entry__isnull=False)
    return list(rows.order_by("-at", "name", "id")[:_MOST_FILES])


def latest_words(*, actor: Actor, issue_id: int) -> Entry | None:
    """What the customer said last."""
    there = list(family(actor=actor, issue_id=issue_id))
    rows = Entry.objects.filter(issue_id__in=there, kind__in=("inbound", "call")).exclude(text="")
    return rows.order_by("-at", "-pk").first()
