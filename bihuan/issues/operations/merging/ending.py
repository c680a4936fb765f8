"""When a survivor is closed, its merges are final: the charts of the merged issues end, by the way that they draw for it."""

from datetime import datetime

from bihuan.core.actor import SYSTEM
from bihuan.core.stamps import operation
from bihuan.core.ticks import ahead, each_alone
from bihuan.flows import operations as flows
from bihuan.issues.models import Issue, IssueMerge
from bihuan.issues.operations.locking import lock_settled, locked_issue
from bihuan.issues.operations.merging.merge import MERGED
from bihuan.issues.operations.work import at_work, entry_by

MESSAGE = "marked_duplicate"
_REASON = "并入的问题已经关闭"


def end_merged(*, now: datetime, limit: int = 100) -> int:
    """One portion, each in a transaction of its own; returns how many ended. Several workers may call it at once, and what
    cannot end is logged and holds up nothing."""
    running = IssueMerge.objects.filter(undone_at__isnull=True, ended_at__isnull=True)
    ready = running.filter(merged__duplicate_of__is_open=False).order_by("id").values_list("id", flat=True)
    ids = list(ready[: ahead(limit)])
    return each_alone(ids, lambda pk: _end(merge_id=pk, now=now), what="merges that end", now=now, limit=limit)


def _concerned(merge_id: int) -> set[int]:
    found = IssueMerge.objects.filter(pk=merge_id).values_list("merged_id", "merged__duplicate_of_id")
    return {each for row in found for each in row if each is not None}


@operation()
def _end(*, merge_id: int, now: datetime) -> int:
    lock_settled(lambda: _concerned(merge_id))
    merge = IssueMerge.objects.get(pk=merge_id)
    if merge.undone_at is not None or merge.ended_at is not None:
        return 0
    issue = locked_issue(merge.merged_id)
    root = Issue.objects.get(pk=issue.duplicate_of_id or 0)
    if root.is_open:
        return 0
    with at_work(issue, now=now) as work:
        flows.end_suspended(instance_id=issue.instance_id, message=MESSAGE, reason=_REASON, actor=SYSTEM, now=now)
        work.change(status=MERGED, is_open=False, updated_at=now)
        if root.status == "closed" and issue.contact_id != root.contact_id:
            # The survivor's customer has been told; whoever wrote this one would hear nothing.
            work.send(entry_by(SYSTEM, issue=issue, kind="auto", public=True, code="closed", at=now), automatic=True)
    merge.ended_at = now
    merge.save(update_fields=["ended_at"])
    return 1
