"""What the customer writes, what we write."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from bihuan.core import audit, live
from bihuan.core.actor import SYSTEM, Actor, customer_actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.idempotency import first_time
from bihuan.flows import operations as flows
from bihuan.flows.models import Instance
from bihuan.issues import registry
from bihuan.issues.errors import TextRequired
from bihuan.issues.models import Attachment, Entry, Issue
from bihuan.issues.operations.attachments import attach
from bihuan.issues.operations.automatic import automatic_text
from bihuan.issues.operations.notices import tell_holders
from bihuan.issues.operations.timeline import author_of, index_more, seen_people
from bihuan.issues.operations.values import NewFile
from bihuan.issues.permissions import may_see
from bihuan.issues.rules import limits
from bihuan.issues.rules.html import clean_html


def locked_issue(issue_id: int) -> Issue:
    """The issue with its instance's row locked first, then its own: the order of locks everywhere."""
    instance_id = Issue.objects.filter(pk=issue_id).values_list("instance_id", flat=True).first()
    if instance_id is None:
        raise NotFound
    Instance.objects.select_for_update().only("id").get(pk=instance_id)
    return Issue.objects.select_for_update(of=("self",)).select_related("contact", "customer").get(pk=issue_id)


def visible_issue(issue_id: int, actor: Actor) -> Issue:
    """As ``locked_issue``, for somebody who may see it."""
    issue = locked_issue(issue_id)
    if not may_see(actor, issue):
        raise NotFound
    return issue


def _touch(issue: Issue, now: datetime, *, topics: Sequence[str] = ("queues",)) -> None:
    issue.updated_at = now
    Issue.objects.filter(pk=issue.pk).update(updated_at=now, people=issue.people)
    live.announce([f"issue:{issue.pk}", *topics])


@transaction.atomic
def post_entry(
    *,
    issue_id: int,
    kind: str,
    text: str,
    attachments: Sequence[NewFile] = (),
    actor: Actor,
    now: datetime,
    key: str | None = None,
) -> Entry:
    """A reply to the customer (goes to the outbox) or a note among colleagues. The same ``key`` posts once."""
    issue = visible_issue(issue_id, actor)
    reply = kind == "reply"
    if reply and not actor.can("issues.reply"):
        raise Forbidden
    text = limits.within("内容", text, limits.TEXT).strip()
    if not text:
        raise TextRequired
    if key and not first_time(scope=f"entry:{issue_id}", key=key, now=now):
        same = issue.entries.filter(author_id=actor.user_id, kind=kind).order_by("-pk").first()
        if same is not None:
            return same
    entry = Entry.objects.create(
        issue=issue, kind="reply" if reply else "note", channel="", public=reply, text=text, at=now, **author_of(actor)
    )
    attach(files=attachments, issue_id=issue.pk, entry_id=entry.pk, public=reply, actor=actor, now=now)
    if reply:
        registry.send_out(entry, automatic=False)
    index_more(issue_id=issue.pk, text=text)
    issue.people = seen_people(issue, actor.user_id)
    _touch(issue, now)
    audit.record(actor=actor, action=f"issue.{entry.kind}", object_type="issue", object_id=issue.pk, now=now)
    return entry


@transaction.atomic
def add_customer_message(
    *,
    issue_id: int,
    text: str,
    full_text: str = "",
    html: str = "",
    channel: str,
    author_name: str,
    attachments: Sequence[NewFile] = (),
    now: datetime,
    key: str | None = None,
) -> Entry:
    """What the customer wrote; where the chart waits for it, the chart goes on."""
    issue = locked_issue(issue_id)
    text = limits.within("内容", text, limits.TEXT).strip()
    if not text and not attachments and not html:
        raise TextRequired
    if key and not first_time(scope=f"customer:{issue_id}", key=key, now=now):
        same = issue.entries.filter(kind="inbound").order_by("-pk").first()
        if same is not None:
            return same
    actor = customer_actor(customer_id=issue.customer_id, name=author_name)
    entry = Entry.objects.create(
        issue=issue,
        kind="inbound",
        channel=channel[:16],
        public=True,
        author_kind="customer",
        author_name=(author_name or issue.customer_name)[:200],
        text=text,
        full_text=full_text.replace("\x00", "")[: limits.TEXT * 4] if full_text != text else "",
        html=clean_html(html),
        at=now,
    )
    attach(files=attachments, issue_id=issue.pk, entry_id=entry.pk, public=True, actor=actor, now=now)
    index_more(issue_id=issue.pk, text=text)
    tell_holders(issue=issue, code="notice.reply", params={}, now=now)
    flows.correlate_message(instance_id=issue.instance_id, name="customer_reply", variables={}, actor=actor, now=now)
    _touch(issue, now)
    return entry


@transaction.atomic
def add_automatic_message(*, issue: Issue, kind: str, now: datetime) -> Entry:
    """A message that the product writes to the customer by itself; ``code`` keeps which one it is."""
    entry = Entry.objects.create(
        issue=issue,
        kind="auto",
        channel="",
        public=True,
        code=kind,
        at=now,
        text=automatic_text(issue=issue, kind=kind, now=now),
        **author_of(SYSTEM),
    )
    registry.send_out(entry, automatic=True)
    return entry


@transaction.atomic
def flag_issue(*, issue_id: int, code: str, params: dict[str, object], now: datetime) -> Entry:
    """A line of the timeline that says that something went wrong outside (a bounce, a failed delivery)."""
    issue = locked_issue(issue_id)
    entry = Entry.objects.create(
        issue=issue, kind="event", public=False, code=code, params=params, at=now, **author_of(SYSTEM)
    )
    tell_holders(issue=issue, code=code, params=params, now=now)
    _touch(issue, now)
    return entry


@transaction.atomic
def store_files(*, issue_id: int, files: Sequence[NewFile], actor: Actor, now: datetime) -> list[Attachment]:
    """Files for a form of the issue."""
    issue = visible_issue(issue_id, actor)
    return attach(files=files, issue_id=issue.pk, entry_id=None, public=False, actor=actor, now=now)
