"""Mail over the wire: what comes in by SMTP and LMTP, what goes out by SMTP and into a folder."""

import os
import smtplib
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from bihuan.channels.kinds.email.compose import BadAddress, Reply, build_reply
from bihuan.channels.kinds.email.failures import (
    LoginRefused,
    PermanentFailure,
    TemporaryFailure,
    Unreachable,
    WrongSettings,
)
from bihuan.channels.kinds.email.parse import parse_mail
from bihuan.channels.kinds.email.smtp_listener import MailListener
from bihuan.channels.kinds.email.smtp_sender import BadUrl, FolderSender, SmtpSender, file_name, sender_for
from tests.channels.kinds.email.conftest import free_port
from tests.channels.kinds.email.mails import mail

RAW = mail("您好\r\n.line\r\n".encode(), b"Content-Type: text/plain; charset=utf-8", b"Subject: hi")


@dataclass
class Inbox:
    """Keeps what came in; ``fails`` may refuse it."""

    mails: list[tuple[bytes, str, list[str]]] = field(default_factory=list)
    fails: Callable[[], None] = lambda: None

    def take(self, raw: bytes, sender: str, recipients: list[str]) -> None:
        """The listener's callback."""
        self.fails()
        self.mails.append((raw, sender, recipients))


@pytest.fixture
def inbox() -> Inbox:
    """Empty."""
    return Inbox()


@pytest.fixture
def listener(inbox: Inbox) -> Iterator[MailListener]:
    """A listener on a free port."""
    with MailListener(inbox.take, port=0, max_size=20_000, accepts=lambda to: not to.startswith("nobody")) as listening:
        yield listening


@contextmanager
def client(listener: MailListener) -> Iterator[smtplib.SMTP]:
    """An SMTP conversation."""
    with smtplib.SMTP("127.0.0.1", listener.port, timeout=10) as made:
        yield made


def raising(error: Exception) -> Callable[[], None]:
    """A callback that fails so."""

    def fail() -> None:
        raise error

    return fail


def test_a_mail_comes_in_byte_for_byte(listener: MailListener, inbox: Inbox) -> None:
    with client(listener) as smtp:
        smtp.sendmail("zhang@customer.example", ["help@company.example", "two@company.example"], RAW)
        smtp.sendmail("", ["help@company.example"], RAW)
    assert inbox.mails == [
        (RAW, "zhang@customer.example", ["help@company.example", "two@company.example"]),
        (RAW, "", ["help@company.example"]),
    ]


@pytest.mark.correctness(57, 63)
def test_it_is_taken_only_after_it_was_committed(listener: MailListener, inbox: Inbox) -> None:
    allowed = threading.Event()
    done = threading.Event()
    inbox.fails = lambda: None if allowed.wait(10) else None

    def send() -> None:
        with client(listener) as smtp:
            smtp.sendmail("a@b.example", ["help@company.example"], RAW)
        done.set()

    threading.Thread(target=send, daemon=True).start()
    assert not done.wait(0.4)
    allowed.set()
    assert done.wait(10)


@pytest.mark.parametrize(
    ("error", "code"),
    [(TemporaryFailure("database is away"), 451), (RuntimeError("a bug"), 451), (PermanentFailure("no"), 554)],
)
def test_failures_tell_the_sender_what_to_do(listener: MailListener, inbox: Inbox, error: Exception, code: int) -> None:
    inbox.fails = raising(error)
    with client(listener) as smtp:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            smtp.sendmail("a@b.example", ["help@company.example"], RAW)
        assert refused.value.smtp_code == code
        assert b"database" not in refused.value.smtp_error
        inbox.fails = lambda: None
        smtp.sendmail("a@b.example", ["help@company.example"], RAW)
    assert len(inbox.mails) == 1


