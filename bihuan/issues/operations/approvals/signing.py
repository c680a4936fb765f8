"""Adding and removing who decides, and passing one's own part on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from bihuan.accounts import queries as accounts
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden
from bihuan.core.rows import insert_rows, update_row
from bihuan.core.stamps import operation
from bihuan.flows import queries as flows
from bihuan.flows.errors import NobodyThere, NotYourStep
from bihuan.issues.models import Approval, ApprovalSeat
from bihuan.issues.operations.approvals import rounds
from bihuan.issues.operations.approvals.asking import locked_round, refuse_ended
from bihuan.issues.operations.approvals.deciding import WORDS, own_seat, who_instead
from bihuan.issues.operations.approvals.refusals import (
    DecidedAlready,
    NoSuchApproval,
    NotApprovable,
    SelfApproval,
    TooLateToRemove,
)
from bihuan.issues.operations.reasons import needed_reason
from bihuan.issues.operations.work import at_work
from bihuan.issues.rules import approvals as rules

if TYPE_CHECKING:
    from bihuan.issues.operations.work import Work


def _own_part(work: Work, found: rounds.Round, actor: Actor) -> ApprovalSeat:
    """The seat that the actor may share or pass on: at a step that goes to whoever takes it, taken by that."""
    approval = found.approval
    if approval.seated:
        seat = own_seat(work, found, actor)
        if seat is None:
            given = next((each.decision for each in found.seats if each.decided_by_id == actor.user_id), "")
            raise DecidedAlready(params={"what": gettext(WORDS.get(given, ""))})
        return seat
    if actor.user_id in approval.authors:
        raise SelfApproval(params={"who": who_instead(work, found)})
    item = approval.work_item
    if item is None or not flows.may_act(actor, item):
        raise NotYourStep(params={"role": item.role if item is not None else ""})
    seat = ApprovalSeat(approval=approval, user_id=actor.user_id)
    insert_rows([seat])
    found.seats.append(seat)
    approval.seated, approval.mode, approval.quorum = True, rules.ALL, 1
    update_row(approval, ("seated", "mode", "quorum"))
    return seat


def _newcomer(found: rounds.Round, username: str) -> int:
    person = accounts.person(username=username)
    if person is None or not person.is_active:
        raise NobodyThere
    taken = [seat.user_id for seat in found.seats]
    if person.pk in taken or person.pk in found.approval.authors or len(taken) >= rules.MOST:
        raise NotApprovable(params={"who": person.name})
    return person.pk


@operation()
def add_signer(
    *, approval_id: int, username: str, place: str, reason: str, actor: Actor, now: datetime
) -> ApprovalSeat:
    """Somebody decides too, before or after the actor (加签); both must agree for the actor's voice to count as yes."""
    issue, found = locked_round(approval_id, actor)
    refuse_ended(found.approval)
    why = needed_reason(reason)
    with at_work(issue, now=now) as work:
        own = _own_part(work, found, actor)
        host = own.host_id or own.pk
        seat = ApprovalSeat(
            approval=found.approval,
            user_id=_newcomer(found, username),
            host_id=host,
            place=rules.AFTER if place == rules.AFTER else rules.BEFORE,
            added_by_id=actor.user_id,
            reason=why,
        )
        insert_rows([seat])
        found.seats.append(seat)
        came = found.settle_turns()
        params = {**rounds.about(found.approval), "who": rounds.words_of([seat], now), "reason": why}
        work.say("approval.added_after" if seat.place == rules.AFTER else "approval.added_before", params, actor)
        work.joined_by(seat.user_id)
        rounds.tell_turn(work, found, [each for each in came if each.pk != own.pk])
    return seat


@operation()
def delegate_approval(*, approval_id: int, username: str, reason: str, actor: Actor, now: datetime) -> ApprovalSeat:
    """Somebody decides in the actor's place (委派)."""
    issue, found = locked_round(approval_id, actor)
    refuse_ended(found.approval)
    why = needed_reason(reason)
    with at_work(issue, now=now) as work:
        seat = _own_part(work, found, actor)
        seat.delegated_from_id = actor.user_id
        seat.user_id, seat.role, seat.department_id, seat.reason = _newcomer(found, username), "", None, why
        update_row(seat, ("user", "role", "department", "delegated_from", "reason"))
        found.settle_turns()
        params = {**rounds.about(found.approval), "who": rounds.words_of([seat], now), "reason": why}
        work.say("approval.delegated", params, actor)
        rounds.tell_turn(work, found, [seat])
    return seat


def pass_seat(work: Work, seat_id: int, to: int, reason: str) -> ApprovalSeat:
    """Somebody decides in the place of a person who hands over. Refuses who sits there already or wrote the content. Joins
    the caller's work on the locked issue."""
    found = rounds.with_seats(Approval.objects.get(seats=seat_id))
    seat = next(each for each in found.seats if each.pk == seat_id)
    newcomer = accounts.users(user_ids=[to])[to]
    seat.delegated_from_id = seat.user_id
    seat.user_id, seat.reason = _newcomer(found, newcomer.username), reason
    update_row(seat, ("user", "delegated_from", "reason"))
    found.settle_turns()
    if seat.waiting:
        rounds.tell_turn(work, found, [seat])
    return seat


@operation()
def remove_signer(*, seat_id: int, reason: str, actor: Actor, now: datetime) -> Approval:
    """Takes out somebody whom the actor had added and who has not decided (减签)."""
    approval_id = ApprovalSeat.objects.filter(pk=seat_id).values_list("approval_id", flat=True).first()
    if approval_id is None:
        raise NoSuchApproval
    issue, found = locked_round(approval_id, actor)
    refuse_ended(found.approval)
    why = needed_reason(reason)
    seat = next((each for each in found.seats if each.pk == seat_id), None)
    if seat is None or seat.host_id is None:
        raise NoSuchApproval
    if seat.added_by_id != actor.user_id:
        raise Forbidden
    host = next((each for each in found.seats if each.pk == seat.host_id), seat)
    if seat.decision or host.decision:  # without the other one the voice would be given by that alone
        raise TooLateToRemove
    with at_work(issue, now=now) as work:
        params = {**rounds.about(found.approval), "who": rounds.words_of([seat], now), "reason": why}
        found.seats.remove(seat)
        ApprovalSeat.objects.filter(pk=seat.pk).delete()
        came = found.settle_turns()
        work.say("approval.removed", params, actor)
        rounds.tell_turn(work, found, came)
    return found.approval
