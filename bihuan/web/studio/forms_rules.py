"""Required-when between the stored form (standard ``allOf``) and the builder (a condition at each field)."""

from collections.abc import Mapping

from bihuan.documents.columns import with_order
from bihuan.documents.requirements import Condition, Schema, read_rule, write_rules
from bihuan.web.ui.forms.schema import fields, objects

Form = dict[str, object]


def for_builder(form: Schema) -> Form:
    """The form with ``x-requiredWhen`` at its fields; rules that say anything else stay in ``allOf``."""
    properties = {name: dict(node) for name, node in fields(form).items()}
    asked: dict[str, list[Condition]] = {}
    kept: list[Schema] = []
    for rule in objects(form.get("allOf")):
        found = read_rule(rule)
        if found is None or not _fits(found, asked, properties):
            kept.append(rule)
            continue
        for name in found[1]:
            asked.setdefault(name, []).append(found[0])
    for name, ways in asked.items():
        properties[name]["x-requiredWhen"] = ways[0] if len(ways) == 1 else [{"any": [way[0] for way in ways]}]
    rest = {key: value for key, value in form.items() if key != "allOf"}
    return {**rest, "properties": properties, **({"allOf": kept} if kept else {})}


def _fits(
    found: tuple[Condition, list[str]], asked: Mapping[str, list[Condition]], properties: Mapping[str, object]
) -> bool:
    """Whether the rule can stand beside those that its fields have: one of several is enough only if each is one test."""
    condition, names = found
    before = [one for name in names for one in asked.get(name, [])]
    return all(name in properties for name in names) and all(
        len(one) == 1 for one in ([*before, condition] if before else [])
    )


def for_store(form: Schema) -> Form:
    """The form as it is kept: conditions of the builder become rules that every validator understands."""
    known = fields(form)
    properties: dict[str, Form] = {}
    rules: list[object] = list(objects(form.get("allOf")))
    for name, node in known.items():
        plain = dict(node)
        condition = plain.pop("x-requiredWhen", None)
        if condition is not None:
            rules += write_rules(condition, name, known)
        properties[name] = plain
    kept = {key: value for key, value in form.items() if key != "allOf"} | {"properties": properties}
    return with_order({**kept, "allOf": rules} if rules else kept)
