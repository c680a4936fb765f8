"""After downtime many timers are due at once: several workers drain them in portions, and each fires once."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from bihuan.flows import operations
from bihuan.flows.models import Instance, StepRecord, Wait, WorkItem
from tests.bpmn.building import flows
from tests.factories import NOW, company
from tests.flows.charts import check, publish, start, task

pytestmark = pytest.mark.django_db(transaction=True)

_BODY = (
    '<startEvent id="a"/><intermediateCatchEvent id="wait"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
    "</timerEventDefinition></intermediateCatchEvent>"
    + task("behind")
    + '<endEvent id="z"/>'
    + flows("a>wait", "wait>behind", "behind>z")
)
_MANY = 240


@pytest.mark.slow
@pytest.mark.correctness(77, 90)
def test_a_storm_of_timers_is_drained_by_several_workers_and_each_fires_once() -> None:
    company()
    publish(_BODY)
    instances = [start(now=NOW + timedelta(seconds=n)) for n in range(_MANY)]
    later = NOW + timedelta(days=3)
    fired: list[int] = []

    def work() -> None:
        try:
            idle = 0
            while idle < 3:
                done = operations.fire_due_timers(now=later, limit=25)
                assert done <= 50, "a portion is bounded"
                fired.append(done)
                idle = 0 if done else idle + 1
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert not Wait.objects.filter(closed_at__isnull=True).exists()
    timers = Counter(
        instance
        for instance, commands in StepRecord.objects.values_list("instance_id", "commands")
        for command in commands
        if command["command"] == "FireTimer"
    )
    assert set(timers) == {instance.pk for instance in instances} and set(timers.values()) == {1}
    assert sum(fired) == _MANY
    assert WorkItem.objects.filter(node="behind", opened_at=later).count() == _MANY
    assert set(Instance.objects.values_list("revision", flat=True)) == {2}
    for instance in instances[:5]:
        check(instance)
