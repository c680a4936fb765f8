"""Who decides in a round, when it opens."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bihuan.accounts import queries as accounts
from bihuan.bpmn import Node
from bihuan.flows.models import WorkItem
from bihuan.issues.models import ApprovalSeat, Issue
from bihuan.issues.operations.approvals.rounds import able, instead
from bihuan.issues.rules import approvals as rules


def seats_at_step(
    *, issue: Issue, item: WorkItem, node: Node, authors: Sequence[int], now: datetime
) -> list[ApprovalSeat]:
    """The seats of a round at an approval step; none where the step goes to whoever of the role takes it.

    Several roles: a seat each, for any of its holders. One: a seat for each holder. Who wrote what is approved has none;
    where nobody else is left, the head or the head's head has it.
    """
    place = item.department_id or issue.lead_department_id
    roles = node.ext.approvers or ((item.role,) if item.role else ())
    if (node.ext.approval or rules.SINGLE) == rules.SINGLE:
        return _alone(item, place, authors, now)
    if len(roles) > 1:
        return _once([_of_role(role, item.department_id, authors, now) for role in roles])
    people = able(roles[0], item.department_id, authors, now) if roles else []
    return _of_people(people or instead(place, authors, now)[:1])


def _alone(item: WorkItem, place: int | None, authors: Sequence[int], now: datetime) -> list[ApprovalSeat]:
    """Whoever has the role takes the step, unless all of them are barred."""
    if not authors or not item.role or able(item.role, item.department_id, authors, now):
        return []
    return _of_people(instead(place, authors, now)[:1])


def _of_role(role: str, department_id: int | None, authors: Sequence[int], now: datetime) -> ApprovalSeat:
    """A role's seat; a single person's where only the head's head is left."""
    if able(role, department_id, authors, now):
        here = department_id is not None and accounts.role_is_held(role=role, department_id=department_id)
        place = department_id if here else None
        return ApprovalSeat(role=role, department_id=place)
    stand_in = instead(department_id, authors, now)
    return ApprovalSeat(user_id=stand_in[0]) if stand_in else ApprovalSeat(role=role)


def _once(seats: Iterable[ApprovalSeat]) -> list[ApprovalSeat]:
    """Without a second seat for the same person."""
    return list({(seat.user_id, seat.role if seat.user_id is None else ""): seat for seat in seats}.values())


def _of_people(people: Iterable[int]) -> list[ApprovalSeat]:
    return [ApprovalSeat(user_id=user) for user in list(dict.fromkeys(people))[: rules.MOST]]


def again(
    authors: Sequence[int], seats: Iterable[ApprovalSeat], *, place: int | None, now: datetime
) -> list[ApprovalSeat]:
    """The same people for another round, without their decisions; not who has written the content meanwhile."""
    copies: dict[int, ApprovalSeat] = {}
    had_people = False
    for seat in seats:
        had_people = True
        lost = seat.host_id is not None and seat.host_id not in copies
        if lost or (seat.user_id is not None and seat.user_id in authors):
            continue
        copies[seat.pk] = ApprovalSeat(
            user_id=seat.user_id,
            role=seat.role,
            department_id=seat.department_id,
            delegated_from_id=seat.delegated_from_id,
            added_by_id=seat.added_by_id,
            place=seat.place,
            reason=seat.reason,
            host=copies.get(seat.host_id) if seat.host_id is not None else None,
        )
    return list(copies.values()) or (_of_people(instead(place, authors, now)[:1]) if had_people else [])
