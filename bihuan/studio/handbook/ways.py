"""What happens after a step, on each answer."""

from typing import Final

from bihuan.bpmn import Flow, Node, Text
from bihuan.bpmn.outline.read import event_words
from bihuan.bpmn.outline.words import condition_words
from bihuan.studio.handbook.speech import Speech

_DEEPEST: Final = 6
_MOST: Final = 40


def onwards(speech: Speech, node: Node) -> tuple[str, ...]:
    """Sentences about where the work goes from here, one an answer; at the end of a line that nothing follows."""
    chart = speech.chart
    if node.choice is not None:
        gateway = chart.nodes[node.choice]
        found = [line for flow in _flows(speech, gateway) for line in _arm(speech, flow, chosen=True, depth=0)]
    else:
        found = [line for flow in _flows(speech, node) for line in _along(speech, flow.target, "", 0)]
    found += [line for key in node.boundary for line in _side(speech, chart.nodes[key])]
    return tuple(found[:_MOST]) or (speech.pick("没有下一步。", "Nothing follows."),)


def _flows(speech: Speech, node: Node) -> list[Flow]:
    return [speech.chart.flows[one] for one in node.outgoing]


def _arm(speech: Speech, flow: Flow, *, chosen: bool, depth: int) -> list[str]:
    target = speech.chart.nodes[flow.target]
    name = speech.text(Text(flow.name, flow.name_en)) or speech.voice.name(target)
    if chosen:
        lead = speech.pick(f"选“{name}”", f"“{name}”")
        when = speech.text(condition_words(speech.chart, flow.test, flow.condition))
        lead += speech.pick(f"（{when}时可选）", f" (on offer when {when})") if when else ""
        return _along(speech, flow.target, lead, depth)
    return _along(speech, flow.target, _answer(speech, flow), depth)


def _answer(speech: Speech, flow: Flow) -> str:
    said = speech.text(Text(flow.name, flow.name_en))
    when = speech.text(condition_words(speech.chart, flow.test, flow.condition))
    if flow.is_default and not when:
        return said or speech.pick("其他情况", "otherwise")
    return speech.pick(f"{said}（{when}）", f"{said} ({when})") if said and when else said or when


def _along(speech: Speech, target: str, lead: str, depth: int) -> list[str]:
    """Through what nobody has to do anything about, to the next step."""
    node = speech.chart.nodes[target]
    splits = node.kind.endswith("Gateway") and len(node.outgoing) > 1
    if depth < _DEEPEST and node.kind.endswith("Gateway") and not splits and node.outgoing:
        return _along(speech, speech.chart.flows[node.outgoing[0]].target, lead, depth + 1)
    if depth < _DEEPEST and splits:
        return _split(speech, node, lead, depth)
    where = speech.voice.end(node).rstrip("。.") if node.kind == "endEvent" else speech.step(node)
    return [f"{lead} → {where}" if lead else f"→ {where}"]


def _split(speech: Speech, node: Node, lead: str, depth: int) -> list[str]:
    found = []
    for flow in _flows(speech, node):
        if node.kind == "parallelGateway":
            answer = speech.pick("同时", "at the same time")
        elif node.kind == "eventBasedGateway":
            answer = speech.text(event_words(speech.chart.nodes[flow.target]))
        else:
            question = speech.voice.name(node) if node.name else ""
            answer = f"{question} {_answer(speech, flow)}".strip()
        glue = speech.pick("；", "; ")
        found += _along(speech, flow.target, f"{lead}{glue}{answer}" if lead else answer, depth + 1)
    return found


def _side(speech: Speech, event: Node) -> list[str]:
    lead = speech.voice.side(event).rstrip("：:")
    return [line for flow in _flows(speech, event) for line in _along(speech, flow.target, lead, 0)]
