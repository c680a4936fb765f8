"""Who gets no automatic answer, and which mails are no issues."""

import pytest

from bihuan.channels.kinds.email.model import ParsedMail
from bihuan.channels.kinds.email.parse import may_auto_reply, parse_mail
from tests.channels.kinds.email.mails import data, mail, multipart

PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
OURS = "help@company.example"


def read(
    *fields: bytes, body: bytes = b"Hello", envelope: str | None = None, sender: bytes = b"zhang@customer.example"
) -> ParsedMail:
    """A mail with these fields, as our help desk gets it."""
    head = (
        b"From: "
        + sender
        + b"\r\nTo: help@company.example\r\nMessage-ID: <a@b>\r\nDate: Tue, 24 Nov 2026 10:00:00 +0800\r\n"
    )
    return parse_mail(
        mail(body, *fields, head=head), own_addresses=frozenset({OURS}), loop_token="our-token", envelope_from=envelope
    )


def subject(text: str) -> bytes:
    """A subject field."""
    return f"Subject: {text}".encode()


def test_a_person_gets_an_answer() -> None:
    one = read(subject("设备坏了"))
    assert (one.auto, one.auto_reason, one.no_reply_reason, may_auto_reply(one)) == (None, "", "", True)


@pytest.mark.correctness(44)
@pytest.mark.parametrize(
    ("field", "auto", "reason"),
    [
        (b"Auto-Submitted: auto-replied", "auto_reply", "auto_submitted"),
        (b"Auto-Submitted: auto-generated (x)", "auto_reply", "auto_submitted"),
        (b"auto-submitted: AUTO-NOTIFIED; owner-email=x", "auto_reply", "auto_submitted"),
        (b"Precedence: auto_reply", "auto_reply", "precedence"),
        (b"X-Autoreply: yes", "auto_reply", "auto_reply_header"),
        (b"X-Autorespond: x", "auto_reply", "auto_reply_header"),
        (b"X-Auto-Reply-From: x", "auto_reply", "auto_reply_header"),
        (b"X-Auto-Response-Suppress: All", "auto_reply", "suppress_header"),
        (b"X-Auto-Response-Suppress: DR, OOF, AutoReply", "auto_reply", "suppress_header"),
        (b"Precedence: bulk", "list", "precedence"),
        (b"Precedence: list", "list", "precedence"),
        (b"Precedence: JUNK", "list", "precedence"),
        (b"List-Id: <x.lists.example>", "list", "list_id"),
        (b"List-Unsubscribe: <mailto:u@x>", "list", "list_unsubscribe"),
        (b"Mailing-List: x", "list", "list_id"),
        (b"Return-Path: <>", "bounce", "null_return_path"),
        (b"X-Failed-Recipients: a@b.c", "bounce", "failed_recipients"),
        (b"X-Bihuan-Loop: our-token", "own", "loop_header"),
    ],
)
def test_headers_of_machines(field: bytes, auto: str, reason: str) -> None:
    one = read(field)
    assert (one.auto, one.auto_reason, may_auto_reply(one)) == (auto, reason, False)


@pytest.mark.correctness(44)
@pytest.mark.parametrize(
    ("sender", "auto"),
    [
        (b"MAILER-DAEMON@mx.example", "bounce"),
        (b"Mail Delivery System <mailer-daemon@mx.example>", "bounce"),
        (b"bounces+123=a@mx.example", "bounce"),
        (b"MAILER-DAEMON", "bounce"),
        (b"Help <HELP@company.example>", "own"),
        (b"help@company.example", "own"),
    ],
)
def test_senders_that_are_machines(sender: bytes, auto: str) -> None:
    assert read(sender=sender).auto == auto


@pytest.mark.correctness(44)
@pytest.mark.parametrize(
    "sender",
    [
        b"no-reply@x.cn",
        b"noreply@x.cn",
        b"donotreply@x.cn",
        b"notifications@x.cn",
        b"noreply-3fa@x.cn",
        b"postmaster@x.cn",
        b"root@x.cn",
        b"list-request@x.cn",
        b"owner-list@x.cn",
    ],
)
def test_addresses_that_no_one_reads_are_not_answered_but_heard(sender: bytes) -> None:
    one = read(subject("设备坏了"), sender=sender)
    assert (one.auto, one.no_reply_reason) == (None, "machine_address")


@pytest.mark.parametrize(
    "field",
    [
        b"Auto-Submitted: no",
        b"Precedence: normal",
        b"X-Autoreply: no",
        b"Return-Path: <zhang@customer.example>",
        b"X-Auto-Response-Suppress: None",
    ],
)
def test_headers_that_say_nothing(field: bytes) -> None:
    assert read(field).auto is None


@pytest.mark.correctness(44)
def test_only_a_suppress_header_about_receipts_leaves_the_mail_a_persons() -> None:
    one = read(b"X-Auto-Response-Suppress: RN, NRN")
    assert (one.auto, one.no_reply_reason) == (None, "suppress_header")


