"""Which conversation a mail may belong to, which mails are one mail, and whose a forwarded mail is."""

import re

import pytest

from bihuan.channels.kinds.email.matching import dedup_key, match_order
from bihuan.channels.kinds.email.parse import parse_mail
from tests.channels.kinds.email.mails import HEAD, mail

_TOKEN = re.compile(r"token-(\w+)")


def read_token(text: str) -> str | None:
    """Every ``token-x`` counts as signed here."""
    found = _TOKEN.search(text)
    return found.group(1) if found else None


def order(*fields: bytes, head: bytes = HEAD) -> list[tuple[str, str]]:
    """The hints of a mail with these fields."""
    return [
        (one.how, one.value) for one in match_order(parse_mail(mail(b"x", *fields, head=head)), read_token=read_token)
    ]


@pytest.mark.correctness(40)
def test_the_order_of_hints() -> None:
    found = order(
        "Subject: Re: 设备 [#20261120-0042] 编号 20261121-0001".encode(),
        b"References: <root@x> <token-i1@x> <last@x>",
        b"In-Reply-To: <answered@x>",
        b"Delivered-To: help+token-i2@company.example",
    )
    assert found == [
        ("token", "i2"),
        ("token", "i1"),
        ("references", "<last@x>"),
        ("references", "<token-i1@x>"),
        ("references", "<root@x>"),
        ("in_reply_to", "<answered@x>"),
        ("subject", "20261120-0042"),
        ("subject", "20261121-0001"),
    ]


@pytest.mark.correctness(40)
@pytest.mark.parametrize(
    "field",
    [
        b"In-Reply-To: <token-i1@x>",
        b"References: <a@x>\r\n <token-i1@x>\r\n\t<b@x>",
        b"Cc: Help <help+token-i1@company.example>",
        b"X-Original-To: help+token-i1@company.example",
        b"In-Reply-To: Your message of Tuesday <token-i1@x>",
    ],
)
def test_a_token_anywhere_comes_first(field: bytes) -> None:
    assert order(field)[0] == ("token", "i1")


@pytest.mark.correctness(40)
def test_any_sibling_of_references_is_a_hint() -> None:
    assert order(b"References: " + b" ".join(b"<%d@x>" % number for number in range(60)))[0] == ("references", "<59@x>")
    assert len(order(b"References: " + b" ".join(b"<%d@x>" % number for number in range(60)))) == 60


def test_without_hints_there_are_none() -> None:
    assert order(b"Subject: tel 20261120-00421234567890 A20261120") == []


@pytest.mark.correctness(35, 40)
def test_a_bounce_leads_to_the_mail_that_came_back() -> None:
    raw = mail(
        b"Sorry.\r\n\r\nMessage-ID: <token-i9@company.example>\r\n",
        b"Subject: Undeliverable",
        head=b"From: MAILER-DAEMON@x\r\n",
    )
    assert [(one.how, one.value) for one in match_order(parse_mail(raw), read_token=read_token)] == [("token", "i9")]


def key(raw: bytes, mailbox: str = "help@company.example") -> str:
    """The key of a mail that came into this mailbox."""
    return dedup_key(parse_mail(raw), mailbox)


@pytest.mark.correctness(49)
def test_copies_on_different_ways_are_one_mail() -> None:
    one = b"Received: from a\r\nDelivered-To: help@company.example\r\n" + mail(b"text\r\n", b"Subject: hi")
    other = b"Received: from b\r\nX-Spam: no\r\nDelivered-To: sales@company.example\r\n" + mail(
        b"text\r\n\r\n", b"Subject: hi"
    ).replace(b"\r\n", b"\n")
    assert key(one) == key(other, "sales@company.example")


@pytest.mark.correctness(50)
def test_an_equal_id_over_another_text_is_another_mail() -> None:
    assert key(mail(b"one")) != key(mail(b"two"))
    assert key(mail(b"one")) != key(mail(b"one", head=HEAD.replace(b"zhang@", b"wang@")))
    assert key(mail(b"one")) != key(mail(b"one", b"Subject: other"))


@pytest.mark.correctness(50)
@pytest.mark.parametrize("field", [b"", b"Message-ID:\r\n", b"Message-ID: <>\r\n", b"Message-ID: \x00\r\n"])
def test_without_an_id_the_bytes_and_the_mailbox_are_the_key(field: bytes) -> None:
    raw = b"From: a@b.cn\r\n" + field + b"\r\ntext"
    assert parse_mail(raw).message_id is None
    assert "no_message_id" in parse_mail(raw).defects
    assert key(raw) == key(raw, "HELP@company.example") != key(raw, "sales@company.example")
    assert key(raw) != key(raw + b"!")


