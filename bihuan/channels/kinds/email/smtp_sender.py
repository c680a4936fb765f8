"""Sends mail: to an SMTP server, or into a folder of ``.eml`` files."""

import hashlib
import os
import re
import smtplib
import ssl
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from bihuan.channels.kinds.email.compose import ascii_address
from bihuan.channels.kinds.email.failures import (
    LoginRefused,
    PermanentFailure,
    TemporaryFailure,
    Unreachable,
    WrongSettings,
)

TIMEOUT = 60.0
_SAFE = re.compile(r"[^A-Za-z0-9@._+-]")


class Sender(Protocol):
    """A way out for mail."""

    def send(self, message: EmailMessage, *, envelope_from: str, recipients: Sequence[str]) -> Mapping[str, str]:
        """Sends a mail; bounces go to ``envelope_from`` ('' for mails that nobody may answer).

        Sending the same Message-ID again is harmless. Returns the recipients that were refused while others were
        taken, with the server's words.

        :raises PermanentFailure: the server will never take it
        :raises TemporaryFailure: it may be tried again
        """
        ...


class BadUrl(ValueError):
    """The address of the way out makes no sense. Its text never holds the password."""


def sender_for(url: str) -> Sender:
    """The way out for ``smtp://user:password@host:port?tls=starttls``, ``smtps://…`` or ``file:///folder``.

    :raises BadUrl: anything else; a password without encryption (``tls=none`` says that it is meant)
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadUrl("the address of the mail server cannot be read") from None
    if parts.scheme == "file":
        if not parts.path or parts.netloc not in ("", "localhost"):
            raise BadUrl("file:///folder expected")
        return FolderSender(Path(unquote(parts.path)))
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise BadUrl("smtp://host:port, smtps://host:port or file:///folder expected")
    tls = _tls(parts.scheme, parse_qs(parts.query), has_password=bool(parts.password))
    return SmtpSender(
        host=parts.hostname,
        port=port or {"tls": 465, "starttls": 587, "none": 25}[tls],
        tls=tls,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _tls(scheme: str, query: Mapping[str, Sequence[str]], *, has_password: bool) -> str:
    if scheme == "smtps":
        return "tls"
    stated = next(iter(query.get("tls", [])), "")
    if stated not in ("", "starttls", "none"):
        raise BadUrl("tls must be starttls or none")
    if has_password and not stated:
        raise BadUrl("a password would go over the wire unencrypted: add ?tls=starttls or use smtps://")
    return stated or "none"


@dataclass(frozen=True, slots=True)
class FolderSender:
    """Writes ``<message-id>.eml`` files: the outbox of a system that is being tried out. Written whole or not at all;
    a mail that is there already is left as it is."""

    folder: Path

    def send(self, message: EmailMessage, *, envelope_from: str, recipients: Sequence[str]) -> Mapping[str, str]:
        """See `Sender.send`."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            target = self.folder / f"{file_name(str(message['Message-ID'] or ''))}.eml"
            if not target.exists():
                self._write(target, message.as_bytes())
        except OSError as error:
            raise TemporaryFailure(f"the outbox cannot be written: {error.strerror}") from error
        return {}

    def _write(self, target: Path, data: bytes) -> None:
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, target)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def file_name(message_id: str) -> str:
    """A Message-ID as the name of a file, another for every id."""
    bare = message_id.strip().strip("<>")
    safe = _SAFE.sub("_", bare).lstrip(".")
    if safe == bare and len(safe) <= 180 and safe:
        return safe
    return f"{safe[:120]}-{hashlib.sha256(message_id.encode('utf-8', 'replace')).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSender:
    """Hands mail to an SMTP server, one connection a mail. ``tls``: ``tls``, ``starttls`` or ``none``."""

    host: str
    port: int
    tls: str
    username: str = ""
    password: str = field(default="", repr=False)
    timeout: float = TIMEOUT
    context: ssl.SSLContext | None = field(default=None, repr=False)

    def send(self, message: EmailMessage, *, envelope_from: str, recipients: Sequence[str]) -> Mapping[str, str]:
        """See `Sender.send`."""
        sender = ascii_address(envelope_from) if envelope_from else ""
        to = [ascii_address(address) for address in recipients]
        try:
            with self._connected() as server:
                refused = server.sendmail(sender, to, message.as_bytes())
        except smtplib.SMTPException as error:
            raise _named(error) from error
        except ssl.SSLError as error:
            raise WrongSettings(f"no safe connection with {self.host}: {error.reason}") from error
        except OSError as error:
            raise Unreachable(f"{self.host}:{self.port}: {error.strerror or type(error).__name__}") from error
        return {address: _words(code, said) for address, (code, said) in refused.items()}

    def _connected(self) -> smtplib.SMTP:
        context = self.context or ssl.create_default_context()
        if self.tls == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if self.tls == "starttls":
                server.starttls(context=context)
            if self.username:
                server.login(self.username, self.password)
        except BaseException:
            server.close()
            raise
        return server


def _words(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:500]


def _named(error: smtplib.SMTPException) -> TemporaryFailure | PermanentFailure:
    """The failure that an SMTP answer means."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return LoginRefused(_words(error.smtp_code, error.smtp_error))
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        words = "; ".join(_words(code, said) for code, said in error.recipients.values())
        lasting = all(_lasting(code, said) for code, said in error.recipients.values())
        return PermanentFailure(words) if lasting else TemporaryFailure(words)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return WrongSettings(str(error))
    if isinstance(error, smtplib.SMTPResponseException):
        words = _words(error.smtp_code, error.smtp_error)
        lasting = _lasting(error.smtp_code, error.smtp_error) and not isinstance(error, smtplib.SMTPConnectError)
        return PermanentFailure(words) if lasting else TemporaryFailure(words)
    return Unreachable(str(error) or type(error).__name__)


def _lasting(code: int, said: bytes | str) -> bool:
    """5xx lasts, but for a full mailbox (5.2.2) and for answers that are about our settings (530, 535, 538)."""
    return 500 <= code <= 599 and code not in (530, 535, 538) and " 5.2.2" not in f" {_words(code, said)[4:]}"