@pytest.mark.correctness(44)
def test_the_header_of_another_house_like_ours_is_not_answered_but_heard() -> None:
    one = read(b"X-Bihuan-Loop: another-token")
    assert (one.auto, one.no_reply_reason) == (None, "other_loop_header")
    assert parse_mail(mail(b"x", b"X-Bihuan-Loop: any")).auto == "own"


@pytest.mark.correctness(44)
@pytest.mark.parametrize(
    ("envelope", "auto"), [("", "bounce"), ("<>", "bounce"), ("zhang@customer.example", None), (None, None)]
)
def test_the_envelope_tells_the_null_path(envelope: str | None, auto: str | None) -> None:
    assert read(envelope=envelope).auto == auto


@pytest.mark.correctness(35, 44)
@pytest.mark.parametrize(
    "text",
    [
        "自动回复: 设备坏了",
        "自动回复",
        "【自动回复】您的邮件",
        "休假自动回复：张三",
        "自動回覆: 設備",
        "Automatic reply: device",
        "Out of Office: device",
        "Re: Out of office",
        "OOO: back on Monday",
        "Auto-Reply: x",
        "AutoReply",
        "Autoresponse: x",
        "Abwesenheitsnotiz: x",
        "Réponse automatique : x",
        "Respuesta automática: x",
        "外出通知",
        "On vacation: x",
        "自动答复：收到",
        "Re: 自动回复：设备",
        "不在办公室",
    ],
)
def test_subjects_of_autoresponders(text: str) -> None:
    assert read(subject(text)).auto == "auto_reply"


@pytest.mark.correctness(35)
@pytest.mark.parametrize(
    "text",
    [
        "你们的自动回复功能坏了",
        "自动回复功能无法关闭",
        "Autoreply button is broken",
        "On leave management module",
        "外出安装求助",
        "Re: 设备坏了",
        "Out of office chairs",
        "关于退信的问题",
        "已读不回",
        "回执单打印错误",
        "Read: the manual does not help",
        "auto: 车载设备",
    ],
)
def test_subjects_of_people(text: str) -> None:
    assert read(subject(text)).auto is None


@pytest.mark.correctness(35)
@pytest.mark.parametrize(
    ("body", "auto"),
    [
        ("此邮件为系统自动发送，请勿回复。", "auto_reply"),
        ("您好，\n本邮件由系统自动生成，您的来信已收到。", "auto_reply"),
        ("自动回复：我在休假，周一回复您。", "auto_reply"),
        ("This is an automated response. We got your mail.", "auto_reply"),
        ("This is an automatic reply", "auto_reply"),
        ("我收到一封邮件，说此邮件为系统自动发送，但是问题没有解决。", None),
        ("我在出差，请打电话联系我。", None),
        ("I am out of office on Monday, please call my mobile.", None),
        ("此邮件为系统自动发送。" + "问题描述" * 200, None),
    ],
)
def test_texts_of_autoresponders(body: str, auto: str | None) -> None:
    assert read(b"Content-Type: text/plain; charset=utf-8", body=body.encode()).auto == auto


REPORT = (
    b"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; Zhang@customer.example\r\nAction: %s\r\nStatus: 5.1.1\r\n"
    b"Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
)
RETURNED = b"Content-Type: message/rfc822\r\n\r\nMessage-ID: <i7.12.aaaaaaaaaaaaaaaaaaaa@company.example>\r\nReferences: <root@company.example>\r\nSubject: Re: x\r\n\r\nour text"


def bounce(action: bytes) -> bytes:
    """A delivery report about one of our mails."""
    return multipart(
        b'report; report-type="delivery-status"',
        PLAIN + b"could not be delivered",
        b"Content-Type: message/delivery-status\r\n\r\n" + REPORT % action,
        RETURNED,
    )


@pytest.mark.correctness(35)
def test_a_bounce_says_which_mail_of_ours_it_is_about() -> None:
    one = parse_mail(bounce(b"failed"))
    assert one.auto == "bounce"
    assert one.report is not None
    assert (one.report.permanent, one.report.recipients, one.report.status) == (
        True,
        ("zhang@customer.example",),
        "5.1.1",
    )
    assert one.report.message_ids == ("<i7.12.aaaaaaaaaaaaaaaaaaaa@company.example>", "<root@company.example>")
    assert "no such user" in one.report.diagnostic
    delayed = parse_mail(bounce(b"delayed")).report
    assert delayed is not None
    assert not delayed.permanent


@pytest.mark.correctness(35)
def test_a_bounce_in_prose_is_one_too() -> None:
    body = b"Your message could not be delivered.\r\n\r\n------ This is a copy of your message ------\r\n\r\nMessage-ID: <i7.12.bbbb@company.example>\r\nSubject: Re: x\r\n"
    one = read(subject("系统退信/Undelivered"), sender=b"PostMaster@qq.com", body=body)
    assert one.auto == "bounce"
    assert one.report is not None
    assert one.report.message_ids == ("<i7.12.bbbb@company.example>",)
    one = read(subject("Undeliverable: x"), body=body, envelope="")
    assert (one.auto, one.auto_reason) == ("bounce", "bounce_subject")


