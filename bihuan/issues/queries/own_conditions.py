"""The company's own fields as columns of lists and in conditions.

What is a word of a list or yes/no is asked by containment, which the index of the values knows; texts, numbers and days
are read out of the rows that are left.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from zoneinfo import ZoneInfo

from django.db.models import DecimalField, Q, TextField, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, IContains, LessThan, LessThanOrEqual
from django.utils.translation import gettext

from bihuan.issues.models import Issue
from bihuan.issues.queries.fields import field_definitions
from bihuan.issues.rules import fields as values
from bihuan.issues.rules.columns import COLUMNS, OWN
from bihuan.issues.rules.conditions import Field, Test
from bihuan.issues.rules.periods import bounds
from bihuan.issues.rules.words import in_language

_KINDS = {
    "text": "text", "long_text": "text", "phone": "text", "url": "text", "number": "amount", "date": "moment",
    "datetime": "moment", "yes_no": "flag", "choice": "ref", "choices": "many",
}  # fmt: skip


def own_fields() -> list[Field]:
    """Each of them as a field of conditions; one that is out of use is still understood, but no longer offered."""
    return [
        Field(
            f"{OWN}{each.key}",
            in_language(each.name, each.name_en),
            _KINDS[each.kind],
            f"{OWN}{each.key}" if each.kind in ("choice", "choices") else "",
            offered=each.is_active,
        )
        for each in field_definitions()
    ]


def own_options(source: str) -> list[str]:
    """The words of a choice, by its source."""
    return [option for each in field_definitions() if f"{OWN}{each.key}" == source for option in each.options]


def own_columns() -> dict[str, str]:
    """The columns that the company's own fields make: key → title."""
    return {f"{OWN}{each.key}": in_language(each.name, each.name_en) for each in field_definitions() if each.is_active}


def all_columns() -> dict[str, str]:
    """Every column there is, in its order: key → title."""
    return {**{key: gettext(title) for key, title in COLUMNS.items()}, **own_columns()}


def own_cell(issue: Issue, column: str) -> str:
    """What a column of an own field says of an issue; "" where nothing was filled in."""
    stored: Mapping[str, object] = issue.fields
    key = column.removeprefix(OWN)
    value = values.value_of(stored, key)
    field = next((each for each in field_definitions() if each.key == key), None)
    return "" if value is None or field is None else values.words(field, value)


# -- asking ----------------------------------------------------------------------------------------------------------


def own_condition(field: Field, test: Test, now: datetime, zone: ZoneInfo) -> Q:
    """The rows for which the test holds; days are those of the zone."""
    key = field.key.removeprefix(OWN)
    if test.op in ("empty", "filled"):
        there = Q(fields__has_key=key)
        return ~there if test.op == "empty" else there
    if field.kind == "moment":
        return _day(key, test, now, zone)
    return _ASKED[field.kind](key, test)


def _contains(key: str, value: object) -> Q:
    return Q(fields__contains={key: {"value": value}})


def _words_of(test: Test) -> list[str]:
    return list(test.value) if isinstance(test.value, tuple) else []


def _one_of(key: str, test: Test) -> Q:
    found = reduce(or_, (_contains(key, word) for word in _words_of(test)))
    return found if test.op == "in" else ~found


def _some_of(key: str, test: Test) -> Q:
    found = reduce(or_, (_contains(key, [word]) for word in _words_of(test)))
    return found if test.op == "in" else ~found


def _yes(key: str, test: Test) -> Q:
    found = _contains(key, True)
    return found if test.op == "yes" else ~found


def _text(key: str) -> Coalesce:
    return Coalesce(KeyTextTransform("value", KeyTransform(key, "fields")), Value(""), output_field=TextField())


def _holds(key: str, test: Test) -> Q:
    found = Q(IContains(_text(key), str(test.value)))
    return found if test.op == "has" else ~found


def _amount(key: str, test: Test) -> Q:
    kept = Cast(KeyTextTransform("value", KeyTransform(key, "fields")), DecimalField(max_digits=30, decimal_places=10))
    compared = {"eq": Exact, "ge": GreaterThanOrEqual, "le": LessThanOrEqual}[test.op]
    return Q(compared(kept, Value(Decimal(str(test.value)))))


def _day(key: str, test: Test, now: datetime, zone: ZoneInfo) -> Q:
    """Days and times are kept as they were written, in the company's zone: as texts they stand in their order."""
    text = _text(key)
    if test.op == "period":
        first, after = (each.astimezone(zone).date() for each in bounds(str(test.value), now, zone))
        return Q(GreaterThanOrEqual(text, first.isoformat())) & Q(LessThan(text, after.isoformat()))
    day = str(test.value)
    if test.op == "older":
        day = (now.astimezone(zone) - timedelta(days=int(day))).date().isoformat()
    if test.op == "after":
        return Q(GreaterThanOrEqual(text, day))
    return Q(LessThan(text, day)) & Q(GreaterThan(text, Value("")))


_ASKED: dict[str, Callable[[str, Test], Q]] = {
    "text": _holds,
    "amount": _amount,
    "flag": _yes,
    "ref": _one_of,
    "many": _some_of,
}
