"""Signatures on printed forms: pictures of this very issue, whole ones, nothing else; a flaw keeps nobody from printing."""

import io
import struct
import zlib
from dataclasses import replace
from uuid import uuid4

import pytest
from django.test import Client
from docx import Document as read_docx
from pypdf import PdfReader

from bihuan.core.actor import SYSTEM
from bihuan.flows import gallery
from bihuan.flows.operations import publish_package
from bihuan.issues import operations, queries
from bihuan.issues.models import Issue
from bihuan.issues.operations import NewFile
from bihuan.issues.rules.files import printable
from tests.factories import NOW, actor, company, customer_issue
from tests.issues.test_story import open_step
from tests.web.test_pages import signed_in


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int = 60, height: int = 20, *, colour: int = 6, pixels: bytes | None = None, more: bytes = b"") -> bytes:
    """As a browser's canvas writes one."""
    line = {0: 1, 2: 3, 3: 1, 6: 4}[colour] * width
    raw = (b"\0" + b"\x20" * line) * height if pixels is None else pixels
    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts + more


GOOD = png()
BAD = {
    "nothing": b"",
    "no picture": b"<svg onload='alert(1)'/>",
    "cut off": GOOD[:-20],
    "one byte changed": GOOD[:40] + bytes([GOOD[40] ^ 1]) + GOOD[41:],
    "something behind it": png(more=b"<script>"),
    "too few lines": png(pixels=b"\0" * 50),
    "more than it says": png(pixels=b"\0" * 1_000_000),
    "an unknown filter": png(pixels=(b"\x09" + b"\0" * 240) * 20),
    "a palette without colours": png(colour=3),
    "gigapixels": png(60_000, 60_000, pixels=b"\0"),
    "no width": png(0, 20, pixels=b"\0"),
    "a head alone": b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 6, 0, 0, 0)),
    "no pixels": png(pixels=b"").replace(zlib.compress(b""), b""),
}


def test_a_whole_picture_is_printable() -> None:
    assert all(printable(png(colour=colour)) for colour in (0, 2, 6))


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_what_is_not_whole_is_not_printable(data: bytes) -> None:
    assert not printable(data)


def signed_issue(*signatures: bytes) -> tuple[Issue, list[str]]:
    """An issue whose first form holds the signatures, and the ids of their files."""
    company()
    package = gallery.package("T01")
    form = dict(package.forms["F01"])
    fields = dict(form["properties"])  # type: ignore[call-overload]
    fields["evidence"] = {**fields["evidence"], "x-widget": "signature"}
    forms = {**package.forms, "F01": {**form, "properties": fields}}
    publish_package(package=replace(package, forms=forms), actor=SYSTEM, now=NOW)
    issue = customer_issue()
    files = [NewFile(name="签字.png", media_type="image/png", data=one) for one in signatures]
    kept = operations.store_files(issue_id=issue.pk, files=files, actor=actor("agent"), now=NOW)
    ids = [str(one.pk) for one in kept]
    data: dict[str, object] = {"customer_name": "云溪", "description": "断了", "evidence": ids}
    operations.complete_step(
        work_item_id=open_step(issue).pk, outcome="to_classify", data=data, actor=actor("agent"), now=NOW
    )
    return issue, ids


def pictures(client: Client, issue: Issue) -> tuple[int, int]:
    """How many pictures the PDF and the DOCX show."""
    pdf = client.get(f"/issues/{issue.pk}/documents/F01.pdf")
    word = client.get(f"/issues/{issue.pk}/documents/F01.docx")
    assert (pdf.status_code, word.status_code) == (200, 200)
    found = sum(len(page.images) for page in PdfReader(io.BytesIO(pdf.content)).pages)
    return found, len(read_docx(io.BytesIO(word.content)).inline_shapes)


@pytest.mark.django_db
def test_a_signature_is_printed_as_a_picture() -> None:
    issue, ids = signed_issue(GOOD)
    assert queries.document(actor=actor("agent"), issue_id=issue.pk, code="F01").images == {ids[0]: GOOD}
    assert pictures(signed_in("agent"), issue) == (1, 1)


@pytest.mark.django_db
def test_broken_files_and_those_of_other_issues_are_not() -> None:
    other, foreign = signed_issue(GOOD)
    again = customer_issue(title="另一件", email="li@school.example")
    files = [NewFile(name=f"{at}.png", media_type="image/png", data=one) for at, one in enumerate((GOOD[:-20], GOOD))]
    own = operations.store_files(issue_id=again.pk, files=files, actor=actor("agent"), now=NOW)
    evidence = [str(own[0].pk), *foreign, str(uuid4()), "../../etc/passwd"]
    data: dict[str, object] = {"customer_name": "学校", "description": "断了", "evidence": evidence}
    operations.complete_step(
        work_item_id=open_step(again).pk, outcome="to_classify", data=data, actor=actor("agent"), now=NOW
    )
    assert queries.document(actor=actor("agent"), issue_id=again.pk, code="F01").images == {}
    assert pictures(signed_in("agent"), again) == (0, 0)
    assert pictures(signed_in("agent"), other) == (1, 1)
