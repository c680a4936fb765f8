"""Event definitions and loops to triggers and loop rules."""

from lxml import etree

from bihuan.bpmn.model import Loop, TimerDefinition, Trigger
from bihuan.bpmn.timing import is_loose, is_timer_value
from bihuan.bpmn.xml.reading import Reading
from bihuan.bpmn.xml.vocabulary import (
    ACTIVITIES,
    EVENT_DEFINITIONS,
    TRIGGERS,
    child,
    flag,
    local,
    ours,
    reference,
    text_of,
)

_TIMERS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


def read_trigger(reading: Reading, element: etree._Element, place: str) -> tuple[str, Trigger | None]:
    """The trigger of an event (`none` … `link`) and its details. `place` is a key of TRIGGERS."""
    definitions = [one for one in element if local(one) in EVENT_DEFINITIONS]
    if len(definitions) > 1 or flag(element, "parallelMultiple", default=False):
        reading.unsupported(element, f"{local(element)} (multiple event definitions)")
        return "none", None
    if not definitions:
        if "none" not in TRIGGERS[place]:
            reading.unsupported(element, f"{local(element)} without event definition")
        return "none", None
    kind = EVENT_DEFINITIONS[local(definitions[0])]
    if kind not in TRIGGERS[place]:
        reading.unsupported(element, f"{local(definitions[0])} in {place}")
        return kind, None
    return kind, _details(reading, element, definitions[0], kind)


def _details(reading: Reading, event: etree._Element, definition: etree._Element, kind: str) -> Trigger:
    if kind in ("message", "signal"):
        return Trigger(name=_required(reading, definition, kind))
    if kind in ("error", "escalation"):
        return Trigger(name=reading.code_of(kind, definition, f"{kind}Ref"))
    if kind == "timer":
        return Trigger(timer=_timer(reading, definition))
    if kind == "conditional":
        if child(definition, "condition") is None:
            reading.refuse(definition, "bad_expression", "条件事件没有条件", "conditional event without condition")
        return Trigger(condition=reading.expression(child(definition, "condition")))
    if kind == "compensation":
        activity = reference(definition, "activityRef")
        return Trigger(
            activity=None if activity is None else reading.key(activity),
            waits=flag(definition, "waitForCompletion", default=True),
        )
    if kind == "link":
        return Trigger(name=definition.get("name") or event.get("name") or "")
    return Trigger()


def _required(reading: Reading, definition: etree._Element, kind: str) -> str:
    name = reading.name_of(kind, definition, f"{kind}Ref")
    if name is None and not definition.get(f"{kind}Ref"):
        reading.refuse(definition, "missing_reference", f"事件没有 {kind}Ref", f"the event has no {kind}Ref")
    return name or ""


def _timer(reading: Reading, definition: etree._Element) -> TimerDefinition | None:
    found = [one for one in definition if local(one) in _TIMERS]
    if len(found) != 1:
        reading.refuse(
            definition,
            "bad_timer",
            "定时事件须有 timeDate、timeDuration、timeCycle 之一",
            "a timer needs one of timeDate, timeDuration, timeCycle",
        )
        return None
    one = found[0]
    kind, text, calendar = _TIMERS[local(one)], text_of(one), ours(one, "calendar")
    literal = is_timer_value(kind, text)
    if not literal and (is_loose(text) or not text.isidentifier()):
        reading.refuse(one, "bad_timer", f"时间 “{text}” 无法识别", f"cannot read the time {text!r}")
        return None
    if calendar and kind == "date":
        reading.refuse(one, "bad_timer", "时刻不能带日历", "an instant takes no calendar")
    return TimerDefinition(kind, text, calendar, literal)


def read_loop(reading: Reading, element: etree._Element) -> Loop | None:
    """How often an activity runs; None for once."""
    for one in element:
        name = local(one)
        if name == "multiInstanceLoopCharacteristics":
            return _multi_instance(reading, element, one)
        if name == "standardLoopCharacteristics":
            return _standard(reading, one)
    return None


def _multi_instance(reading: Reading, element: etree._Element, one: etree._Element) -> Loop | None:
    if local(element) not in ACTIVITIES:
        reading.unsupported(one)
        return None
    for extra in one:
        if local(extra) not in ("loopCardinality", "completionCondition", "documentation", "extensionElements"):
            reading.unsupported(extra, f"{local(extra)} in multiInstanceLoopCharacteristics")
    if (one.get("behavior") or "All") != "All":
        reading.unsupported(one, f"multiInstanceLoopCharacteristics behavior={one.get('behavior')}")
    collection = ours(one, "collection")
    cardinality = reading.expression(child(one, "loopCardinality"))
    if bool(collection) == (child(one, "loopCardinality") is not None):
        reading.refuse(
            one,
            "structure",
            "多实例须有 bihuan:collection 或 loopCardinality 之一",
            "multi-instance needs either bihuan:collection or loopCardinality",
        )
    return Loop(
        kind="sequential" if flag(one, "isSequential", default=False) else "parallel",
        cardinality=cardinality,
        collection=collection or None,
        element_variable=ours(one, "elementVariable") or None,
        completion=reading.expression(child(one, "completionCondition")),
    )


def _standard(reading: Reading, one: etree._Element) -> Loop:
    maximum = (one.get("loopMaximum") or "").strip()
    condition = child(one, "loopCondition")
    if condition is None and not maximum.isdecimal():
        reading.refuse(one, "structure", "循环没有条件也没有最多次数", "a loop needs loopCondition or loopMaximum")
    return Loop(
        kind="loop",
        test_before=flag(one, "testBefore", default=False),
        maximum=int(maximum) if maximum.isdecimal() else None,
        condition=reading.expression(condition),
    )
