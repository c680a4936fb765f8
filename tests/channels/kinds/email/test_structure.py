"""Parts: the tree, its limits, and what a person sees of it."""

import base64
import email
import email.message
import quopri
import resource
import shutil
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bihuan.channels.kinds.email.defects import Defects
from bihuan.channels.kinds.email.mime import DEEPEST, MOST_PARTS, Part, read_tree
from bihuan.channels.kinds.email.parse import parse_mail
from bihuan.channels.kinds.email.tnef import read_tnef
from tests.channels.kinds.email.mails import data, mail, multipart

PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n"


def ours(part: Part) -> Iterator[tuple[str, bytes]]:
    """(type, bytes) of the leaves as we cut them, into attached mails too."""
    if part.children:
        for child in part.children:
            yield from ours(child)
    elif not part.type.startswith(("multipart/", "message/")):
        yield part.type, part.payload(Defects()).replace(b"\r\n", b"\n")


def theirs(part: "email.message.Message[str, str]") -> Iterator[tuple[str, bytes]]:
    """The same of the standard library's parser."""
    payload = part.get_payload()
    if part.is_multipart() and isinstance(payload, list):
        if not part.get_content_type().startswith("message/") or part.get_content_type() == "message/rfc822":
            for child in payload:
                assert isinstance(child, email.message.Message)
                yield from theirs(child)
    elif not part.get_content_type().startswith(("multipart/", "message/")):
        body = part.get_payload(decode=True)
        yield part.get_content_type(), body.replace(b"\r\n", b"\n") if isinstance(body, bytes) else b""


# 15, 17, 31, 39: no boundary line is found; we look for one or show the text, the other parser gives an empty part.
# 25, 41, 42, 40: broken containers, whose text we show. 14: an impossible type. 19: no head, read as text by both.
DIFFERENT = {"msg_14", "msg_15", "msg_17", "msg_25", "msg_31", "msg_39", "msg_40", "msg_41", "msg_42", "msg_18"}


@pytest.mark.parametrize("number", [*range(1, 48)])
def test_trees_are_cut_as_the_standard_library_cuts_them(number: int) -> None:
    path = data("cpython", f"msg_{number:02}.txt")
    if path.stem in DIFFERENT:
        pytest.skip("broken on purpose: read otherwise by design, see DIFFERENT")
    raw = path.read_bytes()
    assert list(ours(read_tree(raw, Defects()))) == list(theirs(email.message_from_bytes(raw)))


@pytest.mark.parametrize("number", [*range(1, 48)])
def test_every_sample_gives_what_can_be_read(number: int) -> None:
    path = data("cpython", f"msg_{number:02}.txt")
    read = parse_mail(path.read_bytes())
    assert read.text or read.attachments or number in (8, 9, 12, 18, 24)  # these hold nothing but empty parts


@pytest.mark.correctness(51)
def test_alternatives_and_pictures_in_the_text() -> None:
    picture = (
        b"Content-Type: image/png; name=logo.png\r\nContent-ID: <p1@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.b64encode(b"PNG")
    )
    related = (
        b"Content-Type: multipart/related; boundary=r\r\n\r\n--r\r\n"
        + HTML
        + "<p>您好 <img src='cid:p1@x'></p>".encode()
        + b"\r\n--r\r\n"
        + picture
        + b"\r\n--r--\r\n"
    )
    file = (
        b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.b64encode(b"%PDF")
    )
    alternative = (
        b"Content-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\n"
        + PLAIN
        + "您好".encode()
        + b"\r\n--a\r\n"
        + related
        + b"\r\n--a--\r\n"
    )
    read = parse_mail(multipart(b"mixed", alternative, file))
    assert (read.text, read.html.strip()) == ("您好", "<p>您好 <img src='cid:p1@x'></p>")
    assert [(one.name, one.type, one.size, one.inline, one.cid, one.data) for one in read.attachments] == [
        ("logo.png", "image/png", 3, True, "p1@x", b"PNG"),
        ("a.pdf", "application/pdf", 4, False, "", b"%PDF"),
    ]


