"""Calls and visits: written down while they last, settled, or handed over to an issue."""

from collections.abc import Mapping
from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.core.clock import system_now
from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.customers import operations
from bihuan.customers import queries as customers
from bihuan.customers.models import Visit
from bihuan.customers.operations import Record
from bihuan.customers.queries import VisitFilter
from bihuan.customers.rules import mask_phone
from bihuan.issues import operations as issue_operations
from bihuan.issues import queries as issues
from bihuan.web.customers import words
from bihuan.web.customers.forms import local_input, read_number, read_time
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, is_partial, number_of

KINDS = ("call", "visit", "call_out", "visit_out")
CATEGORIES = ("inquiry", "complaint", "routine", "other")
_SCOPES = ("", "open", "due", "mine")


def _view(visit: Visit) -> dict[str, object]:
    contact = visit.contact
    return {
        "id": visit.pk, "kind": issues.kind_of_visit(visit.kind), "kind_key": visit.kind,
        "category": issues.category_of_visit(visit.category), "category_key": visit.category, "at": visit.at,
        "minutes": visit.minutes, "place": visit.place, "people": visit.people, "topic": visit.topic,
        "content": visit.content, "answer": visit.answer, "customer": visit.customer.name,
        "customer_id": visit.customer_id, "contact": contact.name if contact else "",
        "phone": mask_phone(contact.phone) if contact else "", "host": visit.host.name,
        "next": visit.next_reply_at, "settled": visit.settled_at,
        "clears": [(_(text), visit.clears.get(key, "")) for key, text in words.CLEARS.items()],
    }  # fmt: skip


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The latest first; the open ones, those whose reply is due, one's own."""
    actor, now = actor_of(request), system_now()
    given = {name: request.GET.get(name, "")[:200] for name in ("q", "scope", "kind", "category")}
    wanted = VisitFilter(
        kind=given["kind"],
        category=given["category"],
        open=given["scope"] == "open",
        due=now if given["scope"] == "due" else None,
        host=actor.user_id if given["scope"] == "mine" else None,
        text=given["q"],
    )
    found = customers.list_visits(actor=actor, filter=wanted, cursor=request.GET.get("cursor"))
    gone_on = issues.issues_of_visits(actor=actor, visit_ids=[each.pk for each in found.items])
    kept = {name: value for name, value in given.items() if value}
    names = {"": _("全部记录"), "open": _("没有办结"), "due": _("该回复了"), "mine": _("我接待的")}
    context = {
        "rows": [
            {**_view(each), "issue": gone_on[each.pk].number if each.pk in gone_on else "",
             "late": each.settled_at is None and each.next_reply_at is not None and each.next_reply_at <= now}
            for each in found.items
        ],
        "given": given,
        "scopes": [(key, names[key]) for key in _SCOPES],
        "kinds": [(key, issues.kind_of_visit(key)) for key in KINDS],
        "categories": [(key, issues.category_of_visit(key)) for key in CATEGORIES],
        "following": f"{reverse('web:visits')}?{urlencode({**kept, 'cursor': found.next})}" if found.next else "",
        "area": words.area(actor),
        "may_record": actor.can("issues.create"),
        "now": now,
        "foot": _("本页 %(n)d 条") % {"n": len(found.items)},
    }  # fmt: skip
    return render(request, "customers/visits.html", context)


# -- writing down ---------------------------------------------------------------------------------------------------


def _record(request: HttpRequest) -> Record:
    post = request.POST

    def text(name: str) -> str:
        return post.get(name, "").strip()

    return Record(
        customer_id=number_of(post.get("customer")),
        contact_id=number_of(post.get("contact")),
        at=read_time(text("at")) or system_now(),
        minutes=read_number(text("minutes")),
        next_reply_at=read_time(text("next_reply_at")),
        clears={key: post.get(f"clear_{key}", "") for key in words.CLEARS},
        settled=post.get("then") == "settle",
        kind=text("kind"),
        category=text("category"),
        topic=text("topic"),
        name=text("name"),
        organisation=text("organisation"),
        phone=text("phone"),
        place=text("place"),
        people=text("people"),
        content=text("content"),
        answer=text("answer"),
    )


