"""Making, copying, saving and discarding drafts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from bihuan.bpmn import ChartRefused
from bihuan.bpmn.xml.reader import read_xml
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.pinyin import initials_of
from bihuan.documents.columns import with_order
from bihuan.flows import gallery
from bihuan.flows.models import Definition, Version
from bihuan.studio import permissions
from bihuan.studio.errors import (
    ChartTooLarge,
    DraftClosed,
    DraftConflict,
    DraftOpenAlready,
    FormRefersOut,
    NameRequired,
    NotXml,
)
from bihuan.studio.models import OPEN_STAGES, Draft, Kept, Stage
from bihuan.studio.operations.naming import entitled, title_of

_MEGABYTES: Final = 4
_KEEP_EVERY: Final = timedelta(minutes=5)
_KEEP: Final = 200

BLANK: Final = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:bihuan="urn:bihuan:1" id="definitions" \
targetNamespace="urn:bihuan:company">
  <bpmn:process id="process" isExecutable="true">
    <bpmn:startEvent id="start"/>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="process">
    <bpmndi:BPMNShape id="start_shape" bpmnElement="start"><dc:Bounds x="160" y="200" width="36" height="36"/>
    </bpmndi:BPMNShape>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a draft consists of: BPMN, ``forms`` {code: JSON Schema}, ``decisions`` {key: DMN XML}."""

    chart: bytes = BLANK
    forms: Mapping[str, dict[str, object]] = field(default_factory=dict)
    decisions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDraft:
    """What one of several drafts begins as."""

    name: str
    content: Content
    origin: Mapping[str, object]


@transaction.atomic
def create_drafts(*, wanted: Sequence[NewDraft], actor: Actor, now: datetime) -> list[Draft]:
    """All of them; where one is refused, as ``create_draft`` refuses, none."""
    return [create_draft(name=one.name, content=one.content, origin=one.origin, actor=actor, now=now) for one in wanted]


@transaction.atomic
def create_draft(
    *,
    name: str,
    name_en: str = "",
    key: str = "",
    content: Content | None = None,
    origin: Mapping[str, object] | None = None,
    template: str = "",
    base: Version | None = None,
    actor: Actor,
    now: datetime,
) -> Draft:
    """A new draft. Without ``key`` one is made from the name; with the key of a published chart it is its next version.

    Refuses ``NameRequired``, ``NotXml``, ``ChartTooLarge``, ``DraftOpenAlready``.
    """
    if not permissions.may_draw(actor):
        raise Forbidden
    name = name.strip()
    if not name or len(name) > 200 or len(name_en) > 200:
        raise NameRequired
    content = content or Content()
    check_chart(content.chart)
    key = key or _new_key(name)
    _lock(key)
    standing = Draft.objects.filter(key=key, stage__in=OPEN_STAGES).first()
    if standing is not None:
        raise DraftOpenAlready(params={"name": standing.name, "draft": standing.pk})
    draft = Draft.objects.create(
        key=key,
        name=name,
        name_en=name_en.strip(),
        template=template,
        base=base,
        origin=dict(origin or {"kind": "blank"}),
        chart=content.chart,
        forms=prepared(content.forms),
        decisions=dict(content.decisions),
        created_by_id=actor.user_id,
        created_at=now,
        updated_by_id=actor.user_id,
        updated_by_name=actor.name[:200],
        updated_at=now,
    )
    _record(draft, "draft.created", actor, now)
    return draft


def copy_shipped(*, shipped: str, name: str = "", actor: Actor, now: datetime) -> Draft:
    """A draft of one's own from a chart of the gallery, under a new key; ``NotFound`` for an unknown one."""
    try:
        package = gallery.package(shipped)
    except KeyError:
        raise NotFound from None
    chart = entitled(package.chart, name[:200]) if name else package.chart
    return create_draft(
        name=name or package.name,
        name_en="" if name else package.name_en,
        content=Content(chart=chart, forms=package.forms, decisions=package.decisions),
        origin={"kind": "gallery", "key": shipped},
        template=package.template,
        actor=actor,
        now=now,
    )


