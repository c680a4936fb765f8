"""What the measurements of the stored engine run in a process of their own: ``python -m bench.shell steps SECONDS`` or
``storm TIMERS``."""

import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bihuan.flows.models import Instance, WorkItem

_HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:bench"><process id="p">'
_STORM = (
    '<startEvent id="a"/><intermediateCatchEvent id="w"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
    '</timerEventDefinition></intermediateCatchEvent><userTask id="u"/><endEvent id="z"/>'
    '<sequenceFlow id="f1" sourceRef="a" targetRef="w"/><sequenceFlow id="f2" sourceRef="w" targetRef="u"/>'
    '<sequenceFlow id="f3" sourceRef="u" targetRef="z"/></process></definitions>'
)


def _publish() -> None:
    from bench.stored import plain_chart
    from bihuan.core.actor import SYSTEM
    from bihuan.core.clock import system_now
    from bihuan.flows import gallery, operations

    shipped = gallery.package("T01")
    package = operations.Package(
        key="STORED", name="stored", chart=plain_chart(), forms=shipped.forms, decisions=shipped.decisions
    )
    operations.publish_package(package=package, actor=SYSTEM, now=system_now())


def _start() -> "Instance":
    from bihuan.core.actor import SYSTEM
    from bihuan.core.clock import system_now
    from bihuan.flows import operations

    variables = {"support_departments": [], "risk": "low", "urgency": "low"}
    return operations.start_instance(definition_key="STORED", variables=variables, actor=SYSTEM, now=system_now())


def _opened_in(instance: "Instance") -> "WorkItem | None":
    from bihuan.flows import queries

    return next(iter(queries.open_steps(instance_ids=[instance.pk])[instance.pk]), None)


def _complete(step: "WorkItem", outcome: str | None) -> "WorkItem | None":
    from bihuan.core.actor import SYSTEM
    from bihuan.core.clock import system_now
    from bihuan.flows import operations

    result = operations.complete_work_item(
        work_item_id=step.pk, outcome=outcome, variables={}, actor=SYSTEM, now=system_now()
    )
    return next(iter(result.opened), None)


def _answer(instance: "Instance", name: str) -> None:
    from bihuan.core.actor import SYSTEM
    from bihuan.core.clock import system_now
    from bihuan.flows import operations

    operations.correlate_message(instance_id=instance.pk, name=name, variables={}, actor=SYSTEM, now=system_now())


def _way() -> list[tuple[str, str | None]]:
    """What happens from the start to the end: a step is completed with an outcome, or a message comes."""
    from bihuan.flows import queries
    from bihuan.flows.models import Instance, Wait

    found: list[tuple[str, str | None]] = []
    instance = _start()
    step = _opened_in(instance)
    while not Instance.objects.get(pk=instance.pk).ended_at:
        if step is not None:
            offered = queries.step_outcomes(instance=step.instance, node=step.node)
            found.append(("step", offered[0].id if offered else None))
            step = _complete(step, found[-1][1])
        else:
            wait = Wait.objects.filter(instance=instance, kind="message", closed_at__isnull=True).earliest("number")
            found.append(("message", wait.name))
            _answer(instance, wait.name)
            step = _opened_in(instance)
    return found


def _run(way: list[tuple[str, str | None]]) -> None:
    instance, step = _start(), None
    for kind, word in way:
        if kind == "message":
            _answer(instance, word or "")
            step = None
            continue
        step = step or _opened_in(instance)
        assert step is not None
        step = _complete(step, word)


def steps(seconds: float) -> float:
    """Steps a second through ``flows.operations``, from the start of an instance to its end, again and again."""
    _publish()
    way = _way()
    done, began = 0, time.monotonic()
    while time.monotonic() < began + seconds:
        _run(way)
        done += 1 + len(way)
    return done / (time.monotonic() - began)


def storm(timers: int) -> int:
    """So many instances whose timers have been due for a day."""
    from bihuan.core.actor import SYSTEM
    from bihuan.core.clock import system_now
    from bihuan.flows import operations

    now = system_now()
    package = operations.Package(key="STORM", name="storm", chart=(_HEAD + _STORM).encode())
    operations.publish_package(package=package, actor=SYSTEM, now=now)
    before = now - timedelta(days=1)
    for _ in range(timers):
        operations.start_instance(definition_key="STORM", variables={}, actor=SYSTEM, now=before)
    return timers


def main() -> None:
    """Prints what was counted."""
    from bihuan.config.bootstrap import setup_django

    setup_django()
    kind, number = sys.argv[1:]
    print(steps(float(number)) if kind == "steps" else storm(int(number)))


if __name__ == "__main__":
    main()
