"""Charts that talk to each other: signals reach all who wait, a message one in the same business case, once."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from bihuan.flows import operations
from bihuan.flows.models import Instance, Thrown, Wait
from bihuan.flows.operations import throwing
from tests.bpmn.building import flows
from tests.factories import NOW, company
from tests.flows.charts import check, complete, open_nodes, publish, start, task

pytestmark = pytest.mark.django_db

_NAMES = '<signal id="S" name="停电"/><message id="M" name="配件到了"/>'


def _throw(kind: str) -> str:
    definition = (
        '<signalEventDefinition signalRef="S"/>' if kind == "signal" else '<messageEventDefinition messageRef="M"/>'
    )
    return (
        '<startEvent id="a"/>'
        + task("before")
        + f'<intermediateThrowEvent id="throw">{definition}</intermediateThrowEvent>'
        + task("behind")
        + '<endEvent id="z"/>'
        + flows("a>before", "before>throw", "throw>behind", "behind>z")
    )


def _catch(kind: str, *, again: bool = False) -> str:
    definition = (
        '<signalEventDefinition signalRef="S"/>' if kind == "signal" else '<messageEventDefinition messageRef="M"/>'
    )
    loop = (
        '<intermediateCatchEvent id="more"><signalEventDefinition signalRef="S"/></intermediateCatchEvent>'
        if again
        else ""
    )
    return (
        '<startEvent id="a"/>'
        + f'<intermediateCatchEvent id="catch">{definition}</intermediateCatchEvent>'
        + loop
        + task("heard")
        + '<endEvent id="z"/>'
        + (
            flows("a>catch", "catch>more", "more>heard", "heard>z")
            if again
            else flows("a>catch", "catch>heard", "heard>z")
        )
    )


def deliver(*, seconds: int = 1) -> int:
    return operations.deliver_thrown(now=NOW + timedelta(seconds=seconds))


def test_a_signal_reaches_everybody_who_waited_and_nobody_twice() -> None:
    company()
    publish(_throw("signal"), key="T", before=_NAMES)
    publish(_catch("signal"), key="C", before=_NAMES)
    publish(_catch("signal", again=True), key="D", before=_NAMES)
    sender, one, two, looping = start("T"), start("C"), start("C"), start("D")
    complete(sender, "before")
    assert open_nodes(one) == [] and Thrown.objects.get().name == "停电", "it leaves with the step, not within it"
    late = start("C", now=NOW + timedelta(seconds=1))
    assert deliver(seconds=2) == 1
    assert [open_nodes(each) for each in (one, two, looping, late)] == [["heard"], ["heard"], [], []]
    assert Wait.objects.get(instance=looping, closed_at__isnull=True).node == "more"
    assert deliver(seconds=3) == 0 and Thrown.objects.get().reached == 3
    assert Wait.objects.get(instance=looping, closed_at__isnull=True).node == "more"
    for each in (sender, one, two, looping, late):
        check(each)


def test_a_message_reaches_who_waits_longest_in_the_same_business_case() -> None:
    company()
    publish(_throw("message"), key="T", before=_NAMES)
    publish(_catch("message"), key="C", before=_NAMES)
    other = start("C", business_key="20261120-0001")
    first, second = start("C", business_key="20261120-0002"), start("C", business_key="20261120-0002")
    sender = start("T", business_key="20261120-0002")
    complete(sender, "before")
    assert deliver() == 1
    assert [open_nodes(each) for each in (other, first, second)] == [[], ["heard"], []]
    check(first)


def test_what_nobody_waits_for_is_noted_and_over() -> None:
    company()
    publish(_throw("message"), key="T", before=_NAMES)
    complete(start("T"), "before")
    assert deliver() == 1 and deliver() == 0
    assert Thrown.objects.get().reached == 0


def test_a_step_that_is_undone_throws_nothing() -> None:
    company()
    publish(_throw("signal"), key="T", before=_NAMES)
    sender = start("T")
    with pytest.raises(Exception, match="declare"):
        complete(sender, "before", unknown=1)
    assert not Thrown.objects.exists() and Instance.objects.get(pk=sender.pk).revision == 1


def test_a_throw_waits_for_the_database_and_goes_out_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    company()
    publish(_throw("signal"), key="T", before=_NAMES)
    publish(_catch("signal"), key="C", before=_NAMES)
    sender, waiting = start("T"), [start("C") for _ in range(5)]
    complete(sender, "before")

    def gone(**_given: object) -> int:
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as broken:
        broken.setattr(throwing, "_receive", gone)
        with pytest.raises(OperationalError):
            deliver()
    assert Thrown.objects.get().delivered_at is None
    monkeypatch.setattr(throwing, "_PORTION", 2)
    assert [deliver() for _ in range(4)] == [1, 1, 1, 0]
    assert [open_nodes(each) for each in waiting] == [["heard"]] * 5 and Thrown.objects.get().reached == 5
