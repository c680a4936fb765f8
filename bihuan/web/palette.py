"""The field at the top: what was typed may be a page, a queue, an issue or a customer. The script adds what the open
page can do."""

from collections.abc import Iterable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.pinyin import initials_of
from bihuan.customers import queries as customers
from bihuan.issues import queries as issues
from bihuan.web.desk.queues import QUEUES
from bihuan.web.request import actor_of
from bihuan.web.settings.sections import sections
from bihuan.web.ui.navigation import places

_FEW = 6
_LONGEST = 100

Entry = dict[str, str]


def _pages(actor: Actor) -> Iterable[Entry]:
    for place, href in places(actor):
        yield {"text": place.text, "href": href, "icon": place.icon, "more": ""}
    for queue in QUEUES:
        href = f"{reverse('web:desk')}?queue={queue.key}"
        yield {"text": _(queue.label), "href": href, "icon": queue.sign, "more": _("队列")}
    for group, entries in sections(actor):
        for each in entries:
            yield {"text": each["text"], "href": each["href"], "icon": each["icon"], "more": group}


def _fits(entry: Entry, text: str) -> bool:
    """By any part of its name, or by the initials of its pinyin."""
    wanted = text.casefold()
    return wanted in entry["text"].casefold() or initials_of(entry["text"]).startswith(wanted)


def _issues(actor: Actor, text: str) -> list[Entry]:
    page = issues.list_issues(actor=actor, filter=issues.Filter(q=text), limit=_FEW, now=system_now())
    return [
        {
            "text": issue.title,
            "href": reverse("web:issue", args=[issue.pk]),
            "icon": "case",
            "more": f"{issue.number} · {issue.customer_name}",
        }
        for issue in page.items
    ]


def _customers(actor: Actor, text: str) -> list[Entry]:
    page = customers.search_customers(actor=actor, text=text, limit=_FEW)
    return [
        {"text": each.name, "href": reverse("web:customer", args=[each.pk]), "icon": "people", "more": each.region}
        for each in page.items
    ]


@require_GET
@login_required
def palette(request: HttpRequest) -> HttpResponse:
    """What fits, in groups; without a text the pages alone."""
    actor, text = actor_of(request), request.GET.get("q", "").replace("\x00", "").strip()[:_LONGEST]
    found = [entry for entry in _pages(actor) if not text or _fits(entry, text)][: _FEW if text else 8]
    groups = [(_("问题"), _issues(actor, text)), (_("客户"), _customers(actor, text))] if text else []
    context = {"text": text, "groups": [*groups, (_("去"), found)]}
    return render(request, "components/palette.html", context)
