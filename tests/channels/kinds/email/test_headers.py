"""Header fields: encoded words, parameters and file names, people, identifiers, dates."""

import base64
import email.header
import email.message
import email.utils
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.channels.kinds.email.addresses import Person, people
from bihuan.channels.kinds.email.headers import Headers, header_date, header_text, message_ids, unbase64
from bihuan.channels.kinds.email.parameters import read_value, safe_name
from bihuan.channels.kinds.email.parse import parse_mail
from tests.channels.kinds.email.mails import mail

SUBJECT = "关于贵公司设备故障的投诉以及后续处理意见"


def words(data: bytes, charset: str, cut: int, *, strip: bytes = b"", between: bytes = b"\r\n ") -> bytes:
    """Encoded words of ``cut`` bytes each: most of them end inside a character."""
    parts = [
        base64.b64encode(data[at : at + cut]).rstrip(strip or None) if strip else base64.b64encode(data[at : at + cut])
        for at in range(0, len(data), cut)
    ]
    return between.join(b"=?" + charset.encode() + b"?B?" + part + b"?=" for part in parts)


@pytest.mark.correctness(51)
@pytest.mark.parametrize("cut", [3, 5, 7, 10, 45])
@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gb18030"])
def test_words_that_are_split_inside_characters(charset: str, cut: int) -> None:
    data = SUBJECT.encode(charset)
    for raw in (
        words(data, charset, cut),
        words(data, charset, cut, strip=b"="),
        words(data, charset, cut, between=b""),
    ):
        read = parse_mail(mail(b"x", b"Subject: " + raw))
        assert (read.subject, read.charset_repaired) == (SUBJECT, False)


@pytest.mark.correctness(51)
def test_base64_that_was_cut_where_the_line_was_full() -> None:
    whole = base64.b64encode(SUBJECT.encode("gb18030"))
    raw = b"\r\n ".join(b"=?gb18030?B?" + whole[at : at + 7] + b"?=" for at in range(0, len(whole), 7))
    assert parse_mail(mail(b"x", b"Subject: " + raw)).subject == SUBJECT


@pytest.mark.correctness(51)
@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?utf-8?Q?a_b?= =?utf-8?Q?c?= there", "a bc there"),
        (b"Re: =?iso-8859-1?q?=E9t=E9?= x", "Re: été x"),
        (b"=?GB2312?B?xOO6ww==?=", "你好"),
        (b"=?gb2312?B?xOO6ww?=", "你好"),
        (b"=?gb2312*zh-CN?B?xOO6ww==?=", "你好"),
        (b"=?no-such?B?xOO6ww==?=", "你好"),
        (b"=?us-ascii?B?xOO6ww==?=", "你好"),
        (b"=?utf-8?B?5L2g", "你"),
        (b'"=?gb2312?B?xOO6ww==?="', '"你好"'),
        (b"=?utf-8?Q?=E4=BD?= =?utf-8?Q?=A0?=", "你"),
        (b"=?utf-8?Q?a=0D=0ABcc: x?=", "a  Bcc: x"),
        ("设备".encode("gbk"), "设备"),
        ("设备".encode(), "设备"),
        (b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        (b"=??B??= =?", "=??B??= =?"),
        (b"1 =? 2 ?= 3", "1 =? 2 ?= 3"),
    ],
)
def test_encoded_words_as_programs_write_them(raw: bytes, text: str) -> None:
    assert header_text(raw).text == text


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_what_the_standard_library_encodes_is_read(text: str) -> None:
    encoded = email.header.Header(text, "utf-8").encode().replace("\n", "")
    assert header_text(encoded.encode()).text == text.strip()


def test_a_subject_of_ten_thousand_characters() -> None:
    long = "长" * 10_000
    assert parse_mail(mail(b"x", b"Subject: " + words(long.encode(), "utf-8", 45))).subject == long
    assert parse_mail(mail(b"x", b"Subject: " + long.encode())).subject == long
    read = parse_mail(mail(b"x", b"Subject: " + b"y" * 100_000))
    assert (len(read.subject), "subject_too_long" in read.defects) == (20_000, True)
    read = parse_mail(mail(b"body", b"Subject: " + b"y" * 3_000_000))
    assert ("long_header" in read.defects, read.text) == (True, "body")


