"""Finding customers. Staff only."""

from dataclasses import dataclass

from django.db.models import Q

from bihuan.core.actor import Actor, ActorKind
from bihuan.core.cursors import decode_instant, encode_cursor
from bihuan.core.errors import NotFound
from bihuan.customers.models import Contact, Customer
from bihuan.customers.rules import normalise_email, normalise_phone

MOST = 200


def customer(*, actor: Actor, customer_id: int) -> Customer:
    """One customer with contacts."""
    if actor.kind is ActorKind.CUSTOMER:
        raise NotFound
    found = Customer.objects.prefetch_related("contacts").filter(pk=customer_id).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Page:
    """``next`` is the cursor of the following page, None at the end."""

    items: list[Customer]
    next: str | None


def search_customers(*, actor: Actor, text: str, cursor: str | None = None, limit: int = 50) -> Page:
    """By part of a name, by telephone number in any spelling, by the beginning of an address; the latest first.

    Without a text the latest of all. Two queries whatever is found.
    """
    if actor.kind is ActorKind.CUSTOMER:
        return Page([], None)
    size = max(1, min(limit, MOST))
    found = Customer.objects.prefetch_related("contacts").order_by("-updated_at", "-id")
    wanted = text.replace("\x00", "").strip()[:200]
    if wanted:
        contacts = Q(name__icontains=wanted) | Q(email__startswith=normalise_email(wanted))
        number = normalise_phone(wanted)
        if number:
            contacts |= Q(phone=number)
        by_contact = Contact.objects.filter(contacts).order_by("-customer_id").values("customer_id")[:MOST]
        found = found.filter(Q(name__icontains=wanted) | Q(code__iexact=wanted) | Q(pk__in=by_contact))
    if cursor:
        moment, pk = decode_instant(cursor, "updated")
        found = found.filter(Q(updated_at__lt=moment) | Q(updated_at=moment, pk__lt=pk))
    rows = list(found[: size + 1])
    items = rows[:size]
    return Page(items, encode_cursor("updated", items[-1].updated_at, items[-1].pk) if len(rows) > size else None)
