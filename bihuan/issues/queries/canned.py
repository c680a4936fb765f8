"""Replies that are kept ready, as a person may use them, with their places filled for an issue."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import NotFound
from bihuan.issues.models import CannedReply, Issue
from bihuan.issues.queries.statuses import status_names
from bihuan.issues.rules.canned import fill

MOST = 300


@dataclass(frozen=True, slots=True)
class Filled:
    """A reply for an issue; ``text`` has no places left."""

    row: CannedReply
    text: str


def _usable(actor: Actor) -> Q:
    return (
        Q(owner_id=actor.user_id or 0)
        | Q(department_id__in=sorted(actor.departments))
        | Q(owner__isnull=True, department__isnull=True)
    )


def canned_replies(*, actor: Actor, everything: bool = False) -> list[CannedReply]:
    """The replies that the person may use, folder by folder; ``everything``: also what is out of use, and for whoever
    sets things up all departments' (never other people's own)."""
    if actor.kind is not ActorKind.USER:
        return []
    condition = _usable(actor)
    if everything and actor.can("settings.edit"):
        condition |= Q(owner__isnull=True)
    rows = CannedReply.objects.filter(condition).select_related("department")
    if not everything:
        rows = rows.filter(is_active=True)
    return list(rows.order_by("folder", "position", "name", "id")[:MOST])


def canned_reply(*, actor: Actor, reply_id: int) -> CannedReply:
    """One that the person may use or change."""
    condition = _usable(actor) | (Q(owner__isnull=True) if actor.can("settings.edit") else Q(pk__in=[]))
    row = CannedReply.objects.filter(condition, pk=reply_id).select_related("department").first()
    if row is None or actor.kind is not ActorKind.USER:
        raise NotFound
    return row


def filled_replies(*, actor: Actor, issue: Issue, text: str = "") -> list[Filled]:
    """The replies whose name, folder or words hold the text, in the language of the issue's contact. One query."""
    english = bool(issue.contact and issue.contact.language.startswith("en"))
    values = values_for(actor=actor, issue=issue, english=english)
    wanted = text.strip().lower()[:60]
    found = []
    for row in canned_replies(actor=actor):
        if wanted and not any(wanted in part.lower() for part in (row.name, row.name_en, row.folder, row.text)):
            continue
        found.append(Filled(row, fill((row.text_en if english else "") or row.text, values)))
    return found


def values_for(*, actor: Actor, issue: Issue, english: bool) -> dict[str, str]:
    """What the places stand for."""
    place = issue.lead_department
    there: datetime | None = issue.promised_at
    return {
        "customer": issue.contact.name if issue.contact else issue.customer_name,
        "number": issue.number,
        "title": issue.title,
        "status": status_names(issue.status)[1 if english else 0],
        "step": (issue.step_name_en if english else "") or issue.step_name,
        "owner": issue.assignee.name if issue.assignee else "",
        "department": ((place.name_en if english else "") or place.name) if place else "",
        "promised": f"{there.astimezone(ZoneInfo(settings.TIME_ZONE)):%Y-%m-%d %H:%M}" if there else "",
        "me": actor.name,
        "company": settings.COMPANY_NAME,
    }
