"""The designer's page and what its script asks for: saving, proof, mends, views, small answers."""

import json
import re
from typing import cast

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from bihuan.bpmn import load_chart
from bihuan.bpmn.xml.reader import read_xml
from bihuan.flows import gallery
from bihuan.studio import operations, queries
from bihuan.studio.models import Draft
from bihuan.web.studio.labels import for_canvas
from bihuan.web.studio.words import WORDS
from tests.architecture.sources import ROOT
from tests.conftest import FrozenClock
from tests.e2e.big_chart import big_chart
from tests.factories import NOW, actor, company
from tests.web.test_pages import HOSTILE, signed_in

pytestmark = pytest.mark.django_db
Body = dict[str, object]


def drafted(*, name: str = "五阶段", chart: bytes | None = None) -> Draft:
    package = gallery.package("T01")
    content = operations.Content(chart=chart or package.chart, forms=package.forms, decisions=package.decisions)
    return operations.create_draft(name=name, content=content, actor=actor("manager"), now=NOW)


def text(draft: Draft) -> str:
    return bytes(draft.chart).decode()


def ask(client: Client, call: str, draft: Draft, **body: object) -> tuple[int, Body]:
    answer = client.post(reverse(f"web:studio_{call}", args=[draft.pk]), json.dumps(body), "application/json")
    return answer.status_code, cast(Body, json.loads(answer.content))


def opened(client: Client, draft: Draft) -> str:
    answer = client.get(f"/studio/{draft.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def given(page: str) -> Body:
    found = re.search(r'id="studio-data">(.*?)</script>', page, re.DOTALL)
    assert found
    return cast(Body, json.loads(found.group(1)))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_opens_with_everything_its_fields_offer(language: str) -> None:
    company()
    draft = drafted(name=HOSTILE[:150])
    page = opened(signed_in("manager", language), draft)
    assert "<script>alert" not in page and "<img src=x" not in page
    data = given(page)
    assert data["editable"] is True and data["revision"] == 1
    forms = cast(list[Body], data["forms"])
    names = {str(form["key"]): str(form["name"]) for form in forms}
    assert names["F02"] == ("Issue analysis report" if language == "en" else "问题分析报告")
    groups = cast(list[Body], next(form["groups"] for form in forms if form["key"] == "F02"))
    assert groups[0]["fields"] == 4 and groups[0]["required"] == 1
    assert {"agent", "engineer"} <= {str(each["key"]) for each in cast(list[Body], data["roles"])}
    assert {"default", "24x7"} <= {str(each["key"]) for each in cast(list[Body], data["calendars"])}
    if language == "en":
        shown = re.sub(r"<script.*?</script>|<title>.*?</title>", "", page, flags=re.DOTALL)
        ours = [each for each in re.findall(r">([^<>]*[一-鿿][^<>]*)<", shown) if each.strip() not in {"简体中文"}]
        assert not [each for each in ours if HOSTILE[:20] not in each], ours


def test_who_may_not_draw_reads_and_nobody_outside_sees_it() -> None:
    company()
    draft = drafted()
    page = opened(signed_in("agent"), draft)
    assert given(page)["editable"] is False and "studio-palette" not in page
    assert ask(signed_in("agent"), "save", draft, revision=1, xml=text(draft))[0] == 403
    assert ask(signed_in("agent"), "mend", draft, xml=text(draft), finding="x", mend="0")[0] == 403
    assert ask(signed_in("agent"), "edit", draft, xml=text(draft), edit="step", at="f01")[0] == 403
    assert ask(signed_in("agent"), "check", draft, xml=text(draft))[0] == 200
    assert Client().get(f"/studio/{draft.pk}/").status_code == 302
    status, said = ask(Client(), "check", draft, xml=text(draft))
    assert status == 401 and said["code"] == "sign_in_first"
    assert signed_in("manager").get("/studio/999999/").status_code == 404
    assert given(signed_in("manager").get(f"/studio/{draft.pk}/?look=1").content.decode())["editable"] is False


def test_saving_and_the_one_who_came_second() -> None:
    company()
    draft = drafted()
    client = signed_in("manager")
    changed = text(draft).replace('name="登记受理" bihuan:nameEn="Register"', f'name="{"名" * 10_000}"')
    status, said = ask(client, "save", draft, revision=1, xml=changed)
    assert status == 200 and said["revision"] == 2 and re.fullmatch(r"\d\d:\d\d", str(said["saved_at"]))
    assert bytes(queries.draft(actor=actor("manager"), draft_id=draft.pk).chart) == changed.encode()
    status, said = ask(client, "save", draft, revision=1, xml=text(draft))
    assert status == 409 and said["by"] and said["at"] and said["revision"] == 2
    assert "没有保存" in str(said["text"])
    status, said = ask(client, "copy", draft, xml=text(draft))
    assert status == 200
    copied = client.get(str(said["url"])).content.decode()
    assert "五阶段（副本）" in copied and given(copied)["revision"] == 1


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("save", '{"revision": 1}'),
        ("save", '{"revision": "1", "xml": "<a/>"}'),
        ("save", '{"revision": true, "xml": "<a/>"}'),
        ("save", '{"revision": 1, "xml": "\\ud800"}'),
        ("check", "[]"),
        ("check", "nonsense"),
        ("check", '{"xml": 7}'),
        ("check", "[" * 100_000),
        ("expression", '{"text": "a", "names": "a"}'),
        ("edit", '{"xml": "<a/>", "edit": "nothing"}'),
    ],
)
def test_nonsense_is_refused_in_words(call: str, body: str) -> None:
    company()
    draft = drafted()
    address = reverse(f"web:studio_{call}", args=[draft.pk])
    answer = signed_in("manager").post(address, body, "application/json")
    assert answer.status_code in (400, 422), answer.content
    assert json.loads(answer.content)["text"]
    assert queries.draft(actor=actor("manager"), draft_id=draft.pk).revision == 1


