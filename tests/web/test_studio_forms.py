"""Forms and decision tables of a draft: made, changed, looked at, refused."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from bihuan.documents.safety import PATTERNS
from bihuan.flows import gallery
from bihuan.flows.forms import step_schema
from bihuan.issues.errors import InvalidForm
from bihuan.issues.rules.forms import check_form
from bihuan.studio import operations as studio
from bihuan.studio import queries
from bihuan.studio.models import Draft
from bihuan.web.studio import forms_check, forms_kinds, forms_rules, forms_words, tables_words
from bihuan.web.ui.forms import validate_form
from bihuan.web.ui.forms.schema import fields
from tests.factories import NOW, actor, company
from tests.web.test_pages import signed_in

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
Form = dict[str, object]


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """A page in English must not leave its language to the next test."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def draft() -> Draft:
    company()
    return studio.copy_shipped(shipped="T01", actor=actor("manager"), now=NOW)


def now(draft: Draft) -> Draft:
    return queries.draft(actor=actor("manager"), draft_id=draft.pk)


def at(draft: Draft, path: str) -> str:
    return f"/studio/{draft.pk}/{path}"


def send(client: Client, path: str, content: object) -> HttpResponse:
    return cast(HttpResponse, client.post(path, json.dumps(content), content_type="application/json"))


def given(client: Client, path: str) -> dict[str, object]:
    """What the page hands to its script."""
    page = client.get(path).content.decode()
    found = re.search(r'id="studio-data">(.*?)</script>', page, re.DOTALL)
    assert found, page[:500]
    return cast("dict[str, object]", json.loads(found[1]))


def saved(client: Client, draft: Draft, data: dict[str, object], form: Form) -> HttpResponse:
    body = {"revision": data["revision"], "seen": data["seen"], "form": form}
    return send(client, at(draft, f"forms/{data['code']}/save"), body)


def words(answer: HttpResponse) -> str:
    return str(json.loads(answer.content).get("text"))


def test_a_form_is_built_saved_and_printed(draft: Draft) -> None:
    client = signed_in("manager")
    made = client.post(at(draft, "forms/new/"), {"code": "KFT005", "title": "置换台帐"})
    assert made.status_code == 302 and made.headers["Location"] == at(draft, "forms/KFT005/")
    data = given(client, at(draft, "forms/KFT005/"))
    form = cast(Form, data["form"])
    nodes = {one.key: {"title": one.label, **one.node} for one in forms_kinds.KINDS}
    nodes["text"]["x-visibleWhen"] = [{"field": "money", "atLeast": 1000}]
    nodes["textarea"]["x-requiredWhen"] = [
        {"any": [{"field": "choice", "in": ["a"]}, {"field": "switch", "in": [True]}]}
    ]
    form["properties"] = nodes
    cast("list[Form]", form["x-groups"])[0]["fields"] = list(nodes)
    shown = json.loads(send(client, at(draft, "forms/KFT005/preview"), {"form": form}).content)
    assert shown["problems"] == [] and shown["html"].count("data-field=") == len(nodes)
    answer = saved(client, draft, data, form)
    assert answer.status_code == 200, answer.content
    stored = cast(Form, now(draft).forms["KFT005"])
    assert stored["x-code"] == "KFT005" and len(cast("list[Form]", stored["allOf"])) == 2
    assert "x-requiredWhen" not in json.dumps(stored)
    again = cast(Form, given(client, at(draft, "forms/KFT005/"))["form"])
    assert fields(again)["textarea"]["x-requiredWhen"] == nodes["textarea"]["x-requiredWhen"]
    paper = client.post(at(draft, "forms/KFT005/paper.pdf"), {"form": json.dumps(form)})
    assert paper.status_code == 200 and paper.content.startswith(b"%PDF")
    assert client.post(at(draft, "forms/KFT005/paper.pdf")).content.startswith(b"%PDF")


