"""Every kind of field: drawn, posted, read, judged, shown again; hidden ones neither required nor kept."""

import json
from collections.abc import Mapping
from typing import cast

import pytest
from django.http import QueryDict

from bihuan.web.studio.forms_kinds import KINDS, kind_of
from bihuan.web.ui.forms import FileInfo, FormContext, Option, build_form, clean_form, read_form, validate_form

from .conftest import Render
from .html import name_of, outside_templates, parse, posted
from .samples import ZONE

HOSTILE = "<script>alert(1)</script> \u202etxet 🙂 __proto__ {{7*7}}"
FILE = FileInfo("6f1c2a9e-6a53-4b3e-9a52-0c7f3f1d0a01", "签名 王小明.png", 7_000, "/files/6f1c/")
CONTEXT = FormContext(
    people=[Option("chenmu", "陈牧")],
    departments=[Option("rd", "设备研发部"), Option("qa", "质量部")],
    files=[FILE],
    values={"issue.number": "20261120-0042"},
    upload_url="/upload",
    zone=ZONE,
)
DRAW = """{% from "components/form/form.html" import form_groups with context %}{{ form_groups(view, "p") }}"""

# What somebody types or chooses, and what is stored of it.
TYPED: dict[str, tuple[list[str], object]] = {
    "text": (["网关"], "网关"),
    "textarea": (["一行\r\n又一行"], "一行\n又一行"),
    "lines": (["1 号楼\r\n\r\n 2 号楼 "], ["1 号楼", "2 号楼"]),
    "number": (["1,200.5"], 1200.5),
    "integer": (["１２"], 12),
    "money": (["¥1,200.50"], 1200.5),
    "rating": (["4"], 4),
    "date": (["2026-11-21"], "2026-11-21"),
    "datetime": (["2026-11-21T14:05"], "2026-11-21T06:05:00Z"),
    "time": (["14:05"], "14:05"),
    "choice": (["b"], "b"),
    "select": (["a"], "a"),
    "checks": (["a", "b"], ["a", "b"]),
    "cascade": (["a/b"], "a/b"),
    "switch": (["true"], True),
    "person": (["chenmu"], "chenmu"),
    "department": (["rd"], "rd"),
    "departments": (["rd", "qa"], ["rd", "qa"]),
    "phone": (["０５７１-88001234"], "0571-88001234"),
    "email": (["name@example.com"], "name@example.com"),
    "id_number": (["11010519491231002x"], "11010519491231002X"),
    "files": ([FILE.id], [FILE.id]),
    "photos": ([FILE.id], [FILE.id]),
    "signature": ([FILE.id], [FILE.id]),
}
WRONG = {
    "number": "很多",
    "integer": "1.5",
    "money": "0.001",
    "rating": "6",
    "date": "2026-02-30",
    "time": "25:00",
    "choice": "c",
    "cascade": "a",
    "phone": "123",
    "email": "name",
    "id_number": "110105194912310021",
    "files": "keine-uuid",
    "signature": "x",
}


def form_of(**nodes: object) -> dict[str, object]:
    names = list(nodes)
    group = {"key": "main", "title": "组", "fields": names, "required": []}
    return {"title": "表", "type": "object", "properties": nodes, "x-groups": [group], "additionalProperties": False}


def node_of(key: str) -> dict[str, object]:
    return {"title": f"字段 {key}", **next(one.node for one in KINDS if one.key == key)}


def sent(name: str, values: list[str]) -> QueryDict:
    query = QueryDict(mutable=True)
    query.setlist(name, values)
    return query


def test_every_kind_is_tried_here() -> None:
    rows = {"table", "five_whys", "fishbone", "timeline"}
    assert {one.key for one in KINDS} == TYPED.keys() | rows | {"serial", "heading"}


@pytest.mark.parametrize("key", [one.key for one in KINDS])
def test_a_field_knows_its_kind_and_has_a_name(key: str, render: Render) -> None:
    assert kind_of(node_of(key)) == key
    schema = form_of(x=node_of(key))
    page = render(DRAW, view=build_form(schema, {}, context=CONTEXT))
    tree = parse(page)
    inputs = [one for one in outside_templates(tree, "//input|//select|//textarea") if one.get("type") != "hidden"]
    assert inputs or key in ("serial", "heading")
    assert all(name_of(one, tree) for one in inputs), page
    assert f"字段 {key}" in page


@pytest.mark.parametrize("key", TYPED)
def test_what_is_typed_is_stored_and_shown_again(key: str, render: Render) -> None:
    typed, stored = TYPED[key]
    schema = form_of(x=node_of(key))
    data = clean_form(schema, read_form(schema, sent("x", typed), zone=ZONE))
    assert data == {"x": stored}
    assert validate_form(schema, data) == []
    page = render(DRAW, view=build_form(schema, data, context=CONTEXT))
    assert clean_form(schema, read_form(schema, posted(page), zone=ZONE)) == data
    assert json.loads(json.dumps(data)) == data
    assert "字段" in render(DRAW, view=build_form(schema, data, context=CONTEXT, read_only=True))


@pytest.mark.parametrize("key", WRONG)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_is_wrong_is_said_with_the_name_of_the_field(key: str, language: str) -> None:
    schema = form_of(x=node_of(key))
    (error,) = validate_form(schema, read_form(schema, sent("x", [WRONG[key]]), zone=ZONE), language)
    assert f"字段 {key}" in error.message and error.path[0] == "x"
    assert ("「" in error.message) == (language == "zh-hans"), error.message


