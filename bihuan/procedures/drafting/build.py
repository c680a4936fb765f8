"""Elements and arrows, put one behind the other."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from bihuan.bpmn.model import Extension, Text
from bihuan.bpmn.sketch import SketchFlow, SketchNode
from bihuan.procedures.drafting.model import Question
from bihuan.procedures.drafting.words import question, shown
from bihuan.procedures.model import Span

_LONGEST_NAME = 40


class Open(NamedTuple):
    """An arrow that leads nowhere yet."""

    source: str
    name: str = ""
    name_en: str = ""


@dataclass(slots=True)
class Building:
    """What is drawn so far. `open`: the arrows that lead to the next element."""

    nodes: list[SketchNode] = field(default_factory=list)
    flows: list[SketchFlow] = field(default_factory=list)
    open: list[Open] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    places: dict[str, Span] = field(default_factory=dict)

    def add(self, node: SketchNode, span: Span) -> str:
        """Puts an element at the end; where several arrows meet they meet in a gateway first."""
        if len(self.open) > 1 and node.kind != "endEvent":
            self._join(node.lane, span)
        self.put(node, span)
        return node.id

    def _join(self, lane: str, span: Span) -> None:
        self.put(SketchNode(id=f"join_{len(self.nodes)}", kind="exclusiveGateway", lane=lane), span)

    def put(self, node: SketchNode, span: Span) -> None:
        """Puts an element where all open arrows lead straight to it."""
        self.nodes.append(node)
        self.places[node.id] = span
        for one in self.open:
            self.connect(one, node.id)
        self.open = [Open(node.id)]

    def connect(self, one: Open, target: str, *, kind: str = "ordinary", condition: str = "") -> None:
        """Draws an arrow that was open."""
        self.flows.append(
            SketchFlow(
                source=one.source, target=target, name=one.name, name_en=one.name_en, kind=kind, condition=condition
            )
        )

    def decide(self, test: str, span: Span, lane: str, *, name: str = "") -> str:
        """A gateway at which the person who did the step right before says what holds; a step for it if there is none."""
        last = next((one for one in self.nodes if self.open and one.id == self.open[0].source), None)
        key = f"gate_{len(self.nodes) + 1}"
        if len(self.open) != 1 or last is None or last.kind != "userTask":
            judge = SketchNode(
                id=f"judge_{len(self.nodes) + 1}", kind="userTask", name=f"判断：{shown(test)}"[:_LONGEST_NAME],
                name_en="Decide", lane=lane,
            )  # fmt: skip
            self.add(judge, span)
        words = shown(test)
        gate = SketchNode(
            id=key,
            kind="exclusiveGateway",
            name=name or f"{words[:_LONGEST_NAME]}？",
            lane=lane,
            ext=Extension(choice=True, criterion=(Text(words),)),
        )
        self.add(gate, span)
        self.open = []
        return key

    def ask(self, kind: str, element: str, span: Span, words: str = "") -> None:
        """Notes a question."""
        self.questions.append(Question(kind, element, span, question(kind, words)))

    def change(self, key: str, ext: Extension) -> None:
        """Gives an element other properties."""
        at = next(at for at, one in enumerate(self.nodes) if one.id == key)
        self.nodes[at] = replace(self.nodes[at], ext=ext)
