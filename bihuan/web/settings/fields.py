"""自定义字段: what the company asks about its issues besides."""

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.core.clock import system_now
from bihuan.core.errors import NotFound, Refused
from bihuan.issues import operations, queries
from bihuan.issues.operations import NewField
from bihuan.issues.rules.fields import AT_CREATION, KINDS, Field
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of
from bihuan.web.settings.sections import settings_context
from bihuan.web.ui.environment import in_language

_NAMES = (
    "name", "name_en", "key", "kind", "type", "options", "required", "step", "help", "unit", "least", "most", "position",
)  # fmt: skip


class BadBound(Refused):
    code = "bad_bound"
    text = gettext_noop("“%(value)s”不是数。")


def _types() -> list[tuple[str, str]]:
    return [(kind.key, in_language(kind.name, kind.name_en)) for kind in queries.issue_types()]


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """All fields."""
    context = settings_context(actor_of(request), "fields")
    types = {kind.pk: in_language(kind.name, kind.name_en) for kind in queries.issue_types()}
    rows = [
        {
            "id": each.id,
            "name": in_language(each.name, each.name_en),
            "key": each.key,
            "kind": _(KINDS[each.kind]),
            "type": types.get(each.type_id or 0, ""),
            "required": _("登记时") if each.required == AT_CREATION else each.required,
            "active": each.is_active,
        }
        for each in queries.field_definitions()
    ]
    return render(request, "settings/fields.html", context | {"fields": rows})


def _plain(value: Decimal | None) -> str:
    return f"{value.normalize():f}" if value is not None else ""


def _typed(request: HttpRequest, found: Field | None) -> dict[str, str]:
    if request.method == "POST":
        return {name: request.POST.get(name, "")[:10_000] for name in _NAMES}
    if found is None:
        return dict.fromkeys(_NAMES, "") | {"kind": "text", "position": "0"}
    kind = next((each for each in queries.issue_types() if each.pk == found.type_id), None)
    at_step = found.required not in ("", AT_CREATION)
    return {
        "name": found.name,
        "name_en": found.name_en,
        "key": found.key,
        "kind": found.kind,
        "type": kind.key if kind else "",
        "options": "\n".join(found.options),
        "required": "step" if at_step else found.required,
        "step": found.required if at_step else "",
        "help": found.help,
        "unit": found.unit,
        "least": _plain(found.least),
        "most": _plain(found.most),
        "position": str(found.position),
    }


def _bound(text: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        found = Decimal(text.strip())
    except InvalidOperation as error:
        raise BadBound(params={"value": text[:30]}) from error
    if not found.is_finite() or abs(found) >= Decimal(10) ** 13:
        raise BadBound(params={"value": text[:30]})
    return found


def _read(typed: dict[str, str], active: bool) -> NewField:
    position = typed["position"].strip()
    return NewField(
        name=typed["name"],
        name_en=typed["name_en"],
        key=typed["key"].strip(),
        kind=typed["kind"],
        type_key=typed["type"],
        options=[line for line in typed["options"].splitlines() if line.strip()],
        required=typed["step"] if typed["required"] == "step" else typed["required"],
        help=typed["help"],
        unit=typed["unit"],
        least=_bound(typed["least"]),
        most=_bound(typed["most"]),
        position=int(position) if position.isascii() and position.isdecimal() and len(position) < 6 else 0,
        is_active=active,
    )


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, field_id: int | None = None) -> HttpResponse:
    """One field, or a new one."""
    actor = actor_of(request)
    context = settings_context(actor, "fields")
    found = queries.field_definition(field_id) if field_id is not None else None
    if field_id is not None and found is None:
        raise NotFound
    typed, said, status = _typed(request, found), "", 200
    if request.method == "POST":
        try:
            given = _read(typed, request.POST.get("active", "1") == "1")
            saved = operations.save_field(field_id=field_id, given=given, actor=actor, now=system_now())
            messages.success(request, _("已保存“%(name)s”。") % {"name": saved.name})
            return redirect("web:settings_fields")
        except Refused as refused:
            if refused.status not in (409, 422):
                raise
            said, status = refusal_text(refused), refused.status
    context |= {
        "typed": typed,
        "found": {"id": found.id, "active": found.is_active, "kind": _(KINDS[found.kind])} if found else None,
        "kinds": [(key, _(word)) for key, word in KINDS.items()],
        "types": _types(),
        "said": said,
    }
    return render(request, "settings/field.html", context, status=status)
