"""Calls and visits, written down while they last (R137–R144)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Conflict, NotFound, Refused
from bihuan.customers.models import Contact, Customer, Visit, VisitCategory, VisitKind
from bihuan.customers.operations.holdings import Bell
from bihuan.customers.operations.matching import match_or_create
from bihuan.customers.operations.shared import among, line, locked_customer, prose, staff_only
from bihuan.customers.permissions import need
from bihuan.customers.rules import normalise_phone
from bihuan.customers.rules.visits import CLEARS, missing_clears, needs_next_reply

MOST_MINUTES = 24 * 60


class NextReplyMissing(Refused):
    code = "next_reply_missing"
    text = gettext_noop("投诉没有当场办结，必须约定下次回复时间，并晚于现在。")


class ClearsMissing(Refused):
    code = "clears_missing"
    text = gettext_noop("投诉当场办结前，“五清楚”每一项都要写明依据，还缺 %(n)s 项。")


class MinutesNotValid(Refused):
    code = "minutes_not_valid"
    text = gettext_noop("时长请填 0 到 1440 之间的分钟数。")


class VisitSettled(Conflict):
    code = "visit_settled"
    text = gettext_noop("这条记录已经办结，不能再改。")


class NobodyNamed(Refused):
    code = "visit_nobody"
    text = gettext_noop("请选择客户，或写下来访、来电人的姓名或电话。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What was written down. ``customer_id`` of a known customer, else ``name`` and ``phone`` of who came or called.
    ``goes_on``: an issue goes on with it, so no reply need be promised here."""

    kind: str
    category: str
    topic: str
    customer_id: int | None = None
    contact_id: int | None = None
    name: str = ""
    organisation: str = ""
    phone: str = ""
    at: datetime
    minutes: int | None = None
    place: str = ""
    people: str = ""
    content: str = ""
    answer: str = ""
    clears: Mapping[str, str] = field(default_factory=dict)
    next_reply_at: datetime | None = None
    settled: bool = False
    goes_on: bool = False


def _who(record: Record, actor: Actor, now: datetime) -> Contact:
    """Who came or called, with the customer; somebody new of a known customer is added to its people."""
    if record.customer_id is not None:
        customer = locked_customer(record.customer_id, actor)
        people = Contact.objects.filter(customer=customer, erased_at__isnull=True).order_by("pk")
        name, number = line(_("姓名"), record.name), normalise_phone(record.phone)
        if record.contact_id is not None:
            people = people.filter(pk=record.contact_id)
        elif name:
            people = people.filter(name=name)
        contact = people.first()
        if contact is None and record.contact_id is not None:
            raise NotFound
        if contact is None:
            contact = Contact.objects.create(
                customer=customer,
                name=name or customer.name,
                phone=number,
                phone_raw=record.phone.strip()[:64] if number else "",
                preferred="phone" if number else "",
                created_at=now,
            )
        contact.customer = customer
        return contact
    if not record.name.strip() and not record.organisation.strip() and not normalise_phone(record.phone):
        raise NobodyNamed
    return match_or_create(
        name=line(_("单位"), record.organisation) or line(_("姓名"), record.name),
        contact=line(_("姓名"), record.name),
        phone=record.phone,
        kind="organisation" if record.organisation.strip() else "person",
        now=now,
    )


def _clears(given: Mapping[str, str]) -> dict[str, str]:
    kept = {key: line(_("五清楚"), given.get(key, ""), 300) for key in CLEARS}
    return {key: text for key, text in kept.items() if text}


def _must_fit(
    category: str, *, settled: bool, clears: Mapping[str, str], reply: datetime | None, now: datetime
) -> None:
    missing = missing_clears(category, clears)
    if settled and missing:
        raise ClearsMissing(params={"n": len(missing)})
    if needs_next_reply(category, settled=settled) and (reply is None or reply <= now):
        raise NextReplyMissing


