"""From rows to the JSON of the answers; the fields are those of ``schemas.py``."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpResponse
from pydantic_core import to_json

from bihuan.bpmn import Outcome
from bihuan.core.links import sign_link
from bihuan.customers.rules import mask_email, mask_phone
from bihuan.flows import queries as flows
from bihuan.flows.models import Instance, WorkItem
from bihuan.issues.models import Entry, Issue
from bihuan.issues.rules.ledger import Ledger

Json = dict[str, object]
_flow_labels: dict[int, Json] = {}


def answer(body: Mapping[str, object], *, status: int = 200) -> HttpResponse:
    """The JSON answer. Personal data: kept by nobody on the way."""
    response = HttpResponse(to_json(body), status=status, content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response


def instant(at: datetime | None) -> str | None:
    """``2026-11-24T06:00:00Z``, or null."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at is not None else None


def in_language(zh: str, en: str, language: str) -> str:
    """The English name for those who read English, where there is one."""
    return en if en and language.startswith("en") else zh


def flow(instance: Instance) -> Json:
    """Key and number of the chart version; read once a version and process."""
    label = _flow_labels.get(instance.version_id)
    if label is None:
        version = instance.version
        label = _flow_labels[instance.version_id] = {"key": version.definition.key, "version": version.number}
    return label


def outcomes(offered: Iterable[Outcome], language: str) -> list[Json]:
    """The arrows on offer."""
    return [{"id": one.id, "name": in_language(one.name, one.name_en, language)} for one in offered]


def step(item: WorkItem, instance: Instance, language: str) -> Json:
    """A waiting step with what completing it takes."""
    node = flows.chart_of(instance.version_id).nodes[item.node]
    return {
        "id": item.pk,
        "node": item.node,
        "name": in_language(item.name, item.name_en, language),
        "role": item.role or None,
        "department": item.department.key if item.department is not None else None,
        "assignee": item.assignee.username if item.assignee is not None else None,
        "due_at": instant(item.due_at),
        "form_schema": flows.step_schema_of(version_id=instance.version_id, node=item.node),
        "outcomes": outcomes(flows.step_outcomes(instance=instance, node=item.node), language)
        if node.choice is not None
        else [],
    }


def created(issue: Issue, steps: Iterable[WorkItem], *, language: str, now: datetime) -> Json:
    """The answer to an intake."""
    instance = issue.instance
    return {
        "id": issue.pk,
        "number": issue.number,
        "status": issue.status,
        "flow": flow(instance),
        "steps": [step(item, instance, language) for item in steps],
        "progress_url": progress_url(issue, now=now),
    }


def progress_url(issue: Issue, *, now: datetime) -> str:
    """The customer's page of the issue."""
    return f"{settings.PUBLIC_URL}/p/{sign_link(purpose='progress', subject=issue.pk, now=now)}"


def row(issue: Issue, language: str) -> Json:
    """An issue in a list."""
    lead, assignee, kind = issue.lead_department, issue.assignee, issue.type
    return {
        "id": issue.pk,
        "number": issue.number,
        "title": issue.title,
        "status": issue.status,
        "priority": issue.priority,
        "type": kind.key if kind is not None else None,
        "customer": issue.customer_name,
        "channel": issue.channel,
        "department": lead.key if lead is not None else None,
        "assignee": assignee.username if assignee is not None else None,
        "step": in_language(issue.step_name, issue.step_name_en, language),
        "due_at": instant(issue.due_at),
        "created_at": instant(issue.created_at),
        "updated_at": instant(issue.updated_at),
    }


def entry(line: Entry, text: str) -> Json:
    """A line of the timeline; ``text`` is what it says, events worded."""
    return {
        "id": line.pk,
        "kind": line.kind,
        "channel": line.channel,
        "public": line.public,
        "author": line.author_name,
        "text": text,
        "at": instant(line.at),
    }


def contact(issue: Issue) -> Json:
    """The customer; address and number are masked: who needs them gives a reason on the page."""
    known = issue.contact
    email, phone = (known.email, known.phone) if known is not None else ("", "")
    email, phone = mask_email(email) if email else "", mask_phone(phone) if phone else ""
    return {"name": issue.customer_name, "email": email, "phone": phone}


def clock(item: WorkItem, language: str) -> Json:
    """A step's deadline."""
    return {
        "step": item.pk,
        "node": item.node,
        "name": in_language(item.name, item.name_en, language),
        "due_at": instant(item.due_at),
        "limit_seconds": item.limit_seconds,
        "breached": item.breached_at is not None,
        "paused": flows.is_paused(item),
    }


def ledger(found: Ledger) -> Json:
    """The ledger in whole seconds; rounding never loses one, because edges are rounded, not lengths."""

    def second(at: datetime) -> int:
        return int(at.timestamp())

    rows: list[Json] = []
    totals: dict[str, int] = {}
    for piece in found.segments:
        seconds = second(piece.end) - second(piece.start)
        totals[piece.kind] = totals.get(piece.kind, 0) + seconds
        rows.append(
            {
                "start": instant(piece.start),
                "end": instant(piece.end),
                "seconds": seconds,
                "holder": piece.kind,
                "department": piece.label if piece.kind == "department" else None,
                "person": piece.label if piece.kind == "person" else None,
                "node": "",
            }
        )
    return {
        "start": instant(found.start),
        "end": instant(found.end),
        "total_seconds": second(found.end) - second(found.start),
        "by_holder": totals,
        "rows": rows,
    }
