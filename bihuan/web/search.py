"""One search over everything: issues, what was said, customers, articles; each only as far as the reader may see it."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import NotFound
from bihuan.customers import queries as customers
from bihuan.issues import queries as issues
from bihuan.knowledge import queries as knowledge
from bihuan.web.present.people import kind_word
from bihuan.web.request import actor_of
from bihuan.web.ui.words import channel_word

PAGE = 20
_FEW = 5
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One line: what it is, whose or where, and the part of it in which the words were found."""

    href: str
    title: str
    meta: tuple[str, ...]
    at: datetime
    chip: str = ""
    status: str = ""
    marked: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Of one kind: a page of hits, the cursor of the next."""

    rows: list[Hit]
    next: str | None

    @property
    def count(self) -> str:
        """How many; of more than a page only that there are more, because to count them all may take seconds."""
        return f"{len(self.rows)}+" if self.next else str(len(self.rows))


def _issues(actor: Actor, text: str, cursor: str | None, now: datetime) -> Found:
    page = issues.search(actor=actor, text=text, cursor=cursor, limit=PAGE, now=now)
    rows = [
        Hit(
            href=reverse("web:issue", args=[issue.pk]),
            title=issue.title,
            meta=(issue.number, issue.customer_name),
            status=issue.status,
            at=issue.created_at,
            marked=page.marked.get(issue.pk, ()),
        )
        for issue in page.items
    ]
    return Found(rows, page.next)


def _messages(actor: Actor, text: str, cursor: str | None, now: datetime) -> Found:
    page = issues.search_messages(actor=actor, text=text, cursor=cursor, limit=PAGE, now=now)
    rows = [
        Hit(
            href=f"{reverse('web:issue', args=[said.issue.pk])}#entry-{said.entry_id}",
            title=said.author,
            meta=(said.issue.number, said.issue.title),
            chip=_("内部备注") if said.internal else channel_word(said.channel).text if said.channel else "",
            at=said.at,
            marked=said.marked,
        )
        for said in page.items
    ]
    return Found(rows, page.next)


def _customers(actor: Actor, text: str, cursor: str | None, now: datetime) -> Found:
    page = customers.search_customers(actor=actor, text=text, cursor=cursor, limit=PAGE)
    rows = [
        Hit(
            href=reverse("web:customer", args=[each.pk]),
            title=each.name,
            meta=tuple(part for part in (each.code, each.region, each.tier) if part),
            chip=kind_word(each.kind),
            at=each.updated_at,
        )
        for each in page.items
    ]
    return Found(rows, page.next)


def _articles(actor: Actor, text: str, cursor: str | None, now: datetime) -> Found:
    page = knowledge.search(actor=actor, text=text, cursor=cursor, limit=PAGE)
    rows = [
        Hit(
            href=reverse("web:article", args=[each.pk]),
            title=each.title,
            meta=(each.keywords,),
            at=each.updated_at,
            marked=((page.snippets.get(each.pk) or each.body[:80], False),),
        )
        for each in page.items
    ]
    return Found(rows, page.next)


_KINDS = {"issues": _issues, "messages": _messages, "customers": _customers, "articles": _articles}


def _names() -> dict[str, str]:
    return {"issues": _("问题"), "messages": _("对话"), "customers": _("客户"), "articles": _("知识")}


@require_GET
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """``?q=…&in=messages``. An issue's number leads straight to it."""
    actor, now = actor_of(request), system_now()
    text = request.GET.get("q", "").replace("\x00", "").strip()[:_LONGEST]
    chosen = request.GET.get("in", "")
    chosen = chosen if chosen in _KINDS else ""
    if text and not chosen:
        try:
            return redirect("web:issue", issues.issue_by_number(actor=actor, number=text).pk)
        except NotFound:
            pass
    cursor = request.GET.get("cursor")
    found = {
        kind: look(actor, text, cursor if kind == chosen else None, now)
        for kind, look in _KINDS.items()
        if text and (not cursor or kind == chosen)  # a further page shows its own kind alone
    }
    return render(request, "search/page.html", _context(text, chosen, found, now))


def _context(text: str, chosen: str, found: dict[str, Found], now: datetime) -> dict[str, object]:
    names, here = _names(), reverse("web:search")
    address = {kind: f"{here}?{urlencode({'q': text, 'in': kind})}" for kind in _KINDS}
    tabs = [{"key": "", "text": _("全部"), "href": f"{here}?{urlencode({'q': text})}"}]
    for kind in _KINDS:
        tabs.append({"key": kind, "text": names[kind], "href": address[kind]})
    shown = {kind: hits for kind, hits in found.items() if hits.rows and chosen in ("", kind)}
    following = found[chosen].next if chosen in found else None
    return {
        "q": text,
        "chosen": chosen,
        "tabs": [{**tab, "count": found[tab["key"]].count if tab["key"] in found else ""} for tab in tabs],
        "groups": [
            {
                "name": names[kind],
                "rows": hits.rows if chosen else hits.rows[:_FEW],
                "more": "" if chosen or len(hits.rows) <= _FEW else address[kind],
                "count": hits.count,
            }
            for kind, hits in shown.items()
        ],
        "following": f"{address[chosen]}&{urlencode({'cursor': following})}" if following else "",
        "list_href": f"{reverse('web:issues')}?{urlencode({'q': text})}",
        "now": now,
    }
