"""The open issue: head, timeline, composer and the ways on."""

import uuid
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.accounts import queries as accounts
from bihuan.bpmn import Chart, Outcome
from bihuan.core.actor import Actor
from bihuan.core.stamps import held
from bihuan.flows import queries as flows
from bihuan.flows.models import WorkItem
from bihuan.issues import queries as issues
from bihuan.issues.models import Approval, Issue
from bihuan.issues.rules.words import incident_words
from bihuan.web.desk import approving, duty, kit_parts
from bihuan.web.present import feed, relations
from bihuan.web.present.approvals import turn
from bihuan.web.present.cards import step_name
from bihuan.web.present.clocks import chip
from bihuan.web.present.deadlines import NONE, of_step
from bihuan.web.present.words import LEVELS, level_name, role_name
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.filters import due

Context = dict[str, object]


def way(outcome: Outcome, *, href: str = "") -> dict[str, str]:
    """An arrow of the chart as a button."""
    return {
        "id": outcome.id,
        "name": in_language(outcome.name, outcome.name_en),
        "kind": outcome.kind,
        "target": in_language(outcome.target_name, outcome.target_name_en),
        "href": href,
    }


def _main_step(actor: Actor, issue: Issue, seats: frozenset[int]) -> tuple[WorkItem | None, list[WorkItem]]:
    """The step to act on: one's own first, then one that may be claimed, then the most urgent."""
    items = flows.open_steps(instance_ids=[issue.instance_id])[issue.instance_id]
    mine = [item for item in items if item.assignee_id == actor.user_id or item.pk in seats]
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


def _step(actor: Actor, issue: Issue, rounds: list[Approval], now: datetime) -> tuple[Context | None, list[WorkItem]]:
    here = {each.work_item_id: each for each in rounds}
    with held():
        seats = frozenset(
            key for key, each in here.items() if key is not None and each.seated and turn(each, actor, now)
        )
    item, items = _main_step(actor, issue, seats)
    if item is None:
        return None, items
    approval = here.get(item.pk)
    barred = approval is not None and (approval.seated or actor.user_id in approval.authors)
    acts = item.pk in seats or (flows.may_act(actor, item) and not barred)
    holder = item.assignee.name if item.assignee else ""
    return {
        "id": item.pk,
        "name": in_language(item.name, item.name_en),
        "holder": holder,
        "role": role_name(item.role),
        "may_act": acts,
        "may_claim": item.assignee_id is None and flows.may_claim(actor, item) and not barred,
        "may_pause": flows.may_act(actor, item),
        "deciders": _deciders(approval) if approval is not None and approval.seated else "",
        "may_assign": flows.may_assign(actor, item),
        "paused": flows.is_paused(item),
        "ways": _ways(actor, item) if acts else [],
        "clock": of_step(item, now),
    }, items


def _deciders(approval: Approval) -> str:
    waiting = [seat for seat in approval.seats.all() if seat.waiting]
    return "、".join(seat.user.name if seat.user else role_name(seat.role) for seat in waiting)


def phases(chart: Chart, issue: Issue) -> list[dict[str, str]]:
    """The stages across the head."""
    keys = [phase.id for phase in chart.phases]
    over = not issue.is_open and issue.status != "merged"  # a merged one stands where it is
    at = keys.index(issue.phase) if issue.phase in keys else (len(keys) if over else -1)
    return [
        {
            "name": in_language(phase.name, phase.name_en),
            "state": "done" if index < at or over else "now" if index == at else "ahead",
        }
        for index, phase in enumerate(chart.phases)
    ]


def _head(actor: Actor, issue: Issue, clock: object, now: datetime) -> Context:
    contact = issue.contact.name if issue.contact else ""
    can_write = actor.can("issues.reply")
    codes = issues.document_codes(found=issue)
    into, survivor = issues.survivor(actor=actor, issue=issue)
    return {
        "id": issue.pk,
        "number": issue.number,
        "title": issue.title,
        "priority": issue.priority,
        "status": issue.status,
        "is_open": issue.is_open,
        "step_name": step_name(issue),
        "clock": clock,
        "nearest": _nearest(issue, now),
        "customer_line": " · ".join(part for part in (issue.customer_name, contact) if part),
        "merged_into": into,
        "survivor_href": reverse("web:issue", args=[survivor.pk]) if survivor is not None else "",
        "may_reply": can_write,
        "may_correct": actor.can("issues.correct") and issue.is_open,
        "may_withdraw": can_write and issue.is_open,
        "to": _recipient(issue),
        "wait_words": _wait_words(issue, into),
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


def _wait_words(issue: Issue, into: str) -> str:
    """What the dock says where nobody has a step."""
    if into:
        return _("在 %(number)s 里办理") % {"number": into}
    return _("等客户回复") if issue.is_open else _("流程已结束")


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
    rounds = issues.open_approvals(issue_id=issue.pk)
    step, items = _step(actor, issue, rounds, now)
    urgent = min((item for item in items if item.due_at), key=lambda item: item.due_at or now, default=None)
    clock = of_step(urgent, now) if urgent else NONE
    head = _head(actor, issue, clock, now)
    head["tail"] = due(clock.due_at, now) if clock.due_at else ""
    return {
        "issue": head,
        "step": step,
        **duty.menu(actor, issue, next((item for item in items if step and item.pk == step["id"]), None), now),
        "approvals_asked": approving.asked_of(actor, rounds, now),
        "approval_modes": approving.modes(),
        "own_username": actor.username,
        **_steering(actor, issue),
        "phases": phases(flows.chart_of(issue.instance.version_id), issue),
        "link_ways": relations.ways(),
        "kit": kit_parts.head(actor, issue, now),
        "entry_key": uuid.uuid4().hex,
        "people": [{"username": person.username, "name": person.name} for person in accounts.people(actor=actor)],
        "departments": [
            {"value": place.key, "text": in_language(place.name, place.name_en)} for place in accounts.departments()
        ],
        "types": [{"value": kind.key, "text": in_language(kind.name, kind.name_en)} for kind in issues.issue_types()],
        "levels": [{"value": key, "text": level_name(key)} for key in LEVELS],
        "priorities": [{"value": f"P{n}", "text": f"P{n}"} for n in range(1, 5)],
    }


def feed_context(
    *, actor: Actor, issue: Issue, before: int | None, now: datetime, since: issues.Place | None = None
) -> Context:
    """The timeline in days."""
    return {"feed": feed.view(actor=actor, issue=issue, before=before, now=now, since=since)}


def talk_context(*, actor: Actor, issue: Issue, now: datetime) -> Context:
    """The timeline with the line below which everything is new, and what the reader has begun to write."""
    begun, since = issues.own_state(actor=actor, issue_id=issue.pk)
    return {
        **feed_context(actor=actor, issue=issue, before=None, now=now, since=since),
        "drafts": {kind: begun.get(kind, issues.Begun()) for kind in ("reply", "note")},
    }
