"""Sheets of customers: read, checked line by line, taken over in part; nothing in them is run."""

import io
import zipfile
from collections.abc import Mapping

import pytest
from openpyxl import Workbook, load_workbook

from bihuan.core.errors import NotFound
from bihuan.customers import operations
from bihuan.customers.models import Asset, Contact, Contract, Customer, CustomerImport, Identity
from bihuan.customers.operations import match_or_create
from bihuan.customers.operations.importing import ImportDone, SheetRefused
from bihuan.customers.rules.sheet import COLUMNS, template, write_sheet
from bihuan.customers.rules.sheet_rows import day_of, faults_of
from tests.factories import NOW, actor, company

pytestmark = pytest.mark.django_db
TITLES = [column.title for column in COLUMNS]


def sheet(*rows: Mapping[str, object], titles: list[str] | None = None) -> bytes:
    """A workbook as a spreadsheet program writes it: numbers are numbers."""
    book = Workbook()
    book.active.append(titles or TITLES)
    keys = {column.title: column.key for column in COLUMNS}
    for row in rows:
        book.active.append([row.get(keys.get(title, title)) for title in titles or TITLES])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(*rows: Mapping[str, object]) -> CustomerImport:
    return operations.read_import(name="客户.xlsx", data=sheet(*rows), actor=actor("agent"), now=NOW)


def take(found: CustomerImport) -> CustomerImport:
    return operations.take_import(import_id=found.pk, actor=actor("agent"), now=NOW)


GOOD = {
    "name": "云溪医院", "kind": "企业", "code": "KH1", "contact": "吴桂芳", "phone": 13800006620, "email": "Wu@h.example",
    "contract": "LK-1", "starts_on": "2026/1/1", "ends_on": "2026年12月31日", "product": "记录仪", "serial": "00123",
    "warranty_until": "2027-06-30", "wechat": "wxid_1",
}  # fmt: skip


def test_a_good_row_becomes_a_whole_file() -> None:
    company()
    done = take(read(GOOD))
    customer, contact = Customer.objects.get(), Contact.objects.get()
    assert (customer.name, customer.kind, customer.code, str(customer.covered_until)) == (
        "云溪医院", "organisation", "KH1", "2027-06-30",
    )  # fmt: skip
    assert (contact.phone, contact.email, contact.phone_raw) == ("+8613800006620", "wu@h.example", "13800006620")
    assert str(Contract.objects.get().ends_on) == "2026-12-31"
    assert Asset.objects.get().serial == "00123", "leading zeros are figures too"
    assert Identity.objects.get().value == "wxid_1"
    assert done.report == {"customers": 1, "known": 0, "contacts": 1, "contracts": 1, "assets": 1, "refused": []}
    assert done.rows == []


def test_bad_rows_stay_out_and_good_ones_come_in() -> None:
    company()
    found = read(
        {"name": "好的", "phone": "13800000001"},
        {"name": "坏号码", "phone": "138****0001"},
        {"phone": "13800000002"},
        {"name": "坏日期", "contract": "LK-2", "starts_on": "明天", "ends_on": "2026-02-30"},
        {"name": "也好", "kind": "个人"},
    )
    assert [[fault["code"] for fault in each["faults"]] for each in found.rows] == [
        [], ["phone"], ["missing"], ["date", "date"], [],
    ]  # fmt: skip
    done = take(found)
    assert set(Customer.objects.values_list("name", flat=True)) == {"好的", "也好"}
    assert [(each["line"], each["name"]) for each in done.report["refused"]] == [
        ("3", "坏号码"), ("4", ""), ("5", "坏日期"),
    ]  # fmt: skip
    with pytest.raises(ImportDone):
        take(found)


def test_a_known_customer_gets_what_is_missing_and_keeps_what_it_has() -> None:
    company()
    known = match_or_create(name="云溪医院", contact="吴桂芳", email="wu@h.example", now=NOW)
    rows = ({"name": "云溪医院", "contact": "吴桂芳", "email": "wu@h.example", "region": "云南"},
            {"name": "云溪医院", "contact": "李四", "phone": "13900000001", "product": "网关", "serial": "G1"})  # fmt: skip
    done = take(read(*rows))
    again = take(read(*rows))
    assert Customer.objects.get().pk == known.customer_id and Customer.objects.get().region == ""
    assert set(Contact.objects.values_list("name", flat=True)) == {"吴桂芳", "李四"}
    assert (done.report["known"], done.report["contacts"], done.report["assets"]) == (1, 1, 1)
    assert (again.report["contacts"], again.report["assets"]) == (0, 0), "the same sheet twice changes nothing"


