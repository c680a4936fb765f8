"""Columns of a table field in their order. A database that keeps JSON sorts the names of an object: ``x-order`` keeps
what the file says by the order in which it stands."""

from collections.abc import Mapping
from typing import cast

Schema = Mapping[str, object]


def columns(node: Schema) -> dict[str, Schema]:
    """The fields of one row by name: first those that ``x-order`` of the items names, then the others."""
    items = node.get("items")
    held = items.get("properties") if isinstance(items, Mapping) else None
    found = (
        {str(name): cast(Schema, cell) for name, cell in held.items() if isinstance(cell, Mapping)}
        if isinstance(held, Mapping)
        else {}
    )
    order = items.get("x-order") if isinstance(items, Mapping) else None
    named = [name for name in order if isinstance(name, str) and name in found] if isinstance(order, list) else []
    return {name: found[name] for name in dict.fromkeys([*named, *found])}


def with_order(form: Schema) -> dict[str, object]:
    """The form with ``x-order`` at every table that says none: to be called before it goes into a database."""
    properties = form.get("properties")
    if not isinstance(properties, Mapping):
        return dict(form)
    return {**form, "properties": {name: _ordered(node) for name, node in properties.items()}}


def _ordered(node: object) -> object:
    items = node.get("items") if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping) or not isinstance(items, Mapping) or "x-order" in items or not columns(node):
        return node
    return {**node, "items": {**items, "x-order": list(columns(node))}}
