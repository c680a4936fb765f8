"""Handing a finished mail to the world: SMTP, or a folder of files."""

import hashlib
import os
import smtplib
import ssl
import tempfile
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

_TIMEOUT = 30


class TemporaryFailure(Exception):
    """Not now; worth another try later."""


class PermanentFailure(Exception):
    """This recipient will never get it; the text is the other server's word."""


def send(*, url: str, message: EmailMessage, sender: str, recipient: str) -> None:
    """Sends one mail. ``url``: ``smtp://user:password@host:port?tls=starttls``, ``smtps://…`` or ``file:///folder``.

    Into a folder the mail is written under a name made from its Message-ID: sending it again changes nothing.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        _to_folder(Path(unquote(parts.path)), message)
        return
    try:
        _by_smtp(url, message, sender, recipient)
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise _failure(code, words) from error
    except smtplib.SMTPResponseException as error:
        raise _failure(error.smtp_code, error.smtp_error) from error
    except (OSError, smtplib.SMTPException) as error:
        raise TemporaryFailure(str(error)) from error


def _failure(code: int, words: bytes | str) -> TemporaryFailure | PermanentFailure:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    said = f"{code} {text}"[:500]
    return PermanentFailure(said) if 500 <= code < 600 else TemporaryFailure(said)


def _by_smtp(url: str, message: EmailMessage, sender: str, recipient: str) -> None:
    parts = urlsplit(url)
    host, secure = parts.hostname or "localhost", parts.scheme == "smtps"
    starttls = parse_qs(parts.query).get("tls") == ["starttls"]
    context = ssl.create_default_context()
    connection: smtplib.SMTP
    if secure:
        connection = smtplib.SMTP_SSL(host, parts.port or 465, timeout=_TIMEOUT, context=context)
    else:
        connection = smtplib.SMTP(host, parts.port or 25, timeout=_TIMEOUT)
    with connection:
        if starttls:
            connection.starttls(context=context)
        if parts.username:
            connection.login(unquote(parts.username), unquote(parts.password or ""))
        connection.send_message(message, from_addr=sender, to_addrs=[recipient])


def _to_folder(folder: Path, message: EmailMessage) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()[:40]
    target = folder / f"{name}.eml"
    if target.exists():
        return
    descriptor, temporary = tempfile.mkstemp(dir=folder, suffix=".part")
    with os.fdopen(descriptor, "wb") as file:
        file.write(message.as_bytes())
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(target)
