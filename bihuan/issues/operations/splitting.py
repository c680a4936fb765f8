"""Chosen messages become an issue of their own, with their files, and each of the two says where they are."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_noop

from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, Refused
from bihuan.core.stamps import operation
from bihuan.issues.models import Attachment, Entry, Issue
from bihuan.issues.operations.clocks.starting import start_clocks_at
from bihuan.issues.operations.intake import CHANNELS, open_issue
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.reasons import needed_reason
from bihuan.issues.operations.relations import keep_link
from bihuan.issues.operations.search_row import index_anew
from bihuan.issues.operations.values import Intake, IntakeCustomer
from bihuan.issues.operations.work import at_work
from bihuan.issues.rules import limits

CHOSEN = ("inbound", "call", "note", "reply")
"""Kinds of entries that can be taken along."""
_MOVED = ("inbound", "call", "note")
MOST = 100
_SAID = ("inbound", "call")
_TITLE = 60


class NothingChosen(Refused):
    code = "split_nothing_chosen"
    text = gettext_noop("请勾选要拆分出去的消息。")


class NotInHere(Refused):
    code = "split_not_in_here"
    text = gettext_noop("勾选的消息里有不属于本问题的，或者已经被移走；请刷新后重新勾选。")


class TooManyChosen(Refused):
    code = "split_too_many"
    text = gettext_noop("一次最多拆分 %(limit)s 条消息，现在勾选了 %(n)s 条。")


@operation()
def split_issue(
    *,
    issue_id: int,
    entry_ids: Sequence[int],
    title: str = "",
    move: bool = False,
    from_message: bool = True,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Issue:
    """Opens an issue of the same customer from chosen messages and gives it.

    ``move``: they leave the issue they stand in; else they are copied. What was sent to the customer, and the message that
    opened the issue, are copied in any case: they stay where they belong. ``from_message``: its clocks run from the time of
    the first chosen message on, else from now (correctness 72). A copied file is the same file on disk.
    """
    if not actor.can("issues.reply") or not actor.can("issues.create"):
        raise Forbidden
    reason = needed_reason(reason)
    issue = locked_issue(issue_id, actor)
    chosen = _chosen(issue, entry_ids)
    fresh = open_issue(intake=_intake(issue, chosen, title), actor=actor, now=now)
    gone = _movable(issue, chosen) if move else []
    _copy([entry for entry in chosen if entry not in gone], issue, fresh)
    _move(gone, issue, fresh)
    keep_link(kind="split_from", source_id=fresh.pk, target_id=issue.pk, actor=actor, now=now)
    _say(issue, fresh, len(chosen), reason, actor, now)
    index_anew(fresh)
    if gone:
        index_anew(issue)
    if from_message:
        start_clocks_at(fresh, start=chosen[0].at, now=now)
    audit.record(
        actor=actor, action="issue.split", object_type="issue", object_id=issue.pk, now=now,
        detail={"into": fresh.pk, "entries": [entry.pk for entry in chosen], "moved": len(gone)},
    )  # fmt: skip
    return fresh


def _chosen(issue: Issue, entry_ids: Sequence[int]) -> list[Entry]:
    wanted = set(entry_ids)
    if not wanted:
        raise NothingChosen
    if len(wanted) > MOST:
        raise TooManyChosen(params={"limit": MOST, "n": len(wanted)})
    found = list(Entry.objects.filter(issue_id=issue.pk, pk__in=wanted, kind__in=CHOSEN).order_by("at", "pk"))
    if len(found) != len(wanted):
        raise NotInHere
    return found


def _intake(issue: Issue, chosen: Sequence[Entry], title: str) -> Intake:
    said = [entry.text for entry in chosen if entry.kind in _SAID and entry.text] or [chosen[0].text]
    first = " ".join(said[0].split())
    channel = chosen[0].channel if chosen[0].channel in CHANNELS else issue.channel
    contact = issue.contact
    return Intake(
        title=title.strip() or first[:_TITLE] or issue.title,
        description="\n\n".join(said)[: limits.TEXT],
        channel=channel,
        brings_entries=True,
        customer=IntakeCustomer(
            name=issue.customer_name,
            contact=contact.name if contact else "",
            language=contact.language if contact else "zh-hans",
            contact_id=issue.contact_id,
        ),
    )


def _movable(issue: Issue, chosen: Sequence[Entry]) -> list[Entry]:
    opening = Entry.objects.filter(issue_id=issue.pk, kind__in=_SAID).order_by("at", "pk").first()
    return [entry for entry in chosen if entry.kind in _MOVED and entry != opening]


def _marked(entry: Entry, issue: Issue) -> dict[str, object]:
    return {**entry.params, "split_from": issue.number}


def _copy(entries: Sequence[Entry], issue: Issue, fresh: Issue) -> None:
    ids = [entry.pk for entry in entries]
    files = list(Attachment.objects.filter(entry_id__in=ids).order_by("at", "id"))
    copies: dict[int, Entry] = {}
    for entry in entries:
        old = entry.pk
        entry.pk, entry._state.adding = None, True
        entry.issue, entry.origin, entry.params = fresh, None, _marked(entry, issue)
        copies[old] = entry
    Entry.objects.bulk_create(list(copies.values()))
    for file in files:
        file.entry = copies[file.entry_id or 0]
        file.pk, file._state.adding, file.issue = uuid.uuid4(), True, fresh
    Attachment.objects.bulk_create(files)


def _move(entries: Sequence[Entry], issue: Issue, fresh: Issue) -> None:
    for entry in entries:
        entry.issue, entry.origin, entry.params = fresh, None, _marked(entry, issue)
    Entry.objects.bulk_update(entries, ["issue", "origin", "params"])
    Attachment.objects.filter(entry_id__in=[entry.pk for entry in entries]).update(issue_id=fresh.pk)


def _say(issue: Issue, fresh: Issue, count: int, reason: str, actor: Actor, now: datetime) -> None:
    with at_work(issue, now=now) as work:
        work.say("issue.split_into", {"number": fresh.number, "n": count, "reason": reason[:500]}, actor)
        work.change(updated_at=now)
    with at_work(fresh, now=now) as work:
        work.say("issue.split_from", {"number": issue.number, "n": count, "reason": reason[:500]}, actor)
