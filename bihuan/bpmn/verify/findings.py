"""Troubles to findings: severity, words, way to the element."""

from collections.abc import Iterable
from typing import Final

from bihuan.bpmn.model import Text
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
        nodes = [self.plan.nodes[key] for key in elements if key in self.plan.nodes]
        zh = [_quoted(node.name or node.id) for node in nodes] or list(elements)
        en = [_quoted(node.name_en or node.name or node.id) for node in nodes] or list(elements)
        more = len(zh) - _NAMED
        said_zh, said_en = "、".join(zh[:_NAMED]), ", ".join(en[:_NAMED])
        return (f"{said_zh}等 {len(zh)} 处", f"{said_en} and {more} more") if more > 0 else (said_zh, said_en)


def _quoted(name: str) -> str:
    return f"“{' '.join(name.split())}”"


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
