"""Approvals as pages show them: what is approved, who decides, who has decided what."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from django.utils.translation import gettext, gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.accounts.models import User
from bihuan.core.actor import Actor
from bihuan.documents.columns import columns
from bihuan.documents.model import value_text
from bihuan.flows import queries as flows
from bihuan.issues import queries as issues
from bihuan.issues.models import Approval, ApprovalSeat, Attachment
from bihuan.issues.rules import approvals as rules
from bihuan.web.present.words import role_name
from bihuan.web.ui.environment import in_language, language

Context = dict[str, object]
MODES = {
    rules.SINGLE: gettext_noop("一人审批"),
    rules.ANY: gettext_noop("或签：一人表态即可"),
    rules.ALL: gettext_noop("会签：全部同意才算通过"),
    rules.VOTE: gettext_noop("票签：够数同意就算通过"),
    rules.SEQUENTIAL: gettext_noop("依次审批：一个接一个，全部同意"),
}
_STATES = {
    "open": (gettext_noop("审批中"), "gold", "status-approve"),
    "approved": (gettext_noop("已同意"), "green", "status-done"),
    "rejected": (gettext_noop("未同意"), "red", "status-no"),
    "void": (gettext_noop("作废"), "grey", "status-undo"),
    "cancelled": (gettext_noop("已撤回"), "grey", "status-undo"),
}
_LONGEST = 2000
Schema = Mapping[str, object]


def turn(approval: Approval, actor: Actor, now: datetime) -> bool:
    """Whether it is the actor's turn in a round with seats."""
    if actor.user_id in approval.authors:
        return False
    return any(seat.waiting and issues.fits(seat, actor=actor, now=now) for seat in approval.seats.all())


def round_view(approval: Approval, *, actor: Actor, now: datetime) -> Context:
    """One round."""
    seats = list(approval.seats.all())
    words, tone, sign = _STATES[approval.state]
    mine = approval.state == "open" and turn(approval, actor, now)
    own = approval.asked_by_id == actor.user_id or actor.can("issues.assign")
    asked = approval.work_item_id is None
    agreed = [rules.voice(group) for group in rules.groups(_rules(seats))].count(rules.APPROVE)
    return {
        "id": approval.pk,
        "step": approval.work_item_id,
        "name": in_language(approval.name, approval.name_en) if not asked else "",
        "text": approval.text,
        "asked_by": approval.asked_by.name if approval.asked_by else "",
        "number": approval.number,
        "mode": gettext(MODES[approval.mode]),
        "several": approval.mode != rules.SINGLE or len(seats) > 1,
        "agreed": agreed,
        "quorum": approval.quorum,
        "state": {"words": gettext(words), "tone": tone, "sign": sign},
        "open": approval.state == "open",
        "blocks": approval.blocks_id is not None,
        "carried": approval.carried,
        "at": approval.closed_at or approval.opened_at,
        "seats": [_seat(seat, seats, actor, now) for seat in _ordered(seats)],
        "waiting": "、".join(_who(seat) for seat in seats if seat.waiting),
        "seen": approval.content_hash,
        "mine": mine,
        "may_cancel": asked and own and approval.state in ("open", "rejected"),
    }


def _rules(seats: Iterable[ApprovalSeat]) -> list[rules.Seat]:
    return [rules.Seat(seat.pk, seat.decision, seat.host_id, seat.place or rules.BEFORE) for seat in seats]


def _ordered(seats: list[ApprovalSeat]) -> list[ApprovalSeat]:
    """In the order in which they decide."""
    by_key = {seat.pk: seat for seat in seats}
    return [by_key[seat.key] for group in rules.groups(_rules(seats)) for seat in group]


def _who(seat: ApprovalSeat) -> str:
    return seat.user.name if seat.user else role_name(seat.role)


def _seat(seat: ApprovalSeat, seats: list[ApprovalSeat], actor: Actor, now: datetime) -> Context:
    decided = seat.decided_by.name if seat.decided_by else ""
    words, tone, sign = {
        rules.APPROVE: (gettext("同意"), "green", "status-done"),
        rules.REJECT: (gettext("不同意"), "red", "status-no"),
    }.get(seat.decision, (gettext("待表态"), "gold", "status-wait") if seat.waiting else ("", "grey", "circle"))
    notes = []
    if decided and seat.user and seat.decided_by_id != seat.user_id:
        notes.append(gettext("%(who)s 代") % {"who": decided})
    elif seat.user is None:
        holders = accounts.holder_names(role=seat.role, department_id=seat.department_id, now=now)
        notes.append(decided or "、".join(holders[:3]))
    if seat.delegated_from:
        notes.append(gettext("受 %(who)s 委派") % {"who": seat.delegated_from.name})
    if seat.added_by and seat.host_id:
        notes.append(gettext("%(who)s 加签") % {"who": seat.added_by.name})
    if seat.carried:
        notes.append(gettext("内容未变，沿用"))
    host = next((each for each in seats if each.pk == seat.host_id), None)
    removable = host is not None and not seat.decision and not host.decision and seat.added_by_id == actor.user_id
    return {
        "id": seat.pk,
        "who": _who(seat),
        "words": words,
        "tone": tone,
        "sign": sign,
        "notes": notes,
        "opinion": seat.opinion[:_LONGEST],
        "at": seat.decided_at,
        "added": seat.host_id is not None,
        "may_remove": removable,
    }


# -- what is approved ------------------------------------------------------------------------------------------------


def content_view(
    content: issues.Content, *, version_id: int, files: Iterable[Attachment], people: Iterable[User]
) -> list[Context]:
    """What is approved, as its forms call it, in their order: texts, and tables with heads and cells."""
    names = {str(file.pk): file.name for file in files}
    names |= {place.key: in_language(place.name, place.name_en) for place in accounts.departments()}
    names |= {person.username: person.name for person in people}
    spoken = "en" if language().startswith("en") else "zh"
    found: list[Context] = []
    for code, data in content.data.items():
        form = flows.form_of(version_id=version_id, code=code) or {}
        properties = cast(Mapping[str, Schema], form.get("properties") or {})
        for name in _in_order(form, data):
            found.append(_item(properties.get(name, {}), name, data[name], spoken, names))
    return found


def _in_order(form: Schema, data: Mapping[str, object]) -> list[str]:
    """The fields that are filled in, group by group as the form has them."""
    groups = form.get("x-groups")
    listed = [group.get("fields") for group in groups if isinstance(group, Mapping)] if isinstance(groups, list) else []
    ordered = [str(name) for fields in listed if isinstance(fields, list) for name in fields]
    return [name for name in dict.fromkeys([*ordered, *data]) if name in data]


def _item(schema: Schema, name: str, value: object, spoken: str, names: Mapping[str, str]) -> Context:
    title = in_language(str(schema.get("title") or name), str(schema.get("x-titleEn") or ""))
    rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    if not rows:
        return {"title": title, "text": value_text(schema, value, spoken, names), "heads": [], "rows": []}
    known = columns(schema) or {str(key): {} for key in rows[0]}
    known = {key: each for key, each in known.items() if any(row.get(key) not in (None, "") for row in rows)}
    heads = [
        in_language(str(each.get("title") or key), str(each.get("x-titleEn") or "")) for key, each in known.items()
    ]
    cells = [[value_text(each, row.get(key), spoken, names) for key, each in known.items()] for row in rows[:100]]
    return {"title": title, "text": "", "heads": heads, "rows": cells}
