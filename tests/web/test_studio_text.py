"""From a text to drafts in the browser: analysed, corrected, made; refused with what was typed still there."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bihuan.bpmn import load_chart
from bihuan.studio.models import Draft
from tests.factories import company
from tests.web.test_pages import signed_in

pytestmark = pytest.mark.django_db

TEXT = """维修处理程序
一、登记。客服代表在 30 分钟内登记客户的报修，填写《报修登记簿》。
二、派工。客服主管在 1 小时内指派技术员。
三、检修。技术员上门检修。如果缺少零件，则订购零件。
四、回访。客服代表在 24 小时内回访客户。
"""


@pytest.fixture
def manager() -> Client:
    company()
    return signed_in("manager")


def test_a_text_is_analysed_and_made_a_draft(manager: Client) -> None:
    page = manager.post("/studio/from-text/", {"text": TEXT, "do": "read"}).content.decode()
    assert "建成草稿" in page and "登记" in page and not Draft.objects.exists(), "looking makes nothing"
    made = manager.post("/studio/from-text/", {"text": TEXT, "do": "create", "flow": "0"})
    draft = Draft.objects.get()
    assert made["Location"] == f"/studio/{draft.pk}/text/"
    chart = load_chart(bytes(draft.chart))
    names = [node.name for node in chart.nodes.values() if node.kind == "userTask"]
    assert [name for name in names if name in ("登记", "派工", "检修", "回访")] == ["登记", "派工", "检修", "回访"]
    assert {node.ext.form for node in chart.nodes.values() if node.ext.form} <= set(draft.forms)
    report = manager.get(made["Location"]).content.decode()
    assert "要您确认" in report and "原文没写全" in report and draft.origin["questions"]


def test_a_file_of_any_encoding_is_read_and_damage_is_shown(manager: Client) -> None:
    damaged = TEXT.replace("检修。", "檢(jiǎn)修。") + "本程序由品管部\ufffd\ufffd负责解释。\n"
    file = SimpleUploadedFile("程序.txt", damaged.encode("utf-8"))
    page = manager.post("/studio/from-text/", {"file": file, "do": "read"}).content.decode()
    assert "拼音注音" in page and "〔缺损〕" in page and "檢" not in page.split("<textarea")[1]
    gb = SimpleUploadedFile("程序.txt", TEXT.encode("gb18030"))
    assert "派工" in manager.post("/studio/from-text/", {"file": gb, "do": "read"}).content.decode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"text": "   "}, "请粘贴"),
        ({"text": "长" * 200_001}, "文字太长"),
        ({"text": TEXT, "do": "create"}, "至少选一个"),
        ({"text": TEXT, "do": "create", "flow": ["99", "-1", "x"]}, "至少选一个"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_made(manager: Client, data: dict[str, object], said: str) -> None:
    answer = manager.post("/studio/from-text/", data)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not Draft.objects.exists()
    if data["text"] == TEXT:
        assert "维修处理程序" in answer.content.decode(), "what was typed is still there"


def test_files_that_are_no_text_are_refused_by_name(manager: Client) -> None:
    for name, data, said in (
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "DOCX"),
        ("a.bin", bytes(range(256)) * 40, "TXT"),
        ("a.html", b"<!DOCTYPE html><html></html>", "网页"),
    ):
        answer = manager.post("/studio/from-text/", {"file": SimpleUploadedFile(name, data)})
        assert answer.status_code == 422 and said in answer.content.decode(), name


def test_who_may_not_draw_is_refused_and_hostile_text_is_shown_as_text(manager: Client) -> None:
    assert signed_in("agent").get("/studio/from-text/").status_code == 403
    hostile = "<script>alert(1)</script>程序\n1. <img src=x onerror=alert(1)>登记。\n2. ‮派工🙂。\n"
    page = manager.post("/studio/from-text/", {"text": hostile, "do": "read"}).content.decode()
    assert "<script>alert(1)" not in page and "<img src=x" not in page
