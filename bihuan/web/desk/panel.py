"""The open issue: head, timeline, composer and the ways on."""

import uuid
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.bpmn import Chart, Outcome
from bihuan.core.actor import Actor
from bihuan.flows import queries as flows
from bihuan.flows.models import WorkItem
from bihuan.issues import queries as issues
from bihuan.issues.models import Issue
from bihuan.issues.rules.words import incident_words
from bihuan.web.present import feed
from bihuan.web.present.cards import step_name
from bihuan.web.present.clocks import chip
from bihuan.web.present.deadlines import NONE, of_step
from bihuan.web.present.words import LEVELS, level_name, role_name
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.filters import due

Context = dict[str, object]
_CANNED = (
    (gettext_noop("已收到"), gettext_noop("您好，您反映的情况我们已经收到，正在处理，有进展会第一时间告诉您。")),
    (
        gettext_noop("请补充"),
        gettext_noop("您好，为了尽快定位问题，请补充：发生的时间、涉及的设备或订单号、现场截图。"),
    ),
    (gettext_noop("请确认"), gettext_noop("您好，问题已处理完成，请您确认是否解决；如有疑问请直接回复。")),
)


def way(outcome: Outcome, *, href: str = "") -> dict[str, str]:
    """An arrow of the chart as a button."""
    return {
        "id": outcome.id,
        "name": in_language(outcome.name, outcome.name_en),
        "kind": outcome.kind,
        "target": in_language(outcome.target_name, outcome.target_name_en),
        "href": href,
    }


def _main_step(actor: Actor, issue: Issue) -> tuple[WorkItem | None, list[WorkItem]]:
    """The step to act on: one's own first, then one that may be claimed, then the most urgent."""
    items = flows.open_steps(instance_ids=[issue.instance_id])[issue.instance_id]
    mine = [item for item in items if item.assignee_id == actor.user_id]
    claimable = [item for item in items if item.assignee_id is None and flows.may_claim(actor, item)]
    late = sorted(items, key=lambda item: (item.due_at is None, item.due_at or item.opened_at))
    return next(iter(mine or claimable or late), None), items


def _ways(actor: Actor, item: WorkItem) -> list[dict[str, str]]:
    """Where a form must be filled in, the arrows lead to it; else they complete the step themselves."""
    step = flows.step(actor=actor, work_item_id=item.pk)
    href = reverse("web:step", args=[item.pk])
    if step.outcomes:
        return [way(outcome, href=f"{href}?outcome={outcome.id}") for outcome in step.outcomes]
    return [
        {"id": "", "name": _("办理"), "kind": "ordinary", "target": in_language(item.name, item.name_en), "href": href}
    ]


def _step(actor: Actor, issue: Issue, now: datetime) -> tuple[Context | None, list[WorkItem]]:
    item, items = _main_step(actor, issue)
    if item is None:
        return None, items
    acts = flows.may_act(actor, item)
    holder = item.assignee.name if item.assignee else ""
    return {
        "id": item.pk,
        "name": in_language(item.name, item.name_en),
        "holder": holder,
        "role": role_name(item.role),
        "may_act": acts,
        "may_claim": item.assignee_id is None and flows.may_claim(actor, item),
        "may_assign": flows.may_assign(actor, item),
        "paused": flows.is_paused(item),
        "ways": _ways(actor, item) if acts else [],
        "clock": of_step(item, now),
    }, items


def phases(chart: Chart, issue: Issue) -> list[dict[str, str]]:
    """The stages across the head."""
    keys = [phase.id for phase in chart.phases]
    at = keys.index(issue.phase) if issue.phase in keys else (-1 if issue.is_open else len(keys))
    return [
        {
            "name": in_language(phase.name, phase.name_en),
            "state": "done" if index < at or not issue.is_open else "now" if index == at else "ahead",
        }
        for index, phase in enumerate(chart.phases)
    ]


