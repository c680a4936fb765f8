"""Issues: create, list, read, write to, log and ledger."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from bihuan.api import shapes
from bihuan.api.problems import language_of
from bihuan.api.schemas import EventLog, IssueCreated, IssueIn, IssueOut, IssuePage, LedgerOut, MessageIn
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import Forbidden
from bihuan.core.idempotency import body_hash, once
from bihuan.core.stamps import operation
from bihuan.flows import queries as flows
from bihuan.issues import operations, queries
from bihuan.issues.operations import Intake, IntakeCustomer
from bihuan.issues.queries import Filter
from bihuan.issues.rules.sentences import sentence

router = Router(tags=["issues"])


def caller(request: HttpRequest) -> Actor:
    """Who calls; set by the authentication."""
    actor = request.auth  # type: ignore[attr-defined]
    assert isinstance(actor, Actor)
    return actor


def _intake(body: IssueIn) -> Intake:
    customer = body.customer
    return Intake(
        title=body.title,
        description=body.description,
        channel=body.channel,
        type_key=body.type,
        urgency=body.urgency or "",
        impact=body.impact or "",
        region=body.region,
        fields=body.fields,
        customer=IntakeCustomer(
            name=customer.name,
            email=customer.email,
            phone=customer.phone,
            kind=customer.kind,
            language=customer.language,
        ),
    )


@router.post("", response={201: IssueCreated}, summary="Register an issue")
def create_issue(request: HttpRequest, body: IssueIn) -> HttpResponse:
    """Registers the issue and starts its chart. With ``Idempotency-Key`` a repeated request gets the first answer."""
    actor, now, language = caller(request), system_now(), language_of(request)
    if not actor.can("issues.create"):
        raise Forbidden

    def work() -> tuple[int, shapes.Json]:
        with operation():
            issue = operations.open_issue(intake=_intake(body), actor=actor, now=now)
            steps = flows.open_steps(instance_ids=[issue.instance_id])[issue.instance_id]
        return 201, shapes.created(issue, steps, language=language, now=now)

    key = request.headers.get("Idempotency-Key")
    if key is None:
        status, made = work()
        return shapes.answer(made, status=status)
    answer = once(
        scope=f"api:{actor.user_id}", key=key, body_hash=body_hash(request.path, request.body), now=now, work=work
    )
    return shapes.answer(answer.body, status=answer.status)


@router.get("", response=IssuePage, summary="List issues")
def list_issues(
    request: HttpRequest,
    status: str = "",
    q: str = "",
    assignee: str = "",
    department: str = "",
    type: str = "",
    priority: str = "",
    queue: str = "",
    sort: str = "updated",
    cursor: str = "",
    limit: Annotated[int, Field(ge=1, le=200)] = 50,
) -> HttpResponse:
    """One page of what the caller may see; ``next`` leads on."""
    page = queries.list_issues(
        actor=caller(request),
        sort=sort,
        cursor=cursor or None,
        limit=limit,
        now=system_now(),
        filter=Filter(
            status=status,
            q=q[:200],
            assignee=assignee,
            department_key=department,
            type_key=type,
            priority=priority,
            queue=queue,
        ),
    )
    language = language_of(request)
    return shapes.answer({"items": [shapes.row(issue, language) for issue in page.items], "next": page.next})


@router.get("/{int:issue_id}", response=IssueOut, summary="Read an issue")
def read_issue(request: HttpRequest, issue_id: int) -> HttpResponse:
    """The issue with steps, clocks, messages and log."""
    actor, now, language = caller(request), system_now(), language_of(request)
    issue = queries.issue(actor=actor, issue_id=issue_id)
    steps = flows.open_steps(instance_ids=[issue.instance_id])[issue.instance_id]
    entries = queries.timeline(actor=actor, issue_id=issue_id, limit=500)
    lines = [shapes.entry(e, sentence(e.code, e.params) if e.kind == "event" else e.text) for e in entries]
    return shapes.answer(
        {
            **shapes.created(issue, steps, language=language, now=now),
            **shapes.row(issue, language),
            "description": issue.description,
            "urgency": issue.urgency,
            "impact": issue.impact,
            "complexity": issue.complexity,
            "customer": shapes.contact(issue),
            "closed_at": shapes.instant(issue.closed_at),
            "merged_into": queries.survivor(actor=actor, issue=issue)[0] or None,
            "fields": queries.field_values(issue),
            "tags": [tag.name for each in issue.tags if (tag := queries.tag_by_id(each)) is not None],
            "clocks": [shapes.clock(step, language) for step in steps],
            "messages": [line for line, e in zip(lines, entries, strict=True) if e.kind != "event"],
            "log": [line for line, e in zip(lines, entries, strict=True) if e.kind == "event"],
        }
    )


@router.post("/{int:issue_id}/messages", response={201: dict}, summary="Write to the customer or a note")
def post_message(request: HttpRequest, issue_id: int, body: MessageIn) -> HttpResponse:
    """``reply`` goes to the customer through the outbox; ``note`` stays inside."""
    entry = operations.post_entry(
        issue_id=issue_id,
        kind=body.kind,
        text=body.text,
        key=request.headers.get("Idempotency-Key"),
        actor=caller(request),
        now=system_now(),
    )
    return shapes.answer(shapes.entry(entry, entry.text), status=201)


@router.get("/{int:issue_id}/events", response=EventLog, summary="The instance's event log")
def read_events(request: HttpRequest, issue_id: int) -> HttpResponse:
    """The engine's events in order: enough to rebuild its state."""
    issue = queries.issue(actor=caller(request), issue_id=issue_id)
    return shapes.answer({"items": flows.event_log(instance_id=issue.instance_id)})


@router.get("/{int:issue_id}/clock", response=LedgerOut, summary="The ledger of time")
def read_clock(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Every second from intake to closing (or now) and who had it."""
    ledger = queries.ledger(actor=caller(request), issue_id=issue_id, now=system_now())
    return shapes.answer(shapes.ledger(ledger))