def test_a_mail_of_html_alone_is_readable() -> None:
    html = """<html><head><style>p{color:red}</style><title>no</title></head><body><p>您好，</p><p>设备 <b>A1</b> 坏了，请看
      <a href="https://example.cn/x">照片</a>。</p><table><tr><th>型号</th><th>数量</th></tr><tr><td>A1</td><td>3</td></tr></table>
      <ul><li>一</li><li>二</li></ul><div style="display:none">hidden</div><script>alert(1)</script></body></html>"""
    read = parse_mail(mail(html.encode(), b"Content-Type: text/html; charset=utf-8"))
    assert (
        read.text == "您好，\n\n设备 A1 坏了，请看 照片 (https://example.cn/x)。\n\n型号 | 数量\nA1 | 3\n\n- 一\n- 二"
    )


def test_html_that_declares_its_charset_inside() -> None:
    html = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body>设备故障</body></html>'
    read = parse_mail(mail(html.encode("gb2312"), b"Content-Type: text/html"))
    assert (read.text, read.charset_repaired) == ("设备故障", False)


def test_an_empty_plain_alternative_gives_way_to_html() -> None:
    read = parse_mail(multipart(b"alternative", PLAIN + b" \r\n", HTML + b"<p>hello</p>"))
    assert read.text == "hello"


def test_texts_that_stand_one_after_the_other() -> None:
    read = parse_mail(multipart(b"mixed", PLAIN + b"one", b"Content-Type: image/png\r\n\r\nPNG", PLAIN + b"two"))
    assert (read.text, len(read.attachments)) == ("one\ntwo", 1)
    read = parse_mail(multipart(b"mixed", PLAIN + b"a < b", HTML + b"<p>two</p>"))
    assert (read.text, read.html) == ("a < b\n\ntwo", "<pre>a &lt; b</pre>\n<hr>\n<p>two</p>")


@pytest.mark.correctness(51)
def test_attached_mails_are_files_and_say_who_wrote_them() -> None:
    inner = b"From: Wang <wang@x.cn>\r\nSubject: =?gb2312?B?xOO6ww==?=\r\n\r\ninner text"
    read = parse_mail(multipart(b"mixed", PLAIN + b"see below", b"Content-Type: message/rfc822\r\n\r\n" + inner))
    assert read.text == "see below"
    assert [(one.name, one.type, one.data) for one in read.attachments] == [("你好.eml", "message/rfc822", inner)]
    encoded = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(inner)
    read = parse_mail(multipart(b"mixed", encoded))
    assert (read.attachments[0].name, read.text) == ("你好.eml", "inner text")


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        (b"base64", base64.encodebytes("设备".encode())),
        (b"BASE64 ", base64.b64encode("设备".encode()).rstrip(b"=")),
        (b"base64", b"6K6+\r\n!!5aSH\r\n"),
        (b"base64", base64.b64encode("设备".encode()) + b"\r\n____\r\nlist footer, no base64\r\n"),
        (b"quoted-printable", quopri.encodestring("设备".encode())),
        (b"quoted-printable", b"=E8=AE=BE=E5=A4=87=\r\n"),
        (b"8bit", "设备".encode()),
        (b"no-such", "设备".encode()),
        (b'"base64"', base64.b64encode("设备".encode())),
        (b"x-uuencode", b"begin 644 a\n&Z*Z^Y:2'\n`\nend\n"),
    ],
)
def test_transfer_encodings(encoding: bytes, body: bytes) -> None:
    read = parse_mail(mail(body, b"Content-Type: text/plain; charset=utf-8", b"Content-Transfer-Encoding: " + encoding))
    assert read.text == "设备"


