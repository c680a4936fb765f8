"""Pictures: small ones in the timeline, those of mails in their places, those from elsewhere only when asked for."""

import io
import struct
import zlib
from email.message import EmailMessage

import pytest
from django.test import Client
from PIL import Image

from bihuan.core import fetch
from bihuan.core.clock import system_now
from bihuan.issues import operations, storage
from bihuan.issues.models import Attachment, Entry, Issue
from bihuan.issues.operations import NewFile
from bihuan.web.issues import original
from tests.channels.test_mail import receive
from tests.factories import actor, company, customer_issue
from tests.web.test_pages import signed_in

pytestmark = pytest.mark.django_db


def picture(kind: str = "PNG", size: tuple[int, int] = (1200, 600), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (20, 90, 200)).save(out, kind, **more)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few kilobytes that claims 6,000 × 6,000 pixels and has them."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    lines = zlib.compress(b"\x00" * (6000 * 6001), 9)
    head = struct.pack(">IIBBBBB", 6000, 6000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def attached(issue: Issue, *files: tuple[str, bytes]) -> list[Attachment]:
    given = [NewFile(name=name, media_type="image/png", data=data) for name, data in files]
    entry = operations.post_entry(
        issue_id=issue.pk, kind="note", text="照片", attachments=given, actor=actor("agent"), now=system_now()
    )
    return list(entry.attachments.order_by("name"))


def body_of(client: Client, href: str) -> bytes:
    answer = client.get(href)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.correctness(125)
def test_pictures_have_small_ones_and_nothing_else_has() -> None:
    company(now=system_now())
    issue = customer_issue(now=system_now())
    frames = [Image.new("P", (900, 900), n) for n in range(3)]
    moving = io.BytesIO()
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:])
    files = attached(
        issue,
        ("a.png", picture()), ("b.jpg", picture("JPEG", (4000, 3000))), ("c.webp", picture("WEBP")),
        ("d.gif", moving.getvalue()), ("e.png", picture()[:200]), ("f.png", bomb()), ("g.svg", b"<svg onload=alert(1)>"),
        ("h.pdf", b"%PDF-1.7"), ("i.jpg", picture("JPEG", (5000, 4000), progressive=True)),
    )  # fmt: skip
    client = signed_in()
    for file in files[:4]:
        with Image.open(io.BytesIO(body_of(client, f"/files/{file.pk}/preview/"))) as small:
            assert small.format == "WEBP" and max(small.size) == 480, file.name
    for file in files[4:]:
        assert client.get(f"/files/{file.pk}/preview/").status_code == 404, file.name
    assert signed_in("outsider").get(f"/files/{files[0].pk}/preview/").status_code == 404
    feed = client.get(f"/issues/{issue.pk}/feed/").content.decode()
    assert feed.count("data-picture") == 8 and f'src="/files/{files[0].pk}/preview/"' in feed
    made = storage.preview_path(files[0].stored_as)
    assert made.is_file()
    storage.drop_bytes(files[0].stored_as)
    assert not made.is_file()


def test_a_turned_photograph_is_shown_upright() -> None:
    company(now=system_now())
    issue = customer_issue(now=system_now())
    turned = Image.Exif()
    turned[0x0112] = 6
    (file,) = attached(issue, ("a.jpg", picture("JPEG", (1200, 600), exif=turned)))
    with Image.open(io.BytesIO(body_of(signed_in(), f"/files/{file.pk}/preview/"))) as small:
        assert small.height > small.width


def mailed(html: str) -> Entry:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "吴 <wu@hospital.example>", "service@bihuan.local", "截图"
    message["Message-ID"] = "<p1@hospital.example>"
    message.set_content("见下图")
    message.add_alternative(html, subtype="html")
    parts = message.get_payload()
    assert isinstance(parts, list)
    part = parts[1]
    assert isinstance(part, EmailMessage)
    part.add_related(picture(), "image", "png", cid="<shot1@hospital>", filename="截图.png")
    got = receive(message.as_bytes())
    assert got.status == "opened"
    return Entry.objects.get(issue_id=got.issue_id or 0, kind="inbound")


_HTML = (
    '<p onclick="x()">见下图</p><img src="cid:shot1@hospital"><img src="cid:else"><script>alert(1)</script>'
    '<img src="http://pictures.example/a.png?who=1&amp;b=2" alt="标志"><img src="http://10.0.0.1/admin">'
    '<img src="/files/x/" data-remote-src="http://evil.example/"><img src=x onerror=alert(1)>'
)


@pytest.mark.correctness(124, 129)
def test_pictures_of_a_mail_stand_in_their_places_and_nothing_is_fetched_unasked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company(now=system_now())
    entry = mailed(_HTML)
    file = entry.attachments.get()
    client = signed_in()
    href = f"/issues/{entry.issue_id}/entries/{entry.pk}/original/"
    answer = client.get(href)
    page = answer.content.decode()
    assert (
        f'src="/files/{file.pk}/"' in page and "<script" not in page and "onclick" not in page and "onerror" not in page
    )
    assert (
        "script-src" not in answer.headers["Content-Security-Policy"]
        and "default-src 'none'" in answer.headers["Content-Security-Policy"]
    )
    assert ' src="http' not in page and "显示远程图片" in page
    assert href in client.get(f"/issues/{entry.issue_id}/").content.decode()
    shown = client.get(f"{href}?remote=1").content.decode()
    assert f'src="/issues/{entry.issue_id}/entries/{entry.pk}/pictures/0/"' in shown and ' src="http' not in shown
    asked: list[str] = []

    def elsewhere(url: str, *, most: int) -> bytes:
        asked.append(url)
        if "10.0.0.1" in url:
            raise fetch.NotFetched("inside")
        return picture()

    monkeypatch.setattr(original, "fetch_public", elsewhere)
    first = client.get(f"/issues/{entry.issue_id}/entries/{entry.pk}/pictures/0/")
    assert first.status_code == 200 and first.headers["Content-Type"] == "image/png"
    assert asked == ["http://pictures.example/a.png?who=1&b=2"]
    for number in (1, 7):
        assert client.get(f"/issues/{entry.issue_id}/entries/{entry.pk}/pictures/{number}/").status_code == 404
    monkeypatch.setattr(original, "fetch_public", lambda _url, most: b"<svg onload=alert(1)></svg>")
    assert client.get(f"/issues/{entry.issue_id}/entries/{entry.pk}/pictures/0/").status_code == 404
    other = signed_in("outsider")
    for path in (href, f"/issues/{entry.issue_id}/entries/{entry.pk}/pictures/0/"):
        assert other.get(path).status_code == 404


@pytest.mark.foreign_write("a mail without any text takes a parser's odd case to make")
def test_a_message_of_html_alone_shows_its_pictures_in_the_timeline() -> None:
    company(now=system_now())
    entry = mailed(_HTML)
    Entry.objects.filter(pk=entry.pk).update(text="")
    feed = signed_in().get(f"/issues/{entry.issue_id}/feed/").content.decode()
    assert f'src="/files/{entry.attachments.get().pk}/"' in feed and ' src="http' not in feed