def test_the_preview_judges_what_is_filled_in(draft: Draft) -> None:
    client = signed_in("manager")
    form = given(client, at(draft, "forms/F03/"))["form"]
    url = at(draft, "forms/F03/preview")
    asked = {"form": form, "groups": ["execution"], "values": "deviation=x", "judge": True}
    one_step = json.loads(send(client, url, asked).content)["html"]
    whole = json.loads(send(client, url, {"form": form}).content)["html"]
    assert "执行情况" in one_step and "方案类型" not in one_step and "方案类型" in whole
    assert "处要改" in one_step and 'role="alert"' in one_step
    assert "<html" not in whole


def test_the_forms_that_ship_pass_and_come_back_unchanged() -> None:
    asked = 0
    for package in gallery.packages():
        for code, form in package.forms.items():
            asked += 1
            built = forms_rules.for_builder(form)
            assert forms_check.problems(built, PATTERNS) == [], (package.key, code)
            stored = forms_rules.for_store(built)
            plain = json.loads(re.sub(r', "x-order": \[[^\]]*\]', "", json.dumps(stored)))
            before = {key: value for key, value in form.items() if key != "allOf" or value}
            without_order = json.loads(re.sub(r', "x-order": \[[^\]]*\]', "", json.dumps(before)))
            assert plain == without_order, (package.key, code)
    assert asked >= 31


def test_who_changes_the_same_form_later_is_told_others_are_not_in_the_way(draft: Draft) -> None:
    client = signed_in("manager")
    mine = given(client, at(draft, "forms/F03/"))
    chart = bytes(draft.chart) + b"\n"
    studio.save_draft(draft_id=draft.pk, revision=1, chart=chart, actor=actor("quality"), now=NOW)
    form = cast(Form, mine["form"])
    form["title"] = "执行表"
    first = saved(client, draft, mine, form)
    assert first.status_code == 200, "a change of the chart is no change of the form"
    theirs = {**now(draft).forms, "F03": {**cast(Form, now(draft).forms["F03"]), "title": "对方的"}}
    studio.save_parts(draft_id=draft.pk, revision=3, forms=theirs, actor=actor("quality"), now=NOW)
    second = saved(client, draft, {**mine, **json.loads(first.content)}, {**form, "title": "再改"})
    assert second.status_code == 409
    told = json.loads(second.content)
    assert told["by"] == actor("quality").name and told["revision"] == 4 and told["at"]
    over = saved(client, draft, {**mine, "revision": 4}, {**form, "title": "再改"})
    assert over.status_code == 200 and cast(Form, now(draft).forms["F03"])["title"] == "再改"
    assert bytes(now(draft).chart) == chart


def test_a_new_table_in_a_form_is_no_change_by_somebody_else(draft: Draft) -> None:
    client = signed_in("manager")
    mine = given(client, at(draft, "forms/F03/"))
    form = cast(Form, mine["form"])
    row = {"b": {"type": "string", "title": "乙"}, "a": {"type": "string", "title": "甲"}}
    table = {"type": "array", "x-widget": "table", "title": "明细", "items": {"type": "object", "properties": row}}
    form["properties"] = {**cast(Form, form["properties"]), "more": table}
    groups = cast(list[Form], form["x-groups"])
    groups[0]["fields"] = [*cast(list[str], groups[0]["fields"]), "more"]
    first = saved(client, draft, mine, form)
    assert first.status_code == 200, first.content.decode()
    chart = bytes(draft.chart) + b"\n"
    studio.save_draft(draft_id=draft.pk, revision=2, chart=chart, actor=actor("quality"), now=NOW)
    again = saved(client, draft, {**mine, **json.loads(first.content)}, {**form, "title": "再改"})
    assert again.status_code == 200, "the columns' order was noted by the system itself"


