"""Troubles to findings: severity, words, way to the element."""

from collections.abc import Iterable
from typing import Final

from bihuan.bpmn.model import Text
from bihuan.bpmn.outline.naming import Caller
from bihuan.bpmn.verify.behaviour import Played
from bihuan.bpmn.verify.report import Finding
from bihuan.bpmn.verify.scopes import Plan
from bihuan.bpmn.verify.texts import MESSAGES

_NAMED: Final = 4
"""Elements that a sentence names; the rest are counted."""


class Writer:
    """Writes findings about one chart."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.caller = Caller(plan.chart, plan.nodes)

    def finding(
        self, kind: str, severity: str, elements: Iterable[str], path: tuple[str, ...] | None, **words: str
    ) -> Finding:
        """A finding of a kind that `texts.py` knows. `words` fill further gaps of its sentences."""
        listed = tuple(elements)
        message, suggestion = MESSAGES[kind]
        zh, en = self._names(listed)
        return Finding(
            kind, severity, listed, path, _filled(message, zh, en, words), _filled(suggestion, zh, en, words)
        )

    def _names(self, elements: tuple[str, ...]) -> tuple[str, str]:
        """The first elements by name; arrows only where nothing else is meant."""
        said = [self.caller.called(key) for key in elements if key in self.plan.nodes]
        said = said or [self.caller.called(key) for key in elements]
        more = len(said) - _NAMED
        zh, en = "、".join(one.zh for one in said[:_NAMED]), ", ".join(one.en for one in said[:_NAMED])
        return (f"{zh}等 {len(said)} 处", f"{en} and {more} more") if more > 0 else (zh, en)


def _filled(text: Text, zh: str, en: str, words: dict[str, str]) -> Text:
    return Text(text.zh.format(names=zh, **words), text.en.format(names=en, **words))


def behaviour_findings(writer: Writer, played: Played) -> list[Finding]:
    """What the token game showed."""
    found = [writer.finding(one.kind, "error", one.elements, one.path) for one in played.troubles]
    if played.dead:
        found.append(writer.finding("dead_element", "error", played.dead, None))
    for one in played.rescued:
        found.append(writer.finding("rescued_only_by_timer", "warning", one.elements, one.path))
    return found
