"""One issue: record, timeline, log, what looks like it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Prefetch, Q
from django.utils.translation import gettext, gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import NotFound
from bihuan.core.models import AuditEntry
from bihuan.core.stamps import held
from bihuan.issues.models import Attachment, Entry, Issue, Notice
from bihuan.issues.permissions import visible
from bihuan.issues.queries.reference import issue_type
from bihuan.issues.queries.relations import family
from bihuan.issues.rules.sentences import sentence

_RELATED = ("customer", "contact", "assignee", "instance", "instance__version")
_HEAVY = ("instance__version__chart", "instance__version__forms", "instance__version__decisions")
_ACTS = {
    "issue.opened": gettext_noop("登记"),
    "issue.reply": gettext_noop("回复客户"),
    "issue.note": gettext_noop("内部备注"),
    "issue.forward": gettext_noop("转给第三方"),
    "issue.corrected": gettext_noop("更正分类"),
    "issue.retitled": gettext_noop("改标题"),
    "issue.withdrawn": gettext_noop("撤回"),
    "issue.duplicate": gettext_noop("标为重复"),
    "issue.merged": gettext_noop("合并"),
    "issue.merge_undone": gettext_noop("撤销合并"),
    "issue.linked": gettext_noop("关联"),
    "issue.unlinked": gettext_noop("解除关联"),
    "issue.split": gettext_noop("拆分"),
    "issue.told_apart": gettext_noop("标为不是重复"),
}


def one_issue(actor: Actor, condition: Q) -> Issue:
    """The issue that fits, or not found: also where it exists and the actor may not know.

    No more tables are joined than must be: planning nine joins costs PostgreSQL 5 to 20 ms, reading the row none.
    """
    rows = Issue.objects.filter(visible(actor), condition).select_related(*_RELATED).defer(*_HEAVY)
    found = rows.first()
    if found is None:
        raise NotFound
    with held():
        found.type = issue_type(found.type_id)
        found.lead_department = accounts.department_by_id(found.lead_department_id)
    return found


def issue(*, actor: Actor, issue_id: int) -> Issue:
    """One issue with what belongs to it."""
    return one_issue(actor, Q(pk=issue_id))


def issue_of_instance(*, actor: Actor, instance_id: int) -> Issue:
    """The issue that runs on the instance."""
    return one_issue(actor, Q(instance_id=instance_id))


def issue_by_number(*, actor: Actor, number: str) -> Issue:
    """By its number; spaces around it do not matter. A merged issue's number still finds it (``duplicate_of`` leads to
    the one that goes on, correctness 66)."""
    return one_issue(actor, Q(number=number.strip()[:32]))


def timeline(
    *, actor: Actor, issue_id: int, before: int | None = None, limit: int = 80, numbers: Mapping[int, str] | None = None
) -> list[Entry]:
    """The latest entries (before one of them), oldest first, with files. Staff only: notes are among them.

    What was said in the issues that were merged into it is there in its place in time, as far as the actor may see them;
    what happened to them is not. ``numbers``: see ``relations.family``, where the caller has asked for it already.
    """
    if actor.kind is ActorKind.CUSTOMER:
        raise NotFound
    there = list(numbers if numbers is not None else family(actor=actor, issue_id=issue_id))
    rows = Entry.objects.filter(issue_id__in=there)
    if len(there) > 1:
        rows = rows.filter(Q(issue_id=issue_id) | ~Q(kind="event"))
    if before is not None:
        anchor = Entry.objects.filter(pk=before, issue_id__in=there).first()
        if anchor is None:
            raise NotFound
        rows = rows.filter(Q(at__lte=anchor.at), Q(at__lt=anchor.at) | Q(pk__lt=anchor.pk))
    files = Prefetch("attachments", queryset=Attachment.objects.order_by("name", "id"))
    return list(reversed(rows.prefetch_related(files).order_by("-at", "-pk")[: max(1, limit)]))


def history_of_customer(*, actor: Actor, customer_id: int, but: int | None, limit: int = 30) -> list[Issue]:
    """The customer's other issues, newest first."""
    rows = Issue.objects.filter(visible(actor), customer_id=customer_id).exclude(pk=but or 0).defer("description")
    return list(rows.order_by("-created_at", "-pk")[:limit])


@dataclass(frozen=True, slots=True)
class CustomerTally:
    """How many issues of a customer the reader may see (merged ones once), how many of them are open, and when the last one
    came in."""

    total: int
    open: int
    last_at: datetime


def customer_tallies(*, actor: Actor, customer_ids: list[int]) -> dict[int, CustomerTally]:
    """Tallies by customer; customers without issues are left out. One query."""
    rows = Issue.objects.filter(visible(actor), customer_id__in=customer_ids, duplicate_of__isnull=True)
    counted = (
        rows.order_by()
        .values("customer_id")
        .annotate(total=Count("pk"), open=Count("pk", filter=Q(is_open=True)), last_at=Max("created_at"))
    )
    return {row["customer_id"]: CustomerTally(row["total"], row["open"], row["last_at"]) for row in counted}


def follow_ups(*, actor: Actor, issue_id: int) -> list[Issue]:
    """The issues that came after this one, and those that were merged into it; in the order in which they came."""
    rows = Issue.objects.filter(visible(actor), Q(follows_id=issue_id) | Q(duplicate_of_id=issue_id))
    return list(rows.defer("description").order_by("pk")[:100])


def log(*, actor: Actor, issue_id: int) -> list[dict[str, object]]:
    """Events and audited acts, newest first: ``at``, ``who``, ``text`` in the active language."""
    found = one_issue(actor, Q(pk=issue_id))
    lines: list[tuple[datetime, str, str]] = [
        (entry.at, entry.author_name, sentence(entry.code, entry.params))
        for entry in Entry.objects.filter(issue=found, kind="event").order_by("-at", "-pk")[:200]
    ]
    acts = AuditEntry.objects.filter(object_type="issue", object_id=found.pk).order_by("-pk")[:100]
    lines += [(act.at, act.actor_name, gettext(_ACTS[act.action])) for act in acts if act.action in _ACTS]
    lines.sort(key=lambda line: line[0], reverse=True)
    return [{"at": at, "who": who, "text": text} for at, who, text in lines]


def notices(*, actor: Actor, limit: int = 20) -> list[Notice]:
    """The person's own notices, newest first."""
    rows = Notice.objects.filter(user_id=actor.user_id or 0).select_related("issue").defer("issue__description")
    return list(rows.order_by("-at", "-pk")[:limit])


def unread_notices(*, actor: Actor) -> int:
    """How many of the person's notices are unread."""
    return Notice.objects.filter(user_id=actor.user_id or 0, read_at__isnull=True).count()