def _form(request: HttpRequest, typed: Mapping[str, str], refusal: str, status: int) -> HttpResponse:
    actor, now = actor_of(request), system_now()
    customer_id = number_of(typed.get("customer"))
    one = customers.customer(actor=actor, customer_id=customer_id) if customer_id else None
    context = {
        "typed": typed,
        "kinds": [(key, issues.kind_of_visit(key)) for key in KINDS],
        "categories": [(key, issues.category_of_visit(key)) for key in CATEGORIES],
        "clears": [(key, _(text)) for key, text in words.CLEARS.items()],
        "one": {
            "id": one.pk,
            "name": one.name,
            "needs": one.needs,
            "people": [(str(each.pk), each.name) for each in one.contacts.all()],
        }
        if one
        else None,
        "refusal": refusal,
        "now_input": local_input(now),
        "tomorrow": local_input(now + timedelta(days=1)),
    }
    return render(request, "customers/visit_new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """The form beside a call. It keeps the record, settles it at once, or makes an issue of it, as the button says."""
    actor, now = actor_of(request), system_now()
    if not actor.can("issues.create"):
        raise Forbidden
    if request.method == "GET":
        typed = {name: request.GET.get(name, "")[:200] for name in ("customer", "contact", "phone", "kind")}
        return _form(request, {**typed, "kind": typed["kind"] or "call", "category": "inquiry"}, "", 200)
    try:
        if request.POST.get("then") == "issue":
            issue = issue_operations.record_visit_as_issue(record=_record(request), actor=actor, now=now)
            return redirect("web:issue", issue.pk)
        made = operations.record_visit(record=_record(request), actor=actor, now=now)
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        typed = {name: str(value)[:20_000] for name, value in request.POST.items()}
        return _form(request, typed, refusal_text(refused), refused.status)
    return redirect("web:visit", made.pk)


@require_GET
@login_required
def callers(request: HttpRequest) -> HttpResponse:
    """Who is known under the number that is being typed: all of them, to choose from."""
    found = customers.callers(actor=actor_of(request), phone=request.GET.get("phone", ""))
    rows = [
        {"id": each.pk, "name": each.name, "customer": each.customer.name, "customer_id": each.customer_id,
         "tier": each.customer.tier, "blocked": bool(each.blocked)}
        for each in found
    ]  # fmt: skip
    if not is_partial(request):
        raise NotFound
    return render(request, "customers/callers.html", {"rows": rows, "phone": request.GET.get("phone", "")[:64]})


@require_http_methods(["GET", "POST"])
@login_required
def page(request: HttpRequest, visit_id: int) -> HttpResponse:
    """One record: settled with an answer, given another promise, or made an issue of."""
    actor, now = actor_of(request), system_now()
    visit = customers.visit(actor=actor, visit_id=visit_id)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            if request.POST.get("act") == "issue":
                issue = issue_operations.open_issue_of_visit(visit_id=visit_id, actor=actor, now=now)
                return redirect("web:issue", issue.pk)
            _settle_or_promise(request, visit_id)
            return redirect("web:visit", visit_id)
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            refusal, status = refusal_text(refused), refused.status
    gone_on = issues.issues_of_visits(actor=actor, visit_ids=[visit_id]).get(visit_id)
    context = {
        "visit": _view(visit),
        "issue": {"id": gone_on.pk, "number": gone_on.number, "status": gone_on.status} if gone_on else None,
        "may_record": actor.can("issues.create"),
        "refusal": refusal,
        "typed": {name: str(value)[:20_000] for name, value in request.POST.items()},
        "clear_fields": [(key, _(text), visit.clears.get(key, "")) for key, text in words.CLEARS.items()],
        "now": now,
    }
    return render(request, "customers/visit.html", context, status=status)


def _settle_or_promise(request: HttpRequest, visit_id: int) -> None:
    actor, now, post = actor_of(request), system_now(), request.POST
    if post.get("act") == "settle":
        clears = {key: post.get(f"clear_{key}", "") for key in words.CLEARS}
        operations.settle_visit(visit_id=visit_id, answer=post.get("answer", ""), clears=clears, actor=actor, now=now)
    elif post.get("act") == "promise":
        at = read_time(post.get("next_reply_at", "").strip()) or now
        operations.promise_next_reply(visit_id=visit_id, at=at, actor=actor, now=now)
    else:
        raise NotFound