def draft_from_version(*, version_id: int, actor: Actor, now: datetime) -> Draft:
    """The draft of a published chart's next version, beginning as that version is."""
    version = Version.objects.select_related("definition").filter(pk=version_id).first()
    if version is None:
        raise NotFound
    definition: Definition = version.definition
    return create_draft(
        name=definition.name,
        name_en=definition.name_en,
        key=definition.key,
        content=Content(chart=bytes(version.chart), forms=version.forms, decisions=version.decisions),
        origin={"kind": "version", "number": version.number},
        template=definition.template,
        base=version,
        actor=actor,
        now=now,
    )


@transaction.atomic
def save_draft(*, draft_id: int, revision: int, chart: bytes, actor: Actor, now: datetime) -> Draft:
    """The chart as it is now. It may be unfinished, but must be XML.

    ``revision``: what the writer began from; ``DraftConflict`` if somebody saved since, ``DraftClosed`` if it is not to
    be changed. The same content changes nothing, whatever it began from: a writer whom no answer reached hands it in
    again. Another name in the chart is another name of the draft.
    """
    check_chart(chart)
    draft = _open(draft_id, actor)
    if bytes(draft.chart) == chart:
        return draft
    _began_from(draft, revision)
    _keep(draft, actor, now)
    name, name_en = title_of(chart)
    if name and (name, name_en) != title_of(bytes(draft.chart)):
        draft.name, draft.name_en = name[:200], name_en[:200]
    draft.chart = chart
    return _saved(draft, actor, now)


@transaction.atomic
def save_parts(
    *,
    draft_id: int,
    revision: int,
    forms: Mapping[str, dict[str, object]] | None = None,
    decisions: Mapping[str, str] | None = None,
    actor: Actor,
    now: datetime,
) -> Draft:
    """Replaces all forms, all decision tables, or both. Refuses as ``save_draft`` does."""
    draft = _open(draft_id, actor)
    kept = draft.forms if forms is None else prepared(forms)
    changed = kept != draft.forms or (decisions is not None and dict(decisions) != draft.decisions)
    if not changed:
        return draft
    _began_from(draft, revision)
    _keep(draft, actor, now)
    draft.forms = kept
    draft.decisions = draft.decisions if decisions is None else dict(decisions)
    return _saved(draft, actor, now)


@transaction.atomic
def rename_draft(*, draft_id: int, revision: int, name: str, name_en: str = "", actor: Actor, now: datetime) -> Draft:
    """Another name for the chart. Refuses as ``save_draft`` does."""
    draft = _writable(draft_id, revision, actor)
    name = name.strip()
    if not name or len(name) > 200 or len(name_en) > 200:
        raise NameRequired
    draft.name, draft.name_en = name, name_en.strip()
    return _saved(draft, actor, now)


@transaction.atomic
def restore_kept(*, draft_id: int, revision: int, kept_id: int, actor: Actor, now: datetime) -> Draft:
    """Goes on from an earlier content; what stood before is kept too."""
    draft = _writable(draft_id, revision, actor)
    kept = Kept.objects.filter(draft=draft, pk=kept_id).first()
    if kept is None:
        raise NotFound
    _keep(draft, actor, now, always=True)
    draft.chart, draft.forms, draft.decisions = bytes(kept.chart), kept.forms, kept.decisions
    return _saved(draft, actor, now)


@transaction.atomic
def discard_draft(*, draft_id: int, actor: Actor, now: datetime) -> Draft:
    """Gives a draft up; it stays in the record and the chart is free for another one."""
    if not permissions.may_draw(actor):
        raise Forbidden
    draft = Draft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise NotFound
    if draft.stage not in OPEN_STAGES:
        raise DraftClosed(params={"stage": draft.get_stage_display()})
    draft.stage = Stage.DISCARDED
    draft.save(update_fields=["stage"])
    _record(draft, "draft.discarded", actor, now)
    return draft


