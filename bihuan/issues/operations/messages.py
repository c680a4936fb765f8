"""What we write: replies, notes, what the product writes by itself, files."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bihuan.core import audit
from bihuan.core.actor import SYSTEM, Actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.idempotency import body_hash, once
from bihuan.core.stamps import operation
from bihuan.flows.models import Instance
from bihuan.issues.errors import BadChoice, TextRequired
from bihuan.issues.models import Attachment, Entry, Issue
from bihuan.issues.operations.attachments import build_files
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.mentioning import people_mentioned, tell_mentioned
from bihuan.issues.operations.notices import tell_holders
from bihuan.issues.operations.values import NewFile
from bihuan.issues.operations.work import at_work, entry_by, work_on
from bihuan.issues.rules import limits

KINDS = frozenset({"reply", "note"})


def posted_once(*, scope: str, key: str | None, digest: str, now: datetime, post: Callable[[], Entry]) -> Entry:
    """Posts unless the same key has posted before; then gives that entry (correctness 60).

    Refuses a key that came with something else before.
    """
    if not key:
        return post()
    made: list[Entry] = []

    def work() -> tuple[int, dict[str, object]]:
        made.append(post())
        return 201, {"entry": made[0].pk}

    answer = once(scope=scope, key=key, body_hash=digest, now=now, work=work)
    return made[0] if made else Entry.objects.get(pk=int(str(answer.body["entry"])))


def message_digest(text: str, files: Sequence[NewFile], *more: str) -> str:
    """What makes two posts the same."""
    return body_hash(text, *more, *(part for file in files for part in (file.name, file.data)))


@operation()
def post_entry(
    *,
    issue_id: int,
    kind: str,
    text: str,
    attachments: Sequence[NewFile] = (),
    actor: Actor,
    now: datetime,
    key: str | None = None,
) -> Entry:
    """A reply to the customer (goes to the outbox) or a note among colleagues. The same ``key`` posts once.

    Refuses an empty text, one over 100,000 characters, files that are too large, and replies of those who may not
    write to customers.
    """
    if kind not in KINDS:
        raise BadChoice(params={"field": "kind", "value": kind[:50]})
    if kind == "reply" and not actor.can("issues.reply"):
        raise Forbidden
    text = limits.within("内容", text, limits.TEXT).strip()
    if not text:
        raise TextRequired
    issue = locked_issue(issue_id, actor)
    return posted_once(
        scope=f"entry:{issue.pk}:{actor.user_id}",
        key=key,
        digest=message_digest(text, attachments, kind),
        now=now,
        post=lambda: post_now(issue, kind, text, attachments, actor, now),
    )


def post_now(
    issue: Issue,
    kind: str,
    text: str,
    given: Sequence[NewFile],
    actor: Actor,
    now: datetime,
    stored: Sequence[Attachment] = (),
) -> Entry:
    """Writes it to the locked issue, whatever was checked before. ``stored``: files that were kept already and belong to no
    entry yet."""
    public = kind == "reply"
    meant = [] if public else people_mentioned(issue, text)
    files = build_files(files=given, issue_id=issue.pk, public=public, actor=actor, now=now)
    entry = entry_by(actor, issue=issue, kind=kind, public=public, text=text, at=now)
    with at_work(issue, now=now) as work:
        if public:
            work.send(entry, files=files)
        else:
            work.write(entry, files)
            tell_mentioned(work, meant, actor.name, actor.user_id)
        work.index(text)
        work.joined_by(actor.user_id)
        work.change(updated_at=now)
    if stored:
        Attachment.objects.filter(pk__in=[file.pk for file in stored]).update(entry=entry, public=public)
    audit.record(actor=actor, action=f"issue.{kind}", object_type="issue", object_id=issue.pk, now=now)
    return entry


def add_automatic_message(*, instance: Instance, kind: str, now: datetime) -> None:
    """A message of the product to the customer; ``kind`` is kept as the entry's code. Joins the step's transaction."""
    with work_on(instance, now=now) as work:
        if work is None:
            raise NotFound
        entry = entry_by(SYSTEM, issue=work.issue, kind="auto", public=True, code=kind, at=now)
        work.send(entry, automatic=True)


@operation()
def flag_issue(*, issue_id: int, code: str, params: dict[str, object], bell: bool = True, now: datetime) -> Entry:
    """A line of the timeline that says that something went wrong outside (a bounce, a failed delivery); with ``bell`` the
    people at work are told."""
    issue = locked_issue(issue_id)
    with at_work(issue, now=now) as work:
        entry = work.say(code, params, SYSTEM)
        if bell:
            tell_holders(work, code, params)
        work.change(updated_at=now)
    return entry


@operation()
def store_files(*, issue_id: int, files: Sequence[NewFile], actor: Actor, now: datetime) -> list[Attachment]:
    """Files for a form of the issue."""
    issue = locked_issue(issue_id, actor)
    return Attachment.objects.bulk_create(
        build_files(files=files, issue_id=issue.pk, public=False, actor=actor, now=now)
    )
