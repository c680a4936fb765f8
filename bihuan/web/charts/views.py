"""The company's charts as everybody may read them: picture, steps with limits, decision tables, who is responsible."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.accounts import queries as accounts
from bihuan.bpmn.draw import DrawMarks
from bihuan.core.clock import system_now
from bihuan.core.errors import NotFound
from bihuan.flows import queries as flows
from bihuan.issues import queries as issues
from bihuan.studio import queries as studio
from bihuan.web.charts.migrating import migrations_panel
from bihuan.web.charts.reading import facts_of, line_of, steps_of
from bihuan.web.charts.routing import types_panel
from bihuan.web.request import actor_of, language_of
from bihuan.web.studio.gallery import studio_tabs
from bihuan.web.studio.pictures import picture
from bihuan.web.studio.versions import life_of
from bihuan.web.ui.environment import in_language


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """All published charts."""
    charts = []
    for version in flows.current_versions():
        chart = flows.chart_of(version.pk)
        charts.append(
            {
                "key": version.definition.key,
                "name": in_language(version.definition.name, version.definition.name_en),
                "version": version.number,
                "purpose": in_language(chart.purpose.zh, chart.purpose.en),
                "phases": [in_language(phase.name, phase.name_en) for phase in chart.phases],
                "line": line_of(chart),
            }
        )
    retired = [{"key": each.key, "name": in_language(each.name, each.name_en)} for each in flows.retired_definitions()]
    actor = actor_of(request)
    context = {"tabs": studio_tabs(actor), "charts": charts, "retired": retired, "may_draw": studio.may_draw(actor)}
    return render(request, "charts/list.html", context)


@require_GET
@login_required
def page(request: HttpRequest, key: str) -> HttpResponse:
    """One chart: what it is for, how it runs, by which rules it decides; of one that is retired the last version."""
    current = flows.current_version(key=key)
    numbers = [each.number for each in flows.versions_of(key=key)] if current is None else [current.number]
    if not numbers:
        raise NotFound
    version, actor = flows.version_of(key=key, number=numbers[0]), actor_of(request)
    chart = flows.chart_of(version.pk)
    places = {place.key: in_language(place.name, place.name_en) for place in accounts.departments()}
    context = {
        "chart": {
            "key": key,
            "name": in_language(version.definition.name, version.definition.name_en),
            "version": version.number,
            "facts": facts_of(chart),
            "retired": current is None,
        },
        "picture": picture(bytes(version.chart), language=language_of(request)),
        "may_steer": actor.can("flows.steer"),
        "may_route": actor.can("flows.publish"),
        "types": types_panel(key),
        "is_default": key == issues.DEFAULT_FLOW,
        "life": life_of(key=key, actor=actor),
        "migrations": migrations_panel(key),
        "steps": steps_of(chart),
        "tables": flows.decision_views(version_id=version.pk, language=language_of(request)),
        "matrix": [
            {
                "type": in_language(rule.type.name, rule.type.name_en) if rule.type else _("全部"),
                "region": rule.region,
                "department": in_language(rule.department.name, rule.department.name_en),
                "supports": "、".join(places.get(each, each) for each in rule.supports),
            }
            for rule in issues.responsibility_matrix()
        ],
    }
    return render(request, "charts/page.html", context)


@require_GET
@login_required
def of_issue(request: HttpRequest, issue_id: int) -> HttpResponse:
    """The whole chart of an issue's own version with the way it took and where it stands."""
    actor, now = actor_of(request), system_now()
    issue = issues.issue(actor=actor, issue_id=issue_id)
    position = flows.chart_position(instance=issue.instance, now=now)
    marks = DrawMarks(done=position.done, current=position.now, taken=frozenset(position.taken))
    context = {
        "number": issue.number,
        "back": reverse("web:issue", args=[issue.pk]),
        "chart_name": in_language(position.chart.name, position.chart.name_en),
        "picture": picture(position.chart.source, marks=marks, language=language_of(request)),
    }
    return render(request, "issues/chart.html", context)
