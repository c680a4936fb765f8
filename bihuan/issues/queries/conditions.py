"""A tree of conditions as a condition of the database. Every field is a column of the issue's row; what people name by
key is looked up first, so that the database knows how many rows to expect. No text gets there but as a parameter."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import reduce
from operator import and_, or_
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual

from bihuan.accounts import queries as accounts
from bihuan.accounts.models import User
from bihuan.core.actor import Actor
from bihuan.customers.models import Customer
from bihuan.issues.models import FAR
from bihuan.issues.queries.found import holds
from bihuan.issues.queries.own_conditions import own_condition
from bihuan.issues.queries.reference import issue_type_by_key
from bihuan.issues.queries.tags import tags
from bihuan.issues.rules.columns import OWN
from bihuan.issues.rules.conditions import ME, AnyOf, Field, Node, Not, Test, field_of
from bihuan.issues.rules.periods import bounds, midnight

DUE_OR_NOT = Coalesce(F("due_at"), Value(FAR))
"""The deadline as lists are sorted by it; the same words as the index."""
_NOTHING, _ANYTHING = Q(pk__in=[]), ~Q(pk__in=[])
_MOST_CUSTOMERS = 5000


def zone() -> ZoneInfo:
    """The company's: in it days begin."""
    return ZoneInfo(settings.TIME_ZONE)


def condition(*, actor: Actor, node: Node, now: datetime) -> Q:
    """The rows for which the tree holds, with the eyes of the actor (whom ``@me`` means). It is no permission."""
    if isinstance(node, Test):
        return _test(node, actor, now)
    if isinstance(node, Not):
        return ~condition(actor=actor, node=node.part, now=now)
    parts = [condition(actor=actor, node=part, now=now) for part in node.parts]
    if isinstance(node, AnyOf):
        return reduce(or_, parts, _NOTHING) if parts else _NOTHING
    return reduce(and_, parts, _ANYTHING) if parts else _ANYTHING


def _test(test: Test, actor: Actor, now: datetime) -> Q:
    field = field_of(test.field)
    if field.key.startswith(OWN):
        return own_condition(field, test, now, zone())
    return _BY_KIND[field.kind](field, test, actor, now)


def _words(value: object) -> list[str]:
    return list(value) if isinstance(value, tuple) else []


def _choice(field: Field, test: Test, actor: Actor, now: datetime) -> Q:
    found = Q(**{f"{field.column}__in": _words(test.value)})
    return found if test.op == "in" else ~found


def _people(keys: list[str], actor: Actor) -> list[int]:
    names = [key.lower() for key in keys if key != ME]
    found = list(User.objects.filter(username__in=names).values_list("pk", flat=True)) if names else []
    return [*found, *([actor.user_id] if ME in keys and actor.user_id else [])]


def _ids(source: str, keys: list[str], actor: Actor) -> list[int]:
    if source == "person":
        return _people(keys, actor)
    if source == "department":
        return [place.pk for place in accounts.departments_by_key(keys=keys).values()]
    return [kind.pk for key in keys if (kind := issue_type_by_key(key=key)) is not None]


def _ref(field: Field, test: Test, actor: Actor, now: datetime) -> Q:
    if test.op in ("empty", "filled"):
        return Q(**{f"{field.column}__isnull": test.op == "empty"})
    # What is empty is none of those: "is not" holds of it, too.
    found = Q(**{f"{field.column}__in": _ids(field.source, _words(test.value), actor)})
    return found if test.op == "in" else ~found


def _many(field: Field, test: Test, actor: Actor, now: datetime) -> Q:
    if test.op in ("empty", "filled"):
        found = Q(**{field.column: []})
        return found if test.op == "empty" else ~found
    wanted: list[str] | list[int] = _words(test.value)
    if field.source == "tag":
        names = {word.lower() for word in _words(test.value)}
        wanted = [tag.pk for tag in tags() if tag.name.lower() in names]
    if not wanted:
        return _NOTHING if test.op == "in" else _ANYTHING
    found = Q(**{f"{field.column}__overlap": wanted})
    return found if test.op == "in" else ~found


def _text(field: Field, test: Test, actor: Actor, now: datetime) -> Q:
    words = str(test.value)
    if field.key == "text":
        said = holds(words)
        found = Q(said) if said is not None else _NOTHING
    elif field.key == "customer":
        found = _of_customers(words)
    else:
        found = Q(**{f"{field.column}__icontains": words})
    return found if test.op == "has" else ~found


def _of_customers(words: str) -> Q:
    ids = list(Customer.objects.filter(name__icontains=words).values_list("pk", flat=True)[: _MOST_CUSTOMERS + 1])
    return Q(customer_id__in=ids) if len(ids) <= _MOST_CUSTOMERS else Q(customer__name__icontains=words)


def _number(field: Field, test: Test, actor: Actor, now: datetime) -> Q:
    lookup = {"eq": "exact", "ge": "gte", "le": "lte"}[test.op]
    return Q(**{f"{field.column}__{lookup}": test.value})


def _flag(field: Field, test: Test, actor: Actor, now: datetime) -> Q:
    found = {
        "overdue": Q(LessThanOrEqual(DUE_OR_NOT, now), is_open=True, due_paused=False),
        "due_soon": Q(soon_at__lte=now, due_at__gt=now, is_open=True, due_paused=False),
        "follow_up": Q(follows__isnull=False),
        "duplicate": Q(duplicate_of__isnull=False),
    }.get(field.key, Q(**{field.column: True}))
    return found if test.op == "yes" else ~found


def _moment(field: Field, test: Test, actor: Actor, now: datetime) -> Q:
    column = field.column
    if test.op in ("empty", "filled"):
        return Q(**{f"{column}__isnull": test.op == "empty"})
    if test.op == "period":
        first, after = bounds(str(test.value), now, zone())
        return Q(**{f"{column}__gte": first, f"{column}__lt": after})
    if test.op == "older":
        return Q(**{f"{column}__lt": now - timedelta(days=int(str(test.value)))})
    day = midnight(date.fromisoformat(str(test.value)), zone())
    return Q(**{f"{column}__{'lt' if test.op == 'before' else 'gte'}": day})


_BY_KIND: dict[str, Callable[[Field, Test, Actor, datetime], Q]] = {
    "choice": _choice,
    "ref": _ref,
    "many": _many,
    "text": _text,
    "number": _number,
    "flag": _flag,
    "moment": _moment,
}
