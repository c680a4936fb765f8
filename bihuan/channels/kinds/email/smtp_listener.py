"""Takes mail in over SMTP and LMTP, both on one port: who says LHLO instead of EHLO speaks LMTP.

The answer 250 is given after the callback came back, which is after the mail is committed: a mail is ours from then
on, and until then it is the sender's. This is no relay: nothing is ever passed on.
"""

import asyncio
import logging
import ssl
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

from bihuan.channels.kinds.email.failures import MailTooLarge, PermanentFailure, TemporaryFailure

logger = logging.getLogger("bihuan.channels.smtp")

OnMessage = Callable[[bytes, str, list[str]], None]
Accepts = Callable[[str], bool]
DEFAULT_SIZE = 35 * 1024 * 1024
MOST_RECIPIENTS = 100
LONGEST_LINE = 1024 * 1024
MOST_COMMANDS_WAIT = 300.0
STOP_WAIT = 30.0


class MailListener:
    """An SMTP and LMTP server in a thread of its own.

    :param on_message: called with the raw mail, the envelope's sender ('' for bounces) and its recipients, in one of
        ``workers`` threads. It returns when the mail is committed. `TemporaryFailure` and every other error answer
        451 (the sender tries again), `PermanentFailure` 554.
    :param port: 0 takes a free one, which `port` tells after `start`
    :param max_size: bytes; larger mails are refused with 552 before or while they come
    :param accepts: whether a recipient is one of ours; others are refused with 550. None takes every recipient.
    :param tls: offers STARTTLS
    :param most_connections: more are told 421 (come back later)
    """

    def __init__(
        self,
        on_message: OnMessage,
        *,
        host: str = "127.0.0.1",
        port: int = 2525,
        max_size: int = DEFAULT_SIZE,
        accepts: Accepts | None = None,
        hostname: str = "bihuan",
        tls: ssl.SSLContext | None = None,
        workers: int = 4,
        most_connections: int = 100,
    ) -> None:
        self._host, self._port = host, port
        self._hostname = hostname
        self._max_size = max_size
        self._tls = tls
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="mail-in")
        self._handler = _Handler(on_message, accepts, self._pool)
        self._room = _Room(most_connections)
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._error: OSError | None = None

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return self._port

    def start(self) -> None:
        """Begins to listen. OSError when the port cannot be had."""
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="mail-listener", daemon=True)
        self._thread.start()
        self._ready.wait()
        if self._error is not None:
            self._thread.join()
            raise self._error

    def stop(self) -> None:
        """Takes no more connections, lets mails that are being taken in finish (at most half a minute), and ends."""
        if self._loop is not None and self._stopping is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(STOP_WAIT + 5)
        self._pool.shutdown(wait=False)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        try:
            server = await self._loop.create_server(self._session, self._host, self._port)
        except OSError as error:
            self._error = error
            self._ready.set()
            return
        self._port = int(server.sockets[0].getsockname()[1])
        self._ready.set()
        await self._stopping.wait()
        server.close()
        await self._handler.finished(STOP_WAIT)
        self._room.close_all()
        await asyncio.sleep(0)

    def _session(self) -> SMTP:
        return _Conversation(
            self._room, self._handler, max_size=self._max_size, hostname=self._hostname, tls=self._tls, loop=self._loop
        )


class _Room:
    """Counts the open connections."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.open: set[asyncio.BaseTransport] = set()

    def close_all(self) -> None:
        for transport in list(self.open):
            transport.close()


class _Conversation(SMTP):
    """One connection. LMTP differs in its greeting, and in that every recipient gets an answer of its own."""

    line_length_limit = LONGEST_LINE

    def __init__(
        self,
        room: _Room,
        handler: "_Handler",
        *,
        max_size: int,
        hostname: str,
        tls: ssl.SSLContext | None,
        loop: asyncio.AbstractEventLoop | None,
    ) -> None:
        super().__init__(
            handler,
            data_size_limit=max_size,
            enable_SMTPUTF8=True,
            ident="Bihuan",
            hostname=hostname,
            tls_context=tls,
            timeout=MOST_COMMANDS_WAIT,
            loop=loop,
        )
        self._room = room
        self._lmtp = False
        self._answers = 1
        self._turned_away = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Turns connections away beyond the limit. Comes again when the connection becomes a TLS one."""
        full = self.transport is None and len(self._room.open) >= self._room.most
        if full and isinstance(transport, asyncio.Transport):
            self._turned_away = True
            transport.write(b"421 4.3.2 Too many connections, come back later\r\n")
            transport.close()
            return
        self._room.open.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Makes room."""
        if not self._turned_away:
            if self.transport is not None:
                self._room.open.discard(self.transport)
            super().connection_lost(error)

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, hostname: str) -> None:
        """The greeting of LMTP (RFC 2033)."""
        self._lmtp = True
        await super().smtp_EHLO(hostname)

    async def push(self, status: str | bytes) -> None:
        """Answers. After LMTP's DATA the answer is given once for each recipient."""
        text = status.decode("ascii", "replace") if isinstance(status, bytes) else status
        answers, self._answers = self._answers, 1
        if text.startswith("354") and self._lmtp and self.envelope is not None:
            self._answers = max(1, len(self.envelope.rcpt_tos))
        await super().push("\r\n".join([text] * answers))


class _Handler:
    """Answers the commands that are ours to answer."""

    def __init__(self, on_message: OnMessage, accepts: Accepts | None, pool: ThreadPoolExecutor) -> None:
        self._on_message = on_message
        self._accepts = accepts
        self._pool = pool
        self._running: set[asyncio.Future[None]] = set()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        """One recipient."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if self._accepts is not None and not await self._asked(address):
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def _asked(self, address: str) -> bool:
        if self._accepts is None:
            return True
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._accepts, address.lower())

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The mail itself: taken in by the callback, then answered."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        taken = asyncio.get_running_loop().run_in_executor(self._pool, self._on_message, content, *_who(envelope))
        self._running.add(taken)
        taken.add_done_callback(self._running.discard)
        try:
            await asyncio.shield(taken)
        except MailTooLarge:
            return "552 5.3.4 Message too large"
        except PermanentFailure as error:
            logger.warning("mail refused: %s", error)
            return "554 5.6.0 Message refused"
        except TemporaryFailure as error:
            logger.warning("mail put off: %s", error)
            return "451 4.3.0 Not now, try again later"
        except Exception:
            logger.exception("mail could not be taken in; the sender will try again")
            return "451 4.3.0 Not now, try again later"
        return "250 2.0.0 Taken"

    async def finished(self, seconds: float) -> None:
        """Waits for the mails that are being taken in."""
        if self._running:
            await asyncio.wait(set(self._running), timeout=seconds)
            await asyncio.sleep(0.05)  # so that their answers go out


def _who(envelope: Envelope) -> tuple[str, list[str]]:
    """The sender, '' for ``<>``, and the recipients; bytes that are no UTF-8 become question marks."""
    sender, *recipients = (
        address.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        for address in ((envelope.mail_from or "").strip("<>"), *envelope.rcpt_tos)
    )
    return sender, recipients
