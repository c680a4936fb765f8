"""The timeline of an issue as days with entries."""

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from bihuan.channels import queries as channels
from bihuan.core.actor import Actor
from bihuan.issues import queries as issues
from bihuan.issues.models import Entry, Issue
from bihuan.issues.rules.sentences import sentence
from bihuan.web.ui.html import safe_html

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


@dataclass(slots=True)
class Day:
    """The entries of one day; ``at`` is the first one's instant."""

    at: datetime
    entries: list[dict[str, object]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Feed:
    """``earlier`` is the address of the part before, '' at the beginning."""

    days: list[Day]
    earlier: str


def view(*, actor: Actor, issue: Issue, before: int | None, now: datetime) -> Feed:
    """The latest entries (or those before one), oldest first."""
    entries = issues.timeline(actor=actor, issue_id=issue.pk, before=before, limit=PAGE)
    fates = channels.delivery_states(issue_id=issue.pk)
    days: list[Day] = []
    for entry in entries:
        if not days or timezone.localtime(days[-1].at).date() != timezone.localtime(entry.at).date():
            days.append(Day(entry.at))
        days[-1].entries.append(_entry(entry, fates.get(entry.pk, "")))
    full = len(entries) == PAGE
    earlier = f"{reverse('web:issue_feed', args=[issue.pk])}?before={entries[0].pk}" if full else ""
    return Feed(days, earlier)


def _entry(entry: Entry, fate: str) -> dict[str, object]:
    text, tone = _FATES.get(fate, ("", ""))
    event = entry.kind == "event"
    return {
        "id": entry.pk,
        "kind": entry.kind,
        "author": entry.author_name,
        "at": entry.at,
        "text": sentence(entry.code, entry.params) if event else entry.text,
        "html": safe_html(entry.html) if entry.html and not entry.text else "",
        "channel": entry.channel,
        "detail": "",
        "sign": _SIGNS.get(entry.code, "bolt"),
        "quoted": entry.full_text if entry.full_text and entry.full_text != entry.text else "",
        "files": [
            {
                "name": file.name,
                "size": file.size,
                "media_type": file.media_type,
                "href": reverse("web:file", args=[file.pk]),
            }
            for file in entry.attachments.all()
        ],
        "fate": {"text": gettext(text), "tone": tone} if text else None,
    }
