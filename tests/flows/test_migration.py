"""Running instances go on with another version: rehearsed, moved, timers and limits computed anew, and back."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from bihuan.core.actor import SYSTEM
from bihuan.core.errors import Forbidden
from bihuan.flows import operations, queries
from bihuan.flows.errors import MigrationRunning, NotAnotherVersion, ReasonRequired, StepGone, UndoneAlready
from bihuan.flows.models import Instance, Migration, MigrationMove, Version, Wait, WorkItem
from bihuan.flows.operations import migration as migration_room
from bihuan.issues.models import Entry
from tests.bpmn.building import flows
from tests.factories import NOW, actor, company, customer_issue
from tests.flows.charts import check, complete, open_nodes, publish, start, task, timer
from tests.issues.test_story import do, fresh, open_step, run_to

pytestmark = pytest.mark.django_db


def body(name: str, *, duration: str = "PT4H", wait: str = "PT8H", role: str = "agent", more: str = "") -> str:
    return (
        '<startEvent id="a"/>'
        + task(name, duration=duration, role=role)
        + timer("late", name, wait)
        + task("behind")
        + '<endEvent id="z"/>'
        + (more or flows(f"a>{name}", f"{name}>behind", "late>behind", "behind>z"))
    )


def migrate(source: Version, target: Version, *, reason: str = "第二版", **mapping: str) -> Migration:
    migration = operations.start_migration(
        source_id=source.pk, target_id=target.pk, mapping=mapping, reason=reason, actor=SYSTEM, now=NOW
    )
    finish()
    migration.refresh_from_db()
    return migration


def finish(limit: int = 50) -> list[int]:
    portions: list[int] = []
    while portions[-1:] != [0]:
        portions.append(operations.carry_on_migrations(now=NOW, limit=limit))
    return portions


def item_of(instance: Instance) -> WorkItem:
    return WorkItem.objects.get(instance=instance, closed_at__isnull=True)


@pytest.mark.correctness(81)
def test_what_waits_goes_on_in_the_new_version_with_its_used_time() -> None:
    company()
    first = publish(body("old", duration="PT8H", wait="PT24H"))
    instance = start()
    before = item_of(instance)
    assert before.due_at is not None
    second = publish(body("new", duration="PT2H", wait="PT6H", role="supervisor"))
    (place,) = queries.waiting_places(source_id=first.pk, target_id=second.pk)
    assert (place.node.id, place.count, place.proposal) == ("old", 1, "")
    assert {choice.id for choice in place.choices} == {"new", "behind"}
    rehearsed = queries.rehearse_migration(source_id=first.pk, target_id=second.pk, mapping={}, now=NOW)
    assert (rehearsed.tried, rehearsed.passed) == (1, 0) and "old" in rehearsed.refused[0][0]
    rehearsed = queries.rehearse_migration(source_id=first.pk, target_id=second.pk, mapping={"old": "new"}, now=NOW)
    assert (rehearsed.passed, rehearsed.refused) == (1, ())
    assert Instance.objects.get(pk=instance.pk).version_id == first.pk, "looking changes nothing"
    later = NOW + timedelta(hours=1)
    operations.start_migration(
        source_id=first.pk, target_id=second.pk, mapping={"old": "new"}, reason="缩短时限", actor=SYSTEM, now=later
    )
    assert operations.carry_on_migrations(now=later) == 1
    after = item_of(instance)
    assert (after.pk, after.node, after.name, after.role) == (before.pk, "new", "new", "supervisor")
    # Friday 10:00 + 2 h of working time: counted from when the step opened, not from the migration.
    assert (after.opened_at, after.due_at) == (before.opened_at, NOW + timedelta(hours=2))
    wait = Wait.objects.get(instance=instance, closed_at__isnull=True)
    assert (wait.node, wait.due_at) == ("late", NOW + timedelta(hours=6))
    check(instance)
    complete(instance, "new", now=later)
    assert open_nodes(instance) == ["behind"]
    check(instance)


def test_a_deadline_used_up_under_the_new_limit_is_late_at_once() -> None:
    company()
    first = publish(body("same", duration="PT8H", wait="P9D"))
    instance = start()
    second = publish(body("same", duration="PT1H", wait="P9D"))
    operations.start_migration(
        source_id=first.pk, target_id=second.pk, mapping={}, reason="缩短", actor=SYSTEM, now=NOW + timedelta(hours=1.5)
    )
    operations.carry_on_migrations(now=NOW + timedelta(hours=1.5))
    item = item_of(instance)
    assert item.due_at == NOW + timedelta(hours=1) and item.breached_at is None
    assert operations.fire_due_timers(now=NOW + timedelta(hours=1.5)) == 1
    item.refresh_from_db()
    assert item.breached_at == item.due_at and item.alarms_done == [50, 90, 100]


def test_who_holds_a_step_keeps_it_and_pauses_count() -> None:
    company()
    first = publish(body("same", duration="PT4H"))
    instance = start()
    step = item_of(instance)
    operations.claim_work_item(work_item_id=step.pk, actor=actor("agent"), now=NOW)
    operations.pause_work_item(work_item_id=step.pk, reason="等客户", actor=actor("agent"), now=NOW)
    operations.resume_work_item(work_item_id=step.pk, actor=actor("agent"), now=NOW + timedelta(minutes=30))
    second = publish(body("same", duration="PT1H", role="engineer"))
    migrate(first, second)
    item = item_of(instance)
    assert (item.assignee_id, item.role, item.status) == (actor("agent").user_id, "agent", "claimed")
    assert item.due_at == NOW + timedelta(hours=1.5)
    check(instance)


def test_what_cannot_move_stays_and_says_why() -> None:
    company()
    first = publish(body("old"))
    moving, staying = start(), start()
    complete(moving, "old")
    second = publish(body("new"))
    migration = migrate(first, second)
    assert Instance.objects.get(pk=moving.pk).version_id == second.pk
    with pytest.raises(StepGone):  # its chart has no such step any more
        queries.step(actor=SYSTEM, work_item_id=WorkItem.objects.get(instance=moving, node="old").pk)
    assert Instance.objects.get(pk=staying.pk).version_id == first.pk
    found = queries.migration_progress(migration_id=migration.pk)
    assert migration.finished_at and (migration.total, found.moved, found.tried) == (2, 1, 2)
    assert "old" in found.left_behind[0][0] and found.left_behind[0][1] == 1
    complete(staying, "old")
    for each in (moving, staying):
        complete(each, "behind")
        assert check(each).ended


@pytest.mark.correctness(81)
def test_a_migration_is_taken_back() -> None:
    company()
    first = publish(body("old", duration="PT8H"))
    back, ended, gone_on = start(), start(), start()
    due = item_of(back).due_at
    second = publish(body("new", duration="PT1H", wait="PT1H"))
    migration = migrate(first, second, old="new")
    own = start()
    for node in ("new", "behind"):
        complete(ended, node)
    complete(gone_on, "new")
    undone = operations.undo_migration(migration_id=migration.pk, reason="时限太短", actor=SYSTEM, now=NOW)
    finish()
    where = {each: Instance.objects.get(pk=each.pk).version_id for each in (back, ended, gone_on, own)}
    assert where == {back: first.pk, ended: second.pk, gone_on: first.pk, own: second.pk}
    assert (open_nodes(back), open_nodes(gone_on)) == (["old"], ["behind"]) and item_of(back).due_at == due
    for each in where:
        check(each)
    undone.refresh_from_db()
    assert undone.finished_at is not None and undone.total == 2
    for number in (migration.pk, undone.pk):
        with pytest.raises(UndoneAlready):
            operations.undo_migration(migration_id=number, reason="x", actor=SYSTEM, now=NOW)


def test_portions_are_tried_once_each() -> None:
    company()
    first = publish(body("same"))
    for _ in range(7):
        start()
    second = publish(body("same", duration="PT1H"))
    migration = operations.start_migration(
        source_id=first.pk, target_id=second.pk, mapping={}, reason="x", actor=SYSTEM, now=NOW
    )
    with pytest.raises(MigrationRunning):
        operations.undo_migration(migration_id=migration.pk, reason="x", actor=SYSTEM, now=NOW)
    with pytest.raises(MigrationRunning):
        migrate(first, second)
    assert finish(limit=3) == [3, 3, 1, 0]
    assert MigrationMove.objects.filter(migration=migration, revision=2).count() == 7
    assert queries.running_on(version_ids=[first.pk, second.pk]) == {first.pk: 0, second.pk: 7}
    assert [version.number for version in queries.versions_of(key="X")] == [2, 1]
    assert [each.pk for each in queries.migrations_of(key="X")] == [migration.pk]


def test_it_needs_a_right_a_reason_and_another_version() -> None:
    company()
    first, other = publish(body("same")), publish(body("same"), key="Y")
    second = publish(body("same", duration="PT1H"))
    for who in ("agent", "head", "quality"):
        with pytest.raises(Forbidden):
            operations.start_migration(
                source_id=first.pk, target_id=second.pk, mapping={}, reason="x", actor=actor(who), now=NOW
            )
    with pytest.raises(ReasonRequired):
        migrate(first, second, reason="  ")
    for target in (first, other):
        with pytest.raises(NotAnotherVersion):
            migrate(first, target)
    assert not Migration.objects.exists()


def test_the_issue_follows_its_chart_into_the_new_version() -> None:
    company()
    issue = customer_issue()
    run_to(issue, "contact", NOW)
    first = fresh(issue).instance.version
    package = operations.Package(
        key="T01",
        name=first.definition.name,
        chart=bytes(first.chart).decode().replace('name="分析', 'name="深入分析', 1).encode(),
        forms=first.forms,
        decisions=first.decisions,
    )
    second = operations.publish_package(package=package, actor=SYSTEM, now=NOW)
    assert second.number == first.number + 1
    operations.start_migration(
        source_id=first.pk, target_id=second.pk, mapping={}, reason="改名", actor=actor("manager"), now=NOW
    )
    finish()
    moved = fresh(issue)
    assert moved.instance.version_id == second.pk and moved.step_name == open_step(issue).name
    line = Entry.objects.get(issue=issue, code="flow.migrated")
    assert (line.params["version"], line.params["reason"], line.author_name) == (second.number, "改名", "manager 先生")
    check(moved.instance)
    for node in ("analyse", "plan", "approve_owner"):
        do(issue, node, NOW)
    assert open_step(issue).node == "execute"


def test_two_places_that_became_one_are_told_apart_on_the_way_back() -> None:
    company()
    two = '<startEvent id="a"/>' + task("one") + task("two") + '<endEvent id="z"/>' + flows("a>one", "one>two", "two>z")
    first = publish(two)
    early, late = start(), start()
    complete(late, "one")
    second = publish('<startEvent id="a"/>' + task("both") + '<endEvent id="z"/>' + flows("a>both", "both>z"))
    migration = migrate(first, second, one="both", two="both")
    assert (open_nodes(early), open_nodes(late)) == (["both"], ["both"])
    operations.undo_migration(migration_id=migration.pk, reason="x", actor=SYSTEM, now=NOW)
    finish()
    assert (open_nodes(early), open_nodes(late)) == (["one"], ["two"])
    for each in (early, late):
        check(each)


def test_a_failing_database_leaves_nobody_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    company()
    first = publish(body("same"))
    start()
    second = publish(body("same", duration="PT1H"))
    operations.start_migration(source_id=first.pk, target_id=second.pk, mapping={}, reason="x", actor=SYSTEM, now=NOW)

    def gone(**_given: object) -> None:
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as broken:
        broken.setattr(migration_room, "_migrate", gone)
        with pytest.raises(OperationalError):
            operations.carry_on_migrations(now=NOW)
    assert not MigrationMove.objects.exists()
    assert operations.carry_on_migrations(now=NOW) == 1
