"""Fetches mail from IMAP mailboxes. The server's mailbox is only read: nothing is marked, moved or deleted.

Where one is in a mailbox is a `Cursor` (UIDVALIDITY and the last UID), kept by the caller, moved after every mail that
was taken in or parked. A mail may come twice (a crash between the two), never not at all.
"""

import imaplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import imap_tools

from bihuan.channels.kinds.email.failures import (
    LoginRefused,
    MailTooLarge,
    TemporaryFailure,
    Unreachable,
    WrongSettings,
)
from bihuan.channels.kinds.email.hosts import Resolve, company_address
from bihuan.channels.kinds.email.imap_client import Connection

CHUNK = 100
SKEW = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How to get into a mailbox. ``security``: ``tls``, ``starttls`` or ``plain``."""

    host: str
    port: int = 993
    security: str = "tls"
    username: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    timeout: float = 60.0
    context: ssl.SSLContext | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where one is in a mailbox. ``uid_validity`` None: never been there. ``polled_at``: the last time that everything
    had been fetched, by our clock."""

    uid_validity: int | None = None
    last_uid: int = 0
    polled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail. ``historic``: it was there before we were connected, so it gets no automatic answer (correctness 46)."""

    uid: int
    raw: bytes = field(repr=False)
    historic: bool
    received_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """``first_import``: how many mails at most are taken in when a mailbox is connected first (0: none);
    ``rescan``: beyond so many after a change of UIDVALIDITY all count as historic; ``largest``: bytes of a mail;
    ``per_poll``: mails in one go."""

    first_import: int = 200
    rescan: int = 500
    largest: int = 35 * 1024 * 1024
    per_poll: int = 500


def _always() -> AbstractContextManager[bool]:
    return nullcontext(True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handlers:
    """What the caller does.

    ``on_mail`` takes a mail in and returns when it is committed. It raises `TemporaryFailure` when nothing can be
    taken in now (the poll ends, the mail comes again); any other error makes the mail poison: ``on_poison`` keeps its
    bytes (of a mail that is too large its head) with the error, and the next mail proceeds (correctness 47).
    ``on_cursor`` stores where we are. ``lock`` says whether this process may poll the mailbox now (correctness 48).
    """

    on_mail: Callable[[Fetched], None]
    on_poison: Callable[[Fetched, Exception], None]
    on_cursor: Callable[[Cursor], None]
    lock: Callable[[], AbstractContextManager[bool]] = _always


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one poll did. ``busy``: somebody else polls this mailbox. ``skipped``: historic mails beyond the limit;
    ``left``: mails that wait for the next poll; ``would_take``: what a dry run would take in."""

    cursor: Cursor
    busy: bool = False
    taken: int = 0
    poisoned: int = 0
    skipped: int = 0
    left: int = 0
    would_take: int = 0
    first: bool = False
    reset: bool = False


def poll_mailbox(
    account: Account,
    cursor: Cursor,
    handlers: Handlers,
    *,
    now: datetime,
    limits: Limits | None = None,
    resolve: Resolve = company_address,
    dry_run: bool = False,
) -> Polled:
    """Fetches what is new, once.

    A mailbox that is connected first gives its latest mails as historic; the cursor is stored when all of them are
    in, so that a crash in between starts the import again. With ``dry_run`` nothing is handed over or stored.

    :raises Unreachable, LoginRefused, WrongSettings, HostRefused: and what ``on_mail`` raises as temporary
    """
    with handlers.lock() as mine:
        if not mine:
            return Polled(cursor=cursor, busy=True)
        with connected(account, resolve=resolve, largest=(limits or Limits()).largest) as connection:
            return poll_connection(connection, cursor, handlers, now=now, limits=limits or Limits(), dry_run=dry_run)


