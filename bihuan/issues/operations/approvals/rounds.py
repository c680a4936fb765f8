"""A round in hand: its row and seats, while an operation works on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from bihuan.accounts import queries as accounts
from bihuan.core.rows import Prepared, Select, insert_rows, update_row, write
from bihuan.issues.models import Approval, ApprovalSeat
from bihuan.issues.rules import approvals as rules

if TYPE_CHECKING:
    from bihuan.issues.operations.work import Work

_OPEN_AT = Select(Approval, "WHERE t.work_item_id = %s AND t.state = 'open'")
_OPEN_OF_ISSUE = Select(Approval, "WHERE t.issue_id = %s AND t.state = 'open' ORDER BY t.opened_at, t.id")
_SEATS = Select(ApprovalSeat, "WHERE t.approval_id = %s ORDER BY t.id")
_NOBODY_WAITS = Prepared("UPDATE issues_approvalseat SET waiting = false WHERE approval_id = %s AND waiting")
_OVER = ("state", "closed_at", "straight_back", "carried")
_HEAD = "head"
_LAST_RESORT = ("manager", "supervisor")


@dataclass(slots=True)
class Round:
    """``fresh``: seats that are not stored yet."""

    approval: Approval
    seats: list[ApprovalSeat] = field(default_factory=list)

    def seat_rules(self) -> list[rules.Seat]:
        """The seats as the rules see them: only what was decided about this very content counts."""
        current = self.approval.content_hash
        return [
            rules.Seat(
                seat.pk, seat.decision if seat.content_hash == current else "", seat.host_id, seat.place or rules.BEFORE
            )
            for seat in self.seats
        ]

    def outcome(self) -> str:
        """``approved``, ``rejected`` or ""."""
        return rules.outcome(self.approval.mode, self.approval.quorum, self.seat_rules())

    def turn(self) -> list[ApprovalSeat]:
        """The seats whose turn it is."""
        keys = rules.waiting(self.approval.mode, self.approval.quorum, self.seat_rules())
        return [seat for seat in self.seats if seat.pk in keys]

    def settle_turns(self) -> list[ApprovalSeat]:
        """Brings ``waiting`` in line and gives the seats whose turn has just come."""
        now_waiting = {seat.pk for seat in self.turn()}
        came = []
        for seat in self.seats:
            if seat.waiting != (seat.pk in now_waiting):
                seat.waiting = seat.pk in now_waiting
                update_row(seat, ("waiting",))
                came += [seat] if seat.waiting else []
        return came


def round_at_step(work_item_id: int) -> Round | None:
    """The open round at the step."""
    approval = _OPEN_AT.first(work_item_id)
    return with_seats(approval) if approval is not None else None


def open_rounds_of(issue_id: int) -> list[Round]:
    """All open rounds of the issue."""
    return [with_seats(each) for each in _OPEN_OF_ISSUE.rows(issue_id)]


def with_seats(approval: Approval) -> Round:
    """The round with its seats."""
    return Round(approval, _SEATS.rows(approval.pk))


def store_round(approval: Approval, seats: Sequence[ApprovalSeat]) -> Round:
    """Writes a new round with its seats; whoever's turn it is waits from now on."""
    insert_rows([approval])
    for seat in seats:
        seat.approval = approval
    found = Round(approval, [])
    insert_rows(list(seats))
    found.seats = list(seats)
    found.settle_turns()
    return found


def close(approval: Approval, state: str, now: datetime) -> None:
    """Ends a round; nobody waits in it any more."""
    approval.state, approval.closed_at = state, now
    update_row(approval, _OVER)
    write(_NOBODY_WAITS, [approval.pk])


# -- people ----------------------------------------------------------------------------------------------------------


def able(role: str, department_id: int | None, authors: Iterable[int], now: datetime) -> list[int]:
    """Who holds the role and did not write what is approved."""
    barred = set(authors)
    return [user for user in accounts.holders(role=role, department_id=department_id, now=now) if user not in barred]


def instead(department_id: int | None, authors: Iterable[int], now: datetime) -> list[int]:
    """Who decides where everybody else is barred: the head, else the head's head, else who runs the company or the desk."""
    above = accounts.departments_above(department_id) if department_id is not None else []
    for place in above:
        found = able(_HEAD, place, authors, now)
        if found:
            return found
    return next((found for role in _LAST_RESORT if (found := able(role, None, authors, now))), [])


def holders_of_seat(seat: ApprovalSeat, now: datetime) -> list[int]:
    """The people of a seat."""
    if seat.user_id is not None:
        return [seat.user_id]
    return accounts.holders(role=seat.role, department_id=seat.department_id, now=now)


def words_of(seats: Iterable[ApprovalSeat], now: datetime) -> str:
    """The people of some seats, by name; of a role's seat a few."""
    people = [user for seat in seats for user in holders_of_seat(seat, now)[:3]]
    names = accounts.names(user_ids=people)
    return "、".join(names[user] for user in dict.fromkeys(people) if user in names) or "—"


def tell_turn(work: Work, found: Round, seats: Iterable[ApprovalSeat], code: str = "approval.wanted") -> None:
    """Those whose turn it is hear of it, and may see the issue."""
    people = [user for seat in seats for user in holders_of_seat(seat, work.now)]
    work.joined_by(*people)
    work.tell(people, code, about(found.approval))


def about(approval: Approval) -> dict[str, object]:
    """What a line or a notice says about a round."""
    text = " ".join(approval.text.split())[:80]
    return {"step": approval.name or text, "step_en": approval.name_en or approval.name or text}