def test_heads_without_end_and_without_beginning() -> None:
    assert parse_mail(mail(b"body", *[b"X-%d: y" % number for number in range(5000)])).text == "body"
    read = parse_mail(b"\r\n\r\nSubject: late\r\n\r\nbody")
    assert (read.subject, read.text, "leading_blank_lines" in read.defects) == ("late", "body", True)
    read = parse_mail(b"From a@b Tue Nov 24 10:00:00 2026\nSubject: mbox\n\nbody")
    assert (read.subject, read.text) == ("mbox", "body")
    read = parse_mail(b"\xef\xbb\xbfSubject: marked\n\nbody")
    assert read.subject == "marked"
    read = parse_mail(b"Subject: old mac\r\rbody\rmore")
    assert (read.subject, read.text) == ("old mac", "body\nmore")
    read = parse_mail(b"just text\nwithout any head")
    assert (read.text, "no_headers" in read.defects) == ("just text\nwithout any head", True)


@pytest.mark.correctness(51)
@pytest.mark.parametrize(
    ("field", "name"),
    [
        (b"attachment; filename*=gb2312''%C4%E3%BA%C3.doc", "你好.doc"),
        (b"attachment; filename*=utf-8'zh'%E4%BD%A0.doc", "你.doc"),
        (b"attachment; filename*0*=UTF-8''%E4%BD; filename*1*=%A0%E5%A5%BD; filename*2=.txt", "你好.txt"),
        (b"attachment; filename*1*=%E5%A5%BD.txt; filename*0*=UTF-8''%E4%BD%A0", "你好.txt"),
        (b'attachment; filename*0="long na"; filename*1="me.txt"', "long name.txt"),
        (b'attachment; filename="=?gb2312?B?xOO6ww==?=.xls"', "你好.xls"),
        (b"attachment; filename==?utf-8?B?5L2g?=.xls", "你.xls"),
        (b'attachment; filename="' + "报价;单.pdf".encode("gbk") + b'"', "报价;单.pdf"),
        (b'attachment; filename="' + "报价单.pdf".encode() + b'"', "报价单.pdf"),
        (b"attachment; filename=my file.doc; size=3", "my file.doc"),
        (b'attachment; filename="unterminated.txt', "unterminated.txt"),
        (b'attachment; filename="a\\"b.txt"', "ab.txt"),
        (b"attachment; filename*=utf-8''..%2F..%2Fetc%2Fpasswd", "passwd"),
        (b'attachment; filename="C:\\\\dir\\\\x.txt"', "x.txt"),
        (b"attachment; filename*=utf-8''a%00%0D%0Ab.txt", "ab.txt"),
        ('attachment; filename="a\u202efdp.exe"'.encode(), "afdp.exe"),
    ],
)
def test_file_names(field: bytes, name: str) -> None:
    read = parse_mail(mail(b"data", b"Content-Type: application/octet-stream", b"Content-Disposition: " + field))
    assert [one.name for one in read.attachments] == [name]


def test_long_names_keep_their_ending() -> None:
    assert len(safe_name("长" * 500 + ".docx")) == 200
    assert safe_name("长" * 500 + ".docx").endswith(".docx")
    assert safe_name("../") == safe_name("...") == safe_name("\x00") == ""


@given(
    st.dictionaries(
        st.sampled_from(["name", "charset", "boundary"]),
        st.text(alphabet='abc äöü设备;="\\', min_size=1, max_size=40),
        min_size=1,
    )
)
def test_parameters_that_the_standard_library_wrote_are_read(values: dict[str, str]) -> None:
    made = email.message.Message()
    made.add_header("Content-Type", "text/plain", **{key: ("utf-8", "", value) for key, value in values.items()})
    assert dict(read_value(made["Content-Type"].encode()).parameters) == values


def read_people(value: bytes) -> tuple[Person, ...]:
    """The people of a field."""
    return people(Headers((("to", value),)), "to")[0]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (
            b'"Zhang, San" <a@b.cn>, li@x.com (Li Si); =?gb2312?B?zfW2/g==?= <w@x.cn>',
            [("Zhang, San", "a@b.cn"), ("Li Si", "li@x.com"), ("王二", "w@x.cn")],
        ),
        (b"undisclosed-recipients:;", []),
        (b"Group: a@x.y, b@x.y;", [("", "a@x.y"), ("", "b@x.y")]),
        ("张三 <z@x.cn>".encode("gbk"), [("张三", "z@x.cn")]),
        (b'"a@evil.com" <real@x.y>', [("a@evil.com", "real@x.y")]),
        (b"", []),
        (b"<>", []),
        (b",,;", []),
        (b'"unterminated <a@b.c>', [("", "a@b.c")]),
        (b"'Li' <mailto:li@x.y>", [("Li", "li@x.y")]),
        (b"=?utf-8?B?5byg5LiJIDxldmlsQHguY24+?= <good@x.cn>", [("张三 <evil@x.cn>", "good@x.cn")]),
        (b"Joe <joe @ x.com>", [("Joe", "joe@x.com")]),
        (b"@route:joe@x.com", [("", "joe@x.com")]),
        (b"a@x.y, A@X.Y", [("", "a@x.y")]),
        (b"MAILER-DAEMON", [("MAILER-DAEMON", "")]),
        (b'"very.odd"@x.y', [("", "very.odd@x.y")]),
    ],
)
def test_people_as_programs_write_them(value: bytes, found: list[tuple[str, str]]) -> None:
    assert [(one.name, one.address) for one in read_people(value)] == found