def check_chart(chart: bytes) -> None:
    """Whether it can be kept as a draft: XML without entities, not too large. Refuses ``NotXml``, ``ChartTooLarge``."""
    if len(chart) > _MEGABYTES * 1024 * 1024:
        raise ChartTooLarge(params={"limit": _MEGABYTES})
    try:
        read_xml(chart)
    except ChartRefused as refused:
        raise NotXml(params={"why": refused.problems[0].message_zh}) from refused


def prepared(forms: Mapping[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    """The forms as they are kept. Refuses ``FormRefersOut``: nothing may make a check look an address up."""
    for code, form in forms.items():
        if _refers_out(form):
            raise FormRefersOut(params={"code": code[:64]})
    return {code: with_order(form) for code, form in forms.items()}


def _refers_out(node: object) -> bool:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            target = one.get("$ref", "#"), one.get("$dynamicRef", "#")
            if not all(isinstance(each, dict) or str(each).startswith("#") for each in target):
                return True
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return False


def _lock(key: str) -> None:
    # Two people who begin the same chart at once wait for each other; the constraint is the last word.
    list(Draft.objects.select_for_update().filter(key=key, stage__in=OPEN_STAGES).values_list("pk"))


def _writable(draft_id: int, revision: int, actor: Actor) -> Draft:
    draft = _open(draft_id, actor)
    _began_from(draft, revision)
    return draft


def _open(draft_id: int, actor: Actor) -> Draft:
    """The draft, locked; refused unless it may be changed, and by this actor."""
    if not permissions.may_draw(actor):
        raise Forbidden
    draft = Draft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise NotFound
    if draft.stage != Stage.DRAFT:
        raise DraftClosed(params={"stage": draft.get_stage_display()})
    return draft


def _began_from(draft: Draft, revision: int) -> None:
    if draft.revision != revision:
        raise DraftConflict(
            params={"by": draft.updated_by_name, "at": draft.updated_at.isoformat(), "revision": draft.revision}
        )


def _keep(draft: Draft, actor: Actor, now: datetime, *, always: bool = False) -> None:
    newest = Kept.objects.filter(draft=draft).order_by("-revision").values_list("at", flat=True).first()
    since = newest or draft.created_at
    if not (always or draft.updated_by_id != actor.user_id or now - since >= _KEEP_EVERY):
        return
    Kept.objects.create(
        draft=draft,
        revision=draft.revision,
        chart=draft.chart,
        forms=draft.forms,
        decisions=draft.decisions,
        by_name=draft.updated_by_name,
        at=now,
    )
    old = Kept.objects.filter(draft=draft).order_by("-revision").values_list("pk", flat=True)[_KEEP:]
    Kept.objects.filter(pk__in=list(old)).delete()


def _saved(draft: Draft, actor: Actor, now: datetime) -> Draft:
    draft.revision += 1
    draft.updated_by_id, draft.updated_by_name, draft.updated_at = actor.user_id, actor.name[:200], now
    draft.save(
        update_fields=[
            "name",
            "name_en",
            "chart",
            "forms",
            "decisions",
            "revision",
            "updated_by",
            "updated_by_name",
            "updated_at",
        ]
    )
    return draft


def _new_key(name: str) -> str:
    """Initials of the name, and a number where they are taken: readable in addresses, without Chinese."""
    stem = initials_of(name, 12).upper() or "CHART"
    taken = set(Definition.objects.filter(key__startswith=stem).values_list("key", flat=True))
    taken |= set(Draft.objects.filter(key__startswith=stem).values_list("key", flat=True))
    number = 1
    while (key := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return key


def _record(draft: Draft, action: str, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type="draft",
        object_id=draft.pk,
        now=now,
        detail={"key": draft.key, "revision": draft.revision},
    )