@transaction.atomic
def record_visit(*, record: Record, actor: Actor, now: datetime) -> Visit:
    """Keeps the record; an unknown caller becomes a customer, a known one is recognised by number and name.

    Refuses a complaint left open without a next reply, one settled without the five clears, texts that are too long.
    """
    need(actor, "issues.create")
    staff_only(actor)
    assert actor.user_id is not None
    if record.minutes is not None and not 0 <= record.minutes <= MOST_MINUTES:
        raise MinutesNotValid
    clears = _clears(record.clears)
    category = among(_("类别"), record.category, VisitCategory.values)
    if not record.goes_on:
        _must_fit(category, settled=record.settled, clears=clears, reply=record.next_reply_at, now=now)
    contact = _who(record, actor, now)
    visit = Visit.objects.create(
        customer=contact.customer,
        contact=contact,
        kind=among(_("方式"), record.kind, VisitKind.values),
        category=category,
        at=record.at,
        minutes=record.minutes,
        place=line(_("地点"), record.place),
        people=line(_("参加人"), record.people, 300),
        topic=line(_("事由"), record.topic, 300, required=True),
        content=prose(_("内容"), record.content),
        answer=prose(_("答复"), record.answer),
        clears=clears,
        next_reply_at=record.next_reply_at,
        settled_at=now if record.settled else None,
        host_id=actor.user_id,
        created_at=now,
        updated_at=now,
    )
    Customer.objects.filter(pk=contact.customer_id).update(updated_at=now)
    _note(visit, "visit.recorded", actor, now)
    return visit


def _note(visit: Visit, action: str, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type="visit",
        object_id=visit.pk,
        now=now,
        detail={"customer": visit.customer_id, "kind": visit.kind, "category": visit.category},
    )


def locked_visit(visit_id: int, actor: Actor) -> Visit:
    """The open record, locked, with its customer. Refuses a settled one."""
    visit = Visit.objects.select_for_update(of=("self",)).filter(pk=visit_id).first()
    if visit is None:
        raise NotFound
    visit.customer = locked_customer(visit.customer_id, actor)
    if visit.settled_at is not None:
        raise VisitSettled
    return visit


@transaction.atomic
def settle_visit(*, visit_id: int, answer: str, clears: Mapping[str, str], actor: Actor, now: datetime) -> Visit:
    """The customer was told; nothing is left to do (R144: no end without a reply). A complaint needs its five clears."""
    need(actor, "issues.create")
    visit = locked_visit(visit_id, actor)
    kept = {**visit.clears, **_clears(clears)}
    _must_fit(visit.category, settled=True, clears=kept, reply=None, now=now)
    visit.answer = prose(_("答复"), answer, required=True)
    visit.clears, visit.settled_at, visit.updated_at = kept, now, now
    visit.save(update_fields=["answer", "clears", "settled_at", "updated_at"])
    _note(visit, "visit.settled", actor, now)
    return visit


@transaction.atomic
def promise_next_reply(*, visit_id: int, at: datetime, actor: Actor, now: datetime) -> Visit:
    """Another instant at which the customer will hear of it; its host is reminded anew."""
    need(actor, "issues.create")
    visit = locked_visit(visit_id, actor)
    if at <= now:
        raise NextReplyMissing
    visit.next_reply_at, visit.told_at, visit.updated_at = at, None, now
    visit.save(update_fields=["next_reply_at", "told_at", "updated_at"])
    _note(visit, "visit.promised", actor, now)
    return visit


@transaction.atomic
def hand_over_visit(*, visit_id: int, actor: Actor, now: datetime) -> Visit:
    """An issue goes on with it; called by the room above that opens the issue, in its transaction."""
    visit = locked_visit(visit_id, actor)
    visit.settled_at, visit.updated_at = now, now
    visit.save(update_fields=["settled_at", "updated_at"])
    _note(visit, "visit.handed_over", actor, now)
    return visit


@transaction.atomic
def remind_next_replies(*, bell: Bell, now: datetime, limit: int = 100) -> int:
    """Tells the host of every promised reply that is due, once; returns how many."""
    due = Visit.objects.select_for_update(skip_locked=True, of=("self",)).select_related("customer")
    rows = list(
        due.filter(settled_at__isnull=True, told_at__isnull=True, next_reply_at__lte=now).order_by("next_reply_at")[
            :limit
        ]
    )
    for visit in rows:
        params = {"visit": visit.pk, "name": visit.customer.name, "topic": visit.topic}
        bell(user_ids=[visit.host_id], code="visit.reply_due", params=params, now=now)
    Visit.objects.filter(pk__in=[visit.pk for visit in rows]).update(told_at=now)
    return len(rows)
