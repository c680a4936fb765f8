"""Mails for the tests, written byte by byte so that nothing mends them on the way."""

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[4].parent / "shared" / "data" / "mail"
HEAD = (
    b"From: Zhang San <zhang@customer.example>\r\nTo: help@company.example\r\nMessage-ID: <a1@customer.example>\r\n"
    b"Date: Tue, 24 Nov 2026 10:00:00 +0800\r\n"
)


def data(*parts: str) -> Path:
    """A file of the public test data; skips the test where that is missing."""
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"public test data is missing: {path.name}")
    return path


def mail(body: bytes = b"Hello\r\n", *fields: bytes, head: bytes = HEAD) -> bytes:
    """A mail with the usual fields, further ones, and a body."""
    return head + b"".join(field + b"\r\n" for field in fields) + b"\r\n" + body


def text_mail(text: str, charset: str, declared: str | None) -> bytes:
    """A text in this charset, declared as another (None: not declared)."""
    stated = [b"Content-Type: text/plain; charset=" + declared.encode()] if declared is not None else []
    return mail(text.encode(charset), *stated, b"Content-Transfer-Encoding: 8bit")


def multipart(kind: bytes, *parts: bytes, boundary: bytes = b"=_b", closed: bool = True) -> bytes:
    """A whole mail of this multipart type; each part with its own head."""
    lines = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    end = b"--" + boundary + b"--\r\n" if closed else b""
    return mail(
        lines + end, b"MIME-Version: 1.0", b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"'
    )
