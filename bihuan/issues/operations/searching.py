"""The full text made again, while everybody works (correctness 140)."""

from bihuan.core.stamps import operation
from bihuan.issues.models import Issue, IssueSearch
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.search_row import index_anew


def rebuild_search(*, after: int, limit: int, only_missing: bool = False) -> list[int]:
    """The next portion of issues in the order of their ids, each in a transaction of its own under the issue's own lock:
    what is written meanwhile waits for it and is found as well. Returns the ids that were done, none at the end."""
    rows = Issue.objects.filter(pk__gt=after).order_by("pk")
    if only_missing:
        rows = rows.exclude(pk__in=IssueSearch.objects.values("issue_id"))
    done = list(rows.values_list("pk", flat=True)[:limit])
    for issue_id in done:
        _rebuild(issue_id=issue_id)
    return done


@operation()
def _rebuild(*, issue_id: int) -> None:
    index_anew(locked_issue(issue_id))
