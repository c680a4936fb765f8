"""Any BPMN file to charts that can be played: what only matters for running is made readable first."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from bihuan.bpmn.expressions import ExpressionError, compile_expression
from bihuan.bpmn.model import Chart
from bihuan.bpmn.timing import is_loose, is_timer_value
from bihuan.bpmn.values import JsonValue
from bihuan.bpmn.xml.load import load_chart
from bihuan.bpmn.xml.reader import read_xml
from bihuan.bpmn.xml.vocabulary import BIHUAN, BPMN, local, ours, text_of

_OWNERS: Final = frozenset({"potentialOwner", "humanPerformer", "performer"})
_REFERENCES: Final = {
    "message": "messageRef",
    "signal": "signalRef",
    "error": "errorRef",
    "escalation": "escalationRef",
}
_ASIDE: Final = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "script")
_TIMES: Final = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}
UNREAD: Final = "unread_condition"
"""Stands for a condition that is not in our expression language."""
_LONG: Final = {"date": "2000-01-01", "duration": "PT1H", "cycle": "R/PT1H"}


@dataclass(frozen=True, slots=True)
class _AnyTable:
    """A decision table of which only the name is known."""

    key: str

    def evaluate(self, values: object) -> dict[str, JsonValue]:
        """Nothing is asked of it."""
        raise NotImplementedError(f"{self.key} is only a name here; {type(values).__name__} cannot be evaluated")


@dataclass(frozen=True, slots=True)
class Source:
    """One process of a file.

    `owned`: elements with a performer in BPMN's words. `ours`: it uses our extensions. `local`: names that exist only
    inside an activity that is done several times.
    """

    chart: Chart
    owned: frozenset[str]
    ours: bool
    local: Mapping[str, frozenset[str]]


def read(source: bytes) -> tuple[Source, ...]:
    """Every process of a file.

    Conditions and times of other engines, processes and tables that are somewhere else, and markers of repetition are
    put aside: the game does not look at them. Raises ChartRefused for what cannot be played.
    """
    root = read_xml(source)
    owned = frozenset(_owned(root))
    uses = _uses_ours(root)
    inside = _local_names(root)
    readable = copy.deepcopy(root)
    tables = {key: _AnyTable(key) for one in _all(readable, "businessRuleTask") if (key := ours(one, "decision"))}
    _make_readable(readable)
    text = etree.tostring(readable)
    processes = [one.get("id") for one in root.findall(f"{{{BPMN}}}process") if len(one)]
    chosen: list[str | None] = [*processes] if processes else [None]
    return tuple(
        Source(load_chart(text, process_id=key, decisions=tables, open_variables=not uses), owned, uses, inside)
        for key in chosen
    )


def _all(root: etree._Element, *names: str) -> Iterator[etree._Element]:
    for name in names:
        yield from root.iter(f"{{{BPMN}}}{name}")


def _owned(root: etree._Element) -> Iterator[str]:
    for one in _all(root, *sorted(_OWNERS)):
        around = one.getparent()
        if around is not None and around.get("id"):
            yield str(around.get("id"))


def _local_names(root: etree._Element) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for one in _all(root, "multiInstanceLoopCharacteristics"):
        around = one.getparent()
        name = ours(one, "elementVariable")
        if around is not None and name:
            found.update(dict.fromkeys((str(each.get("id")) for each in around.iter()), frozenset({name})))
    return found


def _uses_ours(root: etree._Element) -> bool:
    mark = f"{{{BIHUAN}}}"
    return any(
        str(one.tag).startswith(mark) or any(str(name).startswith(mark) for name in one.attrib) for one in root.iter()
    )


def _make_readable(root: etree._Element) -> None:
    known = {str(one.get("id")) for one in root.iter() if one.get("id")}
    for one in list(_all(root, "conditionExpression", "condition")):
        _plain_condition(one, known)
    for name, kind in _TIMES.items():
        for one in _all(root, name):
            _plain_time(one, kind)
    for one in list(_all(root, *_ASIDE)):
        around = one.getparent()
        if around is not None:
            around.remove(one)
    for one in list(_all(root, "callActivity")):
        one.tag = f"{{{BPMN}}}task"
        one.attrib.pop("calledElement", None)
    _name_what_is_waited_for(root)


def _plain_condition(one: etree._Element, known: set[str]) -> None:
    text = text_of(one)
    try:
        paths = compile_expression(text).paths if text else frozenset({("times", "")})
    except ExpressionError:
        paths = frozenset({("times", "")})
    if all(path[0] != "times" or path[-1] in known for path in paths):
        return
    for inner in list(one):
        one.remove(inner)
    one.text = UNREAD


def _plain_time(one: etree._Element, kind: str) -> None:
    text = text_of(one)
    if not is_timer_value(kind, text) and (is_loose(text) or not text.isidentifier()):
        one.text = _LONG[kind]


def _name_what_is_waited_for(root: etree._Element) -> None:
    """References to messages, signals, errors and escalations that the file leaves out or does not hold."""
    for kind, attribute in _REFERENCES.items():
        known = {str(one.get("id")) for one in root.findall(f"{{{BPMN}}}{kind}")}
        for one in root.iter():
            if isinstance(one.tag, str) and (one.get(attribute) or local(one) == f"{kind}EventDefinition"):
                _point_at(root, one, kind, attribute, known)


def _point_at(root: etree._Element, one: etree._Element, kind: str, attribute: str, known: set[str]) -> None:
    name = (one.get(attribute) or "").strip().rpartition(":")[2]
    if name in known or (not name and kind in ("error", "escalation")):
        return
    if not name and local(one) != f"{kind}EventDefinition":
        return
    name = name or f"unnamed_{kind}"
    one.set(attribute, name)
    if name not in known:
        known.add(name)
        made = etree.Element(f"{{{BPMN}}}{kind}", id=name, name=name)
        if kind in ("error", "escalation"):
            made.set(f"{kind}Code", name)
        root.insert(0, made)
