"""Short forms of this room: fields declared, shown, read and, after a refusal, shown again with everything typed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core.errors import Refused
from bihuan.customers.rules.sheet_rows import day_of
from bihuan.web.refusals import refusal_text

Values = Mapping[str, str]


class NotADate(Refused):
    code = "not_a_date"
    text = gettext_noop("“%(value)s”不是日期，请写成 2026-12-31。")


class NotATime(Refused):
    code = "not_a_time"
    text = gettext_noop("“%(value)s”不是时间，请写成 2026-12-31 14:30。")


class NotANumber(Refused):
    code = "not_a_whole_number"
    text = gettext_noop("“%(value)s”不是整数。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """``kind``: text, area, select, date, time, number, check, tel, email. ``options``: (value, words) of a select;
    ``full``: over both columns."""

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    required: bool = False
    limit: int = 300
    hint: str = ""
    placeholder: str = ""
    options: Sequence[tuple[str, str]] = ()
    full: bool = False
    focus: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page with one form. ``back`` is where 取消 leads; ``lead`` a sentence above the fields."""

    title: str
    fields: Sequence[Field]
    back: str
    button: str = ""
    lead: str = ""
    danger: bool = False
    nav: str = "customers"


def show(
    request: HttpRequest,
    sheet: Sheet,
    *,
    refusal: str = "",
    status: int = 200,
    more: Mapping[str, object] | None = None,
) -> HttpResponse:
    """The page."""
    context = {"sheet": sheet, "refusal": refusal, "button": sheet.button or _("保存"), **(more or {})}
    return render(request, "customers/form.html", context, status=status)


def fill(sheet: Sheet, values: Values) -> Sheet:
    """The form with what was typed."""
    kept = [replace(field, value=values.get(field.name, "")[:20_000]) for field in sheet.fields]
    return replace(sheet, fields=kept)


def typed(request: HttpRequest, sheet: Sheet) -> dict[str, str]:
    """What was typed in, by name; also of fields that did not come."""
    return {field.name: request.POST.get(field.name, "").strip() for field in sheet.fields}


def answer(
    request: HttpRequest,
    sheet: Sheet,
    act: Callable[[dict[str, str]], str],
    *,
    more: Mapping[str, object] | None = None,
) -> HttpResponse:
    """GET shows the form. POST carries out ``act``, which says where to go then; refused, everything typed is there."""
    if request.method != "POST":
        return show(request, sheet, more=more)
    values = typed(request, sheet)
    try:
        return redirect(act(values))
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        return show(request, fill(sheet, values), refusal=refusal_text(refused), status=refused.status, more=more)


# -- reading --------------------------------------------------------------------------------------------------------


def read_day(text: str) -> date | None:
    """A date, None where nothing was typed."""
    if not text:
        return None
    found = day_of(text)
    if found is None:
        raise NotADate(params={"value": text[:40]})
    return found


def must_day(text: str) -> date:
    """A date that has to be there."""
    found = read_day(text)
    if found is None:
        raise NotADate(params={"value": ""})
    return found


def read_time(text: str) -> datetime | None:
    """An instant in the company's zone, None where nothing was typed."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError as error:
        raise NotATime(params={"value": text[:40]}) from error
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))


def read_number(text: str) -> int | None:
    """A whole number, None where nothing was typed."""
    if not text:
        return None
    if not text.isdecimal() or len(text) > 9:
        raise NotANumber(params={"value": text[:40]})
    return int(text)


def local_input(at: datetime | None) -> str:
    """An instant as the browser's field for date and time wants it."""
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).strftime("%Y-%m-%dT%H:%M") if at else ""