@pytest.mark.parametrize("key", TYPED)
def test_hostile_input_stays_input(key: str, render: Render) -> None:
    schema = form_of(x=node_of(key))
    for text in (HOSTILE, "长" * 10_000, "\x00\ud800", "-" * 5_000):
        data = read_form(schema, sent("x", [text]), zone=ZONE)
        errors = validate_form(schema, data)
        page = render(DRAW, view=build_form(schema, data, errors, context=CONTEXT))
        assert "<script>alert" not in page
        json.dumps(data).encode()


@pytest.mark.parametrize("key", [*TYPED, "table"])
def test_required_is_required(key: str) -> None:
    schema = form_of(x=node_of(key))
    cast("list[dict[str, object]]", schema["x-groups"])[0]["required"] = ["x"]
    errors = validate_form(schema, clean_form(schema, read_form(schema, QueryDict(), zone=ZONE)))
    # A switch that is off says no, which is an answer.
    assert [error.path for error in errors] == ([] if key == "switch" else [("x",)])


def test_a_serial_number_and_a_heading_are_never_asked_for(render: Render) -> None:
    schema = form_of(no={**node_of("serial"), "x-prefix": "F03-"}, head={**node_of("heading"), "description": HOSTILE})
    cast("list[dict[str, object]]", schema["x-groups"])[0]["required"] = ["no", "head"]
    assert read_form(schema, sent("no", ["我自己编的"])) == {}
    assert validate_form(schema, {}) == []
    page = render(DRAW, view=build_form(schema, {}, context=CONTEXT))
    assert "F03-20261120-0042" in page and "<script>" not in page
    assert "保存时自动编号" in render(DRAW, view=build_form(schema, {}))


def test_amounts_are_said_in_words_beside_them(render: Render) -> None:
    schema = form_of(x=node_of("money"))
    view = build_form(schema, {"x": 1200.5}, context=CONTEXT)
    assert "壹仟贰佰元伍角" in render(DRAW, view=view)
    shown = render(DRAW, view=build_form(schema, {"x": 1200.5}, read_only=True))
    assert "壹仟贰佰元伍角" in shown and "1,200.50" in shown


def test_a_signature_is_shown_as_a_picture(render: Render) -> None:
    schema = form_of(x=node_of("signature"))
    page = render(DRAW, view=build_form(schema, {"x": [FILE.id]}, context=CONTEXT, read_only=True))
    assert parse(page).xpath(f"//img[@src='{FILE.href}'][@alt='{FILE.name}']")
    empty = parse(render(DRAW, view=build_form(schema, {}, context=CONTEXT)))
    assert empty.xpath("//canvas[@data-sign-pad]") and empty.xpath("//input[@data-sign-name]")


CONDITIONED: Mapping[str, object] = {
    "amount": node_of("money"),
    "urgent": node_of("switch"),
    "why": {**node_of("text"), "x-visibleWhen": [{"field": "amount", "atLeast": 1000}]},
    "who": {**node_of("person"), "x-visibleWhen": [{"any": [{"field": "urgent", "in": [True]}, {"field": "why", "filled": True}]}]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "shown", "kept"),
    [
        ({"amount": 999.99, "why": "x", "who": "chenmu"}, {"amount", "urgent"}, {"amount"}),
        ({"amount": 1000, "why": "x", "who": "chenmu"}, {"amount", "urgent", "why", "who"}, {"amount", "why", "who"}),
        ({"urgent": True, "who": "chenmu"}, {"amount", "urgent", "who"}, {"urgent", "who"}),
        ({"amount": "viel", "why": "x"}, {"amount", "urgent"}, {"amount"}),
    ],
)
def test_hidden_fields_are_neither_required_nor_kept(
    given: dict[str, object], shown: set[str], kept: set[str], render: Render
) -> None:
    schema = form_of(**CONDITIONED)
    cast("list[dict[str, object]]", schema["x-groups"])[0]["required"] = ["why", "who"]
    assert clean_form(schema, given).keys() == kept
    missing = {
        error.path[0] for error in validate_form(schema, {k: v for k, v in given.items() if k not in ("why", "who")})
    }
    assert missing - {"amount"} <= shown & {"why", "who"}
    view = build_form(schema, given, context=CONTEXT)
    assert {one.name for one in view.groups[0].fields if one.visible} == shown
    page = parse(render(DRAW, view=view))
    assert json.loads(page.xpath("//*[@data-field='who']/@data-when")[0]) == [
        {"any": [{"field": "urgent", "in": ["true"]}, {"field": "why", "filled": True}]}
    ]


def test_required_under_a_condition_is_starred_and_judged(render: Render) -> None:
    schema = form_of(risk=node_of("choice"), basis=node_of("text"))
    schema["allOf"] = [
        {"if": {"properties": {"risk": {"enum": ["a", "b"]}}, "required": ["risk"]}, "then": {"required": ["basis"]}}
    ]
    assert [error.path for error in validate_form(schema, {"risk": "b"})] == [("basis",)]
    assert validate_form(schema, {}) == [] and validate_form(schema, {"risk": "b", "basis": "x"}) == []
    required = {one.name: one.required for one in build_form(schema, {"risk": "a"}).groups[0].fields}
    assert required == {"risk": False, "basis": True}
    page = parse(render(DRAW, view=build_form(schema, {})))
    assert json.loads(page.xpath("//*[@data-field='basis']/@data-needed-when")[0]) == [
        [{"field": "risk", "in": ["a", "b"]}]
    ]
