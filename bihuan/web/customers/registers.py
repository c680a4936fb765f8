"""Register books: their lines on a page, and as a book on paper."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.accounts import queries as accounts
from bihuan.core.clock import system_now
from bihuan.core.errors import Forbidden, NotFound
from bihuan.customers.rules.sheet import write_sheet
from bihuan.documents import Document, Heading, Table, render_docx, render_pdf
from bihuan.issues import operations, queries
from bihuan.issues.queries import BookPage, BookView
from bihuan.web.customers import words
from bihuan.web.customers.forms import Field, Sheet, answer
from bihuan.web.customers.visits import CATEGORIES, KINDS
from bihuan.web.present.company import company
from bihuan.web.request import actor_of, language_of, number_of
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.filters import instant

_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _name(view: BookView) -> str:
    return in_language(view.row.name, view.row.name_en)


def _about(view: BookView) -> str:
    """What belongs in the book, in words."""
    wanted = view.row.filter
    if view.row.source == "visits":
        parts = [queries.kind_of_visit(wanted["kind"])] if "kind" in wanted else [_("来访来电")]
        parts += [queries.category_of_visit(wanted["category"])] if "category" in wanted else []
        return " · ".join(parts)
    if view.row.source == "forms":
        form = queries.register_forms().get(str(wanted.get("form", "")), {})
        return _("填写了 %(form)s 的问题") % {"form": str(form.get("title", wanted.get("form", "")))}
    kind = next((each.name for each in queries.issue_types() if each.key == wanted.get("type")), "")
    return _("类型为%(kind)s的问题") % {"kind": kind} if kind else _("全部问题")


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """All books."""
    actor = actor_of(request)
    books = [
        {
            "key": view.row.key, "name": _name(view), "about": _about(view), "keeper": view.row.keeper.name,
            "active": view.row.is_active, "year": view.years[0].year if view.years else None,
            "last": view.years[0].last if view.years else 0,
        }
        for view in queries.register_books(actor=actor)
    ]  # fmt: skip
    context = {"books": books, "area": words.area(actor), "may_make": actor.can("settings.edit")}
    return render(request, "customers/registers.html", context)


def _year(request: HttpRequest, view: BookView) -> int:
    wanted = number_of(request.GET.get("year"))
    return wanted if wanted and wanted < 10_000 else view.years[0].year if view.years else 2000


@require_GET
@login_required
def page(request: HttpRequest, key: str) -> HttpResponse:
    """The lines of a year, the latest first."""
    actor = actor_of(request)
    view = queries.register_book(actor=actor, key=key)
    year = _year(request, view)
    found = queries.register_page(actor=actor, book=view.row, year=year, cursor=request.GET.get("cursor"))
    row = next((each for each in view.years if each.year == year), None)
    here = reverse("web:register", args=[key])
    context = {
        "book": {
            "key": key, "id": view.row.pk, "name": _name(view), "about": _about(view), "keeper": view.row.keeper.name,
            "active": view.row.is_active,
        },
        "year": year,
        "years": [each.year for each in view.years],
        "closed": row.closed_at if row else None,
        "last": row.last if row else 0,
        "over": year < system_now().year,
        "columns": found.columns,
        "lines": found.lines,
        "following": f"{here}?{urlencode({'year': str(year), 'cursor': found.next})}" if found.next else "",
        "keeps": view.keeps,
        "may_make": actor.can("settings.edit"),
        "area": words.area(actor),
        "now": system_now(),
    }  # fmt: skip
    return render(request, "customers/register.html", context)


@require_GET
@login_required
def paper(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """``/registers/calls.pdf?year=2026&month=11``: the year or the month as a book, numbered, with the keeper's line."""
    if kind not in _TYPES:
        raise NotFound
    actor = actor_of(request)
    view = queries.register_book(actor=actor, key=key)
    year, month = _year(request, view), number_of(request.GET.get("month"))
    if month is not None and not 1 <= month <= 12:
        raise NotFound
    found = queries.register_sheet(actor=actor, book=view.row, year=year, month=month)
    span = f"{year}-{month:02d}" if month else str(year)
    titles = (_("序号"), *found.columns, _("备注"))
    rows = _rows(found)
    if kind == "xlsx":
        content = write_sheet(name=_name(view), titles=titles, rows=rows, widths=[8, *([18] * len(titles))])
    else:
        document = _document(request, view, span, titles, rows)
        fonts = [settings.VAR_DIR / "fonts"]
        content = render_pdf(document, font_folders=fonts) if kind == "pdf" else render_docx(document)
    response = HttpResponse(content, content_type=_TYPES[kind])
    named = content_disposition_header(kind != "pdf", f"{_name(view)}-{span}.{kind}")
    response.headers["Content-Disposition"] = named or "attachment"
    return response


def _rows(found: BookPage) -> tuple[tuple[str, ...], ...]:
    late = _("补登")
    return tuple(
        (str(line.number), *line.cells, " ".join(part for part in (late if line.late else "", line.remark) if part))
        for line in found.lines
    )


