"""Opening an issue: every channel ends here.

It must be cheap: the row is built in memory, the chart runs on it, and what came of it is written at the end
(``work.py``); a test pins the number of statements.
"""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from bihuan.accounts import queries as accounts
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.numbers import next_number
from bihuan.core.stamps import operation
from bihuan.customers.models import Contact
from bihuan.customers.operations import match_or_create
from bihuan.customers.rules import phone_tokens
from bihuan.flows import operations as flows
from bihuan.flows.models import Instance
from bihuan.flows.registry import rely_on
from bihuan.issues.errors import BadChoice, NoSuchIssue, TitleRequired
from bihuan.issues.models import Entry, FormRecord, Issue, IssueType
from bihuan.issues.operations.attachments import build_files
from bihuan.issues.operations.fields import values_at_creation
from bihuan.issues.operations.values import Intake
from bihuan.issues.operations.work import Work, at_work
from bihuan.issues.queries.matrix import suggest_department
from bihuan.issues.queries.reference import DEFAULT_FLOW, issue_type_by_key
from bihuan.issues.rules import limits
from bihuan.issues.rules.html import clean_html

rely_on(DEFAULT_FLOW)
CHANNELS = frozenset({"email", "web_form", "portal", "phone", "api", "chat", "wechat", "visit"})


def _level(field: str, value: str) -> str:
    if value and value not in limits.LEVELS:
        raise BadChoice(params={"field": field, "value": value[:50]})
    return value


def _checked(intake: Intake) -> Intake:
    """Shape and length; meaning is judged by the chart."""
    title = " ".join(limits.within("标题", intake.title, limits.TITLE).split())
    if not title:
        raise TitleRequired
    limits.within("姓名", intake.customer.name, limits.NAME)
    limits.within("联系人", intake.customer.contact, limits.NAME)
    if intake.channel not in CHANNELS:
        raise BadChoice(params={"field": "channel", "value": intake.channel[:50]})
    _level("urgency", intake.urgency)
    _level("impact", intake.impact)
    return replace(
        intake,
        title=title,
        description=limits.within("内容", intake.description, limits.TEXT),
        full_text=intake.full_text.replace("\x00", "")[: limits.TEXT * 4],
        html=clean_html(intake.html),
        region=intake.region.replace("\x00", "")[:64],
    )


def _kind(key: str) -> IssueType | None:
    if not key:
        return None
    kind = issue_type_by_key(key=key)
    if kind is None or not kind.is_active:
        raise BadChoice(params={"field": "type", "value": key[:50]})
    return kind


def _build(intake: Intake, contact: Contact, kind: IssueType | None, actor: Actor, now: datetime) -> Issue:
    if intake.follows is not None and not Issue.objects.filter(pk=intake.follows).exists():
        raise NoSuchIssue(params={"number": intake.follows})
    zone = ZoneInfo(settings.TIME_ZONE)
    return Issue(
        number=next_number(day=now.astimezone(zone).date()),
        title=intake.title,
        description=intake.description,
        channel=intake.channel,
        status="new",
        type=kind,
        urgency=intake.urgency,
        impact=intake.impact,
        customer=contact.customer,
        contact=contact,
        customer_name=contact.customer.name,
        people=[actor.user_id] if actor.user_id else [],
        follows_id=intake.follows,
        fields={} if intake.fields is None else values_at_creation(kind.pk if kind else None, intake.fields),
        created_at=now,
        updated_at=now,
    )


def _first_entry(work: Work, intake: Intake, contact: Contact, actor: Actor) -> Entry:
    call = intake.channel == "phone"
    writer = intake.customer.contact.strip() or intake.customer.name.strip() or contact.name
    return Entry(
        issue=work.issue,
        kind="call" if call else "inbound",
        channel=intake.channel,
        public=not call,
        author_kind=actor.kind.value if call else "customer",
        author_id=actor.user_id if call else None,
        author_name=(actor.name if call else writer)[:200],
        text=intake.description,
        full_text=intake.full_text if intake.full_text != intake.description else "",
        html=intake.html,
        at=work.now,
    )


def _start(issue: Issue, intake: Intake, actor: Actor, now: datetime) -> None:
    def on_created(instance: Instance) -> None:
        issue.instance = instance

    given = (
        ("channel", intake.channel), ("type", intake.type_key), ("urgency", intake.urgency), ("impact", intake.impact)
    )  # fmt: skip
    flows.start_instance(
        definition_key=_flow(issue.type),
        variables={},
        offered={name: value for name, value in given if value},
        business_key=issue.number,
        subject=f"customer:{issue.customer_id}",
        place=lambda: _routed(intake, issue.customer_id),
        actor=actor,
        now=now,
        on_created=on_created,
    )


def _flow(kind: IssueType | None) -> str:
    # A chart that was retired meanwhile must not keep a customer's issue out.
    return kind.flow if kind is not None and kind.flow and flows.can_start(definition_key=kind.flow) else DEFAULT_FLOW


def _routed(intake: Intake, customer_id: int) -> int | None:
    row = suggest_department(type_key=intake.type_key, region=intake.region, customer_id=customer_id)
    place = accounts.department(key=row.department) if row is not None else None
    return place.pk if place is not None else None


@operation()
def open_issue(*, intake: Intake, actor: Actor, now: datetime) -> Issue:
    """Registers the issue, starts its chart (which acknowledges), and gives the row as it then stands.

    Refuses a title or text that is missing or too long, an unknown type, level or channel, files that are too large.
    """
    intake = _checked(intake)
    customer = intake.customer
    contact = match_or_create(
        name=customer.name,
        email=customer.email,
        phone=customer.phone,
        kind=customer.kind,
        contact=customer.contact,
        language=customer.language,
        consent=customer.consent,
        region=intake.region,
        contact_id=customer.contact_id,
        now=now,
    )
    issue = _build(intake, contact, _kind(intake.type_key), actor, now)
    files = build_files(files=intake.attachments, issue_id=None, public=True, actor=actor, now=now)
    with at_work(issue, now=now) as work:
        if not intake.brings_entries:
            work.write(_first_entry(work, intake, contact, actor), files)
        _start(issue, intake, actor, now)
        names = dict.fromkeys((customer.name, contact.customer.name, contact.name))
        work.index(intake.description, *names, " ".join(phone_tokens(contact.phone)), contact.email)
    if intake.form:
        FormRecord.objects.create(
            issue=issue, code="F05", data=dict(intake.form), revision=1, updated_at=now, updated_by_id=actor.user_id
        )
    audit.record(
        actor=actor,
        action="issue.opened",
        object_type="issue",
        object_id=issue.pk,
        now=now,
        detail={"channel": intake.channel},
    )
    return issue