def test_numbers_of_others_stay_out_by_line() -> None:
    company()
    take(read(GOOD))
    done = take(read({"name": "别家", "product": "记录仪", "serial": "00123"},
                     {"name": "另一家", "contract": "LK-1", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}))  # fmt: skip
    assert [each["faults"][0]["code"] for each in done.report["refused"]] == ["asset_taken", "contract_taken"]
    assert Customer.objects.count() == 1


def test_two_customers_with_one_number_in_a_sheet() -> None:
    company()
    found = read({"name": "甲", "product": "网关", "serial": "G1"}, {"name": "乙", "product": "网关", "serial": "G1"})
    assert [[fault["code"] for fault in each["faults"]] for each in found.rows] == [[], ["asset_twice"]]


@pytest.mark.correctness(127)
def test_a_formula_is_text_in_and_out() -> None:
    company()
    take(read({"name": '=HYPERLINK("http://x.example","点我")', "contact": "@SUM(1)", "region": "+1+1"}))
    assert Customer.objects.get().name.startswith("=HYPERLINK")
    out = write_sheet(name="x", titles=["名称"], rows=[[Customer.objects.get().name], ["-2+3"]], widths=[10])
    cells = load_workbook(io.BytesIO(out)).active
    assert [cells.cell(row=row, column=1).data_type for row in (2, 3)] == ["s", "s"]
    with zipfile.ZipFile(io.BytesIO(out)) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    ("value", "kept"),
    [(13800006620, "13800006620"), (871641288.0, "871641288"), ("0871", "0871"), (123456789012345, "123456789012345")],
)
def test_long_numbers_keep_their_figures(value: object, kept: str) -> None:
    company()
    found = read({"name": "甲", "code": value})
    assert found.rows[0]["row"]["code"] == kept and not found.rows[0]["faults"]


def test_a_number_that_the_sheet_has_rounded_is_refused() -> None:
    company()
    assert [fault["code"] for fault in read({"name": "甲", "serial": 1234567890123456789}).rows[0]["faults"]] == [
        "lost"
    ]


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", b"not a sheet", template()[:500], sheet({"x": 1}, titles=["无关"]), template(),
     sheet(*[{"name": "甲"}] * 5001)],
    ids=["empty", "cut", "text", "broken", "no_titles", "no_rows", "too_many"],
)  # fmt: skip
def test_what_is_no_sheet_of_customers_is_refused_in_words(data: bytes) -> None:
    company()
    with pytest.raises(SheetRefused) as refused:
        operations.read_import(name="x.xlsx", data=data, actor=actor("agent"), now=NOW)
    assert refused.value.text
    assert not CustomerImport.objects.exists()


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    company()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"\0" * (201 * 1024 * 1024))
    with pytest.raises(SheetRefused):
        operations.read_import(name="bomb.xlsx", data=buffer.getvalue(), actor=actor("agent"), now=NOW)


def test_an_import_is_ones_own() -> None:
    company()
    found = read(GOOD)
    with pytest.raises(NotFound):
        operations.take_import(import_id=found.pk, actor=actor("supervisor"), now=NOW)


@pytest.mark.parametrize(
    ("text", "iso"),
    [("2026-01-31", "2026-01-31"), ("2026/1/3", "2026-01-03"), ("2026.1.3", "2026-01-03"), ("2026年1月3日", "2026-01-03"),
     ("20260103", "2026-01-03"), ("2026-02-30", None), ("下周", None), ("", None), ("2026-1", None)],
)  # fmt: skip
def test_dates_as_people_write_them(text: str, iso: str | None) -> None:
    assert day_of(text) == (None if iso is None else __import__("datetime").date.fromisoformat(iso))


def test_a_contract_needs_its_dates_in_order() -> None:
    row = {"name": "甲", "contract": "1"}
    assert [fault["code"] for fault in faults_of(row)] == ["dates_missing"]
    dates = {"starts_on": "2026-12-31", "ends_on": "2026-01-01"}
    assert [fault["code"] for fault in faults_of({**row, **dates})] == ["order"]
