"""What an expression gave is kept by its inputs: that must never show."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.bpmn.expressions import Expression, ExpressionError, compile_expression, lookup_in

_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from([0.0, 1.0, -1.0, 0.5]), st.sampled_from(["", "a", "1"]),
    st.just("long " * 40), st.lists(st.integers(0, 2), max_size=2), st.dictionaries(st.just("b"), st.integers(0, 2)),
)  # fmt: skip
_TEXTS = (
    "x",
    "x == 1",
    "x == true",
    "x == y",
    "[x, y]",
    "x in [1, 2]",
    "x > y",
    "x == null ? y : 2",
    "x + y",
    "x.b == 1",
)


def _given(expression: Expression, values: dict[str, Any]) -> object:
    try:
        found = expression.evaluate(lookup_in(values))
    except ExpressionError as error:
        return error.code, error.detail
    return type(found), found


@settings(deadline=None)
@given(text=st.sampled_from(_TEXTS), pairs=st.lists(st.tuples(_VALUES, _VALUES), min_size=2, max_size=12))
def test_a_used_expression_gives_what_a_fresh_one_gives(text: str, pairs: list[tuple[Any, Any]]) -> None:
    used = compile_expression(text)
    for x, y in (*pairs, *pairs):
        values = {"x": x, "y": y}
        assert _given(used, values) == _given(compile_expression(text), values)


def test_a_list_that_was_given_out_is_nobody_elses() -> None:
    expression = compile_expression("[x, 2]")
    first = expression.evaluate(lookup_in({"x": 1}))
    assert isinstance(first, list)
    first.append(3)
    assert expression.evaluate(lookup_in({"x": 1})) == [1, 2]


def test_what_is_kept_is_bounded() -> None:
    expression = compile_expression("x + 1")
    assert [expression.evaluate(lookup_in({"x": number})) for number in range(2_000)] == list(range(1, 2_001))
    assert len(expression._known) <= 256


@pytest.mark.parametrize("value", [True, 1, 1.0, "true", None])
def test_one_and_true_are_told_apart(value: Any) -> None:
    test = compile_expression("x == true")
    for other in (1, True, 1.0, "true", None):
        _given(test, {"x": other})
    assert _given(test, {"x": value}) == _given(compile_expression("x == true"), {"x": value})
    if isinstance(value, bool):
        assert test.evaluate(lookup_in({"x": value})) is value
