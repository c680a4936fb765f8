"""`apply_edit`: the way in."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from bihuan.bpmn.edit import branches, steps, texts
from bihuan.bpmn.edit.document import Document
from bihuan.bpmn.edit.edits import (
    AddArm,
    AddBoundaryTimer,
    DeclareVariable,
    Edit,
    EditRefused,
    InsertBranch,
    InsertJoin,
    InsertStep,
    MoveStep,
    RemoveArm,
    RemoveParts,
    RemoveStep,
    Rename,
    SetCondition,
    SetExtension,
    SetGateway,
    SetTexts,
)
from bihuan.bpmn.edit.picture import follow
from bihuan.bpmn.problems import ChartRefused, Problem
from bihuan.bpmn.xml.load import load_chart
from bihuan.bpmn.xml.reader import read_xml
from bihuan.bpmn.xml.vocabulary import BPMN, GATEWAYS, local, reference

_ELSEWHERE: Final = frozenset({"businessRuleTask", "callActivity"})
"""What refers to decision tables and processes that need not be at hand."""


def apply_edit(source: bytes, edit: Edit, *, draw: bool = True) -> bytes:
    """The file after one edit. Foreign elements, comments and all ids stay; the diagram follows.

    `draw` False leaves the diagram as it is: for trying an edit out.

    Raises EditRefused where the edit makes no sense or the chart would have a problem that it did not have before, and
    ChartRefused for what is no safe XML.
    """
    doc = Document(source)
    try:
        _carry_out(doc, edit)
        doc.write_arrows()
        result = follow(source, doc) if doc.change and draw else doc.to_bytes()
    except RecursionError:
        raise EditRefused("would_not_load", "图嵌套太深。", "The chart is nested too deep.") from None
    _refuse_new_problems(source, result)
    return result


def apply_edits(source: bytes, edits: Iterable[Edit], *, draw: bool = True) -> bytes:
    """The file after several edits, one after the other."""
    for edit in edits:
        source = apply_edit(source, edit, draw=draw)
    return source


def set_condition(doc: Document, edit: SetCondition) -> None:
    """Carries out SetCondition."""
    flow = doc.flow(edit.flow)
    source = doc.node(reference(flow, "sourceRef") or "")
    if local(source) in ("parallelGateway", "eventBasedGateway") and (edit.condition or edit.default):
        raise EditRefused(
            "wrong_element",
            f"从“{doc.said(source)}”出去的连线没有条件。",
            f"Arrows out of “{doc.said(source)}” have no conditions.",
        )
    if edit.condition is not None:
        branches.write_condition(doc, flow, edit.condition)
    if edit.criterion is not None:
        if local(source) not in GATEWAYS:
            raise EditRefused("wrong_element", "判断依据写在网关上。", "The criterion belongs on a gateway.")
        texts.write_sentence(doc, source, "criterion", edit.criterion)
    if edit.default:
        source.set("default", edit.flow)
        branches.write_condition(doc, flow, "")
    elif edit.default is False and reference(source, "default") == edit.flow:
        source.attrib.pop("default")


def _carry_out(doc: Document, edit: Edit) -> None:
    _HOW[type(edit)](doc, edit)


_HOW: Final[Mapping[type, Callable[..., None]]] = {
    InsertStep: steps.insert_step,
    InsertBranch: branches.insert_branch,
    AddArm: branches.add_arm,
    RemoveArm: branches.remove_arm,
    MoveStep: steps.move_step,
    RemoveStep: steps.remove_step,
    RemoveParts: steps.remove_parts,
    Rename: texts.rename,
    SetExtension: texts.set_extension,
    SetCondition: set_condition,
    SetTexts: texts.set_texts,
    DeclareVariable: texts.declare_variable,
    AddBoundaryTimer: steps.add_boundary_timer,
    SetGateway: branches.set_gateway,
    InsertJoin: branches.insert_join,
}


def _refuse_new_problems(before: bytes, after: bytes) -> None:
    old = {(one.kind, one.element) for one in _problems(before)}
    for one in _problems(after):
        if (one.kind, one.element) not in old:
            raise EditRefused(
                "would_not_load",
                f"这样改之后图不能运行：{one.message_zh}。",
                f"The chart could not be run: {one.message_en}.",
            )


def _problems(source: bytes) -> list[Problem]:
    """Why processes of a file would not load, what may lie outside it left out."""
    root = read_xml(source)
    elsewhere = {str(one.get("id")) for kind in _ELSEWHERE for one in root.iter(f"{{{BPMN}}}{kind}")}
    found: list[Problem] = []
    for process in root.findall(f"{{{BPMN}}}process"):
        try:
            load_chart(source, process.get("id"), open_variables=True)
        except ChartRefused as refused:
            found += refused.problems
    return [one for one in found if not (one.kind == "missing_reference" and one.element in elsewhere)]
