"""Values of the company's own fields: what is accepted, and how it reads."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from django.utils.translation import gettext, gettext_noop

KINDS = {
    "text": gettext_noop("文字"),
    "long_text": gettext_noop("长文字"),
    "number": gettext_noop("数"),
    "date": gettext_noop("日期"),
    "datetime": gettext_noop("日期时间"),
    "yes_no": gettext_noop("是或否"),
    "choice": gettext_noop("单选"),
    "choices": gettext_noop("多选"),
    "phone": gettext_noop("电话"),
    "url": gettext_noop("网址"),
}
AT_CREATION = "create"
MOST_FIELDS = 200
MOST_OPTIONS = 100
TEXT, LONG, OPTION = 500, 10_000, 60
_PHONE = re.compile(r"\+?[\d\s()\-]{5,30}(?:[ x转#]\d{1,6})?")
Value = str | bool | int | float | list[str]
TOO_LONG = gettext_noop("太长")
NO_NUMBER = gettext_noop("要填数")
OUT_OF_BOUNDS = gettext_noop("超出范围")
NO_DATE = gettext_noop("不是日期")
NO_OPTION = gettext_noop("不在选项里")
NO_PHONE = gettext_noop("不是电话号码")
NO_URL = gettext_noop("网址要以 http:// 或 https:// 开头")
NO_ANSWER = gettext_noop("要填是或否")


class Wrong(ValueError):
    """The value does not fit; ``why`` is one of the words above."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field as it is defined now."""

    id: int
    key: str
    type_id: int | None
    name: str
    name_en: str
    kind: str
    options: tuple[str, ...]
    required: str
    help: str
    unit: str
    least: Decimal | None
    most: Decimal | None
    position: int
    version: int
    is_active: bool


def _text(given: object, limit: int) -> str:
    text = str(given).replace("\x00", "").strip()
    if len(text) > limit:
        raise Wrong(TOO_LONG)
    return text


def _number(field: Field, given: object) -> int | float:
    try:
        found = Decimal(_text(given, 40))
    except InvalidOperation:
        raise Wrong(NO_NUMBER) from None
    if isinstance(given, bool) or not found.is_finite() or abs(found) >= Decimal(10) ** 14:
        raise Wrong(NO_NUMBER)
    if (field.least is not None and found < field.least) or (field.most is not None and found > field.most):
        raise Wrong(OUT_OF_BOUNDS)
    return int(found) if found == found.to_integral_value() else float(found)


def _date(given: object, *, with_time: bool) -> str:
    text = _text(given, 40)
    try:
        return datetime.fromisoformat(text).isoformat() if with_time else date.fromisoformat(text).isoformat()
    except ValueError:
        raise Wrong(NO_DATE) from None


def _yes_no(given: object) -> bool:
    if isinstance(given, bool):
        return given
    if str(given) not in ("yes", "no"):
        raise Wrong(NO_ANSWER)
    return given == "yes"


def _options(field: Field, given: object) -> list[str]:
    chosen = [str(each) for each in given] if isinstance(given, list | tuple) else [str(given)]
    chosen = [each for each in dict.fromkeys(chosen) if each]
    if not set(chosen) <= set(field.options):
        raise Wrong(NO_OPTION)
    return chosen


def _url(given: object) -> str:
    text = _text(given, TEXT)
    try:
        parts = urlsplit(text)
    except ValueError:
        raise Wrong(NO_URL) from None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Wrong(NO_URL)
    return text


def _phone(given: object) -> str:
    text = _text(given, 40)
    if not _PHONE.fullmatch(text):
        raise Wrong(NO_PHONE)
    return text


def _one(field: Field, given: object) -> str:
    chosen = _options(field, given)
    if len(chosen) != 1:
        raise Wrong(NO_OPTION)
    return chosen[0]


_CLEAN: dict[str, Callable[[Field, object], Value | None]] = {
    "text": lambda _field, given: _text(given, TEXT),
    "long_text": lambda _field, given: _text(given, LONG),
    "number": _number,
    "date": lambda _field, given: _date(given, with_time=False),
    "datetime": lambda _field, given: _date(given, with_time=True),
    "yes_no": lambda _field, given: _yes_no(given),
    "choice": _one,
    "choices": _options,
    "phone": lambda _field, given: _phone(given),
    "url": lambda _field, given: _url(given),
}


def clean(field: Field, given: object) -> Value | None:
    """The value as it is kept; None where nothing was given. Raises ``Wrong`` where it does not fit."""
    if given is None or (isinstance(given, str | list | tuple) and not _given(given)):
        return None
    return _CLEAN[field.kind](field, given)


def _given(given: str | Sequence[object]) -> bool:
    return bool(given.strip()) if isinstance(given, str) else any(str(each).strip() for each in given)


def words(field: Field, value: object) -> str:
    """The value in words; also one that an earlier definition had accepted."""
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(value, list):
        return gettext("、").join(str(each) for each in value)
    text = str(value).replace("T", " ")[:16] if field.kind == "datetime" else str(value)
    return f"{text} {field.unit}".strip() if field.kind == "number" and field.unit else text


def value_of(stored: Mapping[str, object], key: str) -> object:
    """The value of a field among those that an issue keeps (``{key: {"value", "version"}}``); None for none."""
    kept = stored.get(key)
    return kept.get("value") if isinstance(kept, Mapping) else None
