"""Required-when between the stored form (standard ``allOf``) and the builder (a condition at each field)."""

from collections.abc import Mapping

from bihuan.documents.columns import with_order
from bihuan.documents.requirements import Condition, Schema, read_rule, write_rules
from bihuan.web.ui.forms.schema import fields, objects, texts

Form = dict[str, object]


def for_builder(form: Schema) -> Form:
    """The form with ``x-requiredWhen`` at its fields; rules that say anything else stay in ``allOf``."""
    properties = {name: dict(node) for name, node in fields(form).items()}
    rules = objects(form.get("allOf"))
    shown = {name: _when_shown(name, properties) for name in properties}
    needed = {name for name, own in shown.items() if own and all(rule in rules for rule in own)}
    asked: dict[str, list[Condition]] = {}
    kept: list[Schema] = []
    for rule in (rule for rule in rules if not any(rule in shown[name] for name in needed)):
        found = read_rule(rule)
        if found is None or not _fits(found, asked, properties):
            kept.append(rule)
            continue
        for name in found[1]:
            asked.setdefault(name, []).append(found[0])
    for name, ways in asked.items():
        properties[name]["x-requiredWhen"] = ways[0] if len(ways) == 1 else [{"any": [way[0] for way in ways]}]
    rest = {key: value for key, value in form.items() if key != "allOf"}
    if needed:
        rest["x-groups"] = [_also(group, needed) for group in objects(form.get("x-groups"))]
    return {**rest, "properties": properties, **({"allOf": kept} if kept else {})}


def _also(group: Schema, needed: set[str]) -> Form:
    """The group with those of its fields required that are whenever they show."""
    required = texts(group.get("required"))
    return {
        **group,
        "required": required + [n for n in texts(group.get("fields")) if n in needed and n not in required],
    }


def _when_shown(name: str, known: Mapping[str, Schema]) -> list[dict[str, object]]:
    """The rules by which a required field is required only where it shows, so that any validator knows it; none for the
    plain "is one of", which every part of the product reads."""
    condition = known[name].get("x-visibleWhen")
    plain = isinstance(condition, Mapping) and "in" in condition
    return [] if condition is None or plain else write_rules(condition, name, known)


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
    groups = objects(form.get("x-groups"))
    for name in [name for group in groups for name in texts(group.get("required")) if name in known]:
        rules += _when_shown(name, known)
    if groups:
        form = {**form, "x-groups": [_without(group, known) for group in groups]}
    kept = {key: value for key, value in form.items() if key != "allOf"} | {"properties": properties}
    return with_order({**kept, "allOf": rules} if rules else kept)


def _without(group: Schema, known: Mapping[str, Schema]) -> Form:
    required = [name for name in texts(group.get("required")) if name not in known or not _when_shown(name, known)]
    return {**group, "required": required} if "required" in group else dict(group)
