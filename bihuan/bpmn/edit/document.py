"""A BPMN file being changed: elements, arrows and lanes by id. What it does not know it does not touch."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from bihuan.bpmn.edit.edits import EditRefused
from bihuan.bpmn.xml.nodes import is_node
from bihuan.bpmn.xml.reader import read_xml
from bihuan.bpmn.xml.vocabulary import BIHUAN, BPMN, SUB_PROCESSES, child, local, reference, text_of

XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_LONGEST: Final = 40
"""Characters of a name that a message repeats."""
_ID: Final = re.compile(r"[A-Za-z_][\w.-]{0,199}", re.ASCII)
_BEFORE_ARROWS: Final = ("documentation", "extensionElements", "auditing", "monitoring", "categoryValueRef")


@dataclass(slots=True)
class Change:
    """What an edit did to the drawing, in order.

    `inserted`: (node, arrow to it, arrow from it) where one arrow was. `bridged`: (arrow kept, arrow gone). `routed`:
    arrows that need a way. `beside`: (new node, node it stands near). `removed`: ids.
    """

    inserted: list[tuple[str, str, str]] = field(default_factory=list)
    bridged: list[tuple[str, str]] = field(default_factory=list)
    routed: list[str] = field(default_factory=list)
    beside: list[tuple[str, str]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.inserted or self.bridged or self.routed or self.beside or self.removed)


class Document:
    """The file. `change` gathers what the picture has to follow."""

    def __init__(self, source: bytes) -> None:
        read_xml(source)  # refuses what is dangerous; comments are only kept below
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        self.root = etree.fromstring(source, parser)
        self.declared = source.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml") or source[:2] in (
            b"\xff\xfe",
            b"\xfe\xff",
        )
        self.change = Change()
        self.ids = {str(one.get("id")): one for one in self.elements() if one.get("id")}
        self.uses_arrows = any(local(one) in ("incoming", "outgoing") for one in self.elements())

    def elements(self) -> Iterable[etree._Element]:
        """Every element, comments and instructions left out."""
        return (one for one in self.root.iter() if isinstance(one.tag, str))

    def to_bytes(self) -> bytes:
        """The file as it is now, in its own encoding."""
        tree = self.root.getroottree()
        return etree.tostring(tree, encoding=tree.docinfo.encoding or "UTF-8", xml_declaration=self.declared)

    # looking ----------------------------------------------------------------------------------------------------------

    def element(self, key: str) -> etree._Element:
        """The element with that id; refused if there is none."""
        found = self.ids.get(key)
        if found is None or etree.QName(found).namespace != BPMN:
            raise EditRefused("unknown_element", f"图上没有 {key}。", f"The chart has no {key}.")
        return found

    def node(self, key: str) -> etree._Element:
        """The flow node with that id."""
        return self._of(key, is_node, "不是步骤、事件或网关", "is no step, event or gateway")

    def flow(self, key: str) -> etree._Element:
        """The arrow with that id."""
        return self._of(key, lambda one: local(one) == "sequenceFlow", "不是连线", "is no arrow")

    def _of(self, key: str, fits: Callable[[etree._Element], bool], zh: str, en: str) -> etree._Element:
        found = self.element(key)
        if not fits(found):
            raise EditRefused("wrong_element", f"“{self.said(found)}”{zh}。", f"“{self.said(found)}” {en}.")
        return found

    @staticmethod
    def said(element: etree._Element) -> str:
        """An element as a message names it."""
        name = " ".join((element.get("name") or element.get("id") or local(element)).split())
        return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"

    @staticmethod
    def scope(element: etree._Element) -> etree._Element:
        """The process or sub-process an element stands in."""
        found = element.getparent()
        assert found is not None, "flow elements stand in a process"
        return found

    def flows(self, scope: etree._Element) -> list[etree._Element]:
        """The arrows of a scope."""
        return [one for one in scope if isinstance(one.tag, str) and local(one) == "sequenceFlow"]

    def nodes(self, scope: etree._Element) -> list[etree._Element]:
        """The nodes directly in a scope."""
        return [one for one in scope if isinstance(one.tag, str) and is_node(one)]

    def outgoing(self, node: etree._Element) -> list[etree._Element]:
        """The arrows out of a node."""
        return [one for one in self.flows(self.scope(node)) if reference(one, "sourceRef") == node.get("id")]

    def incoming(self, node: etree._Element) -> list[etree._Element]:
        """The arrows to a node."""
        return [one for one in self.flows(self.scope(node)) if reference(one, "targetRef") == node.get("id")]

    def boundary(self, node: etree._Element) -> list[etree._Element]:
        """The events on a node."""
        return [one for one in self.nodes(self.scope(node)) if reference(one, "attachedToRef") == node.get("id")]

    # changing ---------------------------------------------------------------------------------------------------------

    def fresh(self, prefix: str) -> str:
        """An id that the file does not have."""
        at = 1
        while f"{prefix}_{at}" in self.ids:
            at += 1
        return f"{prefix}_{at}"

    def add(self, kind: str, key: str, after: etree._Element, **attributes: str) -> etree._Element:
        """A new element right behind another one."""
        if not _ID.fullmatch(key):
            raise EditRefused(
                "bad_value", "id 只能用字母、数字和 _.-，以字母开头。", "An id is letters, digits and _.- only."
            )
        if key in self.ids:
            raise EditRefused("bad_value", f"id {key} 已经用过。", f"The id {key} is taken.")
        made = etree.Element(f"{{{BPMN}}}{kind}")
        self.put(made, "id", key)
        for name, value in attributes.items():
            if value:
                self.put(made, name, value)
        made.tail = after.tail
        parent = self.scope(after)
        parent.insert(parent.index(after) + 1, made)
        self.ids[key] = made
        return made

    def arrow(self, source: str, target: str, after: etree._Element, key: str = "") -> str:
        """A new arrow; gives its id."""
        key = key or self.fresh("flow")
        made = self.add("sequenceFlow", key, after)
        made.set("sourceRef", source)
        made.set("targetRef", target)
        return key

    def put(self, element: etree._Element, name: str, value: str | None) -> None:
        """Sets an attribute (ours as `bihuan:NAME`); "" and None take it away."""
        tag = name
        if name.startswith("bihuan:"):
            self.declare("bihuan", BIHUAN)
            tag = f"{{{BIHUAN}}}{name[7:]}"
        if not value:
            element.attrib.pop(tag, None)
            return
        _check_text(value)
        element.set(tag, value)

    def declare(self, prefix: str, space: str) -> None:
        """A namespace under its usual prefix on the root."""
        if space in self.root.nsmap.values():
            return
        kept = [key for one in self.elements() for key in one.nsmap if key]
        wanted = prefix
        while wanted in kept:
            wanted += "x"
        etree.cleanup_namespaces(self.root, top_nsmap={wanted: space}, keep_ns_prefixes=[*dict.fromkeys(kept)])

    def write_text(self, element: etree._Element, text: str) -> None:
        """Makes `text` all that an element says."""
        _check_text(text)
        for one in list(element):
            element.remove(one)
        element.text = text

    def child_at_front(self, element: etree._Element, name: str) -> etree._Element:
        """The child of that name, made in the place that the schema wants if there is none."""
        found = child(element, name)
        if found is None:
            found = etree.Element(f"{{{BPMN}}}{name}")
            early = _BEFORE_ARROWS[: _BEFORE_ARROWS.index(name)]
            spot = sum(1 for one in element if isinstance(one.tag, str) and local(one) in early)
            element.insert(spot, found)
        return found

    def remove(self, element: etree._Element) -> None:
        """Takes an element out, with what refers to it: lanes, associations, messages, notes of its own."""
        for one in element.iter():
            if isinstance(one.tag, str) and (key := one.get("id")) and self.ids.get(key) is one:
                self._forget(key)
        _cut(element)

    def _forget(self, key: str) -> None:
        self.ids.pop(key, None)
        self.change.removed.append(key)
        self.leave_lanes(key)
        for one in list(self.elements()):
            ends = reference(one, "sourceRef"), reference(one, "targetRef")
            if key in ends and local(one) in ("association", "messageFlow"):
                other = ends[0] if ends[1] == key else ends[1]
                self.change.removed.append(one.get("id") or "")
                self.ids.pop(one.get("id") or "", None)
                _cut(one)
                self._drop_note(other or "")

    def _drop_note(self, key: str) -> None:
        """A note that hung on what is gone says nothing any more."""
        note = self.ids.get(key)
        if note is None or local(note) != "textAnnotation":
            return
        if not any(key in (reference(one, "sourceRef"), reference(one, "targetRef")) for one in self.elements()):
            self.ids.pop(key)
            self.change.removed.append(key)
            _cut(note)

    def lead(self, flow: etree._Element, *, source: str = "", target: str = "") -> None:
        """Gives an arrow other ends."""
        if source:
            flow.set("sourceRef", source)
        if target:
            flow.set("targetRef", target)

    def lane_of(self, key: str) -> etree._Element | None:
        """The innermost lane that lists a node."""
        found = None
        for one in self.root.iter(f"{{{BPMN}}}flowNodeRef"):
            if text_of(one).rpartition(":")[2] == key:
                found = one.getparent()
        return found

    def leave_lanes(self, key: str) -> None:
        """No lane lists the node any more."""
        for one in list(self.root.iter(f"{{{BPMN}}}flowNodeRef")):
            if text_of(one).rpartition(":")[2] == key:
                _cut(one)

    def enter_lane(self, key: str, lane: etree._Element | None) -> None:
        """Lists a node in a lane and no other."""
        self.leave_lanes(key)
        if lane is None:
            return
        made = etree.Element(f"{{{BPMN}}}flowNodeRef")
        made.text = key
        listed = lane.findall(f"{{{BPMN}}}flowNodeRef")
        inner = child(lane, "childLaneSet")
        spot = lane.index(listed[-1]) + 1 if listed else lane.index(inner) if inner is not None else len(lane)
        made.tail = listed[-1].tail if listed else None
        lane.insert(spot, made)

    def lane(self, key: str) -> etree._Element:
        """The lane with that id."""
        return self._of(key, lambda one: local(one) == "lane", "不是泳道", "is no lane")

    def write_arrows(self) -> None:
        """`incoming` and `outgoing` of every node say again what the arrows say, in files that have them."""
        if not self.uses_arrows:
            return
        for scope in [one for one in self.elements() if local(one) in SUB_PROCESSES | {"process"}]:
            into: dict[str, list[str]] = {}
            out: dict[str, list[str]] = {}
            for flow in self.flows(scope):
                out.setdefault(reference(flow, "sourceRef") or "", []).append(str(flow.get("id")))
                into.setdefault(reference(flow, "targetRef") or "", []).append(str(flow.get("id")))
            for node in self.nodes(scope):
                key = str(node.get("id"))
                _write_arrows(node, into.get(key, []), out.get(key, []))


def _write_arrows(node: etree._Element, into: list[str], out: list[str]) -> None:
    listed = {
        name: [text_of(one).rpartition(":")[2] for one in node.findall(f"{{{BPMN}}}{name}")]
        for name in ("incoming", "outgoing")
    }
    if sorted(listed["incoming"]) == sorted(into) and sorted(listed["outgoing"]) == sorted(out):
        return
    for name in ("incoming", "outgoing"):
        for one in node.findall(f"{{{BPMN}}}{name}"):
            _cut(one)
    early = [one for one in node if isinstance(one.tag, str) and local(one) in _BEFORE_ARROWS]
    spot = node.index(early[-1]) + 1 if early else 0
    for name, keys in (("incoming", into), ("outgoing", out)):
        for key in keys:
            made = etree.Element(f"{{{BPMN}}}{name}")
            made.text = key
            node.insert(spot, made)
            spot += 1


def _cut(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _check_text(text: str) -> None:
    """Control characters and halves of surrogates cannot stand in XML."""
    if any(_is_bad(letter) for letter in text):
        raise EditRefused(
            "bad_text", "文字中有不能保存的控制字符。", "The text holds control characters that cannot be kept."
        )


def _is_bad(letter: str) -> bool:
    code = ord(letter)
    return (code < 32 and letter not in "\t\n\r") or 0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF)
