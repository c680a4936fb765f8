"""Mails that arrive damaged or large: what they are stays known, what is shown of them stays safe."""

import base64
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.channels.kinds.email.html_clean import clean_html
from bihuan.channels.kinds.email.parse import may_auto_reply, parse_mail
from tests.channels.kinds.email.mails import mail, multipart

TAGS = [
    "<b>",
    "<p style='color:red;position:fixed'>",
    "<img src=http://x/y>",
    "<a href=javascript:x>",
    "<svg>",
    "<style>",
    "<!--",
    "-->",
    "</b>",
    "\x00",
    "<script>",
    "]]>",
    "<math><mi>",
    "&#0;",
    "\ud800",
]


@pytest.mark.correctness(35, 44, 55)
@pytest.mark.parametrize(("kind", "auto"), [("delivery-status", "bounce"), ("disposition-notification", "receipt")])
@pytest.mark.parametrize("body", [b"cut off on its way", b"", b"--another\r\n\r\nx"])
@pytest.mark.parametrize("boundary", ["; boundary=b", ""])
def test_a_report_that_lost_its_parts_is_still_no_persons_mail(
    kind: str, auto: str, body: bytes, boundary: str
) -> None:
    read = parse_mail(mail(body, f"Content-Type: Multipart/Report; report-type={kind}{boundary}".encode()))
    assert (read.auto, may_auto_reply(read)) == (auto, False)


def test_a_person_who_speaks_of_reports_is_a_person() -> None:
    read = parse_mail(mail(b"x", b"Content-Type: text/plain; report-type=delivery-status"))
    assert (read.auto, may_auto_reply(read)) == (None, True)


@pytest.mark.correctness(124)
@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(TAGS) | st.text(max_size=6), max_size=30))
def test_any_html_comes_out_clean(pieces: list[str]) -> None:
    html = "".join(pieces).encode("utf-8", "replace").decode()
    cleaned = clean_html(html)
    for forbidden in ("<script", "<style", "<svg", "<math", "<!--", 'javascript:x"', "position", ' src="http'):
        assert forbidden not in cleaned.lower()
    assert clean_html(cleaned).count("<img") == cleaned.count("<img")


def test_what_is_sound_is_not_called_broken() -> None:
    raw = multipart(
        b"alternative", b"Content-Type: text/plain; charset=utf-8\r\n\r\nyes", b"Content-Type: text/html\r\n\r\n<p>yes"
    )
    read = parse_mail(raw)
    assert (read.text, read.defects, read.charset_repaired) == ("yes", (), False)


def test_five_megabytes_of_attachment_are_read_soon() -> None:
    content = random.Random(5).randbytes(5_000_000)
    head = (b"Content-Type: application/pdf; name=a.pdf", b"Content-Transfer-Encoding: base64")
    raw = mail(base64.encodebytes(content), *head)
    started = time.perf_counter()
    read = parse_mail(raw)
    assert time.perf_counter() - started < 5
    assert read.attachments[0].data == content
