"""What the customer may know."""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from bihuan.core.errors import NotFound
from bihuan.flows import queries as flows
from bihuan.flows.models import Wait, WorkItem
from bihuan.issues.models import Attachment, Entry, Issue

_SHOWN = ("inbound", "reply", "auto", "call")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage in the customer's words; ``state`` done, now or ahead."""

    key: str
    name: str
    text: str
    state: str
    at: datetime | None


@dataclass(slots=True, kw_only=True)
class PublicMessage:
    """A message meant for the customer. ``files`` are {id, name, size}."""

    author: str
    mine: bool
    text: str
    at: datetime
    files: list[dict[str, object]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """``state``: open, resolved, closed, withdrawn or merged.

    ``instance_id``: the case on its chart; ``stage``: the stage it is in, or ended in (None: the chart has none).
    ``goes_on``: the id of the issue in which a merged one is handled, where that one is the same person's and its page may
    be shown in place of this one; of anybody else's only the own messages are ever shown (correctness 69).

    ``may_write``: a message reaches somebody who works on it. What the customer can do now: ``may_answer`` (the chart waits
    for their verdict), ``waiting_for_you`` (it waits for their message), ``may_withdraw``, and while ``is_open`` urge.
    """

    number: str
    title: str
    state: str
    is_open: bool
    may_answer: bool
    waiting_for_you: bool
    may_withdraw: bool
    may_write: bool
    goes_on: int | None
    promised_at: datetime | None
    updated_at: datetime
    stages: list[Stage]
    stage: Stage | None
    instance_id: int
    messages: list[PublicMessage]
    customer_id: int
    contact_id: int | None
    contact_name: str
    zone: str


def _state(issue: Issue) -> str:
    if issue.status in ("withdrawn", "merged"):
        return issue.status
    if not issue.is_open:
        return "closed"
    return "resolved" if issue.status in ("resolved", "callback") else "open"


def _begun(issue: Issue) -> dict[str, datetime]:
    """When each stage was entered first."""
    begun: dict[str, datetime] = {}
    opened = (
        WorkItem.objects.filter(instance=issue.instance).order_by("opened_at", "id").values_list("phase", "opened_at")
    )
    for key, at in opened:
        begun.setdefault(key, at)
    return begun


def _stages(issue: Issue, english: bool) -> list[Stage]:
    """The chart's stages in the customer's words. An issue that ended early leaves the later ones undone."""
    phases = flows.chart_of(issue.instance.version_id).phases
    keys = [phase.id for phase in phases]
    at = keys.index(issue.phase) if issue.phase in keys else 0
    begun = _begun(issue)
    stages = []
    for index, phase in enumerate(phases):
        past = index < at if issue.is_open else (issue.status == "closed" or phase.id in begun)
        stages.append(
            Stage(
                key=phase.id,
                name=(phase.customer_name_en if english else phase.customer_name) or phase.name,
                text=phase.customer_text_en if english else phase.customer_text,
                state="done" if past else "now" if index == at and issue.is_open else "ahead",
                at=begun.get(phase.id),
            )
        )
    return stages


def said_with_customer(issue: Issue) -> Q:
    """Which entries the customer of an issue may read: its public ones, what they wrote to it themselves since it was
    merged, and those of the same person's issues that were merged into it."""
    merged = Issue.objects.filter(duplicate_of_id=issue.pk, customer_id=issue.customer_id)
    merged = merged.filter(Q(contact_id=issue.contact_id) if issue.contact_id else Q(contact__isnull=True))
    own = Q(issue_id=issue.pk, public=True) | Q(origin_id=issue.pk, kind="inbound")
    return (own | Q(issue__in=merged, public=True)) & Q(kind__in=_SHOWN)


def _messages(issue: Issue) -> list[PublicMessage]:
    entries = list(Entry.objects.filter(said_with_customer(issue)).order_by("-at", "-pk")[:100])
    files: dict[int, list[dict[str, object]]] = {}
    own = Q(public=True) | Q(entry__origin_id=issue.pk)
    for each in Attachment.objects.filter(own, entry__in=entries):
        files.setdefault(each.entry_id or 0, []).append({"id": str(each.pk), "name": each.name, "size": each.size})
    return [
        PublicMessage(
            author=settings.COMPANY_NAME if entry.kind == "auto" else entry.author_name,
            mine=entry.kind == "inbound",
            text=entry.text,
            at=entry.at,
            files=files.get(entry.pk, []),
        )
        for entry in entries
    ]


def _home(issue: Issue) -> Issue:
    """Where it is handled; no query for one that is not merged."""
    if issue.duplicate_of_id is None:
        return issue
    return Issue.objects.only("pk", "is_open", "customer_id", "contact_id").get(pk=issue.duplicate_of_id)


def _same_person(one: Issue, other: Issue) -> bool:
    return (one.customer_id, one.contact_id) == (other.customer_id, other.contact_id)


def progress(*, issue_id: int, now: datetime) -> Progress:
    """The customer's view. Whoever calls has checked the signed link."""
    issue = Issue.objects.select_related("instance", "contact").filter(pk=issue_id).defer("description").first()
    if issue is None:
        raise NotFound
    waits = set(
        Wait.objects.filter(instance=issue.instance, kind="message", closed_at__isnull=True).values_list(
            "name", flat=True
        )
    )
    contact = issue.contact
    home = _home(issue)
    stages = _stages(issue, bool(contact and contact.language.startswith("en")))
    return Progress(
        number=issue.number,
        title=issue.title,
        state=_state(issue),
        is_open=issue.is_open,
        may_answer="customer_answer" in waits,
        waiting_for_you="customer_reply" in waits,
        may_withdraw=issue.is_open and "customer_withdraws" in waits,
        may_write=home.is_open,
        goes_on=home.pk if home is not issue and _same_person(home, issue) else None,
        promised_at=issue.promised_at if issue.is_open else None,
        updated_at=issue.updated_at,
        stages=stages,
        stage=next((each for each in stages if each.key == issue.phase), None),
        instance_id=issue.instance_id,
        messages=_messages(issue),
        customer_id=issue.customer_id,
        contact_id=issue.contact_id,
        contact_name=contact.name if contact else issue.customer_name,
        zone=contact.zone if contact else "",
    )
