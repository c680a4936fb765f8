"""Seeing hidden data of a person in full: with a reason, for now, and noted."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from bihuan.core import audit
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.core.settings import number, value
from bihuan.customers.models import Contact, Customer, Reveal
from bihuan.customers.permissions import visible
from bihuan.customers.rules.masking import REVEALED

MAY = "customers.reveal"
PER_HOUR = number("customers.reveals_per_hour", 30, least=1, most=1000, right="people.edit")
_REASON = 200


class NoReason(Refused):
    code = "no_reveal_reason"
    text = gettext_noop("请写明为什么需要看，至少 2 个字，最多 200 个字。")


class NothingToReveal(Refused):
    code = "nothing_to_reveal"
    text = gettext_noop("这一项没有内容。")


class TooManyReveals(Refused):
    code = "too_many_reveals"
    text = gettext_noop("一小时内最多查看 %(most)s 次完整信息，请稍后再试；确有需要请联系管理员调整。")
    status = 429


@transaction.atomic
def reveal_contact(*, contact_id: int, field: str, reason: str, actor: Actor, now: datetime) -> str:
    """The telephone number, address or place of a contact in full. Refuses who may not, without a reason, and too
    many within an hour. The trail says who, what and whose; never the value."""
    if actor.kind is not ActorKind.USER or actor.user_id is None or not actor.can(MAY):
        raise Forbidden
    contact = Contact.objects.select_related("customer").filter(pk=contact_id).first()
    seen = contact is not None and Customer.objects.filter(visible(actor), pk=contact.customer_id).exists()
    if contact is None or not seen or field not in REVEALED:
        raise NotFound
    why = " ".join(reason.replace("\x00", "").split())
    if not 2 <= len(why) <= _REASON:
        raise NoReason
    found = contact.customer.address if field == "address" else str(getattr(contact, field))
    if not found:
        raise NothingToReveal
    most = value(PER_HOUR)
    if Reveal.objects.filter(person_id=actor.user_id, at__gt=now - timedelta(hours=1)).count() >= most:
        raise TooManyReveals(params={"most": most})
    made = Reveal.objects.create(contact=contact, person_id=actor.user_id, field=field, reason=why, at=now)
    audit.record(
        actor=actor,
        action="contact.revealed",
        object_type="contact",
        object_id=contact.pk,
        now=now,
        detail={"field": field, "reveal": made.pk},
    )
    return found
