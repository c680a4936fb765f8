"""Showing what is hidden of a contact: a reason first, the value on this page alone."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_POST

from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.customers import operations as customers
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of

_WORDS = {"phone": gettext_noop("电话"), "email": gettext_noop("邮箱"), "address": gettext_noop("地址")}


@require_POST
@login_required
def reveal(request: HttpRequest, contact_id: int) -> HttpResponse:
    """The part of the page with the value, or with why not; what was typed is still there."""
    field, reason = request.POST.get("field", "")[:16], request.POST.get("reason", "")[:1000]
    context: dict[str, object] = {"contact_id": contact_id, "reason": reason, "field": field, "error": "", "value": ""}
    status = 200
    try:
        context["value"] = customers.reveal_contact(
            contact_id=contact_id, field=field, reason=reason, actor=actor_of(request), now=system_now()
        )
        context["label"] = gettext(_WORDS[field])
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        context["error"], status = refusal_text(refused), refused.status
    context["hidden"] = [(key, gettext(words)) for key, words in _WORDS.items()]
    return render(request, "customers/reveal.html", context, status=status)
