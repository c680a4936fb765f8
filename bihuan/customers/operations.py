"""Recognising and making customers, and how they are reached."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from bihuan.core import audit
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.core.rows import Select
from bihuan.core.stamps import ask_first
from bihuan.customers.models import Channel, Contact, Customer, CustomerKind
from bihuan.customers.rules import normalise_email, normalise_phone

_SHORT = 200


class PhoneNotValid(Refused):
    code = "phone_not_valid"
    text = gettext_noop("“%(phone)s”不是完整的电话号码；请写区号或手机号，隐藏的号码请留空。")


class NoCustomerName(Refused):
    code = "no_customer_name"
    text = gettext_noop("请写客户的姓名或单位。")


def _clean(text: str, limit: int) -> str:
    return " ".join(text.replace("\x00", "").split())[:limit]


def match_or_create(
    *,
    name: str,
    email: str = "",
    phone: str = "",
    kind: str = "person",
    contact: str = "",
    language: str = "zh-hans",
    consent: bool = False,
    region: str = "",
    now: datetime,
) -> Contact:
    """The contact known by that address, else by that number and name, else a new customer with one contact.

    One number may serve many people, so a number alone never decides. ``name`` is the customer (person or company),
    ``contact`` the person who speaks for it. The contact comes with its customer. Joins the caller's transaction.
    Refuses when there is neither a name nor an address nor a number.
    """
    address, number = normalise_email(email.replace("\x00", "")), normalise_phone(phone)
    title = _clean(name, _SHORT)
    person = _clean(contact, _SHORT) or title or address or number
    if not person:
        raise NoCustomerName
    found = _known(address, number, person, title)
    if found is not None:
        return found
    new = Contact(
        name=person,
        email=address,
        phone=number,
        phone_raw=phone.replace("\x00", "")[:64],
        language=language[:10],
        preferred="email" if address else "phone" if number else "",
        created_at=now,
        consent_at=now if consent else None,
        customer=Customer(
            name=title or person,
            kind=kind if kind in CustomerKind.values else "person",
            created_at=now,
            updated_at=now,
            region=_clean(region, 64),
        ),
    )
    return _register(new, now)


_BY_ADDRESS = Select(Contact, "WHERE t.email = %s ORDER BY t.id LIMIT 1")
_BY_NUMBER = Select(Contact, "WHERE t.phone = %s ORDER BY t.id LIMIT 50")
_CUSTOMER = Select(Customer, "WHERE t.id = %s")
_CUSTOMER_AT = Select(
    Customer, "WHERE t.id = (SELECT customer_id FROM customers_contact WHERE email = %s ORDER BY id LIMIT 1)"
)


def _known(address: str, number: str, person: str, name: str) -> Contact | None:
    if address:
        contacts, customers = ask_first(_BY_ADDRESS.of(address), _CUSTOMER_AT.of(address))
        contact = next(iter(contacts), None)
        if contact is None or not customers or customers[0].pk != contact.customer_id:
            return contact and _with_customer(contact)  # somebody changed the address between the two
        contact.customer = customers[0]
        return contact
    if number:
        same = _BY_NUMBER.rows(number)
        return next((each for each in map(_with_customer, same) if _is_same(each, person, name)), None)
    return None


def _is_same(contact: Contact, person: str, name: str) -> bool:
    return contact.name == person or contact.customer.name == name


def _with_customer(contact: Contact) -> Contact:
    customer = _CUSTOMER.first(contact.customer_id)
    assert customer is not None
    contact.customer = customer
    return contact


def _register(new: Contact, now: datetime) -> Contact:
    """Writes both rows by one statement, unless another transaction has just done so (see the migration)."""
    customer = new.customer
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id, contact_id, made FROM customers_register(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                new.email,
                new.phone,
                new.name,
                customer.name,
                customer.kind,
                customer.region,
                new.phone_raw,
                new.preferred,
                new.language,
                new.consent_at,
                now,
            ],
        )
        customer_id, contact_id, made = cursor.fetchone()
    if not made:
        return Contact.objects.select_related("customer").get(pk=contact_id)
    customer.pk, new.pk, new.customer = customer_id, contact_id, customer
    customer._state.adding = new._state.adding = False
    customer._state.db = new._state.db = connection.alias
    return new


@transaction.atomic
def update_contact(
    *,
    contact_id: int,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    preferred: str | None = None,
    preferred_hours: str | None = None,
    actor: Actor,
    now: datetime,
) -> Contact:
    """Changes how a contact is reached; what is None stays. The log keeps which fields, never their values."""
    if actor.kind is ActorKind.CUSTOMER:
        raise Forbidden
    contact = Contact.objects.select_for_update().filter(pk=contact_id).first()
    if contact is None:
        raise NotFound
    wanted: dict[str, str | None] = {
        "name": _clean(name, _SHORT) if name is not None else None,
        "email": normalise_email(email) if email is not None else None,
        "preferred": preferred if preferred in (*Channel.values, "") else None,
        "preferred_hours": _clean(preferred_hours, 100) if preferred_hours is not None else None,
    }
    if wanted["name"] == "":
        raise NoCustomerName
    if phone is not None:
        wanted |= {"phone": normalise_phone(phone), "phone_raw": phone.strip()[:64]}
        if phone.strip() and not wanted["phone"]:
            raise PhoneNotValid(params={"phone": phone.strip()[:40]})
    changes = {key: value for key, value in wanted.items() if value is not None and value != getattr(contact, key)}
    for key, value in changes.items():
        setattr(contact, key, value)
    if changes:
        contact.save(update_fields=list(changes))
        Customer.objects.filter(pk=contact.customer_id).update(updated_at=now)
        audit.record(
            actor=actor,
            action="contact.changed",
            object_type="contact",
            object_id=contact.pk,
            now=now,
            detail={"fields": sorted(changes)},
        )
    return contact
