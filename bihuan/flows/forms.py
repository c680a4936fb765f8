"""From a form to the part of it that one step fills in."""

from collections.abc import Iterable, Mapping
from typing import cast

Schema = dict[str, object]


def _objects(value: object) -> list[Mapping[str, object]]:
    return (
        [cast(Mapping[str, object], entry) for entry in value if isinstance(entry, Mapping)]
        if isinstance(value, list)
        else []
    )


def _texts(value: object) -> list[str]:
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def _speaks_only_of(condition: object, fields: frozenset[str]) -> bool:
    """Whether the ``if`` of a conditional names fields of this step alone."""
    if not isinstance(condition, Mapping):
        return False
    named = set(_texts(condition.get("required")))
    properties = condition.get("properties")
    if isinstance(properties, Mapping):
        named |= {str(name) for name in properties}
    return bool(named) and named <= fields


def step_schema(form: Mapping[str, object], groups: Iterable[str]) -> Schema:
    """The JSON Schema of the data that a step takes: its groups' fields, their required ones, their conditions.

    Without groups the whole form. See ``docs/reference/forms.md``.
    """
    wanted = list(groups)
    all_groups = _objects(form.get("x-groups"))
    chosen = [group for group in all_groups if not wanted or group.get("key") in wanted]
    if wanted:
        chosen.sort(key=lambda group: wanted.index(str(group["key"])))
    names = [name for group in chosen for name in _texts(group.get("fields"))]
    required = [name for group in chosen for name in _texts(group.get("required"))]
    properties = cast(Mapping[str, object], form.get("properties") or {})
    fields = frozenset(names)
    schema: Schema = {key: value for key, value in form.items() if key not in ("properties", "required", "allOf")}
    schema["x-groups"] = [dict(group) for group in chosen]
    schema["properties"] = {name: properties[name] for name in names if name in properties}
    schema["required"] = required
    conditions = [rule for rule in _objects(form.get("allOf")) if _speaks_only_of(rule.get("if"), fields)]
    if conditions:
        schema["allOf"] = [dict(rule) for rule in conditions]
    schema["additionalProperties"] = False
    return schema