def test_too_large_is_refused_before_and_while_it_comes(listener: MailListener, inbox: Inbox) -> None:
    large = mail(b"x" * 70 + b"\r\n" + b"y\r\n" * 10_000)
    with client(listener) as smtp:
        with pytest.raises(smtplib.SMTPSenderRefused) as announced:
            smtp.sendmail("a@b.example", ["help@company.example"], large)
        assert announced.value.smtp_code == 552
    with client(listener) as smtp:
        smtp.helo()
        smtp.mail("a@b.example")
        smtp.rcpt("help@company.example")
        assert smtp.data(large)[0] == 552
        assert smtp.noop()[0] == 250
    assert inbox.mails == []


def test_long_lines_and_other_alphabets_are_taken(listener: MailListener, inbox: Inbox) -> None:
    long = mail(b"z" * 15_000 + b"\r\n")
    with client(listener) as smtp:
        smtp.sendmail("a@b.example", ["help@company.example"], long)
        smtp.ehlo()
        smtp.mail("张三@例子.example", ["SMTPUTF8"])
        smtp.rcpt("help@company.example")
        smtp.data(RAW)
    assert [sender for _, sender, _ in inbox.mails] == ["a@b.example", "张三@例子.example"]


def test_strangers_and_crowds_are_refused(listener: MailListener, inbox: Inbox) -> None:
    with client(listener) as smtp:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            smtp.sendmail("a@b.example", ["nobody@company.example"], RAW)
        assert refused.value.recipients["nobody@company.example"][0] == 550
        many = [f"u{number}@company.example" for number in range(150)]
        assert len(smtp.sendmail("a@b.example", many, RAW)) == 50
    assert len(inbox.mails[0][2]) == 100


def test_lmtp_on_the_same_port_answers_for_every_recipient(listener: MailListener, inbox: Inbox) -> None:
    with smtplib.LMTP("127.0.0.1", listener.port) as lmtp:
        lmtp.ehlo_or_helo_if_needed()
        assert lmtp.mail("a@b.example")[0] == 250
        for name in ("one", "two", "nobody", "three"):
            lmtp.rcpt(f"{name}@company.example")
        assert lmtp.data(RAW) == (250, b"2.0.0 Taken")
        assert [lmtp.getreply()[0] for _ in range(2)] == [250, 250]
        assert lmtp.noop()[0] == 250
        inbox.fails = raising(TemporaryFailure("x"))
        lmtp.mail("a@b.example")
        lmtp.rcpt("one@company.example")
        lmtp.rcpt("two@company.example")
        assert lmtp.data(RAW)[0] == 451
        assert lmtp.getreply()[0] == 451
        lmtp.mail("a@b.example")
        lmtp.rcpt("one@company.example")
        lmtp.rcpt("two@company.example")
        assert lmtp.data(b"y\r\n" * 10_000)[0] == 552
        assert lmtp.getreply()[0] == 552
        assert lmtp.noop()[0] == 250
    assert [recipients for _, _, recipients in inbox.mails] == [
        ["one@company.example", "two@company.example", "three@company.example"]
    ]


def test_a_real_lmtp_client_of_the_standard_library(listener: MailListener, inbox: Inbox) -> None:
    with smtplib.LMTP("127.0.0.1", listener.port) as lmtp:
        lmtp.sendmail("a@b.example", ["one@company.example"], RAW)
    assert len(inbox.mails) == 1


def test_too_many_connections_are_told_to_come_back(inbox: Inbox) -> None:
    with MailListener(inbox.take, port=0, most_connections=2) as listening:
        open_ones = [smtplib.SMTP("127.0.0.1", listening.port) for _ in range(2)]
        with pytest.raises(smtplib.SMTPConnectError) as refused:
            smtplib.SMTP("127.0.0.1", listening.port)
        assert refused.value.smtp_code == 421
        for one in open_ones:
            one.quit()
        for _ in range(50):
            try:
                with client(listening) as smtp:
                    smtp.sendmail("a@b.example", ["x@company.example"], RAW)
                break
            except smtplib.SMTPConnectError:
                time.sleep(0.05)
    assert len(inbox.mails) == 1


