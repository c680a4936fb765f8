"""The company's own fields in conditions, columns and files; judged beside a reading of every value by hand."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.issues import operations, queries
from bihuan.issues.models import Issue
from bihuan.issues.operations import NewField
from bihuan.issues.queries import Filter
from bihuan.issues.rules.conditions import Node, Not, field_of, fields, read, write
from bihuan.issues.rules.conditions import Test as One
from tests.factories import NOW, actor, company, customer_issue
from tests.web.test_pages import signed_in

pytestmark = pytest.mark.django_db
_FIELDS = {
    "serial": ("text", []), "story": ("long_text", []), "volts": ("number", []), "bought": ("date", []),
    "seen": ("datetime", []), "insured": ("yes_no", []), "door": ("choice", ["左", "右", "双'开\"门"]),
    "parts": ("choices", ["压缩机", "门封", "灯"]), "site": ("url", []),
}  # fmt: skip
_ROWS: list[dict[str, object]] = [
    {},
    {"serial": "SN-88_%", "volts": "220", "bought": "2026-11-20", "insured": "yes", "door": "左", "parts": ["灯"]},
    {"serial": "sn-99", "volts": "-12.5", "bought": "2025-01-01", "insured": "no", "door": "右"},
    {
        "story": "门封漏风\n第二行",
        "volts": "0",
        "seen": "2026-11-20T08:00",
        "door": "双'开\"门",
        "parts": ["门封", "灯"],
    },
    {
        "volts": "380",
        "seen": "2026-11-21T00:00",
        "bought": "2026-11-21",
        "parts": ["压缩机"],
        "site": "https://a.example/?q=1",
    },
]


def made() -> list[Issue]:
    company()
    for key, (kind, options) in _FIELDS.items():
        given = NewField(name=f"字段 {key}", kind=kind, key=key, options=options)
        operations.save_field(given=given, actor=actor("admin"), now=NOW)
    issues = [customer_issue(email=f"c{n}@example.org") for n in range(len(_ROWS))]
    for issue, row in zip(issues, _ROWS, strict=True):
        if row:
            operations.set_fields(issue_id=issue.pk, values=row, actor=actor("agent"), now=NOW)
    return issues


def found(test: Node, now: datetime = NOW) -> set[int]:
    page = queries.list_issues(actor=actor("supervisor"), filter=Filter(where=test), limit=200, now=now)
    return {issue.pk for issue in page.items}


Judge = Callable[[dict[str, object]], bool]
_CASES: list[tuple[str, str, object, Judge]] = [
    ("serial", "has", "sn-", lambda row: "sn-" in str(row.get("serial", "")).lower()),
    ("serial", "has", "_%", lambda row: "_%" in str(row.get("serial", ""))),
    ("serial", "has_not", "88", lambda row: "88" not in str(row.get("serial", ""))),
    ("story", "has", "漏风\n第", lambda row: "漏风\n第" in str(row.get("story", ""))),
    ("site", "has", "a.example", lambda row: "a.example" in str(row.get("site", ""))),
    ("volts", "eq", "-12.50", lambda row: "volts" in row and float(str(row["volts"])) == -12.5),
    ("volts", "ge", "0", lambda row: "volts" in row and float(str(row["volts"])) >= 0),
    ("volts", "le", "0.001", lambda row: "volts" in row and float(str(row["volts"])) <= 0.001),
    ("volts", "empty", None, lambda row: "volts" not in row),
    ("bought", "before", "2026-11-20", lambda row: "2000" < str(row.get("bought", "")) < "2026-11-20"),
    ("bought", "after", "2026-11-20", lambda row: str(row.get("bought", "")) >= "2026-11-20"),
    ("bought", "period", "today", lambda row: row.get("bought") == "2026-11-20"),
    ("bought", "older", 30, lambda row: row.get("bought") == "2025-01-01"),
    ("bought", "filled", None, lambda row: "bought" in row),
    ("seen", "period", "today", lambda row: str(row.get("seen", "")).startswith("2026-11-20")),
    ("seen", "after", "2026-11-21", lambda row: str(row.get("seen", "")) >= "2026-11-21"),
    ("insured", "yes", None, lambda row: row.get("insured") == "yes"),
    ("insured", "no", None, lambda row: row.get("insured") != "yes"),
    ("door", "in", ["左", "双'开\"门"], lambda row: row.get("door") in ("左", "双'开\"门")),
    ("door", "not_in", ["左"], lambda row: row.get("door") != "左"),
    ("parts", "in", ["灯", "压缩机"], lambda row: bool({"灯", "压缩机"} & set(row.get("parts", [])))),  # type: ignore[call-overload]
    ("parts", "not_in", ["灯"], lambda row: "灯" not in row.get("parts", [])),  # type: ignore[operator]
    ("parts", "empty", None, lambda row: "parts" not in row),
]


def test_every_operator_finds_what_a_reading_of_all_values_finds() -> None:
    issues = made()
    for key, op, value, judge in _CASES:
        test = read({"field": f"own.{key}", "op": op, **({} if value is None else {"value": value})})
        assert read(write(test)) == test
        wanted = {issue.pk for issue, row in zip(issues, _ROWS, strict=True) if judge(row)}
        assert found(test) == wanted, (key, op, value)
        if op not in ("eq", "ge", "le"):
            assert found(Not(test)) == {issue.pk for issue in issues} - wanted, (key, op, value)


def test_what_does_not_fit_is_refused_and_a_field_out_of_use_is_still_understood() -> None:
    made()
    for given in (
        {"field": "own.nothing", "op": "has", "value": "x"},
        {"field": "own.volts", "op": "ge", "value": "many"},
        {"field": "own.volts", "op": "ge", "value": "1e99"},
        {"field": "own.volts", "op": "ge", "value": "9" * 40},
        {"field": "own.door", "op": "has", "value": "左"},
        {"field": "own.door", "op": "in", "value": []},
        {"field": "own.bought", "op": "before", "value": "2026-02-30"},
    ):
        with pytest.raises(Refused):
            read(given)
    row = next(each for each in queries.field_definitions() if each.key == "door")
    gone = NewField(name="字段 door", kind="choice", key="door", options=row.options, is_active=False)
    operations.save_field(field_id=row.id, given=gone, actor=actor("admin"), now=NOW)
    assert field_of("own.door").label == "字段 door"
    assert "own.door" not in [each.key for each in fields()] and "own.door" not in queries.own_columns()
    assert found(One("own.door", "in", ("左",)))


def test_a_column_a_condition_and_a_file_of_ones_own_field_through_the_pages() -> None:
    made()
    client = signed_in("supervisor")
    client.post("/issues/columns/", {"column": ["no", "title", "own.volts", "own.parts", "own.nothing"], "query": ""})
    page = client.get("/issues/?view=").content.decode()
    assert "字段 volts" in page and "门封、灯" in page and "-12.5" in page
    editor = client.get("/issues/?field=own.door").content.decode()
    assert "双&#39;开&#34;门" in editor
    answer = client.get("/issues/condition/", {"field": "own.volts", "op": "ge", "amount": "300"})
    assert answer.status_code == 302
    narrowed = client.get(answer["Location"]).content.decode()
    assert "字段 volts" in narrowed and narrowed.count("data-bulk-one") == 1
    row = operations.ask_export(
        export=operations.NewExport(
            kind="csv", queue="all", where=read({"field": "own.door", "op": "in", "value": ["左"]}), sort="updated",
            columns=["no", "own.serial", "own.parts"], words="",
        ),
        actor=actor("supervisor"), now=system_now(),
    )  # fmt: skip
    _row, path = queries.export_file(
        actor=actor("supervisor"), export_id=row.pk, now=system_now() + timedelta(seconds=1)
    )
    text = path.read_bytes().decode("utf-8-sig")
    assert "字段 serial" in text and "SN-88_%" in text and "灯" in text
