"""The chart engine in memory: steps a second on the five-phase chart, size of a state, cost after many rounds.

A step is what a shell does without its database: read the stored text, carry out one command, write the text. Only CPU
time counts, the best of several tries. SpiffWorkflow does the same chart with its own JSON serializer in the same run;
what it has no words for (tables, services, collections, a person's choice, counted entries) is made into plain user
tasks and conditions.
"""

import io
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from bench.report import line
from bihuan.bpmn import Chart, State, advance, commands, load_chart
from bihuan.bpmn.decisions import parse_decision

_T01: Final = Path(__file__).resolve().parents[1] / "bihuan" / "flows" / "gallery" / "T01"
_BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_OURS: Final = "{urn:bihuan:1}"
_NOW: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_VALUES: Final = {"support_departments": [], "risk": "low", "urgency": "low"}
_ROUNDS: Final = 50
_LOOP: Final = (
    b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:bench"><process id="loop" '
    b'isExecutable="true"><startEvent id="a"/><exclusiveGateway id="m"/><userTask id="u"/><userTask id="v"/>'
    b'<exclusiveGateway id="g" default="out"/><endEvent id="z"/><sequenceFlow id="f1" sourceRef="a" targetRef="m"/>'
    b'<sequenceFlow id="f2" sourceRef="m" targetRef="u"/><sequenceFlow id="f3" sourceRef="u" targetRef="v"/>'
    b'<sequenceFlow id="f4" sourceRef="v" targetRef="g"/><sequenceFlow id="back" sourceRef="g" targetRef="m">'
    b'<conditionExpression>again == 1</conditionExpression></sequenceFlow>'
    b'<sequenceFlow id="out" sourceRef="g" targetRef="z"/></process></definitions>'
)  # fmt: skip

Step = tuple[str, commands.Command]
"""A stored state, and the command that comes next."""


def _microseconds(work: Callable[[], object], times: int, tries: int) -> float:
    """CPU time of one call: the best of `tries`, each over `times` calls."""
    best = float("inf")
    for _ in range(tries):
        begin = time.process_time()
        for _ in range(times):
            work()
        best = min(best, time.process_time() - begin)
    return best / times * 1e6


# -- ours --------------------------------------------------------------------------------------------------------------


def _step(chart: Chart, text: str, command: commands.Command) -> str:
    step = advance(chart, State.from_document(json.loads(text)), command, _NOW)
    return json.dumps(step.state.to_document())


@cache
def _chart() -> Chart:
    tables = {"priority": parse_decision((_T01 / "priority.dmn").read_bytes())}
    return load_chart((_T01 / "chart.bpmn").read_bytes(), decisions=tables)


def _next(chart: Chart, state: State) -> commands.Command:
    token = state.tokens()[0]
    node = chart.nodes[token.node]
    if node.kind == "userTask":
        offered = chart.outcomes(node.id, {}, state)
        return commands.CompleteTask(item=token.item, outcome=offered[0].id if offered else None)
    if node.kind in ("serviceTask", "sendTask"):
        return commands.ServiceResult(item=token.item)
    return commands.ReceiveMessage(
        subscription=next(one["id"] for one in state.subs.values() if one["act"] == token.item)
    )


@cache
def _path() -> tuple[Step, ...]:
    """From the first message to the archive."""
    chart = _chart()
    text = json.dumps(advance(chart, None, commands.Start(variables=_VALUES), _NOW).state.to_document())
    found: list[Step] = []
    while not (state := State.from_document(json.loads(text))).ended:
        found.append((text, _next(chart, state)))
        text = _step(chart, *found[-1])
    return tuple(found)


# -- theirs ------------------------------------------------------------------------------------------------------------


class _Spiff:
    def __init__(self, source: bytes, process: str, values: Mapping[str, object]) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.parse(io.BytesIO(source)))
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
        flow = BpmnWorkflow(parser.get_spec(process), parser.get_subprocess_specs(process))
        flow.task_tree.data.update(values)
        flow.do_engine_steps()
        self.text: str = self.serializer.serialize_json(flow)

    def step(self, text: str, values: dict[str, object]) -> tuple[str, str]:
        """The text afterwards, and the element completed."""
        flow: Any = self.serializer.deserialize_json(text)
        task = flow.get_tasks(state=TaskState.READY, manual=True)[0]
        task.data.update(values)
        task.run()
        flow.do_engine_steps()
        return str(self.serializer.serialize_json(flow)), str(task.task_spec.bpmn_id)


def _for_spiff() -> bytes:
    root = etree.parse(_T01 / "chart.bpmn").getroot()
    for element in list(root.iter("{*}serviceTask", "{*}sendTask", "{*}businessRuleTask")):
        element.tag = f"{_BPMN}userTask"
    for gateway in list(root.iter("{*}eventBasedGateway")):
        _one_way(root, gateway)
    for loop in list(root.iter("{*}multiInstanceLoopCharacteristics")):
        _remove(loop)
    for event in root.iter(f"{_BPMN}intermediateCatchEvent"):
        _as_task(event)
    choices = {str(one.get("id")) for one in root.iter() if one.get(f"{_OURS}choice")}
    for flow in root.iter(f"{_BPMN}sequenceFlow"):
        _as_python(flow, str(flow.get("sourceRef")) in choices)
    for duration in root.iter(f"{_BPMN}timeDuration"):
        duration.text = repr(duration.text)
    return etree.tostring(root)


