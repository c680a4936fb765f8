"""The list of issues: views, conditions, sorting, keyset pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.accounts import queries as accounts
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.issues import queries as issues
from bihuan.issues.models import Issue
from bihuan.issues.operations.views import SHARE
from bihuan.issues.rules.columns import ALWAYS, OWN, USUAL
from bihuan.issues.rules.sheets import KINDS
from bihuan.web.issues.bulk import bulk_actions
from bihuan.web.issues.conditions import Words, editor, offered
from bihuan.web.issues.looking import Look, look_of_request
from bihuan.web.present.cards import card
from bihuan.web.request import actor_of, is_partial
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.words import STATUSES, channel_word, status_word

PAGE = 50
SORTS = ("updated", "created", "due", "priority")


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
                *({"value": key, "text": status_word(key).text} for key in STATUSES if key != "draft"),
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


def _rows(actor: Actor, look: Look, now: datetime) -> tuple[list[dict[str, object]], str]:
    page = issues.list_issues(
        actor=actor, filter=look.filter(), sort=look.sort, cursor=look.given["cursor"] or None, limit=PAGE, now=now
    )
    more = set(look.columns) - set(USUAL)
    own = [key for key in look.columns if key.startswith(OWN)]
    rows = [card(issue, now) | (further(issue, own) if more else {}) for issue in page.items]
    for row, issue in zip(rows, page.items, strict=True):
        row["snippet"] = page.snippets.get(issue.pk, "")
        row["marked"] = page.marked.get(issue.pk, ())
    return rows, page.next or ""


def further(issue: Issue, own: Sequence[str]) -> dict[str, object]:
    """What the columns print that are not shown at first."""
    held = set(issue.tags)
    return {
        "created": issue.created_at,
        "resolved": issue.resolved_at,
        "closed": issue.closed_at,
        "channel": channel_word(issue.channel).text,
        "tags": "、".join(in_language(tag.name, tag.name_en) for tag in issues.tags() if tag.pk in held),
        "answers": issue.answers,
        "reopened": issue.reopened,
        **{key: issues.own_cell(issue, key) for key in own},
    }


def saved_views(actor: Actor, look: Look, now: datetime) -> list[dict[str, object]]:
    """The views on the left, each with the number of issues that its list holds."""
    found = issues.views(actor=actor)
    counts = issues.view_counts(actor=actor, views=found, now=now)
    return [
        {
            "id": row.pk,
            "text": row.name,
            "count": counts.get(row.pk),
            "href": f"{reverse('web:issues')}?saved={row.pk}",
            "current": look.saved is not None and look.saved.pk == row.pk,
            "own": row.owner_id == actor.user_id,
            "sign": "star" if row.owner_id == actor.user_id else "people",
        }
        for row in found
    ]


def _changed(look: Look) -> bool:
    """Whether the open view is no longer as it was kept."""
    given = look.given
    return any(given[name] for name in ("where", "status", "type", "department", "priority", "q", "view")) or bool(
        look.saved and given["sort"] not in ("", look.saved.sort)
    )


def _list_context(request: HttpRequest, look: Look, now: datetime) -> dict[str, object]:
    actor, given = actor_of(request), look.given
    rows, following = _rows(actor, look, now)
    known = issues.all_columns()
    return {
        "now": now,
        "rows": rows,
        "view": given["view"],
        "q": given["q"],
        "look": look,
        "where": given["where"],
        "saved_id": given["saved"],
        "filters": _filters(given),
        "chips": Words(actor).groups(look),
        "fields": offered(look),
        "editor": editor(request.GET.get("field", ""), actor, look),
        "columns": [(key, known[key]) for key in look.columns],
        "sort": Sort(look.sort, {key: look.link(sort=key) for key in SORTS}),
        "following": look.link(cursor=following, back="1") if following else "",
        "previous": look.link() if given["cursor"] else "",
        "foot": _("本页 %(n)d 件") % {"n": len(rows)},
        "query": look.query(),
        "bulk": bulk_actions(actor),
    }


@require_GET
@login_required
def issues_page(request: HttpRequest) -> HttpResponse:
    """The list; htmx gets the table alone."""
    actor, now, look = actor_of(request), system_now(), look_of_request(request)
    context = _list_context(request, look, now)
    if is_partial(request):
        return render(request, "issues/rows.html", context)
    context |= {
        "views": [{"key": key, "text": text, "href": _tab(look, key)} for key, text in _views()],
        "tab": "-" if look.saved else look.given["view"],
        "saved": saved_views(actor, look, now),
        "open_view": _open_view(actor, look),
        "all_columns": [(key, text, key in look.columns, key in ALWAYS) for key, text in issues.all_columns().items()],
        "compact": look.habit.compact,
        "kinds": [(key, _(text)) for key, text in KINDS.items()],
        "may_share": actor.can(SHARE),
        "roles": [(role.key, in_language(role.name, role.name_en)) for role in accounts.roles()],
        "departments": [(each.key, in_language(each.name, each.name_en)) for each in accounts.departments()],
    }
    return render(request, "issues/list.html", context)


def _tab(look: Look, key: str) -> str:
    return look.link(view=key, saved="", where="" if look.saved else look.given["where"])


def _open_view(actor: Actor, look: Look) -> dict[str, object] | None:
    row = look.saved
    if row is None:
        return None
    return {
        "id": row.pk,
        "name": row.name,
        "own": row.owner_id == actor.user_id,
        "owner": row.owner.name,
        "changed": _changed(look),
        "opens": look.habit.view_id == row.pk,
        "sharing": row.sharing,
        "role": row.role,
        "department": row.department_id,
    }