def test_stopping_lets_a_mail_finish(inbox: Inbox) -> None:
    started = threading.Event()

    def slow() -> None:
        started.set()
        time.sleep(0.5)

    inbox.fails = slow
    listening = MailListener(inbox.take, port=0)
    listening.start()
    answers: list[object] = []

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", listening.port) as smtp:
            answers.append(smtp.sendmail("a@b.example", ["x@company.example"], RAW))

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    assert started.wait(5)
    listening.stop()
    thread.join(5)
    assert answers == [{}]
    assert len(inbox.mails) == 1
    with pytest.raises(OSError, match=r"(?i)refused"):
        socket.create_connection(("127.0.0.1", listening.port), 1)


def test_a_port_that_is_taken_is_said(inbox: Inbox) -> None:
    with MailListener(inbox.take, port=0) as first:
        with pytest.raises(OSError, match=r"(?i)in use"):
            MailListener(inbox.take, port=first.port).start()


def test_a_connection_that_breaks_off_leaves_nothing(listener: MailListener, inbox: Inbox) -> None:
    with socket.create_connection(("127.0.0.1", listener.port)) as wire:
        wire.sendall(
            b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<x@company.example>\r\nDATA\r\nSubject: half\r\n\r\nhal"
        )
        time.sleep(0.2)
    with client(listener) as smtp:
        assert smtp.noop()[0] == 250
    assert inbox.mails == []