def _document(
    request: HttpRequest, view: BookView, span: str, titles: tuple[str, ...], rows: tuple[tuple[str, ...], ...]
) -> Document:
    widths = (44, *([120] * (len(titles) - 2)), 90)
    return Document(
        company=company()["name"],
        title=_name(view),
        code=view.row.key,
        version="1",
        number=span,
        retention="",
        meta=((_("期间"), span), (_("行数"), str(len(rows))), (_("打印时间"), instant(system_now()))),
        sections=(Heading("", (Table(_about(view), titles, rows, widths),)),),
        signatures=((_("保管人"), view.row.keeper.name), (_("审核"), "")),
        language=language_of(request),
        empty=_("这一期没有登记"),
        page_words="Page {0} of {1}" if language_of(request) == "en" else "第 {0} 页，共 {1} 页",
        landscape=True,
    )


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, key: str | None = None) -> HttpResponse:
    """A new book, or another keeper, name or condition of one."""
    actor = actor_of(request)
    if not actor.can("settings.edit"):
        raise Forbidden
    view = queries.register_book(actor=actor, key=key) if key else None
    source = view.row.source if view else (request.POST.get("source") or request.GET.get("source") or "visits")
    people = [(person.username, person.name) for person in accounts.people(actor=actor)]
    row = view.row if view else None
    fields = [
        Field(name="name", label=_("台帐名称"), value=row.name if row else "", required=True, limit=100, focus=True,
              placeholder=_("如 客服电话记录台帐")),
        Field(name="name_en", label=_("英文名称"), value=row.name_en if row else "", limit=100),
        Field(name="keeper", label=_("保管人"), kind="select", value=row.keeper.username if row else actor.username,
              options=people),
    ]  # fmt: skip
    if row is None:
        sources = [("visits", _("来访来电")), ("issues", _("问题")), ("forms", _("表单"))]
        fields.insert(
            1, Field(name="key", label=_("代号"), required=True, limit=64, hint=_("小写字母、数字、短横线，建好后不变"))
        )
        fields.append(Field(name="source", label=_("来源"), kind="select", value=source, options=sources))
    else:
        state = [("on", _("在用")), ("off", _("停用，不再登记"))]
        fields.append(
            Field(name="active", label=_("状态"), kind="select", value="on" if row.is_active else "off", options=state)
        )
    fields += _conditions(source, dict(row.filter) if row else {}, everything=row is None)
    sheet = Sheet(
        title=_("修改台帐") if row else _("新建台帐"),
        lead="" if row else _("符合条件的来访来电、问题或表单会自动登记，每年从 1 号起编号，号码不断不重。"),
        back=reverse("web:register", args=[key]) if key else reverse("web:registers"),
        fields=fields,
    )

    def act(typed: dict[str, str]) -> str:
        made = operations.save_register_book(
            key=key or typed["key"], name=typed["name"], name_en=typed["name_en"], source=typed.get("source", source),
            filter={name: typed.get(name, "") for name in ("kind", "category", "type", "form")},
            keeper=typed["keeper"], is_active=typed.get("active", "on") == "on", actor=actor, now=system_now(),
        )  # fmt: skip
        return reverse("web:register", args=[made.key])

    return answer(request, sheet, act)


def _conditions(source: str, wanted: dict[str, object], *, everything: bool) -> list[Field]:
    """The conditions of the source; of a new book those of every source, since its source is still being chosen."""
    every = _("全部")
    types = [("", every), *((each.key, in_language(each.name, each.name_en)) for each in queries.issue_types())]
    forms = [
        ("", _("请选择")),
        *((code, str(form.get("title", code))) for code, form in queries.register_forms().items()),
    ]
    found = {
        "visits": [
            Field(name="kind", label=_("只登记方式"), kind="select", value=str(wanted.get("kind", "")),
                  options=[("", every), *((key, queries.kind_of_visit(key)) for key in KINDS)],
                  hint=_("来源是来访来电时有效") if everything else ""),
            Field(name="category", label=_("只登记类别"), kind="select", value=str(wanted.get("category", "")),
                  options=[("", every), *((key, queries.category_of_visit(key)) for key in CATEGORIES)]),
        ],
        "issues": [
            Field(name="type", label=_("只登记问题类型"), kind="select", value=str(wanted.get("type", "")), options=types,
                  hint=_("来源是问题时有效") if everything else "")
        ],
        "forms": [
            Field(name="form", label=_("哪张表单"), kind="select", value=str(wanted.get("form", "")), options=forms,
                  hint=_("来源是表单时有效") if everything else "")
        ],
    }  # fmt: skip
    return [field for fields in found.values() for field in fields] if everything else found.get(source, [])


@require_POST
@login_required
def act(request: HttpRequest, key: str) -> HttpResponse:
    """Enters what has come since, closes a year, or keeps a remark."""
    actor, now = actor_of(request), system_now()
    view = queries.register_book(actor=actor, key=key)
    what, year = request.POST.get("act"), number_of(request.POST.get("year")) or 0
    if what == "fill":
        operations.fill_register(book_id=view.row.pk, now=now)
    elif what == "close":
        operations.close_register_year(book_id=view.row.pk, year=year, actor=actor, now=now)
    elif what == "remark":
        entry = number_of(request.POST.get("entry")) or 0
        operations.remark_register_entry(entry_id=entry, remark=request.POST.get("remark", ""), actor=actor, now=now)
    else:
        raise NotFound
    query = f"?{urlencode({'year': year})}" if year else ""
    return redirect(f"{reverse('web:register', args=[key])}{query}")
