"""What a person is writing at an issue, what waits to go out, and what was said since."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound
from bihuan.core.rows import Select, ask
from bihuan.core.settings import number, value
from bihuan.issues.models import Attachment, Draft, Entry, HeldReply, Issue, Reading, ReplyHabit
from bihuan.issues.permissions import visible
from bihuan.issues.queries.reading import Place
from bihuan.issues.rules.conversation import WATCHED, Said, hold_of, news

HOLD_MOST = number("conversation.hold_most", 30, least=0, most=30)
"""The company's maximum: for so many seconds a reply can be taken back at most."""
_DRAFTS = Select(Draft, "WHERE t.issue_id = %s AND t.user_id = %s")
_READING = Select(Reading, "WHERE t.user_id = %s AND t.issue_id = %s")


@dataclass(frozen=True, slots=True)
class Begun:
    """A draft with the stored files that belong to it."""

    text: str = ""
    revision: int = 0
    files: list[Attachment] = field(default_factory=list)


def own_state(*, actor: Actor, issue_id: int) -> tuple[dict[str, Begun], Place | None]:
    """The person's own drafts at an issue that they may see, by kind, and how far they have read; one query, two where
    files belong to the drafts."""
    rows, read = ask(_DRAFTS.of(issue_id, actor.user_id or 0), _READING.of(actor.user_id or 0, issue_id))
    return _begun(rows, issue_id), (read[0].entry_at, read[0].entry_id) if read else None


def _begun(rows: Sequence[Draft], issue_id: int) -> dict[str, Begun]:
    wanted = [file for row in rows for file in row.files]
    files = Attachment.objects.filter(pk__in=wanted, issue_id=issue_id, entry=None).in_bulk() if wanted else {}
    return {row.kind: Begun(row.text, row.revision, [files[key] for key in row.files if key in files]) for row in rows}


def draft(*, actor: Actor, issue_id: int, kind: str) -> Begun:
    """One of them, empty where there is none; not found where the actor may not see the issue."""
    if not Issue.objects.filter(visible(actor), pk=issue_id).exists():
        raise NotFound
    rows = _DRAFTS.rows(issue_id, actor.user_id or 0)
    return _begun(rows, issue_id).get(kind, Begun())


@dataclass(frozen=True, slots=True)
class Held:
    """A reply that is about to go out; ``own``: the reader may take it back."""

    id: int
    text: str
    author: str
    at: datetime
    until: datetime
    files: list[Attachment]
    own: bool


def held_replies(*, actor: Actor, issue_id: int) -> list[Held]:
    """Replies of an issue that are about to go out, in their order. The caller has asked whether it may be seen."""
    rows = list(HeldReply.objects.filter(issue_id=issue_id).select_related("user").order_by("id")[:20])
    wanted = [file for row in rows for file in row.files]
    files = Attachment.objects.in_bulk(wanted) if wanted else {}
    return [
        Held(
            row.pk,
            row.text,
            row.user.name,
            row.at,
            row.until,
            [files[key] for key in row.files if key in files],
            row.user_id == actor.user_id,
        )
        for row in rows
    ]


def _latest_said(there: Collection[int]) -> list[Entry]:
    rows = Entry.objects.filter(issue_id__in=there).filter(
        Q(kind="inbound") | Q(kind__in=("reply", "call"), public=True)
    )
    return list(rows.defer("html", "full_text").order_by("-at", "-pk")[:WATCHED])


def said_since(*, issue_ids: Collection[int], seen: Collection[int], writer: int | None) -> list[Entry]:
    """What the customer or a colleague said in these issues that is not among ``seen``, the oldest first. For operations:
    the caller has asked whether they may be seen."""
    latest = _latest_said(issue_ids)
    known = {entry.pk: entry for entry in latest}
    lines = [Said(entry.pk, entry.at, entry.author_id) for entry in latest]
    return [known[key] for key in news(lines, seen, writer)]


def said_now(*, issue_ids: Collection[int], shown: Sequence[Entry], complete: bool) -> list[int]:
    """The latest public lines, which a composer below the timeline has before it. ``shown``: the timeline's end, the oldest
    first, as it was just read; ``complete``: there is nothing before it. One query where that does not say it already."""
    said = [each.pk for each in shown if each.kind == "inbound" or (each.kind in ("reply", "call") and each.public)]
    if complete or len(said) >= WATCHED or not shown:
        return said[-WATCHED:]
    earlier = [each for each in _latest_said(issue_ids) if each.at < shown[0].at]
    return ([each.pk for each in reversed(earlier)] + said)[-WATCHED:]


def own_hold(*, actor: Actor) -> int | None:
    """What the person has chosen, in seconds; None: nothing."""
    return ReplyHabit.objects.filter(pk=actor.user_id or 0).values_list("hold_seconds", flat=True).first()


def hold_seconds(*, actor: Actor) -> int:
    """How long the person's replies are held."""
    return hold_of(own_hold(actor=actor), value(HOLD_MOST))
