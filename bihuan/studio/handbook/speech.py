"""One language for a whole manual."""

from collections.abc import Mapping
from dataclasses import dataclass

from bihuan.bpmn import Chart, Node, Text
from bihuan.bpmn.narrative.voice import Language, Voice


@dataclass(frozen=True, slots=True)
class Speech:
    """The reader's language, what keys are called, and the numbers of the steps."""

    chart: Chart
    language: Language
    names: Mapping[str, Text]
    numbers: Mapping[str, str]

    @property
    def voice(self) -> Voice:
        """Sentences about elements."""
        return Voice(self.chart, self.language, self.names)

    @property
    def english(self) -> bool:
        """Whether it is English."""
        return self.language == "en"

    def pick(self, zh: str, en: str) -> str:
        """The one in the reader's language."""
        return en if self.english else zh

    def text(self, text: Text) -> str:
        """A sentence in the reader's language, in the other where there is none."""
        return self.voice.text(text)

    def listed(self, words: list[str]) -> str:
        """Several words."""
        return self.voice.listed(words)

    def step(self, node: Node) -> str:
        """A step with its number."""
        number, name = self.numbers.get(node.id, ""), self.voice.name(node)
        return self.pick(f"第 {number} 步 {name}", f"step {number}, {name}") if number else name
