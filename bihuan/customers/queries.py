"""Finding customers. Staff only."""

from django.db.models import Q

from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import NotFound
from bihuan.customers.models import Contact, Customer
from bihuan.customers.rules import normalise_email, normalise_phone


def customer(*, actor: Actor, customer_id: int) -> Customer:
    """One customer with contacts."""
    if actor.kind is ActorKind.CUSTOMER:
        raise NotFound
    found = Customer.objects.prefetch_related("contacts").filter(pk=customer_id).first()
    if found is None:
        raise NotFound
    return found


def search_customers(*, actor: Actor, text: str, limit: int = 50) -> list[Customer]:
    """By part of a name, by telephone number, by the beginning of an address; the newest without a text."""
    if actor.kind is ActorKind.CUSTOMER:
        return []
    found = Customer.objects.prefetch_related("contacts").order_by("-updated_at", "-id")
    wanted = text.strip()[:200]
    if wanted:
        contacts = Q(name__icontains=wanted) | Q(email__startswith=normalise_email(wanted))
        number = normalise_phone(wanted)
        if number:
            contacts |= Q(phone=number)
        by_contact = Contact.objects.filter(contacts).values("customer_id")[:limit]
        found = found.filter(Q(name__icontains=wanted) | Q(pk__in=by_contact))
    return list(found[:limit])
