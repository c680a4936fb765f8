"""Files that a person has asked for, and the lines of one."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext, gettext_noop

from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound
from bihuan.issues.models import Export, Issue
from bihuan.issues.queries.filters import Filter
from bihuan.issues.queries.listing import MOST, list_issues
from bihuan.issues.queries.own_conditions import own_cell
from bihuan.issues.queries.statuses import status_names
from bihuan.issues.queries.tags import tags
from bihuan.issues.rules.columns import OWN
from bihuan.issues.rules.words import in_language
from bihuan.issues.storage import stored_path

CHANNELS = {
    "email": gettext_noop("邮件"),
    "web_form": gettext_noop("网页表单"),
    "phone": gettext_noop("电话"),
    "chat": gettext_noop("在线聊天"),
    "wechat": gettext_noop("微信"),
    "sms": gettext_noop("短信"),
    "portal": gettext_noop("进度页"),
    "api": gettext_noop("接口"),
    "visit": gettext_noop("来访"),
}


def _when(moment: datetime | None) -> str:
    """A moment of the company's zone, to the minute."""
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)).strftime("%Y-%m-%d %H:%M") if moment else ""


def _cell(issue: Issue, column: str) -> str:
    if column == "type":
        return in_language(issue.type.name, issue.type.name_en) if issue.type else ""
    if column == "step":
        return in_language(issue.step_name, issue.step_name_en)
    if column == "who":
        return issue.assignee.name if issue.assignee else ""
    if column == "dept":
        place = issue.lead_department
        return in_language(place.name, place.name_en) if place else ""
    if column == "status":
        return in_language(*status_names(issue.status))
    if column == "channel":
        return gettext(CHANNELS[issue.channel]) if issue.channel in CHANNELS else issue.channel
    if column == "tags":
        held = set(issue.tags)
        return "、".join(in_language(tag.name, tag.name_en) for tag in tags() if tag.pk in held)
    return own_cell(issue, column) if column.startswith(OWN) else _plain(issue, column)


def _plain(issue: Issue, column: str) -> str:
    return {
        "prio": issue.priority,
        "no": issue.number,
        "title": issue.title,
        "cust": issue.customer_name,
        "due": _when(issue.due_at),
        "when": _when(issue.updated_at),
        "created": _when(issue.created_at),
        "resolved": _when(issue.resolved_at),
        "closed": _when(issue.closed_at),
        "answers": str(issue.answers),
        "reopened": str(issue.reopened),
    }[column]


def lines(
    *, actor: Actor, filter: Filter, sort: str, columns: Sequence[str], most: int, now: datetime
) -> Iterator[list[str]]:
    """The list as lines of texts, in its order: what the actor may see and no more, at most so many; page by page."""
    cursor: str | None = None
    left = most
    while left > 0:
        page = list_issues(actor=actor, filter=filter, sort=sort, cursor=cursor, limit=min(MOST, left), now=now)
        for issue in page.items:
            yield [_cell(issue, column) for column in columns]
        left -= len(page.items)
        cursor = page.next
        if cursor is None:
            return


def exports(*, actor: Actor) -> list[Export]:
    """The last files that the person asked for, the newest first."""
    return list(Export.objects.filter(by_id=actor.user_id or 0).order_by("-asked_at", "-pk")[:30])


def export_file(*, actor: Actor, export_id: int, now: datetime) -> tuple[Export, Path]:
    """The file, for who asked for it and as long as it is kept; refused as not found otherwise."""
    row = Export.objects.filter(pk=export_id, by_id=actor.user_id or 0).exclude(file="").first()
    if row is None or (row.expires_at is not None and row.expires_at <= now):
        raise NotFound
    path = stored_path(row.file)
    if not path.is_file():
        raise NotFound
    return row, path
