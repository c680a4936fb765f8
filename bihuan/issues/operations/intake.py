"""Opening an issue: every channel ends here."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from bihuan.calendars import queries as calendars
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.numbers import next_number
from bihuan.customers.models import Contact
from bihuan.customers.operations import match_or_create
from bihuan.flows import operations as flows
from bihuan.flows.models import Instance
from bihuan.issues.errors import BadChoice, TitleRequired
from bihuan.issues.models import Entry, FormRecord, Issue, IssueType
from bihuan.issues.operations.attachments import attach
from bihuan.issues.operations.timeline import index_issue
from bihuan.issues.operations.values import Intake
from bihuan.issues.rules import limits
from bihuan.issues.rules.html import clean_html

DEFINITION = "T01"
_CHANNELS = frozenset({"email", "web_form", "phone", "api", "chat", "wechat", "visit"})


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
    if intake.channel not in _CHANNELS:
        raise BadChoice(params={"field": "channel", "value": intake.channel[:50]})
    return Intake(
        title=title,
        description=limits.within("内容", intake.description, limits.TEXT),
        channel=intake.channel,
        customer=intake.customer,
        full_text=intake.full_text.replace("\x00", "")[: limits.TEXT * 4],
        html=clean_html(intake.html),
        type_key=intake.type_key,
        urgency=_level("urgency", intake.urgency),
        impact=_level("impact", intake.impact),
        region=intake.region[:64],
        attachments=intake.attachments,
        form=intake.form,
    )


def promise(*, priority: str, start: datetime) -> datetime:
    """Until when the customer may expect a result: working time by priority."""
    seconds = limits.PROMISES.get(priority, limits.PROMISES["P3"]) * 3600
    return calendars.current_version("default").calendar.add(start, seconds)


def _issue_row(
    intake: Intake, contact: Contact, kind: IssueType | None, instance: Instance, actor: Actor, now: datetime
) -> Issue:
    zone = ZoneInfo(settings.TIME_ZONE)
    return Issue.objects.create(
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
        instance=instance,
        people=[actor.user_id] if actor.user_id else [],
        promised_at=promise(priority="P3", start=now),
        created_at=now,
        updated_at=now,
    )


def _first_entry(issue: Issue, intake: Intake, contact: Contact, actor: Actor, now: datetime) -> Entry:
    call = intake.channel == "phone"
    return Entry.objects.create(
        issue=issue,
        kind="call" if call else "inbound",
        channel=intake.channel,
        public=not call,
        author_kind=actor.kind.value if call else "customer",
        author_id=actor.user_id if call else None,
        author_name=(actor.name if call else contact.name)[:200],
        text=intake.description,
        full_text=intake.full_text if intake.full_text != intake.description else "",
        html=intake.html,
        at=now,
    )


@transaction.atomic
def open_issue(*, intake: Intake, actor: Actor, now: datetime) -> Issue:
    """Registers the issue, starts its chart (which acknowledges), and gives the row as it then stands."""
    intake = _checked(intake)
    customer = intake.customer
    contact = match_or_create(
        name=customer.name.strip(),
        email=customer.email,
        phone=customer.phone,
        kind=customer.kind,
        contact=customer.contact,
        language=customer.language,
        consent=customer.consent,
        now=now,
    )
    kind = IssueType.objects.filter(key=intake.type_key, is_active=True).first() if intake.type_key else None
    made: list[Issue] = []

    def on_created(instance: Instance) -> None:
        issue = _issue_row(intake, contact, kind, instance, actor, now)
        entry = _first_entry(issue, intake, contact, actor, now)
        attach(files=intake.attachments, issue_id=issue.pk, entry_id=entry.pk, public=True, actor=actor, now=now)
        index_issue(
            issue=issue,
            texts=(
                intake.description,
                contact.customer.name,
                contact.name,
                contact.phone,
                contact.phone.removeprefix("+86"),
                contact.email,
            ),
        )
        if intake.form:
            FormRecord.objects.create(
                issue=issue, code="F05", data=dict(intake.form), updated_at=now, updated_by_id=actor.user_id
            )
        made.append(issue)

    variables: dict[str, object] = {"channel": intake.channel}
    variables |= {
        key: value
        for key, value in (("type", intake.type_key), ("urgency", intake.urgency), ("impact", intake.impact))
        if value
    }
    flows.start_instance(definition_key=DEFINITION, variables=variables, actor=actor, now=now, on_created=on_created)
    issue = made[0]
    audit.record(
        actor=actor,
        action="issue.opened",
        object_type="issue",
        object_id=issue.pk,
        now=now,
        detail={"channel": intake.channel},
    )
    return Issue.objects.select_related("instance", "customer", "contact", "type").get(pk=issue.pk)
