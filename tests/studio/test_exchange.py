"""Flows that move between installations, and files that come from anywhere."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from lxml import etree

from bihuan.bpmn import ChartRefused, load_chart
from bihuan.cli.main import main
from bihuan.core.errors import Forbidden, Refused
from bihuan.flows import gallery
from bihuan.flows.charts import compile_package
from bihuan.flows.operations import Package
from bihuan.studio import operations as studio
from bihuan.studio import queries
from bihuan.studio.errors import (
    ChartTooLarge,
    FileUnreadable,
    FormNotPlain,
    FormTooDeep,
    NothingToImport,
    NotPackage,
    PackageDamaged,
    PackagePath,
    PackageTooLarge,
    PackageTooNew,
    UnknownFile,
)
from bihuan.studio.models import Draft
from bihuan.studio.packing import BadPackage, Fault, Parcel, read_package, without_extensions, write_package
from tests import factories
from tests.factories import NOW

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def parcel(key: str = "T01") -> Package:
    return gallery.package(key)


def file(key: str = "T01") -> bytes:
    package = parcel(key)
    return write_package(
        Parcel(
            key=package.key,
            name=package.name,
            name_en=package.name_en,
            template=package.template,
            number=3,
            content_hash=package.content_hash(),
            chart=package.chart,
            forms=package.forms,
            decisions=package.decisions,
        )
    )


def remade(change: Callable[[dict[str, bytes]], None], *, sums: bool = True) -> bytes:
    """The file of T01 with its contents changed; ``sums``: with a manifest that agrees."""
    with zipfile.ZipFile(io.BytesIO(file())) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    if sums and "manifest.json" in files:
        manifest = json.loads(files["manifest.json"])
        manifest["files"] = {n: sha256(c).hexdigest() for n, c in files.items() if n != "manifest.json"}
        files["manifest.json"] = json.dumps(manifest).encode()
    return zipped(files)


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def in_manifest(key: str, value: object) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        files["manifest.json"] = json.dumps({**json.loads(files["manifest.json"]), key: value}).encode()

    return change


def put(name: str, content: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.update({name: content})


@pytest.fixture
def _company(db: None) -> None:
    factories.company()


@pytest.mark.parametrize("key", [package.key for package in gallery.packages()])
def test_what_goes_out_comes_in_again(key: str) -> None:
    package = parcel(key)
    found = read_package(file(key))
    assert (found.key, found.name, found.name_en, found.number) == (key, package.name, package.name_en, 3)
    assert (found.chart, dict(found.forms), dict(found.decisions)) == (package.chart, package.forms, package.decisions)
    assert found.content_hash == package.content_hash() and file(key) == file(key), "the same content, the same bytes"


def test_codes_that_are_no_file_names_travel_too() -> None:
    codes = ["../../etc/passwd", "表单 一", "a/b", "CON", "f01", "F01", "🙂", "x" * 300]
    forms: dict[str, dict[str, object]] = {code: {"title": code} for code in codes}
    decisions = {code: f"<a b='{at}'/>" for at, code in enumerate(codes)}
    data = write_package(Parcel(key="K", name="名", chart=b"<a/>", forms=forms, decisions=decisions))
    found = read_package(data)
    assert dict(found.forms) == forms and dict(found.decisions) == decisions
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
    assert all(name.isascii() and ".." not in name for name in names)
    assert len({name.lower() for name in names}) == len(names), "no two that a Windows disk takes for one"


BAD: list[tuple[bytes, Fault]] = [
    (b"", Fault.NOT_ZIP),
    (b"PK\x03\x04 no zip", Fault.NOT_ZIP),
    (zipped({"chart.bpmn": b"<a/>"}), Fault.UNKNOWN_FORMAT),
    (zipped({"manifest.json": b"{}"}), Fault.UNKNOWN_FORMAT),
    (zipped({"manifest.json": b"[]"}), Fault.DAMAGED),
    (zipped({"manifest.json": b"["}), Fault.DAMAGED),
    (zipped({"manifest.json": b"[" * 100_000}), Fault.DAMAGED),
    (zipped({"manifest.json": b"\xff"}), Fault.DAMAGED),
    (remade(in_manifest("formatVersion", 2)), Fault.TOO_NEW),
    (remade(in_manifest("formatVersion", True)), Fault.UNKNOWN_FORMAT),
    (remade(in_manifest("formatVersion", "1")), Fault.UNKNOWN_FORMAT),
    (remade(in_manifest("forms", {"F01": "forms/none.json"})), Fault.DAMAGED),
    (remade(in_manifest("forms", ["x"])), Fault.DAMAGED),
    (remade(in_manifest("chart", "../chart.bpmn")), Fault.DAMAGED),
    (remade(in_manifest("name", "x")), Fault.DAMAGED),
    (remade(in_manifest("key", 7)), Fault.DAMAGED),
    (remade(put("chart.bpmn", b"<other/>"), sums=False), Fault.DAMAGED),
    (remade(put("more.txt", b"x"), sums=False), Fault.DAMAGED),
    (remade(lambda files: files.__delitem__("chart.bpmn"), sums=False), Fault.DAMAGED),
    (remade(put("forms/001-F01.json", b'{"title": "\\u0000"}')), Fault.DAMAGED),
    (remade(put("forms/001-F01.json", b'{"title": "\\ud800"}')), Fault.DAMAGED),
    (remade(put("forms/001-F01.json", b'{"least": NaN}')), Fault.DAMAGED),
    (remade(put("../outside", b"x")), Fault.BAD_PATH),
    (remade(put("/etc/passwd", b"x")), Fault.BAD_PATH),
    (remade(put("a\\b", b"x")), Fault.BAD_PATH),
    (remade(put("c:/b", b"x")), Fault.BAD_PATH),
    (remade(put("bomb", b"\0" * 6_000_000)), Fault.TOO_LARGE),
    (zipped({f"n{at}": b"\0" * 4_900_000 for at in range(8)}), Fault.TOO_LARGE),
    (zipped({f"n{at}": b"" for at in range(600)}), Fault.TOO_LARGE),
    (b"PK" + b"\0" * 17 * 1024 * 1024, Fault.TOO_LARGE),
]  # fmt: skip


@pytest.mark.parametrize("at", range(len(BAD)))
def test_what_somebody_made_to_harm_is_refused_by_name(at: int) -> None:
    data, fault = BAD[at]
    with pytest.raises(BadPackage) as refused:
        read_package(data)
    assert refused.value.fault is fault, refused.value


def test_one_flipped_byte_anywhere_is_noticed() -> None:
    data = file("T02")
    package = parcel("T02")
    for at in range(0, len(data), max(1, len(data) // 150)):
        broken = data[:at] + bytes([data[at] ^ 0x20]) + data[at + 1 :]
        try:
            found = read_package(broken)
        except BadPackage:
            continue
        assert (found.chart, dict(found.forms)) == (package.chart, package.forms), at


@pytest.mark.usefixtures("_company")
def test_a_package_becomes_a_draft_under_its_own_key_where_that_is_free() -> None:
    manager = factories.actor("manager")
    draft = studio.import_package(data=file("T05"), actor=manager, now=NOW)
    package = parcel("T05")
    assert draft.key == "T05" and draft.name == package.name and draft.template == "T05"
    assert queries.package_of(draft).content_hash() == package.content_hash()
    assert draft.origin["number"] == 3 and not queries.readiness(actor=manager, draft=draft).problems
    taken = studio.import_package(data=file("T01"), actor=manager, now=NOW)
    assert taken.key != "T01", "T01 is published here and stays as it is"
    again = studio.import_package(data=file("T05"), name="另一份", actor=manager, now=NOW)
    assert again.key != "T05" and again.name == "另一份"


@pytest.mark.usefixtures("_company")
@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"PKx", NotPackage),
        (zipped({"manifest.json": b"{}"}), NotPackage),
        (remade(in_manifest("formatVersion", 9)), PackageTooNew),
        (remade(put("../x", b"")), PackagePath),
        (remade(put("x", b"\0" * 6_000_000)), PackageTooLarge),
        (remade(put("chart.bpmn", b"<a/>")), PackageDamaged),
        (remade(in_manifest("contentHash", "0")), PackageDamaged),
    ],
)
def test_nothing_half_is_kept_of_a_bad_package(data: bytes, refusal: type[Refused]) -> None:
    with pytest.raises(refusal) as refused:
        studio.import_file(data=data, filename="a.bihuan.zip", actor=factories.actor("manager"), now=NOW)
    assert str(refused.value) and not Draft.objects.exists()


def with_form(**more: object) -> bytes:
    """A package as another installation may have written it, with one more property in a form."""
    form = {**parcel().forms["F01"], **more}
    return studio.export_package(package=replace(parcel(), forms={**parcel().forms, "F01": form}))


def deep(levels: int) -> dict[str, object]:
    found: dict[str, object] = {}
    for _ in range(levels):
        found = {"not": found}
    return found


@pytest.mark.usefixtures("_company")
@pytest.mark.parametrize(
    ("more", "refusal", "word"),
    [
        ({"allOf": [{"properties": {"place": {"pattern": "^(a+)+$"}}}]}, FormNotPlain, "^(a+)+$"),
        ({"patternProperties": {"^(.*)*x": {}}}, FormNotPlain, "^(.*)*x"),
        ({"allOf": [{"$ref": "https://elsewhere.example/form.json"}]}, FormNotPlain, "$ref"),
        ({"$ref": "#"}, FormNotPlain, "$ref"),
        ({"$defs": {"a": {}}}, FormNotPlain, "$defs"),
        ({"allOf": [deep(600)]}, FormTooDeep, "14"),
    ],
)
def test_a_form_that_could_keep_the_system_busy_is_refused(
    more: dict[str, object], refusal: type[Refused], word: str
) -> None:
    with pytest.raises(refusal) as refused:
        studio.import_package(data=with_form(**more), actor=factories.actor("manager"), now=NOW)
    assert word in str(refused.value) and "F01" in str(refused.value)
    assert not Draft.objects.exists()


@pytest.mark.usefixtures("_company")
def test_a_field_may_be_called_as_the_words_of_a_schema_are() -> None:
    fields = {**parcel().forms["F01"]["properties"], "pattern": {"type": "string", "title": "花纹"}}  # type: ignore[dict-item]
    draft = studio.import_package(data=with_form(properties=fields), actor=factories.actor("manager"), now=NOW)
    assert "pattern" in draft.forms["F01"]["properties"]


@pytest.mark.usefixtures("_company")
def test_a_package_whose_chart_does_not_load_becomes_a_draft_with_its_faults() -> None:
    manager = factories.actor("manager")
    chart = f'<definitions xmlns="{MODEL}"><process id="p" isExecutable="true"><complexGateway id="g"/></process></definitions>'
    package = Package(key="NEU", name="新", chart=chart.encode(), forms={}, decisions={})
    draft = studio.import_package(data=studio.export_package(package=package), actor=manager, now=NOW)
    ready = queries.readiness(actor=manager, draft=draft)
    assert draft.key == "NEU" and any(one.element == "g" and one.line == 1 for one in ready.problems)


@pytest.mark.usefixtures("_company")
@pytest.mark.parametrize(
    ("data", "refusal", "line"),
    [
        (b"", NothingToImport, None),
        (b"not xml", FileUnreadable, 1),
        (b"<a>\n<b>\n</a>", FileUnreadable, 3),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', FileUnreadable, 0),
        (b"\x00\x01\x02", FileUnreadable, None),
        (b"<html/>", UnknownFile, None),
        (b'<definitions xmlns="urn:other"/>', UnknownFile, None),
        (b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>', FileUnreadable, None),
        (f'<definitions xmlns="{MODEL}">{" " * 4_200_000}</definitions>'.encode(), ChartTooLarge, None),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_place(
    data: bytes, refusal: type[Refused], line: int | None
) -> None:
    with pytest.raises(refusal) as refused:
        studio.import_file(data=data, filename="图.bpmn", actor=factories.actor("manager"), now=NOW)
    assert line is None or refused.value.params["line"] == line
    assert not Draft.objects.exists()


@pytest.mark.usefixtures("_company")
def test_tables_come_alone_too() -> None:
    manager = factories.actor("manager")
    dmn = parcel().decisions["priority"]
    draft = studio.import_file(data=dmn.encode(), filename="优先级.dmn", actor=manager, now=NOW)
    assert list(draft.decisions) == ["priority"] and draft.origin == {"kind": "import", "file": "优先级.dmn"}
    compile_package(bytes(draft.chart), draft.decisions)
    two = dmn.replace("</definitions>", "").rstrip() + dmn[dmn.index("<decision ") :].replace(
        'id="priority"', 'id="other"'
    )
    both = studio.import_file(data=two.encode(), filename="两张.dmn", actor=manager, now=NOW)
    assert set(both.decisions) == {"priority", "other"}
    loaded = compile_package(bytes(both.chart), both.decisions)
    assert loaded.decisions["other"].evaluate({"urgency": "high", "impact": "high", "complexity": "high"})


@pytest.mark.usefixtures("_company")
def test_who_may_not_draw_imports_nothing() -> None:
    with pytest.raises(Forbidden):
        studio.import_file(data=file(), filename="a.zip", actor=factories.actor("agent"), now=NOW)
    with pytest.raises(Forbidden):
        studio.import_package(data=file(), actor=factories.actor("agent"), now=NOW)


@pytest.mark.parametrize("key", [package.key for package in gallery.packages()])
def test_the_plain_chart_is_the_same_drawing_without_our_words(key: str) -> None:
    chart = parcel(key).chart
    plain = without_extensions(chart)
    assert b"urn:bihuan:1" not in plain and b"BPMNShape" in plain
    before, after = etree.fromstring(chart), etree.fromstring(plain)
    ids = [[one.get("id") for one in root.iter(etree.Element) if one.get("id") and "urn:bihuan" not in str(one.tag)]
           for root in (before, after)]  # fmt: skip
    gone = [one for one in ids[0] if one not in set(ids[1])]
    assert not gone and len(ids[1]) > 20
    try:
        load_chart(plain, decisions={})
    except ChartRefused as refused:
        assert {one.kind for one in refused.problems} <= {
            "bad_expression",
            "bad_timer",
            "missing_reference",
            "structure",
        }


def test_what_other_vendors_say_stays() -> None:
    chart = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- drawn elsewhere -->
<d:definitions xmlns:d="{MODEL}" xmlns:v="urn:vendor" xmlns:bihuan="urn:bihuan:1" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
<d:itemDefinition id="i" structureRef="xsd:string"/><d:process id="p" bihuan:version="2" v:colour="red">
<d:extensionElements><v:note bihuan:x="1">kept</v:note><bihuan:purpose>gone</bihuan:purpose></d:extensionElements>
<d:userTask id="t" bihuan:role="agent"><d:extensionElements><bihuan:method>gone</bihuan:method></d:extensionElements></d:userTask>
</d:process></d:definitions>""".encode()
    plain = without_extensions(chart).decode()
    assert "gone" not in plain and "bihuan" not in plain
    assert 'v:colour="red"' in plain and "<v:note>kept</v:note>" in plain and "drawn elsewhere" in plain
    assert "http://www.w3.org/2001/XMLSchema" in plain, "a value names the prefix"
    assert plain.count("extensionElements") == 2