@pytest.mark.parametrize("name", ["msg_05", "msg_16", "msg_25", "msg_43"])
def test_bounces_among_the_samples(name: str) -> None:
    one = parse_mail(data("cpython", f"{name}.txt").read_bytes())
    assert one.auto == "bounce"
    assert one.report is not None


@pytest.mark.correctness(55)
def test_read_receipts() -> None:
    receipt = multipart(
        b'report; report-type="disposition-notification"',
        PLAIN + "已读".encode(),
        b"Content-Type: message/disposition-notification\r\n\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n",
    )
    one = parse_mail(receipt)
    assert (one.auto, one.auto_reason) == ("receipt", "read_receipt")
    undeclared = multipart(
        b"mixed", PLAIN + b"read", b"Content-Type: message/disposition-notification\r\n\r\nDisposition: displayed\r\n"
    )
    assert parse_mail(undeclared).auto == "receipt"
    one = read(
        subject("已读: 设备"),
        b"Content-Type: text/plain; charset=utf-8",
        body="您的邮件已于 2026年11月24日 被读取。".encode(),
    )
    assert one.auto == "receipt"
    one = read(subject("Read: device"), body=b"Your message was read on Tuesday.")
    assert one.auto == "receipt"
    assert read(b"Auto-Submitted: auto-replied", envelope="").auto == "auto_reply"


INVITE = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


@pytest.mark.correctness(55)
@pytest.mark.parametrize(
    ("raw", "method"),
    [
        (
            multipart(
                b"alternative", PLAIN + b"meeting", b"Content-Type: text/calendar; method=REQUEST\r\n\r\n" + INVITE
            ),
            "REQUEST",
        ),
        (
            multipart(
                b"alternative",
                PLAIN + b"accepted",
                b"Content-Type: text/calendar; charset=utf-8; method=REPLY\r\n\r\n" + INVITE,
            ),
            "REPLY",
        ),
        (mail(INVITE, b"Content-Type: text/calendar"), "REQUEST"),
        (mail(INVITE, b"Content-Type: text/calendar; method=CANCEL"), "CANCEL"),
    ],
)
def test_invitations(raw: bytes, method: str) -> None:
    one = parse_mail(raw)
    assert (one.calendar, one.auto) == (method, "receipt")


@pytest.mark.correctness(55)
def test_a_calendar_as_a_file_is_a_file() -> None:
    file = (
        b"Content-Type: text/calendar; name=visit.ics\r\nContent-Disposition: attachment; filename=visit.ics\r\n\r\n"
        + INVITE.replace(b"REQUEST", b"PUBLISH")
    )
    one = parse_mail(multipart(b"mixed", PLAIN + "请按这个时间上门".encode(), file))
    assert (one.calendar, one.auto, one.attachments[0].name) == ("", None, "visit.ics")


def results(*values: bytes, trusted: str | None = None) -> ParsedMail:
    """A mail with these results of authentication, the nearest server's first."""
    return parse_mail(mail(b"x", *[b"Authentication-Results: " + value for value in values]), trusted_server=trusted)


@pytest.mark.correctness(54)
def test_spoofed_senders_are_seen() -> None:
    one = results(
        b"mx.company.example; spf=pass smtp.mailfrom=x; dkim=fail (bad) header.d=x; dkim=pass header.d=y; dmarc=pass header.from=x",
        trusted="mx.company.example",
    ).authentication
    assert (one.spf, one.dkim, one.dmarc, one.proven, one.spoofed) == ("pass", "pass", "pass", True, False)
    one = results(b"mx.company.example; spf=softfail; dkim=none; dmarc=fail").authentication
    assert (one.spoofed, one.proven) == (True, False)
    assert results(b"mx.company.example; spf=fail; dkim=none").authentication.spoofed
    assert not results(b"mx.company.example; spf=fail; dkim=pass; dmarc=pass").authentication.spoofed
    assert not results(b"mx; none").authentication.spoofed


@pytest.mark.correctness(54)
def test_results_that_the_sender_wrote_himself_prove_nothing() -> None:
    forged = b"mx.evil.example; spf=pass; dkim=pass; dmarc=pass"
    assert not results(forged).authentication.proven
    one = results(forged, b"mx.company.example; dmarc=fail", trusted="mx.company.example").authentication
    assert (one.dmarc, one.trusted, one.spoofed) == ("fail", True, True)
    assert results(forged, trusted="mx.company.example").authentication.dmarc == "none"
    # Without a name only the nearest server's result is looked at.
    assert results(b"mx.company.example; dmarc=fail", forged).authentication.spoofed


@pytest.mark.correctness(54)
def test_names_that_mislead_are_named() -> None:
    assert "misleading_name" in read(sender=b'"head@company.example" <evil@x.example>').defects
    assert "misleading_name" not in read(sender=b'"zhang@customer.example" <zhang@customer.example>').defects
    assert "several_from" in read(b"From: head@company.example").defects
    assert read(b"From: head@company.example").sender.address == "zhang@customer.example"
