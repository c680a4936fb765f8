"""Bad input on the pages: a refusal in the reader's language, what was typed is still there, and nothing else changed."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from bihuan.core.links import sign_link
from bihuan.issues.models import Attachment, Entry, Issue
from tests.factories import NOW, company, customer_issue
from tests.issues.test_story import open_step
from tests.web.test_pages import HOSTILE, signed_in

pytestmark = pytest.mark.django_db
REPORT = {
    "title": "门禁报警",
    "description": "昨晚响了两次",
    "name": "鲜汇超市",
    "phone": "13800006620",
    "email": "",
    "urgency": "medium",
    "consent": "1",
}
LONG = "名" * 10_000
# 100 bytes of a ZIP that says it unpacks to four gigabytes, and a picture that says it is 60,000 x 60,000.
ZIP_BOMB = b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + b"\x00" * 8 + b"\x64\x00\x00\x00\xff\xff\xff\xff" + b"x" * 70
IMAGE_BOMB = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xea\x60\x00\x00\xea\x60\x08\x06\x00\x00\x00" + b"\x00" * 40


@pytest.mark.parametrize("field", ["title", "name", "phone", "email"])
@pytest.mark.parametrize(("language", "words"), [("zh-hans", "太长"), ("en", "Too long")])
def test_ten_thousand_characters_are_refused_and_still_there(field: str, language: str, words: str) -> None:
    company()
    client = Client()
    client.post(reverse("web:guest_language"), {"language": language})
    answer = client.post("/report/", {**REPORT, field: LONG})
    text = answer.content.decode()
    assert answer.status_code == 422 and words in text and "10000" in re.sub(r"[,\s]", "", text)
    assert LONG in text and REPORT["description"] in text
    assert not Issue.objects.exists()


def test_a_description_of_ten_thousand_hostile_characters_is_kept_as_it_is() -> None:
    company()
    hostile = (HOSTILE * 200)[:10_000]
    answer = Client().post("/report/", {**REPORT, "title": HOSTILE, "name": HOSTILE, "description": hostile})
    assert answer.status_code == 302
    issue = Issue.objects.get()
    assert (issue.title, issue.description) == (HOSTILE, hostile.strip())
    for page in (Client().get(answer["Location"]), signed_in().get(f"/issues/{issue.pk}/")):
        text = page.content.decode()
        assert page.status_code == 200 and "&lt;script&gt;" in text
        assert "<script>alert" not in text and "<img src=x" not in text


@pytest.mark.correctness(125)
@pytest.mark.parametrize(
    ("name", "data", "declared"),
    [
        ("壁纸.png", IMAGE_BOMB, "image/png"),
        ("资料.zip", ZIP_BOMB, "application/zip"),
        ("页面.html", b"<script>alert(1)</script>", "image/png"),
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
        ("../../etc/passwd\u202egpj.exe", b"MZ", "image/jpeg"),
    ],
)
def test_uploads_are_bytes_and_never_run(name: str, data: bytes, declared: str) -> None:
    company()
    files = {"files": SimpleUploadedFile(name, data, content_type=declared)}
    assert Client().post("/report/", {**REPORT, **files}).status_code == 302
    kept = Attachment.objects.get()
    assert "/" not in kept.name and "\u202e" not in kept.name
    answer = signed_in().get(reverse("web:file", args=[kept.pk]))
    assert answer.getvalue() == data
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment") or kept.media_type == "image/png"
    assert not answer["Content-Type"].startswith(("text/html", "image/svg"))


def test_a_file_that_is_too_large_is_refused_by_name(settings: Settings) -> None:
    settings.ATTACHMENT_MAX_BYTES = 1000
    company()
    answer = Client().post("/report/", {**REPORT, "files": SimpleUploadedFile("录像.mp4", b"x" * 1001)})
    text = answer.content.decode()
    assert answer.status_code >= 400 and "录像.mp4" in text and REPORT["description"] in text
    assert not Issue.objects.exists() and not Attachment.objects.exists()


@pytest.mark.correctness(130)
@pytest.mark.parametrize("spoil", ["letter", "purpose", "age", "nonsense"])
def test_a_forged_reference_leads_nowhere(spoil: str) -> None:
    company()
    issue = customer_issue()
    token = sign_link(purpose="progress", subject=issue.pk, now=NOW)
    token = {
        "letter": token[:-2] + ("AA" if token[-2:] != "AA" else "BB"),
        "purpose": sign_link(purpose="rate", subject=issue.pk, now=NOW),
        "age": sign_link(purpose="progress", subject=issue.pk, now=NOW - timedelta(days=4000)),
        "nonsense": "WzFd:" + "x" * 300,
    }[spoil]
    before = Entry.objects.count()
    assert Client().get(f"/p/{token}/").status_code in (403, 404, 410)
    assert Client().post(f"/p/{token}/message/", {"text": "我是谁"}).status_code in (403, 404, 410)
    assert Entry.objects.count() == before


def test_a_form_with_wrong_types_is_refused_at_its_fields_and_keeps_what_was_typed() -> None:
    company()
    issue = customer_issue()
    step = open_step(issue)
    client = signed_in("agent")
    client.post(f"/steps/{step.pk}/claim/")
    answer = client.post(
        f"/steps/{step.pk}/", {"outcome": "to_classify", "customer_name": LONG, "description": "还在这里"}
    )
    text = answer.content.decode()
    assert answer.status_code in (400, 422) and "还在这里" in text and 'aria-invalid="true"' in text
    assert open_step(issue).pk == step.pk


def test_a_post_without_the_forms_token_is_refused() -> None:
    company()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/report/", REPORT).status_code == 403
    assert not Issue.objects.exists()
