"""The company's charts as everybody may read them: picture, steps with limits, decision tables, who is responsible."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from markupsafe import Markup

from bihuan.accounts import queries as accounts
from bihuan.bpmn import Chart, Node
from bihuan.bpmn.draw import DrawMarks, draw_svg
from bihuan.core.clock import system_now
from bihuan.core.errors import NotFound
from bihuan.flows import queries as flows
from bihuan.issues import queries as issues
from bihuan.web.charts.migrating import migrations_panel, versions_panel
from bihuan.web.present.words import role_name
from bihuan.web.request import actor_of, language_of
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.filters import DAY, WORKDAY, duration


def _picture(chart: Chart, marks: DrawMarks | None, language: str) -> Markup:
    # The drawing escapes every text that comes from the chart; nothing else is in it.
    return Markup(draw_svg(chart.source, marks=marks, lang="en" if language == "en" else "zh"))  # noqa: S704


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
                "name": in_language(chart.name, chart.name_en),
                "version": version.number,
                "purpose": in_language(chart.purpose.zh, chart.purpose.en),
                "phases": [in_language(phase.name, phase.name_en) for phase in chart.phases],
                "line": _line(chart),
            }
        )
    return render(request, "charts/list.html", {"charts": charts})


def _line(chart: Chart) -> str:
    words = [_("%(n)d 个步骤") % {"n": sum(node.kind == "userTask" for node in chart.nodes.values())}]
    if chart.owner:
        words.append(_("%(who)s负责") % {"who": role_name(chart.owner)})
    if chart.review_by:
        words.append(_("%(day)s 前评审") % {"day": chart.review_by})
    return " · ".join(words)


def _limit(node: Node) -> str:
    deadline = node.ext.deadline
    if deadline is None:
        return ""
    if deadline.workdays:
        return _("%(n)d 个工作日") % {"n": deadline.workdays}
    around = deadline.calendar == "24x7"
    words = duration(deadline.seconds or 0, DAY if around else WORKDAY)
    return words if around else _("%(time)s（工作时间）") % {"time": words}


def _steps(chart: Chart) -> list[dict[str, str]]:
    phases = {phase.id: in_language(phase.name, phase.name_en) for phase in chart.phases}
    order = list(phases)
    nodes = [node for node in chart.nodes.values() if node.kind == "userTask"]
    nodes.sort(key=lambda node: order.index(node.ext.phase) if node.ext.phase in order else len(order))
    return [
        {
            "name": in_language(node.name, node.name_en),
            "phase": phases.get(node.ext.phase, ""),
            "who": role_name(node.ext.role),
            "limit": _limit(node),
            "escalate": role_name(node.ext.deadline.escalate_to) if node.ext.deadline else "",
        }
        for node in nodes
    ]


@require_GET
@login_required
def page(request: HttpRequest, key: str) -> HttpResponse:
    """One chart: what it is for, how it runs, by which rules it decides."""
    version = flows.current_version(key=key)
    if version is None:
        raise NotFound
    chart = flows.chart_of(version.pk)
    places = {place.key: in_language(place.name, place.name_en) for place in accounts.departments()}
    facts = [
        (_("目标"), in_language(chart.purpose.zh, chart.purpose.en)),
        (_("起点"), in_language(chart.starts_when.zh, chart.starts_when.en)),
        (_("终点"), in_language(chart.ends_when.zh, chart.ends_when.en)),
        (_("负责"), role_name(chart.owner)),
        (_("下次评审"), chart.review_by),
    ]
    context = {
        "chart": {"name": in_language(chart.name, chart.name_en), "version": version.number, "facts": facts},
        "picture": _picture(chart, None, language_of(request)),
        "may_steer": actor_of(request).can("flows.steer"),
        "versions": versions_panel(key),
        "migrations": migrations_panel(key),
        "steps": _steps(chart),
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
        "picture": _picture(position.chart, marks, language_of(request)),
    }
    return render(request, "issues/chart.html", context)