@pytest.mark.parametrize(
    "xml",
    ["", "<a>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a/>", '<bpmn:definitions xmlns:bpmn="x"/>'],
    ids=["empty", "open", "entity", "foreign", "no-bpmn"],
)
def test_what_is_no_chart_is_a_finding_or_a_refusal_never_a_fault(xml: str) -> None:
    company()
    draft = drafted()
    client = signed_in("manager")
    status, said = ask(client, "check", draft, xml=xml)
    assert status in (200, 422)
    if status == 200:
        assert cast(list[Body], said["findings"])[0]["severity"] == "error"
    for call in ("arrange", "picture", "narrative", "outline", "offers"):
        status, said = ask(client, call, draft, xml=xml)
        assert status in (200, 422), (call, said)


def _broken(draft: Draft) -> str:
    """T01 without the default of its first decision by data."""
    return text(draft).replace('id="urgent_split" default="not_urgent"', 'id="urgent_split"')


def test_a_fault_is_found_and_mended_by_one_click() -> None:
    company()
    draft = drafted()
    client = signed_in("manager")
    xml = _broken(draft)
    status, said = ask(client, "check", draft, xml=xml)
    assert status == 200 and said["sound"] is False and len(cast(list[Body], said["marks"])) == 5
    finding = cast(list[Body], said["findings"])[0]
    assert finding["kind"] == "exclusive_gap" and finding["elements"] == ["urgent_split"] and finding["path"]
    offered = cast(dict[str, list[Body]], ask(client, "offers", draft, xml=xml)[1]["mends"])[str(finding["key"])]
    assert offered and "默认" in str(offered[0]["title"])
    status, said = ask(client, "mend", draft, xml=xml, finding=finding["key"], mend=offered[0]["id"])
    assert status == 200 and 'default="not_urgent"' in str(said["xml"])
    assert ask(client, "check", draft, xml=said["xml"])[1]["sound"] is True
    for key, number in ((finding["key"], "99"), (finding["key"], "-1"), ("nothing", "0"), (finding["key"], "٣")):
        assert ask(client, "mend", draft, xml=xml, finding=key, mend=number)[0] == 409


def test_a_chart_without_a_word_of_ours_is_judged_as_one_of_ours() -> None:
    company()
    bare = (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="x">'
        b'<process id="p"><startEvent id="a"/><userTask id="b"/><endEvent id="c"/>'
        b'<sequenceFlow id="f" sourceRef="a" targetRef="b"/><sequenceFlow id="g" sourceRef="b" targetRef="c"/>'
        b"</process></definitions>"
    )
    draft = drafted(chart=bare)
    said = ask(signed_in("manager"), "check", draft, xml=bare.decode())[1]
    assert "no_role" in {one["kind"] for one in cast(list[Body], said["findings"])} and said["marks"]


def test_layout_gives_labels_their_places_and_changes_no_meaning() -> None:
    company()
    draft = drafted()
    status, said = ask(signed_in("manager"), "arrange", draft, xml=text(draft))
    laid = str(said["xml"])
    assert status == 200 and "BPMNLabel" in laid
    decisions = {"priority": object()}
    before, after = (load_chart(each, decisions=decisions) for each in (bytes(draft.chart), laid.encode()))  # type: ignore[arg-type]
    assert {key: (node.name, node.ext) for key, node in before.nodes.items()} == {
        key: (node.name, node.ext) for key, node in after.nodes.items()
    }
    again = for_canvas(laid.encode())
    assert again == for_canvas(again.encode()), "places that are said stay"
    assert for_canvas(b"<a>") == "<a>"
    assert "BPMNShape" in for_canvas(big_chart(12)), "what has no picture gets one"


