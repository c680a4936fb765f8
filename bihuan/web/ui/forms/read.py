"""A posted page back into JSON: typed by the schema, blank means absent, never surprised by what comes in."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Protocol

from django.utils import timezone

from bihuan.web.ui.forms.schema import (
    LIST_WIDGETS,
    MAX_LINES,
    MAX_ROWS,
    ROW_WIDGETS,
    SILENT_WIDGETS,
    Schema,
    columns,
    enum,
    fields,
    kind,
    option_value,
    widget,
)
from bihuan.web.ui.forms.whys import next_question

_ROW = re.compile(r"(\d{1,6})-(.+)", re.DOTALL)
_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?")
# Fields of a row by which nobody can tell that somebody filled it in.
_SILENT = frozenset({"branch", "is_root"})


class Posted(Protocol):
    """What is needed of Django's QueryDict."""

    def getlist(self, key: str, /) -> list[str]: ...

    def __iter__(self) -> Iterator[str]: ...


def read_form(
    schema: Schema, posted: Posted, *, keep: Mapping[str, object] | None = None, zone: tzinfo | None = None
) -> dict[str, object]:
    """The data that the page holds. Names: ``field``, rows as ``field-0-column``, several values repeat the name.

    Blank fields and empty rows are left out; what cannot be read as its type is kept as the text it is, for
    ``validate_form`` to speak about. Names that the schema does not know are ignored. Read-only fields are taken
    from ``keep`` (the stored record), never from the page. ``zone``: in which instants were typed.
    """
    here = zone or timezone.get_current_timezone()
    data: dict[str, object] = {}
    for name, node in fields(schema).items():
        value = (keep or {}).get(name) if widget(node) == "readonly" else _field(name, node, posted, here)
        if value is not None:
            data[name] = value
    return data


def _field(name: str, node: Schema, posted: Posted, zone: tzinfo) -> object | None:
    sort = widget(node)
    if sort in SILENT_WIDGETS:
        return None
    if sort in ROW_WIDGETS:
        return _rows(name, node, posted, zone) or None
    if sort in LIST_WIDGETS:
        found = [_typed_entry(node, text) for text in map(_tidy, posted.getlist(name)) if text]
        return found[: MAX_ROWS + 1] or None
    if sort == "lines":
        lines = [line.strip() for text in posted.getlist(name) for line in _tidy(text).split("\n")]
        return [line for line in lines if line][: MAX_LINES + 1] or None
    if sort == "switch":
        return any(_is_on(text) for text in posted.getlist(name))
    # A page posts one value; of several the last counts, as browsers do with a hidden twin.
    texts = posted.getlist(name)
    return _typed(node, _tidy(texts[-1]), zone) if texts else None


def _typed_entry(node: Schema, text: str) -> object:
    return next((one for one in enum(node) if option_value(one) == text), text)


def _rows(name: str, node: Schema, posted: Posted, zone: tzinfo) -> list[dict[str, object]]:
    cells = columns(node)
    found: dict[int, dict[str, object]] = {}
    for key in posted:
        match = _ROW.fullmatch(key[len(name) + 1 :]) if key.startswith(f"{name}-") else None
        if match is None or match[2] not in cells:
            continue
        value = _field(key, cells[match[2]], posted, zone)
        if value is not None:
            found.setdefault(int(match[1]), {})[match[2]] = value
    rows = [_ordered(found[at], cells) for at in sorted(found) if _is_filled(found[at])]
    if widget(node) == "five_whys":
        rows = _asked(rows)
    return rows[: MAX_ROWS + 1]


def _ordered(row: dict[str, object], cells: Mapping[str, Schema]) -> dict[str, object]:
    return {name: row.get(name, False) for name, node in cells.items() if name in row or widget(node) == "switch"}


def _is_filled(row: Mapping[str, object]) -> bool:
    return any(name not in _SILENT and value is not False for name, value in row.items())


def _asked(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Gives each answered level its question, which grows out of the answer before."""
    for at, row in enumerate(rows):
        if row.get("answer") and not row.get("why"):
            before = rows[at - 1].get("answer") if at else None
            rows[at] = {"why": next_question(str(before or "")), **row}
    return rows


def _tidy(text: str) -> str:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    # Control characters and halves of characters can be neither shown nor stored.
    kept = [one for one in plain if one == "\n" or one == "\t" or unicodedata.category(one) not in ("Cc", "Cs")]
    return "".join(kept).strip()


def _is_on(text: str) -> bool:
    return text.strip().lower() in ("on", "true", "1", "yes")


def _typed(node: Schema, text: str, zone: tzinfo) -> object | None:
    if not text:
        return None
    if enum(node):
        return _typed_entry(node, text)
    return _READERS.get(kind(node), _text)(node, text, zone)


def _number(node: Schema, text: str, zone: tzinfo) -> object:
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace("¥", "").strip()
    if not re.fullmatch(r"[-+]?\d{1,18}(\.\d{1,10})?", plain):
        return text
    if "." not in plain:
        return int(plain)
    number = float(plain)
    return int(number) if kind(node) == "integer" and number.is_integer() else number


def _boolean(node: Schema, text: str, zone: tzinfo) -> object:
    lower = text.lower()
    if lower in ("true", "false"):
        return lower == "true"
    return True if lower in ("on", "1", "yes") else False if lower in ("0", "no", "off") else text


def _text(node: Schema, text: str, zone: tzinfo) -> object:
    if widget(node) == "datetime" and _LOCAL.fullmatch(text):
        return _instant(text, zone)
    if widget(node) in ("phone", "email", "time"):
        return unicodedata.normalize("NFKC", text)
    if widget(node) == "id_number":
        return unicodedata.normalize("NFKC", text).replace(" ", "").upper()
    return text


def _instant(text: str, zone: tzinfo) -> str:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return text


_READERS: dict[str, Callable[[Schema, str, tzinfo], object]] = {
    "number": _number,
    "integer": _number,
    "boolean": _boolean,
    "string": _text,
}