@pytest.mark.parametrize(
    ("raw", "text", "defect"),
    [
        (multipart(b"mixed", PLAIN + b"one", closed=False), "one", "no_end_boundary"),
        (
            mail(
                b"--other\r\nContent-Type: text/plain\r\n\r\none\r\n--other--\r\n",
                b"Content-Type: multipart/mixed; boundary=wrong",
            ),
            "one",
            "boundary_not_found",
        ),
        (
            mail(
                b"------=_Part\r\nContent-Type: text/plain\r\n\r\none\r\n------=_Part--\r\n",
                b"Content-Type: multipart/mixed",
            ),
            "one",
            "no_boundary",
        ),
        (
            mail(b"plain after all", b"Content-Type: multipart/mixed; boundary=b"),
            "plain after all",
            "boundary_not_found",
        ),
        (mail(b"--b--\r\n", b"Content-Type: multipart/mixed; boundary=b"), "", "empty_multipart"),
        (mail(b"hello", b"Content-Type: nonsense"), "hello", "bad_content_type"),
        (mail(b"a\x00b\x00", b"Content-Type: text/plain"), "ab", "null_bytes"),
        (
            b"From: a@b.cn\r\nSubject: x\r\nbody without an empty line\r\nmore",
            "body without an empty line\nmore",
            "missing_blank_line",
        ),
    ],
)
def test_broken_structure_gives_the_text_and_names_the_defect(raw: bytes, text: str, defect: str) -> None:
    read = parse_mail(raw)
    assert read.text == text
    assert defect in read.defects


def nested(depth: int) -> bytes:
    """Multiparts in multiparts, a text in each."""
    body = PLAIN + b"deepest"
    for level in range(depth):
        mark = b"b%d" % level
        body = (
            b"Content-Type: multipart/mixed; boundary="
            + mark
            + b"\r\n\r\n--"
            + mark
            + b"\r\n"
            + PLAIN
            + b"level\r\n--"
            + mark
            + b"\r\n"
            + body
            + b"\r\n--"
            + mark
            + b"--\r\n"
        )
    return b"From: a@b.cn\r\n" + body


def wrapped(depth: int) -> bytes:
    """Mails in mails."""
    return b"From: a@b.cn\r\nContent-Type: message/rfc822\r\n\r\n" * depth + b"Subject: innermost\r\n\r\nx"


def many_parts(number: int) -> bytes:
    """A flat mail of so many files."""
    return multipart(b"mixed", PLAIN + b"text", *[b"Content-Type: application/x\r\n\r\nz"] * number)


@pytest.mark.correctness(51)
@pytest.mark.parametrize(
    ("make", "size", "defect"),
    [
        (nested, 200, "too_deep"),
        (nested, 3000, "too_deep"),
        (wrapped, 5000, "too_deep"),
        (many_parts, 20_000, "too_many_parts"),
        (lambda n: mail(b"--b\r\n\r\n" * n, b"Content-Type: multipart/mixed; boundary=b"), 400_000, "too_many_parts"),
        (lambda n: mail(b"x\r\n" * n), 4_000_000, "text_too_long"),
        (lambda n: mail(b"<div>" * n, b"Content-Type: text/html"), 500_000, "html_too_complex"),
        (lambda n: mail(b"<table><tr><td>" * n, b"Content-Type: text/html"), 200_000, "html_too_complex"),
        (
            lambda n: mail(
                b"".join(b"<font color=#%06x>" % i for i in range(2500)) + b"<p>x" * n, b"Content-Type: text/html"
            ),
            100_000,
            "html_too_complex",
        ),
        (lambda n: mail(b"> " * n), 2_000_000, "text_too_long"),
        (lambda n: mail(b"x" * n), 70_000_000, "too_large"),
    ],
)
def test_bombs_are_named_and_cost_little(make: Callable[[int], bytes], size: int, defect: str) -> None:
    raw = make(size)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    read = parse_mail(raw)
    seconds = time.perf_counter() - started
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert defect in read.defects
    assert seconds < 8
    assert grown * 1024 < 6 * len(raw) + 60_000_000


def test_within_the_limits_all_is_read() -> None:
    assert "deepest" in parse_mail(nested(DEEPEST - 2)).text
    read = parse_mail(many_parts(250))
    assert (len(read.attachments), read.defects) == (250, ())
    assert MOST_PARTS > 250


