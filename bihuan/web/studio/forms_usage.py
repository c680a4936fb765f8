"""What of a chart speaks of its forms and decision tables; also of charts that do not load yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from bihuan.bpmn import ChartRefused
from bihuan.bpmn.xml.reader import read_xml
from bihuan.bpmn.xml.vocabulary import ours
from bihuan.web.ui.environment import in_language

_OURS: Final = "{urn:bihuan:1}"


@dataclass(frozen=True, slots=True)
class Use:
    """A step that names a form or a table. ``groups``: of a form those that it fills in; empty for all."""

    id: str
    name: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Declared:
    """A variable of the chart."""

    name: str
    type: str
    values: tuple[str, ...]
    label: str
    label_en: str

    @property
    def text(self) -> str:
        """What the reader calls it."""
        return in_language(self.label, self.label_en) or self.name


def uses(chart: bytes, attribute: str) -> dict[str, list[Use]]:
    """By the code of a form (``form``) or the key of a table (``decision``): the steps that name it."""
    found: dict[str, list[Use]] = {}
    for element in _elements(chart):
        code = ours(element, attribute)
        if code and element.get("id"):
            name = in_language(element.get("name") or "", ours(element, "nameEn"))
            groups = tuple(ours(element, "groups").split())
            found.setdefault(code, []).append(Use(element.get("id", ""), name or element.get("id", ""), groups))
    return found


def declared(chart: bytes) -> dict[str, Declared]:
    """The variables by name."""
    found = [element for element in _elements(chart) if element.tag == f"{_OURS}variable"]
    return {name: _declared(name, element) for element in found if (name := element.get("name", ""))}


def _declared(name: str, element: etree._Element) -> Declared:
    return Declared(
        name,
        element.get("type", "string"),
        tuple(element.get("values", "").split()),
        element.get("label", ""),
        element.get("labelEn", ""),
    )


def _elements(chart: bytes) -> list[etree._Element]:
    try:
        root = read_xml(chart)
    except ChartRefused:
        return []
    return [element for element in root.iter() if isinstance(element.tag, str)]


_TYPES: Final[Mapping[str, Mapping[str, object]]] = {
    "string": {"type": "string", "maxLength": 200},
    "number": {"type": "number"},
    "boolean": {"type": "boolean", "x-widget": "switch"},
}


def field_for(variable: Declared) -> dict[str, object] | None:
    """The field that would write the variable; None for lists and objects, which no one field fills."""
    words = {"title": variable.label or variable.name, "x-titleEn": variable.label_en or variable.name}
    if variable.type == "choice":
        sort = "choice" if len(variable.values) <= 4 else "select"
        values = list(variable.values)
        return {"type": "string", "enum": values, "x-enumNames": values, "x-widget": sort, **words}
    shape = _TYPES.get(variable.type)
    return None if shape is None else {**shape, **words}
