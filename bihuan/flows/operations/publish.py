"""Publishing charts."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime

from bihuan.accounts import queries as people
from bihuan.bpmn import ChartRefused
from bihuan.core import audit
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Forbidden
from bihuan.core.stamps import operation
from bihuan.flows.charts import compile_package
from bihuan.flows.errors import BadPilot, ChartNotPublishable, PilotNeedsVersion, PilotRunning
from bihuan.flows.models import Definition, Version, VersionStage


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A chart with everything that it needs to run: ``forms`` {code: JSON Schema}, ``decisions`` {key: DMN XML}."""

    key: str
    name: str
    name_en: str = ""
    template: str = ""
    chart: bytes
    forms: dict[str, dict[str, object]] = field(default_factory=dict)
    decisions: dict[str, str] = field(default_factory=dict)

    def content_hash(self) -> str:
        """Equal for equal charts, forms and tables."""
        parts = json.dumps([self.forms, self.decisions], sort_keys=True, ensure_ascii=False).encode()
        return hashlib.sha256(self.chart + b"\0" + parts).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """Which new instances try the version: ``percent`` (1–99) of the subjects, or those of the departments (keys) and of
    all below them."""

    percent: int | None = None
    departments: tuple[str, ...] = ()

    def checked(self) -> tuple[int | None, list[int]]:
        """The share, or the ids of the departments; ``BadPilot`` for none, both, or what does not exist."""
        found = people.departments_by_key(keys=self.departments)
        if self.departments:
            if self.percent is not None or len(found) != len(set(self.departments)):
                raise BadPilot
            return None, [place.pk for place in found.values()]
        if self.percent is None or not 1 <= self.percent <= 99:
            raise BadPilot
        return self.percent, []


@operation()
def publish_package(
    *, package: Package, actor: Actor, now: datetime, change_log: str = "", pilot: Pilot | None = None
) -> Version:
    """Makes the package the definition's current version; new instances run on it, running ones stay on theirs.

    With ``pilot`` it is tried first by a part of the new ones. The same content as the current version changes nothing
    and gives that version; what the system ships never takes the place of what a person published or retired. Refuses
    ``ChartNotPublishable``, ``PilotRunning``, ``PilotNeedsVersion``, ``BadPilot``.
    """
    if not actor.can("flows.publish"):
        raise Forbidden
    _check(package)
    definition, _ = Definition.objects.get_or_create(
        key=package.key,
        defaults={"name": package.name, "name_en": package.name_en, "template": package.template, "created_at": now},
    )
    definition = Definition.objects.select_for_update().get(pk=definition.pk)
    versions = list(definition.versions.defer("chart", "forms", "decisions").order_by("-number"))
    if versions and actor.kind is ActorKind.SYSTEM and _is_the_companys(versions[0]):
        return versions[0]
    digest = package.content_hash()
    current = next((each for each in versions if each.stage == VersionStage.PUBLISHED), None)
    if current is not None and current.content_hash == digest:
        return current
    if any(each.stage == VersionStage.PILOT for each in versions):
        raise PilotRunning
    if pilot is not None and current is None:
        raise PilotNeedsVersion
    percent, departments = pilot.checked() if pilot is not None else (None, [])
    version = Version.objects.create(
        definition=definition,
        number=(versions[0].number if versions else 0) + 1,
        content_hash=digest,
        chart=package.chart,
        forms=package.forms,
        decisions=package.decisions,
        published_at=now,
        published_by_id=actor.user_id,
        published_by_name=actor.name[:200],
        change_log=change_log,
        stage=VersionStage.PUBLISHED if pilot is None else VersionStage.PILOT,
        pilot_percent=percent,
        pilot_departments=departments,
    )
    if pilot is None and (definition.name, definition.name_en) != (package.name, package.name_en):
        definition.name, definition.name_en = package.name, package.name_en
        definition.save(update_fields=["name", "name_en"])
    detail: dict[str, object] = {"version": version.number, "hash": digest}
    if pilot is not None:
        detail |= {"percent": percent, "departments": departments}
    audit.record(
        actor=actor,
        action="chart.published" if pilot is None else "chart.piloted",
        object_type="definition",
        object_id=definition.pk,
        now=now,
        detail=detail,
    )
    return version


def _check(package: Package) -> None:
    try:
        chart = compile_package(package.chart, package.decisions)
    except ChartRefused as refused:
        problems = "；".join(problem.message_zh for problem in refused.problems[:5])
        raise ChartNotPublishable(params={"problems": problems}) from refused
    missing = sorted({n.ext.form for n in chart.nodes.values() if n.ext.form and n.ext.form not in package.forms})
    if missing:
        raise ChartNotPublishable(params={"problems": f"缺少表单 {'、'.join(missing)}"})


def _is_the_companys(newest: Version) -> bool:
    return newest.published_by_id is not None or newest.stage == VersionStage.RETIRED
