"""Versions: which new instances run on, all of a chart, and how a pilot compares."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from bihuan.core.errors import NotFound
from bihuan.flows.models import Definition, Version, VersionStage


@dataclass(frozen=True, slots=True)
class Live:
    """What new instances of a chart run on."""

    current: Version
    pilot: Version | None


def live_versions() -> dict[str, Live]:
    """By the keys of the charts that can be started, without the charts' bytes; one query."""
    rows = (
        Version.objects.filter(stage__in=(VersionStage.PILOT, VersionStage.PUBLISHED))
        .select_related("definition")
        .defer("chart")
        .order_by("definition__key", "stage", "-number")
        .distinct("definition__key", "stage")
    )
    found: dict[str, dict[str, Version]] = {}
    for version in rows:
        found.setdefault(version.definition.key, {})[version.stage] = version
    return {
        key: Live(stages[VersionStage.PUBLISHED], stages.get(VersionStage.PILOT))
        for key, stages in found.items()
        if VersionStage.PUBLISHED in stages
    }


def current_versions() -> list[Version]:
    """The versions that new instances run on, one a chart, by key; pilots left out."""
    return [live.current for live in live_versions().values()]


def current_version(*, key: str) -> Version | None:
    """The version that new instances run on, without its chart bytes."""
    return (
        Version.objects.filter(definition__key=key, stage=VersionStage.PUBLISHED)
        .select_related("definition")
        .defer("chart")
        .order_by("-number")
        .first()
    )


def pilot_of(*, key: str) -> Version | None:
    """The version that is being tried, without its contents."""
    found = Version.objects.filter(definition__key=key, stage=VersionStage.PILOT).select_related("definition")
    return found.defer("chart", "forms", "decisions").first()


def version_of(*, key: str, number: int) -> Version:
    """One version of a chart; ``NotFound``."""
    found = Version.objects.filter(definition__key=key, number=number).select_related("definition").first()
    if found is None:
        raise NotFound
    return found


def key_of(*, version_id: int) -> str:
    """The key of the chart that the version belongs to; ``NotFound``."""
    key = Version.objects.filter(pk=version_id).values_list("definition__key", flat=True).first()
    if key is None:
        raise NotFound
    return key


def retired_definitions() -> list[Definition]:
    """Charts that can no longer be started, by name."""
    live = Version.objects.exclude(stage=VersionStage.RETIRED).values("definition_id")
    return list(Definition.objects.exclude(pk__in=live).filter(versions__isnull=False).distinct().order_by("name"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the instances of a version that began in a period. ``median_seconds``: from start to end, of those
    that ended; ``limits``: steps with a deadline, ``breached``: those of them that were late."""

    version_id: int
    started: int
    ended: int
    median_seconds: float | None
    limits: int
    breached: int


_INSTANCES = """
SELECT version_id, count(*), count(ended_at),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - started_at))
           FILTER (WHERE ended_at IS NOT NULL)
FROM flows_instance WHERE version_id = ANY(%s) AND started_at >= %s AND (%s::timestamptz IS NULL OR started_at < %s)
GROUP BY version_id
"""
_STEPS = """
SELECT i.version_id, count(*), count(w.breached_at)
FROM flows_instance i JOIN flows_workitem w ON w.instance_id = i.id
WHERE i.version_id = ANY(%s) AND i.started_at >= %s AND (%s::timestamptz IS NULL OR i.started_at < %s)
  AND w.limit_seconds IS NOT NULL
GROUP BY i.version_id
"""


def outcomes(*, version_ids: Sequence[int], since: datetime, until: datetime | None) -> dict[int, Outcome]:
    """What became of the instances that began on each version from ``since`` on and before ``until``; two queries."""
    given: tuple[list[int], datetime, datetime | None, datetime | None] = (list(version_ids), since, until, until)
    with connection.cursor() as cursor:
        cursor.execute(_INSTANCES, given)
        began = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(_STEPS, given)
        steps = {row[0]: row[1:] for row in cursor.fetchall()}
    return {
        each: Outcome(
            version_id=each,
            started=began.get(each, (0, 0, None))[0],
            ended=began.get(each, (0, 0, None))[1],
            median_seconds=began.get(each, (0, 0, None))[2],
            limits=steps.get(each, (0, 0))[0],
            breached=steps.get(each, (0, 0))[1],
        )
        for each in version_ids
    }
