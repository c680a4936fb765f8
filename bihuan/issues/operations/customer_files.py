"""What follows a merged customer, and what of a person stands in issues: told to him, erased when he demands it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from bihuan.core.live import announce
from bihuan.customers.models import Customer
from bihuan.customers.registry import Union
from bihuan.issues.models import (
    Approval,
    ApprovalSeat,
    Attachment,
    Draft,
    Entry,
    FormRecord,
    FormSubmission,
    HeldReply,
    Issue,
    IssueSearch,
    ThirdPartyThread,
)
from bihuan.issues.operations.search_row import index_issue
from bihuan.issues.operations.work import entry_by
from bihuan.issues.storage import drop_bytes

_SAID = ("inbound", "reply", "auto", "call")
GONE = "（已按客户的要求删除）"


def _his(issues: QuerySet[Issue] | Sequence[int]) -> Q:
    """Entries of these issues: not what was written to an issue that was merged into one of them, but what was written to
    them where they are merged into another."""
    return Q(issue__in=issues, origin__isnull=True) | Q(origin__in=issues)


class IssuesFollow:
    """Issues of a merged customer are the survivor's; each says so in its timeline."""

    key = "issues"

    def follow(self, union: Union) -> list[int]:
        """All of them."""
        rows = Issue.objects.filter(customer_id=union.gone_id)
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        self._move(ids, union.survivor_id, union, "customer.merged_into")
        return ids

    def go_back(self, union: Union, ids: Sequence[int]) -> int:
        """Those that came over, and what the people who go back opened since."""
        rows = Issue.objects.filter(customer_id=union.survivor_id)
        since = Q(contact_id__in=list(union.contacts), created_at__gte=union.since)
        back = list(rows.filter(Q(pk__in=list(ids)) | since).order_by("pk").values_list("pk", flat=True))
        self._move(back, union.gone_id, union, "customer.merge_undone")
        return len(back)

    def _move(self, ids: Sequence[int], to: int, union: Union, code: str) -> None:
        name = Customer.objects.values_list("name", flat=True).get(pk=to)
        Issue.objects.filter(pk__in=ids).update(customer_id=to, customer_name=name)
        Entry.objects.bulk_create(
            [
                entry_by(union.actor, issue_id=pk, kind="event", code=code, params={"name": name}, at=union.now)
                for pk in ids
            ],
            batch_size=500,
        )
        announce([f"issue:{pk}" for pk in ids[:100]])


class IssuesHold:
    """Messages, forms and files of a person's issues."""

    key = "issues"

    def tell(self, contact_id: int) -> list[dict[str, object]]:
        """His issues with what was said to him and by him, and the names of his files. Notes of the house are not his
        data to copy."""
        rows = Issue.objects.filter(contact_id=contact_id).order_by("pk")
        entries: dict[int, list[dict[str, object]]] = {}
        for entry in Entry.objects.filter(_his(rows), kind__in=_SAID).order_by("at", "pk"):
            said = {"at": entry.at, "kind": entry.kind, "by": entry.author_name, "text": entry.text}
            entries.setdefault(entry.origin_id or entry.issue_id, []).append(said)
        own = Attachment.objects.filter(issue__in=rows, entry__origin__isnull=True, public=True)
        files = own.values_list("issue_id", "name")
        names: dict[int, list[str]] = {}
        for issue_id, name in files:
            names.setdefault(issue_id, []).append(name)
        return [
            {
                "number": issue.number, "title": issue.title, "created_at": issue.created_at, "status": issue.status,
                "messages": entries.get(issue.pk, []), "files": names.get(issue.pk, []),
            }
            for issue in rows
        ]  # fmt: skip

    def obstacles(self, contact_id: int) -> list[str]:
        """Open issues: without the person they cannot be answered."""
        running = Issue.objects.filter(contact_id=contact_id, is_open=True).order_by("pk")
        numbers = list(running.values_list("number", flat=True)[:5])
        return [_("问题 %(numbers)s 还在处理") % {"numbers": "、".join(numbers)}] if numbers else []

    def erase(self, contact_id: int, now: datetime) -> Mapping[str, int]:
        """Texts, names, files and words by which they are found go; numbers, types, times and verdicts stay."""
        issues = list(Issue.objects.filter(contact_id=contact_id).select_related("customer"))
        ids = [issue.pk for issue in issues]
        own = Q(issue_id__in=ids, entry__origin__isnull=True) | Q(entry__origin_id__in=ids)
        files = list(Attachment.objects.filter(own))
        shared = Attachment.objects.filter(stored_as__in=[file.stored_as for file in files]).exclude(issue_id__in=ids)
        kept = set(shared.values_list("stored_as", flat=True))  # copies that another issue got by splitting
        for file in files:
            if file.stored_as not in kept:
                drop_bytes(file.stored_as)
        Attachment.objects.filter(pk__in=[file.pk for file in files]).delete()
        blank = {"text": GONE, "full_text": "", "html": ""}
        said = Entry.objects.filter(_his(ids)).exclude(kind="event").update(**blank)
        Entry.objects.filter(_his(ids), author_kind="customer").update(author_name=GONE)
        Entry.objects.filter(issue_id__in=ids, kind="event").update(params={})
        forms = FormRecord.objects.filter(issue_id__in=ids).update(data={})
        FormSubmission.objects.filter(issue_id__in=ids).update(data={})
        Approval.objects.filter(issue_id__in=ids, work_item__isnull=True).update(text=GONE)
        ApprovalSeat.objects.filter(approval__issue_id__in=ids).update(opinion="", reason="", data={})
        ThirdPartyThread.objects.filter(issue_id__in=ids).update(subject=GONE)
        IssueSearch.objects.filter(issue_id__in=ids).delete()
        Draft.objects.filter(issue_id__in=ids).delete()
        HeldReply.objects.filter(issue_id__in=ids).delete()  # there is nobody left to answer
        for issue in issues:
            issue.title, issue.description, issue.priority_reason = GONE, "", ""
            issue.customer_name = GONE if issue.customer.kind == "person" else issue.customer_name
            issue.save(update_fields=["title", "description", "customer_name", "priority_reason"])
            index_issue(issue=issue, texts=[])
        return {"issues": len(ids), "messages": said, "files": len(files), "forms": forms}
