"""Small decisions about how a field is drawn."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from bihuan.web.ui.forms.model import Option
from bihuan.web.ui.forms.schema import Schema, columns, kind, texts, whole, widget

_SHAPES = {
    "five_whys": frozenset({"why", "answer"}),
    "fishbone": frozenset({"branch", "cause"}),
    "timeline": frozenset({"at", "what"}),
}


def drawable(node: Schema) -> str:
    """The widget, or a plain table where the rows have not the columns that their widget draws."""
    sort = widget(node)
    return sort if _SHAPES.get(sort, frozenset()) <= set(columns(node)) else "table"


def scores(node: Schema, language: str) -> list[Option]:
    """The steps of a rating that only says from where to where it goes; five steps have their usual words."""
    low, high = whole(node, "minimum", 1), min(whole(node, "maximum", 5), 10)
    names = texts(node.get("x-enumNamesEn" if language.startswith("en") else "x-enumNames"))
    if not names and (low, high) == (1, 5):
        names = [_("很不满意"), _("不满意"), _("一般"), _("满意"), _("很满意")]
    return [
        Option(str(score), names[score - low] if score - low < len(names) else "") for score in range(low, high + 1)
    ]


def items(node: Schema) -> Schema:
    found = node.get("items")
    return found if isinstance(found, Mapping) else {}


def width_class(widths: object, key: str, at: int, widget_name: str) -> str:
    """The width class of a column: as the schema says (s, m, l or ''), else by what stands in it."""
    named = (
        widths.get(key)
        if isinstance(widths, Mapping)
        else (widths[at] if isinstance(widths, list) and at < len(widths) else None)
    )
    if named in ("s", "m", "l"):
        return f"w-{named}"
    if isinstance(named, int | float) and not isinstance(named, bool):
        return "w-s" if named <= 100 else "w-m" if named <= 150 else "w-l" if named <= 220 else ""
    return {"date": "w-m", "datetime": "w-l", "person": "w-m", "money": "w-s", "switch": "w-s"}.get(widget_name, "")


def attributes(node: Schema, sort: str) -> dict[str, str | int | float]:
    """HTML attributes that help while typing; the server judges all the same."""
    found: dict[str, str | int | float] = {}
    longest = whole(node, "maxLength", 0)
    if longest and sort in ("text", "textarea", "phone", "email"):
        found["data-most"] = longest
    if kind(node) in ("number", "integer") and sort in ("text", "money"):
        found["inputmode"] = "numeric" if kind(node) == "integer" else "decimal"
    if sort == "files" and node.get("x-accept") == "image":
        found["accept"] = "image/*"
    for key, name in (("minimum", "min"), ("maximum", "max")):
        limit = node.get(key)
        if isinstance(limit, int | float) and sort == "rating":
            found[name] = limit
    return found
