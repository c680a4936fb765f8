"""Attached PDF files: their pages as pictures, drawn by a process that a hostile file may bring down and nothing else."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from bihuan.core.clock import system_now
from bihuan.issues import page_child, pages, storage
from tests.factories import company, customer_issue
from tests.web.test_pages import signed_in
from tests.web.test_pictures import attached, body_of

pytestmark = pytest.mark.django_db
COLOURS = [(200, 30, 30), (30, 160, 30), (30, 30, 200)]


def paper(*colours: tuple[int, int, int], size: tuple[int, int] = (600, 800)) -> bytes:
    """A PDF with a page of each colour, written by Pillow."""
    sheets = [Image.new("RGB", size, colour) for colour in colours or COLOURS]
    out = io.BytesIO()
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:])
    return out.getvalue()


def locked() -> bytes:
    """The same behind a password."""
    writer, out = PdfWriter(PdfReader(io.BytesIO(paper()))), io.BytesIO()
    writer.encrypt("secret", algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


def bomb(levels: int = 9) -> bytes:
    """A page that draws a form ten times, which draws a form ten times, and so on: two kilobytes, 10⁹ lines."""
    ten = b"/A Do " * 10
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</XObject<</A 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(ten), ten),
    ]
    for level in range(levels):
        last = level == levels - 1
        draws = b"0 0 m 600 800 l S " * 10 if last else ten
        uses = b"" if last else b"/Resources<</XObject<</A %d 0 R>>>>" % (6 + level)
        bodies.append(
            b"<</Type/XObject/Subtype/Form/BBox[0 0 600 800]%s/Length %d>>stream\n%s\nendstream"
            % (uses, len(draws), draws)
        )
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(bodies) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        count, table, count, len(out),
    )  # fmt: skip


def near(picture: Image.Image, colour: tuple[int, int, int]) -> bool:
    seen = picture.convert("RGB").getpixel((picture.width // 2, picture.height // 2))
    assert isinstance(seen, tuple)
    return all(abs(one - other) < 12 for one, other in zip(seen, colour, strict=True))


def test_a_paper_shows_its_first_page_small_and_every_page_large() -> None:
    company(now=system_now())
    issue = customer_issue(now=system_now())
    (file,) = attached(issue, ("合同.pdf", paper()))
    client = signed_in()
    feed = client.get(f"/issues/{issue.pk}/feed/").content.decode()
    assert f'data-pages="/files/{file.pk}/pages/"' in feed and f'src="/files/{file.pk}/preview/"' in feed
    with Image.open(io.BytesIO(body_of(client, f"/files/{file.pk}/preview/"))) as small:
        assert small.format == "WEBP" and small.size == (360, 480) and near(small, COLOURS[0])
    assert json.loads(client.get(f"/files/{file.pk}/pages/").content) == {"pages": 3}
    for number, colour in enumerate(COLOURS, 1):
        with Image.open(io.BytesIO(body_of(client, f"/files/{file.pk}/pages/{number}/"))) as page:
            assert page.size == (1200, 1600) and near(page, colour), number
    for number in (0, 4, 10**12):
        assert client.get(f"/files/{file.pk}/pages/{number}/").status_code == 404, number
    download = client.get(f"/files/{file.pk}/")
    assert download.headers["Content-Disposition"].startswith("attachment"), "the file itself is never shown in place"
    assert b"".join(download.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
    outsider = signed_in("outsider")
    for path in ("preview/", "pages/", "pages/1/"):
        assert outsider.get(f"/files/{file.pk}/{path}").status_code == 404, path
    place = storage.stored_path(file.stored_as)
    assert len(list(place.parent.glob(f"{place.name}.*"))) == 5
    storage.drop_bytes(file.stored_as)
    assert not list(place.parent.glob(f"{place.name}*"))


def test_what_cannot_be_read_is_a_download_and_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    company(now=system_now())
    issue = customer_issue(now=system_now())
    files = attached(issue, ("a.pdf", b"%PDF-1.7"), ("b.pdf", paper()[:300]), ("c.pdf", locked()), ("d.pdf", bomb()))
    client = signed_in()

    def refused(what: str) -> None:
        for file in files:
            assert json.loads(client.get(f"/files/{file.pk}/pages/").content) == {"pages": 0}, (what, file.name)
            for path in ("preview/", "pages/1/", "pages/2/"):
                assert client.get(f"/files/{file.pk}/{path}").status_code == 404, (what, file.name, path)
            place = storage.stored_path(file.stored_as)
            assert [each.name for each in place.parent.glob(f"{place.name}.*")] == [f"{place.name}.pages"]

    refused("first")
    monkeypatch.setattr(page_child, "__file__", "/nowhere")
    refused("again")


def test_who_takes_too_long_is_stopped_and_may_try_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    company(now=system_now())
    (file,) = attached(customer_issue(now=system_now()), ("a.pdf", paper()))
    client, child = signed_in(), page_child.__file__
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(page_child, "__file__", str(tmp_path / "slow.py"))
    monkeypatch.setattr(pages, "_SECONDS", 0.5)
    assert client.get(f"/files/{file.pk}/preview/").status_code == 404
    monkeypatch.setattr(page_child, "__file__", child)
    monkeypatch.setattr(pages, "_SECONDS", 60.0)
    assert client.get(f"/files/{file.pk}/preview/").status_code == 200


def test_only_papers_have_pages_and_fifty_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    company(now=system_now())
    issue = customer_issue(now=system_now())
    text, long = attached(issue, ("a.txt", b"hello"), ("b.pdf", paper(*COLOURS, size=(40, 50))))
    client = signed_in()
    for path in ("pages/", "pages/1/"):
        assert client.get(f"/files/{text.pk}/{path}").status_code == 404, path
    monkeypatch.setattr(pages, "MOST_PAGES", 2)
    assert json.loads(client.get(f"/files/{long.pk}/pages/").content) == {"pages": 2}
    assert client.get(f"/files/{long.pk}/pages/3/").status_code == 404
