"""The public form: anybody may report an issue."""

from dataclasses import dataclass, field
from datetime import datetime

from bihuan.channels.operations.intake import Received, finish, insert_first, the_one_before
from bihuan.core.actor import SYSTEM
from bihuan.core.errors import Conflict
from bihuan.core.stamps import operation
from bihuan.issues import operations as issues
from bihuan.issues.models import Issue
from bihuan.issues.operations import Intake, IntakeCustomer, NewFile


@dataclass(frozen=True, slots=True, kw_only=True)
class FormReport:
    """What a visitor filled in. ``urgency`` is the visitor's own view: ``high``, ``medium``, ``low`` or ''."""

    title: str
    description: str
    name: str
    email: str = ""
    phone: str = ""
    urgency: str = ""
    language: str = "zh-hans"
    files: list[NewFile] = field(default_factory=list)


@operation()
def receive_web_form(*, report: FormReport, key: str, now: datetime) -> Issue:
    """Opens the issue of a report; the same ``key`` again (a second click) gives the first one's (correctness 60)."""
    inbound_id = insert_first(channel="web_form", key=key[:200], mailbox="", raw=None, now=now)
    if inbound_id is None:
        before = the_one_before(channel="web_form", key=key[:200])
        if before.issue is None:
            raise Conflict
        return before.issue
    issue = issues.open_issue(
        intake=Intake(
            title=report.title,
            description=report.description,
            channel="web_form",
            urgency=report.urgency,
            customer=IntakeCustomer(name=report.name, email=report.email, phone=report.phone, language=report.language),
            attachments=report.files,
        ),
        actor=SYSTEM,
        now=now,
    )
    finish(Received(status="opened", inbound_id=inbound_id, issue_id=issue.pk), now=now)
    return issue
