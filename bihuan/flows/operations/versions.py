"""The life of a version after it was published: the pilot goes to all or to nobody, a version is retired."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext

from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.stamps import operation
from bihuan.flows.errors import LastVersion, NotInThisStage, ReasonRequired
from bihuan.flows.models import Definition, Version, VersionStage
from bihuan.flows.operations.publish import Pilot
from bihuan.flows.registry import relied_on
from bihuan.flows.rules import MOVES


@operation()
def adjust_pilot(*, version_id: int, pilot: Pilot, actor: Actor, now: datetime) -> Version:
    """Another share, or other departments. Subjects that were in stay in when the share grows."""
    version, stage = _moved(version_id, "adjust", actor)
    percent, departments = pilot.checked()
    version.pilot_percent, version.pilot_departments = percent, departments
    return _settle(version, stage, "adjust", actor, now, {"percent": percent, "departments": departments})


@operation()
def promote_pilot(*, version_id: int, actor: Actor, now: datetime) -> Version:
    """All new instances run on it from now on."""
    version, stage = _moved(version_id, "promote", actor)
    version.settled_at = now
    return _settle(version, stage, "promote", actor, now, {})


@operation()
def stop_pilot(*, version_id: int, reason: str, actor: Actor, now: datetime) -> Version:
    """New instances run on the version before again; those that run on the pilot stay there."""
    version, stage = _moved(version_id, "stop", actor)
    version.settled_at = version.retired_at = now
    version.retired_why = _reason(reason)
    return _settle(version, stage, "stop", actor, now, {})


@operation()
def retire_version(*, version_id: int, reason: str, actor: Actor, now: datetime) -> Version:
    """Nothing new runs on it; if it was the current one, new instances run on the published version before it.

    Refuses ``LastVersion`` where there is none: then the whole chart is to be retired, knowingly.
    """
    version, stage = _moved(version_id, "retire", actor)
    others = Version.objects.filter(definition_id=version.definition_id, stage=VersionStage.PUBLISHED)
    if not others.exclude(pk=version.pk).exists():
        raise LastVersion
    version.retired_at, version.retired_why = now, _reason(reason)
    return _settle(version, stage, "retire", actor, now, {})


@operation()
def retire_definition(*, key: str, reason: str, actor: Actor, now: datetime) -> Definition:
    """No new instance of the chart begins any more, a pilot of it included; running ones go on to their end.

    Refuses ``LastVersion`` for a chart that the product itself starts.
    """
    if not actor.can("flows.publish"):
        raise Forbidden
    definition = Definition.objects.select_for_update().filter(key=key).first()
    if definition is None:
        raise NotFound
    why = _reason(reason)
    if key in relied_on():
        raise LastVersion
    live = definition.versions.exclude(stage=VersionStage.RETIRED)
    numbers = list(live.values_list("number", flat=True))
    if not numbers:
        raise NotInThisStage(params={"stage": gettext(VersionStage.RETIRED.label)})
    live.update(stage=VersionStage.RETIRED, retired_at=now, retired_why=why)
    _record(definition.pk, "chart.retired", actor, now, {"versions": sorted(numbers), "reason": why})
    return definition


def _moved(version_id: int, act: str, actor: Actor) -> tuple[Version, str]:
    """The version, locked with its chart, and the stage that the act leads to."""
    if not actor.can("flows.publish"):
        raise Forbidden
    definition = Definition.objects.select_for_update().filter(versions__pk=version_id).first()
    if definition is None:
        raise NotFound
    version = Version.objects.defer("chart", "forms", "decisions").get(pk=version_id)
    version.definition = definition
    stage = MOVES.get((version.stage, act))
    if stage is None:
        raise NotInThisStage(params={"stage": gettext(version.get_stage_display())})
    return version, stage


def _settle(
    version: Version, stage: str, act: str, actor: Actor, now: datetime, detail: Mapping[str, object]
) -> Version:
    version.stage = stage
    fields = ["stage", "pilot_percent", "pilot_departments", "settled_at", "retired_at", "retired_why"]
    version.save(update_fields=fields)
    reason = {"reason": version.retired_why} if version.retired_why else {}
    _record(version.definition_id, f"version.{act}", actor, now, {"version": version.number, **detail, **reason})
    return version


def _record(definition_id: int, action: str, actor: Actor, now: datetime, detail: Mapping[str, object]) -> None:
    audit.record(actor=actor, action=action, object_type="definition", object_id=definition_id, now=now, detail=detail)


def _reason(text: str) -> str:
    reason = text.replace("\x00", "").strip()
    if not reason:
        raise ReasonRequired
    return reason[:10_000]
