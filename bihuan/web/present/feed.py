"""The timeline of an issue as days with entries."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from bihuan.channels import queries as channels
from bihuan.core.actor import Actor
from bihuan.issues import queries as issues
from bihuan.issues.models import Attachment, Entry, Issue
from bihuan.issues.pages import PDF
from bihuan.issues.previews import may_have_preview
from bihuan.issues.rules.sentences import sentence
from bihuan.web.ui.html import mail_html

PAGE = 80
_SIGNS = {"step.completed": "arrow", "alarm.warning": "clock", "alarm.breach": "alert", "step.claimed": "user"}
_FATES = {
    "queued": (gettext_noop("等待发出"), ""),
    "sent": (gettext_noop("已送出"), ""),
    "failed": (gettext_noop("没有送到，请换一种方式联系客户"), "red"),
    "manual": (gettext_noop("客户没有邮箱，请电话告知"), "red"),
    "dropped": (gettext_noop("按防循环规则没有发出"), "red"),
    "blocked": (gettext_noop("客户要求不要这样联系，没有发出"), "red"),
}
_NOT_DELIVERED = gettext_noop("没有送到，请核对对方的邮箱地址")


@dataclass(slots=True)
class Day:
    """The entries of one day; ``at`` is the first one's instant."""

    at: datetime
    entries: list[dict[str, object]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Feed:
    """``earlier`` is the address of the part before, '' at the beginning. ``fresh``: the id of the first line that the reader
    has not seen, 0 without one; ``since``: up to where that was, for the next look. ``last``: the id of the last line.
    ``seen``: the latest public lines, as the composer sends them. ``held``: replies about to go out."""

    days: list[Day]
    earlier: str
    fresh: int = 0
    since: str = ""
    last: int = 0
    seen: str = ""
    held: list[dict[str, object]] = field(default_factory=list)


def write_place(place: issues.Place | None) -> str:
    """A place in the timeline as a word of an address."""
    return f"{place[0].isoformat()}~{place[1]}" if place else ""


def read_place(text: str) -> issues.Place | None:
    """And back; None for anything else."""
    at, _tilde, number = text.partition("~")
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (found, int(number)) if found.tzinfo and number.isdecimal() and len(number) < 19 else None


def view(*, actor: Actor, issue: Issue, before: int | None, now: datetime, since: issues.Place | None = None) -> Feed:
    """The latest entries (or those before one), oldest first. ``since``: how far the reader had read."""
    numbers = issues.family(actor=actor, issue_id=issue.pk)
    entries = issues.timeline(actor=actor, issue_id=issue.pk, before=before, limit=PAGE, numbers=numbers)
    fates = channels.delivery_states(issue_id=issue.pk)
    days: list[Day] = []
    for entry in entries:
        if not days or timezone.localtime(days[-1].at).date() != timezone.localtime(entry.at).date():
            days.append(Day(entry.at))
        days[-1].entries.append(line_of(entry, issue, fates.get(entry.pk, ""), _source(entry, issue, numbers)))
    full = len(entries) == PAGE
    earlier = f"{reverse('web:issue_feed', args=[issue.pk])}?before={entries[0].pk}" if full else ""
    if before is not None:
        return Feed(days, earlier)
    return Feed(
        days,
        earlier,
        fresh=_first_fresh(entries, since, actor),
        since=write_place(since),
        last=entries[-1].pk if entries else 0,
        seen=",".join(map(str, issues.said_now(issue_ids=list(numbers), shown=entries, complete=not full))),
        held=[_held(each, now) for each in issues.held_replies(actor=actor, issue_id=issue.pk)],
    )


def _first_fresh(entries: Sequence[Entry], since: issues.Place | None, actor: Actor) -> int:
    if since is None:
        return 0
    later = [each for each in entries if (each.at, each.pk) > since]
    return next((each.pk for each in later if each.kind != "event" and each.author_id != actor.user_id), 0)


def _held(held: issues.Held, now: datetime) -> dict[str, object]:
    return {
        "id": held.id,
        "author": held.author,
        "text": held.text,
        "at": held.at,
        "left": max(0, math.ceil((held.until - now).total_seconds())),
        "own": held.own,
        "files": files_of(held.files),
    }


def _file(file: Attachment) -> dict[str, object]:
    return {
        "thumb": reverse("web:file_preview", args=[file.pk]) if may_have_preview(file.media_type) else "",
        "pages": reverse("web:file_pages", args=[file.pk]) if file.media_type == PDF else "",
        "name": file.name,
        "size": file.size,
        "media_type": file.media_type,
        "href": reverse("web:file", args=[file.pk]),
    }


def files_of(files: Iterable[Attachment]) -> list[dict[str, object]]:
    """Files as chips, pictures first."""
    return sorted(map(_file, files), key=lambda each: not each["thumb"])


def inline_files(entry: Entry) -> dict[str, str]:
    """Addresses of the files that a mail shows in place, by the name that it has for them, in lower case."""
    return {file.cid.lower(): reverse("web:file", args=[file.pk]) for file in entry.attachments.all() if file.cid}


def _source(entry: Entry, issue: Issue, numbers: Mapping[int, str]) -> str:
    """Which other issue an entry belongs to, was written to, or was split from; "" for one of its own."""
    if entry.origin_id is not None and entry.origin_id != issue.pk:
        number = numbers.get(entry.origin_id)
        return gettext("写给 %(number)s") % {"number": number} if number else gettext("写给并入的问题")
    if entry.issue_id != issue.pk:
        return gettext("来自 %(number)s") % {"number": numbers.get(entry.issue_id, "")}
    split = entry.params.get("split_from") if entry.kind != "event" else None
    return gettext("拆分自 %(number)s") % {"number": split} if split else ""


def _outside(entry: Entry, issue: Issue) -> dict[str, str] | None:
    """To whom outside a line went, or that it came from there."""
    if entry.third_party_id is None:
        return None
    href = reverse("web:third_party", args=[issue.pk, entry.third_party_id])
    return {"to": str(entry.params.get("third_party", "")), "href": href}


def line_of(entry: Entry, issue: Issue, fate: str = "", source: str = "") -> dict[str, object]:
    """One line as the timeline shows it. ``fate``: how far its delivery has come; ``source``: words on where it is from."""
    text, tone = _FATES.get(fate, ("", ""))
    if fate == "failed" and entry.third_party_id is not None:
        text = _NOT_DELIVERED
    event = entry.kind == "event"
    return {
        "id": entry.pk,
        "kind": entry.kind,
        "author": entry.author_name,
        "at": entry.at,
        "text": sentence(entry.code, entry.params) if event else entry.text,
        "html": mail_html(entry.html, inline=inline_files(entry)) if entry.html and not entry.text else "",
        "original": reverse("web:original", args=[issue.pk, entry.pk]) if entry.html else "",
        "channel": entry.channel,
        "detail": source,
        "sign": _SIGNS.get(entry.code, "bolt"),
        "quoted": entry.full_text if entry.full_text and entry.full_text != entry.text else "",
        "files": files_of(entry.attachments.all()),
        "fate": {"text": gettext(text), "tone": tone} if text else None,
        "outside": _outside(entry, issue),
    }
