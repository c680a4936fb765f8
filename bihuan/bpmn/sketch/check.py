"""Is a sketch consistent? Every problem is named before anything is written."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass

from bihuan.bpmn.problems import Problem
from bihuan.bpmn.sketch.model import Sketch, SketchFlow, SketchNode
from bihuan.bpmn.xml.vocabulary import ACTIVITIES, EVENTS, NODES, SUB_PROCESSES

# What XML 1.0 cannot carry: control characters, halves of surrogate pairs.
_NO_TEXT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ID = re.compile(r"[^\W\d][\w.-]*")
_KINDS = ("ordinary", "return", "refuse")
_TIMERS = ("", "duration", "date", "cycle")


class SketchRefused(ValueError):
    """The sketch contradicts itself. `problems` holds every reason found, in the order of the sketch; never empty."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


def check_sketch(sketch: Sketch) -> None:
    """Raises `SketchRefused` for double or bad ids, references to nothing, and what BPMN cannot say."""
    problems = [
        *_bad_texts(sketch),
        *_ids(sketch),
        *(problem for node in sketch.nodes for problem in _node(sketch, node)),
        *_flows(sketch),
        *_notes(sketch),
    ]
    if problems:
        raise SketchRefused(tuple(problems))


def _problem(element: str, kind: str, zh: str, en: str) -> Problem:
    return Problem(element, 0, kind, zh, en)


def _missing(element: str, zh: str, en: str) -> Problem:
    return _problem(element, "missing_reference", zh, en)


def _bad_texts(sketch: Sketch) -> Iterator[Problem]:
    own = [getattr(sketch, one.name) for one in fields(sketch) if one.name not in ("lanes", "nodes", "flows")]
    parts: list[tuple[str, object]] = [(sketch.process_id, own)]
    parts += [(lane.id, lane) for lane in sketch.lanes]
    parts += [(node.id, node) for node in sketch.nodes]
    parts += [(flow.id or flow.source, flow) for flow in sketch.flows]
    for key, value in parts:
        if any(_NO_TEXT.search(text) for text in _strings(value)):
            clean = _NO_TEXT.sub("?", key)
            yield _problem(clean, "bad_value", "文字里有不能保存的控制字符", "a text holds control characters")


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from _strings(one)
    elif is_dataclass(value):
        for part in fields(value):
            yield from _strings(getattr(value, part.name))


def _ids(sketch: Sketch) -> Iterator[Problem]:
    given = [sketch.process_id, *(lane.id for lane in sketch.lanes), *(node.id for node in sketch.nodes)]
    given += [one.id for one in sketch.flows if one.id]
    for key, count in Counter(given).items():
        if count > 1:
            yield _problem(key, "duplicate_id", f"id {key} 重复", f"the id {key} is used {count} times")
        if not _ID.fullmatch(key):
            yield _problem(key, "bad_value", f"“{key}” 不能作 id", f"{key!r} cannot be an id")
    phases = [phase.id for phase in sketch.phases]
    yield from (
        _problem(key, "duplicate_id", f"阶段 {key} 重复", f"the phase {key} is declared {count} times")
        for key, count in Counter(phases).items()
        if count > 1
    )


def _node(sketch: Sketch, node: SketchNode) -> Iterator[Problem]:
    if node.kind not in NODES:
        yield _problem(node.id, "unsupported_element", f"没有元素 {node.kind}", f"no element is called {node.kind!r}")
    yield from _references(sketch, node)
    yield from _event(node)
    yield from _words(node)
    deadline = node.ext.deadline
    amounts = [one for one in (deadline.seconds, deadline.workdays) if one is not None] if deadline else [1]
    if len(amounts) != 1 or amounts[0] < 1:
        zh, en = "时限须写时长或工作日之一，且大于 0", "a deadline has either seconds or workdays, above 0"
        yield _problem(node.id, "bad_value", zh, en)
    repeats = bool(node.collection)
    if (repeats and node.kind not in ACTIVITIES) or (node.element_variable and not repeats):
        zh, en = "只有活动可以按清单多次执行", "only an activity is repeated, and for a named list"
        yield _problem(node.id, "structure", zh, en)


