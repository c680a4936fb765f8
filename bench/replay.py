"""A log of 100,000 cases and 1.1 million events against its chart, from the bytes of the CSV to the answer.

Three logs: orders of work that repeat, as in life (traces with equal activities share an answer); no two cases alike;
no two alike and one in ten off the chart. PM4Py beside it on a part of the second log.
"""

import io
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from pm4py.algo.conformance.tokenreplay import algorithm as token_replay
from pm4py.objects.bpmn.importer.variants import lxml as bpmn_importer
from pm4py.objects.conversion.bpmn import converter
from pm4py.objects.log.obj import Event, EventLog, Trace

from bench.report import line
from bihuan.bpmn.replay import Replay, read_log, replay

_CASES: Final = 100_000
_SIDE: Final = 9
_BEGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)
_HEAD: Final = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:bench"><process id="p">'
)
_PM4PY_CASES: Final = 5_000


def _chart() -> bytes:
    """A task, nine in parallel of which the last has a way round it, a task."""
    nodes = ['<startEvent id="begin"/>', '<task id="first" name="first"/>', '<parallelGateway id="split"/>']
    nodes += ['<parallelGateway id="join"/>', '<task id="last" name="last"/>', '<endEvent id="end"/>']
    nodes += ['<exclusiveGateway id="may"/>', '<exclusiveGateway id="or"/>']
    pairs = [("begin", "first"), ("first", "split"), ("join", "last"), ("last", "end"), ("split", "may"), ("may", "or")]
    pairs += [("may", f"side{_SIDE - 1}"), (f"side{_SIDE - 1}", "or"), ("or", "join")]
    for at in range(_SIDE):
        nodes.append(f'<task id="side{at}" name="side{at}"/>')
        if at < _SIDE - 1:
            pairs += [("split", f"side{at}"), (f"side{at}", "join")]
    arrows = [f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairs]
    return f"{_HEAD}{''.join(nodes + arrows)}</process></definitions>".encode()


def _traces(kind: str, count: int) -> list[list[str]]:
    random = Random(3)
    sides = [f"side{at}" for at in range(_SIDE)]
    pool = [random.sample(sides, _SIDE) for _ in range(300)]
    seen: set[tuple[str, ...]] = set()
    found: list[list[str]] = []
    while len(found) < count:
        middle = random.choice(pool) if kind == "alike" else random.sample(sides, _SIDE)
        trace = ["first", *middle, "last"]
        if kind == "deviating" and len(found) % 10 == 0:
            trace = _disturbed(trace, random)
        if kind != "alike":
            if tuple(trace) in seen:
                continue
            seen.add(tuple(trace))
        found.append(trace)
    return found


def _disturbed(trace: list[str], random: Random) -> list[str]:
    at = random.randrange(len(trace) - 1)
    if random.random() < 0.5:
        return trace[:at] + trace[at + 1 :]
    return trace[: at + 1] + [random.choice(trace)] + trace[at + 1 :]


def _csv(traces: Sequence[Sequence[str]]) -> bytes:
    minutes = [(_BEGIN + timedelta(minutes=at)).isoformat() for at in range(60 * 24)]
    rows = ["case,element,activity,resource,enabled,start,end"]
    for case, trace in enumerate(traces):
        for at, name in enumerate(trace):
            rows.append(f"{case},{name},{name},p{at},{minutes[at * 9]},{minutes[at * 9 + 4]},{minutes[at * 9 + 9]}")
    return "\n".join(rows).encode()


def _timed(chart: bytes, log: bytes) -> tuple[float, float, Replay]:
    """CPU seconds of all, of which reading the log."""
    begin = time.process_time()
    read = read_log(io.BytesIO(log))
    between = time.process_time()
    answer = replay(chart, read)
    return time.process_time() - begin, between - begin, answer


def _theirs(chart: bytes, traces: Sequence[Sequence[str]]) -> float:
    """CPU seconds of PM4Py's token-based replay alone, for a log already in memory."""
    net, begin, end = converter.apply(bpmn_importer.import_from_string(chart, parameters={"encoding": "utf-8"}))
    log = EventLog()
    for names in traces:
        trace = Trace()
        for name in names:
            trace.append(Event({"concept:name": name}))
        log.append(trace)
    start = time.process_time()
    token_replay.apply(log, net, begin, end, parameters={"show_progress_bar": False})
    return time.process_time() - start


def measure() -> Iterator[str]:
    """Seconds for each log, the reading included."""
    chart = _chart()
    for name, kind, goal in (
        ("repeating", "alike", 20.0),
        ("all_differ", "different", None),
        ("deviating", "deviating", None),
    ):
        traces = _traces(kind, _CASES)
        seconds, reading, answer = _timed(chart, _csv(traces))
        detail = {
            "cases": answer.cases,
            "events": answer.events,
            "variants": answer.variants,
            "reading_s": round(reading, 2),
            "fitness": round(answer.fitness, 5),
            "deviations": sum(one.count for one in answer.deviations),
            "unexplained": answer.unexplained,
        }
        yield line(f"replay.{name}", seconds, "s", goal=goal, lower_is_better=True, detail=detail)
    few = _traces("different", _PM4PY_CASES)
    ours, reading, _ = _timed(chart, _csv(few))
    theirs = _theirs(chart, few)
    yield line(
        "replay.beside_pm4py",
        ours - reading,
        "s",
        baseline=("pm4py token-based replay", theirs),
        lower_is_better=True,
        detail={"cases": len(few), "without": "reading the log"},
    )


MEASURES = {"replay": measure}
