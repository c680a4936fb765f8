"""An IMAP conversation with limits: calls the address that was checked, and reads no more than a mail may have."""

import contextlib
import imaplib
import re
import socket
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

import imap_tools

_UID = re.compile(rb"UID (\d{1,10})")
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,12})")
_ARRIVED = re.compile(rb'INTERNALDATE "([^"]{1,40})"')
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HEAD = 64 * 1024
_STEP = 1.0
_FAREWELL = 5.0
Described = Mapping[int, tuple[int, datetime | None]]


class _Plain(imaplib.IMAP4):
    """Connects to the address that the name led to when it was checked."""

    def __init__(self, host: str, address: str, port: int, timeout: float, largest: int) -> None:
        self._address = address
        self._largest = largest
        super().__init__(host, port, timeout)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return socket.create_connection((self._address, self.port), timeout)

    def read(self, size: int) -> bytes:
        """A server that announces more than a mail may have is not listened to."""
        if size > self._largest:
            raise self.abort(f"the server announced {size} bytes")
        return super().read(size)


class _Tls(_Plain):
    """The same over TLS; the certificate must be the name's."""

    def __init__(
        self, host: str, address: str, port: int, timeout: float, largest: int, context: ssl.SSLContext
    ) -> None:
        self._context = context
        super().__init__(host, address, port, timeout, largest)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._context.wrap_socket(super()._create_socket(timeout), server_hostname=self.host)


class _MailBox(imap_tools.BaseMailBox):
    def __init__(self, client: imaplib.IMAP4) -> None:
        self._given = client
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self._given


class _Idle(Protocol):
    """What imap-tools offers for waiting, with types."""

    def start(self) -> object: ...

    def poll(self, timeout: float | None) -> list[bytes]: ...

    def stop(self) -> object: ...


class Connection:
    """One open mailbox, read only. Raises what imap-tools, imaplib and sockets raise."""

    def __init__(
        self,
        *,
        host: str,
        address: str,
        port: int,
        security: str,
        context: ssl.SSLContext,
        timeout: float,
        largest: int,
    ) -> None:
        room = largest + _HEAD
        if security == "tls":
            client: imaplib.IMAP4 = _Tls(host, address, port, timeout, room, context)
        else:
            client = _Plain(host, address, port, timeout, room)
        self._client = client
        if security == "starttls":
            try:
                client.starttls(context)
            except (imaplib.IMAP4.error, OSError):
                self.leave()
                raise
        self._box = _MailBox(client)
        self._idle: _Idle = self._box.idle

    def enter(self, username: str, password: str, folder: str) -> None:
        """Signs in and opens the folder. NetEase refuses programs that do not say who they are (RFC 2971)."""
        if username.isascii() and password.isascii():
            self._box.login(username, password, initial_folder=None)
        else:
            self._box.login_utf8(username, password, initial_folder=None)
        if "ID" in self._client.capabilities or "ID" in self._capabilities():
            with contextlib.suppress(imaplib.IMAP4.error):
                self._client.xatom("ID", '("name" "Bihuan" "version" "1" "vendor" "Bihuan")')
        self._box.folder.set(folder, readonly=True)

    def _capabilities(self) -> str:
        _, found = self._client.capability()
        return b" ".join(piece for piece in found if isinstance(piece, bytes)).decode("ascii", "replace").upper()

    def leave(self) -> None:
        """Ends the conversation, whatever state it is in."""
        with contextlib.suppress(imaplib.IMAP4.error, OSError, imap_tools.ImapToolsError):
            self._client.sock.settimeout(_FAREWELL)
            self._client.logout()
        with contextlib.suppress(OSError):
            self._client.shutdown()

    def uid_validity(self) -> int:
        """The number under which the UIDs of this mailbox hold."""
        return self._number("UIDVALIDITY")

    def uid_next(self) -> int:
        """The UID that the next mail will have; 0 when the server does not tell."""
        return self._number("UIDNEXT")

    def _number(self, name: str) -> int:
        found = self._client.untagged_responses.get(name, [])
        last = found[-1] if found else b""
        return int(last) if isinstance(last, bytes) and last.isdigit() else 0

    def uids_after(self, uid: int) -> list[int]:
        """The UIDs above this one, ascending. ``n:*`` names the last mail even when it is older."""
        found = self._box.uids(f"UID {uid + 1}:*", charset=None)
        return sorted({int(one) for one in found if int(one) > uid})

    def uids_since(self, day: datetime) -> list[int]:
        """The UIDs of mails that arrived on this day (UTC) or later, ascending."""
        at = day.astimezone(UTC)
        found = self._box.uids(f"SINCE {at.day}-{_MONTHS[at.month - 1]}-{at.year}", charset=None)
        return sorted({int(one) for one in found})

    def describe(self, uids: Sequence[int]) -> Described:
        """(bytes, time of arrival) of mails that are still there."""
        answer = self._fetch(uids, "(UID RFC822.SIZE INTERNALDATE)")
        described: dict[int, tuple[int, datetime | None]] = {}
        for item in answer:
            line = item[0] if isinstance(item, tuple) else item
            if not isinstance(line, bytes):
                continue
            uid, size = _UID.search(line), _SIZE.search(line)
            if uid and size:
                described[int(uid.group(1))] = (int(size.group(1)), _arrived(line))
        return described

    def whole(self, uid: int) -> bytes | None:
        """The bytes of a mail; None when it is gone."""
        return self._literal(self._fetch([uid], "(BODY.PEEK[])"))

    def head(self, uid: int) -> bytes | None:
        """The beginning of a mail that is too large: at most 64 KiB of its header."""
        return self._literal(self._fetch([uid], f"(BODY.PEEK[HEADER]<0.{_HEAD}>)"))

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Sleeps until the mailbox changes (IDLE) or ``stop`` is set, at most so long; False when the server cannot
        tell of changes."""
        if "IDLE" not in self._client.capabilities and "IDLE" not in self._capabilities():
            return False
        self._idle.start()
        heard = self._heard(time.monotonic() + seconds, stop)
        if any(line.startswith(b"* BYE") for line in heard):
            raise imaplib.IMAP4.abort("the server says goodbye")
        self._idle.stop()
        return True

    def _heard(self, until: float, stop: threading.Event) -> list[bytes]:
        while not stop.is_set() and (now := time.monotonic()) < until:
            step = min(until - now, _STEP)
            heard = self._idle.poll(timeout=step)
            # Nothing heard before the time is up means that the connection has ended: what follows says so.
            if heard or time.monotonic() - now < step / 2:
                return heard
        return []

    def refresh(self) -> None:
        """Lets the server tell about new mail."""
        self._client.noop()

    def _fetch(self, uids: Sequence[int], parts: str) -> list[object]:
        status, answer = self._client.uid("FETCH", ",".join(map(str, uids)), parts)
        if status != "OK":
            raise imaplib.IMAP4.error(f"FETCH answered {status}")
        return [item for item in answer if item is not None]

    @staticmethod
    def _literal(answer: Sequence[object]) -> bytes | None:
        for item in answer:
            if isinstance(item, tuple) and len(item) > 1 and isinstance(item[1], bytes):
                return item[1]
        return None


def _arrived(line: bytes) -> datetime | None:
    match = _ARRIVED.search(line)
    if match is None:
        return None
    try:
        return datetime.strptime(match.group(1).decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z")
    except (ValueError, UnicodeError):
        return None
