"""Charts that come from elsewhere, and the file that carries a flow to another installation."""

import re
from datetime import datetime
from typing import Final

from lxml import etree

from bihuan.bpmn import ChartRefused
from bihuan.bpmn.decisions import DecisionTable, parse_decisions, write_decisions
from bihuan.bpmn.xml.reader import read_xml
from bihuan.bpmn.xml.vocabulary import local
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden
from bihuan.documents.safety import DEEPEST, PATTERNS, depth, patterns_in, words_from_elsewhere
from bihuan.flows import queries as flows
from bihuan.flows.operations import Package
from bihuan.studio import permissions
from bihuan.studio.errors import (
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
from bihuan.studio.operations.drafts import Content, create_draft
from bihuan.studio.packing import BadPackage, Fault, Parcel, read_package, write_package
from bihuan.studio.queries.staffing import role_names

_MODEL: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}definitions"
_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
_REFUSALS: Final = {
    Fault.NOT_ZIP: NotPackage,
    Fault.UNKNOWN_FORMAT: NotPackage,
    Fault.TOO_LARGE: PackageTooLarge,
    Fault.BAD_PATH: PackagePath,
    Fault.TOO_NEW: PackageTooNew,
    Fault.DAMAGED: PackageDamaged,
}


def export_package(*, package: Package, number: int = 0) -> bytes:
    """The package file of a flow with its forms and tables; ``number``: of the version, 0 for a draft."""
    return write_package(
        Parcel(
            key=package.key,
            name=package.name,
            name_en=package.name_en,
            template=package.template,
            number=number,
            content_hash=package.content_hash(),
            chart=package.chart,
            forms=package.forms,
            decisions=package.decisions,
            roles=role_names(package),
        )
    )


def import_package(*, data: bytes, name: str = "", actor: Actor, now: datetime) -> Draft:
    """The draft that a package file makes: under its own key where that is free, else under a new one.

    Refuses ``NotPackage``, ``PackageTooLarge``, ``PackagePath``, ``PackageTooNew``, ``PackageDamaged``,
    ``FileUnreadable``, ``FormTooDeep``, ``FormNotPlain``, and as ``create_draft`` does. Nothing is kept of what is refused.
    """
    if not permissions.may_draw(actor):
        raise Forbidden
    try:
        parcel = read_package(data)
    except BadPackage as bad:
        raise _REFUSALS[bad.fault](params={"place": bad.place or "manifest.json"}) from bad
    package = Package(
        key=parcel.key, name=parcel.name, chart=parcel.chart, forms=dict(parcel.forms), decisions=dict(parcel.decisions)
    )
    if package.content_hash() != parcel.content_hash:
        raise PackageDamaged(params={"place": "contentHash"})
    _check_bpmn(parcel.chart, "chart.bpmn")
    for key, source in parcel.decisions.items():
        _root(source.encode(), key)
    for code, form in parcel.forms.items():
        _check_form(code, form)
    origin = {"kind": "import", "key": parcel.key[:64], "number": parcel.number, "hash": parcel.content_hash}
    return create_draft(
        name=name.strip() or parcel.name[:200],
        name_en=parcel.name_en[:200],
        key=_free(parcel.key),
        content=Content(chart=parcel.chart, forms=parcel.forms, decisions=parcel.decisions),
        origin={**origin, "roles": {key: list(words) for key, words in parcel.roles.items()}},
        template=parcel.template[:16],
        actor=actor,
        now=now,
    )


def import_file(*, data: bytes, filename: str, name: str = "", actor: Actor, now: datetime) -> Draft:
    """The draft that a file makes, whatever it is: a package, BPMN, or DMN (a blank chart with the tables).

    What it is shows in the content, not in the name. ``filename`` names the draft where nothing else does. A BPMN file
    that the engine does not run is kept with its faults; ``FileUnreadable`` says the line of what is no XML,
    ``UnknownFile`` is neither, ``NothingToImport`` is empty.
    """
    if not permissions.may_draw(actor):
        raise Forbidden
    if not data:
        raise NothingToImport
    if data.startswith(b"PK"):
        return import_package(data=data, name=name, actor=actor, now=now)
    clean = filename.replace("\x00", "").strip()[:200]
    root = _root(data, clean)
    if root.tag == _MODEL:
        content, called = Content(chart=data), _called(data)
    elif str(root.tag).endswith("}definitions") and "/DMN/" in str(root.tag):
        content, called = Content(decisions=_tables(root, clean)), root.get("name", "")
    else:
        raise UnknownFile(params={"root": _bare(root)})
    named = called.strip()[:200] or clean.rpartition(".")[0].strip() or clean
    origin = {"kind": "import", "file": clean}
    return create_draft(name=name.strip() or named, content=content, origin=origin, actor=actor, now=now)


def _root(data: bytes, place: str) -> etree._Element:
    try:
        return read_xml(data)
    except ChartRefused as refused:
        raise _unreadable(refused, place) from refused


def _unreadable(refused: ChartRefused, place: str) -> FileUnreadable:
    problem = refused.problems[0]
    where = f"{place} {problem.element}".strip()
    return FileUnreadable(params={"place": where, "line": problem.line, "why": problem.message_zh.rstrip("。")})


def _check_bpmn(chart: bytes, place: str) -> None:
    root = _root(chart, place)
    if root.tag != _MODEL:
        raise UnknownFile(params={"root": _bare(root)})


def _check_form(code: str, form: dict[str, object]) -> None:
    """As the builder checks a form that is saved in it."""
    if depth(form) > DEEPEST:
        raise FormTooDeep(params={"code": code[:64], "most": DEEPEST})
    strange = words_from_elsewhere(form) or sorted(patterns_in(form) - PATTERNS)
    if strange:
        raise FormNotPlain(params={"code": code[:64], "part": strange[0][:80]})


def _bare(root: etree._Element) -> str:
    return str(etree.QName(root).localname)[:80]


def _called(chart: bytes) -> str:
    """What the file calls its first process or pool."""
    named = [
        one for one in read_xml(chart).iter() if isinstance(one.tag, str) and local(one) in ("process", "participant")
    ]
    return next((found for one in named if (found := (one.get("name") or "").strip())), "")


def _tables(root: etree._Element, place: str) -> dict[str, str]:
    """The decisions of a DMN file that no other asks, each with those that it asks."""
    source = etree.tostring(root, encoding="unicode")
    try:
        tables = parse_decisions(source.encode())
    except ChartRefused as refused:
        raise _unreadable(refused, place) from refused
    asked = {one.table.key for table in tables.values() for one in table.required}
    heads = [key for key in tables if key not in asked]
    if len(heads) == 1:
        return {heads[0]: source}
    return {key: write_decisions(_with_asked(tables[key])).decode() for key in heads}


def _with_asked(table: DecisionTable) -> list[DecisionTable]:
    found = {table.key: table}
    for one in table.required:
        found |= {each.key: each for each in _with_asked(one.table)}
    return list(found.values())


def _free(key: str) -> str:
    """The key itself where no chart has it and it can stand in an address; "" lets one be made."""
    taken = not _KEY.fullmatch(key) or flows.versions_of(key=key) or Draft.objects.filter(key=key).exists()
    return "" if taken else key
