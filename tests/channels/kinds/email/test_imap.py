"""Fetching from a real IMAP server: first connect, poison, new numbering, two pollers, reconnecting."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from bihuan.channels.kinds.email.failures import (
    HostRefused,
    LoginRefused,
    MailTooLarge,
    TemporaryFailure,
    Unreachable,
    WrongSettings,
)
from bihuan.channels.kinds.email.hosts import company_address, public_address
from bihuan.channels.kinds.email.imap_client import Connection
from bihuan.channels.kinds.email.imap_poller import Account, Cursor, Fetched, Handlers, Limits, Polled, poll_mailbox
from bihuan.channels.kinds.email.imap_watch import watch_mailbox
from tests.channels.kinds.email.conftest import PASSWORD, ImapServer

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def raw(number: int, body: str = "text") -> bytes:
    """A small mail."""
    return f"From: c@customer.example\r\nMessage-ID: <{number}@x>\r\nSubject: mail {number}\r\n\r\n{body}\r\n".encode()


@dataclass
class Desk:
    """Takes mails in, and keeps the cursor as the database would."""

    taken: list[Fetched] = field(default_factory=list)
    poison: list[tuple[Fetched, Exception]] = field(default_factory=list)
    cursor: Cursor = Cursor()
    fails: Callable[[Fetched], None] = lambda mail: None
    lock: Callable[[], AbstractContextManager[bool]] | None = None

    def handlers(self) -> Handlers:
        """What the poller calls."""
        made = Handlers(
            on_mail=self._take, on_poison=lambda mail, error: self.poison.append((mail, error)), on_cursor=self._store
        )
        return replace(made, lock=self.lock) if self.lock else made

    def _take(self, mail: Fetched) -> None:
        self.fails(mail)
        self.taken.append(mail)

    def _store(self, cursor: Cursor) -> None:
        self.cursor = cursor

    @property
    def subjects(self) -> list[str]:
        """The numbers of the mails taken in, in order."""
        return [mail.raw.split(b"Subject: mail ")[1].split(b"\r\n")[0].decode() for mail in self.taken]


@dataclass
class Box:
    """An account with what is needed to poll it."""

    server: ImapServer
    user: str
    desk: Desk = field(default_factory=Desk)

    @property
    def account(self) -> Account:
        """Without encryption: the other ways have tests of their own."""
        return Account(
            host="127.0.0.1", port=self.server.port, security="plain", username=self.user, password=PASSWORD, timeout=10
        )

    def put(self, *numbers: int) -> None:
        """Mails arrive."""
        for number in numbers:
            self.server.put(self.user, raw(number))

    def poll(self, *, now: datetime = NOW, limits: Limits | None = None, dry_run: bool = False) -> Polled:
        """One poll."""
        return poll_mailbox(
            self.account, self.desk.cursor, self.desk.handlers(), now=now, limits=limits, dry_run=dry_run
        )


@pytest.fixture
def box(imap_server: ImapServer) -> Box:
    """A fresh mailbox."""
    return Box(imap_server, imap_server.user())


@pytest.mark.correctness(46)
def test_first_connect_takes_the_latest_as_history_and_counts_the_rest(box: Box) -> None:
    box.put(1, 2, 3, 4, 5)
    polled = box.poll(limits=Limits(first_import=2))
    assert (polled.first, polled.taken, polled.skipped) == (True, 2, 3)
    assert box.desk.subjects == ["4", "5"]
    assert all(mail.historic for mail in box.desk.taken)
    box.put(6)
    polled = box.poll()
    assert (polled.first, polled.taken) == (False, 1)
    assert box.desk.subjects == ["4", "5", "6"]
    assert not box.desk.taken[-1].historic


@pytest.mark.correctness(46)
def test_first_connect_can_take_nothing_and_be_tried_dry(box: Box) -> None:
    box.put(1, 2, 3)
    dry = box.poll(limits=Limits(first_import=2), dry_run=True)
    assert (dry.would_take, dry.skipped, dry.taken, box.desk.cursor) == (2, 1, 0, Cursor())
    assert box.desk.taken == []
    assert box.poll(limits=Limits(first_import=0)).skipped == 3
    assert box.desk.taken == []
    box.put(4)
    box.poll()
    assert box.desk.subjects == ["4"]


def test_an_empty_mailbox_is_connected_before_its_first_mail(box: Box) -> None:
    assert box.poll().first
    box.put(1)
    assert box.poll().taken == 1
    assert not box.desk.taken[0].historic


@pytest.mark.correctness(46)
def test_a_crash_during_the_first_import_starts_it_again_as_history(box: Box) -> None:
    box.put(1, 2, 3)

    def crash(mail: Fetched) -> None:
        if mail.uid == 2:
            raise TemporaryFailure("database is away")

    box.desk.fails = crash
    with pytest.raises(TemporaryFailure):
        box.poll()
    assert box.desk.cursor == Cursor()
    box.desk.fails = lambda mail: None
    box.poll()
    assert box.desk.subjects == ["1", "1", "2", "3"]  # the first one again: its key makes it one
    assert all(mail.historic for mail in box.desk.taken)


@pytest.mark.correctness(47)
def test_poison_is_parked_with_its_bytes_and_the_next_proceeds(box: Box) -> None:
    box.poll()
    box.put(1, 2, 3)

    def refuse(mail: Fetched) -> None:
        if b"mail 2" in mail.raw:
            raise RuntimeError("cannot be understood")

    box.desk.fails = refuse
    polled = box.poll()
    assert (polled.taken, polled.poisoned) == (2, 1)
    assert box.desk.subjects == ["1", "3"]
    [(mail, error)] = box.desk.poison
    assert mail.raw == raw(2)
    assert "understood" in str(error)
    assert box.poll().taken == 0


@pytest.mark.correctness(47)
def test_what_cannot_be_stored_now_comes_again(box: Box) -> None:
    box.poll()
    box.put(1, 2)

    def away(mail: Fetched) -> None:
        if b"mail 2" in mail.raw:
            raise TemporaryFailure("database is away")

    box.desk.fails = away
    with pytest.raises(TemporaryFailure):
        box.poll()
    assert box.desk.poison == []
    box.desk.fails = lambda mail: None
    box.poll()
    assert box.desk.subjects == ["1", "2"]


@pytest.mark.correctness(47)
def test_a_mail_that_is_too_large_is_parked_with_its_head_and_stays_on_the_server(box: Box) -> None:
    box.poll()
    box.server.put(box.user, raw(1, "x" * 5000))
    box.put(2)
    polled = box.poll(limits=Limits(largest=2000))
    assert (polled.taken, polled.poisoned) == (1, 1)
    [(mail, error)] = box.desk.poison
    assert isinstance(error, MailTooLarge)
    assert b"Subject: mail 1" in mail.raw
    assert b"xxx" not in mail.raw
    assert box.desk.subjects == ["2"]


@pytest.mark.correctness(47)
def test_new_numbering_looks_again_at_what_came_since_the_last_poll(box: Box) -> None:
    now = datetime.now(UTC)
    old, fresh = now - timedelta(days=10), now - timedelta(minutes=1)
    box.server.put(box.user, raw(1), arrived=old.timestamp())
    box.poll(now=now - timedelta(hours=3))
    before = box.desk.cursor
    box.server.put(box.user, raw(2), arrived=fresh.timestamp())
    box.server.renumber(box.user)
    polled = box.poll(now=now)
    assert polled.reset
    assert box.desk.cursor.uid_validity != before.uid_validity
    assert box.desk.subjects == ["1", "2"]  # the ten days old one not again
    assert [mail.historic for mail in box.desk.taken] == [True, False]
    box.put(3)
    assert box.poll(now=now + timedelta(minutes=1)).taken == 1


@pytest.mark.correctness(46, 47)
def test_new_numbering_of_too_many_counts_all_as_history(box: Box) -> None:
    box.poll(now=datetime.now(UTC) - timedelta(hours=3))
    box.put(1, 2, 3, 4)
    box.server.renumber(box.user)
    polled = box.poll(now=datetime.now(UTC), limits=Limits(rescan=3))
    assert (polled.reset, polled.taken, polled.skipped) == (True, 3, 1)
    assert all(mail.historic for mail in box.desk.taken)


@pytest.mark.correctness(48)
def test_who_does_not_get_the_lock_does_nothing(box: Box) -> None:
    held = threading.Lock()

    @contextmanager
    def lock() -> Iterator[bool]:
        got = held.acquire(blocking=False)
        try:
            yield got
        finally:
            if got:
                held.release()

    box.desk.lock = lock
    box.put(1)
    with lock() as got:
        assert got
        assert box.poll().busy
        assert box.desk.taken == []
    assert not box.poll().busy
    assert box.desk.subjects == ["1"]


def test_many_mails_come_in_portions(box: Box) -> None:
    box.poll()
    box.put(*range(1, 8))
    polled = box.poll(limits=Limits(per_poll=3))
    assert (polled.taken, polled.left, polled.cursor.polled_at) == (3, 4, NOW)
    later = NOW + timedelta(minutes=1)
    box.poll(now=later, limits=Limits(per_poll=3))
    assert box.desk.cursor.polled_at == NOW  # not everything is fetched yet
    box.poll(now=later, limits=Limits(per_poll=3))
    assert box.desk.cursor.polled_at == later
    assert box.desk.subjects == [str(number) for number in range(1, 8)]


def test_the_mailbox_is_only_read(box: Box) -> None:
    box.put(1)
    box.poll()
    box.poll()
    assert list((box.server.folder / "mail" / box.user / "Maildir").glob("*/*:2,*S*")) == []


def test_bytes_arrive_as_they_are(box: Box) -> None:
    body = bytes(range(1, 256)).replace(b"\r", b"").replace(b"\n", b"")
    box.poll()
    box.server.put(box.user, b"Subject: mail 1\r\n\r\n" + body + b"\r\n")
    box.poll()
    assert body in box.desk.taken[0].raw


def test_tls_and_starttls_check_the_certificate(box: Box) -> None:
    trusting = ssl.create_default_context(cafile=str(box.server.certificate))
    box.put(1)
    tls = replace(box.account, security="tls", port=box.server.tls_port)
    with pytest.raises(WrongSettings, match=r"(?i)certificate"):
        poll_mailbox(tls, Cursor(), box.desk.handlers(), now=NOW)
    for account in (replace(tls, context=trusting), replace(box.account, security="starttls", context=trusting)):
        assert poll_mailbox(account, Cursor(), box.desk.handlers(), now=NOW).taken == 1


def test_failures_have_names_and_tell_no_password(box: Box) -> None:
    wrong = replace(box.account, password="wrong-password")
    with pytest.raises(LoginRefused) as refused:
        poll_mailbox(wrong, Cursor(), box.desk.handlers(), now=NOW)
    assert "wrong-password" not in str(refused.value) + repr(wrong)
    with pytest.raises(WrongSettings):
        poll_mailbox(replace(box.account, folder="Nowhere"), Cursor(), box.desk.handlers(), now=NOW)
    with pytest.raises(Unreachable):
        poll_mailbox(replace(box.account, port=1), Cursor(), box.desk.handlers(), now=NOW)
    with pytest.raises(Unreachable):
        poll_mailbox(replace(box.account, host="no-such-host.invalid"), Cursor(), box.desk.handlers(), now=NOW)


@pytest.mark.correctness(126)
@pytest.mark.parametrize(
    "address", ["169.254.169.254", "100.100.100.200", "0.0.0.0", "224.0.0.1", "::ffff:169.254.169.254", "fe80::1", "::"]
)
def test_hosts_that_must_not_be_called(box: Box, address: str) -> None:
    with pytest.raises(HostRefused):
        company_address(address, 143)
    with pytest.raises(HostRefused):
        poll_mailbox(replace(box.account, host=address), Cursor(), box.desk.handlers(), now=NOW)


@pytest.mark.correctness(126)
def test_private_hosts_are_for_companies_only() -> None:
    assert company_address("10.1.2.3", 143) == "10.1.2.3"
    assert public_address("93.184.216.34", 143) == "93.184.216.34"
    for address in ("10.1.2.3", "127.0.0.1", "192.168.0.1", "::1", "fd00::1"):
        with pytest.raises(HostRefused):
            public_address(address, 143)


@pytest.mark.correctness(126)
def test_the_address_that_was_checked_is_called(box: Box) -> None:
    box.put(1)
    named = replace(box.account, host="mail.company.example")
    polled = poll_mailbox(named, Cursor(), box.desk.handlers(), now=NOW, resolve=lambda host, port: "127.0.0.1")
    assert polled.taken == 1


def test_a_server_that_announces_too_much_is_not_listened_to() -> None:
    import socket

    def lie(listening: socket.socket) -> None:
        served, _ = listening.accept()
        with served, served.makefile("rwb", buffering=0) as wire:
            wire.write(b"* OK [CAPABILITY IMAP4rev1] hello\r\n")
            answers = {
                b"SELECT": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 5] x\r\n",
                b"EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 5] x\r\n",
                b"SEARCH": b"* SEARCH 1\r\n",
                b"RFC822.SIZE": b"* 1 FETCH (UID 1 RFC822.SIZE 10)\r\n",
                b"BODY": b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\n",
            }
            while line := wire.readline():
                for word, answer in answers.items():
                    if word in line:
                        wire.write(answer)
                        break
                wire.write(line.split()[0] + b" OK done\r\n")

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(1)
        threading.Thread(target=lie, args=(listening,), daemon=True).start()
        account = Account(
            host="127.0.0.1", port=listening.getsockname()[1], security="plain", username="u", password="p", timeout=5
        )
        with pytest.raises(Unreachable, match="announced"):
            poll_mailbox(account, Cursor(), Desk().handlers(), now=NOW)


@dataclass
class Watch:
    """A mailbox that is being watched in a thread."""

    box: Box
    stop: threading.Event = field(default_factory=threading.Event)
    states: list[Polled | TemporaryFailure] = field(default_factory=list)

    def __enter__(self) -> "Watch":
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        return self

    def _run(self) -> None:
        watch_mailbox(
            self.box.account,
            lambda: self.box.desk.cursor,
            self.box.desk.handlers(),
            stop=self.stop,
            clock=lambda: NOW,
            on_state=self.states.append,
            interval=0.2,
            first_pause=0.1,
        )

    def __exit__(self, *error: object) -> None:
        self.stop.set()
        self.thread.join(10)
        assert not self.thread.is_alive()

    def until(self, true: Callable[[], bool]) -> None:
        """Waits until something is so."""
        for _ in range(150):
            if true():
                return
            time.sleep(0.1)
        pytest.fail(f"did not happen; states: {self.states}")


def test_watching_hears_of_new_mail_at_once(box: Box) -> None:
    with Watch(box) as watch:
        watch.until(lambda: len(watch.states) >= 1)
        box.put(1)
        watch.until(lambda: box.desk.subjects == ["1"])


def test_watching_comes_back_after_the_server_was_away(imap_server: ImapServer) -> None:
    box = Box(imap_server, imap_server.user())
    with Watch(box) as watch:
        watch.until(lambda: len(watch.states) >= 1)
        imap_server.crash()
        try:
            watch.until(lambda: any(isinstance(state, TemporaryFailure) for state in watch.states))
        finally:
            imap_server.start()
        box.put(1)
        watch.until(lambda: box.desk.subjects == ["1"])


@pytest.mark.correctness(48)
def test_a_second_watcher_waits_for_the_first(box: Box) -> None:
    other = Box(box.server, box.user)
    held = threading.Lock()

    @contextmanager
    def lock() -> Iterator[bool]:
        got = held.acquire(blocking=False)
        try:
            yield got
        finally:
            if got:
                held.release()

    box.desk.lock = other.desk.lock = lock
    with Watch(box) as first:
        first.until(lambda: len(first.states) >= 1)
        with Watch(other) as second:
            second.until(lambda: any(isinstance(state, Polled) and state.busy for state in second.states))
            box.put(1)
            first.until(lambda: box.desk.subjects == ["1"])
            assert other.desk.taken == []


def test_a_server_that_cannot_tell_of_new_mail_is_asked_from_time_to_time(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connection, "wait", lambda self, seconds, stop: False)
    with Watch(box) as watch:
        watch.until(lambda: len(watch.states) >= 2)
        box.put(1)
        watch.until(lambda: box.desk.subjects == ["1"])
