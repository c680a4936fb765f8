"""Mails that go out."""

import email
import email.policy
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.channels.kinds.email.compose import (
    BadAddress,
    OutgoingFile,
    Reply,
    ascii_address,
    build_reply,
    encoded_words,
    reply_subject,
)
from bihuan.channels.kinds.email.parse import parse_mail

REPLY = Reply(
    sender_name="闭环客服",
    sender_address="help@company.example",
    to_name="张三",
    to_address="zhang@customer.example",
    subject="设备故障",
    text="您好，\n已收到。",
    html="<p>您好</p>",
    message_id="<i7.12.aaaaaaaaaaaaaaaaaaaa@company.example>",
    root_message_id="<i7.root.bbbbbbbbbbbbbbbbbbbb@company.example>",
    in_reply_to="<their@customer.example>",
    references=("<first@customer.example>",),
    reply_to="help+i7.reply.cccccccccccccccccccc@company.example",
    number="20261120-0042",
    loop_token="our-token",
    date=datetime(2026, 11, 24, 2, tzinfo=UTC),
)


def raw(reply: Reply) -> bytes:
    """The bytes that go over the wire; they are ASCII, and no line is too long."""
    data = build_reply(reply).as_bytes()
    data.decode("ascii")
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert b"\n" not in data.replace(b"\r\n", b"")
    return data


def other_reader(data: bytes) -> EmailMessage:
    """As the standard library reads it."""
    read = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    return read


@pytest.mark.correctness(43)
def test_a_reply_stands_in_its_conversation() -> None:
    read = other_reader(raw(REPLY))
    assert read["Message-ID"] == REPLY.message_id
    assert read["In-Reply-To"] == "<their@customer.example>"
    assert read["References"].split() == [REPLY.root_message_id, "<first@customer.example>", "<their@customer.example>"]
    assert (read["Subject"], read["From"], read["To"]) == (
        "Re: 设备故障 [#20261120-0042]",
        "闭环客服 <help@company.example>",
        "张三 <zhang@customer.example>",
    )
    assert read["Reply-To"].addresses[0].addr_spec == REPLY.reply_to
    assert read["Date"].datetime == REPLY.date
    plain, html = read.get_body(("plain",)), read.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert (plain.get_content().splitlines(), html.get_content().strip()) == (["您好，", "已收到。"], "<p>您好</p>")


@pytest.mark.correctness(43)
def test_references_are_capped_with_the_root_kept() -> None:
    many = [f"<{number}@{'d' * 60}.example>" for number in range(300)]
    ids = other_reader(raw(replace(REPLY, references=many)))["References"].split()
    assert (len(ids), ids[0], ids[-1], ids[-2]) == (20, REPLY.root_message_id, "<their@customer.example>", many[-1])


@pytest.mark.correctness(43)
def test_the_first_mail_of_a_conversation_hangs_on_the_root() -> None:
    read = other_reader(raw(replace(REPLY, in_reply_to="", references=())))
    assert (read["In-Reply-To"], read["References"]) == (REPLY.root_message_id, REPLY.root_message_id)
    assert "References" not in other_reader(raw(replace(REPLY, in_reply_to="", references=(), root_message_id="")))


@pytest.mark.correctness(43)
@pytest.mark.parametrize("length", [40, 70, 120, 190])
def test_long_identifiers_are_neither_folded_nor_encoded(length: int) -> None:
    long = f"<i7.12.{'a' * length}@company.example>"
    data = raw(replace(REPLY, message_id=long, references=[long.replace("12", "13")]))
    assert b"Message-ID: " + long.encode() + b"\r\n" in data
    assert parse_mail(data).message_id == long


@pytest.mark.correctness(44)
def test_automatic_mails_say_so_and_ours_are_known_when_they_come_back() -> None:
    replied = parse_mail(raw(replace(REPLY, automatic=True)), loop_token="other")
    assert (replied.auto, replied.auto_reason) == ("auto_reply", "auto_submitted")
    read = other_reader(raw(replace(REPLY, automatic=True)))
    assert (read["Auto-Submitted"], read["X-Auto-Response-Suppress"], read["X-Bihuan-Loop"]) == (
        "auto-replied",
        "All",
        "our-token",
    )
    assert other_reader(raw(replace(REPLY, automatic=True, in_reply_to="")))["Auto-Submitted"] == "auto-generated"
    by_hand = other_reader(raw(REPLY))
    assert "Auto-Submitted" not in by_hand
    assert parse_mail(raw(REPLY), loop_token="our-token").auto == "own"
    assert parse_mail(raw(REPLY), loop_token="other").auto is None


EVIL = [
    "x\r\nBcc: victim@x.example",
    "x\nBcc: victim@x.example",
    "x\r\n\r\nbody",
    "x\rBcc: v@x.example",
    "x\u2028Bcc: v@x.example",
    "x\x00y\x1b",
    "=?utf-8?b?DQpCY2M6IHY=?=",
    "\r\n",
    "x" * 3000,
    "长" * 3000,
    "x" * 900 + " y",
    '"quoted", <a@b.cn>',
    "\ud800",
]


