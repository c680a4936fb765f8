"""A chart in words: what it is for, its steps with limits, its forms."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from bihuan.bpmn import Chart, Node
from bihuan.web.present.words import role_name
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.filters import DAY, WORKDAY, duration


def line_of(chart: Chart) -> str:
    """How many steps, who answers for it, when it is looked at again."""
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


def steps_of(chart: Chart) -> list[dict[str, str]]:
    """The steps of people, stage by stage."""
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


def facts_of(chart: Chart) -> list[tuple[str, str]]:
    """Why, from where, to where, who, until when."""
    return [
        (_("目标"), in_language(chart.purpose.zh, chart.purpose.en)),
        (_("起点"), in_language(chart.starts_when.zh, chart.starts_when.en)),
        (_("终点"), in_language(chart.ends_when.zh, chart.ends_when.en)),
        (_("负责"), role_name(chart.owner)),
        (_("下次评审"), chart.review_by),
    ]


def forms_of(forms: Mapping[str, Mapping[str, object]]) -> list[dict[str, object]]:
    """Each form with its title and how many fields it has."""
    return [
        {
            "code": code,
            "title": in_language(str(form.get("title") or code), str(form.get("x-titleEn") or "")),
            "fields": len(fields) if isinstance(fields := form.get("properties"), Mapping) else 0,
        }
        for code, form in sorted(forms.items())
    ]
