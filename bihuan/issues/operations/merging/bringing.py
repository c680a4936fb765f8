"""What else a merged issue brings along: its tags and those who watch it, each once; and takes away again, unless another
merged one has brought it too."""

from collections.abc import Iterable

from bihuan.issues.models import Issue, IssueMerge, Watch
from bihuan.issues.operations.work import Work

_TAGS, _WATCHERS = 20, 50  # at most, as everywhere


def bring(work: Work, issue: Issue) -> dict[str, object]:
    """Adds them to the survivor at work; gives what was added. Watching gives nobody a view of an issue, so whoever may not
    see the survivor hears nothing of it."""
    root = work.issue
    tags = [each for each in issue.tags if each not in root.tags][: max(0, _TAGS - len(root.tags))]
    if tags:
        work.change(tags=[*root.tags, *tags])
    there = set(Watch.objects.filter(issue_id=root.pk).values_list("user_id", flat=True))
    rows = Watch.objects.filter(issue_id=issue.pk).exclude(user_id__in=there).order_by("id")
    fresh = [Watch(issue_id=root.pk, user_id=row.user_id, events=row.events, at=work.now) for row in rows]
    fresh = fresh[: max(0, _WATCHERS - len(there))]
    Watch.objects.bulk_create(fresh)
    if fresh:
        work.change(watchers=len(there) + len(fresh))
    return {"tags": tags, "watchers": [row.user_id for row in fresh]}


def take_away(work: Work, merge: IssueMerge) -> None:
    """What the merge had added leaves the survivor at work again. What another merged one has as well stays for its sake,
    and what somebody has removed meanwhile stays away."""
    root = work.issue
    others = list(IssueMerge.objects.filter(survivor_id=root.pk, undone_at__isnull=True).order_by("id"))
    merged = Issue.objects.filter(pk__in=[each.merged_id for each in others]).values_list("pk", "tags")
    tags = _handed_on(merge, "tags", others, {pk: set(found) for pk, found in merged})
    if tags & set(root.tags):
        work.change(tags=[each for each in root.tags if each not in tags])
    watching: dict[int, set[int]] = {}
    for issue_id, user_id in Watch.objects.filter(issue_id__in=[each.merged_id for each in others]).values_list(
        "issue_id", "user_id"
    ):
        watching.setdefault(issue_id, set()).add(user_id)
    people = _handed_on(merge, "watchers", others, watching)
    removed = Watch.objects.filter(issue_id=root.pk, user_id__in=people).delete()[0]
    if removed:
        work.change(watchers=max(0, root.watchers - removed))


def _handed_on(merge: IssueMerge, name: str, others: list[IssueMerge], held: dict[int, set[int]]) -> set[int]:
    """What of the merge's nobody else brings; the rest is from now on what the first of the others brought."""
    gone = set(_numbers(merge, name))
    for other in others:
        taken = gone & held.get(other.merged_id, set())
        if taken:
            other.brought = {**other.brought, name: [*_numbers(other, name), *sorted(taken)]}
            other.save(update_fields=["brought"])
            gone -= taken
    return gone


def _numbers(merge: IssueMerge, name: str) -> Iterable[int]:
    found = merge.brought.get(name)
    return [int(each) for each in found] if isinstance(found, list) else []
