"""Reading register books: lines in their order, in words; a line whose issue the reader may not see is left out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core.actor import Actor, ActorKind
from bihuan.core.cursors import decode_cursor, encode_cursor
from bihuan.core.errors import NotFound, Refused
from bihuan.customers import queries as customers
from bihuan.customers.rules import mask_phone
from bihuan.flows import queries as flows
from bihuan.issues.models import FormRecord, Issue, RegisterBook, RegisterEntry, RegisterYear
from bihuan.issues.models.registers import BookSource
from bihuan.issues.permissions import visible
from bihuan.issues.queries.reference import DEFAULT_FLOW
from bihuan.issues.rules.registers import MOST_FIELDS, MOST_PRINTED, Line

_KINDS = {
    "call": gettext_noop("来电"), "call_out": gettext_noop("去电"), "visit": gettext_noop("来访"),
    "visit_out": gettext_noop("拜访"),
}  # fmt: skip
_CATEGORIES = {
    "inquiry": gettext_noop("咨询"), "complaint": gettext_noop("投诉"), "routine": gettext_noop("日常服务"),
    "other": gettext_noop("其他"),
}  # fmt: skip


class TooManyLines(Refused):
    code = "register_too_long"
    text = gettext_noop("这一册有 %(n)s 行，一次最多打印 2,000 行，请选择月份分开打印。")


def kind_of_visit(key: str) -> str:
    """来电, 来访 … in the active language."""
    return _(_KINDS.get(key, key))


def category_of_visit(key: str) -> str:
    """咨询, 投诉 … in the active language."""
    return _(_CATEGORIES.get(key, key))


@dataclass(frozen=True, slots=True)
class BookView:
    """A book with its years, the latest first, and whether the reader keeps it."""

    row: RegisterBook
    years: list[RegisterYear]
    keeps: bool


def register_books(*, actor: Actor) -> list[BookView]:
    """All books with their years; two queries."""
    if actor.kind is ActorKind.CUSTOMER:
        return []
    books = RegisterBook.objects.select_related("keeper").order_by("-is_active", "name", "pk")
    return [_view(book, actor) for book in books.prefetch_related("years")]


def _view(book: RegisterBook, actor: Actor) -> BookView:
    years = sorted(book.years.all(), key=lambda year: -year.year)
    return BookView(book, years, actor.can("settings.edit") or actor.user_id == book.keeper_id)


def register_book(*, actor: Actor, key: str) -> BookView:
    """One book."""
    if actor.kind is ActorKind.CUSTOMER:
        raise NotFound
    rows = RegisterBook.objects.select_related("keeper").prefetch_related("years")
    book = rows.filter(key=key).first()
    if book is None:
        raise NotFound
    return _view(book, actor)


@dataclass(frozen=True, slots=True)
class BookPage:
    """``columns`` are titles; ``next`` is the cursor of the lines before, None at the first one."""

    columns: tuple[str, ...]
    lines: list[Line]
    next: str | None


def _entries(actor: Actor, book: RegisterBook, year: int, month: int | None) -> QuerySet[RegisterEntry]:
    rows = RegisterEntry.objects.filter(book=book, year=year)
    if book.source == BookSource.VISITS:
        rows = rows.filter(visit__in=customers.visible_visits(actor)).select_related(
            "visit__customer", "visit__contact", "visit__host"
        )
    else:
        rows = rows.filter(issue__in=Issue.objects.filter(visible(actor))).select_related(
            "issue__type", "issue__assignee", "issue__lead_department"
        )
    if month is None:
        return rows
    zone = ZoneInfo(settings.TIME_ZONE)
    until = datetime(year + (month == 12), month % 12 + 1, 1, tzinfo=zone)
    return rows.filter(at__gte=datetime(year, month, 1, tzinfo=zone), at__lt=until)


def register_page(
    *, actor: Actor, book: RegisterBook, year: int, cursor: str | None = None, limit: int = 50
) -> BookPage:
    """Lines of a year, the latest number first; the same number of queries however many there are."""
    rows = _entries(actor, book, year, None)
    if cursor:
        _value, last = decode_cursor(cursor, f"book-{book.pk}-{year}")
        rows = rows.filter(number__lt=last)
    size = max(1, min(limit, 200))
    got = list(rows.order_by("-number")[: size + 1])
    titles, lines = _lines(book, got[:size])
    following = encode_cursor(f"book-{book.pk}-{year}", "", got[size - 1].number) if len(got) > size else None
    return BookPage(titles, lines, following)


def register_sheet(*, actor: Actor, book: RegisterBook, year: int, month: int | None = None) -> BookPage:
    """All lines of a year or month in their order, for printing. Refuses more than 2,000."""
    rows = _entries(actor, book, year, month)
    count = rows.count()
    if count > MOST_PRINTED:
        raise TooManyLines(params={"n": count})
    titles, lines = _lines(book, list(rows.order_by("number")))
    return BookPage(titles, lines, None)


# -- words ----------------------------------------------------------------------------------------------------------


def _when(at: datetime | None) -> str:
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).strftime("%Y-%m-%d %H:%M") if at else ""


def _lines(book: RegisterBook, entries: Sequence[RegisterEntry]) -> tuple[tuple[str, ...], list[Line]]:
    makers: dict[str, Callable[[RegisterBook, Sequence[RegisterEntry]], tuple[tuple[str, ...], list[tuple[str, ...]]]]]
    makers = {"visits": _visits, "issues": _issues, "forms": _forms}
    titles, rows = makers[book.source](book, entries)
    return titles, [
        Line(
            number=entry.number, cells=cells, late=entry.late, remark=entry.remark, entry_id=entry.pk,
            issue_id=entry.issue_id, visit_id=entry.visit_id,
        )
        for entry, cells in zip(entries, rows, strict=True)
    ]  # fmt: skip


def _visits(_book: RegisterBook, entries: Sequence[RegisterEntry]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    titles = (
        _("时间"), _("方式"), _("类别"), _("客户"), _("联系人"), _("电话"), _("事由"), _("答复"), _("接待人"), _("办结")
    )  # fmt: skip
    rows: list[tuple[str, ...]] = []
    for entry in entries:
        visit = entry.visit
        assert visit is not None
        contact = visit.contact
        rows.append(
            (
                _when(visit.at), kind_of_visit(visit.kind), category_of_visit(visit.category), visit.customer.name,
                contact.name if contact else "", mask_phone(contact.phone) if contact else "", visit.topic,
                visit.answer, visit.host.name, _when(visit.settled_at),
            )
        )  # fmt: skip
    return titles, rows


def _holder(issue: Issue) -> str:
    who = issue.assignee.name if issue.assignee else ""
    place = issue.lead_department.name if issue.lead_department else ""
    return " ".join(part for part in (place, who) if part)


def _issues(_book: RegisterBook, entries: Sequence[RegisterEntry]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    titles = (
        _("编号"), _("登记时间"), _("客户"), _("类型"), _("标题"), _("优先级"), _("经办"), _("步骤"), _("办结")
    )  # fmt: skip
    rows: list[tuple[str, ...]] = []
    for entry in entries:
        issue = entry.issue
        assert issue is not None
        rows.append(
            (
                issue.number, _when(issue.created_at), issue.customer_name, issue.type.name if issue.type else "",
                issue.title, issue.priority, _holder(issue), issue.step_name if issue.is_open else "",
                _when(issue.closed_at),
            )
        )  # fmt: skip
    return titles, rows


def register_forms() -> dict[str, Mapping[str, object]]:
    """The forms of the chart in force, by code: what a book of forms may hold."""
    version = flows.current_version(key=DEFAULT_FLOW)
    if version is None:
        return {}
    found: dict[str, Mapping[str, object]] = {}
    for number in range(1, 41):
        form = flows.form_of(version_id=version.pk, code=f"F{number:02d}")
        if form is not None:
            found[f"F{number:02d}"] = form
    return found


def _fields(form: Mapping[str, object] | None, wanted: object) -> dict[str, str]:
    """Name → title of the fields that stand in the book: those chosen, else the first plain ones."""
    found = form.get("properties") if form else None
    properties = found if isinstance(found, Mapping) else {}
    plain = {
        name: str(node.get("title", name))
        for name, node in properties.items()
        if isinstance(node, Mapping)
        and node.get("type") not in ("array", "object")
        and node.get("x-widget") != "heading"
    }
    chosen = [name for name in wanted if name in plain] if isinstance(wanted, list) else []
    return {name: plain[name] for name in (chosen or list(plain)[:MOST_FIELDS])}


def _forms(book: RegisterBook, entries: Sequence[RegisterEntry]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    code = str(book.filter.get("form", ""))
    fields = _fields(register_forms().get(code), book.filter.get("fields"))
    ids = [entry.issue_id for entry in entries]
    records = dict(FormRecord.objects.filter(Q(issue_id__in=ids), code=code).values_list("issue_id", "data"))
    titles = (_("编号"), _("登记时间"), _("客户"), *fields.values())
    rows: list[tuple[str, ...]] = []
    for entry in entries:
        issue = entry.issue
        assert issue is not None
        data = records.get(issue.pk, {})
        cells = [str(data.get(name, "") if data.get(name) is not None else "")[:200] for name in fields]
        rows.append((issue.number, _when(issue.created_at), issue.customer_name, *cells))
    return titles, rows
