"""责任矩阵: which department leads for which product, region and type; what no row speaks for; trying it out."""

from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.accounts import queries as accounts
from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.issues import operations, queries
from bihuan.issues.models import ResponsibilityRule
from bihuan.issues.operations import MatrixRow
from bihuan.issues.rules.matrix import Row
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of
from bihuan.web.settings.sections import settings_context
from bihuan.web.ui.environment import in_language

Context = dict[str, object]


def _types() -> dict[str, str]:
    return {kind.key: in_language(kind.name, kind.name_en) for kind in queries.issue_types()}


def _places() -> dict[str, str]:
    return {place.key: in_language(place.name, place.name_en) for place in accounts.departments()}


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """All rows, gaps and overlaps; with ``?try=1`` which row speaks for what was entered."""
    actor = actor_of(request)
    context = settings_context(actor, "matrix")
    found = queries.matrix(actor=actor)
    types, places = _types(), _places()
    rows = [
        {
            "id": row.pk,
            "type": in_language(row.type.name, row.type.name_en) if row.type else "",
            "product": row.product,
            "region": row.region,
            "department": places.get(row.department.key, row.department.name),
            "supports": "、".join(places.get(key, key) for key in row.supports),
        }
        for row in found.rows
    ]
    context |= {
        "rows": rows,
        "gaps": [types.get(key, key) for key in found.gaps],
        "overlaps": [(_words(one, types, places), _words(other, types, places)) for one, other in found.overlaps],
        "types": list(types.items()),
        **_trial(request.GET, types, places),
    }
    return render(request, "settings/matrix.html", context)


def _words(row: Row, types: Mapping[str, str], places: Mapping[str, str]) -> str:
    named = [types.get(row.type, row.type), row.product, row.region]
    what = " · ".join(part for part in named if part) or _("全部问题")
    return f"{what} → {places.get(row.department, row.department)}"


def _trial(given: QueryDict, types: Mapping[str, str], places: Mapping[str, str]) -> Context:
    asked = {name: given.get(name, "").strip()[:100] for name in ("type", "product", "region")}
    if "try" not in given:
        return {"asked": asked, "trial": None}
    products = [asked["product"]] if asked["product"] else []
    fitting = queries.leading(type_key=asked["type"], products=products, region=asked["region"])
    return {"asked": asked, "trial": [_words(row, types, places) for row in fitting]}


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, rule_id: int | None = None) -> HttpResponse:
    """One row, or a new one. What was typed stays when it is refused."""
    actor = actor_of(request)
    context = settings_context(actor, "matrix")
    row = queries.matrix_row(actor=actor, rule_id=rule_id) if rule_id is not None else None
    given, said, status = _as_typed(row), "", 200
    if request.method == "POST":
        given = request.POST
        try:
            operations.save_matrix_row(row=_read(request.POST), rule_id=rule_id, actor=actor, now=system_now())
            messages.success(request, _("已保存，新分派的问题马上按它走。"))
            return redirect("web:settings_matrix")
        except Refused as refused:
            said, status = refusal_text(refused), refused.status
    chosen = given.getlist("supports")
    context |= {
        "given": given,
        "row_id": rule_id,
        "said": said,
        "types": list(_types().items()),
        "departments": list(_places().items()),
        "supports": [(key, name, key in chosen) for key, name in _places().items()],
    }
    return render(request, "settings/matrix_row.html", context, status=status)


def _as_typed(row: ResponsibilityRule | None) -> QueryDict:
    typed = QueryDict(mutable=True)
    if row is not None:
        typed.update(
            {
                "type": row.type.key if row.type else "",
                "product": row.product,
                "region": row.region,
                "department": row.department.key,
            }
        )
        typed.setlist("supports", list(row.supports))
    return typed


def _read(post: QueryDict) -> MatrixRow:
    return MatrixRow(
        type=post.get("type", "")[:64],
        product=post.get("product", ""),
        region=post.get("region", ""),
        department=post.get("department", ""),
        supports=post.getlist("supports")[:50],
    )


@require_POST
@login_required
def delete(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Takes a row out."""
    operations.delete_matrix_row(rule_id=rule_id, actor=actor_of(request), now=system_now())
    return redirect("web:settings_matrix")
