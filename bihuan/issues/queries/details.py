"""One issue: record, timeline, files, documents, ledger, log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast
from uuid import UUID

from django.db.models import Prefetch, Q
from django.utils.translation import gettext

from bihuan.accounts import queries as accounts
from bihuan.calendars import queries as calendars
from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound
from bihuan.core.models import AuditEntry
from bihuan.flows import queries as flows
from bihuan.issues.models import Attachment, Entry, FormRecord, Issue, Notice
from bihuan.issues.operations.attachments import path_of
from bihuan.issues.permissions import visible
from bihuan.issues.queries.reference import suggest_department
from bihuan.issues.rules.files import INLINE
from bihuan.issues.rules.ledger import Hold, Labels, Ledger, Waiting, build_ledger
from bihuan.issues.rules.sentences import sentence

_RELATED = ("type", "customer", "contact", "assignee", "lead_department", "instance", "instance__version")


def _visible(actor: Actor, condition: Q) -> Issue:
    rows = Issue.objects.filter(visible(actor), condition).select_related(*_RELATED)
    found = rows.defer("instance__version__chart", "instance__version__forms", "instance__version__decisions").first()
    if found is None:
        raise NotFound
    return found


def issue(*, actor: Actor, issue_id: int) -> Issue:
    """The issue, or not found: also where it exists and the actor may not know."""
    return _visible(actor, Q(pk=issue_id))


def issue_by_number(*, actor: Actor, number: str) -> Issue:
    """By its number; spaces around it do not matter."""
    return _visible(actor, Q(number=number.strip()[:32]))


def timeline(*, actor: Actor, issue_id: int, before: int | None = None, limit: int = 80) -> list[Entry]:
    """The latest entries (before one of them), oldest first, with files; two queries after the right was checked."""
    rows = Entry.objects.filter(issue_id=issue_id, issue__in=Issue.objects.filter(visible(actor), pk=issue_id))
    if before is not None:
        anchor = Entry.objects.filter(pk=before, issue_id=issue_id).first()
        if anchor is None:
            raise NotFound
        rows = rows.filter(Q(at__lt=anchor.at) | Q(at=anchor.at, pk__lt=anchor.pk))
    files = Prefetch("attachments", queryset=Attachment.objects.order_by("name"))
    return list(reversed(rows.prefetch_related(files).order_by("-at", "-pk")[:limit]))


def history_of_customer(*, actor: Actor, customer_id: int, but: int | None, limit: int = 30) -> list[Issue]:
    """The customer's other issues, newest first."""
    rows = Issue.objects.filter(visible(actor), customer_id=customer_id).exclude(pk=but or 0)
    return list(rows.order_by("-created_at")[:limit])


def log(*, actor: Actor, issue_id: int) -> list[dict[str, object]]:
    """Events and audited acts, newest first."""
    found = issue(actor=actor, issue_id=issue_id)
    lines: list[dict[str, object]] = [
        {"at": entry.at, "who": entry.author_name, "text": sentence(entry.code, entry.params)}
        for entry in Entry.objects.filter(issue=found, kind="event").order_by("-at", "-pk")[:200]
    ]
    acts = AuditEntry.objects.filter(object_type="issue", object_id=found.pk).order_by("-pk")[:100]
    words = {
        "issue.opened": gettext("登记"),
        "issue.reply": gettext("回复客户"),
        "issue.note": gettext("内部备注"),
        "issue.corrected": gettext("更正分类"),
        "issue.withdrawn": gettext("撤回"),
        "issue.duplicate": gettext("标为重复"),
    }
    lines += [{"at": act.at, "who": act.actor_name, "text": words.get(act.action, act.action)} for act in acts]
    return sorted(lines, key=lambda line: cast(datetime, line["at"]), reverse=True)


def ledger(*, actor: Actor, issue_id: int, now: datetime) -> Ledger:
    """Every second from the registration to the closing (or now), each with exactly one holder."""
    found = issue(actor=actor, issue_id=issue_id)
    facts = flows.ledger_facts(instance=found.instance)
    people = accounts.names(user_ids=[span.user_id for span in facts.holders if span.user_id])
    places = {place.pk: place.name for place in accounts.departments()}
    holds = [
        Hold(
            start=span.start,
            end=span.end,
            kind="person" if span.user_id else "department",
            key=f"u{span.user_id}" if span.user_id else f"d{span.department_id or 0}",
            label=people.get(span.user_id or 0) or places.get(span.department_id or 0) or gettext("待认领"),
            main=span.main,
            step=span.work_item_id,
        )
        for span in facts.holders
    ]
    end = found.closed_at or now
    return build_ledger(
        start=found.created_at,
        end=max(end, found.created_at),
        is_open=found.closed_at is None,
        holds=holds,
        waits=[Waiting(start=wait.start, end=wait.end, holder=wait.holder) for wait in facts.waits],
        pauses=facts.pauses,
        intervals=calendars.calendar("default").intervals,
        labels=Labels(gettext("客户"), gettext("非工作时间"), gettext("等待时间点")),
    )