def test_only_what_no_step_fills_in_is_deleted(draft: Draft) -> None:
    client = signed_in("manager")
    page = client.get(at(draft, "forms/")).content.decode()
    assert "登记受理、分类分派" in page and "还没有步骤用它" in page
    refused = client.post(at(draft, "forms/F01/delete/"))
    assert refused.status_code == 409 and "登记受理" in refused.content.decode()
    assert client.post(at(draft, "forms/F05/delete/")).status_code == 302
    assert set(now(draft).forms) == {"F01", "F02", "F03", "F04"}
    assert client.post(at(draft, "forms/F05/delete/")).status_code == 404
    gone = {code: form for code, form in now(draft).forms.items() if code != "F02"}
    studio.save_parts(draft_id=draft.pk, revision=now(draft).revision, forms=gone, actor=actor("manager"), now=NOW)
    assert "要填表单 F02" in client.get(at(draft, "forms/")).content.decode()


@pytest.mark.parametrize(
    ("posted", "status"),
    [
        ({"code": "F01"}, 409),
        ({"code": ""}, 422),
        ({"code": "../x"}, 422),
        ({"code": "表单"}, 422),
        ({"code": "F" * 33}, 422),
        ({"code": "F60", "title": "长" * 10_000}, 422),
        ({"code": "F60", "source": "T01/F99"}, 404),
        ({"code": "F60", "source": "NO/F01"}, 404),
        ({"code": "F60", "source": "T01/F02"}, 302),
        ({"code": "F60", "source": "/F01", "title": "\u202e🙂<script>"}, 302),
    ],
)
def test_new_forms(draft: Draft, posted: dict[str, str], status: int) -> None:
    client = signed_in("manager")
    answer = client.post(at(draft, "forms/new/"), posted)
    assert answer.status_code == status, answer.content.decode()[:300]
    if status != 302:
        return
    form = cast(Form, now(draft).forms["F60"])
    assert form["x-code"] == "F60" and form["$id"] == "bihuan:form:F60"
    assert "<script>" not in client.get(at(draft, "forms/F60/")).content.decode().replace("<script type", "")


def _with(**changes: object) -> Form:
    node = {"type": "string", "title": "甲"}
    form: Form = {
        "type": "object",
        "title": "表",
        "properties": {"a": node, "b": dict(node)},
        "x-groups": [{"key": "g", "title": "组", "fields": ["a", "b"], "required": []}],
    }
    return {**form, **changes}


def _node(**changes: object) -> Form:
    return _with(properties={"a": {"type": "string", "title": "甲", **changes}, "b": {"type": "string", "title": "乙"}})


HUGE = {f"f{n}": {"type": "string", "title": "x"} for n in range(301)}
DEEP: object = "x"
for _level in range(200):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    "form",
    [
        None,
        [],
        "x",
        _with(type="array"),
        _with(title=""),
        _with(title="长" * 201),
        _with(title=5),
        _with(**{"x-retention": "forever"}),
        _with(properties={"__proto__": {"type": "string", "title": "x"}}),
        _with(properties={"a": None, "b": None}),
        _with(properties=HUGE),
        _with(properties={"a": {"type": "string", "title": "甲"}}),
        _with(**{"x-groups": "x"}),
        _with(**{"x-groups": [{"key": "g", "title": "组", "fields": ["a"]}]}),
        _with(**{"x-groups": [{"key": "g", "title": "组", "fields": ["a", "b", "b"]}]}),
        _with(**{"x-groups": [{"key": "g", "title": "", "fields": ["a", "b"]}]}),
        _with(allOf=[{"$ref": "http://127.0.0.1:1/x"}]),
        _with(note=DEEP),
        _with(note="\ud800"),
        _with(note="\x00"),
        _with(note="长" * 200_000),
        _with(note=float("nan")),
        _node(title=""),
        _node(description="长" * 10_001),
        _node(pattern="(a+)+$"),
        _node(**{"x-widget": "iframe"}),
        _node(**{"x-widget": ["text"]}),
        _node(type="null"),
        _node(type=["string", {"a": 1}]),
        _node(maxLength=30_000),
        _node(minLength=5, maxLength=2),
        _node(minLength="x"),
        _node(**{"x-widget": "choice", "enum": []}),
        _node(**{"x-widget": "choice", "enum": ["a", "a"]}),
        _node(**{"x-widget": "choice", "enum": ["a", "b"], "x-enumNames": ["甲"]}),
        _node(**{"x-widget": "table", "type": "array"}),
        _node(**{"x-visibleWhen": {"field": "gone", "in": ["x"]}}),
        _node(**{"x-visibleWhen": {"field": "a", "in": ["x"]}}),
        _node(**{"x-visibleWhen": {"field": "b", "in": []}}),
        _node(**{"x-visibleWhen": "x"}),
        _node(**{"x-requiredWhen": [{"any": []}]}),
    ],
)
def test_what_is_no_form_is_refused_and_nothing_saved(draft: Draft, form: object) -> None:
    client = signed_in("manager")
    data = given(client, at(draft, "forms/F03/"))
    answer = saved(client, draft, data, cast(Form, form))
    assert answer.status_code in (400, 422), answer.content[:200]
    assert words(answer) not in ("", "None")
    assert now(draft).revision == 1
    shown = send(client, at(draft, "forms/F03/preview"), {"form": form})
    assert shown.status_code in (400, 422) or json.loads(shown.content)["problems"]
    english = signed_in("manager", "en")
    assert not re.search("[\u4e00-\u9fff]", words(saved(english, draft, data, cast(Form, form))).replace("甲", ""))


