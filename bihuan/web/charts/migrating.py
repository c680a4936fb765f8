"""Moving running issues to another version of their chart: map the places, rehearse, start, watch, take back."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.bpmn import Node
from bihuan.core.clock import system_now
from bihuan.core.errors import Forbidden, NotFound
from bihuan.flows import operations
from bihuan.flows import queries as flows
from bihuan.flows.models import Version
from bihuan.flows.queries import Progress, Rehearsal
from bihuan.web.request import actor_of, is_partial, number_of
from bihuan.web.ui.environment import in_language

_PLACE = "place:"


def _steering(request: HttpRequest) -> None:
    if not actor_of(request).can("flows.steer"):
        raise Forbidden


def _pair(request: HttpRequest, key: str) -> tuple[list[Version], Version, Version]:
    """All versions, the one to leave and the one to go to; by default the one that new issues run on."""
    versions = flows.versions_of(key=key)
    given = request.POST or request.GET
    found = {version.pk: version for version in versions}
    source = found.get(number_of(given.get("source")) or -1)
    current = next((each for each in versions if each.stage == "published"), None)
    target = found.get(number_of(given.get("target")) or -1, current)
    if source is None or target is None or source.pk == target.pk:
        raise NotFound
    return versions, source, target


def migrations_panel(key: str) -> list[dict[str, object]]:
    """The latest migrations."""
    return [
        {
            "href": reverse("web:migration", args=[each.pk]),
            "words": _title(each.source.number, each.target.number),
            "started_at": each.started_at,
            "by": each.by_name,
            "running": each.finished_at is None,
            "back": each.undoes_id is not None,
        }
        for each in flows.migrations_of(key=key)[:10]
    ]


def _title(source: int, target: int) -> str:
    return _("第 %(source)d 版 → 第 %(target)d 版") % {"source": source, "target": target}


def _mapping(given: Mapping[str, str]) -> dict[str, str]:
    return {name[len(_PLACE) :]: place for name, place in given.items() if name.startswith(_PLACE) and place}


def _place_name(node: Node) -> str:
    """The element's name; a join that nobody named is where branches wait for each other."""
    join = _("分支汇合处") if node.kind.endswith("Gateway") else node.id
    return in_language(node.name, node.name_en) or join


def _rehearsed(found: Rehearsal | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {"tried": found.tried, "total": found.total, "passed": found.passed, "refused": found.refused}


@login_required
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, key: str) -> HttpResponse:
    """The mapping; rehearsed on demand, started only with a reason."""
    _steering(request)
    versions, source, target = _pair(request, key)
    mapping, now = _mapping(request.POST), system_now()
    if request.POST.get("do") == "start":
        migration = operations.start_migration(
            source_id=source.pk,
            target_id=target.pk,
            mapping=mapping,
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            now=now,
        )
        return redirect("web:migration", migration.pk)
    places = flows.waiting_places(source_id=source.pk, target_id=target.pk)
    rehearsal = None
    if request.method == "POST":
        rehearsal = flows.rehearse_migration(source_id=source.pk, target_id=target.pk, mapping=mapping, now=now)
    context = {
        "key": key,
        "chart_name": in_language(source.definition.name, source.definition.name_en),
        "title": _title(source.number, target.number),
        "source": source,
        "targets": [version for version in versions if version.pk != source.pk],
        "target": target,
        "waiting": [
            {
                "id": place.node.id,
                "name": _place_name(place.node),
                "count": place.count,
                "chosen": mapping.get(place.node.id, "") if mapping else place.proposal,
                "choices": [{"id": node.id, "name": _place_name(node)} for node in place.choices],
            }
            for place in places
        ],
        "rehearsal": _rehearsed(rehearsal),
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "charts/migrate.html", context)


def _progress(found: Progress, now: datetime) -> dict[str, object]:
    migration = found.migration
    done = migration.finished_at is not None
    total = max(migration.total, found.tried)
    undone = getattr(migration, "undone_by", None)
    return {
        "id": migration.pk,
        "title": _title(migration.source.number, migration.target.number),
        "reason": migration.reason,
        "by": migration.by_name,
        "started_at": migration.started_at,
        "finished_at": migration.finished_at,
        "total": total,
        "tried": found.tried,
        "moved": found.moved,
        "percent": 100 if done or not total else found.tried * 100 // total,
        "left_behind": found.left_behind,
        "may_undo": done and bool(found.moved) and migration.undoes_id is None and undone is None,
        "undone": undone,
        "undoes": migration.undoes_id,
        "now": now,
    }


@require_GET
@login_required
def page(request: HttpRequest, migration_id: int) -> HttpResponse:
    """How far it is; the part that changes asks again by itself while it runs."""
    _steering(request)
    found = flows.migration_progress(migration_id=migration_id)
    context = {"key": found.migration.source.definition.key, "migration": _progress(found, system_now())}
    template = "charts/migration_progress.html" if is_partial(request) else "charts/migration.html"
    return render(request, template, context)


@require_POST
@login_required
def undo(request: HttpRequest, migration_id: int) -> HttpResponse:
    """Brings them back."""
    migration = operations.undo_migration(
        migration_id=migration_id, reason=request.POST.get("reason", ""), actor=actor_of(request), now=system_now()
    )
    return redirect("web:migration", migration.pk)
