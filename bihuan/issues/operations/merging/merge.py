"""One issue is handled in another one from now on. Nothing of it is moved or lost: its chart stands where it is, its
entries stay its own, and what reaches it from now on is kept with where it came from."""

from datetime import datetime

from bihuan.core import audit
from bihuan.core.actor import SYSTEM, Actor
from bihuan.core.errors import Forbidden
from bihuan.core.stamps import operation
from bihuan.flows import operations as flows
from bihuan.issues import registry
from bihuan.issues.errors import IssueClosed
from bihuan.issues.models import Issue, IssueMerge
from bihuan.issues.operations.locking import lock_settled, locked_issue
from bihuan.issues.operations.merging import promises
from bihuan.issues.operations.merging.bringing import bring
from bihuan.issues.operations.merging.errors import MergedAlready, OtherCustomer, SameIssue, SurvivorClosed
from bihuan.issues.operations.notices import tell_holders
from bihuan.issues.operations.reasons import needed_reason
from bihuan.issues.operations.work import at_work, entry_by
from bihuan.issues.registry import MergeChange

MERGED = "merged"
_NOWHERE: dict[str, object] = {
    "assignee": None, "due_at": None, "due_limit": None, "due_calendar": None, "due_paused": False, "soon_at": None,
    "step_node": "", "step_name": "", "step_name_en": "",
}  # fmt: skip


@operation()
def merge_issues(
    *,
    merged_id: int,
    survivor_id: int,
    reason: str,
    strict: bool = True,
    foreign: bool = False,
    actor: Actor,
    now: datetime,
) -> IssueMerge:
    """``merged`` goes on in ``survivor`` (in the one that goes on for it, where that was merged itself).

    ``strict``: the survivor's clocks take the earliest start and the strictest due time of both, else they stay its own.
    ``foreign``: it is known and wanted that the two belong to different customers. All are locked together, so of "A into
    B" and "B into A" at once the first wins (correctness 65). Refuses what is closed or merged already, with a sentence
    that says into what and by whom, and issues that the actor may not see.
    """
    if not actor.can("issues.reply"):
        raise Forbidden
    reason = needed_reason(reason)
    lock_settled(lambda: _concerned(merged_id, survivor_id))
    issue, root = locked_issue(merged_id, actor), _root(survivor_id, actor)
    refuse_merge(issue, root, foreign=foreign)
    merge = _suspend(issue, root, reason, strict, actor, now)
    Issue.objects.filter(duplicate_of_id=issue.pk).update(duplicate_of_id=root.pk)
    _take_in(issue, root, merge, actor)
    registry.merge_changed(MergeChange(survivor=root, merged=issue, undone=False, actor=actor, now=now))
    audit.record(
        actor=actor, action="issue.merged", object_type="issue", object_id=issue.pk, now=now,
        detail={"into": root.pk, "merge": merge.pk, "foreign": merge.foreign},
    )  # fmt: skip
    return merge


def _concerned(*issue_ids: int) -> set[int]:
    """The issues and those that go on for them."""
    found = Issue.objects.filter(pk__in=issue_ids).values_list("pk", "duplicate_of_id")
    return {each for pair in found for each in pair if each is not None}


def _root(survivor_id: int, actor: Actor) -> Issue:
    survivor = locked_issue(survivor_id, actor)
    return survivor if survivor.duplicate_of_id is None else locked_issue(survivor.duplicate_of_id, actor)


def refuse_merge(issue: Issue, root: Issue, *, foreign: bool) -> None:
    """Refuses where the issue cannot be merged into the other one; both as they are now."""
    if issue.pk == root.pk:
        turned = IssueMerge.objects.filter(survivor_id=issue.pk, undone_at__isnull=True).order_by("-id").first()
        if turned is not None:
            raise _already(turned)
        raise SameIssue
    if issue.duplicate_of_id is not None:
        raise _already(IssueMerge.objects.get(merged_id=issue.pk, undone_at__isnull=True))
    if issue.is_open:
        if not root.is_open:
            raise SurvivorClosed(params={"number": root.number})
    elif issue.status != MERGED:
        raise IssueClosed
    if issue.customer_id != root.customer_id and not foreign:
        raise OtherCustomer(params={"number": issue.number, "into": root.number})


def _already(merge: IssueMerge) -> MergedAlready:
    numbers = dict(Issue.objects.filter(pk__in=[merge.merged_id, merge.survivor_id]).values_list("pk", "number"))
    return MergedAlready(
        params={"number": numbers[merge.merged_id], "into": numbers[merge.survivor_id], "who": merge.by_name}
    )


def _suspend(issue: Issue, root: Issue, reason: str, strict: bool, actor: Actor, now: datetime) -> IssueMerge:
    """The merged one's side. One that its chart has ended as a duplicate already is only told which one it repeats."""
    brought = promises.brought_by(promises.open_clocks(issue.pk), now) if strict else {}
    merge = IssueMerge(
        merged=issue,
        survivor=root,
        reason=reason,
        foreign=issue.customer_id != root.customer_id,
        promises=promises.documents(brought),
        promised_at=issue.promised_at if strict else None,
        promised_before=root.promised_at,
        by_id=actor.user_id,
        by_name=actor.name[:200],
        at=now,
        ended_at=None if issue.is_open else now,
    )
    merge.save(force_insert=True)
    with at_work(issue, now=now) as work:
        work.change(duplicate_of=root, updated_at=now, revision=issue.revision + 1)
        work.say("issue.merged", {"number": root.number, "reason": reason[:500]}, actor)
        if issue.is_open:
            tell_holders(work, "notice.merged", {"number": root.number})
            flows.suspend_instance(instance_id=issue.instance_id, now=now)
            work.change(status=MERGED, is_open=False, closed_at=now, **_NOWHERE)
            work.send(entry_by(SYSTEM, issue=issue, kind="auto", public=True, code="merged", at=now), automatic=True)
    return merge


def _take_in(issue: Issue, root: Issue, merge: IssueMerge, actor: Actor) -> None:
    """The survivor's side."""
    with at_work(root, now=merge.at) as work:
        work.say("issue.has_merged", {"number": issue.number, "reason": merge.reason[:500]}, actor)
        work.change(updated_at=merge.at)
        if not root.is_open:
            return
        merge.brought = bring(work, issue)
        merge.save(update_fields=["brought"])
        earliest = min((each for each in (root.promised_at, merge.promised_at) if each is not None), default=None)
        if earliest != root.promised_at:
            work.change(promised_at=earliest)
        if merge.promises:
            promises.bring_in_line(work)
