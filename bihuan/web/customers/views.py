"""Customers: finding them, and what they had with us."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.core.clock import system_now
from bihuan.customers import queries as customers
from bihuan.customers.models import Customer
from bihuan.customers.rules import mask_phone
from bihuan.issues import queries as issues
from bihuan.web.present.cards import line
from bihuan.web.present.people import customer_view, kind_word
from bihuan.web.request import actor_of

PAGE = 50


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Customers, the latest first, or those that a text finds; with how many issues of theirs the reader may see."""
    actor, text = actor_of(request), request.GET.get("q", "").strip()[:200]
    found = customers.search_customers(actor=actor, text=text, cursor=request.GET.get("cursor"), limit=PAGE)
    tallies = issues.customer_tallies(actor=actor, customer_ids=[customer.pk for customer in found.items])
    rows = [_row(customer, tallies.get(customer.pk)) for customer in found.items]
    following = f"{reverse('web:customers')}?{urlencode({'q': text, 'cursor': found.next})}" if found.next else ""
    context = {
        "rows": rows,
        "q": text,
        "following": following,
        "now": system_now(),
        "foot": _("本页 %(n)d 位") % {"n": len(rows)},
    }
    return render(request, "customers/list.html", context)


def _row(customer: Customer, tally: issues.CustomerTally | None) -> dict[str, object]:
    contact = next(iter(customer.contacts.all()), None)
    return {
        "id": customer.pk,
        "name": customer.name,
        "contact": contact.name if contact and contact.name != customer.name else "",
        "phone": mask_phone(contact.phone) if contact and contact.phone else "",
        "kind": kind_word(customer.kind),
        "open": tally.open if tally else 0,
        "total": tally.total if tally else 0,
        "last_at": tally.last_at if tally else None,
    }


@require_GET
@login_required
def page(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One customer with all issues that the person may see."""
    actor, now = actor_of(request), system_now()
    customer = customers.customer(actor=actor, customer_id=customer_id)
    contact = next(iter(customer.contacts.all()), None)
    history = issues.history_of_customer(actor=actor, customer_id=customer.pk, but=None)
    context = {
        "customer": customer_view(customer, contact),
        "history": [line(issue, now) for issue in history],
        "now": now,
    }
    return render(request, "customers/page.html", context)
