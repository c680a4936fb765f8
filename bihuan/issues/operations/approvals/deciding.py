"""Deciding at an approval step of the chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.core.actor import Actor
from bihuan.core.rows import insert_rows, update_row
from bihuan.flows import queries as flows
from bihuan.flows.models import WorkItem
from bihuan.flows.operations.work_items import choose_outcome
from bihuan.issues.models import Approval, ApprovalSeat
from bihuan.issues.operations.approvals import rounds
from bihuan.issues.operations.approvals.following import open_round, renewed
from bihuan.issues.operations.approvals.refusals import (
    ApprovalOver,
    DecidedAlready,
    NotAnApprover,
    OpinionRequired,
    SelfApproval,
    StaleApproval,
)
from bihuan.issues.queries.approvals import content_at, fits, is_approval, part_words, round_at
from bihuan.issues.rules import approvals as rules
from bihuan.issues.rules import limits

if TYPE_CHECKING:
    from bihuan.issues.operations.work import Work

OPINION = 10_000
WORDS = {rules.APPROVE: gettext_noop("同意"), rules.REJECT: gettext_noop("不同意")}
_DECIDED = ("decision", "decided_by", "decided_at", "opinion", "data", "content_hash", "waiting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """What comes with a decision besides the form. ``seen``: the hash of the content that the page showed; ``opinion``
    in words, where the step has no form for it; ``straight_back``: what is returned comes straight back if nothing of it
    changes."""

    seen: str = ""
    opinion: str = ""
    straight_back: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """``settled``: the round is over, and the step is completed by ``arrow`` with the rights that the seat gives. ``data``: what
    the form keeps, the texts of all who decided among it."""

    settled: bool
    arrow: str | None
    actor: Actor
    data: Mapping[str, object]


def refuse_over(item: WorkItem) -> None:
    """Says what happened where the round at a closed step is over; whoever comes late loses nothing unsaid."""
    if item.closed_at is None:
        return
    last = round_at(work_item_id=item.pk)
    if last is not None:
        raise ApprovalOver(params={"how": how_it_ended(last)})


def how_it_ended(approval: Approval) -> str:
    """In one sentence."""
    seats = sorted((seat for seat in approval.seats.all() if seat.decided_at), key=lambda seat: seat.decided_at or 0)
    if approval.state == "cancelled" or not seats or approval.closed_at is None:
        return gettext("已撤回或流程已走到别处")
    last = seats[-1]
    who = accounts.names(user_ids=[last.decided_by_id or 0]).get(last.decided_by_id or 0, "")
    at = timezone.localtime(approval.closed_at).strftime("%m-%d %H:%M")
    state = gettext(approval.get_state_display())
    return gettext("%(who)s 于 %(at)s 表态，结果是“%(state)s”") % {"who": who, "at": at, "state": state}


def decide(
    work: Work, *, step: flows.Step, outcome: str | None, data: Mapping[str, object], stand: Stand, actor: Actor
) -> Verdict | None:
    """Gives the actor's decision at an approval step; None for a step that is none, and for the system's own steps.

    An ordinary arrow agrees, any other refuses. The decision counts for the content that was seen: if it is another one
    by now, it is refused with what changed (``StaleApproval``).
    """
    if actor.user_id is None or not is_approval(step.node):
        return None
    found = _round(work, step, stand)
    arrow = choose_outcome(step.outcomes, outcome)
    kind = next((each.kind for each in step.outcomes if each.id == arrow), "ordinary")
    decision = rules.APPROVE if kind == "ordinary" else rules.REJECT
    opinion = limits.within("意见", stand.opinion, OPINION).strip() or _words_in(data)
    seat = own_seat(work, found, actor)
    if seat is None:
        refuse_another(found, actor, decision)
        return Verdict(settled=False, arrow=arrow, actor=actor, data=data)
    if decision == rules.REJECT:
        found.approval.straight_back = stand.straight_back
    give(work, found, seat, decision=decision, opinion=opinion, data=data, actor=actor)
    if not found.outcome():
        return Verdict(settled=False, arrow=arrow, actor=actor, data=data)
    work.rounds[step.work_item.pk] = found.approval
    acting = _with_the_seats_right(actor) if found.approval.seated else actor
    return Verdict(settled=True, arrow=arrow, actor=acting, data=_jointly(step, found, data))


def _with_the_seats_right(actor: Actor) -> Actor:
    """The actor as one who may complete this step: the seat gives the right, whatever their roles."""
    said = {each.name: getattr(actor, each.name) for each in fields(Actor)}  # of a page it is an actor only once asked
    return Actor(**{**said, "may": actor.may | {"issues.act_for_others"}})


def _jointly(step: flows.Step, found: rounds.Round, data: Mapping[str, object]) -> dict[str, object]:
    """The data of the last decision, with the free texts of all who decided one below the other under their names."""
    said = [seat for seat in found.seats if seat.decision and seat.data]
    if len(said) < 2:
        return dict(data)
    names = accounts.names(user_ids=[seat.decided_by_id for seat in said if seat.decided_by_id is not None])
    properties = (step.schema or {}).get("properties")
    kept = dict(data)
    for name, schema in (properties if isinstance(properties, dict) else {}).items():
        if schema.get("type") != "string" or "enum" in schema or "format" in schema or "oneOf" in schema:
            continue
        texts = [(names.get(seat.decided_by_id or 0, ""), seat.data.get(name)) for seat in said]
        lines = [f"【{who}】{text}" for who, text in texts if isinstance(text, str) and text]
        if lines:
            kept[name] = "\n".join(lines)
    return kept


def _round(work: Work, step: flows.Step, stand: Stand) -> rounds.Round:
    """The round at the step about the content as it is now, which must be what was seen."""
    item = step.work_item
    found = rounds.round_at_step(item.pk) or open_round(work, item)
    if stand.seen:
        refuse_stale(work, found.approval, stand.seen)
    return renewed(work, found)


def refuse_stale(work: Work, approval: Approval, seen: str) -> None:
    """Refuses a decision about another content than there is, and says what changed."""
    version_id = work.issue.instance.version_id
    content = content_at(issue_id=work.issue.pk, version_id=version_id, node=approval.node)
    if seen == content.hash:
        return
    before = approval if approval.content_hash == seen else None
    others = Approval.objects.filter(issue=work.issue, content_hash=seen[:64])
    before = before or others.order_by("-opened_at", "-pk").first()
    changed = rules.changed(before.parts, content.parts) if before is not None else []
    chinese, english = part_words(version_id=version_id, parts=changed)
    what = english if (get_language() or "").startswith("en") else chinese
    raise StaleApproval(params={"what": what or gettext("内容")})


def _words_in(data: Mapping[str, object]) -> str:
    """The opinion, from a form: the longest text in it."""
    texts = [value for value in data.values() if isinstance(value, str)]
    return max(texts, key=len, default="")[:OPINION]


# -- whoever decides -------------------------------------------------------------------------------------------------


def own_seat(work: Work, found: rounds.Round, actor: Actor) -> ApprovalSeat | None:
    """The seat from which the actor decides, made where the round has none; None where they have decided already.

    Refuses who wrote what is approved, and whose turn it is not.
    """
    approval = found.approval
    if actor.user_id in approval.authors:
        raise SelfApproval(params={"who": who_instead(work, found)})
    if not approval.seated:
        seat = ApprovalSeat(approval=approval, user_id=actor.user_id)
        insert_rows([seat])
        found.seats.append(seat)
        return seat
    mine = [seat for seat in found.turn() if fits(seat, actor=actor, now=work.now)]
    if mine:
        return min(mine, key=lambda seat: seat.user_id != actor.user_id)
    if any(seat.decision and actor.user_id in (seat.user_id, seat.decided_by_id) for seat in found.seats):
        return None
    raise NotAnApprover(params={"who": rounds.words_of(found.turn(), work.now)})


def refuse_another(found: rounds.Round, actor: Actor, decision: str) -> None:
    """The same decision once more is that decision (a double click); another one is refused."""
    seat = next(s for s in found.seats if s.decision and actor.user_id in (s.user_id, s.decided_by_id))
    if seat.decision != decision:
        raise DecidedAlready(params={"what": gettext(WORDS[seat.decision])})


def who_instead(work: Work, found: rounds.Round) -> str:
    """Who may decide where the actor may not, by name."""
    approval, now = found.approval, work.now
    if approval.seated:
        return rounds.words_of(found.turn(), now)
    item = approval.work_item
    place = work.issue.lead_department_id
    people: list[int] = []
    if item is not None:
        place = item.department_id or place
        people = rounds.able(item.role, item.department_id, approval.authors, now) if item.role else []
    people = people or rounds.instead(place, approval.authors, now)
    names = accounts.names(user_ids=people[:5])
    return "、".join(names[user] for user in people[:5] if user in names) or "—"


def give(
    work: Work,
    found: rounds.Round,
    seat: ApprovalSeat,
    *,
    decision: str,
    opinion: str,
    data: Mapping[str, object],
    actor: Actor,
) -> None:
    """Keeps one decision, says it in the timeline, and tells those whose turn it is now."""
    seat.decision, seat.decided_by_id, seat.decided_at = decision, actor.user_id, work.now
    seat.opinion, seat.data = opinion, dict(data)
    seat.content_hash, seat.waiting = found.approval.content_hash, False
    update_row(seat, _DECIDED)
    came = found.settle_turns()
    work.joined_by(actor.user_id)
    if found.approval.seated:
        _say(work, found, seat, actor)
    if not found.outcome():
        rounds.tell_turn(work, found, came)


def _say(work: Work, found: rounds.Round, seat: ApprovalSeat, actor: Actor) -> None:
    voices = [rules.voice(group) for group in rules.groups(found.seat_rules())]
    instead = accounts.names(user_ids=[seat.user_id]) if seat.user_id not in (None, actor.user_id) else {}
    params = {
        **rounds.about(found.approval),
        "agreed": voices.count(rules.APPROVE),
        "all": len(voices),
        "opinion": f"：{seat.opinion[:300]}" if seat.opinion else "",
        "for": "".join(f"代{name}" for name in instead.values()),
        "for_en": "".join(f" for {name}" for name in instead.values()),
    }
    work.say("approval.agreed" if seat.decision == rules.APPROVE else "approval.refused", params, actor)


def needed_opinion(opinion: str, *, refuses: bool) -> str:
    """The opinion; refuses one over 10,000 characters, and a refusal without reasons."""
    text = limits.within("意见", opinion, OPINION).strip()
    if refuses and not text:
        raise OpinionRequired
    return text
