"""Visits and calls, demands about personal data, imports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from bihuan.core.actor import Actor
from bihuan.core.cursors import decode_instant, encode_cursor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.customers.models import Contact, Customer, CustomerImport, PrivacyRequest, Visit
from bihuan.customers.permissions import EDIT, PRIVACY, need, sees_all, visible
from bihuan.customers.registry import holders


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFilter:
    """Conditions that all hold; '' asks nothing. ``open``: not settled yet; ``due``: promised before that instant."""

    kind: str = ""
    category: str = ""
    open: bool = False
    due: datetime | None = None
    host: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class VisitPage:
    """``next`` is the cursor of the following page, None at the end."""

    items: list[Visit]
    next: str | None


def visible_visits(actor: Actor) -> QuerySet[Visit]:
    """Those of customers that the actor may see."""
    if sees_all(actor):
        return Visit.objects.all()
    return Visit.objects.filter(customer__in=Customer.objects.filter(visible(actor)).values("pk"))


def list_visits(*, actor: Actor, filter: VisitFilter, cursor: str | None = None, limit: int = 50) -> VisitPage:
    """The latest first; one query."""
    rows = visible_visits(actor)
    plain = {"kind": filter.kind, "category": filter.category, "host_id": filter.host}
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    if filter.open or filter.due:
        rows = rows.filter(settled_at__isnull=True)
    if filter.due:
        rows = rows.filter(next_reply_at__lte=filter.due)
    text = filter.text.replace("\x00", "").strip()[:200]
    if text:
        rows = rows.filter(Q(topic__icontains=text) | Q(customer__name__icontains=text))
    if cursor:
        at, pk = decode_instant(cursor, "visits")
        rows = rows.filter(Q(at__lte=at), Q(at__lt=at) | Q(pk__lt=pk))
    size = max(1, min(limit, 200))
    got = list(rows.select_related("customer", "contact", "host").order_by("-at", "-pk")[: size + 1])
    items = got[:size]
    return VisitPage(items, encode_cursor("visits", items[-1].at, items[-1].pk) if len(got) > size else None)


def visit(*, actor: Actor, visit_id: int) -> Visit:
    """One record."""
    rows = visible_visits(actor).select_related("customer", "contact", "host")
    found = rows.filter(pk=visit_id).first()
    if found is None:
        raise NotFound
    return found


def privacy_requests(*, actor: Actor, open_only: bool = False, limit: int = 200) -> list[PrivacyRequest]:
    """Demands: the open ones first, the next limit first; for who may answer or take them down."""
    if not actor.can(PRIVACY):
        need(actor, EDIT)
    rows = PrivacyRequest.objects.select_related("customer", "contact", "handler")
    rows = rows.filter(customer__in=Customer.objects.filter(visible(actor)).values("pk"))
    waiting = list(rows.filter(status="open").order_by("due_at", "pk")[:limit])
    if open_only:
        return waiting
    return waiting + list(rows.exclude(status="open").order_by("-received_at", "-pk")[:limit])


def privacy_request(*, actor: Actor, request_id: int) -> PrivacyRequest:
    """One demand."""
    if not actor.can(PRIVACY):
        need(actor, EDIT)
    seen = Customer.objects.filter(visible(actor)).values("pk")
    rows = PrivacyRequest.objects.select_related("customer", "contact", "handler")
    found = rows.filter(pk=request_id, customer__in=seen).first()
    if found is None:
        raise NotFound
    return found


def obstacles(*, actor: Actor, contact_id: int) -> list[str]:
    """Why this person's data cannot be erased yet: sentences."""
    need(actor, PRIVACY)
    return [words for holder in holders() for words in holder.obstacles(contact_id)]


def personal_copy(*, actor: Actor, contact_id: int) -> Mapping[str, object]:
    """All that is known of a person, in plain values: the copy that he may demand. Note it before giving it out."""
    if not actor.can(PRIVACY):
        raise Forbidden
    found = Contact.objects.select_related("customer").prefetch_related("identities", "consents").filter(pk=contact_id)
    contact = found.filter(customer__in=Customer.objects.filter(visible(actor))).first()
    if contact is None:
        raise NotFound
    visits = Visit.objects.filter(contact=contact).order_by("at")
    plain = ("name", "position", "email", "phone", "phone_raw", "preferred", "preferred_hours", "language")
    return {
        "contact": {name: getattr(contact, name) for name in plain},
        "customer": {"name": contact.customer.name, "address": contact.customer.address},
        "identities": [{"kind": each.kind, "value": each.value} for each in contact.identities.all()],
        "do_not_contact": contact.blocked,
        "consents": [
            {"purpose": each.purpose, "basis": each.basis, "how": each.how, "evidence": each.evidence,
             "given_at": each.given_at, "withdrawn_at": each.withdrawn_at}
            for each in contact.consents.all()
        ],
        "visits": [
            {"kind": each.kind, "at": each.at, "topic": each.topic, "content": each.content, "answer": each.answer}
            for each in visits
        ],
        **{holder.key: holder.tell(contact.pk) for holder in holders()},
    }  # fmt: skip


def customer_import(*, actor: Actor, import_id: int) -> CustomerImport:
    """One's own import."""
    need(actor, EDIT)
    found = CustomerImport.objects.filter(pk=import_id, by_id=actor.user_id).first()
    if found is None:
        raise NotFound
    return found
