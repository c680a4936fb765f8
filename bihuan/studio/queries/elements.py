"""What a chart has to which a remark can be pinned; also of charts that do not load yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bihuan.bpmn import ChartRefused
from bihuan.bpmn.xml.reader import read_xml
from bihuan.bpmn.xml.vocabulary import NODES, local, ours

_LONGEST: Final = 255


@dataclass(frozen=True, slots=True)
class Element:
    """A node or an arrow. ``between``: the names of the nodes that an arrow joins."""

    id: str
    kind: str
    name: str
    name_en: str
    between: tuple[str, str] = ("", "")


def elements_of(chart: bytes) -> dict[str, Element]:
    """Nodes and arrows by id, in the order of the file; nothing for what is no XML."""
    try:
        root = read_xml(chart)
    except ChartRefused:
        return {}
    found: dict[str, Element] = {}
    arrows: list[tuple[str, str, str, str, str]] = []
    for one in root.iter():
        key = one.get("id", "") if isinstance(one.tag, str) else ""
        if not key or len(key) > _LONGEST:
            continue
        kind, name, english = local(one), (one.get("name") or "").strip(), ours(one, "nameEn")
        if kind in NODES:
            found[key] = Element(key, kind, name, english)
        elif kind == "sequenceFlow":
            arrows.append((key, name, english, one.get("sourceRef", ""), one.get("targetRef", "")))
    for key, name, english, source, target in arrows:
        found[key] = Element(key, "sequenceFlow", name, english, (_name(found, source), _name(found, target)))
    return found


def _name(found: Mapping[str, Element], key: str) -> str:
    return found[key].name or key if key in found else key
