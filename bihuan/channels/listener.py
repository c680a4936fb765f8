"""The SMTP listener: a mail is accepted when it is stored, never before."""

import asyncio
import logging
import signal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections

from bihuan.channels import operations
from bihuan.core.clock import system_now

log = logging.getLogger(__name__)
_MOST_BYTES = 35 * 1024 * 1024


def _store(raw: bytes, recipients: list[str], envelope_from: str) -> str:
    close_old_connections()
    received = operations.receive_mail(
        raw=raw, recipients=recipients, mailbox=settings.MAIL_ADDRESS, envelope_from=envelope_from, now=system_now()
    )
    log.info("mail %s: %s %s", received.inbound_id, received.status, received.reason)
    return received.status


class Receiver:
    """What the SMTP server calls for each mail."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """250 after the transaction committed; 451 when it could not: the sender tries again."""
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content or "").encode("utf-8", "replace")
        try:
            recipients = [str(each) for each in envelope.rcpt_tos]
            await sync_to_async(_store, thread_sensitive=False)(raw, recipients, envelope.mail_from or "")
        except Exception:
            log.exception("mail not stored")
            return "451 4.3.0 could not be stored now, please try again"
        return "250 2.0.0 stored"


def controller(*, host: str, port: int) -> Controller:
    """A listener that is not started yet."""
    return Controller(
        Receiver(), hostname=host, port=port, data_size_limit=_MOST_BYTES, enable_SMTPUTF8=True, ident="Bihuan"
    )


def serve_forever(*, host: str = "0.0.0.0") -> None:  # noqa: S104 - mail servers of the network deliver here
    """Listens on MAIL_PORT until SIGINT or SIGTERM."""
    listening = controller(host=host, port=settings.MAIL_PORT)
    listening.start()
    log.info("mail listener on port %s", settings.MAIL_PORT)

    async def wait() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await stop.wait()

    asyncio.run(wait())
    listening.stop()
