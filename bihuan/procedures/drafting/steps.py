"""One step of the text as elements of the chart: the task, the decisions around it, what is done beside it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from bihuan.bpmn.model import Extension, Text
from bihuan.bpmn.sketch import SketchNode
from bihuan.procedures.drafting.build import Building, Open
from bihuan.procedures.drafting.deadlines import deadline, likeness
from bihuan.procedures.drafting.forms import Forms, own_form
from bihuan.procedures.drafting.lanes import UNKNOWN, Lanes
from bihuan.procedures.drafting.words import shown
from bihuan.procedures.model import LOST, Span
from bihuan.procedures.understanding.lexicon import UNITS
from bihuan.procedures.understanding.model import Condition, Paper, Procedure, Step
from bihuan.procedures.understanding.naming import short_name
from bihuan.procedures.understanding.units import subjects

_APPROVES: Final = ("审批", "批准", "核准")
_YES, _NO = Open("", "是", "Yes"), Open("", "否", "No")
_LONGEST: Final = 40
_TELLS_HEAD: Final = re.compile(r"(?:通知|告知|报告)[^。;]{0,8}(?:负责人|主管|经理|领导|部门)")
_LEAST_LIKE: Final = 0.5
_VERB_ALONE: Final = 2
_MOST_TEXTS: Final = 12


class Drawer:
    """Draws the steps of one procedure. `drawn`: id and name of each step's task; `always`: those never left out."""

    def __init__(self, procedure: Procedure) -> None:
        self.procedure = procedure
        self.building = Building()
        self.lanes = Lanes(procedure)
        self.forms = Forms()
        self.drawn: list[tuple[str, str]] = []
        self.always: list[tuple[str, str]] = []
        self.again: list[tuple[str, Condition]] = []

    def step(self, step: Step, number: int) -> None:
        """The step with everything around it."""
        whole = next((one for one in step.conditions if one.kind == "whole"), None)
        either = next((one for one in step.conditions if one.kind == "either"), None)
        key = f"step_{number}"
        if either is not None:
            self._either(step, key, either)
        elif whole is not None:
            self._only_if(step, key, whole)
        else:
            self._task(step, key)
            self.always.append((key, step.name))
        self._around(step, key)

    def _around(self, step: Step, key: str) -> None:
        extras = [one for one in step.conditions if one.kind == "extra"]
        if step.choices:
            self._kinds(step, key)
        for at, one in enumerate(extras, 1):
            draw = self._beside if one.beside else self._extra
            draw(step, f"{key}_{at}", one)
        for one in step.conditions:
            if one.kind == "again":
                self.go_back(one, key)

    def _task(self, step: Step, key: str, name: str = "", lane: str = "") -> None:
        building = self.building
        lane = lane or self.lanes.of(step)
        form, groups = self._form(step, key)
        limit = deadline(step.limits, key, self.always, building)
        title = name or step.name
        ext = Extension(
            form=form,
            groups=groups,
            phase=f"phase_{step.phase + 1}" if step.phase >= 0 else "",
            status="pending_approval" if any(word in title for word in _APPROVES) else "",
            deadline=limit,
            instructions=_texts([step.text]),
            methods=_texts(one.text for one in step.methods),
            cautions=_texts(one.text for one in step.cautions),
            evidence=_texts([*(one.text for one in step.evidence), *(f"《{one.name}》" for one in self._papers(step))]),
        )
        node = SketchNode(id=key, kind="userTask", name=shown(title)[:_LONGEST], lane=lane, ext=ext)
        building.add(node, step.span)
        self.drawn.append((key, title))
        if lane == UNKNOWN:
            building.ask("unit_unknown", key, step.span)
        for one in step.schedules[:1]:
            building.ask("schedule", key, one.span, one.text)
        if LOST in step.text:
            building.ask("text_lost", key, step.span)

    def _papers(self, step: Step) -> tuple[Paper, ...]:
        own = step.papers
        if 0 <= step.phase < len(self.procedure.stages) and not any(one.output for one in own):
            return (*own, *self.procedure.stages[step.phase].papers)
        return own

    def _form(self, step: Step, key: str) -> tuple[str, tuple[str, ...]]:
        """The form that the step fills in: what comes out of its phase, else its own, else its fields' own."""
        found = sorted(self._papers(step), key=lambda one: (one.name not in step.name, not one.output))
        if not found and not step.fields:
            return "", ()
        codes = [self.forms.code(one, key) for one in found or [own_form(step.name, step.span)]]
        return codes[0], (key,) if self.forms.fill_in(codes[0], key, step.name, step.fields) else ()

    def _only_if(self, step: Step, key: str, condition: Condition) -> None:
        building = self.building
        lane = self.lanes.of(step)
        gate = building.decide(condition.test, condition.span, lane)
        building.open = [Open(gate, _YES.name, _YES.name_en)]
        self._task(step, key)
        after = building.open
        building.open = [Open(gate, _NO.name, _NO.name_en)]
        if condition.otherwise:
            self._small(condition.otherwise, f"{key}_else", condition.span, lane, step)
        else:
            building.ask("condition_without_else", gate, condition.span, condition.test)
        building.open = [*after, *building.open]

    def _either(self, step: Step, key: str, condition: Condition) -> None:
        """Two ways of doing one step, each with the limits of the step."""
        building = self.building
        lane = self.lanes.of(step)
        before = step.text.find(condition.test) > _VERB_ALONE  # something is done first: `分级:一般投诉由…`
        if before:
            self._task(replace(step, limits=()), key)
        name = "" if before else shown(step.name)[:_LONGEST]
        gate = building.decide(condition.test, condition.span, lane, name=name)
        other = condition.otherwise_test or "否"
        ends: list[Open] = []
        for suffix, words, way in (("a", condition.then, condition.test), ("b", condition.otherwise, other)):
            building.open = [Open(gate, shown(way)[:_LONGEST])]
            name = _name_of(words) or step.name
            if len(name) <= _VERB_ALONE:
                name = f"{_unit_in(words)}{name}"
            self._task(step, f"{key}_{suffix}", name, self._lane_in(words) or lane)
            ends += building.open
        building.open = ends
        if not condition.otherwise_test and not condition.otherwise:
            building.ask("condition_without_else", gate, condition.span, condition.test)

    def _extra(self, step: Step, key: str, condition: Condition) -> None:
        building = self.building
        lane = self.lanes.of(step)
        gate = building.decide(condition.test, condition.span, lane)
        building.open = [Open(gate, _YES.name, _YES.name_en)]
        self._small(condition.then, key, condition.span, lane, step)
        after = building.open
        building.open = [Open(gate, _NO.name, _NO.name_en)]
        if condition.otherwise:
            self._small(condition.otherwise, f"{key}_else", condition.span, lane, step)
        else:
            building.ask("condition_without_else", gate, condition.span, condition.test)
        building.open = [*after, *building.open]

    def _beside(self, step: Step, key: str, condition: Condition) -> None:
        """What is to happen at the same time: told automatically, so that the main line does not wait for it.

        No branch of its own: in a loop it would leave one more open end each time.
        """
        self._extra(step, key, condition)
        at = next(at for at, one in enumerate(self.building.nodes) if one.id == key)
        node = self.building.nodes[at]
        if _TELLS_HEAD.search(condition.then):
            ext = replace(node.ext, operation="notify_head")
            self.building.nodes[at] = replace(node, kind="sendTask", ext=ext)
        self.building.ask("at_the_same_time", key, condition.span, condition.then)

    def together(self, steps: Sequence[tuple[Step, str]]) -> None:
        """Steps that the text tells to be done at the same time: a block with a branch for each."""
        building = self.building
        lane = self.lanes.of(steps[0][0])
        first = steps[0][1]
        split = building.add(SketchNode(id=f"split_{first}", kind="parallelGateway", lane=lane), steps[0][0].span)
        join = SketchNode(id=f"meet_{first}", kind="parallelGateway", lane=lane)
        ends: list[Open] = []
        for step, key in steps:
            building.open = [Open(split)]
            self._task(step, key)
            self.always.append((key, step.name))
            ends += building.open
        building.open = ends
        building.put(join, steps[0][0].span)

    def _kinds(self, step: Step, key: str) -> None:
        building = self.building
        lane = self.lanes.of(step)
        names = "、".join(one.name for one in step.choices)
        gate = building.decide(names, step.span, lane, name="哪一类？")
        building.ask("choice_by_kind", gate, step.span, names)
        ends: list[Open] = []
        for at, one in enumerate(step.choices, 1):
            building.open = [Open(gate, shown(one.name)[:_LONGEST])]
            self._task(one, f"{key}_kind_{at}", lane="" if one.units else lane)
            ends += building.open
        building.open = ends

    def _small(self, words: str, key: str, span: Span, lane: str, step: Step) -> None:
        """A task for what a condition asks for."""
        name = _name_of(words) or shown(words)[:12]
        ext = Extension(instructions=_texts([words]), phase=f"phase_{step.phase + 1}" if step.phase >= 0 else "")
        where = self._lane_in(words) or lane
        self.building.add(SketchNode(id=key, kind="userTask", name=name, lane=where, ext=ext), span)
        self.drawn.append((key, name))

    def _lane_in(self, words: str) -> str:
        """The lane of the unit that a condition's words name as the one to do it."""
        unit = _unit_in(words)
        return self.lanes.named([unit]) if unit else ""

    def go_back(self, condition: Condition, key: str) -> None:
        """A decision behind what was drawn last, with an arrow back to the step that the text means."""
        self.again.append((key, condition))
        building = self.building
        lane = next((one.lane for one in building.nodes if one.id == key), UNKNOWN)
        gate = building.decide(condition.test, condition.span, lane)
        target = self._meant(condition, key)
        bound = f"times.{target} < {condition.most + 1}" if condition.most else ""
        building.connect(Open(gate, "返回", "Back"), target, kind="return", condition=bound)
        building.open = [Open(gate, "继续", "Go on")]
        if not condition.most:
            building.ask("loop_without_bound", gate, condition.span, condition.then)

    def pass_on(self, condition: Condition, key: str) -> None:
        """A decision behind a step, with what is done only then."""
        owner = next((one for one in self.procedure.steps if one.name == dict(self.drawn).get(key)), None)
        self._extra(owner or self.procedure.steps[0], f"{key}_on", condition)

    def _meant(self, condition: Condition, key: str) -> str:
        tasks = [one for one in self.drawn if one[0] in self.building.places]
        best = max(tasks, key=lambda one: likeness(condition.target, one[1]), default=(key, ""))
        if len(best[1]) > 1 and best[1] in condition.target:
            return best[0]
        if condition.target and (
            likeness(condition.target, best[1]) >= _LEAST_LIKE or condition.target[:4] == best[1][:4]
        ):
            return best[0]
        self.building.ask("loop_target_unclear", key, condition.span, condition.then)
        return self.drawn[0][0] if self.drawn else key


def _unit_in(words: str) -> str:
    unit = next(subjects(words, Span(0, len(words))), None)
    if unit is not None:
        return unit.text
    found = UNITS.match(words, words.find("提交") + 2) if "提交" in words else None
    return found.group() if found else ""


def _name_of(words: str) -> str:
    return shown(short_name(words, Span(0, len(words))))[:_LONGEST]


def _texts(words: Iterable[str]) -> tuple[Text, ...]:
    kept = dict.fromkeys(shown(one) for one in words if one.strip())
    return tuple(Text(one) for one in islice(kept, _MOST_TEXTS) if one)
