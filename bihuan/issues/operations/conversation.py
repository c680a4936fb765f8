"""Sending from the composer: once, not past what was said meanwhile, and for some seconds to be taken back."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.core import audit, live
from bihuan.core.actor import Actor
from bihuan.core.errors import Conflict, Forbidden, NotFound
from bihuan.core.idempotency import once
from bihuan.core.stamps import operation
from bihuan.issues.errors import BadChoice, TextRequired
from bihuan.issues.models import Attachment, Draft, Entry, HeldReply, Issue, ReplyHabit
from bihuan.issues.operations.attachments import build_files
from bihuan.issues.operations.canned import post_with_macro
from bihuan.issues.operations.drafts import empty_draft, give_back, person_of
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.messages import KINDS, message_digest, post_now
from bihuan.issues.operations.values import NewFile
from bihuan.issues.queries.conversation import hold_seconds, said_since
from bihuan.issues.queries.relations import family
from bihuan.issues.rules import limits
from bihuan.issues.rules.conversation import HOLDS

log = logging.getLogger(__name__)
_AGAIN = timedelta(minutes=1)


class WrittenMeanwhile(Conflict):
    """``entries``: what the customer or a colleague said that the writer has not seen, the oldest first."""

    code = "written_meanwhile"
    text = gettext_noop("您写的时候又有新消息，还没有发出。请看过后选“仍然发送”或继续修改。")

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        super().__init__()


class AlreadySent(Conflict):
    code = "already_sent"
    text = gettext_noop("已经发出，不能撤回了。需要更正时请再发一条。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What a composer sends. ``kept``: files stored before; ``seen``: the latest public lines that its writer had before
    the eyes, None where nobody looked; ``revision``: of the draft that it came from; ``macro``: a reply kept ready whose
    actions go with it."""

    kind: str
    text: str
    attachments: Sequence[NewFile] = ()
    kept: Sequence[UUID] = ()
    seen: Collection[int] | None = None
    revision: int = 0
    macro: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of it: ``entry_id``, or ``held_id`` while it can be taken back for ``seconds``."""

    entry_id: int | None = None
    held_id: int | None = None
    seconds: int = 0


@operation()
def send_entry(*, issue_id: int, writing: Writing, actor: Actor, now: datetime, key: str | None = None) -> Sent:
    """Sends what somebody wrote, and empties the draft with it. The same ``key`` sends once (correctness 60).

    A reply is held for the seconds that the person has chosen, at most the company's; with a macro it goes at once. Refuses
    a reply past what was said meanwhile (``WrittenMeanwhile``, correctness 75), and all that ``post_entry`` refuses.
    """
    user_id = person_of(actor)
    if writing.kind not in KINDS:
        raise BadChoice(params={"field": "kind", "value": writing.kind[:50]})
    if writing.kind == "reply" and not actor.can("issues.reply"):
        raise Forbidden
    text = limits.within("内容", writing.text, limits.TEXT).strip()
    if not text:
        raise TextRequired
    issue = locked_issue(issue_id, actor)

    def send() -> Sent:
        if writing.kind == "reply" and writing.seen is not None:
            _look(issue, writing.seen, actor)
        sent = _send(issue, writing, text, actor, now)
        empty_draft(issue_id=issue.pk, kind=writing.kind, revision=writing.revision, user_id=user_id, now=now)
        return sent

    digest = message_digest(text, writing.attachments, writing.kind, str(writing.macro or ""), *map(str, writing.kept))
    return _sent_once(f"compose:{issue.pk}:{user_id}", key, digest, now, send)


def _sent_once(scope: str, key: str | None, digest: str, now: datetime, send: Callable[[], Sent]) -> Sent:
    if not key:
        return send()

    def work() -> tuple[int, dict[str, object]]:
        sent = send()
        return 201, {"entry": sent.entry_id, "held": sent.held_id, "seconds": sent.seconds}

    body = once(scope=scope, key=key, body_hash=digest, now=now, work=work).body
    entry, held, seconds = body["entry"], body["held"], body["seconds"]
    return Sent(
        entry_id=entry if isinstance(entry, int) else None,
        held_id=held if isinstance(held, int) else None,
        seconds=seconds if isinstance(seconds, int) else 0,
    )


def _look(issue: Issue, seen: Collection[int], actor: Actor) -> None:
    there = family(actor=actor, issue_id=issue.pk)
    fresh = said_since(issue_ids=list(there), seen=seen, writer=actor.user_id)
    if fresh:
        raise WrittenMeanwhile(fresh)


def _send(issue: Issue, writing: Writing, text: str, actor: Actor, now: datetime) -> Sent:
    kept = _kept(issue, writing.kept, actor)
    if writing.macro is not None:
        entry = post_with_macro(
            issue_id=issue.pk,
            reply_id=writing.macro,
            kind=writing.kind,
            text=text,
            attachments=writing.attachments,
            actor=actor,
            now=now,
        )
        _attach(entry, kept)
        return Sent(entry_id=entry.pk)
    seconds = hold_seconds(actor=actor) if writing.kind == "reply" else 0
    if not seconds:
        return Sent(entry_id=post_now(issue, writing.kind, text, writing.attachments, actor, now, stored=kept).pk)
    fresh = build_files(files=writing.attachments, issue_id=issue.pk, public=False, actor=actor, now=now)
    Attachment.objects.bulk_create(fresh)
    held = HeldReply.objects.create(
        issue=issue,
        user_id=person_of(actor),
        text=text,
        files=[file.pk for file in (*kept, *fresh)],
        at=now,
        until=now + timedelta(seconds=seconds),
    )
    live.announce([f"issue:{issue.pk}"])
    return Sent(held_id=held.pk, seconds=seconds)


def _kept(issue: Issue, wanted: Sequence[UUID], actor: Actor) -> list[Attachment]:
    """Files of an own reply that was taken back; not found when one is somebody else's or hangs elsewhere."""
    if not wanted:
        return []
    own = Attachment.objects.filter(pk__in=wanted, issue=issue, entry=None, uploaded_by_id=actor.user_id)
    found = {file.pk: file for file in own}
    if len(found) != len(set(wanted)):
        raise NotFound
    return list(found.values())


