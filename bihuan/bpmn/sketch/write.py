"""A sketch as a BPMN 2.0 file."""

from collections.abc import Iterable
from typing import Final

from lxml import etree

from bihuan.bpmn.draw.layout.write import with_layout
from bihuan.bpmn.model import Deadline, Text
from bihuan.bpmn.sketch.check import check_sketch
from bihuan.bpmn.sketch.ids import Ids
from bihuan.bpmn.sketch.model import Sketch, SketchFlow, SketchNode
from bihuan.bpmn.timing import cycle_of, is_instant
from bihuan.bpmn.xml.vocabulary import ACTIVITIES, BIHUAN, BPMN

_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_SPACES: Final = {
    "bpmn": BPMN,
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "xsi": _XSI,
    "bihuan": BIHUAN,
}
_SENTENCES: Final = (
    ("instruction", "instructions"),
    ("method", "methods"),
    ("caution", "cautions"),
    ("important", "importants"),
    ("case", "cases"),
    ("evidence", "evidence"),
    ("criterion", "criterion"),
)


def write_sketch(sketch: Sketch) -> bytes:
    """The sketch as a file that `load_chart` reads, laid out; the same sketch always gives the same bytes.

    Given ids are kept; an arrow without one gets an id from its ends. Where some sentences of a kind have English and an
    earlier one has none, its Chinese stands in for it, as the file tells twins by their order. A
    sketch without nodes has no diagram. Raises `SketchRefused`.
    """
    check_sketch(sketch)
    root = _Writer(sketch).root()
    etree.indent(root)
    plain = etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"
    return with_layout(plain) if sketch.nodes else plain


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    """A BPMN child; `bihuan__x` is our attribute x. Empty attributes are left out."""
    element = etree.SubElement(parent, f"{{{BPMN}}}{tag}")
    for name, value in attributes.items():
        if value:
            element.set(f"{{{BIHUAN}}}{name[8:]}" if name.startswith("bihuan__") else name, value)
    return element


def _say(parent: etree._Element, tag: str, text: str) -> None:
    etree.SubElement(parent, f"{{{BIHUAN}}}{tag}").text = text


class _Writer:
    def __init__(self, sketch: Sketch) -> None:
        self.sketch = sketch
        self.ids = Ids(sketch)
        self.arrows = dict(zip(self.ids.flows, sketch.flows, strict=True))

    def root(self) -> etree._Element:
        """Everything but the diagram."""
        key = self.sketch.process_id
        root = etree.Element(f"{{{BPMN}}}definitions", nsmap=_SPACES)
        root.set("id", self.ids.fresh(f"definitions_{key}"))
        root.set("targetNamespace", "urn:bihuan:sketch")
        for name, message in self.ids.messages.items():
            _add(root, "message", id=message, name=name)
        for code, error in self.ids.errors.items():
            _add(root, "error", id=error, name=code, errorCode=code)
        collaboration = _add(root, "collaboration", id=self.ids.fresh(f"collaboration_{key}"))
        pool = self.ids.fresh(f"pool_{key}")
        _add(collaboration, "participant", id=pool, name=self.sketch.name, processRef=key)
        self._process(root)
        return root

    def _process(self, root: etree._Element) -> None:
        sketch = self.sketch
        process = _add(
            root,
            "process",
            id=sketch.process_id,
            name=sketch.name,
            isExecutable="true",
            bihuan__nameEn=sketch.name_en,
            bihuan__version=sketch.version,
            bihuan__template=sketch.template,
        )
        if sketch.documentation:
            _add(process, "documentation").text = sketch.documentation
        self._about(process)
        if sketch.lanes:
            self._lanes(process)
        self._inside(process, "")

    def _about(self, process: etree._Element) -> None:
        sketch = self.sketch
        said = etree.Element(f"{{{BPMN}}}extensionElements")
        for tag, text in (
            ("purpose", sketch.purpose),
            ("startsWhen", sketch.starts_when),
            ("endsWhen", sketch.ends_when),
        ):
            _sentences(said, tag, (text,))
        for tag, word in (("owner", sketch.owner), ("reviewBy", sketch.review_by)):
            if word:
                _say(said, tag, word)
        for phase in sketch.phases:
            _ours(
                said,
                "phase",
                id=phase.id,
                name=phase.name,
                nameEn=phase.name_en,
                customerName=phase.customer_name,
                customerNameEn=phase.customer_name_en,
                customerText=phase.customer_text,
                customerTextEn=phase.customer_text_en,
            )
        for one in sketch.variables:
            _ours(
                said,
                "variable",
                name=one.name,
                type=one.type,
                values=" ".join(one.values),
                label=one.label,
                labelEn=one.label_en,
            )
        if len(said):
            process.append(said)

    def _lanes(self, process: etree._Element) -> None:
        lanes = _add(process, "laneSet", id=self.ids.fresh("lanes"))
        for lane in self.sketch.lanes:
            element = _add(lanes, "lane", id=lane.id, name=lane.name, bihuan__nameEn=lane.name_en)
            for node in self.sketch.nodes:
                if node.lane == lane.id:
                    _add(element, "flowNodeRef").text = node.id

    def _inside(self, scope: etree._Element, parent: str) -> None:
        nodes = [node for node in self.sketch.nodes if node.parent == parent]
        here = {node.id for node in nodes}
        for node in nodes:
            self._node(scope, node)
        for key, flow in self.arrows.items():
            if flow.source in here:
                _arrow(scope, key, flow)
        for (note, link), (about, text) in zip(self.ids.notes, self.sketch.notes, strict=True):
            if about in here:
                _add(_add(scope, "textAnnotation", id=note), "text").text = text
                _add(scope, "association", id=link, sourceRef=about, targetRef=note)

    def _node(self, scope: etree._Element, node: SketchNode) -> None:
        ext = node.ext
        leaving = [(key, flow) for key, flow in self.arrows.items() if flow.source == node.id]
        element = _add(
            scope,
            node.kind,
            id=node.id,
            name=node.name,
            default=next((key for key, flow in leaving if flow.default), ""),
            messageRef=self.ids.messages[node.message] if node.message and node.kind in ACTIVITIES else "",
            attachedToRef=node.attached_to,
            calledElement=node.called,
            triggeredByEvent="true" if node.event_sub else "",
            bihuan__nameEn=node.name_en,
            bihuan__phase=ext.phase,
            bihuan__status=ext.status,
            bihuan__holder=ext.holder,
            bihuan__choice="person" if ext.choice else "",
            bihuan__role=ext.role,
            bihuan__department=ext.department,
            bihuan__assign=ext.assign,
            bihuan__form=ext.form,
            bihuan__groups=" ".join(ext.groups),
            bihuan__operation=ext.operation,
            bihuan__decision=ext.decision,
            bihuan__approval=ext.approval,
            bihuan__approvalQuorum=ext.approval_quorum,
            bihuan__approvers=" ".join(ext.approvers),
        )
        if not node.interrupting and node.kind in ("boundaryEvent", "startEvent"):
            element.set("cancelActivity" if node.kind == "boundaryEvent" else "isInterrupting", "false")
        if node.documentation:
            _add(element, "documentation").text = node.documentation
        _extension(element, node)
        for key, flow in self.arrows.items():
            if flow.target == node.id:
                _add(element, "incoming").text = key
        for key, _ in leaving:
            _add(element, "outgoing").text = key
        self._event(element, node)
        if node.collection:
            loop = _add(element, "multiInstanceLoopCharacteristics", bihuan__collection=node.collection)
            if node.element_variable:
                loop.set(f"{{{BIHUAN}}}elementVariable", node.element_variable)
        self._inside(element, node.id)

    def _event(self, element: etree._Element, node: SketchNode) -> None:
        if node.kind in ACTIVITIES:
            return
        if node.message:
            _add(element, "messageEventDefinition", messageRef=self.ids.messages[node.message])
        elif node.timer:
            definition = _add(element, "timerEventDefinition")
            tag = f"time{(node.timer_kind or _timer_kind(node.timer)).title()}"
            _add(definition, tag, bihuan__calendar=node.timer_calendar).text = node.timer
        elif node.error:
            _add(element, "errorEventDefinition", errorRef=self.ids.errors[node.error])
        elif node.terminate:
            _add(element, "terminateEventDefinition")


