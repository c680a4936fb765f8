"""How a person is reached and recognised."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Conflict, NotFound, Refused
from bihuan.customers.models import Channel, Contact, Customer, Identity, IdentityKind
from bihuan.customers.operations.matching import NoCustomerName
from bihuan.customers.operations.shared import among, clean, line, locked_contact, locked_customer, staff_only
from bihuan.customers.permissions import EDIT, need
from bihuan.customers.rules import BLOCKABLE, normalise_email, normalise_identity, normalise_phone
from bihuan.customers.rules.zones import is_zone


class PhoneNotValid(Refused):
    code = "phone_not_valid"
    text = gettext_noop("“%(phone)s”不是完整的电话号码；请写区号或手机号，隐藏的号码请留空。")


class EmailNotValid(Refused):
    code = "email_not_valid"
    text = gettext_noop("“%(email)s”不是完整的邮箱地址，请核对后再保存。")


class IdentityKnown(Conflict):
    code = "identity_known"
    text = gettext_noop("这位联系人已经有这个联系方式了。")


class NotBlocked(Conflict):
    code = "contact_not_blocked"
    text = gettext_noop("没有这条“勿扰”记录，可能刚刚被别人解除了。")


def valid_phone(text: str) -> dict[str, str]:
    """The columns of a number as it was typed; refuses one that is none."""
    number = normalise_phone(text)
    if text.strip() and not number:
        raise PhoneNotValid(params={"phone": text.strip()[:40]})
    return {"phone": number, "phone_raw": text.strip()[:64]}


def valid_email(text: str) -> str:
    """The address as it is compared; refuses one that is none."""
    if text.strip() and not normalise_identity("email", text):
        raise EmailNotValid(params={"email": text.strip()[:60]})
    return normalise_email(text)


@transaction.atomic
def update_contact(
    *,
    contact_id: int,
    name: str | None = None,
    position: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    preferred: str | None = None,
    preferred_hours: str | None = None,
    language: str | None = None,
    zone: str | None = None,
    actor: Actor,
    now: datetime,
) -> Contact:
    """Changes how a contact is reached; what is None stays, and so do language and zone where there is no such one. The
    log keeps which fields, never their values."""
    staff_only(actor)
    contact = locked_contact(contact_id, actor)
    wanted: dict[str, str | None] = {
        "name": clean(name, 200) if name is not None else None,
        "position": line(_("职务"), position, 100) if position is not None else None,
        "email": valid_email(email) if email is not None else None,
        "preferred": preferred if preferred in (*Channel.values, "") else None,
        "preferred_hours": line(_("方便的时间"), preferred_hours, 100) if preferred_hours is not None else None,
        "language": language if language in ("zh-hans", "en") else None,
        "zone": zone if zone is not None and (not zone or (len(zone) <= 64 and is_zone(zone))) else None,
    }
    if wanted["name"] == "":
        raise NoCustomerName
    if phone is not None:
        wanted |= valid_phone(phone)
    changes = {key: value for key, value in wanted.items() if value is not None and value != getattr(contact, key)}
    for key, value in changes.items():
        setattr(contact, key, value)
    if changes:
        contact.save(update_fields=list(changes))
        _changed(contact, "contact.changed", {"fields": sorted(changes)}, actor, now)
    return contact


def _changed(contact: Contact, action: str, detail: dict[str, object], actor: Actor, now: datetime) -> None:
    Customer.objects.filter(pk=contact.customer_id).update(updated_at=now)
    audit.record(actor=actor, action=action, object_type="contact", object_id=contact.pk, now=now, detail=detail)


@transaction.atomic
def add_contact(
    *, customer_id: int, name: str, position: str = "", email: str = "", phone: str = "", actor: Actor, now: datetime
) -> Contact:
    """One more person who speaks for the customer. Refuses a number or address that is none."""
    need(actor, EDIT)
    customer = locked_customer(customer_id, actor)
    if not name.strip():
        raise NoCustomerName
    address, number = valid_email(email), valid_phone(phone)
    contact = Contact.objects.create(
        customer=customer,
        name=line(_("姓名"), name),
        position=line(_("职务"), position, 100),
        email=address,
        preferred="email" if address else "phone" if number["phone"] else "",
        created_at=now,
        **number,
    )
    _changed(contact, "contact.added", {"customer": customer.pk}, actor, now)
    return contact


@transaction.atomic
def add_identity(*, contact_id: int, kind: str, value: str, verified: bool, actor: Actor, now: datetime) -> Identity:
    """Another number, address or account of the person; the next message from there finds him.

    Refuses what is none of that kind, and what he has already. Other people may have the same number.
    """
    need(actor, EDIT)
    contact = locked_contact(contact_id, actor)
    among(_("联系方式的种类"), kind, IdentityKind.values)
    kept = normalise_identity(kind, value)
    if not kept:
        if kind == "phone":
            raise PhoneNotValid(params={"phone": value.strip()[:40]})
        raise EmailNotValid(params={"email": value.strip()[:60]})
    if kept in (contact.phone, contact.email):
        raise IdentityKnown
    try:
        with transaction.atomic():
            made = Identity.objects.create(
                contact=contact,
                kind=kind,
                value=kept,
                raw=clean(value, 254),
                verified_at=now if verified else None,
                created_at=now,
            )
    except IntegrityError as error:
        raise IdentityKnown from error
    _changed(contact, "contact.identity_added", {"kind": kind, "identity": made.pk}, actor, now)
    return made


@transaction.atomic
def remove_identity(*, identity_id: int, actor: Actor, now: datetime) -> None:
    """Takes it away: wrong, or given up."""
    need(actor, EDIT)
    found = Identity.objects.filter(pk=identity_id).first()
    if found is None:
        raise NotFound
    contact = locked_contact(found.contact_id, actor)
    found.delete()
    _changed(contact, "contact.identity_removed", {"kind": found.kind, "identity": identity_id}, actor, now)


@transaction.atomic
def block_contact(*, contact_id: int, channel: str, reason: str, actor: Actor, now: datetime) -> Contact:
    """The person may not be reached that way any more (all: in no way). What waits to be sent is held back too.

    Everybody who writes to customers may note it, because the customer says it to them.
    """
    need(actor, "issues.reply")
    contact = locked_contact(contact_id, actor)
    among(_("渠道"), channel, BLOCKABLE)
    why = line(_("原因"), reason, 300, required=True)
    contact.blocked = {**contact.blocked, channel: {"reason": why, "at": now.isoformat(), "by": actor.name[:100]}}
    contact.save(update_fields=["blocked"])
    _changed(contact, "contact.blocked", {"channel": channel}, actor, now)
    return contact


@transaction.atomic
def unblock_contact(*, contact_id: int, channel: str, actor: Actor, now: datetime) -> Contact:
    """He may be reached that way again. Refuses where nothing was noted."""
    need(actor, EDIT)
    contact = locked_contact(contact_id, actor)
    if channel not in contact.blocked:
        raise NotBlocked
    contact.blocked = {key: value for key, value in contact.blocked.items() if key != channel}
    contact.save(update_fields=["blocked"])
    _changed(contact, "contact.unblocked", {"channel": channel}, actor, now)
    return contact
