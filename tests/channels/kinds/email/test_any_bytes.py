"""Whatever the bytes are, a mail comes out that can be stored."""

import json
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.channels.kinds.email.matching import dedup_key, match_order
from bihuan.channels.kinds.email.model import as_json
from bihuan.channels.kinds.email.parse import may_auto_reply, parse_mail
from tests.channels.kinds.email.mails import DATA

PIECES = [
    b"=?utf-8?B?",
    b"\x00",
    b"--",
    b"\r\n\r\n",
    b"\r\n",
    b'Content-Type: multipart/mixed; boundary=""\r\n',
    b"Content-Type: multipart/mixed; boundary=b\r\n",
    b"\r\n--b\r\n",
    b"--b--\r\n",
    b'"',
    b"\x1b$B",
    b"<",
    b"=?gb2312?q?=C4",
    b"filename*0*=utf-8''%C3",
    b"\xff\xfe",
    b"Content-Type: message/rfc822\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"\xed\xa0\x80",
    b"From: ",
    b"To: ",
    b"Date: Tue, 24 Nov 2026 10:00:00 +9999\r\n",
    b"Subject: ",
    b"<a@b>",
    b"Content-Type: text/html; charset=utf-16\r\n",
    b"Content-Type: application/ms-tnef\r\n",
    b"\x78\x9f\x3e\x22",
    b"> ",
    b"On 1/1/2026 a@b wrote:",
    b"References: ",
    b"charset=utf-7",
    b"+AAA-",
    b"Content-Type: text/calendar; method=REQUEST\r\n",
    b"\xe4\xbd",
    b"&#xD800;",
    b"<p>",
]


def check(raw: bytes) -> None:
    """Reads, and looks at what came out."""
    started = time.perf_counter()
    read = parse_mail(raw)
    assert time.perf_counter() - started < 5
    text = json.dumps(as_json(read), ensure_ascii=False)
    assert "\\u0000" not in text
    text.encode("utf-8")
    assert all(one.name and "/" not in one.name and "\x00" not in one.name for one in read.attachments)
    assert len(dedup_key(read, "x")) <= 130
    match_order(read, read_token=lambda part: None)
    assert may_auto_reply(read) in (True, False)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=20)), max_size=30))
def test_mixtures(pieces: list[bytes]) -> None:
    check(b"".join(pieces))


@pytest.mark.parametrize("seed", range(4))
def test_damaged_samples(seed: int) -> None:
    samples = [path.read_bytes() for path in sorted([*DATA.glob("cpython/msg_*.txt"), *DATA.rglob("*.eml")])]
    if not samples:
        pytest.skip("public test data is missing")
    chance = random.Random(seed)
    for _ in range(250):
        raw = bytearray(chance.choice(samples))
        for _ in range(chance.randint(1, 25)):
            at = chance.randrange(len(raw) + 1)
            kind = chance.random()
            if kind < 0.3:
                raw[at : at + 1] = bytes([chance.randrange(256)])
            elif kind < 0.5:
                del raw[at : at + chance.randrange(40)]
            elif kind < 0.7:
                raw[at:at] = chance.choice(PIECES)
            else:
                other = chance.choice(samples)
                begin = chance.randrange(len(other))
                raw[at:at] = other[begin : begin + chance.randrange(500)]
        check(bytes(raw))