def _one_way(root: etree._Element, gateway: etree._Element) -> None:
    """Waiting for the first of several events becomes a user task before the event that comes on our way."""
    gateway.tag = f"{_BPMN}userTask"
    for flow in [one for one in root.iter("{*}sequenceFlow") if one.get("sourceRef") == gateway.get("id")][1:]:
        for one in [one for one in root.iter("{*}outgoing", "{*}incoming") if one.text == flow.get("id")]:
            _remove(one)
        _remove(flow)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _as_task(event: etree._Element) -> None:
    event.tag = f"{_BPMN}userTask"
    for one in [one for one in event if str(one.tag).endswith("EventDefinition")]:
        event.remove(one)


def _as_python(flow: etree._Element, chosen: bool) -> None:
    found = flow.find(f"{_BPMN}conditionExpression")
    if chosen:
        found = etree.SubElement(flow, f"{_BPMN}conditionExpression") if found is None else found
        found.text = f"choice == {flow.get('id')!r}"
    elif found is not None:
        found.text = re.sub(r"times\.\w+", "1", str(found.text)).replace("true", "True").replace("false", "False")


@cache
def their_path() -> tuple[_Spiff, tuple[tuple[str, dict[str, object]], ...]]:
    """The same way through the chart: at each choice the arrow that we took."""
    spiff = _Spiff(_for_spiff(), _chart().process_id, dict.fromkeys(_chart().variables) | _VALUES)
    chosen = {
        State.from_document(json.loads(text)).tokens()[0].node: command.outcome
        for text, command in _path()
        if isinstance(command, commands.CompleteTask)
    }
    found: list[tuple[str, dict[str, object]]] = []
    text = spiff.text
    while True:
        flow: Any = spiff.serializer.deserialize_json(text)
        if flow.completed:
            return spiff, tuple(found)
        task = flow.get_tasks(state=TaskState.READY, manual=True)[0]
        values: dict[str, object] = {"choice": chosen.get(task.task_spec.bpmn_id), "priority": "P3"}
        found.append((text, values))
        text, _ = spiff.step(text, values)


# -- measurements ------------------------------------------------------------------------------------------------------


def memory() -> Iterator[str]:
    """Steps a second on one core."""
    chart, path = _chart(), _path()
    spiff, theirs = their_path()
    ours = _microseconds(lambda: [_step(chart, *one) for one in path], 20, 40) / len(path)
    other = _microseconds(lambda: [spiff.step(*one) for one in theirs], 1, 4) / len(theirs)
    states = [State.from_document(json.loads(text)) for text, _ in path]
    bare = _microseconds(lambda: [advance(chart, s, one[1], _NOW) for s, one in zip(states, path, strict=True)], 20, 20)
    texts = _microseconds(lambda: [json.dumps(json.loads(text)) for text, _ in path], 20, 20)
    yield line(
        "engine.memory",
        1e6 / ours,
        "steps/s",
        baseline=("spiffworkflow", 1e6 / other),
        goal=30_000,
        detail={
            "steps": len(path),
            "baseline_steps": len(theirs),
            "advance_us": round(bare / len(path), 2),
            "json_us": round(texts / len(path), 2),
            "step_us": round(ours, 2),
            "json": "standard library",
        },
    )


def state() -> Iterator[str]:
    """Bytes of the largest state on the way, Chinese written out."""
    sizes = [len(json.dumps(json.loads(text), ensure_ascii=False).encode()) for text, _ in _path()]
    _, theirs = their_path()
    yield line(
        "engine.state",
        max(sizes),
        "bytes",
        baseline=("spiffworkflow", max(len(text.encode()) for text, _ in theirs)),
        goal=3_072,
        lower_is_better=True,
        detail={"last": sizes[-1]},
    )


def _our_rounds() -> Sequence[Callable[[], object]]:
    chart = load_chart(_LOOP, open_variables=True)
    text = json.dumps(advance(chart, None, commands.Start(), _NOW).state.to_document())
    found: list[Callable[[], object]] = []
    for _ in range(_ROUNDS + 1):

        def round_(text: str = text) -> str:
            for _ in ("u", "v"):
                number = State.from_document(json.loads(text)).tokens()[0].item
                text = _step(chart, text, commands.CompleteTask(item=number, variables={"again": 1}))
            return text

        found.append(round_)
        text = round_()
    return found


def _their_rounds() -> Sequence[Callable[[], object]]:
    spiff = _Spiff(_LOOP, "loop", {})
    text = spiff.text
    found: list[Callable[[], object]] = []
    for _ in range(_ROUNDS + 1):

        def round_(text: str = text) -> str:
            for _ in ("u", "v"):
                text, _done = spiff.step(text, {"again": 1})
            return text

        found.append(round_)
        text = round_()
    return found


def loops() -> Iterator[str]:
    """How much dearer a round is after fifty than the first."""

    def growth(rounds: Sequence[Callable[[], object]], times: int, tries: int) -> float:
        # In turn, so that whatever else the machine does falls on both.
        first, last = float("inf"), float("inf")
        for _ in range(tries):
            first = min(first, _microseconds(rounds[0], times, 1))
            last = min(last, _microseconds(rounds[-1], times, 1))
        return last / first

    yield line(
        "engine.loops",
        growth(_our_rounds(), 200, 60),
        "times the first round",
        baseline=("spiffworkflow", growth(_their_rounds(), 1, 4)),
        goal=1.1,
        lower_is_better=True,
        detail={"rounds": _ROUNDS},
    )


MEASURES = {"engine.memory": memory, "engine.state": state, "engine.loops": loops}
