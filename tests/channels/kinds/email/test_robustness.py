"""Whatever the bytes are, a mail comes out: random bytes, cut mails, mails with bytes turned over."""

import json
import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.channels.kinds.email.html_clean import clean_html
from bihuan.channels.kinds.email.matching import dedup_key
from bihuan.channels.kinds.email.model import as_json
from bihuan.channels.kinds.email.parse import may_auto_reply, parse_mail
from tests.channels.kinds.email.mails import data, mail, multipart

WORDS = (
    b"From: ",
    b"\r\n",
    b"\n\n",
    b"\r",
    b"Content-Type: multipart/mixed; boundary=b\r\n",
    b"Content-Type: message/rfc822\r\n",
    b"Content-Type: text/html; charset=gb2312\r\n",
    b"Content-Type: text/calendar; method=REQUEST\r\n",
    b"Content-Type: message/delivery-status\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n",
    b"Content-Disposition: attachment; filename*0*=utf-8''%E8; filename*1*=%AE\r\n",
    b"--b\r\n",
    b"--b--\r\n",
    b"=?gb2312?B?xOO6ww==?=",
    b"=?utf-8?q?=E8?=",
    b"References: <a@b> <c",
    b"Message-ID: <>\r\n",
    b"Date: Thu, 31 Feb 2026 25:61:00 +9999\r\n",
    b"\x00",
    b"\xff\xfe",
    b"\x1b$B",
    b"\xe8\xae",
    b"<div><p>",
    b"> ",
    b"begin 644 a\n",
)


def read_wholly(raw: bytes) -> dict[str, object]:
    """Everything that is done with a mail that comes in; the document as JSON gives it back."""
    read = parse_mail(raw, own_addresses=frozenset({"help@company.example"}), loop_token="t", envelope_from="")
    assert may_auto_reply(read) in (True, False)
    key = dedup_key(read, "help@company.example")
    assert key and len(key) <= 130
    clean_html(read.html)
    document = json.dumps(as_json(read), ensure_ascii=False)
    document.encode("utf-8")  # no half surrogate
    assert "\\u0000" not in document  # PostgreSQL takes no null character
    found: dict[str, object] = json.loads(document)
    return found


@pytest.mark.correctness(51)
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=600))
def test_random_bytes(raw: bytes) -> None:
    assert set(read_wholly(raw)) == {
        "message_id",
        "in_reply_to",
        "references",
        "from",
        "to",
        "cc",
        "subject",
        "date",
        "text",
        "reply_text",
        "html",
        "attachments",
        "auto",
        "charset_repaired",
        "defects",
    }


@pytest.mark.correctness(51)
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(WORDS) | st.binary(max_size=8), max_size=40))
def test_pieces_of_mails_in_any_order(pieces: list[bytes]) -> None:
    read_wholly(b"".join(pieces))


@pytest.mark.parametrize("number", range(1, 48))
def test_samples_cut_anywhere_and_turned_over(number: int) -> None:
    raw = data("cpython", f"msg_{number:02}.txt").read_bytes()
    chance = random.Random(number)
    for _ in range(20):
        read_wholly(raw[: chance.randrange(len(raw) + 1)])
        broken = bytearray(raw)
        for _ in range(chance.randrange(1, 30)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        read_wholly(bytes(broken))


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"\r\n\r\n", b"\x00", b":", b": \n", b"From:\n", b"\xef\xbb\xbfFrom: a@b.cn\n\nx"]
)
def test_next_to_nothing(raw: bytes) -> None:
    found = read_wholly(raw)
    assert isinstance(found["defects"], list)
    assert "no_message_id" in found["defects"]


@pytest.mark.correctness(51)
def test_what_is_sound_is_not_called_broken() -> None:
    sound = multipart(
        b"alternative", b"Content-Type: text/plain; charset=utf-8\r\n\r\nyes", b"Content-Type: text/html\r\n\r\n<p>yes"
    )
    found = read_wholly(sound)
    assert (found["text"], found["defects"], found["charset_repaired"]) == ("yes", [], False)


def test_five_megabytes_of_attachment_are_read_soon() -> None:
    import base64

    content = random.Random(5).randbytes(5_000_000)
    raw = mail(
        base64.encodebytes(content), b"Content-Type: application/pdf; name=a.pdf", b"Content-Transfer-Encoding: base64"
    )
    started = time.perf_counter()
    read = parse_mail(raw)
    assert time.perf_counter() - started < 3
    assert read.attachments[0].data == content