@pytest.mark.parametrize("end", [b"\n.\n", b"\r\n.\n", b"\n.\r\n", b"\r.\r"])
def test_nothing_is_smuggled_behind_a_false_end(listener: MailListener, inbox: Inbox, end: bytes) -> None:
    hidden = (
        b"MAIL FROM:<admin@company.example>\r\nRCPT TO:<x@company.example>\r\nDATA\r\nSubject: forged\r\n\r\nx\r\n.\r\n"
    )
    with socket.create_connection(("127.0.0.1", listener.port), 5) as wire:
        for line in (
            b"",
            b"EHLO x\r\n",
            b"MAIL FROM:<a@b.example>\r\n",
            b"RCPT TO:<x@company.example>\r\n",
            b"DATA\r\n",
        ):
            wire.sendall(line)
            time.sleep(0.03)
            wire.recv(4096)
        wire.sendall(b"Subject: first\r\n\r\nx" + end + hidden)
        assert wire.recv(4096).startswith(b"250")
    assert [sender for _, sender, _ in inbox.mails] == ["a@b.example"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 with its key, in one file."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    try:
        subprocess.run(
            [
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-keyout",
                str(path),
                "-out",
                str(path) + ".crt",
            ],
            check=True,
            capture_output=True,
        )
    except FileNotFoundError:
        pytest.skip("openssl is needed to make a certificate")
    path.write_bytes(path.read_bytes() + Path(str(path) + ".crt").read_bytes())
    return path


def server_context(certificate: Path) -> ssl.SSLContext:
    """For a server with this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_the_listener_offers_starttls(inbox: Inbox, certificate: Path) -> None:
    with MailListener(inbox.take, port=0, tls=server_context(certificate)) as listening:
        with smtplib.SMTP("127.0.0.1", listening.port) as smtp:
            smtp.starttls(context=ssl.create_default_context(cafile=str(certificate)))
            smtp.sendmail("a@b.example", ["x@company.example"], RAW)
    assert len(inbox.mails) == 1


class Sink:
    """Somebody else's mail server: answers as it is told."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.answers: dict[str, str] = {}

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        """The sender."""
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        """A recipient."""
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The mail."""
        self.envelopes.append(envelope)
        return self.answers.get("DATA", "250 OK")


@pytest.fixture
def sink() -> Sink:
    """Takes everything."""
    return Sink()


@contextmanager
def serving(sink: Sink, certificate: Path | None = None, *, implicit: bool = False) -> Iterator[int]:
    """Runs somebody else's server; gives its port. With a certificate it wants a login."""
    options: dict[str, object] = {}
    if certificate is not None:
        options = {
            "auth_required": True,
            "authenticator": lambda server, session, envelope, mechanism, login: AuthResult(
                success=login.password == b"p@ss:word", handled=login.password == b"p@ss:word"
            ),
        }
        if not implicit:
            options |= {"tls_context": server_context(certificate), "require_starttls": True}
        else:
            options |= {"ssl_context": server_context(certificate), "auth_require_tls": False}
    controller = Controller(sink, hostname="127.0.0.1", port=free_port(), **options)  # type: ignore[arg-type]  # options of the server behind it
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def reply(message_id: str = "<i1.1.aaaaaaaaaaaaaaaaaaaa@company.example>") -> EmailMessage:
    """A mail of ours."""
    return build_reply(
        Reply(
            sender_name="闭环客服",
            sender_address="help@company.example",
            to_name="张三",
            to_address="zhang@customer.example",
            subject="设备故障",
            text="已收到。",
            html="<p>已收到。</p>",
            message_id=message_id,
            loop_token="t",
            automatic=True,
            date=datetime(2026, 11, 24, 2, tzinfo=UTC),
        )
    )


def send(port: int, *, recipients: Sequence[str] = ("zhang@customer.example",)) -> dict[str, str]:
    """Sends one over SMTP without encryption."""
    sender = sender_for(f"smtp://127.0.0.1:{port}")
    return dict(sender.send(reply(), envelope_from="help@company.example", recipients=recipients))


def test_a_reply_goes_out_and_can_be_read(sink: Sink) -> None:
    with serving(sink) as port:
        assert send(port) == {}
    [envelope] = sink.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("help@company.example", ["zhang@customer.example"])
    assert isinstance(envelope.content, bytes)
    read = parse_mail(envelope.content)
    assert (read.subject, read.text, read.html) == ("Re: 设备故障", "已收到。", "<p>已收到。</p>\n")
    assert (read.auto, read.sender.name) == ("own", "闭环客服")


@pytest.mark.parametrize(
    ("place", "answer", "failure"),
    [
        ("zhang@customer.example", "550 5.1.1 no such user", PermanentFailure),
        ("zhang@customer.example", "450 4.2.1 greylisted", TemporaryFailure),
        ("zhang@customer.example", "552 5.2.2 mailbox full", TemporaryFailure),
        ("MAIL", "451 4.7.1 later", TemporaryFailure),
        ("MAIL", "530 5.7.0 authentication required", TemporaryFailure),
        ("MAIL", "553 5.7.1 sender rejected", PermanentFailure),
        ("DATA", "554 5.7.1 spam", PermanentFailure),
        ("DATA", "452 4.3.1 disk full", TemporaryFailure),
    ],
)
def test_refusals_have_types(sink: Sink, place: str, answer: str, failure: type[Exception]) -> None:
    sink.answers[place] = answer
    with serving(sink) as port:
        with pytest.raises(failure) as raised:
            send(port)
    assert type(raised.value) is failure
    assert answer.split()[-1] in str(raised.value)


def test_those_refused_beside_others_are_told(sink: Sink) -> None:
    sink.answers["gone@customer.example"] = "550 5.1.1 no such user"
    with serving(sink) as port:
        refused = send(port, recipients=["zhang@customer.example", "gone@customer.example"])
    assert refused == {"gone@customer.example": "550 5.1.1 no such user"}
    assert len(sink.envelopes) == 1


def test_no_server_is_a_temporary_failure() -> None:
    with pytest.raises(Unreachable):
        send(free_port())
    with pytest.raises(Unreachable):
        sender_for("smtp://no-such-host.invalid:25").send(reply(), envelope_from="", recipients=["a@b.example"])


def test_an_address_that_is_none_is_refused_before_anything_is_sent(sink: Sink) -> None:
    with serving(sink) as port:
        with pytest.raises(BadAddress):
            send(port, recipients=["zhang@customer.example\r\nRCPT TO:<victim@x.example>"])
    assert sink.envelopes == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "tls"])
