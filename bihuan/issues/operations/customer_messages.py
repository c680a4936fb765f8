"""A message of the customer reaches the issue that it belongs to now: this one, its survivor, or a follow-up."""

from collections.abc import Sequence
from datetime import datetime

from bihuan.core.actor import SYSTEM, customer_actor
from bihuan.core.stamps import operation
from bihuan.flows import operations as flows
from bihuan.issues.errors import BadChoice, TextRequired
from bihuan.issues.models import Entry, Issue
from bihuan.issues.operations.attachments import build_files
from bihuan.issues.operations.intake import CHANNELS, open_issue
from bihuan.issues.operations.locking import locked_with_home
from bihuan.issues.operations.messages import message_digest, posted_once
from bihuan.issues.operations.notices import tell_holders
from bihuan.issues.operations.reopening import may_come_back, reopen_by_reply
from bihuan.issues.operations.values import Intake, IntakeCustomer, NewFile
from bihuan.issues.operations.watching import wake_by_reply
from bihuan.issues.operations.work import at_work
from bihuan.issues.rules import limits
from bihuan.issues.rules.html import clean_html
from bihuan.issues.rules.replies import is_thanks


@operation()
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
    """What the customer wrote. The same ``key`` is taken once.

    While the issue runs it is a line of it, and where the chart waits for the customer the chart goes on. To a merged
    issue it reaches the survivor (correctness 66). After the result was told, and for some working days after the
    closing, anything but thanks reopens the issue; later it opens a follow-up that is linked with it (correctness 34,
    35). ``entry.issue_id`` says where it went.
    """
    if channel not in CHANNELS:
        raise BadChoice(params={"field": "channel", "value": channel[:50]})
    text = limits.within("内容", text, limits.TEXT).strip()
    if not text and not attachments and not html:
        raise TextRequired
    issue, home = locked_with_home(issue_id)
    entry = Entry(
        kind="inbound",
        channel=channel,
        author_kind="customer",
        author_name=(author_name.replace("\x00", "") or issue.customer_name)[:200],
        text=text,
        full_text=full_text.replace("\x00", "")[: limits.TEXT * 4] if full_text != text else "",
        html=clean_html(html),
        at=now,
    )
    return posted_once(
        scope=f"customer:{issue.pk}",
        key=key,
        digest=message_digest(text, attachments, html),
        now=now,
        post=lambda: _take(issue, home, entry, attachments, now),
    )


def _take(issue: Issue, home: Issue, entry: Entry, files: Sequence[NewFile], now: datetime) -> Entry:
    thanks = is_thanks(entry.text)
    back = home.customer_id == issue.customer_id and may_come_back(home, now)
    if not home.is_open and not thanks and not back:
        return _follow_up(home, issue, entry, files, now)
    entry.issue = home
    entry.origin = issue if home is not issue else None
    same_customer = home.customer_id == issue.customer_id
    # On the page of anybody else the message does not appear (correctness 69).
    entry.public = same_customer and home.contact_id == issue.contact_id
    actor = customer_actor(customer_id=issue.customer_id, name=entry.author_name)
    with at_work(home, now=now) as work:
        work.write(entry, build_files(files=files, issue_id=home.pk, public=entry.public, actor=actor, now=now))
        work.index(entry.text)
        work.change(updated_at=now)
        tell_holders(work, "notice.reply", {})
        wake_by_reply(work)
        if same_customer and not (not thanks and reopen_by_reply(work, entry.text, actor)):
            flows.correlate_message(
                instance_id=home.instance_id, name="customer_reply", variables={}, actor=actor, now=now
            )
    return entry


def _follow_up(closed: Issue, issue: Issue, entry: Entry, files: Sequence[NewFile], now: datetime) -> Entry:
    """A new issue that comes after a closed one, of the contact who wrote."""
    contact = issue.contact
    title = issue.title if issue.title.startswith("再次：") else f"再次：{issue.title}"
    fresh = open_issue(
        intake=Intake(
            title=title[: limits.TITLE],
            description=entry.text or issue.title,
            full_text=entry.full_text,
            html=entry.html,
            channel=entry.channel,
            follows=closed.pk,
            attachments=files,
            type_key=issue.type.key if issue.type and issue.type.is_active else "",
            customer=IntakeCustomer(
                name=issue.customer_name,
                contact=contact.name if contact else "",
                email=contact.email if contact else "",
                phone=contact.phone if contact else "",
                language=contact.language if contact else "zh-hans",
            ),
        ),
        actor=SYSTEM,
        now=now,
    )
    with at_work(closed, now=now) as work:
        work.say("issue.followed", {"number": fresh.number}, SYSTEM)
        work.change(updated_at=now)
    with at_work(fresh, now=now) as work:
        work.say("issue.follows", {"number": closed.number}, SYSTEM)
    return fresh.entries.order_by("id").get(kind__in=("inbound", "call"))
