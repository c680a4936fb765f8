"""转给第三方: what is written to people outside who are not the customer, and their answers. None of it is the
customer's: it is never public, answers no question, starts no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

from bihuan.core import audit
from bihuan.core.actor import SYSTEM, Actor
from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.core.stamps import operation
from bihuan.issues.errors import IssueClosed, TextRequired
from bihuan.issues.models import Attachment, Entry, Issue, ThirdPartyThread
from bihuan.issues.operations.attachments import build_files, copied_files
from bihuan.issues.operations.drafts import person_of
from bihuan.issues.operations.locking import locked_issue, locked_with_home
from bihuan.issues.operations.messages import message_digest, posted_once
from bihuan.issues.operations.notices import tell_holders
from bihuan.issues.operations.values import NewFile
from bihuan.issues.operations.work import at_work, entry_by
from bihuan.issues.queries.relations import family
from bihuan.issues.rules import limits
from bihuan.issues.rules.html import clean_html

_MOST = 50


class BadRecipient(Refused):
    code = "bad_recipient"
    text = gettext_noop("“%(address)s”不是完整的邮箱地址，例如 name@example.com。")


class IsTheCustomer(Refused):
    code = "is_the_customer"
    text = gettext_noop("%(address)s 是这件问题的客户本人，请用“回复客户”。")


class TooManyThreads(Refused):
    code = "too_many_threads"
    text = gettext_noop("一件问题最多与 %(limit)s 个第三方往来。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What goes out. Without ``thread_id`` a conversation begins with ``address``. ``files`` come with it, ``kept`` are
    files of the issue that go along."""

    text: str
    thread_id: int | None = None
    name: str = ""
    address: str = ""
    subject: str = ""
    files: Sequence[NewFile] = ()
    kept: Sequence[UUID] = ()


@operation()
def write_to_third_party(
    *, issue_id: int, given: Outside, actor: Actor, now: datetime, key: str | None = None
) -> Entry:
    """Mails somebody outside about the issue; the same ``key`` sends once.

    Refuses those who may not write to customers, a closed issue, an address that is none or the customer's own, an empty
    text, files that are too large or not the issue's.
    """
    person_of(actor)
    if not actor.can("issues.reply"):
        raise Forbidden
    text = limits.within("内容", given.text, limits.TEXT).strip()
    if not text:
        raise TextRequired
    issue = locked_issue(issue_id, actor)
    if not issue.is_open:
        raise IssueClosed
    digest = message_digest(text, given.files, str(given.thread_id), given.address, *map(str, given.kept))
    return posted_once(
        scope=f"outside:{issue.pk}:{actor.user_id}",
        key=key,
        digest=digest,
        now=now,
        post=lambda: _write(issue, given, text, actor, now),
    )


def _write(issue: Issue, given: Outside, text: str, actor: Actor, now: datetime) -> Entry:
    thread = _thread(issue, given, actor, now)
    files = build_files(files=given.files, issue_id=issue.pk, public=False, actor=actor, now=now)
    files += copied_files(_kept(issue, given.kept, actor), issue_id=issue.pk, actor=actor, now=now)
    entry = entry_by(actor, issue=issue, kind="forward", channel="email", text=text, third_party=thread, at=now)
    entry.params = {"third_party": thread.name or thread.address}
    if thread.issue_id != issue.pk:
        entry.origin_id = thread.issue_id  # goes back with its conversation when the merge is taken back
    with at_work(issue, now=now) as work:
        work.send(entry, files=files)
        work.index(text, thread.name, thread.address)
        work.joined_by(actor.user_id)
        work.change(updated_at=now)
    thread.last_at, thread.awaits = now, True
    thread.save(update_fields=["last_at", "awaits"])
    audit.record(
        actor=actor, action="issue.forward", object_type="issue", object_id=issue.pk, now=now,
        detail={"third_party": thread.pk, "files": len(files)},
    )  # fmt: skip
    return entry


def _thread(issue: Issue, given: Outside, actor: Actor, now: datetime) -> ThirdPartyThread:
    rows = ThirdPartyThread.objects.filter(issue_id__in=list(family(actor=actor, issue_id=issue.pk)))
    if given.thread_id is not None:
        found = rows.select_for_update().filter(pk=given.thread_id).first()
        if found is None:
            raise NotFound
        return found
    address = given.address.strip()
    try:
        validate_email(address)
    except ValidationError as error:
        raise BadRecipient(params={"address": address[:100]}) from error
    contact = issue.contact
    if contact is not None and contact.email.lower() == address.lower():
        raise IsTheCustomer(params={"address": address})
    if rows.count() >= _MOST:
        raise TooManyThreads(params={"limit": _MOST})
    return ThirdPartyThread.objects.create(
        issue=issue,
        name=_one_line(given.name)[: limits.NAME],
        address=address[:254],
        subject=_one_line(given.subject)[: limits.TITLE] or issue.title,
        opened_by_id=actor.user_id,
        at=now,
        last_at=now,
    )


def _one_line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def _kept(issue: Issue, wanted: Sequence[UUID], actor: Actor) -> list[Attachment]:
    if not wanted:
        return []
    there = list(family(actor=actor, issue_id=issue.pk))
    found = list(Attachment.objects.filter(pk__in=wanted, issue_id__in=there, entry__isnull=False))
    if len(found) != len(set(wanted)):
        raise NotFound
    return found


@operation()
def add_third_party_message(
    *,
    thread_id: int,
    sender_name: str,
    sender_address: str,
    text: str,
    full_text: str = "",
    html: str = "",
    attachments: Sequence[NewFile] = (),
    now: datetime,
) -> Entry:
    """What somebody outside answered: a line of the issue where it is worked on now, for the house alone. The people at
    work and whoever began the conversation are told; nothing else moves."""
    thread = ThirdPartyThread.objects.get(pk=thread_id)
    issue, home = locked_with_home(thread.issue_id)
    text = limits.within("内容", text, limits.TEXT).strip()
    name = sender_name.replace("\x00", "").strip()
    if sender_address.lower() == thread.address.lower():
        name = name or thread.name or sender_address
    else:  # somebody else answers: never under the name of whom we wrote to
        name = f"{name} <{sender_address}>" if name else sender_address
    entry = Entry(
        issue=home,
        origin=issue if home is not issue else None,
        kind="answer",
        channel="email",
        author_kind="third_party",
        author_name=name[:200],
        text=text,
        full_text=full_text.replace("\x00", "")[: limits.TEXT * 4] if full_text != text else "",
        html=clean_html(html),
        third_party=thread,
        at=now,
    )
    with at_work(home, now=now) as work:
        work.write(entry, build_files(files=attachments, issue_id=home.pk, public=False, actor=SYSTEM, now=now))
        work.index(text)
        work.change(updated_at=now)
        told = tell_holders(work, "notice.third_party", {"name": name[:100]})
        if thread.opened_by_id is not None and thread.opened_by_id not in told:
            work.tell([thread.opened_by_id], "notice.third_party", {"name": name[:100]})
    ThirdPartyThread.objects.filter(pk=thread.pk).update(last_at=now, awaits=False)
    return entry
