"""Rounds follow the chart: one opens with each approval step, ends with it, and starts anew when its content changes.

What is approved is known only when all that an operation did is in place (the form is kept after the chart has gone on),
so rounds open when the operation's work is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bihuan.bpmn import Node
from bihuan.core.actor import SYSTEM
from bihuan.core.rows import Prepared, Select, new_key, update_row, write
from bihuan.flows import queries as flows
from bihuan.flows.models import WorkItem
from bihuan.flows.registry import InstanceChange
from bihuan.issues.models import Approval, ApprovalSeat, Issue
from bihuan.issues.operations.approvals import rounds, seating
from bihuan.issues.queries.approvals import Content, authors_at, content_at, is_approval, part_words
from bihuan.issues.rules import approvals as rules

if TYPE_CHECKING:
    from bihuan.issues.operations.work import Work

_EARLIER = Select(
    Approval,
    "WHERE t.issue_id = %s AND t.work_item_id IS NOT NULL AND t.state <> 'open' ORDER BY t.opened_at DESC, t.id DESC LIMIT 30",
)
_CANCEL = Prepared(
    "UPDATE issues_approval SET state = 'cancelled', closed_at = %s"
    " WHERE issue_id = %s AND state = 'open' AND work_item_id IS NULL"
)
_CANCEL_SEATS = Prepared(
    "UPDATE issues_approvalseat SET waiting = false WHERE waiting AND approval_id IN"
    " (SELECT id FROM issues_approval WHERE issue_id = %s AND work_item_id IS NULL)"
)
_MOVED = Prepared("UPDATE issues_approval SET node = %s WHERE work_item_id = %s AND state = 'open'")


@dataclass(frozen=True, slots=True)
class Carried:
    """An approval step that an earlier approval of the very same content settles; ``arrow``: the way taken then;
    ``rounds``: its round, by step."""

    item: WorkItem
    arrow: str
    rounds: dict[int, Approval]


def note_steps(work: Work, change: InstanceChange) -> None:
    """Remembers the approval steps that opened, and ends the rounds of those that closed."""
    for item in change.closed:
        node = change.chart.nodes.get(item.node)
        if node is not None and is_approval(node):
            _end(work, change, item)
    for item in change.opened:
        if is_approval(change.chart.nodes[item.node]):
            work.approval_steps.append(item)
    for item in change.moved:
        write(_MOVED, [item.node, item.pk])
    if change.ended and work.issue.asked:
        work.change(asked=0)
        write(_CANCEL_SEATS, [work.issue.pk])
        write(_CANCEL, [work.now, work.issue.pk])


def _end(work: Work, change: InstanceChange, item: WorkItem) -> None:
    work.approval_steps = [each for each in work.approval_steps if each is not item]
    approval = work.rounds.pop(item.pk, None)
    if approval is None:
        found = rounds.round_at_step(item.pk)
        approval = found.approval if found is not None else None
    if approval is None:
        return
    if change.completed is not item:
        rounds.close(approval, "cancelled", work.now)
        return
    flow = change.chart.flows.get(change.outcome)
    refused = flow is not None and flow.kind != "ordinary"
    rounds.close(approval, "rejected" if refused else "approved", work.now)


# -- a round opens ---------------------------------------------------------------------------------------------------


def open_rounds(work: Work) -> None:
    """Opens a round for each approval step that this operation led to."""
    if not work.approval_steps:
        return
    work.issue.pk = work.issue.pk or new_key(Issue)  # of one that is only just being opened
    steps, work.approval_steps = work.approval_steps, []
    for item in steps:
        open_round(work, item, earlier=_EARLIER.rows(work.issue.pk))


def open_round(work: Work, item: WorkItem, *, earlier: Sequence[Approval] = ()) -> rounds.Round:
    """The round of one step."""
    version_id = work.issue.instance.version_id
    chart = flows.chart_of(version_id)
    node = chart.nodes[item.node]
    content = content_at(issue_id=work.issue.pk, version_id=version_id, node=item.node)
    authors = authors_at(issue=work.issue, content=content, chart=chart, node=item.node)
    seats = seating.seats_at_step(issue=work.issue, item=item, node=node, authors=authors, now=work.now)
    approval = _made(work, item, node, content, seats)
    approval.authors = authors
    approval.number = 1 + sum(each.node == item.node for each in earlier)
    back = _returned(earlier)
    if back is not None and back.node == item.node:
        seats = _straight_back(approval, back, seats)
        approval.seated = bool(seats)
    found = rounds.store_round(approval, seats)
    rounds.tell_turn(work, found, [seat for seat in found.seats if seat.waiting])
    if back is not None and back.node != item.node:
        _carry(work, item, approval, earlier)
    return found


def _made(work: Work, item: WorkItem, node: Node, content: Content, seats: Sequence[ApprovalSeat]) -> Approval:
    mode = (node.ext.approval or rules.SINGLE) if seats else rules.SINGLE
    return Approval(
        issue=work.issue,
        work_item=item,
        node=item.node,
        name=item.name,
        name_en=item.name_en,
        mode=mode,
        wanted=node.ext.approval_quorum,
        quorum=rules.needed(mode, node.ext.approval_quorum, len(seats)),
        seated=bool(seats),
        parts=dict(content.parts),
        content_hash=content.hash,
        opened_at=work.now,
    )


def _returned(earlier: Sequence[Approval]) -> Approval | None:
    """The refusal from which the issue comes back, where whoever refused wants it straight back."""
    last = next((each for each in earlier if not each.carried and each.state in ("approved", "rejected")), None)
    return last if last is not None and last.state == "rejected" and last.straight_back else None


def _straight_back(approval: Approval, back: Approval, seats: list[ApprovalSeat]) -> list[ApprovalSeat]:
    """Whoever refused decides again. Who agreed to this very content before need not (correctness 83)."""
    before = rounds.with_seats(back).seats
    if not seats:
        who = next((seat.decided_by_id for seat in before if seat.decision == rules.REJECT), None)
        return [ApprovalSeat(user_id=who)] if who is not None and who not in approval.authors else []
    if approval.content_hash != back.content_hash:
        return seats
    agreed = {
        (seat.user_id, seat.role): seat
        for seat in before
        if seat.decision == rules.APPROVE and seat.content_hash == approval.content_hash
    }
    for seat in seats:
        given = agreed.get((seat.user_id, seat.role))
        if given is not None:
            _copy_decision(seat, given)
    return seats


def _copy_decision(seat: ApprovalSeat, given: ApprovalSeat) -> None:
    for name in ("decision", "decided_by_id", "decided_at", "opinion", "data", "content_hash"):
        setattr(seat, name, getattr(given, name))
    seat.carried = True


def _carry(work: Work, item: WorkItem, approval: Approval, earlier: Sequence[Approval]) -> None:
    """On the way back to whoever refused: an approval of the same content stands, any other is needed again."""
    same = next((each for each in earlier if each.node == item.node and each.state == "approved"), None)
    if same is None or same.content_hash != approval.content_hash or same.work_item_id is None:
        return
    approval.carried = True
    update_row(approval, ("carried",))
    step = flows.step(actor=SYSTEM, work_item_id=same.work_item_id)
    work.carried.append(Carried(item, step.work_item.outcome, {item.pk: approval}))
    work.say("approval.carried", rounds.about(approval), SYSTEM)


# -- the content changes ---------------------------------------------------------------------------------------------


def follow_content(work: Work) -> None:
    """Voids what was decided about contents that this operation changed."""
    for found in rounds.open_rounds_of(work.issue.pk):
        if found.approval.work_item_id is not None:
            renewed(work, found)


def renewed(work: Work, found: rounds.Round) -> rounds.Round:
    """The round about the content as it is now: the same one where nothing changed, else a new one. The old one is void;
    where somebody had decided, the timeline says what changed, and all are asked again."""
    approval = found.approval
    version_id = work.issue.instance.version_id
    if approval.node not in flows.chart_of(version_id).nodes:
        return found
    content = content_at(issue_id=work.issue.pk, version_id=version_id, node=approval.node)
    if content.hash == approval.content_hash:
        return found
    what, english = part_words(version_id=version_id, parts=rules.changed(approval.parts, content.parts))
    chart = flows.chart_of(version_id)
    decided = [seat for seat in found.seats if seat.decision]
    rounds.close(approval, "void", work.now)
    fresh = Approval(
        issue=work.issue, work_item_id=approval.work_item_id, node=approval.node, name=approval.name,
        name_en=approval.name_en, mode=approval.mode, wanted=approval.wanted, number=approval.number + 1,
        parts=dict(content.parts), content_hash=content.hash, opened_at=work.now,
    )  # fmt: skip
    fresh.authors = authors_at(issue=work.issue, content=content, chart=chart, node=approval.node)
    seats = seating.again(fresh.authors, found.seats, place=work.issue.lead_department_id, now=work.now)
    fresh.seated = bool(seats)
    fresh.quorum = rules.needed(fresh.mode, fresh.wanted, len([seat for seat in seats if seat.host is None]))
    made = rounds.store_round(fresh, seats)
    if decided:
        params = {**rounds.about(approval), "n": len(decided), "what": what, "what_en": english}
        work.say("approval.void", params, SYSTEM)
        rounds.tell_turn(work, made, [seat for seat in made.seats if seat.waiting], "approval.wanted_again")
    return made
