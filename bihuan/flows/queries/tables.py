"""Decision tables as people read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from lxml import etree

from bihuan.bpmn.xml.reader import read_xml
from bihuan.flows.models import Version

_POLICIES = {
    "FIRST": ("从上往下，第一条符合的算数", "From top to bottom, the first that fits counts"),
    "UNIQUE": ("恰好一条符合", "Exactly one fits"),
    "ANY": ("符合的几条结论相同", "All that fit agree"),
}


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A table: names of the columns (the last one is the rule's own words) and the cells in words."""

    name: str
    policy: str
    columns: tuple[str, ...]
    rules: tuple[tuple[str, ...], ...]


def _local(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element.iter() if isinstance(child.tag, str) and etree.QName(child).localname == name]


def _texts(element: etree._Element, name: str) -> list[str]:
    return ["".join(entry.itertext()).strip() for entry in _local(element, name)]


def _words(forms: Mapping[str, Mapping[str, object]], english: bool) -> dict[str, dict[str, str]]:
    """The words of coded values, by field name, as the forms of the same package have them."""
    found: dict[str, dict[str, str]] = {}
    for form in forms.values():
        for name, field in cast(Mapping[str, Mapping[str, object]], form.get("properties") or {}).items():
            options, names = field.get("enum"), field.get("x-enumNamesEn" if english else "x-enumNames")
            if isinstance(options, list) and isinstance(names, list):
                found.setdefault(name, dict(zip(map(str, options), map(str, names), strict=False)))
    return found


def _cell(text: str, words: Mapping[str, str], english: bool) -> str:
    if text in ("-", ""):
        return "any" if english else "不限"
    parts = [part.strip().strip('"') for part in text.split(",")]
    return (" or " if english else "或").join(words.get(part, part) for part in parts)


def _view(xml: str, forms: Mapping[str, Mapping[str, object]], english: bool) -> DecisionView:
    root = read_xml(xml.encode())
    words = _words(forms, english)
    names = _texts(root, "inputExpression")
    labels = [entry.get("label") or name for entry, name in zip(_local(root, "input"), names, strict=False)]
    outputs = _local(root, "output")
    rules = []
    for rule in _local(root, "rule"):
        cells = [
            _cell(text, words.get(name, {}), english)
            for text, name in zip(_texts(rule, "inputEntry"), names, strict=False)
        ]
        results = [text.strip('"') for text in _texts(rule, "outputEntry")]
        rules.append((*cells, *results, *(_texts(rule, "description") or [""])))
    table = _local(root, "decisionTable")[0]
    policy = _POLICIES.get(table.get("hitPolicy", "UNIQUE"), (table.get("hitPolicy", ""),) * 2)
    decision = _local(root, "decision")[0]
    columns = (
        *labels,
        *(entry.get("label") or entry.get("name") or "" for entry in outputs),
        "Meaning" if english else "说明",
    )
    return DecisionView(decision.get("name", ""), policy[1 if english else 0], columns, tuple(rules))


def decision_views(*, version_id: int, language: str) -> list[DecisionView]:
    """All decision tables of a version, in words."""
    version = Version.objects.only("decisions", "forms").get(pk=version_id)
    return tables_in_words(decisions=version.decisions, forms=version.forms, language=language)


def tables_in_words(
    *, decisions: Mapping[str, str], forms: Mapping[str, Mapping[str, object]], language: str
) -> list[DecisionView]:
    """Decision tables that need not be published, in words."""
    return [_view(xml, forms, language == "en") for xml in decisions.values()]