@pytest.mark.parametrize(
    ("data", "missing"),
    [({}, []), ({"amount": 999}, []), ({"amount": 1000}, ["why"]), ({"amount": 1000, "why": "x"}, []),
     ({"amount": 1000, "why": "x", "urgent": True}, ["who"])],
)  # fmt: skip
def test_whoever_sends_a_step_is_judged_by_what_shows(data: Form, missing: list[str]) -> None:
    """Required fields that hang on a limit, or on one of several answers: the operation knows when they are hidden."""
    built = _with(
        properties={
            "amount": {"type": "number", "title": "金额", "x-widget": "money"},
            "urgent": {"type": "boolean", "title": "急"},
            "why": {"type": "string", "title": "为什么", "x-visibleWhen": [{"field": "amount", "atLeast": 1000}]},
            "who": {
                "type": "string",
                "title": "谁",
                "x-visibleWhen": [{"any": [{"field": "urgent", "in": [True]}, {"field": "amount", "atLeast": 5000}]}],
            },
        },
        **{
            "x-groups": [
                {"key": "g", "title": "组", "fields": ["amount", "urgent", "why", "who"], "required": ["why", "who"]}
            ]
        },
    )
    assert forms_check.problems(built, frozenset()) == []
    stored = json.loads(json.dumps(forms_rules.for_store(built), sort_keys=True))
    assert forms_rules.for_builder(stored)["x-groups"] == built["x-groups"]
    schema = step_schema(stored, ["g"])
    assert [error.path[0] for error in validate_form(schema, data)] == missing
    try:
        check_form(schema, data)
        refused: list[object] = []
    except InvalidForm as invalid:
        refused = [problem.path[-1] for problem in invalid.problems]
    assert refused == missing


def test_a_circle_of_conditions_is_said_at_the_field() -> None:
    form = _node(**{"x-visibleWhen": {"field": "b", "in": ["x"]}})
    cast("dict[str, Form]", form["properties"])["b"]["x-visibleWhen"] = {"field": "a", "in": ["x"]}
    found = {(one.field, one.part) for one in forms_check.problems(form, frozenset())}
    assert found == {("a", "x-visibleWhen"), ("b", "x-visibleWhen")}