# -- steps ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueStep:
    """A step of an issue with what its form starts from: the document so far, its files, values for defaults."""

    issue: Issue
    step: flows.Step
    record: Mapping[str, object]
    files: list[Attachment]
    defaults: Mapping[str, object]


def _defaults(found: Issue) -> dict[str, object]:
    contact = found.contact
    values: dict[str, object] = {
        "issue.title": found.title,
        "issue.description": found.description,
        "issue.number": found.number,
        "issue.channel": found.channel,
        "issue.type": found.type.key if found.type else None,
        "issue.urgency": found.urgency or None,
        "issue.impact": found.impact or None,
        "customer.name": found.customer.name,
        "customer.kind": found.customer.kind,
        "contact.name": contact.name if contact else None,
        "contact.phone": contact.phone if contact else None,
        "contact.email": contact.email if contact else None,
        "contact.preferred": contact.preferred if contact else None,
        "issue.created_at": found.created_at,
    }
    rule = suggest_department(type_key=found.type.key if found.type else "", region=found.customer.region)
    values["lead_department"] = (
        found.lead_department.key if found.lead_department else (rule.department.key if rule else None)
    )
    values["support_departments"] = found.support_departments or (rule.supports if rule else None)
    month = found.closed_at or found.updated_at
    kind = found.type.name if found.type else ""
    values["keywords"] = f"{kind}-{found.title[:20]}-{gettext('解决方案')}-{month.year}年{month.month}月"
    return {name: value for name, value in values.items() if value is not None}


def step(*, actor: Actor, work_item_id: int) -> IssueStep:
    """The step, for somebody who may see its issue."""
    found = _visible(actor, Q(instance__work_items__id=work_item_id))
    shown = flows.step(actor=actor, work_item_id=work_item_id)
    code = shown.node.ext.form
    record = FormRecord.objects.filter(issue=found, code=code).first() if code else None
    own = set(cast(Mapping[str, object], (shown.schema or {}).get("properties") or {}))
    data = {name: value for name, value in record.data.items() if name in own} if record else {}
    defaults = _defaults(found)
    for name in own & {"type", "urgency", "impact", "complexity"}:
        value = found.type.key if name == "type" and found.type else getattr(found, name, "")
        if isinstance(value, str) and value:
            data.setdefault(name, value)
    for name in own & {"lead_department", "support_departments", "keywords"}:
        if defaults.get(name):
            data.setdefault(name, defaults[name])
    return IssueStep(
        issue=found, step=shown, record=data, files=list(found.attachments.order_by("at")), defaults=defaults
    )


# -- files and papers -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOut:
    """A file as it may leave: ``inline`` only for raster images recognised by their bytes."""

    path: Path
    name: str
    media_type: str
    inline: bool


def _file_out(found: Attachment | None) -> FileOut:
    if found is None or not path_of(found).is_file():
        raise NotFound
    inline = found.media_type in INLINE
    return FileOut(
        path=path_of(found),
        name=found.name,
        inline=inline,
        media_type=found.media_type if inline or found.media_type == "application/pdf" else "application/octet-stream",
    )


def file(*, actor: Actor, file_id: UUID) -> FileOut:
    """A file of an issue that the actor may see."""
    rows = Attachment.objects.filter(pk=file_id, issue__in=Issue.objects.filter(visible(actor)))
    return _file_out(rows.first())


def public_file(*, issue_id: int, file_id: UUID) -> FileOut:
    """A public file of this very issue, for the customer behind its link."""
    return _file_out(Attachment.objects.filter(pk=file_id, issue_id=issue_id, public=True).first())


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a printed form needs."""

    form: Mapping[str, object]
    data: Mapping[str, object]
    number: str
    customer: str
    filled_by: str
    names: Mapping[str, str]


def document_codes(*, actor: Actor, issue_id: int) -> list[tuple[str, str]]:
    """(code, name) of the documents that something was filled into."""
    found = issue(actor=actor, issue_id=issue_id)
    codes = FormRecord.objects.filter(issue=found).order_by("code").values_list("code", flat=True)
    forms = [(code, flows.form_of(version_id=found.instance.version_id, code=code)) for code in codes]
    return [(code, str(form.get("title", code))) for code, form in forms if form is not None]


def document(*, actor: Actor, issue_id: int, code: str) -> Paper:
    """A form of the issue with all that its steps filled in."""
    found = issue(actor=actor, issue_id=issue_id)
    form = flows.form_of(version_id=found.instance.version_id, code=code)
    record = FormRecord.objects.select_related("updated_by").filter(issue=found, code=code).first()
    if form is None or record is None:
        raise NotFound
    names = {place.key: place.name for place in accounts.departments()}
    names |= {person.username: person.name for person in accounts.people(actor=actor)}
    names |= {str(each.pk): each.name for each in found.attachments.all()}
    return Paper(
        form=form,
        data=record.data,
        number=found.number,
        customer=found.customer_name,
        filled_by=record.updated_by.name if record.updated_by else "",
        names=names,
    )


def notices(*, actor: Actor, limit: int = 20) -> list[Notice]:
    """The person's own notices, newest first."""
    return list(
        Notice.objects.filter(user_id=actor.user_id or 0).select_related("issue").order_by("-at", "-pk")[:limit]
    )
