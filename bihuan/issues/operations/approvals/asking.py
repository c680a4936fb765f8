"""Approvals that somebody asks for (请批准), beside the chart's own steps."""

from collections.abc import Sequence
from datetime import datetime

from bihuan.accounts import queries as accounts
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden
from bihuan.core.stamps import operation
from bihuan.flows import queries as flows
from bihuan.flows.errors import StepGone
from bihuan.issues.errors import TextRequired
from bihuan.issues.models import Approval, ApprovalSeat, Issue
from bihuan.issues.operations.approvals import rounds
from bihuan.issues.operations.approvals.deciding import give, how_it_ended, needed_opinion, own_seat, refuse_another
from bihuan.issues.operations.approvals.refusals import (
    ApprovalDenied,
    ApprovalOpen,
    ApprovalOver,
    BadQuorum,
    NoApprovers,
    NoSuchApproval,
    StaleApproval,
)
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.reasons import needed_reason, refuse_closed
from bihuan.issues.operations.work import at_work
from bihuan.issues.queries.approvals import content_of
from bihuan.issues.registry import StepAttempt
from bihuan.issues.rules import approvals as rules
from bihuan.issues.rules import limits

TEXT = 10_000


@operation()
def ask_approval(
    *,
    issue_id: int,
    text: str,
    usernames: Sequence[str],
    mode: str = rules.ALL,
    quorum: str = "",
    blocks: int | None = None,
    actor: Actor,
    now: datetime,
) -> Approval:
    """Asks people to approve a text, in the order in which they are named. ``blocks``: id of an open step of the issue that
    may not be completed before.

    Refuses an empty text, nobody or oneself as approver, and a vote that does not say how many must agree.
    """
    issue = locked_issue(issue_id, actor)
    refuse_closed(issue)
    wording = limits.within("请批内容", text, TEXT).strip()
    if not wording:
        raise TextRequired
    if mode not in rules.MODES or (mode == rules.VOTE and not rules.is_share(quorum)):
        raise BadQuorum
    people = _people(usernames, actor)
    step = _blocked(issue, blocks)
    content = content_of({"text": {"text": wording}})
    approval = Approval(
        issue=issue, text=wording, asked_by_id=actor.user_id, blocks_id=step, mode=mode, wanted=quorum[:8],
        quorum=rules.needed(mode, quorum, len(people)), seated=True, parts=dict(content.parts),
        content_hash=content.hash, authors=[actor.user_id] if actor.user_id else [], opened_at=now,
    )  # fmt: skip
    with at_work(issue, now=now) as work:
        found = rounds.store_round(approval, [ApprovalSeat(user_id=user) for user in people])
        who = rounds.words_of(found.seats, now)
        work.say("approval.asked", {**rounds.about(approval), "who": who}, actor)
        work.change(updated_at=now, asked=issue.asked + 1)
        rounds.tell_turn(work, found, [seat for seat in found.seats if seat.waiting])
    audit.record(
        actor=actor, action="approval.asked", object_type="issue", object_id=issue.pk, now=now, detail={"mode": mode}
    )
    return approval


def _people(usernames: Sequence[str], actor: Actor) -> list[int]:
    named = [accounts.person(username=name) for name in dict.fromkeys(usernames) if name]
    people = [each.pk for each in named if each is not None and each.pk != actor.user_id]
    if not people or len(people) != len(named) or len(people) > rules.MOST:
        raise NoApprovers(params={"most": rules.MOST})
    return people


def _blocked(issue: Issue, work_item_id: int | None) -> int | None:
    if work_item_id is None:
        return None
    open_steps = flows.open_steps(instance_ids=[issue.instance_id])[issue.instance_id]
    if work_item_id not in [step.pk for step in open_steps]:
        raise StepGone
    return work_item_id


def locked_round(approval_id: int, actor: Actor) -> tuple[Issue, rounds.Round]:
    """The issue, locked, and the round as it is then; not found where the actor may not see the issue."""
    issue_id = Approval.objects.filter(pk=approval_id).values_list("issue_id", flat=True).first()
    if issue_id is None:
        raise NoSuchApproval
    issue = locked_issue(issue_id, actor)
    return issue, rounds.with_seats(Approval.objects.get(pk=approval_id))


