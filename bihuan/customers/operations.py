"""Recognising and making customers."""

from datetime import datetime

from django.db import transaction

from bihuan.core import audit
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Forbidden, NotFound
from bihuan.customers.models import Contact, Customer
from bihuan.customers.rules import normalise_email, normalise_phone

_SHORT = 200


def match_or_create(
    *,
    name: str,
    email: str = "",
    phone: str = "",
    kind: str = "person",
    contact: str = "",
    language: str = "zh-hans",
    consent: bool = False,
    now: datetime,
) -> Contact:
    """The contact known by that address, else by that number and name, else a new customer with one contact.

    One number may serve many people, so a number alone never decides. Joins the caller's transaction.
    """
    address, number = normalise_email(email), normalise_phone(phone)
    person = (contact or name or address or number)[:_SHORT]
    found = _known(address, number, person, name)
    if found is not None:
        return found
    with transaction.atomic():
        customer = Customer.objects.create(
            name=(name or person)[:_SHORT],
            kind=kind if kind in ("person", "organisation") else "person",
            created_at=now,
            updated_at=now,
        )
        return Contact.objects.create(
            customer=customer,
            name=person,
            email=address,
            phone=number,
            phone_raw=phone[:64],
            language=language,
            preferred="email" if address else "phone" if number else "",
            created_at=now,
            consent_at=now if consent else None,
        )


def _known(address: str, number: str, person: str, name: str) -> Contact | None:
    contacts = Contact.objects.select_related("customer").order_by("id")
    if address:
        return contacts.filter(email=address).first()
    if number:
        same = list(contacts.filter(phone=number)[:50])
        return next((each for each in same if each.name == person or each.customer.name == name), None)
    return None


@transaction.atomic
def update_contact(
    *,
    contact_id: int,
    email: str | None = None,
    phone: str | None = None,
    preferred: str | None = None,
    preferred_hours: str | None = None,
    actor: Actor,
    now: datetime,
) -> Contact:
    """Changes how a contact is reached."""
    if actor.kind is ActorKind.CUSTOMER:
        raise Forbidden
    contact = Contact.objects.select_for_update().filter(pk=contact_id).first()
    if contact is None:
        raise NotFound
    if email is not None:
        contact.email = normalise_email(email)
    if phone is not None:
        contact.phone, contact.phone_raw = normalise_phone(phone), phone[:64]
    if preferred in ("email", "phone", "sms", ""):
        contact.preferred = preferred
    if preferred_hours is not None:
        contact.preferred_hours = preferred_hours[:100]
    contact.save(update_fields=["email", "phone", "phone_raw", "preferred", "preferred_hours"])
    audit.record(actor=actor, action="contact.changed", object_type="contact", object_id=contact.pk, now=now)
    return contact
