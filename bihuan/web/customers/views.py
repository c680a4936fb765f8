"""Customers: finding them, and what they had with us."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.core.clock import system_now
from bihuan.customers import queries as customers
from bihuan.customers.rules import mask_phone
from bihuan.issues import queries as issues
from bihuan.web.present.cards import line
from bihuan.web.present.people import customer_view, kind_word
from bihuan.web.request import actor_of

PAGE = 100


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Customers by name, or those that a text finds."""
    text = request.GET.get("q", "").strip()[:200]
    found = customers.search_customers(actor=actor_of(request), text=text, limit=PAGE)
    rows = []
    for customer in found:
        contact = next(iter(customer.contacts.all()), None)
        rows.append(
            {
                "id": customer.pk,
                "name": customer.name,
                "contact": contact.name if contact else "",
                "phone": mask_phone(contact.phone) if contact and contact.phone else "",
                "kind": kind_word(customer.kind),
            }
        )
    context = {"rows": rows, "q": text, "foot": _("本页 %(n)d 位") % {"n": len(rows)}}
    return render(request, "customers/list.html", context)


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
