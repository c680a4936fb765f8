"""The list of issues: views, conditions, sorting, keyset pages; and the search box of the top bar."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.accounts import queries as accounts
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import NotFound
from bihuan.issues import queries as issues
from bihuan.issues.queries import Filter
from bihuan.web.present.cards import card
from bihuan.web.request import actor_of, is_partial
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.words import STATUSES

PAGE = 50
SORTS = ("updated", "created", "due", "priority")
_NAMES = ("view", "status", "type", "department", "priority", "q", "sort", "cursor", "back")


@dataclass(frozen=True, slots=True)
class Sort:
    """The order of the list and the addresses of the others."""

    key: str
    links: dict[str, str]

    def arrow(self, key: str) -> str:
        """The direction shown in a column's head."""
        if key != self.key:
            return ""
        return "ascending" if key in ("due", "priority") else "descending"


def _given(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "")[:300] for name in _NAMES}


def _link(given: dict[str, str], **changes: str) -> str:
    kept = {name: value for name, value in {**given, "cursor": "", "back": "", **changes}.items() if value}
    return f"{reverse('web:issues')}?{urlencode(kept)}" if kept else reverse("web:issues")


def _views() -> list[tuple[str, str]]:
    return [
        ("", _("全部")),
        ("open", _("全部在办")),
        ("due_soon", _("即将超时")),
        ("overdue", _("已超时")),
        ("waiting_customer", _("待客户")),
        ("closed", _("已关闭")),
    ]


def _filters(given: dict[str, str]) -> list[dict[str, object]]:
    anything = {"value": "", "text": _("全部")}
    return [
        {
            "name": "status",
            "label": _("状态"),
            "value": given["status"],
            "options": [
                anything,
                *({"value": key, "text": word.text} for key, word in STATUSES.items() if key != "draft"),
            ],
        },
        {
            "name": "type",
            "label": _("类型"),
            "value": given["type"],
            "options": [
                anything,
                *({"value": kind.key, "text": in_language(kind.name, kind.name_en)} for kind in issues.issue_types()),
            ],
        },
        {
            "name": "priority",
            "label": _("优先级"),
            "value": given["priority"],
            "options": [anything, *({"value": f"P{n}", "text": f"P{n}"} for n in range(1, 5))],
        },
        {
            "name": "department",
            "label": _("主责部门"),
            "value": given["department"],
            "options": [
                anything,
                *(
                    {"value": place.key, "text": in_language(place.name, place.name_en)}
                    for place in accounts.departments()
                ),
            ],
        },
    ]


def _rows(actor: Actor, given: dict[str, str], now: datetime) -> tuple[list[dict[str, object]], str]:
    wanted = Filter(
        status=given["status"],
        type_key=given["type"],
        department_key=given["department"],
        priority=given["priority"],
        q=given["q"],
        queue=given["view"],
    )
    sort = given["sort"] if given["sort"] in SORTS else "updated"
    page = issues.list_issues(
        actor=actor, filter=wanted, sort=sort, cursor=given["cursor"] or None, limit=PAGE, now=now
    )
    rows = [card(issue, now) for issue in page.items]
    for row, issue in zip(rows, page.items, strict=True):
        row["snippet"] = page.snippets.get(issue.pk, "")
    return rows, page.next or ""


@require_GET
@login_required
def issues_page(request: HttpRequest) -> HttpResponse:
    """The list; htmx gets the table alone."""
    actor, now, given = actor_of(request), system_now(), _given(request)
    rows, following = _rows(actor, given, now)
    sort = given["sort"] if given["sort"] in SORTS else "updated"
    context: dict[str, object] = {
        "now": now,
        "rows": rows,
        "view": given["view"],
        "q": given["q"],
        "views": [{"key": key, "text": text, "href": _link(given, view=key)} for key, text in _views()],
        "filters": _filters(given),
        "sort": Sort(sort, {key: _link(given, sort=key) for key in SORTS}),
        "following": _link(given, cursor=following, back="1") if following else "",
        "previous": _link(given) if given["cursor"] else "",
        "foot": _("本页 %(n)d 件") % {"n": len(rows)},
    }
    return render(request, "issues/rows.html" if is_partial(request) else "issues/list.html", context)


@require_GET
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """A number leads straight to its issue; anything else is searched for."""
    text = request.GET.get("q", "").strip()[:200]
    try:
        return redirect("web:issue", issues.issue_by_number(actor=actor_of(request), number=text).pk)
    except NotFound:
        return redirect(f"{reverse('web:issues')}?{urlencode({'q': text})}")
