"""Publishing charts."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime

from bihuan.bpmn import ChartRefused
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden
from bihuan.core.stamps import operation
from bihuan.flows.charts import compile_package
from bihuan.flows.errors import ChartNotPublishable
from bihuan.flows.models import Definition, Version


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


@operation()
def publish_package(*, package: Package, actor: Actor, now: datetime) -> Version:
    """Makes the package the definition's current version; new instances run on it, running ones stay on theirs.

    The same content as the current version changes nothing and gives that version.
    """
    if not actor.can("flows.publish"):
        raise Forbidden
    try:
        chart = compile_package(package.chart, package.decisions)
    except ChartRefused as refused:
        problems = "；".join(problem.message_zh for problem in refused.problems[:5])
        raise ChartNotPublishable(params={"problems": problems}) from refused
    missing = sorted({n.ext.form for n in chart.nodes.values() if n.ext.form and n.ext.form not in package.forms})
    if missing:
        raise ChartNotPublishable(params={"problems": f"缺少表单 {'、'.join(missing)}"})
    definition, _ = Definition.objects.get_or_create(
        key=package.key,
        defaults={"name": package.name, "name_en": package.name_en, "template": package.template, "created_at": now},
    )
    Definition.objects.select_for_update().get(pk=definition.pk)
    current = definition.versions.order_by("-number").first()
    digest = package.content_hash()
    if current is not None and current.content_hash == digest:
        return current
    version = Version.objects.create(
        definition=definition,
        number=(current.number if current else 0) + 1,
        content_hash=digest,
        chart=package.chart,
        forms=package.forms,
        decisions=package.decisions,
        published_at=now,
    )
    audit.record(
        actor=actor,
        action="chart.published",
        object_type="definition",
        object_id=definition.pk,
        now=now,
        detail={"version": version.number, "hash": digest},
    )
    return version
