"""Two issues again: each goes on where it stood, with what reached it meanwhile."""

from datetime import datetime

from bihuan.core import audit
from bihuan.core.actor import SYSTEM, Actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.stamps import operation
from bihuan.flows import operations as flows
from bihuan.flows.models import WorkItem
from bihuan.issues import registry
from bihuan.issues.models import Attachment, Entry, Issue, IssueMerge, Suspension
from bihuan.issues.operations.locking import lock_settled, locked_issue
from bihuan.issues.operations.merging import promises
from bihuan.issues.operations.merging.bringing import take_away
from bihuan.issues.operations.merging.errors import MergedFurther, MergeFinal, MergeUndone
from bihuan.issues.operations.notices import tell_holders
from bihuan.issues.operations.reasons import needed_reason
from bihuan.issues.operations.search_row import index_anew
from bihuan.issues.operations.work import Work, at_work, entry_by
from bihuan.issues.registry import MergeChange

_REPLY = "customer_reply"


@operation()
def undo_merge(*, merge_id: int, reason: str, actor: Actor, now: datetime) -> IssueMerge:
    """Takes a merge back, as long as the survivor is not closed (correctness 64).

    What customers wrote to the merged one goes back with it, and what was merged into it before stays with it. Its chart
    goes on where it stood; the survivor's clocks are again what the rest makes of them. Refuses a merge that is undone,
    one whose survivor was merged further, and one that has become final.
    """
    if not actor.can("issues.reply"):
        raise Forbidden
    reason = needed_reason(reason)
    lock_settled(lambda: _concerned(merge_id))
    merge = IssueMerge.objects.filter(pk=merge_id).first()
    if merge is None:
        raise NotFound
    issue, survivor = locked_issue(merge.merged_id, actor), locked_issue(merge.survivor_id, actor)
    _check(merge, issue, survivor)
    merge.undone_at, merge.undone_by_id = now, actor.user_id
    merge.save(update_fields=["undone_at", "undone_by"])
    inside = _inside(issue.pk)
    back = _give_back(issue, survivor, inside)
    Issue.objects.filter(pk__in=inside - {issue.pk}).update(duplicate_of_id=issue.pk)
    _set_going(issue, survivor, merge, back, reason, actor)
    _let_go(issue, survivor, merge, reason, actor, bool(back))
    registry.merge_changed(MergeChange(survivor=survivor, merged=issue, undone=True, actor=actor, now=now))
    audit.record(
        actor=actor, action="issue.merge_undone", object_type="issue", object_id=issue.pk, now=now,
        detail={"of": survivor.pk, "merge": merge.pk},
    )  # fmt: skip
    return merge


def _concerned(merge_id: int) -> set[int]:
    found = IssueMerge.objects.filter(pk=merge_id)
    return {
        each for row in found.values_list("merged_id", "survivor_id", "merged__duplicate_of_id") for each in row if each
    }


def _check(merge: IssueMerge, issue: Issue, survivor: Issue) -> None:
    if merge.undone_at is not None:
        raise MergeUndone
    if survivor.duplicate_of_id is not None:
        root = Issue.objects.values_list("number", flat=True).get(pk=survivor.duplicate_of_id)
        raise MergedFurther(params={"number": survivor.number, "into": root})
    if merge.ended_at is not None or not survivor.is_open:
        raise MergeFinal(params={"number": survivor.number})


def _inside(issue_id: int) -> set[int]:
    """The issue and all that were merged into it, over however many links."""
    found, fresh = {issue_id}, {issue_id}
    while fresh:
        rows = IssueMerge.objects.filter(survivor_id__in=fresh, undone_at__isnull=True)
        fresh = set(rows.values_list("merged_id", flat=True)) - found
        found |= fresh
    return found


def _give_back(issue: Issue, survivor: Issue, inside: set[int]) -> list[Entry]:
    """The entries that belong to those who go, by where they were written to; they are the issue's from now on. The
    customer reads his own again."""
    entries = list(Entry.objects.filter(issue_id=survivor.pk, origin_id__in=inside).order_by("at", "id"))
    for entry in entries:
        entry.issue = issue
        if entry.origin_id == issue.pk:
            entry.origin = None
            entry.public = True
    Entry.objects.bulk_update(entries, ["issue", "origin", "public"], batch_size=500)
    files = Attachment.objects.filter(entry_id__in=[entry.pk for entry in entries])
    files.update(issue_id=issue.pk)
    files.filter(entry__origin__isnull=True).update(public=True)
    return entries


def _set_going(issue: Issue, survivor: Issue, merge: IssueMerge, back: list[Entry], reason: str, actor: Actor) -> None:
    now = merge.undone_at
    assert now is not None
    promises.revive_answers(issue, ended=merge.at, now=now)
    with at_work(issue, now=now) as work:
        work.change(duplicate_of=None, closed_at=None, is_open=True, updated_at=now)
        work.say("issue.unmerged", {"number": survivor.number, "reason": reason[:500]}, actor)
        _wake(work, actor)
        if any(entry.kind == "inbound" for entry in back):
            # The chart may have waited for just this.
            flows.correlate_message(instance_id=issue.instance_id, name=_REPLY, variables={}, actor=actor, now=now)
        work.index(*(entry.text for entry in back))
        work.send(entry_by(SYSTEM, issue=issue, kind="auto", public=True, code="unmerged", at=now), automatic=True)
        tell_holders(work, "notice.unmerged", {"number": survivor.number})


def _wake(work: Work, actor: Actor) -> None:
    """The chart goes on; one that somebody had suspended for a while before the merge stands until its own day."""
    issue = work.issue
    if not Suspension.objects.filter(issue_id=issue.pk, ended_at=None).exists():
        flows.resume_instance(instance_id=issue.instance_id, actor=actor, now=work.now)
        return
    steps = WorkItem.objects.filter(instance_id=issue.instance_id, status="suspended")
    step = steps.order_by("opened_at", "id").first()
    work.change(status="suspended", revision=issue.revision + 1)
    if step is not None:
        work.change(assignee_id=step.assignee_id, step_node=step.node, step_name=step.name, step_name_en=step.name_en)


def _let_go(issue: Issue, survivor: Issue, merge: IssueMerge, reason: str, actor: Actor, search: bool) -> None:
    now = merge.undone_at
    assert now is not None
    with at_work(survivor, now=now) as work:
        work.say("issue.has_unmerged", {"number": issue.number, "reason": reason[:500]}, actor)
        work.change(updated_at=now, promised_at=_promised(survivor, merge))
        take_away(work, merge)
        if merge.promises:
            promises.bring_in_line(work, gone=merge)
        if search:
            index_anew(survivor)


def _promised(survivor: Issue, merge: IssueMerge) -> datetime | None:
    """The survivor's own promise again, unless another merge brought an earlier one or it has been changed since."""
    if merge.promised_at is None or survivor.promised_at != merge.promised_at:
        return survivor.promised_at
    others = IssueMerge.objects.filter(survivor_id=survivor.pk, undone_at__isnull=True, promised_at__isnull=False)
    left = [merge.promised_before, *others.values_list("promised_at", flat=True)]
    return min((each for each in left if each is not None), default=None)