@pytest.mark.parametrize("text", EVIL)
def test_nothing_is_smuggled_into_a_header(text: str) -> None:
    one = replace(
        REPLY,
        subject=text,
        to_name=text,
        sender_name=text,
        loop_token=text or "t",
        number="",
        files=[OutgoingFile(text, text, b"x")],
        in_reply_to=text,
        references=[text, "<ok@x>"],
        root_message_id="",
    )
    data = raw(one)
    for read in (other_reader(data), email.message_from_bytes(data)):
        assert sorted(key.lower() for key in read.keys() if key.lower() not in ("references", "in-reply-to")) == sorted(
            ["from", "to", "reply-to", "subject", "date", "message-id", "x-bihuan-loop", "mime-version", "content-type"]
        )
    parsed = parse_mail(data)
    assert (parsed.sender.address, [person.address for person in parsed.to], parsed.cc) == (
        "help@company.example",
        ["zhang@customer.example"],
        (),
    )
    assert parsed.references == ("<ok@x>",)
    assert parsed.text == "您好，\n已收到。"
    assert len(parsed.attachments) == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "@b.cn",
        "a b@c.cn",
        "a@b c.cn",
        "a@b.cn\r\nBcc: x@y.z",
        "a@b.cn, c@d.cn",
        "<a@b.cn>",
        "张三@x.cn",
        "a@-b.cn",
        "a@b..cn",
        "a@" + "b" * 64 + ".cn",
        "a" * 65 + "@b.cn",
        '"a b"@c.cn',
        "a..b@c.cn",
        "a@b.cn>",
        "a@\ud800.cn",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        build_reply(replace(REPLY, to_address=address))


def test_international_domains_are_written_in_ascii() -> None:
    assert ascii_address("kf@例子.cn") == "kf@xn--fsqu00a.cn"
    assert ascii_address(" a.b+c@x-y.example ") == "a.b+c@x-y.example"


@pytest.mark.parametrize("message_id", ["", "x@y", "<x>", "<x@y>\r\nBcc: z", "<a b@c>"])
def test_a_message_id_must_be_one(message_id: str) -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        build_reply(replace(REPLY, message_id=message_id))


@pytest.mark.parametrize(
    ("subject", "number", "made"),
    [
        ("设备", "", "Re: 设备"),
        ("Re: 设备", "1-2", "Re: 设备 [#1-2]"),
        ("回复：设备 [#1-2]", "1-2", "回复：设备 [#1-2]"),
        ("", "1-2", "Re: [#1-2]"),
        ("RE:x", "", "RE:x"),
    ],
)
def test_subjects(subject: str, number: str, made: str) -> None:
    assert reply_subject(subject, number=number) == made


def test_a_long_subject_keeps_the_number() -> None:
    made = reply_subject("长" * 2000, number="20261120-0042")
    assert made.endswith(" [#20261120-0042]")
    assert len(made) <= 500


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=300))
def test_subjects_come_back_as_they_went(text: str) -> None:
    plain = reply_subject(text)
    data = raw(replace(REPLY, subject=text, number=""))
    assert parse_mail(data).subject == plain
    assert " ".join(str(other_reader(data)["Subject"]).split()) == plain


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), max_size=120))
def test_names_come_back_as_they_went(text: str) -> None:
    data = raw(replace(REPLY, to_name=text))
    [person] = parse_mail(data).to
    assert person.address == "zhang@customer.example"
    assert other_reader(data)["To"].addresses[0].addr_spec == "zhang@customer.example"
    assert "".join(person.name.split()).strip("\"'") == "".join(text.split())[:200].strip("\"'")


@given(st.text(max_size=400))
def test_encoded_words_are_short_and_whole(text: str) -> None:
    words = encoded_words(text)
    assert all(len(word) <= 75 for word in words)


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (
            [OutgoingFile("报价单 很长很长很长很长很长很长很长很长很长的名字.pdf", "application/pdf", b"%PDF")],
            ["报价单 很长很长很长很长很长很长很长很长很长的名字.pdf"],
        ),
        (
            [
                OutgoingFile("a.txt", "text/plain", "您好".encode()),
                OutgoingFile("b.eml", "message/rfc822", b"x"),
                OutgoingFile("", "nonsense", b"\x00\xff"),
            ],
            ["a.txt", "b.eml", "file"],
        ),
    ],
)
def test_files_go_along(files: Sequence[OutgoingFile], names: Sequence[str]) -> None:
    parsed = parse_mail(raw(replace(REPLY, files=files)))
    assert [one.name for one in parsed.attachments] == list(names)
    assert [one.data for one in parsed.attachments] == [one.data for one in files]
    assert (parsed.text, parsed.html) == ("您好，\n已收到。", "<p>您好</p>\n")


def test_text_alone_and_text_that_cannot_be_written() -> None:
    assert parse_mail(raw(replace(REPLY, html=""))).html == ""
    assert parse_mail(raw(replace(REPLY, text="a\x00b\ud800c", html=""))).text == "ab\ufffdc"
