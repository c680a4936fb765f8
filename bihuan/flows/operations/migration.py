"""Running instances go on with another version of their chart: rehearsed first, then moved portion by portion, and back.

Each instance moves in a transaction of its own. What the engine refuses for one instance leaves that one where it is,
with the reason; nothing else is held up.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import OperationalError
from django.db.models import Exists, OuterRef, QuerySet

from bihuan.bpmn import State, commands
from bihuan.core import audit
from bihuan.core.actor import SYSTEM, Actor
from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.core.rows import insert_rows, update_row
from bihuan.core.stamps import operation
from bihuan.flows.charts import chart_of
from bihuan.flows.errors import InstanceSuspended, MigrationRunning, NotAnotherVersion, ReasonRequired, UndoneAlready
from bihuan.flows.models import Instance, Migration, MigrationMove, Version, WorkItem, WorkItemStatus
from bihuan.flows.operations import opening
from bihuan.flows.operations.run import StepRun, is_suspended
from bihuan.flows.permissions import may_steer
from bihuan.flows.queries.migrating import full_mapping, waiting_in
from bihuan.flows.registry import Deviation

log = logging.getLogger(__name__)
_WAITING = (WorkItemStatus.OPEN, WorkItemStatus.CLAIMED)


@operation()
def start_migration(
    *, source_id: int, target_id: int, mapping: Mapping[str, str], reason: str, actor: Actor, now: datetime
) -> Migration:
    """Says that all running instances of one version shall go on with another; the worker moves them.

    `mapping`: places where instances wait → places of the target; what is left out keeps its id.
    """
    source, target = _versions(source_id, target_id)
    return _begin(source, target, mapping, reason, actor, now)


@operation()
def undo_migration(*, migration_id: int, reason: str, actor: Actor, now: datetime) -> Migration:
    """Brings the instances that a migration moved, and that have not ended or moved on to a further version, back."""
    found = Migration.objects.select_for_update(of=("self",)).select_related("source", "target")
    done = found.filter(pk=migration_id).first()
    if done is None or not may_steer(actor):
        raise NotFound
    if done.finished_at is None:
        raise MigrationRunning
    if done.undoes_id is not None or Migration.objects.filter(undoes=done).exists():
        raise UndoneAlready
    back = {place: was for was, place in done.mapping.items()}
    return _begin(done.target, done.source, back, reason, actor, now, undoes=done)


def _versions(source_id: int, target_id: int) -> tuple[Version, Version]:
    found = {version.pk: version for version in Version.objects.filter(pk__in=[source_id, target_id])}
    if len(found) != 2 or len({version.definition_id for version in found.values()}) != 1:
        raise NotAnotherVersion
    return found[source_id], found[target_id]


def _begin(
    source: Version,
    target: Version,
    mapping: Mapping[str, str],
    reason: str,
    actor: Actor,
    now: datetime,
    undoes: Migration | None = None,
) -> Migration:
    if not may_steer(actor):
        raise Forbidden
    if not reason.strip():
        raise ReasonRequired
    Version.objects.select_for_update().get(pk=source.pk)
    if Migration.objects.filter(source=source, finished_at__isnull=True).exists():
        raise MigrationRunning
    migration = Migration(
        source=source,
        target=target,
        mapping={str(was): str(place) for was, place in mapping.items()},
        reason=reason.strip()[:2000],
        by_id=actor.user_id,
        by_name=actor.name[:200],
        started_at=now,
        undoes=undoes,
        total=0,
    )
    migration.total = _left(migration).count()
    migration.save()
    audit.record(
        actor=actor,
        action="flow.migration",
        object_type="version",
        object_id=source.pk,
        now=now,
        detail={"migration": migration.pk, "target": target.pk, "instances": migration.total},
    )
    return migration


def _left(migration: Migration) -> QuerySet[Instance]:
    """Instances that were not tried yet."""
    left = Instance.objects.filter(version_id=migration.source_id, ended_at__isnull=True)
    if migration.undoes_id is not None:
        moved = MigrationMove.objects.filter(
            migration_id=migration.undoes_id, instance=OuterRef("pk"), revision__isnull=False
        )
        left = left.filter(Exists(moved))
    if migration.pk is not None:
        left = left.exclude(Exists(MigrationMove.objects.filter(migration=migration, instance=OuterRef("pk"))))
    return left


def carry_on_migrations(*, now: datetime, limit: int = 50) -> int:
    """Moves a portion of what is left; returns how many instances were tried. Several workers may call it at once."""
    tried = 0
    for migration in Migration.objects.filter(finished_at__isnull=True).order_by("id"):
        portion = list(_left(migration).order_by("id").values_list("pk", flat=True)[: limit - tried])
        tried += sum(_try_one(migration, instance_id, now) for instance_id in portion)
        if not portion:
            _finish(migration_id=migration.pk, now=now)
        if tried >= limit:
            break
    return tried


def _try_one(migration: Migration, instance_id: int, now: datetime) -> int:
    try:
        return _move(migration_id=migration.pk, instance_id=instance_id, now=now)
    except Refused as refused:
        why = str(refused.params.get("detail") or refused.code)
    except OperationalError:  # the database, not the instance: it is tried again
        raise
    except Exception:
        log.exception("instance %s could not move in migration %s", instance_id, migration.pk)
        why = "error"
    return _leave(migration_id=migration.pk, instance_id=instance_id, why=why, now=now)


@operation()
def _move(*, migration_id: int, instance_id: int, now: datetime) -> int:
    migration = Migration.objects.select_related("source", "target").get(pk=migration_id)
    instance = Instance.objects.select_for_update(skip_locked=True).filter(pk=instance_id).first()
    if instance is None or MigrationMove.objects.filter(migration=migration, instance_id=instance_id).exists():
        return 0  # somebody works on it, or another worker was first
    if instance.ended_at is not None or instance.version_id != migration.source_id:
        return 0
    if is_suspended(instance):
        raise InstanceSuspended
    actor = replace(SYSTEM, user_id=migration.by_id, name=migration.by_name)
    places = _migrate(
        instance=instance,
        target=migration.target,
        mapping=_way_of(migration, instance),
        reason=migration.reason,
        actor=actor,
        now=now,
    )
    move = MigrationMove(migration=migration, instance=instance, at=now, revision=instance.revision, places=places)
    insert_rows([move])
    return 1


def _way_of(migration: Migration, instance: Instance) -> dict[str, str]:
    """The mapping; on the way back, two places that became one are told apart by where this instance came from."""
    way: dict[str, str] = dict(migration.mapping)
    if migration.undoes_id is not None:
        came = MigrationMove.objects.get(migration_id=migration.undoes_id, instance=instance)
        way |= {place: was for was, place in came.places.items()}
    return way


def _migrate(
    *, instance: Instance, target: Version, mapping: Mapping[str, str], reason: str, actor: Actor, now: datetime
) -> dict[str, str]:
    """Moves one locked instance; gives its waiting places and what became of them. Work items keep their holder, time
    used and pauses; limits come from the new chart."""
    run = StepRun(instance=instance, actor=actor, now=now)
    run.change.deviation = Deviation.MIGRATED
    chart, state = chart_of(target.pk), State.from_document(instance.state)
    names = full_mapping(state, run.chart, chart, mapping)
    run.perform(commands.Migrate(chart=chart, mapping=names, reason=reason[:500]))
    instance.version = target
    opened = {item.item for item in run.change.opened}
    waiting = WorkItem.objects.filter(instance=instance, status__in=_WAITING).exclude(item__in=opened).order_by("id")
    closed = {item.item for item in run.change.closed}
    for item in waiting:
        if item.item not in closed:
            item.instance = instance
            opening.renew_work_item(run=run, item=item, node=names.get(item.node, item.node))
            update_row(item, opening.RENEWED)
            run.change.moved.append(item)
    run.store(reason=reason)
    return {place: names[place] for place in waiting_in(state) if place in names}


@operation()
def _leave(*, migration_id: int, instance_id: int, why: str, now: datetime) -> int:
    move = MigrationMove(migration_id=migration_id, instance_id=instance_id, at=now, why=why[:300])
    MigrationMove.objects.bulk_create([move], ignore_conflicts=True)
    return 1


@operation()
def _finish(*, migration_id: int, now: datetime) -> None:
    migration = Migration.objects.select_for_update().get(pk=migration_id)
    if migration.finished_at is not None or _left(migration).exists():
        return
    migration.finished_at = now
    migration.save(update_fields=["finished_at"])
    moved = MigrationMove.objects.filter(migration=migration, revision__isnull=False).count()
    audit.record(
        actor=SYSTEM,
        action="flow.migration_finished",
        object_type="version",
        object_id=migration.source_id,
        now=now,
        detail={"migration": migration.pk, "moved": moved, "total": migration.total},
    )