def test_a_limit_is_counted_on_the_real_calendar(clock: FrozenClock) -> None:
    """The clock stands at Friday 10:00 in Shanghai."""
    company()
    draft = drafted()
    client = signed_in("manager")

    def words(**deadline: str) -> str:
        parts = cast(list[list[object]], ask(client, "echo", draft, **deadline)[1]["parts"])
        return "".join(str(part[0]) for part in parts)

    said = words(duration="PT4H", calendar="default", warn="50 80", anchor="entered")
    assert "4 工作小时" in said and "10:00 开始算" in said and "截止" in said and "预警" in said
    assert "自然" not in said and "11-2" not in said, "the same Friday"
    assert "11-23" in words(duration="PT8H", calendar="default"), "over the weekend to Monday"
    assert "不上班" in words(duration="PT8H", calendar="default")
    assert "3 个工作日内" in words(workdays="3", calendar="default", anchor="start")
    assert "问题到达后" in words(workdays="0", anchor="start") and "当日下班前" in words(workdays="0")
    assert "没有“nowhere”" in words(duration="PT4H", calendar="nowhere")
    for odd in ("P1M", "PT", "x" * 10_000, "PT99999999999999H"):
        assert "算不出来" in words(duration=odd), odd
    assert "算不出来" in words(workdays="9" * 30)


def test_a_condition_is_read_at_once() -> None:
    company()
    draft = drafted()

    def problem(source: str, *names: str, language: str = "zh-hans") -> str:
        client = signed_in("manager", language)
        return str(ask(client, "expression", draft, text=source, names=list(names))[1]["problem"])

    assert problem('risk == "high" and times.plan < 3', "risk") == ""
    assert "risk" in problem('risk == "high"')
    assert problem("risk ==", "risk") and problem("(" * 9_000) and problem(HOSTILE)
    assert not re.search(r"[一-鿿]", problem("risk ==", "risk", language="en"))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_three_more_views_of_the_same_chart(language: str) -> None:
    company()
    draft = drafted()
    client = signed_in("manager", language)
    xml = text(draft).replace('name="登记受理"', 'name="&lt;script&gt;alert(1)&lt;/script&gt;登记"')
    found = {call: str(ask(client, call, draft, xml=xml)[1]["html"]) for call in ("picture", "narrative", "outline")}
    for call, html in found.items():
        assert "<script>" not in html, call
        assert "登记" in html or language == "en", call
    assert found["picture"].count("<svg") == 1
    assert 'data-edit="step"' in found["outline"]
    assert 'data-edit="step"' not in str(ask(signed_in("agent"), "outline", draft, xml=xml)[1]["html"])
    assert ("Back to" if language == "en" else "回到") in found["outline"]


def test_the_list_edits_the_chart() -> None:
    company()
    draft = drafted()
    client = signed_in("manager")

    def edit(xml: object, **what: str) -> tuple[str, str]:
        status, said = ask(client, "edit", draft, xml=xml, **what)
        assert status == 200, said
        return str(said["xml"]), str(said["select"])

    def nodes(xml: str) -> set[str]:
        return set(load_chart(xml.encode(), decisions={"priority": object()}).nodes)  # type: ignore[dict-item]

    before = nodes(text(draft))
    stepped, step = edit(text(draft), edit="step", at="f02")
    assert nodes(stepped) - before == {step}
    chosen, gateway = edit(stepped, edit="choice", at="f02")
    assert gateway in nodes(chosen) and len(nodes(chosen)) == len(before) + 3
    moved, _ = edit(chosen, edit="move", node=step, flow="f06")
    chart = load_chart(moved.encode(), decisions={"priority": object()})  # type: ignore[dict-item]
    assert chart.flows[chart.nodes[step].incoming[0]].source == "classify"
    gone, _ = edit(moved, edit="remove", node=step)
    assert step not in nodes(gone)
    assert read_xml(gone.encode()) is not None
    for what in ({"edit": "remove", "node": "nothing"}, {"edit": "step", "at": HOSTILE}, {"edit": "drop", "flow": ""}):
        status, said = ask(client, "edit", draft, xml=text(draft), **what)
        assert status == 422 and said["code"] == "edit_refused" and said["text"]


def test_every_word_of_the_script_is_known_here() -> None:
    """Chinese that stands in the script and not in the list would stay Chinese for readers of English."""
    literal = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')
    said = set()
    for path in sorted((ROOT / "frontend" / "src" / "studio").rglob("*.ts")):
        if path.name != "library-zh.ts":  # what bpmn-js says: its own words are English
            source = re.sub(
                r"^\s*(?://|\*|/\*\*).*$|\s//\s.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE
            )
            found = {quoted or template for quoted, template in literal.findall(source)}
            said |= {each for each in found if re.search(r"[一-鿿]", each) and "${" not in each}
    assert said == set(WORDS)


def test_checking_costs_no_more_queries_for_a_larger_chart(django_assert_max_num_queries: object) -> None:
    company()
    draft = drafted()
    client = signed_in("manager")
    cache.clear()
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        assert ask(client, "check", draft, xml=big_chart(60).decode())[0] == 200
