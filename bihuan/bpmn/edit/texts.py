"""What stands in words and attributes: names, extensions, conditions, what the process says of itself."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Final

from lxml import etree

from bihuan.bpmn.edit.document import Document
from bihuan.bpmn.edit.edits import DeclareVariable, EditRefused, Rename, SetExtension, SetTexts
from bihuan.bpmn.model import Deadline, Extension, Text
from bihuan.bpmn.xml.extension import extension_elements, read_extension
from bihuan.bpmn.xml.reading import Reading
from bihuan.bpmn.xml.vocabulary import BIHUAN, local

_NAMED: Final = frozenset({"sequenceFlow", "lane", "participant", "process", "messageFlow"})
_SENTENCES: Final = {
    "instructions": "instruction",
    "methods": "method",
    "cautions": "caution",
    "importants": "important",
    "cases": "case",
    "evidence": "evidence",
    "criterion": "criterion",
}
_DAY: Final = 86_400


def rename(doc: Document, edit: Rename) -> None:
    """Carries out Rename."""
    element = doc.element(edit.element)
    if local(element) not in _NAMED:
        element = doc.node(edit.element)
    doc.put(element, "name", edit.name)
    if edit.name_en is not None:
        doc.put(element, "bihuan:nameEn", edit.name_en)


def set_extension(doc: Document, edit: SetExtension) -> None:
    """Carries out SetExtension."""
    node = doc.node(edit.node)
    now = read_extension(Reading(doc.root, "", []), node)
    for one in fields(Extension):
        old, new = getattr(now, one.name), getattr(edit.ext, one.name)
        if old == new:
            continue
        if one.name in _SENTENCES:
            _write_sentences(doc, node, _SENTENCES[one.name], new)
        elif one.name == "deadline":
            _write_deadline(doc, node, new)
        elif one.name == "choice":
            doc.put(node, "bihuan:choice", "person" if new else "")
        else:
            doc.put(node, f"bihuan:{one.name}", " ".join(new) if isinstance(new, tuple) else new)
    _drop_empty(node)


def write_sentence(doc: Document, element: etree._Element, name: str, text: Text) -> None:
    """The only sentence `<bihuan:name>` and its twin; an empty text takes both away."""
    _write_sentences(doc, element, name, [text] if text.zh or text.en else [])
    _drop_empty(element)


def _write_sentences(doc: Document, element: etree._Element, name: str, texts: Sequence[Text]) -> None:
    holder = doc.child_at_front(element, "extensionElements")
    doc.declare("bihuan", BIHUAN)
    tags = (f"{{{BIHUAN}}}{name}", f"{{{BIHUAN}}}{name}En")
    old = [one for one in holder if one.tag in tags]
    spot = holder.index(old[0]) if old else len(holder)
    for one in old:
        holder.remove(one)
    for at, text in enumerate(texts):
        # Readers give a twin to the first sentence that lacks one: a gap before it is filled with the sentence itself.
        gap = not text.en and any(later.en for later in texts[at + 1 :])
        for tag, said in zip(tags, (text.zh or text.en, text.zh if gap else text.en), strict=True):
            if said:
                made = etree.Element(tag)
                doc.write_text(made, said)
                holder.insert(spot, made)
                spot += 1


def _write_deadline(doc: Document, node: etree._Element, limit: Deadline | None) -> None:
    holder = doc.child_at_front(node, "extensionElements")
    doc.declare("bihuan", BIHUAN)
    old = extension_elements(node).get("deadline", [])
    if limit is None:
        for one in old:
            holder.remove(one)
        return
    if old:
        made = old[0]
    else:
        made = etree.Element(f"{{{BIHUAN}}}deadline")
        holder.insert(0, made)
    said = {
        "anchor": limit.anchor,
        "duration": "" if limit.seconds is None else duration_text(limit.seconds),
        "workdays": "" if limit.workdays is None else str(limit.workdays),
        "calendar": limit.calendar,
        "warn": " ".join(map(str, limit.warn)),
        "escalateTo": limit.escalate_to,
    }
    for name, value in said.items():
        made.attrib.pop(f"{{{BIHUAN}}}{name}", None)
        doc.put(made, name, value)


def duration_text(seconds: int) -> str:
    """Seconds as an ISO 8601 duration in hours, minutes and seconds: working time has no days."""
    hours, rest = divmod(seconds, 3_600)
    minutes, rest = divmod(rest, 60)
    parts = "".join(f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if count)
    return f"PT{parts or '0S'}"


def _drop_empty(element: etree._Element) -> None:
    holder = element.find("{*}extensionElements")
    if holder is not None and not len(holder) and not (holder.text or "").strip():
        element.remove(holder)


def _process(doc: Document, key: str) -> etree._Element:
    found = doc.element(key)
    if local(found) != "process":
        raise EditRefused("wrong_element", f"{key} 不是流程。", f"{key} is no process.")
    return found


def set_texts(doc: Document, edit: SetTexts) -> None:
    """Carries out SetTexts."""
    process = _process(doc, edit.process)
    sentences = {"purpose": edit.purpose, "startsWhen": edit.starts_when, "endsWhen": edit.ends_when}
    words = {"owner": edit.owner, "reviewBy": edit.review_by}
    for name, text in (
        *sentences.items(),
        *((one, None if said is None else Text(said)) for one, said in words.items()),
    ):
        if text is not None:
            write_sentence(doc, process, name, text)
    if edit.version is not None:
        doc.put(process, "bihuan:version", edit.version)


def declare_variable(doc: Document, edit: DeclareVariable) -> None:
    """Carries out DeclareVariable."""
    process = _process(doc, edit.process)
    said = edit.variable
    holder = doc.child_at_front(process, "extensionElements")
    doc.declare("bihuan", BIHUAN)
    known = extension_elements(process).get("variable", [])
    made = etree.Element(f"{{{BIHUAN}}}variable")
    attributes = {
        "name": said.name,
        "type": said.type,
        "values": " ".join(said.values),
        "label": said.label,
        "labelEn": said.label_en,
    }
    for name, value in attributes.items():
        doc.put(made, name, value)
    made.tail = known[-1].tail if known else None
    holder.insert(holder.index(known[-1]) + 1 if known else len(holder), made)
