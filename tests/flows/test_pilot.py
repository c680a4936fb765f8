"""A pilot: who meets it, that it is always the same ones, how it ends; the table of a version's life, pair by pair."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.core.actor import SYSTEM, Actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.models import AuditEntry
from bihuan.flows import operations, queries
from bihuan.flows.errors import BadPilot, LastVersion, NoSuchDefinition, NotInThisStage, PilotRunning, ReasonRequired
from bihuan.flows.models import Instance, Version
from bihuan.flows.operations import Package, Pilot
from bihuan.flows.rules import ACTS, MOVES, share_of, takes_part
from tests.bpmn.building import flows, process, variables
from tests.factories import NOW, actor, company, customer_issue, person
from tests.flows.charts import complete, task

pytestmark = pytest.mark.django_db


def package(step: str, key: str = "X") -> Package:
    body = '<startEvent id="a"/>' + task(step) + '<endEvent id="z"/>' + flows(f"a>{step}", f"{step}>z")
    return Package(key=key, name=key, chart=process(body, variables()))


def publish(step: str, *, pilot: Pilot | None = None, by: Actor = SYSTEM) -> Version:
    return operations.publish_package(package=package(step), pilot=pilot, actor=by, now=NOW)


def start(subject: str = "", *, by: Actor = SYSTEM, place: int | None = None) -> Instance:
    return operations.start_instance(
        definition_key="X", variables={}, subject=subject, place=lambda: place, actor=by, now=NOW
    )


def tried(percent: int) -> tuple[Version, Version]:
    company()
    return publish("one"), publish("two", pilot=Pilot(percent=percent))


def test_the_share_is_about_that_and_always_the_same_ones() -> None:
    """10,000 subjects: the share within four standard deviations; who is in at 20 % is in at 50 %."""
    for percent in (1, 20, 50, 99):
        inside = sum(share_of("7", f"customer:{n}") < percent for n in range(10_000))
        deviation = (10_000 * percent / 100 * (1 - percent / 100)) ** 0.5
        assert abs(inside - 100 * percent) < 4 * deviation, percent
    few = {n for n in range(2_000) if share_of("7", str(n)) < 20}
    more = {n for n in range(2_000) if share_of("7", str(n)) < 50}
    assert few < more
    assert few != {n for n in range(2_000) if share_of("8", str(n)) < 20}, "another pilot tries it with others"


@pytest.mark.parametrize(
    ("percent", "departments", "mine", "expected"),
    [
        (None, [], [1], False),
        (100, [], [], True),
        (0, [], [], False),
        (None, [1, 2], [2, 9], True),
        (None, [1, 2], [9], False),
        (100, [1], [9], False),
    ],
)
def test_who_takes_part(percent: int | None, departments: list[int], mine: list[int], expected: bool) -> None:
    found = takes_part(percent=percent, departments=departments, mine=mine, token="1", subject="a")
    assert found is expected


def test_a_customer_always_meets_the_same_version() -> None:
    current, pilot = tried(40)
    met = [{start(f"customer:{n}").version_id for _ in range(3)} for n in range(40)]
    assert all(len(each) == 1 for each in met)
    counted = Counter(next(iter(each)) for each in met)
    assert set(counted) == {current.pk, pilot.pk}
    expected = {n for n in range(40) if share_of(str(pilot.pk), f"customer:{n}") < 40}
    assert counted[pilot.pk] == len(expected)


def test_without_a_subject_instances_are_spread() -> None:
    _, pilot = tried(50)
    counted = Counter(start().version_id for _ in range(60))
    assert 10 < counted[pilot.pk] < 50


def test_a_pilot_by_departments_asks_who_opens_it_and_who_will_work_on_it() -> None:
    company()
    publish("one")
    pilot = publish("two", pilot=Pilot(departments=("device",)))
    engineer, agent = actor("engineer"), actor("agent")
    device = next(iter(engineer.departments))
    assert start("customer:1", by=engineer).version_id == pilot.pk
    assert start("customer:1", by=agent).version_id != pilot.pk
    assert start("customer:1", by=agent, place=device).version_id == pilot.pk
    operations.adjust_pilot(version_id=pilot.pk, pilot=Pilot(departments=("company",)), actor=SYSTEM, now=NOW)
    assert start("customer:1", by=agent).version_id == pilot.pk, "departments below count"


def test_an_issue_is_routed_by_its_type() -> None:
    company()
    version = queries.current_version(key="T01")
    assert version is not None
    shipped = Package(
        key="T01",
        name="T01",
        chart=bytes(Version.objects.get(pk=version.pk).chart).replace("登记".encode(), "记录".encode()),
        forms=version.forms,
        decisions=version.decisions,
    )
    pilot = operations.publish_package(package=shipped, pilot=Pilot(percent=99), actor=actor("manager"), now=NOW)
    issues = [customer_issue(email=f"a{n}@x.example", name=f"客户{n}") for n in range(8)]
    for issue in issues:
        inside = share_of(str(pilot.pk), f"customer:{issue.customer_id}") < 99
        assert (issue.instance.version_id == pilot.pk) is inside


def test_the_choice_costs_no_query() -> None:
    tried(50)
    assert len({start(f"customer:{n}").version_id for n in range(20)}) == 2  # both charts are compiled now
    with CaptureQueriesContext(connection) as sent:
        start("customer:2")
    assert not [each["sql"] for each in sent if "flows_version" in each["sql"] or "flows_definition" in each["sql"]]


def test_a_pilot_goes_to_all_or_to_nobody() -> None:
    _, pilot = tried(1)
    with pytest.raises(PilotRunning):
        publish("three")
    operations.adjust_pilot(version_id=pilot.pk, pilot=Pilot(percent=99), actor=SYSTEM, now=NOW)
    running = next(one for n in range(50) if (one := start(f"c:{n}")).version_id == pilot.pk)
    with pytest.raises(ReasonRequired):
        operations.stop_pilot(version_id=pilot.pk, reason=" \x00", actor=SYSTEM, now=NOW)
    operations.stop_pilot(version_id=pilot.pk, reason="超时变多", actor=SYSTEM, now=NOW)
    assert {start(f"c:{n}").version_id for n in range(5)} == {queries.current_version(key="X").pk}  # type: ignore[union-attr]
    complete(running, "two")
    assert Instance.objects.get(pk=running.pk).ended_at is not None, "what runs goes on"
    second = publish("two", pilot=Pilot(percent=1), by=actor("manager"))
    operations.promote_pilot(version_id=second.pk, actor=SYSTEM, now=NOW)
    assert {start(f"c:{n}").version_id for n in range(5)} == {second.pk}
    actions = set(AuditEntry.objects.filter(object_type="definition").values_list("action", flat=True))
    assert {"chart.piloted", "version.adjust", "version.stop", "version.promote"} <= actions


@pytest.mark.parametrize(
    "pilot",
    [
        Pilot(),
        Pilot(percent=0),
        Pilot(percent=100),
        Pilot(departments=("nowhere",)),
        Pilot(percent=5, departments=("device",)),
    ],
)
def test_a_pilot_has_a_share_or_departments(pilot: Pilot) -> None:
    company()
    publish("one")
    with pytest.raises(BadPilot):
        publish("two", pilot=pilot)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("stage", ["pilot", "published", "retired"])
@pytest.mark.foreign_write("the version is put into every stage by hand, to try every act from it")
def test_every_stage_and_act(stage: str, act: str) -> None:
    _, version = tried(10)
    Version.objects.filter(pk=version.pk).update(stage=stage)
    acts = {
        "adjust": lambda: operations.adjust_pilot(
            version_id=version.pk, pilot=Pilot(percent=20), actor=SYSTEM, now=NOW
        ),
        "promote": lambda: operations.promote_pilot(version_id=version.pk, actor=SYSTEM, now=NOW),
        "stop": lambda: operations.stop_pilot(version_id=version.pk, reason="x", actor=SYSTEM, now=NOW),
        "retire": lambda: operations.retire_version(version_id=version.pk, reason="x", actor=SYSTEM, now=NOW),
    }
    expected = MOVES.get((stage, act))
    if expected is None:
        with pytest.raises(NotInThisStage):
            acts[act]()
    else:
        acts[act]()
    assert Version.objects.get(pk=version.pk).stage == (expected or stage)


def test_a_retired_version_leaves_the_one_before_it() -> None:
    company()
    first, second = publish("one"), publish("two")
    operations.retire_version(version_id=second.pk, reason="有问题", actor=SYSTEM, now=NOW)
    assert start().version_id == first.pk
    with pytest.raises(LastVersion):
        operations.retire_version(version_id=first.pk, reason="x", actor=SYSTEM, now=NOW)
    running = start()
    operations.retire_definition(key="X", reason="业务停办", actor=SYSTEM, now=NOW)
    with pytest.raises(NoSuchDefinition):
        start()
    assert [each.key for each in queries.retired_definitions()] == ["X"]
    complete(running, "one")
    with pytest.raises(NotInThisStage):
        operations.retire_definition(key="X", reason="x", actor=SYSTEM, now=NOW)
    assert publish("one").pk == second.pk, "what ships does not revive what was retired"
    revived = publish("one", by=actor("manager"))
    assert start().version_id == revived.pk


def test_what_the_product_starts_by_itself_stays() -> None:
    company()
    with pytest.raises(LastVersion):
        operations.retire_definition(key="T01", reason="x", actor=SYSTEM, now=NOW)
    with pytest.raises(NotFound):
        operations.retire_definition(key="no such", reason="x", actor=SYSTEM, now=NOW)


def test_who_may_not_publish_steers_no_version() -> None:
    _, pilot = tried(10)
    drawer = person("quality", "quality", username="q2")
    for act in (
        lambda: operations.adjust_pilot(version_id=pilot.pk, pilot=Pilot(percent=20), actor=drawer, now=NOW),
        lambda: operations.promote_pilot(version_id=pilot.pk, actor=drawer, now=NOW),
        lambda: operations.stop_pilot(version_id=pilot.pk, reason="x", actor=drawer, now=NOW),
        lambda: operations.retire_version(version_id=pilot.pk, reason="x", actor=drawer, now=NOW),
        lambda: operations.retire_definition(key="X", reason="x", actor=drawer, now=NOW),
    ):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(NotFound):
        operations.promote_pilot(version_id=pilot.pk + 999, actor=SYSTEM, now=NOW)


def test_how_a_pilot_compares() -> None:
    """Against counts made by hand: hours 1, 2, 9 → median 2; late where four working hours were over."""
    current, pilot = tried(50)
    began: dict[int, list[Instance]] = {current.pk: [], pilot.pk: []}
    n = 0
    while min(map(len, began.values())) < 4:
        one = start(f"c:{n}")
        began[one.version_id].append(one)
        n += 1
    for hours, one in zip((1, 2, 9), began[pilot.pk], strict=False):
        operations.fire_due_timers(now=NOW + timedelta(hours=hours))
        complete(one, "two", now=NOW + timedelta(hours=hours))
    with CaptureQueriesContext(connection) as sent:
        found = queries.outcomes(version_ids=[current.pk, pilot.pk], since=NOW, until=None)
    assert len(sent) == 2
    result = found[pilot.pk]
    assert (result.started, result.ended, result.median_seconds) == (len(began[pilot.pk]), 3, 7200.0)
    assert result.limits == result.started and result.breached == result.started - 2
    assert found[current.pk].ended == 0 and found[current.pk].median_seconds is None
    later = queries.outcomes(version_ids=[pilot.pk], since=NOW + timedelta(seconds=1), until=None)
    assert later[pilot.pk].started == 0