@pytest.mark.correctness(50)
def test_forged_and_doubled_ids() -> None:
    read = parse_mail(mail(b"x", b"Message-ID: <second@x>"))
    assert (read.message_id, "several_message_ids" in read.defects) == ("<a1@customer.example>", True)
    assert len(key(mail(b"x", head=b"From: a@b.cn\r\nMessage-ID: <" + b"l" * 5000 + b"@x>\r\n"))) <= 130
    assert len(parse_mail(mail(b"x", head=b"Message-ID: <" + b"l" * 5000 + b"@x>\r\n")).message_id or "") <= 250


@pytest.mark.correctness(42)
def test_many_answers_to_one_bulk_mail_are_many_mails() -> None:
    raws = [
        mail(
            b"yes", b"In-Reply-To: <bulk@company.example>", head=f"From: c{n}@x.cn\r\nMessage-ID: <{n}@x>\r\n".encode()
        )
        for n in range(3)
    ]
    assert len({key(raw) for raw in raws}) == 3
    assert all(
        order_of == [("in_reply_to", "<bulk@company.example>")]
        for order_of in [
            [(one.how, one.value) for one in match_order(parse_mail(raw), read_token=read_token)] for raw in raws
        ]
    )


BLOCK = "发件人: 李四 <li@customer.example>\n发送时间: 2026年11月20日 10:00\n收件人: 王五 <wang@company.example>\n主题: 机器坏了\n\n机器不转了，请处理。"


@pytest.mark.correctness(53)
@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("转发: 机器坏了", f"请处理\n\n{BLOCK}"),
        ("Fwd: 机器坏了", f"---------- Forwarded message ---------\n{BLOCK}"),
        ("机器坏了", f"请处理\n\n-------- 转发邮件信息 --------\n{BLOCK}"),
        (
            "FW: x",
            "\n-----Original Message-----\nFrom: 李四 [mailto:li@customer.example]\nSent: Friday\nTo: 王五\nSubject: 机器坏了\n\n机器不转了，请处理。",
        ),
        (
            "转发：x",
            "Begin forwarded message:\n\n> From: 李四 <li@customer.example>\n> Subject: 机器坏了\n> Date: 2026\n>\n> 机器不转了，请处理。".replace(
                ">\n>", ">\n>"
            ),
        ),
        (
            "Fw:x",
            "---- 转发的原邮件 ----\n| 发件人 | 李四<li@customer.example> |\n| 日期 | 2026年11月20日 |\n| 主题 | 机器坏了 |\n机器不转了，请处理。",
        ),
    ],
)
def test_whose_a_forwarded_mail_is(subject: str, text: str) -> None:
    read = parse_mail(mail(text.encode(), f"Subject: {subject}".encode(), b"Content-Type: text/plain; charset=utf-8"))
    assert read.forwarded is not None
    assert (read.forwarded.sender.name, read.forwarded.sender.address) == ("李四", "li@customer.example")
    assert (read.forwarded.subject, read.forwarded.text.split()) == ("机器坏了", ["机器不转了，请处理。"])
    assert read.sender.address == "zhang@customer.example"
    assert read.forwarded_from == read.forwarded.sender


@pytest.mark.correctness(53)
def test_a_mail_that_carries_a_mail() -> None:
    inner = b"From: Li <li@customer.example>\r\nSubject: broken\r\n\r\ndoes not turn"
    raw = mail(
        b"--b\r\n\r\nplease\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--\r\n",
        b"Subject: Fwd: broken",
        b"Content-Type: multipart/mixed; boundary=b",
    )
    read = parse_mail(raw)
    assert read.forwarded is not None
    assert (read.forwarded.sender.address, read.forwarded.subject) == ("li@customer.example", "broken")


@pytest.mark.correctness(53)
@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Re: 机器坏了", f"好的\n\n{BLOCK}"),
        ("机器坏了", "机器坏了"),
        ("转发: x", "没有原邮件"),
        ("Fwd: x", "From: 北京\nTo: 上海\nSubject: 货"),
    ],
)
def test_what_forwards_nothing(subject: str, text: str) -> None:
    assert (
        parse_mail(
            mail(text.encode(), f"Subject: {subject}".encode(), b"Content-Type: text/plain; charset=utf-8")
        ).forwarded
        is None
    )


@pytest.mark.correctness(49)
def test_large_copies_with_other_line_ends_are_one_mail() -> None:
    body = b"".join(b"%d\r\n" % number * 3 for number in range(150_000)) + b"\r\n \r\n"
    for shift in range(3):
        raw = mail(b"x" * shift + b"\r\n" + body)
        assert key(raw) == key(raw.replace(b"\r\n", b"\n").rstrip())
        assert key(raw) != key(raw.replace(b"77777", b"77778"))
