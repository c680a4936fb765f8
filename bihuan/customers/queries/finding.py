"""Finding customers."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from bihuan.core.actor import Actor
from bihuan.core.cursors import decode_cursor, decode_instant, encode_cursor
from bihuan.core.errors import NotFound
from bihuan.customers.models import Asset, Contact, Contract, Customer, Identity
from bihuan.customers.permissions import visible
from bihuan.customers.rules import normalise_email, normalise_phone

MOST = 200
ORDERS = ("updated", "name")
_LETTERS = re.compile(r"[A-Za-z][A-Za-z0-9]{1,31}")
SOON = 60
"""Days before its end in which a contract or a warranty is listed as ending soon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFilter:
    """Conditions that all hold; '' and None ask nothing. ``ending``: something of theirs ends within so many days from
    ``today`` on. ``manager``: the id of the account manager."""

    text: str = ""
    kind: str = ""
    tier: str = ""
    region: str = ""
    ending: int | None = None
    manager: int | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """``next`` is the cursor of the following page, None at the end."""

    items: list[Customer]
    next: str | None


def customer(*, actor: Actor, customer_id: int) -> Customer:
    """One customer with contacts. Not found where the actor may not see it."""
    found = (
        Customer.objects.select_related("manager", "merged_into")
        .prefetch_related("contacts")
        .filter(visible(actor), pk=customer_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def ending_soon(today: date, days: int) -> Q:
    """Customers with a contract or warranty whose last day lies within the days from today on."""
    span = (today, today + timedelta(days=days))
    return Q(Exists(Contract.objects.filter(customer_id=OuterRef("pk"), ends_on__range=span))) | Q(
        Exists(Asset.objects.filter(customer_id=OuterRef("pk"), warranty_until__range=span))
    )


def _by_text(rows: QuerySet[Customer], text: str) -> QuerySet[Customer]:
    address, number = normalise_email(text), normalise_phone(text)
    contacts = Q(name__icontains=text) | Q(email__startswith=address)
    others = Q(kind="email", value__startswith=address) | Q(kind__in=("wechat", "other"), value__iexact=text)
    if number:
        contacts |= Q(phone=number)
        others |= Q(kind="phone", value=number)
    by_contact = Contact.objects.filter(contacts).order_by("-customer_id").values("customer_id")[:MOST]
    by_other = Identity.objects.filter(others).order_by("-pk").values("contact__customer_id")[:MOST]
    by_thing = Asset.objects.filter(serial__iexact=text).values("customer_id")
    by_contract = Contract.objects.filter(number__iexact=text).values("customer_id")
    found = Q(name__icontains=text) | Q(code__iexact=text)
    if _LETTERS.fullmatch(text):  # as on a keyboard: the initials of a name
        found |= Q(initials__startswith=text.lower())
    for ids in (by_contact, by_other, by_thing, by_contract):
        found |= Q(pk__in=ids)
    return rows.filter(found)


def _filtered(rows: QuerySet[Customer], wanted: CustomerFilter) -> QuerySet[Customer]:
    plain = {"kind": wanted.kind, "tier": wanted.tier, "region": wanted.region, "manager_id": wanted.manager}
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    if wanted.ending is not None and wanted.today is not None:
        rows = rows.filter(ending_soon(wanted.today, wanted.ending))
    text = wanted.text.replace("\x00", "").strip()[:200]
    return _by_text(rows, text) if text else rows


def search_customers(
    *,
    actor: Actor,
    text: str = "",
    filter: CustomerFilter | None = None,
    sort: str = "updated",
    cursor: str | None = None,
    limit: int = 50,
) -> Page:
    """By part of a name or its initials in pinyin, by telephone number in any spelling, by the beginning of an address,
    by a number of a contract or thing. Merged ones are left out.

    ``sort``: "updated" (the latest first) or "name" (by its sounds, as a Chinese index is). Without a text all of them.
    Two queries whatever is found.
    """
    size = max(1, min(limit, MOST))
    rows = Customer.objects.filter(visible(actor), merged_into__isnull=True)
    found = _filtered(rows, filter or CustomerFilter(text=text)).prefetch_related("contacts")
    got = list(_in_order(found, sort, cursor)[: size + 1])
    items = got[:size]
    return Page(items, _behind(items[-1], sort) if len(got) > size else None)


def _in_order(rows: QuerySet[Customer], sort: str, cursor: str | None) -> QuerySet[Customer]:
    if sort == "name":
        if cursor:
            sounds, pk = decode_cursor(cursor, "name")
            rows = rows.filter(Q(sounds__gte=sounds), Q(sounds__gt=sounds) | Q(pk__gt=pk))
        return rows.order_by("sounds", "id")
    if cursor:
        moment, pk = decode_instant(cursor, "updated")
        rows = rows.filter(Q(updated_at__lte=moment), Q(updated_at__lt=moment) | Q(pk__lt=pk))
    return rows.order_by("-updated_at", "-id")


def _behind(last: Customer, sort: str) -> str:
    return encode_cursor(sort, last.sounds if sort == "name" else last.updated_at, last.pk)


def known_customers(*, phone: str, email: str, limit: int = 20) -> list[int]:
    """Ids of the customers of whose people one is reached by that number or address. For queries that check themselves
    what of it the reader may see. Two queries."""
    address, number = normalise_email(email.replace("\x00", "")), normalise_phone(phone)
    if not address and not number:
        return []
    reached = Q(email=address) if address else Q(pk__in=[])
    others = Q(kind="email", value=address) if address else Q(pk__in=[])
    if number:
        reached |= Q(phone=number)
        others |= Q(kind="phone", value=number)
    found = list(Contact.objects.filter(reached).order_by("-pk").values_list("customer_id", flat=True)[:limit])
    found += Identity.objects.filter(others).order_by("-pk").values_list("contact__customer_id", flat=True)[:limit]
    return list(dict.fromkeys(found))