def _references(sketch: Sketch, node: SketchNode) -> Iterator[Problem]:
    nodes = {one.id: one for one in sketch.nodes}
    if node.lane and node.lane not in {lane.id for lane in sketch.lanes}:
        yield _missing(node.id, f"泳道 {node.lane} 不存在", f"there is no lane {node.lane!r}")
    if node.ext.phase and node.ext.phase not in {phase.id for phase in sketch.phases}:
        yield _missing(node.id, f"阶段 {node.ext.phase} 未声明", f"the phase {node.ext.phase!r} is not declared")
    if node.parent and (node.parent not in nodes or nodes[node.parent].kind not in SUB_PROCESSES):
        yield _missing(node.id, f"子流程 {node.parent} 不存在", f"there is no sub-process {node.parent!r}")
    elif _encloses_itself(nodes, node):
        yield _problem(node.id, "structure", "子流程不能包含自己", "a sub-process cannot stand in itself")
    if node.attached_to and node.attached_to not in nodes:
        yield _missing(node.id, f"附着的 {node.attached_to} 不存在", f"there is no {node.attached_to!r} to attach to")
    elif bool(node.attached_to) != (node.kind == "boundaryEvent"):
        zh, en = "边界事件须附着在一个活动上", "a boundary event, and only that, is attached to an activity"
        yield _problem(node.id, "structure", zh, en)


def _encloses_itself(nodes: dict[str, SketchNode], node: SketchNode) -> bool:
    seen = {node.id}
    here = node.parent
    while here in nodes and here not in seen:
        seen.add(here)
        here = nodes[here].parent
    return here in seen and bool(here)


def _event(node: SketchNode) -> Iterator[Problem]:
    said = [name for name in ("message", "timer", "error", "terminate") if getattr(node, name)]
    if node.kind not in EVENTS:
        wrong = [name for name in said if name != "message" or node.kind not in ("sendTask", "receiveTask")]
    else:
        wrong = said[1:]
    if wrong:
        words = ", ".join(wrong)
        yield _problem(node.id, "structure", f"这个元素不能再有 {words}", f"this element cannot have {words}")
    if node.timer_kind not in _TIMERS:
        zh, en = f"没有 {node.timer_kind} 这种定时", f"no kind of timer is called {node.timer_kind!r}"
        yield _problem(node.id, "bad_timer", zh, en)
    if node.event_sub and node.kind not in SUB_PROCESSES:
        yield _problem(node.id, "structure", "只有子流程由事件触发", "only a sub-process is begun by an event")


def _words(node: SketchNode) -> Iterator[Problem]:
    if any(not group or len(group.split()) != 1 for group in node.ext.groups):
        yield _problem(node.id, "bad_value", "表单分组名里不能有空白", "the name of a form's group has no blanks")


def _flows(sketch: Sketch) -> Iterator[Problem]:
    nodes = {node.id: node for node in sketch.nodes}
    for flow in sketch.flows:
        where = flow.id or flow.source
        missing = [end for end in (flow.source, flow.target) if end not in nodes]
        for end in missing:
            yield _missing(where, f"连线的端点 {end} 不存在", f"the arrow's end {end!r} does not exist")
        if not missing and nodes[flow.source].parent != nodes[flow.target].parent:
            zh, en = "连线不能穿过子流程的边界", "an arrow may not cross the border of a sub-process"
            yield _problem(where, "structure", zh, en)
        if flow.kind not in _KINDS:
            yield _problem(where, "bad_value", f"没有 {flow.kind} 这种连线", f"no arrow is {flow.kind!r}")
    yield from _defaults(sketch.flows)


def _defaults(flows: Iterable[SketchFlow]) -> Iterator[Problem]:
    for source, count in Counter(flow.source for flow in flows if flow.default).items():
        if count > 1:
            yield _problem(source, "structure", "默认连线只能有一条", f"{count} arrows are the default here")


def _notes(sketch: Sketch) -> Iterator[Problem]:
    nodes = {node.id for node in sketch.nodes}
    for key, _ in sketch.notes:
        if key not in nodes:
            yield _missing(key, f"批注所指的 {key} 不存在", f"a note is about {key!r}, which does not exist")
    for one in sketch.variables:
        if any(not value or len(value.split()) != 1 for value in one.values):
            yield _problem(
                one.name, "bad_value", f"{one.name} 的选项不能有空白", f"values of {one.name} have no blanks"
            )
