"""Fields that are required under a condition: standard JSON Schema (``allOf`` of ``if``/``then``) to conditions and back."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final, cast

from bihuan.documents.conditions import Test, alternatives, entries

Schema = Mapping[str, object]
Condition = list[Test]
_MOST: Final = 64
"""Rules that one condition may become."""


def _objects(value: object) -> list[Schema]:
    return [cast(Schema, one) for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _object(value: object) -> Schema:
    return cast(Schema, value) if isinstance(value, Mapping) else {}


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def rules_of(form: Schema) -> Iterator[tuple[Condition, list[str]]]:
    """(condition, fields it makes required) of the rules that say no more than that."""
    for rule in _objects(form.get("allOf")):
        found = read_rule(rule)
        if found is not None:
            yield found


def read_rule(rule: Schema) -> tuple[Condition, list[str]] | None:
    """The condition of a rule and the fields that it makes required; None for a rule that says something else."""
    then, asked = _object(rule.get("then")), _object(rule.get("if"))
    needed = _texts(then.get("required"))
    if set(rule) != {"if", "then"} or set(then) != {"required"} or not needed:
        return None
    if not asked or not set(asked) <= {"properties", "required"}:
        return None
    there, condition = _texts(asked.get("required")), []
    properties = _object(asked.get("properties"))
    for name, schema in properties.items():
        found = _tests(str(name), schema, name in there)
        if found is None:
            return None
        condition += found
    # Tests for values ask for one anyway; "not among" does not.
    told = {str(test["field"]) for test in condition if "notIn" not in test and "filled" not in test}
    condition += [{"field": name, "filled": True} for name in there if name not in told]
    return (condition, needed) if condition else None


def _tests(name: str, schema: object, there: bool) -> Condition | None:
    held = _object(schema)
    several = held.get("allOf") if set(held) == {"allOf"} else None
    parts = several if isinstance(several, list) else [schema]
    found = [_test(name, part) for part in parts]
    read = [test for test in found if test is not None]
    # Without "required" a blank field would pass too, which only "not among" and "blank" mean.
    if not read or len(read) != len(found) or (not there and any("notIn" not in t and "filled" not in t for t in read)):
        return None
    return read


def _test(name: str, asked: object) -> Test | None:
    if asked is False:
        return {"field": name, "filled": False}
    schema = _object(asked)
    values = _values(schema)
    if values is not None:
        return {"field": name, "in": values}
    if set(schema) == {"not"}:
        values = _values(_object(schema["not"]))
        return None if values is None else {"field": name, "notIn": values}
    limits = {"minimum": "atLeast", "maximum": "atMost"}
    if schema and set(schema) <= {"type", *limits} and schema.get("type", "number") == "number":
        return {"field": name, **{ours: schema[theirs] for theirs, ours in limits.items() if theirs in schema}}
    return None


def _values(schema: Schema) -> list[object] | None:
    if set(schema) == {"contains"}:
        schema = _object(schema["contains"])
    if set(schema) == {"const"}:
        return [schema["const"]]
    found = schema.get("enum")
    return list(found) if isinstance(found, list) and set(schema) == {"enum"} else None


def write_rules(condition: object, needed: str, properties: Mapping[str, Schema]) -> list[dict[str, object]]:
    """The rules that make a field required under a condition: several where one of several tests is enough."""
    choices = [alternatives(entry) or [entry] for entry in entries(condition)]
    ways = [way for at, way in enumerate(product(*choices)) if at < _MOST] if choices else []
    return [{"if": _asked(way, properties), "then": {"required": [needed]}} for way in ways]


def _asked(way: tuple[Test, ...], properties: Mapping[str, Schema]) -> dict[str, object]:
    schemas: dict[str, list[object]] = {}
    there: list[str] = []
    for test in way:
        name = str(test["field"])
        if test.get("filled") is not False and "notIn" not in test and name not in there:
            there.append(name)
        if test.get("filled") is not True:
            schemas.setdefault(name, []).append(_schema(test, properties.get(name, {}).get("type") == "array"))
    asked: dict[str, object] = {}
    if schemas:
        asked["properties"] = {name: each[0] if len(each) == 1 else {"allOf": each} for name, each in schemas.items()}
    if there:
        asked["required"] = there
    return asked


def _schema(test: Test, of_list: bool) -> object:
    if test.get("filled") is False:
        return False
    for word in ("in", "notIn"):
        if word in test:
            values = test[word]
            single = values if isinstance(values, list) and len(values) == 1 else []
            among: dict[str, object] = {"const": single[0]} if single else {"enum": values}
            among = {"contains": among} if of_list else among
            return among if word == "in" else {"not": among}
    limits = {"atLeast": "minimum", "atMost": "maximum"}
    return {"type": "number", **{theirs: test[ours] for ours, theirs in limits.items() if ours in test}}