@contextmanager
def connected(account: Account, *, resolve: Resolve, largest: int) -> Iterator[Connection]:
    """An open mailbox; failures of the conversation come out as ours.

    :raises Unreachable, LoginRefused, WrongSettings, HostRefused:
    """
    address = resolve(account.host, account.port)
    context = account.context or ssl.create_default_context()
    connection: Connection | None = None
    try:
        connection = Connection(
            host=account.host,
            address=address,
            port=account.port,
            security=account.security,
            context=context,
            timeout=account.timeout,
            largest=largest,
        )
        connection.enter(account.username, account.password, account.folder)
        yield connection
    except imap_tools.errors.MailboxLoginError as error:
        raise LoginRefused(_words(error)) from error
    except (imap_tools.errors.MailboxFolderSelectError, imap_tools.errors.MailboxStarttlsError) as error:
        raise WrongSettings(_words(error)) from error
    except ssl.SSLError as error:
        raise WrongSettings(f"no safe connection with {account.host}: {error.reason}") from error
    except (imap_tools.ImapToolsError, imaplib.IMAP4.error, OSError, EOFError) as error:
        raise Unreachable(f"{account.host}: {_words(error)}") from error
    finally:
        if connection is not None:
            connection.leave()


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which UIDs to fetch, in order. ``keep``: the cursor moves with each mail; otherwise only at the end."""

    uids: Sequence[int]
    end: Cursor
    keep: bool
    historic: Callable[[datetime | None], bool]
    skipped: int = 0
    left: int = 0
    first: bool = False
    reset: bool = False


def poll_connection(
    connection: Connection, cursor: Cursor, handlers: Handlers, *, now: datetime, limits: Limits, dry_run: bool = False
) -> Polled:
    """Like `poll_mailbox`, over a connection that is open and without asking for the lock."""
    validity = connection.uid_validity()
    plan = _plan(connection, cursor, validity, limits, now)
    told = Polled(
        cursor=cursor,
        skipped=plan.skipped,
        left=plan.left,
        first=plan.first,
        reset=plan.reset,
        would_take=len(plan.uids),
    )
    if dry_run:
        return told
    taken = poisoned = 0
    for mail, error in _mails(connection, plan, limits):
        poisoned += _handed_over(mail, error, handlers)
        taken += 1
        if plan.keep:
            handlers.on_cursor(Cursor(validity, mail.uid, cursor.polled_at))
    handlers.on_cursor(plan.end)
    return replace(told, cursor=plan.end, taken=taken - poisoned, poisoned=poisoned, would_take=0)


def _handed_over(mail: Fetched, error: Exception | None, handlers: Handlers) -> bool:
    """Gives a mail to the caller; whether it was poison."""
    if error is None:
        try:
            handlers.on_mail(mail)
        except TemporaryFailure:
            raise
        except Exception as raised:
            error = raised
    if error is not None:
        handlers.on_poison(mail, error)
    return error is not None


def _plan(connection: Connection, cursor: Cursor, validity: int, limits: Limits, now: datetime) -> _Plan:
    if cursor.uid_validity is None or (cursor.uid_validity != validity and cursor.polled_at is None):
        return _first(connection, validity, limits, now)
    if cursor.uid_validity != validity:
        return _rescan(connection, cursor, validity, limits, now)
    uids = connection.uids_after(cursor.last_uid)
    part = uids[: limits.per_poll]
    left = len(uids) - len(part)
    # Only a poll that fetched everything may say until when everything is known.
    end = Cursor(validity, part[-1] if part else cursor.last_uid, cursor.polled_at if left else now)
    return _Plan(part, end, keep=True, historic=lambda received: False, left=left)


def _first(connection: Connection, validity: int, limits: Limits, now: datetime) -> _Plan:
    uids = connection.uids_after(0)
    part = uids[-limits.first_import :] if limits.first_import > 0 else []
    end = Cursor(validity, uids[-1] if uids else max(0, connection.uid_next() - 1), now)
    return _Plan(part, end, keep=False, historic=lambda received: True, skipped=len(uids) - len(part), first=True)


def _rescan(connection: Connection, cursor: Cursor, validity: int, limits: Limits, now: datetime) -> _Plan:
    """The server numbered the mailbox anew: everything since the last poll is looked at again. What had been taken in
    is known by its key; what is new is told from history by the server's own time of arrival."""
    last = cursor.polled_at or now
    uids = connection.uids_since(last - timedelta(days=1))
    doubtful = len(uids) > limits.rescan
    part = uids[-max(limits.rescan, 1) :]
    everything = connection.uids_after(0)
    end = Cursor(validity, everything[-1] if everything else max(0, connection.uid_next() - 1), now)

    def historic(received: datetime | None) -> bool:
        return doubtful or received is None or received < last - SKEW

    return _Plan(part, end, keep=False, historic=historic, skipped=len(uids) - len(part), reset=True)


def _mails(connection: Connection, plan: _Plan, limits: Limits) -> Iterator[tuple[Fetched, Exception | None]]:
    """The mails of the plan; with an error those that are not fetched whole."""
    for start in range(0, len(plan.uids), CHUNK):
        chunk = plan.uids[start : start + CHUNK]
        described = connection.describe(chunk)
        for uid in chunk:
            if uid not in described:
                continue  # deleted since
            size, received = described[uid]
            too_large = size > limits.largest
            raw = connection.head(uid) if too_large else connection.whole(uid)
            if raw is not None:
                error = MailTooLarge(f"{size} bytes") if too_large else None
                yield Fetched(uid, raw, plan.historic(received), received), error