def _head(actor: Actor, issue: Issue, clock: object, now: datetime) -> Context:
    contact = issue.contact.name if issue.contact else ""
    can_write = actor.can("issues.reply")
    codes = issues.document_codes(actor=actor, issue_id=issue.pk)
    return {
        "id": issue.pk,
        "number": issue.number,
        "title": issue.title,
        "priority": issue.priority,
        "status": issue.status,
        "step_name": step_name(issue),
        "clock": clock,
        "nearest": _nearest(issue, now),
        "customer_line": " · ".join(part for part in (issue.customer_name, contact) if part),
        "may_reply": can_write,
        "may_correct": actor.can("issues.correct") and issue.is_open,
        "may_withdraw": can_write and issue.is_open,
        "to": _recipient(issue),
        "wait_words": _("等客户回复") if issue.is_open else _("流程已结束"),
        "type_key": issue.type.key if issue.type else "",
        "urgency": issue.urgency,
        "impact": issue.impact,
        "complexity": issue.complexity,
        "documents": [
            {
                "name": name,
                "pdf": reverse("web:document", args=[issue.pk, code, "pdf"]),
                "docx": reverse("web:document", args=[issue.pk, code, "docx"]),
            }
            for code, name in codes
        ],
    }


def _nearest(issue: Issue, now: datetime) -> Context | None:
    """What was promised about the issue and runs out first."""
    row = issues.nearest_clock(issue=issue)
    return chip(row, now) if row is not None else None


def _recipient(issue: Issue) -> str:
    contact = issue.contact
    if contact is None:
        return _("发给客户")
    if contact.email:
        return _("发给 %(name)s，经邮件") % {"name": contact.name}
    return _("%(name)s 没有邮箱，请电话告知") % {"name": contact.name}


def _steering(actor: Actor, issue: Issue) -> Context:
    """What whoever may steer charts sees besides: what is stuck, and where the tokens could be taken."""
    if not actor.can("flows.steer"):
        return {"incidents": [], "jumps": []}
    stuck = flows.incidents(instance_id=issue.instance_id)
    return {
        "incidents": [
            {
                "number": each.row.number,
                "name": in_language(each.node.name, each.node.name_en) or each.node.id,
                "words": incident_words(each.row.code),
                "detail": each.row.detail,
                "assignee": each.row.assignee.name if each.row.assignee else "",
                "ways": [
                    {"id": flow.id, "name": in_language(flow.name, flow.name_en) or flow.target} for flow in each.ways
                ],
            }
            for each in stuck
        ],
        "jumps": [
            {
                "name": in_language(jump.node.name, jump.node.name_en) or jump.node.id,
                "targets": [
                    {"value": f"{jump.item}:{node.id}", "text": in_language(node.name, node.name_en) or node.id}
                    for node in jump.targets
                ],
            }
            for jump in flows.jumps(instance=issue.instance)
        ],
    }


def context(*, actor: Actor, issue: Issue, now: datetime) -> Context:
    """Everything of the middle column but the timeline."""
    step, items = _step(actor, issue, now)
    urgent = min((item for item in items if item.due_at), key=lambda item: item.due_at or now, default=None)
    clock = of_step(urgent, now) if urgent else NONE
    head = _head(actor, issue, clock, now)
    head["tail"] = due(clock.due_at, now) if clock.due_at else ""
    return {
        "issue": head,
        "step": step,
        **_steering(actor, issue),
        "phases": phases(flows.chart_of(issue.instance.version_id), issue),
        "canned": [{"name": _(name), "text": _(text)} for name, text in _CANNED],
        "entry_key": uuid.uuid4().hex,
        "people": [{"username": person.username, "name": person.name} for person in accounts.people(actor=actor)],
        "departments": [
            {"value": place.key, "text": in_language(place.name, place.name_en)} for place in accounts.departments()
        ],
        "types": [{"value": kind.key, "text": in_language(kind.name, kind.name_en)} for kind in issues.issue_types()],
        "levels": [{"value": key, "text": level_name(key)} for key in LEVELS],
        "priorities": [{"value": f"P{n}", "text": f"P{n}"} for n in range(1, 5)],
    }


def feed_context(*, actor: Actor, issue: Issue, before: int | None, now: datetime) -> Context:
    """The timeline in days."""
    return {"feed": feed.view(actor=actor, issue=issue, before=before, now=now)}
