"""Case cards and practice cases as staff may see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from bihuan.bpmn import Chart, ChartRefused
from bihuan.core.actor import Actor
from bihuan.core.cursors import decode_cursor, encode_cursor
from bihuan.core.errors import NotFound
from bihuan.flows import queries as flows
from bihuan.flows.charts import compile_package
from bihuan.flows.models import Version
from bihuan.studio import permissions
from bihuan.studio.errors import DoesNotLoad, DrillStale
from bihuan.studio.models import Draft, Drill, DrillCard

_CARDS: Final = 100
_PAGE: Final = 30
_HEAVY: Final = ("world", "plan", "record", "faults", "story")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What is practised on: a version, or a draft at a revision, compiled."""

    key: str
    name: str
    name_en: str
    chart: Chart
    forms: Mapping[str, dict[str, object]]
    version: Version | None = None
    draft: Draft | None = None

    @property
    def revision(self) -> int:
        """Of the draft (0: a version)."""
        return self.draft.revision if self.draft is not None else 0


def ground_of_version(*, actor: Actor, version: Version) -> Ground:
    """A published version."""
    if not permissions.may_see(actor):
        raise NotFound
    definition = version.definition
    return Ground(
        key=definition.key,
        name=definition.name,
        name_en=definition.name_en,
        chart=flows.chart_of(version.pk),
        forms=version.forms,
        version=version,
    )


def ground_of_draft(*, actor: Actor, draft: Draft) -> Ground:
    """A draft as it stands; ``DoesNotLoad``."""
    if not permissions.may_see(actor):
        raise NotFound
    try:
        chart = compile_package(bytes(draft.chart), draft.decisions)
    except ChartRefused as refused:
        raise DoesNotLoad(params={"why": refused.problems[0].message_zh}) from refused
    return Ground(key=draft.key, name=draft.name, name_en=draft.name_en, chart=chart, forms=draft.forms, draft=draft)


def ground_of(*, actor: Actor, drill: Drill) -> Ground:
    """What a practice case runs on; ``DrillStale`` where the draft has changed since."""
    if drill.version_id is not None:
        version = Version.objects.select_related("definition").get(pk=drill.version_id)
        return ground_of_version(actor=actor, version=version)
    draft = cast(Draft, drill.draft)
    if draft.revision != drill.revision:
        raise DrillStale
    return ground_of_draft(actor=actor, draft=draft)


def drill_cards(*, actor: Actor, key: str) -> list[DrillCard]:
    """The cards of a chart, the oldest first; a hundred at most."""
    if not permissions.may_see(actor):
        return []
    return list(DrillCard.objects.filter(key=key, removed_at__isnull=True).order_by("id")[:_CARDS])


def drill_card(*, actor: Actor, card_id: int) -> DrillCard:
    """One card; ``NotFound``."""
    found = DrillCard.objects.filter(pk=card_id, removed_at__isnull=True).first()
    if found is None or not permissions.may_see(actor):
        raise NotFound
    return found


def drill(*, actor: Actor, drill_id: int) -> Drill:
    """One practice case: one's own, or any for who may see all results."""
    found = Drill.objects.select_related("draft", "version").filter(pk=drill_id).first()
    if found is None or not (found.user_id == actor.user_id or may_see_results(actor)):
        raise NotFound
    return found


def drill_results(
    *, actor: Actor, key: str, everybody: bool = False, cursor: str | None = None
) -> tuple[list[Drill], str | None]:
    """Practice cases on a chart, the newest first, a page at a time: one's own; ``everybody``: of all, for who may."""
    rows = Drill.objects.filter(key=key)
    if not (everybody and may_see_results(actor)):
        rows = rows.filter(user_id=actor.user_id or 0)
    if cursor:
        rows = rows.filter(pk__lt=decode_cursor(cursor, "drills")[1])
    found = list(rows.defer(*_HEAVY).order_by("-id")[: _PAGE + 1])
    following = encode_cursor("drills", "", found[_PAGE - 1].pk) if len(found) > _PAGE else None
    return found[:_PAGE], following


def may_see_results(actor: Actor) -> bool:
    """Whoever answers for charts and quality sees how everybody practises."""
    return permissions.may_draw(actor) or permissions.may_publish(actor)
