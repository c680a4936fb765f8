"""What the measurements of the stored engine run in a process of their own: ``python -m bench.shell steps SECONDS`` or
``storm TIMERS``."""

import sys
import time
from datetime import timedelta

_HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:bench"><process id="p">'
_STORM = (
    '<startEvent id="a"/><intermediateCatchEvent id="w"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
    '</timerEventDefinition></intermediateCatchEvent><userTask id="u"/><endEvent id="z"/>'
    '<sequenceFlow id="f1" sourceRef="a" targetRef="w"/><sequenceFlow id="f2" sourceRef="w" targetRef="u"/>'
    '<sequenceFlow id="f3" sourceRef="u" targetRef="z"/></process></definitions>'
)


def steps(seconds: float) -> float:
    """Steps a second through ``flows.operations``, from the start of an instance to its end, again and again."""
    from bench.stored import plain_chart
    from bihuan.core.actor import SYSTEM
    from bihuan.core.clock import system_now
    from bihuan.flows import gallery, operations, queries
    from bihuan.flows.models import Instance, Wait

    shipped = gallery.package("T01")
    package = operations.Package(
        key="STORED", name="stored", chart=plain_chart(), forms=shipped.forms, decisions=shipped.decisions
    )
    operations.publish_package(package=package, actor=SYSTEM, now=system_now())

    def run() -> int:
        variables = {"support_departments": [], "risk": "low", "urgency": "low"}
        instance = operations.start_instance(
            definition_key="STORED", variables=variables, actor=SYSTEM, now=system_now()
        )
        done, opened = 1, queries.open_steps(instance_ids=[instance.pk])[instance.pk]
        while True:
            if opened:
                offered = queries.step_outcomes(instance=opened[0].instance, node=opened[0].node)
                outcome = offered[0].id if offered else None
                result = operations.complete_work_item(
                    work_item_id=opened[0].pk, outcome=outcome, variables={}, actor=SYSTEM, now=system_now()
                )
                opened, ended = list(result.opened), result.ended
            else:
                wait = Wait.objects.filter(instance=instance, kind="message", closed_at__isnull=True).earliest("number")
                operations.correlate_message(
                    instance_id=instance.pk, name=wait.name, variables={}, actor=SYSTEM, now=system_now()
                )
                opened = queries.open_steps(instance_ids=[instance.pk])[instance.pk]
                ended = Instance.objects.get(pk=instance.pk).ended_at is not None
            done += 1
            if ended:
                return done

    run()
    done, began = 0, time.monotonic()
    while time.monotonic() < began + seconds:
        done += run()
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
