"""Single steps: what they say, and what they leave unsaid."""

from typing import Final

from bihuan.bpmn.model import Node
from bihuan.bpmn.verify.findings import Writer
from bihuan.bpmn.verify.reading import Source
from bihuan.bpmn.verify.report import Finding
from bihuan.bpmn.xml.vocabulary import TASKS

LONGEST: Final = 8
"""Chinese characters in a name; two Latin letters count as one."""
_ALIKE: Final = 0.7
_ALIKE_WORDS: Final = 0.8
"""Share of common pairs of characters, or of common words, from which two names are called similar."""


def without_deadline(writer: Writer, source: Source) -> list[Finding]:
    """User tasks without a limit."""
    found = [node.id for node in _of_kind(source, "userTask") if node.ext.deadline is None]
    return [writer.finding("no_deadline", "warning", (key,), None) for key in found]


def without_calendar(writer: Writer, source: Source) -> list[Finding]:
    """Limits that do not say whether hours are working hours."""
    nodes = (node for node in source.chart.nodes.values() if node.ext.deadline is not None)
    found = [node.id for node in nodes if node.ext.deadline and not node.ext.deadline.calendar]
    return [writer.finding("deadline_without_calendar", "warning", (key,), None) for key in found]


def without_receiver(writer: Writer, source: Source) -> list[Finding]:
    """Sending steps of which nobody can say who receives."""
    found = [
        node.id
        for node in _of_kind(source, "sendTask")
        if not node.ext.operation and (node.message is None or node.message.startswith("unnamed_"))
    ]
    found += [
        node.id
        for node in _of_kind(source, "intermediateThrowEvent", "endEvent")
        if node.trigger == "message" and node.event is not None and (node.event.name or "").startswith("unnamed_")
    ]
    return [writer.finding("no_receiver", "warning", (key,), None) for key in found]


def without_criterion(writer: Writer, source: Source) -> list[Finding]:
    """Decisions that are not written in words."""
    found = [
        node.id
        for node in _of_kind(source, "exclusiveGateway", "inclusiveGateway")
        if len(node.outgoing) > 1 and not any(text.zh or text.en for text in node.ext.criterion)
    ]
    return [writer.finding("no_criterion_text", "warning", (key,), None) for key in found]


def long_names(writer: Writer, source: Source) -> list[Finding]:
    """Names longer than people read at a glance."""
    limit = str(LONGEST)
    found = [node.id for node in _of_kind(source, *sorted(TASKS)) if _length(node.name) > LONGEST]
    return [writer.finding("name_too_long", "info", (key,), None, limit=limit) for key in found]


def _length(name: str) -> float:
    wide = sum(1 for letter in name if letter > "\u2e7f")
    # A name without Chinese is read by words, not by letters.
    return wide + (len(name) - wide) / (2 if wide else 4)


def similar(writer: Writer, source: Source) -> list[Finding]:
    """User tasks of one role with almost the same name: each group with its first."""
    groups: list[tuple[Node, frozenset[str], list[str]]] = []
    for node in _of_kind(source, "userTask"):
        pairs = _pairs(node.name)
        group = next((one for one in groups if _same_post(one[0], node) and _alike(one[1], pairs)), None)
        if group is not None:
            group[2].append(node.id)
        elif pairs:
            groups.append((node, pairs, [node.id]))
    return [writer.finding("similar_steps", "info", keys, None) for _, _, keys in groups if len(keys) > 1]


def _same_post(one: Node, two: Node) -> bool:
    return (one.ext.role, one.lane) == (two.ext.role, two.lane)


def _pairs(name: str) -> frozenset[str]:
    """What two names are compared by: pairs of characters, or words where there is no Chinese."""
    if not any(letter > "\u2e7f" for letter in name):
        return frozenset(name.lower().split())
    plain = "".join(name.lower().split())
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1)) or frozenset({plain} - {""})


def _alike(pairs: frozenset[str], others: frozenset[str]) -> bool:
    share = _ALIKE if all(len(one) <= 2 for one in pairs) else _ALIKE_WORDS
    return len(pairs & others) >= share * len(pairs | others)


def _of_kind(source: Source, *kinds: str) -> list[Node]:
    return [node for node in source.chart.nodes.values() if node.kind in kinds]