def test_nobody_else_changes_anything(draft: Draft) -> None:
    agent = signed_in("agent")
    data = given(agent, at(draft, "forms/F03/"))
    assert data["editable"] is False
    assert saved(agent, draft, data, cast(Form, data["form"]) | {"title": "x"}).status_code == 403
    assert agent.post(at(draft, "forms/new/"), {"code": "F60"}).status_code == 403
    assert agent.post(at(draft, "forms/F05/delete/")).status_code == 403
    assert agent.post(at(draft, "tables/new/"), {"key": "x", "source": "/priority"}).status_code == 403
    for path in ("forms/", "forms/F03/", "tables/", "tables/priority/", "tables/priority/table.dmn"):
        assert Client().get(at(draft, path)).status_code == 302, "to the sign-in page"
        assert agent.get(at(draft, path)).status_code == 200
    assert send(Client(), at(draft, "forms/F03/preview"), {"form": {}}).status_code == 401
    assert agent.get(at(draft, "forms/NO/")).status_code == 404
    assert agent.get("/studio/999999/forms/").status_code == 404


GAP = """<?xml version="1.0"?><definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="n" namespace="x">
<decision id="team" name="派组"><decisionTable id="t" hitPolicy="UNIQUE"><input id="i" label="金额">
<inputExpression id="e" typeRef="number"><text>amount</text></inputExpression></input>
<output id="o" name="priority" typeRef="string"/>
<rule id="r1"><inputEntry id="c1"><text>&lt; 100</text></inputEntry><outputEntry id="o1"><text>"P3"</text></outputEntry></rule>
<rule id="r2"><inputEntry id="c2"><text>[50..200]</text></inputEntry><outputEntry id="o2"><text>"P2"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def test_a_table_says_its_gaps_and_overlaps_and_answers(draft: Draft) -> None:
    client = signed_in("manager")
    found = json.loads(send(client, at(draft, "tables/priority/check"), {"xml": GAP}).content)
    kinds = {one["kind"]: one for one in found["findings"]}
    assert kinds["gap"]["region"] == ["金额: > 200"] and kinds["gap"]["example"]["amount"] > 200
    assert kinds["overlap"]["rules"] == ["r1", "r2"] and kinds["overlap"]["numbers"] == [1, 2]
    assert found["strange"] == ["amount"]
    url = at(draft, "tables/priority/try")
    tried = json.loads(send(client, url, {"xml": GAP, "values": {"amount": 150}}).content)
    assert tried["numbers"] == [2] and tried["rules"] == ["r2"] and tried["result"] == {"priority": "P2"}
    both = json.loads(send(client, url, {"xml": GAP, "values": {"amount": 60}}).content)
    assert "同时成立" in both["text"]
    nothing = json.loads(send(client, url, {"xml": GAP, "values": {"amount": 300}}).content)
    assert nothing["numbers"] == [] and nothing["result"] == {}
    broken = json.loads(
        send(client, at(draft, "tables/priority/check"), {"xml": GAP.replace("[50..200]", "[[")}).content
    )
    assert broken["problems"] and broken["findings"] == []
    assert json.loads(send(client, url, {"xml": "<a/>", "values": {}}).content)["text"]
    for values in cast("list[object]", [None, [], "x", {"amount": "长" * 20_000}]):
        assert send(client, url, {"xml": GAP, "values": values}).status_code == 400


def test_a_table_of_declared_variables_a_copy_and_a_file(draft: Draft) -> None:
    client = signed_in("manager")
    made = client.post(
        at(draft, "tables/new/"),
        {"key": "team", "name": "派组", "asks": ["type", "urgency"], "gives": ["lead_department"]},
    )
    assert made.status_code == 302
    xml = now(draft).decisions["team"]
    assert '"high","medium","low"' in xml.replace("&quot;", '"') and 'name="lead_department"' in xml
    assert client.get(made.headers["Location"]).status_code == 200
    assert client.post(at(draft, "tables/new/"), {"key": "two", "source": "T01/priority"}).status_code == 302
    file = SimpleUploadedFile("x.dmn", GAP.encode())
    assert client.post(at(draft, "tables/new/"), {"key": "three", "file": file}).status_code == 302
    assert client.get(at(draft, "tables/three/table.dmn")).content.decode() == GAP
    page = client.get(at(draft, "tables/")).content.decode()
    assert "派组" in page and "处错误" in page and "完整，不矛盾" in page
    refused = client.post(at(draft, "tables/priority/delete/"))
    assert refused.status_code == 409 and "定级" in refused.content.decode()
    assert client.post(at(draft, "tables/three/delete/")).status_code == 302
    assert set(now(draft).decisions) == {"priority", "team", "two"}


@pytest.mark.parametrize(
    ("posted", "content", "status"),
    [
        ({"key": "priority", "source": "/priority"}, None, 409),
        ({"key": ""}, None, 422),
        ({"key": "1a", "source": "/priority"}, None, 422),
        ({"key": "x"}, None, 422),
        ({"key": "x", "asks": "gone", "gives": "priority"}, None, 422),
        ({"key": "x", "source": "NO/NO"}, None, 404),
        ({"key": "x", "name": "a\x0bb", "asks": "type", "gives": "priority"}, None, 422),
        ({"key": "x"}, b"", 422),
        ({"key": "x"}, b"\xff\xfe", 422),
        ({"key": "x"}, b"<a/>", 422),
        ({"key": "x"}, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 422),
        ({"key": "x"}, GAP.encode() + b" " * 1_000_000, 422),
    ],
)
def test_what_is_no_table_is_refused(draft: Draft, posted: dict[str, str], content: bytes | None, status: int) -> None:
    more = {} if content is None else {"file": SimpleUploadedFile("x.dmn", content)}
    answer = signed_in("manager").post(at(draft, "tables/new/"), {**posted, **more})
    assert answer.status_code == status, answer.content.decode()[:400]
    assert set(now(draft).decisions) == {"priority"}


def test_a_table_is_saved_unfinished_but_not_broken(draft: Draft) -> None:
    client = signed_in("manager")
    data = given(client, at(draft, "tables/priority/"))
    url = at(draft, "tables/priority/save")
    for xml in ("", "x", "<a/>", GAP + "\x00", "\ud800"):
        refused = send(client, url, {"revision": 1, "seen": data["seen"], "xml": xml})
        assert refused.status_code in (400, 422), (xml, refused.content)
    unfinished = GAP.replace("[50..200]", "[[")
    answer = send(client, url, {"revision": 1, "seen": data["seen"], "xml": unfinished})
    assert answer.status_code == 200 and now(draft).decisions["priority"] == unfinished
    assert send(client, url, {"revision": 1, "seen": data["seen"], "xml": GAP}).status_code == 409
    page = client.get(at(draft, "tables/")).content.decode()
    assert "处错误" in page


def _said_by(*folders: str) -> set[str]:
    """The Chinese sentences of the scripts."""
    found: set[str] = set()
    for path in [file for folder in folders for file in (ROOT / "frontend" / "src").glob(folder)]:
        if path.name in ("library-zh.ts", "vendor.d.ts"):
            continue
        script = re.sub(r"/\*[\s\S]*?\*/|^\s*//.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        found |= set(re.findall('"([^"\n]*[\u4e00-\u9fff][^"\n]*)"', script))
    return found


def test_the_scripts_words_are_all_translated() -> None:
    assert set(forms_words.WORDS) == _said_by("formbuilder/*.ts")
    assert set(tables_words.WORDS) == _said_by("tables/*.ts", "formbuilder/saving.ts")


@pytest.mark.parametrize("path", ["forms/", "forms/F03/", "tables/", "tables/priority/"])
def test_pages_speak_english(draft: Draft, path: str) -> None:
    client = signed_in("manager", "en")
    page = client.get(at(draft, path)).content.decode()
    page = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    shown = re.sub(r"<option.*?</option>|<optgroup[^>]*>", "", page, flags=re.DOTALL)
    left = set(re.findall("[\u4e00-\u9fff]+", re.sub(r"<[^>]*>", " ", shown)))
    assert left <= {"先生", "优先级", "紧急程度", "影响范围", "复杂度", "简体中文", "中文", "闭环"}, left
    data = given(client, at(draft, path)) if path.count("/") > 1 else {}
    assert data.get("english", True) is True