@given(
    st.lists(
        st.tuples(
            st.text(alphabet="abc 张三,.\"()'", max_size=12), st.sampled_from(["a@b.cn", "x.y@z.example", "q+w@e.org"])
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda pair: pair[1],
    )
)
def test_people_that_the_standard_library_wrote_are_read(given_people: list[tuple[str, str]]) -> None:
    value = ", ".join(email.utils.formataddr((" ".join(name.split()), address)) for name, address in given_people)
    assert [one.address for one in read_people(value.encode())] == [address for _, address in given_people]


@pytest.mark.parametrize(
    "raw",
    [
        b'"' * 50_000,
        b"(" * 50_000,
        b"<" * 50_000,
        b"a" * 200_000,
        b"a@" * 50_000,
        b"=?" * 50_000,
        b"=?a?b?" * 20_000,
        b"," * 100_000,
        b"\\" * 50_000 + b'"',
        b"(\\" * 30_000,
        b";" * 100_000,
        b'"\\' * 50_000,
        b"filename*0=" * 10_000,
        b"*=;" * 30_000,
        b"<a@b>" * 30_000,
        b"<" + b" " * 100_000 + b">",
    ],
)
def test_no_field_takes_long(raw: bytes) -> None:
    import time

    started = time.perf_counter()
    parse_mail(
        b"\r\n".join(
            name + b": " + raw
            for name in (
                b"From",
                b"To",
                b"Subject",
                b"References",
                b"Message-ID",
                b"Content-Type",
                b"Content-Disposition",
                b"Date",
                b"Authentication-Results",
                b"X-Auto-Response-Suppress",
            )
        )
        + b"\r\n\r\nx"
    )
    assert time.perf_counter() - started < 3


def test_identifiers() -> None:
    assert message_ids(b"<a@b>\r\n <c@d><e\r\n f@g>  x@y") == ["<a@b>", "<c@d>", "<ef@g>"]
    assert message_ids(b"abc@def") == ["<abc@def>"]
    assert message_ids(b"Your message of Tue <q@r>") == ["<q@r>"]
    assert message_ids(b"<a@b> <a@b>") == ["<a@b>"]
    assert message_ids(None) == message_ids(b"") == message_ids(b"<>") == []
    [long] = message_ids(b"<" + b"x" * 3000 + b"@y>")
    assert len(long) <= 250
    assert message_ids(b"<" + b"x" * 3000 + b"@y> ") == [long]
    many = message_ids(b" ".join(b"<%d@x>" % number for number in range(3000)))
    assert (len(many), many[0], many[-1]) == (500, "<0@x>", "<2999@x>")


@pytest.mark.parametrize(
    ("raw", "date"),
    [
        (b"Tue, 24 Nov 2026 10:00:00 +0800 (CST)", datetime(2026, 11, 24, 10, tzinfo=timezone(timedelta(hours=8)))),
        (b"24 Nov 26 10:00 GMT", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        (b"2026-11-24 10:00:00 +0800", datetime(2026, 11, 24, 10, tzinfo=timezone(timedelta(hours=8)))),
        (b"Tue, 24 Nov 2026 10:00:00", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        (b"Tue, 24 Nov 2026 10:00:00 -0000", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        (b"yesterday", None),
        (b"", None),
        (b"Mon, 99 Foo 99999 99:99:99 +9999", None),
        (b"Tue, 24 Nov 2026 10:00:00 +9999", None),
        (b"0001-01-01 00:00:00 +23:59", None),
    ],
)
def test_dates(raw: bytes, date: datetime | None) -> None:
    assert header_date(raw) == date


@given(st.binary(max_size=60))
def test_base64_is_read_like_the_standard_library_where_it_is_right(data: bytes) -> None:
    assert unbase64(base64.encodebytes(data)) == data
    assert unbase64(base64.b64encode(data).rstrip(b"=")) == data