def _timer_kind(text: str) -> str:
    if cycle_of(text) is not None:
        return "cycle"
    return "date" if is_instant(text) else "duration"


def _arrow(scope: etree._Element, key: str, flow: SketchFlow) -> None:
    element = _add(
        scope,
        "sequenceFlow",
        id=key,
        sourceRef=flow.source,
        targetRef=flow.target,
        name=flow.name,
        bihuan__nameEn=flow.name_en,
        bihuan__kind="" if flow.kind == "ordinary" else flow.kind,
    )
    if flow.condition:
        condition = _add(element, "conditionExpression")
        condition.set(f"{{{_XSI}}}type", "bpmn:tFormalExpression")
        condition.text = flow.condition


def _extension(element: etree._Element, node: SketchNode) -> None:
    said = etree.Element(f"{{{BPMN}}}extensionElements")
    if node.ext.deadline is not None:
        _deadline(said, node.ext.deadline)
    for tag, name in _SENTENCES:
        _sentences(said, tag, getattr(node.ext, name))
    if len(said):
        element.append(said)


def _deadline(said: etree._Element, deadline: Deadline) -> None:
    _ours(
        said,
        "deadline",
        anchor=deadline.anchor,
        duration="" if deadline.seconds is None else _duration(deadline.seconds),
        workdays="" if deadline.workdays is None else str(deadline.workdays),
        calendar=deadline.calendar,
        warn=" ".join(map(str, deadline.warn)),
        escalateTo=deadline.escalate_to,
    )


def _duration(seconds: int) -> str:
    """ISO 8601 in hours, minutes and seconds: a day of working time is no day."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{amount}{unit}" for amount, unit in ((hours, "H"), (minutes, "M"), (left, "S")) if amount]
    return f"PT{''.join(parts) or '0S'}"


def _ours(parent: etree._Element, tag: str, **attributes: str) -> None:
    element = etree.SubElement(parent, f"{{{BIHUAN}}}{tag}")
    for name, value in attributes.items():
        if value:
            element.set(name, value)


def _sentences(parent: etree._Element, tag: str, texts: Iterable[Text]) -> None:
    kept = [text for text in texts if text.zh or text.en]
    last = max((at for at, text in enumerate(kept) if text.en), default=-1)
    for at, text in enumerate(kept):
        _say(parent, tag, text.zh)
        if at <= last:
            _say(parent, f"{tag}En", text.en or text.zh)
