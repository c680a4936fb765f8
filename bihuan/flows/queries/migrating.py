"""What a migration would do: where instances wait, where they may go, and which would be refused."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import Count

from bihuan.bpmn import Chart, CommandRefused, Node, State, advance, commands
from bihuan.core.errors import NotFound
from bihuan.flows.charts import chart_of
from bihuan.flows.models import Instance, Migration, MigrationMove, Version

_MOST_REHEARSED = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPlace:
    """A place in which instances wait. ``proposal`` is its place in the other version, "" where none suggests itself;
    ``choices`` are the nodes of the same kind there."""

    node: Node
    count: int
    proposal: str
    choices: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What the engine says to each instance. ``refused``: (reason in English, instances), the most frequent first."""

    tried: int
    total: int
    passed: int
    refused: tuple[tuple[str, int], ...]


def versions_of(*, key: str) -> list[Version]:
    """All versions of a definition without their contents, the newest first."""
    found = Version.objects.filter(definition__key=key).select_related("definition")
    found = found.defer("chart", "forms", "decisions")
    return list(found.order_by("-number"))


def running_on(*, version_ids: list[int]) -> dict[int, int]:
    """How many instances run on each version."""
    running = Instance.objects.filter(version_id__in=version_ids, ended_at__isnull=True)
    counted = dict(running.values("version_id").annotate(n=Count("id")).values_list("version_id", "n"))
    return {version: counted.get(version, 0) for version in version_ids}


def migrations_of(*, key: str) -> list[Migration]:
    """The migrations between versions of a definition, the newest first."""
    found = Migration.objects.filter(source__definition__key=key).select_related("source", "target", "undone_by")
    return list(found.order_by("-id")[:50])


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a migration is. ``left_behind``: (reason, instances), the most frequent first."""

    migration: Migration
    moved: int
    left_behind: tuple[tuple[str, int], ...]

    @property
    def tried(self) -> int:
        """Instances that were moved or left behind."""
        return self.moved + sum(count for _, count in self.left_behind)


def migration_progress(*, migration_id: int) -> Progress:
    """How far it is now."""
    found = Migration.objects.filter(pk=migration_id)
    migration = found.select_related("source__definition", "target", "undone_by").first()
    if migration is None:
        raise NotFound
    moves = MigrationMove.objects.filter(migration=migration)
    reasons = Counter(moves.filter(revision__isnull=True).values_list("why", flat=True))
    moved = moves.filter(revision__isnull=False).count()
    return Progress(migration=migration, moved=moved, left_behind=tuple(reasons.most_common(20)))


def waiting_in(state: State) -> list[str]:
    """Every node in which something of the instance waits."""
    found = [token.node for token in state.tokens()]
    found += [node for _, node in state.joins]
    found += [str(target) for one in state.incidents.values() for what, _, target, _ in one["entries"] if what != "go"]
    return list(dict.fromkeys(place for place in found if place))


def full_mapping(state: State, old: Chart, new: Chart, mapping: Mapping[str, str]) -> dict[str, str]:
    """The mapping that one instance needs: what was said, and for the rest the same id where it is there."""
    known = {was: place for was, place in mapping.items() if was in old.nodes or was in old.flows}
    same = {place: place for place in waiting_in(state) if place not in known and place in new.nodes}
    return known | same


def waiting_places(*, source_id: int, target_id: int) -> list[WaitingPlace]:
    """Where running instances of the source wait, in the order of its chart."""
    old, new = chart_of(source_id), chart_of(target_id)
    counted: Counter[str] = Counter()
    for state in Instance.objects.filter(version_id=source_id, ended_at__isnull=True).values_list("state", flat=True):
        counted.update(waiting_in(State.from_document(state)))
    return [
        WaitingPlace(node=node, count=counted[node.id], proposal=_proposal(node, new), choices=_choices(node, new))
        for node in old.nodes.values()
        if node.id in counted
    ]


def _choices(node: Node, new: Chart) -> tuple[Node, ...]:
    return tuple(other for other in new.nodes.values() if other.kind == node.kind)


def _proposal(node: Node, new: Chart) -> str:
    choices = _choices(node, new)
    by_id = [other.id for other in choices if other.id == node.id]
    by_name = [other.id for other in choices if node.name and other.name == node.name]
    return (by_id + by_name + [""])[0]


def rehearse_migration(*, source_id: int, target_id: int, mapping: Mapping[str, str], now: datetime) -> Rehearsal:
    """Asks the engine about every running instance (the first 5,000 of them) without storing anything."""
    old, new = chart_of(source_id), chart_of(target_id)
    running = Instance.objects.filter(version_id=source_id, ended_at__isnull=True)
    refused: Counter[str] = Counter()
    tried = 0
    for document in islice(running.order_by("id").values_list("state", flat=True).iterator(), _MOST_REHEARSED):
        tried += 1
        state = State.from_document(document)
        names = full_mapping(state, old, new, mapping)
        try:
            advance(old, state, commands.Migrate(chart=new, mapping=names, reason="rehearsal"), now)
        except CommandRefused as error:
            refused[error.detail] += 1
    failed = refused.total()
    return Rehearsal(tried=tried, total=running.count(), passed=tried - failed, refused=tuple(refused.most_common(20)))
