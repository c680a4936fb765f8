"""Pages of a chart's life: from the gallery to a published version, its review, its pilot, its suggestions."""

import json
import re
from typing import cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from bihuan.flows import queries as flows
from bihuan.flows.models import Version
from bihuan.flows.shipped import shipped
from bihuan.studio import operations as studio
from bihuan.studio.models import Comment, Draft, Review, Suggestion
from bihuan.studio.rules import CHECKLIST
from tests.factories import NOW, actor, company, customer_issue
from tests.issues.test_story import open_step, run_to
from tests.studio.test_publishing import next_version, publish
from tests.studio.test_reviews import asked, sign
from tests.support.statements import page_cost
from tests.web.test_pages import HOSTILE, signed_in

pytestmark = pytest.mark.django_db
CLEAN = {f"item:{item}": "ok" for item in CHECKLIST}
BROKEN = b"""<?xml version="1.0"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x">
<process id="p" name="&lt;script&gt;alert(1)&lt;/script&gt;" isExecutable="true"><startEvent id="a"/>
<complexGateway id="g"/><sequenceFlow id="f" sourceRef="a" targetRef="nowhere"/></process></definitions>"""


@pytest.fixture(autouse=True)
def _company() -> None:
    company()


def body(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def life(draft: Draft, more: str = "") -> str:
    return f"/studio/{draft.pk}/life/{more}"


def test_from_the_gallery_to_a_published_chart() -> None:
    manager, quality = signed_in("manager"), signed_in("quality")
    page = body(manager, "/studio/")
    assert all(f"/studio/gallery/{one.key}/" in page for one in shipped())
    picture = manager.get(re.findall(r'src="(/studio/gallery/T01/picture.svg[^"]*)"', page)[0])
    assert picture["Content-Type"] == "image/svg+xml" and b"<svg" in picture.content
    assert "max-age" in picture["Cache-Control"]
    preview = body(manager, "/studio/gallery/T01/")
    assert "客户问题初步登记表" in preview and "登记" in preview and "复制并改成我们的" in preview
    assert "复制并改成我们的" not in body(signed_in("agent"), "/studio/gallery/T01/")
    answer = manager.post("/studio/gallery/T01/copy/", {"name": "热线问题处理"})
    draft = Draft.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"/studio/{draft.pk}/"
    assert "热线问题处理" in body(signed_in("agent"), "/studio/drafts/")
    ask = {"revision": 1, "reviewers": ["quality"], "due": "2030-01-31", "note": "看看分支"}
    assert manager.post(life(draft, "ask/"), ask).status_code == 302
    assert "待我评审" in body(quality, "/charts/") and "热线问题处理" in body(quality, "/studio/reviews/")
    assert "热线问题处理" not in body(signed_in("agent"), "/studio/reviews/")
    review = Review.objects.get()
    shown = body(quality, life(draft))
    assert "请您评审" in shown and "看看分支" in shown and "2030-01-31" in shown
    assert "请您评审" not in body(manager, life(draft))
    signed = {"review": review.pk, "hash": review.content_hash, "verdict": "agree", **CLEAN}
    assert quality.post(life(draft, "sign/"), signed).status_code == 302
    assert "评审人已全部签字" in body(manager, life(draft))
    form = body(manager, f"/studio/{draft.pk}/publish/")
    assert "quality 先生 已对这份内容签字" in form and "为什么不经评审" not in form and "试运行" not in form
    answer = manager.post(f"/studio/{draft.pk}/publish/", {"revision": 1, "log": "首版", "seen": "1"})
    assert (answer.status_code, answer["Location"]) == (302, f"/charts/{draft.key}/")
    chart = body(signed_in("agent"), f"/charts/{draft.key}/")
    assert "热线问题处理" in chart and "quality 先生 评审" in chart and "manager 先生 发布" in chart and "首版" in chart
    assert Version.objects.get(definition__key=draft.key).content_hash[:8] in chart
    assert "热线问题处理" in body(signed_in("agent"), "/charts/")
    assert "请您评审" not in body(quality, life(draft)) and body(quality, f"/studio/{draft.pk}/faults/")


def test_remarks_stand_on_the_picture_and_nothing_typed_is_lost() -> None:
    draft, agent = next_version(), signed_in("agent")
    assert agent.post(life(draft, "comments/"), {"element": "register", "text": HOSTILE}).status_code == 302
    page = body(agent, life(draft))
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page and ">1</text>" in page
    comment = Comment.objects.get()
    thread = life(draft, f"comments/{comment.pk}/")
    long = "长" * 10_001
    answer = agent.post(life(draft, "comments/"), {"element": "register", "text": long})
    assert answer.status_code == 422 and long in answer.content.decode() and "10001" in answer.content.decode()
    assert agent.post(thread, {"act": "answer", "answer": "好"}).status_code == 302
    assert signed_in("engineer").post(thread, {"act": "resolve"}).status_code == 403
    assert agent.post(thread, {"act": "resolve"}).status_code == 302
    assert ">1</text>" not in body(agent, life(draft)) and "agent 先生 已处理" in body(agent, life(draft))
    assert agent.post(thread, {"act": "reopen"}).status_code == 302
    assert agent.post(thread, {"act": "explode"}).status_code == 404


def test_changes_asked_for_and_signatures_that_hold_no_longer_are_said() -> None:
    draft, manager = next_version(), signed_in("manager")
    review = asked(draft, "quality")
    quality = signed_in("quality")
    given = {"review": review.pk, "hash": review.content_hash, "verdict": "agree", "note": "我写的意见"}
    refused = quality.post(life(draft, "sign/"), {**given, "item:steps": "missing"})
    text = refused.content.decode()
    assert refused.status_code == 422 and "我写的意见" in text
    assert re.search(r'name="item:steps" value="missing" checked', text)
    answer = quality.post(life(draft, "sign/"), {**given, "verdict": "changes", "item:steps": "missing"})
    assert answer.status_code == 302
    page = body(manager, life(draft))
    assert "上一轮评审要求修改" in page and "步骤有没有遗漏：有遗漏" in page and "我写的意见" in page
    sign(asked(draft, "quality"), "quality")
    assert manager.post(life(draft, "take-back/")).status_code == 302
    chart = bytes(draft.chart).replace("登记".encode(), "记录".encode())
    studio.save_draft(draft_id=draft.pk, revision=draft.revision, chart=chart, actor=actor("manager"), now=NOW)
    page = body(manager, life(draft))
    assert "那些签字已经失效" in page and "内容已改，签字失效" in page


def test_publication_says_what_is_missing_and_keeps_what_was_typed() -> None:
    draft, manager = next_version(), signed_in("manager")
    path = f"/studio/{draft.pk}/publish/"
    for name in ("agent", "quality"):
        assert signed_in(name).get(path).status_code == 403
        assert signed_in(name).post(path, {"revision": draft.revision}).status_code == 403
    typed = {"revision": draft.revision, "log": HOSTILE, "scope": "percent", "percent": "300", "reason": ""}
    answer = manager.post(path, typed)
    text = answer.content.decode()
    assert answer.status_code == 422 and "写明原因" in text
    assert "&lt;script&gt;" in text and "<script>alert" not in text and 'value="300"' in text
    assert manager.post(path, {**typed, "reason": "急", "percent": "x"}).status_code == 422
    answer = manager.post(path, {**typed, "reason": "急", "percent": "20"})
    assert (answer.status_code, answer["Location"]) == (302, "/charts/T01/pilot/")
    page = body(signed_in("agent"), "/charts/T01/pilot/")
    assert "20% 的客户" in page and "结束试运行" not in page
    assert "未经评审：急" in body(manager, "/charts/T01/")
    steer = "/charts/T01/versions/2/"
    assert manager.post(steer, {"act": "adjust", "scope": "departments", "departments": ["device"]}).status_code == 302
    assert "device 部" in body(manager, "/charts/T01/pilot/")
    assert signed_in("quality").post(steer, {"act": "promote"}).status_code == 403
    assert manager.post(steer, {"act": "stop", "reason": ""}).status_code == 422
    assert manager.post(steer, {"act": "stop", "reason": "超时变多"}).status_code == 302
    assert "停用原因：超时变多" in body(manager, "/charts/T01/")
    assert manager.get("/charts/T01/pilot/").status_code == 404
    assert manager.post("/charts/T01/retire/", {"reason": "x"}).status_code == 422, "issues begin on it"
    current = flows.current_version(key="T01")
    assert current is not None and current.number == 1


def test_two_versions_side_by_side() -> None:
    publish(next_version(), reason="急")
    page = body(signed_in("agent"), "/charts/T01/compare/?a=1&b=2")
    assert "分类与分派" in page and page.count("<svg xmlns") == 2 and "第 1 版 → 第 2 版" in page
    assert "没有实质的差别" in body(signed_in("agent"), "/charts/T01/compare/?a=2&b=2")
    for nonsense in ("?a=9&b=2", "?a=x", "?a=-1", "?b=99999999999999999999999"):
        assert signed_in("agent").get(f"/charts/T01/compare/{nonsense}").status_code == 404, nonsense
    draft = next_version(old="登记", new="记录")
    assert "记录" in body(signed_in("agent"), f"/studio/{draft.pk}/compare/")


def test_a_file_becomes_a_draft_with_its_faults_named_or_nothing() -> None:
    manager = signed_in("manager")

    def send(content: bytes, name: str = "流程.bpmn") -> HttpResponse:
        return cast(HttpResponse, manager.post("/studio/import/", {"file": SimpleUploadedFile(name, content)}))

    for content in (b"", b"no xml", b"<a>", b"\x00\x01", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"x" * 5_000_000):
        assert send(content).status_code == 422
    assert manager.post("/studio/import/", {}).status_code == 422
    assert not Draft.objects.exists()
    answer = send(BROKEN)
    draft = Draft.objects.get()
    assert answer["Location"] == f"/studio/{draft.pk}/faults/"
    assert bytes(draft.chart) == BROKEN and draft.name == "<script>alert(1)</script>"
    page = body(manager, f"/studio/{draft.pk}/faults/")
    assert "处要改" in page and "nowhere" in page and "complexGateway" in page and "<script>alert" not in page
    assert "处错误" in body(manager, f"/studio/{draft.pk}/publish/")
    assert manager.get(life(draft)).status_code == 200
    assert send(BROKEN, "长" * 300 + ".bpmn").status_code == 302
    assert signed_in("agent").post("/studio/import/", {}).status_code == 403


def test_suggestions_from_a_step_to_the_version_that_took_them_up() -> None:
    issue = customer_issue()
    run_to(issue, "register", NOW)
    agent, manager = signed_in("agent"), signed_in("manager")
    assert open_step(issue).node == "classify"
    step = body(signed_in("supervisor"), f"/steps/{open_step(issue).pk}/")
    (link,) = re.findall(r'href="(/suggest/\d+/\?element=classify)"', step)
    target = agent.get(link)["Location"]
    assert target == "/charts/T01/suggestions/?element=classify"
    assert re.search(r'value="classify" selected', body(agent, target))
    assert agent.post("/charts/T01/suggestions/", {"element": "classify", "text": HOSTILE}).status_code == 302
    refused = agent.post("/charts/T01/suggestions/", {"element": "nowhere", "text": "我写的"})
    assert refused.status_code == 422 and "我写的" in refused.content.decode()
    suggestion = Suggestion.objects.get()
    path = f"/charts/T01/suggestions/{suggestion.pk}/"
    assert manager.post(path, {"act": "vote"}).status_code == 302
    page = body(manager, "/charts/T01/suggestions/")
    assert "赞成 2" in page and "<script>alert" not in page
    assert agent.post(path, {"act": "decline", "reason": "不"}).status_code == 403
    draft = next_version()
    assert "2 人赞成" in body(manager, f"/studio/{draft.pk}/publish/")
    form = {"revision": draft.revision, "log": "采纳", "reason": "急", "taken": [suggestion.pk], "scope": "all"}
    assert manager.post(f"/studio/{draft.pk}/publish/", form).status_code == 302
    assert "第 2 版已采纳" in body(agent, "/charts/T01/suggestions/")


def test_the_next_version_is_begun_once() -> None:
    manager = signed_in("manager")
    first, second = (manager.post("/charts/T01/draft/")["Location"] for _ in range(2))
    assert first == second == f"/studio/{Draft.objects.get().pk}/"
    assert signed_in("agent").post("/charts/T01/draft/").status_code == 403
    assert "继续改草稿" in body(manager, "/charts/T01/")
    assert manager.post(f"/studio/{Draft.objects.get().pk}/discard/").status_code == 302
    assert "改下一版" in body(manager, "/charts/T01/")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_in_both_languages_and_for_staff_alone(language: str) -> None:
    draft = next_version()
    studio.add_comment(draft_id=draft.pk, element="", text=HOSTILE, actor=actor("agent"), now=NOW)
    asked(draft, "quality")
    paths = [
        "/charts/",
        "/studio/",
        "/studio/drafts/",
        "/studio/reviews/",
        "/studio/import/",
        "/studio/gallery/T01/",
        life(draft),
        f"/studio/{draft.pk}/faults/",
        f"/studio/{draft.pk}/publish/",
        f"/studio/{draft.pk}/compare/",
        "/charts/T01/",
        "/charts/T01/compare/",
        "/charts/T01/suggestions/",
    ]
    client = signed_in("admin", language)
    for path in paths:
        text = body(client, path)
        assert "<script>alert" not in text and "undefined" not in text.lower(), path
        if language == "en":
            assert 'lang="en"' in text
        assert Client().get(path).status_code == 302, path
    for path in (
        "/studio/gallery/NO/",
        "/studio/999999/life/",
        "/charts/NO/suggestions/",
        "/suggest/999999/",
        "/charts/%00/suggestions/",
    ):
        assert client.get(path).status_code == 404, path


def test_lists_cost_the_same_however_long() -> None:
    manager, client = actor("manager"), signed_in("manager")

    def costs() -> list[int]:
        paths = ("/studio/drafts/", "/studio/reviews/", "/charts/T01/suggestions/", "/charts/T01/", life(draft))
        return [page_cost(client, path) for path in paths]

    draft = next_version()
    version = flows.current_version(key="T01")
    assert version is not None

    def more(n: int) -> None:
        made = studio.create_draft(name=f"流程{n}", actor=actor("quality"), now=NOW)
        studio.ask_review(draft_id=made.pk, revision=1, reviewers=["manager"], actor=actor("quality"), now=NOW)
        pinned = studio.add_comment(draft_id=draft.pk, element="", text=f"第 {n} 条", actor=manager, now=NOW)
        studio.answer_comment(comment_id=pinned.pk, text="好", actor=manager, now=NOW)
        studio.suggest(version_id=version.pk, element="", text=f"第 {n} 条", actor=manager, now=NOW)

    for n in range(3):
        more(n)
    few = costs()
    for n in range(3, 9):
        more(n)
    assert costs() == few


def test_the_version_in_force_says_how_it_does_since_it_went_live() -> None:
    manager = signed_in("manager")
    assert "上线以来" not in body(manager, "/charts/T01/")
    customer_issue()
    page = body(manager, "/charts/T01/")
    assert "第 1 版上线以来" in page
    assert re.search(r"<dt>新开的问题</dt><dd>1</dd>.*<dt>一半在几小时内办完</dt><dd>—</dd>", page)


def test_the_designer_knows_what_the_draft_began_from() -> None:
    manager, draft = signed_in("manager"), next_version()
    data = json.loads(re.findall(r'id="studio-data">(.*?)</script>', body(manager, f"/studio/{draft.pk}/"))[0])
    assert {"register", "analyse"} <= set(data["known"])
    copy = studio.copy_shipped(shipped="T01", name="", actor=actor("manager"), now=NOW)
    data = json.loads(re.findall(r'id="studio-data">(.*?)</script>', body(manager, f"/studio/{copy.pk}/"))[0])
    assert data["known"] is None
