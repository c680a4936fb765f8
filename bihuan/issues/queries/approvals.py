"""Approvals as they stand: what is approved, who wrote it, whose turn it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q

from bihuan.accounts import queries as accounts
from bihuan.bpmn import Chart, Node
from bihuan.core import settings
from bihuan.core.actor import Actor
from bihuan.core.rows import Select
from bihuan.flows import queries as flows
from bihuan.flows.models import WorkItem
from bihuan.issues.models import Approval, ApprovalSeat, FormRecord, FormSubmission, Issue
from bihuan.issues.permissions import visible
from bihuan.issues.rules import approvals as rules

OFF, AUTHORS, STRICT = "off", "authors", "strict"
LEVELS = (STRICT, AUTHORS, OFF)
SELF_APPROVAL = settings.text("approvals_self", STRICT, most=16)
"""Who may not decide about a content: nobody in particular, who wrote it, or also who held the step that it comes from."""
_PENDING = "pending_approval"
_NAMED = 8
_RECORDS = Select(FormRecord, "WHERE t.issue_id = %s ORDER BY t.code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What an approval is about. ``data``: by form; ``parts`` and ``hash`` as in ``rules.approvals``."""

    data: Mapping[str, Mapping[str, object]]
    parts: Mapping[str, str]
    hash: str


def is_approval(node: Node) -> bool:
    """Whether completing the element means to approve something."""
    return node.kind == "userTask" and (bool(node.ext.approval) or node.ext.status == _PENDING)


def is_joint(node: Node) -> bool:
    """Whether several decide at the element."""
    return is_approval(node) and node.ext.approval not in ("", rules.SINGLE)


def content_of(data: Mapping[str, Mapping[str, object]]) -> Content:
    """A content with its hash."""
    parts = rules.parts(data)
    return Content(data=data, parts=parts, hash=rules.fingerprint(parts))


def content_at(*, issue_id: int, version_id: int, node: str) -> Content:
    """What the approval step of the issue is about, as it stands now. That the caller may see it is asked before."""
    chart = flows.chart_of(version_id)
    records = {row.code: row.data for row in _RECORDS.rows(issue_id)}
    form = chart.nodes[node].ext.form
    return content_of(rules.content(records, form, _opinions(chart, version_id)))


def _opinions(chart: Chart, version_id: int) -> dict[str, set[str]]:
    """The fields of approvals themselves, by form."""
    found: dict[str, set[str]] = {}
    for node in chart.nodes.values():
        if node.ext.form and is_approval(node):
            schema = flows.step_schema_of(version_id=version_id, node=node.id) or {}
            properties = schema.get("properties")
            found.setdefault(node.ext.form, set()).update(properties if isinstance(properties, dict) else ())
    return found


def authors_at(*, issue: Issue, content: Content, chart: Chart, node: str) -> list[int]:
    """Who may not decide about the content, by the company's strictness: of each step that filled in the form, the last
    who did; without a form of its own, who completed the step before."""
    strictness = settings.value(SELF_APPROVAL)
    if strictness == OFF:
        return []
    form = chart.nodes[node].ext.form
    pairs: Iterable[tuple[int | None, int | None]]
    if form in content.data:
        approving = [each.id for each in chart.nodes.values() if is_approval(each)]
        rows = FormSubmission.objects.filter(issue=issue, code=form).exclude(node__in=approving)
        rows = rows.order_by("node", "-at", "-id").distinct("node")
        pairs = rows.values_list("by_id", "work_item__assignee_id")
    else:
        done = WorkItem.objects.filter(instance_id=issue.instance_id, status="completed").order_by("-closed_at", "-id")
        pairs = done.values_list("completed_by_id", "assignee_id")[:1]
    found = {who for by, held in pairs for who in ((by, held) if strictness == STRICT else (by,))}
    return sorted(who for who in found if who is not None)


def part_words(*, version_id: int, parts: Iterable[str]) -> tuple[str, str]:
    """What the parts of a content are called on their forms, in Chinese and in English; a few of many."""
    chinese, english = dict[str, None](), dict[str, None]()
    for part in parts:
        code, _, name = part.partition(".")
        form = flows.form_of(version_id=version_id, code=code) or {}
        properties = form.get("properties")
        field = properties.get(name) if isinstance(properties, dict) else None
        known = field if isinstance(field, dict) else {}
        title = str(known.get("title") or name)
        chinese[title] = None
        english[str(known.get("x-titleEn") or title)] = None
    return "、".join(list(chinese)[:_NAMED]), ", ".join(list(english)[:_NAMED])


# -- whose turn ------------------------------------------------------------------------------------------------------


def seats_of(actor: Actor, now: datetime) -> Q:
    """Seats that the actor may decide from: their own, those of people away whose deputy they are, and their roles'."""
    user = actor.user_id or 0
    mine = Q(user_id__in=[user, *accounts.stood_in_for(user_id=user, now=now)])
    for role in sorted(actor.roles):
        places = sorted(place for held, place in actor.posts if held == role)
        mine |= Q(user__isnull=True, role=role) & (Q(department__isnull=True) | Q(department_id__in=places))
    return mine


def waiting_for(actor: Actor, now: datetime) -> Q:
    """Seats whose turn it is and from which the actor may decide."""
    return Q(waiting=True) & seats_of(actor, now) & ~Q(approval__authors__contains=[actor.user_id or 0])


def fits(seat: ApprovalSeat, *, actor: Actor, now: datetime) -> bool:
    """The same rule as ``seats_of``, for one seat in hand."""
    if actor.user_id is None:
        return False
    if seat.user_id is not None:
        return seat.user_id == actor.user_id or seat.user_id in accounts.stood_in_for(user_id=actor.user_id, now=now)
    if seat.department_id is None:
        return seat.role in actor.roles
    return (seat.role, seat.department_id) in actor.posts


_SEATS = Prefetch(
    "seats",
    queryset=ApprovalSeat.objects.select_related("user", "decided_by", "added_by", "delegated_from").order_by("id"),
)


def open_approvals(*, issue_id: int) -> list[Approval]:
    """The rounds of an issue that wait for somebody, with their seats. That the reader may see the issue is the caller's
    question to ask first; two queries, one where there is none."""
    rows = Approval.objects.filter(issue_id=issue_id, state="open").select_related("asked_by")
    return list(rows.prefetch_related(_SEATS).order_by("opened_at", "id"))


def approvals_of_issue(*, actor: Actor, issue_id: int, limit: int = 30) -> list[Approval]:
    """The latest rounds of an issue, newest first, with their seats."""
    rows = Approval.objects.filter(issue_id=issue_id, issue__in=Issue.objects.filter(visible(actor)))
    return list(rows.select_related("asked_by").prefetch_related(_SEATS).order_by("-opened_at", "-pk")[: max(1, limit)])


def round_at(*, work_item_id: int) -> Approval | None:
    """The open round at a step, with its seats; else the last one there was."""
    rows = Approval.objects.filter(work_item_id=work_item_id).prefetch_related(_SEATS)
    return rows.order_by("-opened_at", "-pk").first()
