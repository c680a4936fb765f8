"""Pages of manual, files and practice."""

import io
import re
import zipfile

import pytest
from django.test import Client
from docx import Document as read_docx

from bihuan.studio import operations as studio
from bihuan.studio import queries
from bihuan.studio.drilling import World, card_step, card_steps
from bihuan.studio.models import Draft, Drill, DrillCard
from tests.factories import NOW, actor, company
from tests.web.test_pages import HOSTILE, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _company() -> None:
    company()


def body(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def draft() -> Draft:
    return studio.copy_shipped(shipped="T01", name="热线问题处理", actor=actor("manager"), now=NOW)


def test_the_manual_comes_as_pdf_and_word_in_both_languages() -> None:
    agent = signed_in("agent")
    page = body(agent, "/charts/T01/")
    for kind in ("pdf", "docx"):
        assert f'href="/charts/T01/manual.{kind}"' in page
    answer = agent.get("/charts/T01/manual.pdf")
    assert answer.content.startswith(b"%PDF-") and "T01-v1-zh.pdf" in answer["Content-Disposition"]
    word = agent.get(f"/studio/{draft().pk}/manual.docx?lang=en")
    text = "\n".join(one.text for one in read_docx(io.BytesIO(word.content)).paragraphs)
    assert "Step by step" in text and "Process manual" in text and "attachment" in word["Content-Disposition"]
    assert agent.get("/charts/T01/manual.exe").status_code == 404
    assert agent.get("/charts/NONE/manual.pdf").status_code == 404
    assert agent.get("/charts/T01/manual.pdf?version=9").status_code == 404
    assert agent.get("/charts/T01/manual.pdf?version=-1").status_code == 404
    assert Client().get("/charts/T01/manual.pdf").status_code == 302


def test_a_draft_that_does_not_run_has_no_manual_but_files() -> None:
    manager = signed_in("manager")
    chart = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"><complexGateway id="g"/></process></definitions>'
    new = studio.import_file(data=chart.encode(), filename="a.bpmn", actor=actor("manager"), now=NOW)
    assert "还不能运行" in body(manager, f"/studio/{new.pk}/manual.pdf", 422)
    assert "还不能运行" in body(manager, f"/studio/{new.pk}/drills/", 422)
    assert manager.get(f"/studio/{new.pk}/export/chart.bpmn").content == chart.encode()
    assert b"<svg" in manager.get(f"/studio/{new.pk}/export/chart.svg").content
    assert body(manager, f"/studio/{new.pk}/export/")


def test_every_file_of_a_chart_can_be_fetched() -> None:
    agent = signed_in("agent")
    kinds = {"bpmn": b"<?xml", "dmn": b"<?xml", "svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF-", "zip": b"PK"}
    for address in ("/charts/T01/export/", f"/studio/{draft().pk}/export/"):
        page = body(agent, address)
        files = re.findall(rf'href="({address}[^"]+)"', page)
        assert len(files) == 10
        for file in files:
            answer = agent.get(file)
            assert answer.status_code == 200 and answer.content.startswith(kinds[file.rpartition(".")[2]]), file
            assert answer["Content-Disposition"].startswith("attachment")
        assert agent.get(f"{address}other.bpmn").status_code == 404
        assert agent.get(f"{address}..").status_code in (404, 301)
        assert agent.get(f"{address}none.dmn").status_code == 404
    package = agent.get("/charts/T01/export/package.zip")
    assert 'filename="T01-v1.bihuan.zip"' in package["Content-Disposition"]
    assert "var(--" not in agent.get("/charts/T01/export/chart.svg").content.decode()
    with zipfile.ZipFile(io.BytesIO(package.content)) as archive:
        assert "manifest.json" in archive.namelist() and "forms/001-F01.json" in archive.namelist()
    assert b"urn:bihuan:1" not in agent.get("/charts/T01/export/plain.bpmn").content


def test_practice_from_the_card_to_the_score() -> None:
    manager, agent = signed_in("manager"), signed_in("agent")
    index = body(agent, "/charts/T01/drill/")
    assert (
        "自由练习" in index
        and "按流程图生成" not in index
        and 'href="/charts/T01/drill/"' in body(agent, "/charts/T01/")
    )
    assert agent.post("/charts/T01/drill/cards/make/").status_code == 403
    assert manager.post("/charts/T01/drill/cards/make/").status_code == 302
    card = min(queries.drill_cards(actor=actor("agent"), key="T01"), key=lambda one: len(one.steps))
    assert card.title in body(agent, "/charts/T01/drill/")
    answer = agent.post("/charts/T01/drill/start/", {"card": card.pk})
    drill = Drill.objects.get()
    assert answer["Location"] == f"/drills/{drill.pk}/"
    page = body(agent, f"/drills/{drill.pk}/")
    assert card.story.splitlines()[0] in page and "登记受理" in page and 'name="heeded"' in page
    step = card_step(card_steps(card.steps), "register", 1)
    assert step is not None and step.fact.splitlines()[0] in page
    item = re.search(r'name="item" value="(\d+)"', page)
    assert item is not None
    blank = agent.post(f"/drills/{drill.pk}/", {"item": item[1], "outcome": step.outcome})
    assert blank.status_code == 422 and "处要改" in blank.content.decode()
    filled = {
        "item": item[1],
        "outcome": "is_invalid",
        "customer_name": "甲公司",
        "description": "坏了",
        "heeded": ["1", "2"],
    }
    answer = agent.post(f"/drills/{drill.pk}/", filled)
    assert answer.status_code == 302, re.findall(r"data-jump>([^<]+)", answer.content.decode())
    drill.refresh_from_db()
    marks = {mark["part"]: mark for mark in drill.results[0]["marks"]}
    assert marks["form"]["got"] < marks["form"]["of"] and marks["cautions"]["got"] == marks["cautions"]["of"]
    shown = body(agent, f"/drills/{drill.pk}/")
    assert "上一步“登记受理”" in shown or "演练结果" in shown
    assert "第一次提交有" in shown
    assert (
        body(manager, f"/drills/{drill.pk}/") and signed_in("engineer").get(f"/drills/{drill.pk}/").status_code == 404
    )
    assert "agent 先生" in body(manager, "/charts/T01/drill/?who=all")
    assert "agent 先生" not in body(manager, "/charts/T01/drill/?who=mine")


def test_a_case_ends_with_a_total_and_can_be_done_again() -> None:
    agent = signed_in("agent")
    cards = studio.generate_cards(
        ground=queries.ground_of_draft(actor=actor("manager"), draft=draft()),
        english=False,
        actor=actor("manager"),
        now=NOW,
    )
    number = Draft.objects.get().pk
    card = max(cards, key=lambda one: len(one.steps))
    agent.post(f"/studio/{number}/drills/start/", {"card": card.pk})
    drill = Drill.objects.get()
    for _turn in range(80):
        drill.refresh_from_db()
        if drill.ended_at is not None:
            break
        page = body(agent, f"/drills/{drill.pk}/")
        world = World.from_document(drill.world)
        if world.work:
            # The form is handed in through the operation: what a page posts is tested above.
            step = card_step(card_steps(drill.plan), world.work[0].node, world.work[0].nth)
            assert step is not None and "怎么做这一步" in page
            studio.complete_drill_step(
                drill_id=drill.pk, item=world.work[0].item, outcome=step.outcome, data=dict(step.values), faults=[],
                heeded=9, actor=actor("agent"), now=NOW,
            )  # fmt: skip
            continue
        wait = re.search(r'name="kind" value="(\w+)"><input type="hidden" name="number" value="(\d+)"', page)
        assert wait is not None
        assert agent.post(f"/drills/{drill.pk}/happen/", {"kind": wait[1], "number": wait[2]}).status_code == 302
    over = body(agent, f"/drills/{drill.pk}/")
    assert drill.score == 100 and "演练结果" in over and "再来一次" in over and "判断正确" in over
    late = agent.post(f"/drills/{drill.pk}/happen/", {"kind": "timer", "number": "1"})
    assert late.status_code == 409
    assert agent.post(f"/studio/{number}/drills/start/", {"card": card.pk}).status_code == 302
    assert "100" in body(agent, f"/studio/{number}/drills/")


def test_a_card_by_hand_keeps_what_was_written() -> None:
    manager = signed_in("manager")
    assert signed_in("agent").get("/charts/T01/drill/cards/new/").status_code == 403
    page = body(manager, "/charts/T01/drill/cards/new/")
    assert 'name="outcome:register:1"' in page and 'name="value:classify:1:urgency"' in page
    posted = {
        "title": "一张", "story": HOSTILE, "outcome:register:1": "is_invalid", "fact:register:1": HOSTILE,
        "outcome:contact:1": "no such arrow", "value:classify:1:urgency": '"high"', "value:classify:1:impact": '"nonsense"',
        "outcome:register:2": "to_classify",
    }  # fmt: skip
    assert manager.post("/charts/T01/drill/cards/new/", posted).status_code == 302
    card = DrillCard.objects.get()
    steps = {(one.node, one.nth): one for one in card_steps(card.steps)}
    assert set(steps) == {("register", 1), ("register", 2), ("classify", 1)}
    assert steps["register", 1].outcome == "is_invalid" and dict(steps["classify", 1].values) == {"urgency": "high"}
    address = f"/charts/T01/drill/cards/{card.pk}/"
    again = body(manager, address)
    assert "<script>alert" not in again and re.search(r'value="is_invalid" selected', again)
    refused = manager.post(address, {**posted, "title": ""})
    assert refused.status_code == 422 and "案例卡需要名称和故事" in refused.content.decode()
    assert re.search(r'value="is_invalid" selected', refused.content.decode()), "what was chosen is not lost"
    assert manager.post(address, {**posted, "story": "长" * 10_001}).status_code == 422
    manager.post("/charts/T01/drill/start/", {"card": card.pk})
    shown = body(manager, f"/drills/{Drill.objects.get().pk}/")
    assert "<script>alert" not in shown
    assert manager.post(f"/drills/cards/{card.pk}/remove/").status_code == 302
    assert "一张" not in body(signed_in("agent"), "/charts/T01/drill/")


@pytest.mark.parametrize("path", ["drills/999/", "charts/NONE/drill/", "studio/999/drills/", "studio/999/export/"])
def test_what_is_not_there_is_not_found(path: str) -> None:
    assert signed_in("manager").get(f"/{path}").status_code == 404


@pytest.mark.parametrize("posted", [{}, {"card": "x"}, {"card": "99999999999"}, {"card": "²"}, {"card": "0"}])
def test_a_start_with_nonsense_is_answered(posted: dict[str, str]) -> None:
    assert signed_in("agent").post("/charts/T01/drill/start/", posted).status_code in (302, 404)