def test_encrypted_with_password(sink: Sink, certificate: Path, implicit: bool) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    with serving(sink, certificate, implicit=implicit) as port:
        url = (
            f"smtps://u:p%40ss%3Aword@127.0.0.1:{port}"
            if implicit
            else f"smtp://u:p%40ss%3Aword@127.0.0.1:{port}?tls=starttls"
        )
        made = sender_for(url)
        assert isinstance(made, SmtpSender)
        assert "p@ss" not in repr(made)
        with pytest.raises(WrongSettings, match=r"(?i)certificate"):
            made.send(reply(), envelope_from="help@company.example", recipients=["a@b.example"])
        known = SmtpSender(
            host="127.0.0.1", port=port, tls=made.tls, username="u", password="p@ss:word", context=trusting
        )
        known.send(reply(), envelope_from="help@company.example", recipients=["a@b.example"])
        wrong = SmtpSender(host="127.0.0.1", port=port, tls=made.tls, username="u", password="other", context=trusting)
        with pytest.raises(LoginRefused) as refused:
            wrong.send(reply(), envelope_from="help@company.example", recipients=["a@b.example"])
        assert "other" not in str(refused.value)
    assert len(sink.envelopes) == 1


def test_a_server_without_starttls_gets_no_password(sink: Sink) -> None:
    with serving(sink) as port:
        with pytest.raises(WrongSettings):
            sender_for(f"smtp://u:p@127.0.0.1:{port}?tls=starttls").send(
                reply(), envelope_from="", recipients=["a@b.example"]
            )
    assert sink.envelopes == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://x",
        "smtp://",
        "smtp://u:secret@host",
        "smtp://host?tls=maybe",
        "smtp://host:99999",
        "file://",
        "smtp://[::1",
    ],
)
def test_bad_addresses_of_the_way_out(url: str) -> None:
    with pytest.raises(BadUrl) as refused:
        sender_for(url)
    assert "secret" not in str(refused.value)


def test_addresses_of_the_way_out() -> None:
    assert sender_for("smtps://u:p@mail.example") == SmtpSender(
        host="mail.example", port=465, tls="tls", username="u", password="p"
    )
    assert sender_for("smtp://u:p@mail.example?tls=starttls") == SmtpSender(
        host="mail.example", port=587, tls="starttls", username="u", password="p"
    )
    assert sender_for("smtp://mail.example") == SmtpSender(host="mail.example", port=25, tls="none")
    assert sender_for("file:///var/mail%20out") == FolderSender(Path("/var/mail out"))
    assert sender_for("file:var/outbox") == FolderSender(Path("var/outbox"))


def test_the_folder_gets_each_mail_once_and_whole(tmp_path: Path) -> None:
    sender = sender_for(f"file://{tmp_path}/out")
    for _ in range(2):
        sender.send(reply(), envelope_from="help@company.example", recipients=["zhang@customer.example"])
    sender.send(reply("<other@company.example>"), envelope_from="", recipients=["zhang@customer.example"])
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["i1.1.aaaaaaaaaaaaaaaaaaaa@company.example.eml", "other@company.example.eml"]
    assert parse_mail((tmp_path / "out" / names[0]).read_bytes()).subject == "Re: 设备故障"


def test_a_mail_in_the_folder_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "i1.1.aaaaaaaaaaaaaaaaaaaa@company.example.eml"
    path.write_bytes(b"first")
    FolderSender(tmp_path).send(reply(), envelope_from="", recipients=[])
    assert path.read_bytes() == b"first"


def test_a_folder_that_cannot_be_written_is_a_temporary_failure(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TemporaryFailure):
        FolderSender(tmp_path / "file" / "out").send(reply(), envelope_from="", recipients=[])


def test_names_of_files_cannot_leave_the_folder_or_meet() -> None:
    names = [
        file_name(one)
        for one in (
            "<a/b@x>",
            "<a_b@x>",
            "<../../etc/passwd@x>",
            f"<{'l' * 300}@x>",
            f"<{'l' * 301}@x>",
            "",
            "<.hidden@x>",
        )
    ]
    assert len(set(names)) == len(names)
    assert all(os.sep not in name and not name.startswith(".") and 0 < len(name) <= 180 for name in names)
