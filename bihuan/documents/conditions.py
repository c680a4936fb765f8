"""When a field shows: conditions as data, judged alike on the page, by the server and on paper.

A condition is a list of entries that all must hold. An entry is a test, or ``{"any": [tests]}`` of which one must hold.
A test is ``{"field": name}`` with one of ``in``/``notIn`` (values), ``atLeast``/``atMost`` (numbers), ``filled`` (truth).
"""

from collections.abc import Mapping
from typing import Final, cast

Test = Mapping[str, object]
TESTS: Final = ("in", "notIn", "atLeast", "atMost", "filled")


def entries(condition: object) -> list[Test]:
    """The entries; a test that stands alone is a list of one. What is no condition has none."""
    found = condition if isinstance(condition, list) else [condition]
    return [cast(Test, one) for one in found if isinstance(one, Mapping) and (_is_test(one) or alternatives(one))]


def alternatives(entry: Test) -> list[Test]:
    """The tests of an ``any`` entry; none of a plain test."""
    found = entry.get("any")
    if not isinstance(found, list):
        return []
    return [cast(Test, one) for one in found if isinstance(one, Mapping) and _is_test(one)]


def tests(condition: object) -> list[Test]:
    """All tests of a condition, wherever they stand."""
    return [test for entry in entries(condition) for test in (alternatives(entry) or [entry])]


def _is_test(entry: Test) -> bool:
    return isinstance(entry.get("field"), str) and any(name in entry for name in TESTS)


def same(value: object, wanted: object) -> bool:
    """Equal as on a form: 1 is 1.0, but not true."""
    return isinstance(value, bool) == isinstance(wanted, bool) and value == wanted


def holds(test: Test, value: object) -> bool:
    """Whether a value passes a test; of a list, whether one of its entries is among the values. None is blank."""
    wanted = test.get("in", test.get("notIn"))
    if isinstance(wanted, list):
        values = value if isinstance(value, list) else [value]
        among = any(same(one, each) for one in values for each in wanted)
        return among if "in" in test else not among
    if "filled" in test:
        return (value not in (None, "", [])) == bool(test["filled"])
    return _compared(test, value)


def _compared(test: Test, value: object) -> bool:
    low, high = test.get("atLeast"), test.get("atMost")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if isinstance(low, int | float) and value < low:
        return False
    return not (isinstance(high, int | float) and value > high)


def visible_fields(properties: Mapping[str, Mapping[str, object]], data: Mapping[str, object]) -> frozenset[str]:
    """The fields that show with these data.

    A hidden field counts as blank for those that hang on it; a circle shows nobody in it. A test on a field that is not
    among the properties (another step's) passes: nothing here could show the field, so it must not hide.
    """
    conditions = {name: entries(node["x-visibleWhen"]) for name, node in properties.items() if "x-visibleWhen" in node}
    hidden = {name for name in conditions if circle(name, properties)}
    asked = {name: condition for name, condition in conditions.items() if condition and name not in hidden}

    def passes(test: Test) -> bool:
        on = str(test["field"])
        return on not in properties or holds(test, None if on in hidden else data.get(on))

    # Without circles a field is settled once those before it are: as many rounds as the longest chain is long.
    for _round in range(len(asked) + 1):
        before = set(hidden)
        for name, condition in asked.items():
            shown = all(any(map(passes, alternatives(entry) or [entry])) for entry in condition)
            hidden.discard(name) if shown else hidden.add(name)
        if hidden == before:
            break
    return frozenset(properties) - hidden


def circle(name: str, properties: Mapping[str, Mapping[str, object]]) -> tuple[str, ...]:
    """The fields by which a field hangs on itself, beginning with it; empty where it does not."""
    seen: set[str] = set()
    ways: list[tuple[str, ...]] = [(name,)]
    while ways:
        way = ways.pop()
        for test in tests(properties[way[-1]].get("x-visibleWhen")):
            on = str(test["field"])
            if on == name:
                return way
            if on in properties and on not in seen:
                seen.add(on)
                ways.append((*way, on))
    return ()