def test_a_plain_chart_of_what_is_no_xml_is_refused() -> None:
    with pytest.raises(ChartRefused):
        without_extensions(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')


@pytest.mark.usefixtures("_company")
def test_the_command_moves_a_flow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bihuan.cli.ground.on_database", lambda: tmp_path)
    out = tmp_path / "t01.bihuan.zip"
    assert main(["chart", "export", "T01", "-o", str(out)]) == 0
    assert read_package(out.read_bytes()).number == 1
    assert main(["chart", "export", "T01", "-o", str(out), "--version", "7"]) == 1
    assert main(["chart", "export", "NONE", "-o", str(out)]) == 1
    assert main(["chart", "export", "T01", "-o", str(tmp_path / "no" / "x.zip")]) == 2
    capsys.readouterr()
    assert main(["chart", "import", str(out), "--name", "搬来的", "--json"]) == 0
    draft = Draft.objects.get(pk=json.loads(capsys.readouterr().out)["draft"])
    assert draft.name == "搬来的" and set(draft.forms) == {"F01", "F02", "F03", "F04", "F05"}
    out.write_bytes(b"PK no")
    assert main(["chart", "import", str(out)]) == 1 and "bihuan chart import" in capsys.readouterr().err
    assert main(["chart", "import", str(tmp_path / "none")]) == 2 and Draft.objects.count() == 1