def _attach(entry: Entry, files: Sequence[Attachment]) -> None:
    if files:
        Attachment.objects.filter(pk__in=[file.pk for file in files]).update(entry=entry, public=entry.public)


# -- taking back and letting go ------------------------------------------------------------------------------------


@operation()
def take_back_reply(*, held_id: int, actor: Actor, now: datetime) -> Draft:
    """The reply does not go out; its text and files are the writer's draft again. Refuses what has gone already; somebody
    else's is refused in the same words."""
    user_id = person_of(actor)
    held = HeldReply.objects.select_for_update().filter(pk=held_id, user_id=user_id).first()
    if held is None:
        raise AlreadySent
    draft = give_back(issue_id=held.issue_id, text=held.text, files=held.files, user_id=user_id, now=now)
    held.delete()
    audit.record(actor=actor, action="issue.reply_taken_back", object_type="issue", object_id=draft.issue_id, now=now)
    live.announce([f"issue:{draft.issue_id}"])
    return draft


def release_due_replies(*, now: datetime, limit: int = 50) -> int:
    """Lets replies go whose seconds are over; returns how many went. One that fails waits a minute and stops no other."""
    due = HeldReply.objects.filter(until__lte=now).order_by("until", "id").values_list("pk", flat=True)
    gone = 0
    for held_id in list(due[:limit]):
        try:
            gone += _release(held_id=held_id, now=now)
        except Exception:
            log.exception("held reply %s could not go out", held_id)
            _put_off(held_id=held_id, until=now + _AGAIN)
    return gone


@operation()
def _release(*, held_id: int, now: datetime) -> int:
    """Exactly once: whoever has the row locked decides; with the row goes the only thing that lets it go again. It counts
    from now on, for clocks too: nobody has been answered before."""
    held = HeldReply.objects.select_for_update(skip_locked=True).filter(pk=held_id, until__lte=now).first()
    if held is None:
        return 0
    writer = accounts.users(user_ids=[held.user_id])[held.user_id]
    issue = locked_issue(held.issue_id)
    files = list(Attachment.objects.filter(pk__in=held.files, entry=None))
    post_now(issue, "reply", held.text, (), accounts.actor_for_user(writer), now, stored=files)
    held.delete()
    return 1


@operation()
def _put_off(*, held_id: int, until: datetime) -> None:
    HeldReply.objects.filter(pk=held_id).update(until=until)


@operation()
def choose_hold(*, seconds: int, actor: Actor) -> None:
    """For how many seconds the person wants to be able to take a reply back; one of ``HOLDS``."""
    if seconds not in HOLDS:
        raise BadChoice(params={"field": "撤回", "value": str(seconds)[:50]})
    ReplyHabit.objects.update_or_create(user_id=person_of(actor), defaults={"hold_seconds": seconds})