def refuse_ended(approval: Approval) -> None:
    """Refuses a round that is over, and says how it ended."""
    if approval.state != "open":
        raise ApprovalOver(params={"how": how_it_ended(approval)})


@operation()
def decide_approval(
    *, approval_id: int, approve: bool, opinion: str = "", seen: str = "", actor: Actor, now: datetime
) -> Approval:
    """Agrees to what somebody asked for, or refuses it with a reason. What a chart asks for is decided at its step."""
    issue, found = locked_round(approval_id, actor)
    approval = found.approval
    if approval.work_item_id is not None:
        raise NoSuchApproval
    decision = rules.APPROVE if approve else rules.REJECT
    if approval.state != "open" and _said_so(found, actor, decision):
        return approval
    refuse_ended(approval)
    if seen and seen != approval.content_hash:
        raise StaleApproval(params={"what": approval.text[:40]})
    text = needed_opinion(opinion, refuses=not approve)
    with at_work(issue, now=now) as work:
        seat = own_seat(work, found, actor)
        if seat is None:
            refuse_another(found, actor, decision)
            return approval
        give(work, found, seat, decision=decision, opinion=text, data={}, actor=actor)
        work.change(updated_at=now)
        result = found.outcome()
        if result:
            rounds.close(approval, result, now)
            if result == rules.APPROVED or approval.blocks_id is None:
                work.change(asked=issue.asked - 1)
            if approval.asked_by_id is not None:
                code = "approval.granted" if result == rules.APPROVED else "approval.denied"
                work.tell([approval.asked_by_id], code, rounds.about(approval))
    audit.record(
        actor=actor, action="approval.decided", object_type="issue", object_id=issue.pk, now=now,
        detail={"approval": approval.pk, "decision": decision},
    )  # fmt: skip
    return approval


def _said_so(found: rounds.Round, actor: Actor, decision: str) -> bool:
    """Whether the actor has given this very decision: the second of two clicks."""
    return any(seat.decision == decision and seat.decided_by_id == actor.user_id for seat in found.seats)


@operation()
def cancel_approval(*, approval_id: int, reason: str, actor: Actor, now: datetime) -> Approval:
    """Takes back what was asked, also after a refusal, so that it no longer stands in the way of a step. For whoever
    asked, and those who may assign steps."""
    issue, found = locked_round(approval_id, actor)
    approval = found.approval
    why = needed_reason(reason)
    if approval.work_item_id is not None:
        raise NoSuchApproval
    if approval.asked_by_id != actor.user_id and not actor.can("issues.assign"):
        raise Forbidden
    if approval.state not in ("open", "rejected"):
        raise ApprovalOver(params={"how": how_it_ended(approval)})
    waited = [user for seat in found.seats if seat.waiting for user in rounds.holders_of_seat(seat, now)]
    counted = approval.state == "open" or approval.blocks_id is not None
    with at_work(issue, now=now) as work:
        rounds.close(approval, "cancelled", now)
        work.change(asked=issue.asked - counted)
        work.say("approval.cancelled", {**rounds.about(approval), "reason": why}, actor)
        work.change(updated_at=now)
        work.tell(waited, "approval.not_wanted", rounds.about(approval))
    audit.record(
        actor=actor, action="approval.cancelled", object_type="issue", object_id=issue.pk, now=now,
        detail={"approval": approval.pk},
    )  # fmt: skip
    return approval


def guard_steps(attempt: StepAttempt) -> None:
    """A step waits for the approvals that block it; an issue is not closed while one is open (correctness 36)."""
    if not attempt.issue.asked:
        return
    rows = Approval.objects.filter(issue_id=attempt.issue.pk, work_item__isnull=True, state__in=("open", "rejected"))
    for approval in rows.order_by("pk"):
        mine = approval.blocks_id == attempt.work_item_id
        what = " ".join(approval.text.split())[:40]
        seats = rounds.with_seats(approval).seats
        if approval.state == "open" and (mine or attempt.closes):
            who = rounds.words_of([seat for seat in seats if seat.waiting], attempt.now)
            raise ApprovalOpen(params={"what": what, "who": who})
        if approval.state == "rejected" and mine:
            who = rounds.words_of([seat for seat in seats if seat.decision == rules.REJECT], attempt.now)
            raise ApprovalDenied(params={"what": what, "who": who})
