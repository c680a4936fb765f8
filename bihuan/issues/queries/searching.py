"""Whether the full text is whole."""

from dataclasses import dataclass

from bihuan.issues.models import Issue, IssueSearch


@dataclass(frozen=True, slots=True)
class SearchState:
    """``missing``: issues that no search can find. Words are indexed where they are written, in the same transaction, so
    there is nothing that lags."""

    issues: int
    missing: int


def search_state() -> SearchState:
    """Reads both tables once; for administrators."""
    missing = Issue.objects.exclude(pk__in=IssueSearch.objects.values("issue_id")).count()
    return SearchState(issues=Issue.objects.count(), missing=missing)
