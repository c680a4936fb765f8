"""What people demand about their data: taken down, answered in time; the copy of all that is known of one."""

import json
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.calendars import queries as calendars
from bihuan.core.clock import system_now
from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.customers import operations, queries
from bihuan.customers.models import PrivacyRequest
from bihuan.web.customers import words
from bihuan.web.customers.forms import Field, Sheet, answer
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of


def _view(row: PrivacyRequest, now: datetime) -> dict[str, object]:
    """``left``: working days that are left, negative ones past the limit, None once it is answered."""
    calendar = calendars.calendar_for_version(row.calendar)
    seconds = calendar.between(*sorted((now, row.due_at)))
    days = round(seconds / 28_800)
    return {
        "id": row.pk, "kind": _(words.REQUESTS.get(row.kind, row.kind)), "key": row.kind,
        "customer": row.customer.name, "customer_id": row.customer_id, "contact": row.contact.name,
        "contact_id": row.contact_id, "how": row.how, "content": row.content, "received": row.received_at,
        "due": row.due_at, "late": row.status == "open" and row.due_at <= now,
        "left": None if row.status != "open" else -days if row.due_at <= now else days, "status": row.status,
        "handler": row.handler.name if row.handler else "", "answer": row.answer, "closed": row.closed_at,
        "erased": [(key, number) for key, number in row.erased.items() if number],
    }  # fmt: skip


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The register of demands, the open ones first."""
    actor, now = actor_of(request), system_now()
    rows = [_view(row, now) for row in queries.privacy_requests(actor=actor)]
    waiting = [row for row in rows if row["status"] == "open"]
    context = {
        "rows": rows,
        "waiting": len(waiting),
        "late": sum(1 for row in waiting if row["late"]),
        "area": words.area(actor),
        "may_answer": actor.can("customers.privacy"),
        "now": now,
    }
    return render(request, "customers/privacy.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest, customer_id: int, contact_id: int) -> HttpResponse:
    """Takes one down."""
    actor = actor_of(request)
    if not (actor.can("customers.privacy") or actor.can("customers.edit")):
        raise Forbidden
    found = queries.customer_file(actor=actor, customer_id=customer_id)
    one = next((each for each in found.contacts if each.pk == contact_id), None)
    if one is None:
        raise NotFound
    sheet = Sheet(
        title=_("登记 %(name)s 的个人信息请求") % {"name": one.name},
        lead=_("15 个工作日内答复；到期日按工作日历计算。"),
        back=reverse("web:customer", args=[customer_id]),
        button=_("登记"),
        fields=(
            Field(name="kind", label=_("请求什么"), kind="select", options=words.options(words.REQUESTS)),
            Field(name="how", label=_("怎样提出的"), required=True, limit=100, placeholder=_("如 来电，已核对本人")),
            Field(name="content", label=_("原话"), kind="area", limit=20_000, full=True),
        ),
    )

    def act(typed: dict[str, str]) -> str:
        made = operations.open_privacy_request(contact_id=contact_id, actor=actor, now=system_now(), **typed)
        return reverse("web:privacy_request", args=[made.pk])

    return answer(request, sheet, act)


@require_http_methods(["GET", "POST"])
@login_required
def page(request: HttpRequest, request_id: int) -> HttpResponse:
    """One demand: what it asks, how long there is, what stands in the way, and the answer."""
    actor, now = actor_of(request), system_now()
    refusal, status = "", 200
    if request.method == "POST":
        try:
            granted = request.POST.get("then") == "grant"
            text = request.POST.get("answer", "")
            operations.answer_privacy_request(request_id=request_id, granted=granted, answer=text, actor=actor, now=now)
            return redirect("web:privacy_request", request_id)
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            refusal, status = refusal_text(refused), refused.status
    row = queries.privacy_request(actor=actor, request_id=request_id)
    may = actor.can("customers.privacy")
    ask = may and row.status == "open" and row.kind == "delete"
    context = {
        "row": _view(row, now),
        "may_answer": may,
        "obstacles": queries.obstacles(actor=actor, contact_id=row.contact_id) if ask else [],
        "refusal": refusal,
        "typed": request.POST.get("answer", "")[:20_000],
        "now": now,
    }
    return render(request, "customers/privacy_page.html", context, status=status)


@require_POST
@login_required
def copy(request: HttpRequest, contact_id: int) -> HttpResponse:
    """All that is known of a person, as a file that other programs can read; giving it out is noted first."""
    actor, now = actor_of(request), system_now()
    operations.note_personal_copy(contact_id=contact_id, actor=actor, now=now)
    known = queries.personal_copy(actor=actor, contact_id=contact_id)
    text = json.dumps(known, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    name = content_disposition_header(True, f"个人信息副本-{contact_id}.json")
    response.headers["Content-Disposition"] = name or "attachment"
    return response
