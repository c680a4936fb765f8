"""Where a chart speaks of a step by its id: conditions that count it, anchors of limits, assignments."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from bihuan.bpmn.edit.document import Document
from bihuan.bpmn.edit.edits import EditRefused
from bihuan.bpmn.expressions import ExpressionError, compile_expression
from bihuan.bpmn.xml.vocabulary import BIHUAN, either, local, ours, reference, text_of

_CONDITIONS: Final = frozenset(
    {"conditionExpression", "condition", "loopCardinality", "completionCondition", "loopCondition", "script"}
)
_TIMES: Final = re.compile(r"\btimes\.(\w+)")


def refuse_if_used(doc: Document, gone: Iterable[etree._Element]) -> None:
    """Refuses when what stays speaks of what would go."""
    gone = list(gone)
    inside = {one for node in gone for one in node.iter()}
    keys = {str(one.get("id")) for node in gone for one in node.iter() if isinstance(one.tag, str) and one.get("id")}
    arrows = {
        one
        for flow in doc.elements()
        if local(flow) == "sequenceFlow" and reference(flow, "sourceRef") in keys
        for one in flow.iter()
    }
    for element, key in _spoken_of(doc):
        if key in keys and element not in inside and element not in arrows:
            used = doc.ids.get(key)
            name = doc.said(used) if used is not None else key
            where = doc.said(_owner(element))
            raise EditRefused(
                "in_use",
                f"“{where}”用到了“{name}”，请先改掉那里。",
                f"“{where}” refers to “{name}”: change that first.",
            )


def _owner(element: etree._Element) -> etree._Element:
    here: etree._Element | None = element
    while here is not None and not here.get("id"):
        here = here.getparent()
    return element if here is None else here


def _spoken_of(doc: Document) -> Iterator[tuple[etree._Element, str]]:
    for element in doc.elements():
        if local(element) in _CONDITIONS:
            yield from ((element, key) for key in _counted(text_of(element)))
        elif local(element) == f"{{{BIHUAN}}}deadline" and either(element, "anchor").startswith("node:"):
            yield element, either(element, "anchor")[5:]
        elif ours(element, "assign").startswith("same_as:"):
            yield element, ours(element, "assign")[8:]
        elif local(element) == "compensateEventDefinition" and reference(element, "activityRef"):
            yield element, reference(element, "activityRef") or ""


def _counted(text: str) -> Iterable[str]:
    try:
        return [path[1] for path in compile_expression(text).paths if path[0] == "times" and len(path) > 1]
    except ExpressionError:
        return _TIMES.findall(text)