@pytest.mark.parametrize(
    "bomb",
    [
        b"<![foo bar",
        b"<!--" * 20_000,
        b"&" * 200_000,
        b"<b " * 100_000,
        b"<p" + b" a" * 200_000 + b">",
        b"&#x" + b"9" * 100_000 + b";",
        b"<a href='http://x'>" * 50_000,
        b"<blockquote type=cite>" * 2_900 + b"x",
        b"<svg><style><!--</style>" * 5_000,
        b"\xff\xfe<\x00p\x00>\x00",
        b"<b>" + b"<p>x" * 200_000,
    ],
)
def test_hostile_html_becomes_some_text_soon(bomb: bytes) -> None:
    started = time.perf_counter()
    assert isinstance(parse_mail(mail(bomb, b"Content-Type: text/html")).text, str)
    assert time.perf_counter() - started < 5


def _attribute(level: int, number: int, value: bytes) -> bytes:
    return struct.pack("<BII", level, number, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def _property(number: int, kind: int, value: bytes) -> bytes:
    padded = value + b"\x00" * (-len(value) % 4)
    return struct.pack("<HHII", kind, number, 1, len(value)) + padded


def winmail() -> bytes:
    """A winmail.dat with a text and two files, written by the format's description."""
    long_name = _property(0x3707, 0x001F, "报价单.pdf\0".encode("utf-16-le")) + _property(
        0x370E, 0x001E, b"application/pdf\0"
    )
    body = _property(0x1000, 0x001F, "请看附件。\r\n\0".encode("utf-16-le")) + struct.pack("<HHI", 0x0003, 0x3FFD, 936)
    rendering = struct.pack("<HIHHI", 1, 0xFFFFFFFF, 0, 0, 0)
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(
        (
            _attribute(1, 0x00089006, struct.pack("<I", 0x00010000)),
            _attribute(1, 0x00069007, struct.pack("<II", 936, 0)),
            _attribute(1, 0x00069003, struct.pack("<I", 2) + body),
            _attribute(2, 0x00069002, rendering),
            _attribute(2, 0x00018010, b"SHORT~1.PDF\0"),
            _attribute(2, 0x0006800F, b"%PDF-1.7 x"),
            _attribute(2, 0x00069005, struct.pack("<I", 2) + long_name),
            _attribute(2, 0x00069002, rendering),
            _attribute(2, 0x00018010, "说明.txt\0".encode("gbk")),
            _attribute(2, 0x0006800F, b"text"),
        )
    )


def with_winmail(content: bytes, *, text: bytes = b"") -> bytes:
    """A mail that carries it."""
    part = (
        b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(content)
    )
    return multipart(b"mixed", PLAIN + text, part)


@pytest.mark.correctness(51)
def test_winmail_is_unpacked() -> None:
    read = parse_mail(with_winmail(winmail()))
    assert (read.text, read.defects) == ("请看附件。", ())
    assert [(one.name, one.type, one.data) for one in read.attachments[1:]] == [
        ("报价单.pdf", "application/pdf", b"%PDF-1.7 x"),
        ("说明.txt", "application/octet-stream", b"text"),
    ]
    assert read.attachments[0].name == "winmail.dat"
    assert parse_mail(with_winmail(winmail(), text=b"outside")).text == "outside"


def test_winmail_is_read_alike_by_another_program(tmp_path: Path) -> None:
    tool = shutil.which("tnef")
    if tool is None:
        pytest.skip("the program tnef is not installed (Debian: apt-get install tnef)")
    (tmp_path / "winmail.dat").write_bytes(winmail())
    subprocess.run([tool, "-C", str(tmp_path), "-f", str(tmp_path / "winmail.dat")], check=True, capture_output=True)
    assert sorted(path.read_bytes() for path in tmp_path.iterdir() if path.name != "winmail.dat") == [
        b"%PDF-1.7 x",
        b"text",
    ]


@pytest.mark.correctness(51)
def test_a_broken_winmail_stays_a_file() -> None:
    whole = winmail()
    for cut in range(0, len(whole), 7):
        found = read_tnef(whole[:cut])
        assert found is None or len(found.files) <= 2
    for at in range(6, len(whole)):
        read_tnef(whole[:at] + b"\xff\xff\xff\xff" + whole[at + 4 :])
    read = parse_mail(with_winmail(whole[:120]))
    assert ("broken_winmail" in read.defects, read.attachments[0].name) == (True, "winmail.dat")
    assert parse_mail(with_winmail(b"no tnef at all")).attachments[0].name == "winmail.dat"
