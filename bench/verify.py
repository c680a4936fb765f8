"""How long the proof takes: the shipped chart, and large sound charts with wide parallel blocks."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from bench.report import line
from bihuan.bpmn.verify import verify

_T01 = Path(__file__).resolve().parent.parent / "bihuan" / "flows" / "gallery" / "T01" / "chart.bpmn"
_HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:bench"><process id="p">'
_TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"


class _Drawing:
    """A chart being written, element by element."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.count = 0

    def node(self, kind: str, *, attributes: str = "", inner: str = "") -> str:
        """A new element; gives its id."""
        self.count += 1
        self.parts.append(f'<{kind} id="n{self.count}" {attributes}>{inner}</{kind}>')
        return f"n{self.count}"

    def flow(self, source: str, target: str, *, key: str = "", condition: bool = False) -> None:
        """An arrow."""
        inner = "<conditionExpression>x</conditionExpression>" if condition else ""
        key = key or f"f{len(self.parts)}"
        self.parts.append(f'<sequenceFlow id="{key}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>')

    def source(self) -> bytes:
        """The file."""
        return f"{_HEAD}{''.join(self.parts)}</process></definitions>".encode()


def _choice(drawing: _Drawing, before: str, back: str | None) -> str:
    """An exclusive split behind `before`: on by the default, else back, or by a second task."""
    number = drawing.count + 1
    split = drawing.node("exclusiveGateway", attributes=f'default="d{number}"')
    drawing.flow(before, split)
    after = drawing.node("exclusiveGateway")
    drawing.flow(split, after, key=f"d{number}")
    if back is not None:
        drawing.flow(split, back, condition=True)
        return after
    other = drawing.node("task")
    drawing.flow(split, other, condition=True)
    drawing.flow(other, after)
    return after


def large_chart(nodes: int, branches: int, *, inclusive: bool = False) -> bytes:
    """A sound chart: a block of branches, each with a rework loop, a choice and a deadline, and choices before and
    behind it until there are so many elements."""
    drawing = _Drawing()
    kind = "inclusiveGateway" if inclusive else "parallelGateway"
    last = drawing.node("startEvent")
    split, join = drawing.node(kind), drawing.node(kind)
    drawing.flow(last, split)
    for _ in range(branches):
        merge = drawing.node("exclusiveGateway")
        drawing.flow(split, merge, condition=inclusive)
        task = drawing.node("userTask")
        drawing.flow(merge, task)
        late = drawing.node("boundaryEvent", attributes=f'attachedToRef="{task}"', inner=_TIMER)
        again = _choice(drawing, task, merge)
        drawing.flow(late, again)
        drawing.flow(_choice(drawing, again, None), join)
    last = join
    while drawing.count < nodes - 1:
        task = drawing.node("userTask")
        drawing.flow(last, task)
        last = _choice(drawing, task, task if drawing.count % 2 else None)
    drawing.flow(last, drawing.node("endEvent"))
    return drawing.source()


def _seconds(source: bytes) -> tuple[float, int, bool | None]:
    found = []
    for _ in range(5):
        begin = time.process_time()
        report = verify(source)
        found.append(time.process_time() - begin)
    return statistics.median(found), report.states, report.behaviour_sound


def measure() -> Iterator[str]:
    """CPU seconds of one proof, reading included."""
    charts = (
        ("verify.t01", _T01.read_bytes(), 0.3),
        ("verify.parallel20", large_chart(400, 20), 2.0),
        ("verify.inclusive20", large_chart(400, 20, inclusive=True), 2.0),
    )
    for name, source, goal in charts:
        seconds, states, sound = _seconds(source)
        yield line(
            name, seconds, "s", goal=goal, lower_is_better=True, detail={"states": states, "behaviour_sound": sound}
        )


MEASURES = {"verify": measure}
