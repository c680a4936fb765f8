"""What the step's page shows."""

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.accounts import queries as accounts
from bihuan.bpmn import Chart, Flow, Node, Text
from bihuan.core.actor import Actor
from bihuan.flows import queries as flows
from bihuan.issues.queries import IssueStep
from bihuan.knowledge import queries as knowledge
from bihuan.web.desk.panel import way
from bihuan.web.present.deadlines import of_step
from bihuan.web.present.ledger import step_ledger
from bihuan.web.present.trail import trail
from bihuan.web.present.words import role_name
from bihuan.web.steps.approval import approval_at
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.filters import full_moment
from bihuan.web.ui.forms import FieldError, FileInfo, FormContext, FormView, Option, build_form

Context = dict[str, object]


def _texts(texts: tuple[Text, ...]) -> list[str]:
    return [in_language(text.zh, text.en) for text in texts]


def _next_gateway(chart: Chart, node: Node) -> Node | None:
    """The data decision that the step's result meets first, if any."""
    current = node
    for _step in range(6):
        if not current.outgoing:
            return None
        flow = next(
            (chart.flows[f] for f in current.outgoing if chart.flows[f].kind == "ordinary"),
            chart.flows[current.outgoing[0]],
        )
        current = chart.nodes[flow.target]
        if current.kind == "exclusiveGateway" and not current.ext.choice and len(current.outgoing) > 1:
            return current
        if current.kind in ("endEvent", "eventBasedGateway"):
            return None
    return None


def _tells(flow: Flow, name: str, value: str) -> bool:
    return bool(flow.condition) and name in (flow.condition or "") and f'"{value}"' in (flow.condition or "")


def consequences(chart: Chart, node: Node) -> dict[str, dict[str, str]]:
    """Where each value of a steering choice leads, in the chart's own words."""
    gateway = _next_gateway(chart, node)
    if gateway is None:
        return {}
    flows_out = [chart.flows[flow] for flow in gateway.outgoing]
    default = next((flow for flow in flows_out if flow.is_default), None)
    told: dict[str, dict[str, str]] = {}
    for name, variable in chart.variables.items():
        if variable.type != "choice" or not any(name in (flow.condition or "") for flow in flows_out):
            continue
        for value in variable.values:
            flow = next((flow for flow in flows_out if _tells(flow, name, value)), default)
            if flow is not None:
                target = chart.nodes[flow.target]
                told.setdefault(name, {})[value] = _("%(decision)s%(answer)s → %(step)s") % {
                    "decision": in_language(gateway.name, gateway.name_en),
                    "answer": in_language(flow.name, flow.name_en),
                    "step": in_language(target.name, target.name_en),
                }
    return told


def form_context(actor: Actor, found: IssueStep, now: datetime) -> FormContext:
    """People, departments, files and defaults for a form of this issue."""
    issue = found.issue
    return FormContext(
        people=[Option(person.username, person.name) for person in accounts.people(actor=actor)],
        departments=[Option(place.key, in_language(place.name, place.name_en)) for place in accounts.departments()],
        files=[
            FileInfo(str(file.pk), file.name, file.size, reverse("web:file", args=[file.pk])) for file in found.files
        ],
        values={"now": now, "actor": actor.username, **found.defaults},
        upload_url=reverse("web:upload", args=[issue.pk]),
    )


def _form(
    actor: Actor, found: IssueStep, data: Mapping[str, object] | None, errors: list[FieldError], now: datetime
) -> FormView | None:
    step = found.step
    if step.schema is None:
        return None
    shown = data if data is not None else {**found.record, **(step.work_item.draft or {})}
    return build_form(
        step.schema,
        shown,
        errors,
        context=form_context(actor, found, now),
        consequences=consequences(step.chart, step.node),
        read_only=not step.may_act,
    )


def _step(actor: Actor, found: IssueStep, now: datetime) -> Context:
    step, item, node = found.step, found.step.work_item, found.step.node
    holder = item.assignee.name if item.assignee else ""
    after = step.chart.nodes[step.chart.flows[node.outgoing[0]].target] if node.outgoing else None
    opened = _("%(at)s 开始") % {"at": full_moment(item.opened_at, now)}
    line = " · ".join(part for part in (found.issue.customer_name, holder or role_name(item.role), opened) if part)
    closed = {"completed": _("这一步已经办完"), "cancelled": _("这一步已被取消")}.get(item.status, "")
    return {
        "id": item.pk,
        "name": in_language(item.name, item.name_en),
        "line": line,
        "clock": of_step(item, now),
        "chart": in_language(step.chart.name, step.chart.name_en),
        "may_act": step.may_act,
        "draft_at": item.draft_at if item.draft else None,
        "ways": [way(outcome) for outcome in step.outcomes],
        "after": in_language(after.name, after.name_en) if after is not None else "",
        "closed_words": closed
        or _("%(name)s由 %(who)s 办理，您可以查看")
        % {"name": in_language(item.name, item.name_en), "who": holder or role_name(item.role)},
        "methods": _texts(node.ext.methods),
        "cautions": _texts(node.ext.cautions),
        "importants": _texts(node.ext.importants),
        "instructions": _texts(node.ext.instructions),
        "evidence": _texts(node.ext.evidence),
        "version": item.instance.version_id,
        "node": node.id,
    }


def context(
    *,
    actor: Actor,
    found: IssueStep,
    data: Mapping[str, object] | None,
    errors: list[FieldError],
    refusal: str,
    now: datetime,
) -> Context:
    """Everything of the page."""
    keeps_drafts = found.step.may_act
    found, approval = approval_at(actor=actor, found=found, now=now)
    issue = found.issue
    position = flows.chart_position(instance=issue.instance, now=now)
    articles = knowledge.similar(actor=actor, text=issue.title, limit=3)
    item = found.step.work_item
    return {
        "now": now,
        "issue": issue,
        "step": _step(actor, found, now),
        "refusal": refusal,
        "approval": approval,
        "keeps_drafts": keeps_drafts and found.step.may_act,
        "view": _form(actor, found, data, errors, now),
        "back": reverse("web:issue", args=[issue.pk]),
        "trail": trail(position, now),
        "articles": [
            {"href": reverse("web:article", args=[article.pk]), "title": article.title, "line": article.keywords}
            for article in articles
        ],
        "clock": step_ledger(item, now) if item.due_at and item.closed_at is None else None,
    }
