"""Procedures as drafts of charts."""

import re
from dataclasses import replace
from typing import Final

from bihuan.bpmn.model import Phase, Text
from bihuan.bpmn.sketch import Sketch, SketchNode
from bihuan.procedures.drafting.deadlines import likeness
from bihuan.procedures.drafting.lanes import UNKNOWN
from bihuan.procedures.drafting.model import Draft, Question
from bihuan.procedures.drafting.steps import Drawer
from bihuan.procedures.drafting.words import shown
from bihuan.procedures.understanding.model import Condition, Fact, Procedure, Step, Understood

MOST_STEPS: Final = 80
"""Steps that are drawn: more fit on no chart that a person reads."""
_MOST_NODES: Final = 300
_LONGEST_TITLE: Final = 60
_AT_ONCE: Final = re.compile(r"与此同时|同时[,由]|并行|与上一步同时|同步进行")
_HANDLES: Final = ("处理", "分类", "诊断", "判断", "受理")


def draft(understood: Understood) -> tuple[Draft, ...]:
    """A draft for each procedure of the text, in order; () where it tells none."""
    return tuple(_draft(one, number) for number, one in enumerate(understood.procedures, 1))


def _draft(procedure: Procedure, number: int) -> Draft:
    drawer = Drawer(procedure)
    building = drawer.building
    first, last = procedure.steps[0], procedure.steps[min(len(procedure.steps), MOST_STEPS) - 1]
    start = SketchNode(
        id="start", kind="startEvent", name=_said(procedure.starts) or "开始", lane=drawer.lanes.of(first)
    )
    building.add(start, procedure.starts.span if procedure.starts else first.span)
    drawn = 0
    for group in _groups(procedure):
        if len(building.nodes) > _MOST_NODES:
            break
        if len(group) > 1:
            drawer.together([(step, f"step_{drawn + at}") for at, step in enumerate(group, 1)])
        else:
            drawer.step(group[0], drawn + 1)
        drawn += len(group)
        _loops_here(drawer, procedure, group[-1].name, is_last=group[-1] is last)
    end = SketchNode(id="end", kind="endEvent", name=_said(procedure.ends) or "结束", lane=drawer.lanes.of(last))
    building.add(end, procedure.ends.span if procedure.ends else last.span)
    if len(procedure.steps) > drawn:
        building.ask("steps_left_out", "end", procedure.steps[drawn].span, str(drawn))
    _ask_about_forms(drawer)
    return Draft(
        _sketch(drawer, procedure, number), drawer.forms.made(), _without_repeats(drawer), dict(building.places)
    )


def _groups(procedure: Procedure) -> list[list[Step]]:
    """The steps; those that begin with `与此同时` together with the one before.

    Not where anything goes back: a way into the middle of a block would never come out of it.
    """
    steps = procedure.steps[:MOST_STEPS]
    back = procedure.loops or any(one.kind == "again" for step in steps for one in step.conditions)
    groups: list[list[Step]] = []
    for step in steps:
        plain = not (back or step.conditions or step.choices)
        before = groups[-1][-1] if groups else None
        beside = (
            before is not None and plain and not (before.conditions or before.choices) and _AT_ONCE.match(step.text)
        )
        if beside:
            groups[-1].append(step)
        else:
            groups.append([step])
    return groups


def _said(fact: Fact | None) -> str:
    return shown(fact.text)[:_LONGEST_TITLE] if fact else ""


def _sketch(drawer: Drawer, procedure: Procedure, number: int) -> Sketch:
    lanes = drawer.lanes.made()
    title = shown(procedure.title)[:_LONGEST_TITLE]
    return Sketch(
        process_id=f"draft_{number}",
        name=title,
        purpose=Text(shown(procedure.purpose.text)) if procedure.purpose else Text(""),
        starts_when=Text(_said(procedure.starts)),
        ends_when=Text(_said(procedure.ends)),
        phases=tuple(
            Phase(f"phase_{at}", shown(one.name)[:_LONGEST_TITLE], "", "", "", "", "")
            for at, one in enumerate(procedure.stages, 1)
        ),
        lanes=lanes,
        nodes=tuple(drawer.building.nodes),
        flows=tuple(drawer.building.flows),
    )


def _loops_here(drawer: Drawer, procedure: Procedure, name: str, *, is_last: bool) -> None:
    """Decisions that the text tells apart from the steps, behind the step that they are about, else behind the last."""
    key = drawer.drawn[-1][0]
    for one in procedure.loops:
        if _home(procedure, one) == name or (is_last and not _home(procedure, one)):
            if one.kind == "again":
                drawer.go_back(one, key)
            else:
                drawer.building.ask("place_unclear", key, one.span, one.test)
                drawer.pass_on(one, key)


def _home(procedure: Procedure, condition: Condition) -> str:
    names = [step.name for step in procedure.steps[:MOST_STEPS]]
    if condition.kind == "again":
        # Whoever is not content says so where he is asked, and that is after the step that is done again.
        target = max(names, key=lambda name: likeness(condition.target, name))
        later = names[names.index(target) :]
        return next((name for name in later if "反馈" in name or "回访" in name or "确认" in name), "")
    return next((name for name in names if any(word in name for word in _HANDLES)), "")


def _ask_about_forms(drawer: Drawer) -> None:
    for form in drawer.forms.made():
        if form.known:
            kind = "form_known" if drawer.forms.is_exact(form.code) else "form_guessed"
            drawer.building.ask(kind, drawer.forms.first_step[form.code], form.span, form.name)


def _without_repeats(drawer: Drawer) -> tuple[Question, ...]:
    """Where no step has a unit, one question about them all is enough."""
    questions = drawer.building.questions
    lanes = {one.lane for one in drawer.building.nodes}
    if lanes == {UNKNOWN}:
        first = next((one for one in questions if one.kind == "unit_unknown"), None)
        questions = [one for one in questions if one.kind != "unit_unknown" or one is first]
        if first is not None:
            questions = [replace(one, element=UNKNOWN) if one is first else one for one in questions]
    return tuple(questions)
