"""Recognising customers, and making those that nobody knows yet."""

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_noop

from bihuan.core.errors import NotFound, Refused
from bihuan.core.rows import Select
from bihuan.core.stamps import ask_first
from bihuan.customers.models import Contact, Customer, CustomerKind
from bihuan.customers.operations.shared import SHORT, clean
from bihuan.customers.rules import normalise_email, normalise_phone
from bihuan.customers.rules.naming import named


class NoCustomerName(Refused):
    code = "no_customer_name"
    text = gettext_noop("请写客户的姓名或单位。")


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
    contact_id: int | None = None,
    now: datetime,
) -> Contact:
    """The contact known by that address, else by that number and name, else a new customer with one contact.

    One number may serve many people, so a number alone never decides. ``name`` is the customer (person or company),
    ``contact`` the person who speaks for it. The contact comes with its customer. Joins the caller's transaction.
    ``contact_id``: who it is, where the caller knows already. Refuses when there is neither a name nor an address nor a
    number.
    """
    if contact_id is not None:
        return _by_id(contact_id)
    address, number = normalise_email(email.replace("\x00", "")), normalise_phone(phone)
    title = clean(name, SHORT)
    person = clean(contact, SHORT) or title or address or number
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
            **named(title or person),
            kind=kind if kind in CustomerKind.values else "person",
            created_at=now,
            updated_at=now,
            region=clean(region, 64),
        ),
    )
    return _register(new, now)


# The address or number under which a person is reached, else another one that is known to be his. An array, so that
# both come from their indexes.
_OTHERS = "ARRAY(SELECT i.contact_id FROM customers_identity i WHERE i.kind = '{kind}' AND i.value = %s)"
_AT_ADDRESS = f"t.email = %s OR t.id = ANY({_OTHERS.format(kind='email')}) ORDER BY t.email <> %s, t.id LIMIT 1"
_BY_ADDRESS = Select(Contact, f"WHERE {_AT_ADDRESS}")
_BY_NUMBER = Select(Contact, f"WHERE t.phone = %s OR t.id = ANY({_OTHERS.format(kind='phone')}) ORDER BY t.id LIMIT 50")
_CUSTOMER = Select(Customer, "WHERE t.id = %s")
_CONTACT = Select(Contact, "WHERE t.id = %s")
_CUSTOMER_AT = Select(
    Customer,
    f"WHERE t.id = (SELECT t.customer_id FROM customers_contact t WHERE {_AT_ADDRESS})",  # noqa: S608
)


def _known(address: str, number: str, person: str, name: str) -> Contact | None:
    if address:
        contacts, customers = ask_first(
            _BY_ADDRESS.of(address, address, address), _CUSTOMER_AT.of(address, address, address)
        )
        contact = next(iter(contacts), None)
        if contact is None or not customers or customers[0].pk != contact.customer_id:
            return contact and _with_customer(contact)  # somebody changed the address between the two
        contact.customer = customers[0]
        return contact
    if number:
        same = _BY_NUMBER.rows(number, number)
        return next((each for each in map(_with_customer, same) if _is_same(each, person, name)), None)
    return None


def _by_id(contact_id: int) -> Contact:
    contact = _CONTACT.first(contact_id)
    if contact is None:
        raise NotFound
    return _with_customer(contact)


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
            f"SELECT customer_id, contact_id, made FROM customers_register({', '.join(['%s'] * 13)})",  # noqa: S608
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
                customer.initials,
                customer.sounds,
            ],
        )
        customer_id, contact_id, made = cursor.fetchone()
    if not made:
        return Contact.objects.select_related("customer").get(pk=contact_id)
    customer.pk, new.pk, new.customer = customer_id, contact_id, customer
    customer._state.adding = new._state.adding = False
    customer._state.db = new._state.db = connection.alias
    return new
