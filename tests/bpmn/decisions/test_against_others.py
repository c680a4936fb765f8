"""Decisions against a brute-force evaluator, against the expression engine's own tables, and against themselves."""

import json
from collections.abc import Mapping
from itertools import product

import pytest
import zen
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.bpmn.decisions import DecisionError, DecisionTable, check, parse_decision, parse_decisions, write_decisions
from bihuan.bpmn.decisions.table import SINGLE
from tests.bpmn.decisions.drawn import POLICIES, Drawing, Value, drawings, named, values_for


def _said(table: DecisionTable, values: Mapping[str, object]) -> object:
    try:
        return table.evaluate(values)
    except DecisionError as error:
        return "error" if error.code == "several_rules" else error.code


@pytest.mark.parametrize(("policy", "aggregation"), POLICIES)
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_every_hit_policy_answers_as_brute_force_does(policy: str, aggregation: str, data: st.DataObject) -> None:
    drawing = data.draw(drawings(policies=[(policy, aggregation)]))
    table = parse_decision(drawing.xml())
    for _ in range(4):
        values = data.draw(values_for(drawing.kinds))
        assert _said(table, named(drawing, values)) == drawing.answer(values)


@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_sets_of_atoms_and_the_expression_engine_agree(data: st.DataObject) -> None:
    """Values of any kind in any column: where the quick way answers, the slow way says the same."""
    drawing = data.draw(drawings(policies=[("COLLECT", ""), ("FIRST", "")]))
    table = parse_decision(drawing.xml())
    slow = parse_decision(drawing.xml())
    object.__setattr__(slow, "_columns", None)
    kinds = data.draw(st.lists(st.sampled_from("ntb"), min_size=len(drawing.kinds), max_size=len(drawing.kinds)))
    for _ in range(4):
        values = named(drawing, data.draw(values_for(kinds)))
        assert _said(table, values) == _said(slow, values)


def _zen_table(drawing: Drawing) -> str:
    names = drawing.names()
    rules = [
        {
            "_id": str(at),
            **{name: "" if cell.text == "-" else cell.text for name, cell in zip(names, cells, strict=True)},
            "word": f'"{word}"',
            "number": str(number),
        }
        for at, (cells, word, number) in enumerate(drawing.rules)
    ]
    content = {
        "hitPolicy": {"FIRST": "first", "COLLECT": "collect"}[drawing.policy],
        "inputs": [{"id": name, "name": name, "field": name} for name in names],
        "outputs": [{"id": name, "name": name, "field": name} for name in ("word", "number")],
        "rules": rules,
    }
    place = {"x": 0, "y": 0}
    nodes = [
        {"id": "i", "type": "inputNode", "name": "i", "position": place},
        {"id": "t", "type": "decisionTableNode", "name": "t", "position": place, "content": content},
        {"id": "o", "type": "outputNode", "name": "o", "position": place},
    ]
    edges = [{"id": f"{a}{b}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in ("it", "to")]
    return json.dumps({"nodes": nodes, "edges": edges})


@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_the_engines_own_tables_say_the_same(data: st.DataObject) -> None:
    """zen knows the policies first and collect, and no not(…)."""
    drawing = data.draw(
        drawings(policies=[("FIRST", ""), ("COLLECT", "")]).filter(
            lambda one: (
                one.default is None
                and not any(cell.text.startswith("not") for cells, _, _ in one.rules for cell in cells)
            )
        )
    )
    values = data.draw(values_for(drawing.kinds).filter(lambda one: None not in one))
    theirs = zen.ZenEngine().create_decision(_zen_table(drawing)).evaluate(named(drawing, values))["result"]
    ours = parse_decision(drawing.xml()).evaluate(named(drawing, values))
    if drawing.policy == "FIRST":
        assert (ours or None) == (theirs or None)
    else:
        assert ours == (theirs or [])


_GRID: dict[str, list[Value]] = {"i": [*range(7)], "t": ["a", "b", "c"], "b": [True, False]}
_DECLARED = {"i": "[0..6]", "t": '"a","b","c"'}


def _grid(drawing: Drawing) -> list[tuple[Value, ...]]:
    return list(product(*(_GRID[kind] for kind in drawing.kinds)))


def _winner(drawing: Drawing, values: tuple[Value, ...]) -> int | None:
    found = drawing.matching(values)
    if drawing.policy == "PRIORITY":
        found.sort(key=lambda at: ["high", "middle", "low"].index(drawing.rules[at][1]))
    return found[0] if found else None


@given(drawing=drawings(kinds="itb", most=5, declared=_DECLARED))
@settings(max_examples=150, deadline=None)
def test_the_check_finds_what_trying_every_input_finds(drawing: Drawing) -> None:
    table = parse_decision(drawing.xml())
    report = check(table)
    assert report.decided
    if report.left_out:
        return
    by_kind: dict[str, set[tuple[int, ...]]] = {}
    for finding in report.findings:
        by_kind.setdefault(finding.kind, set()).add(finding.rules if finding.kind == "overlap" else finding.rules[:1])
    grid = _grid(drawing)
    # A missing value is no gap, but it can be what a rule is for.
    wider = list(product(*([*_GRID[kind], None] for kind in drawing.kinds)))
    assert ("gap" in by_kind) == any(not drawing.matching(values) for values in grid)
    matches = [drawing.matching(values) for values in wider]
    alive = {at for found in matches for at in found}
    assert by_kind.get("never_matches", set()) == {(at + 1,) for at in range(len(drawing.rules)) if at not in alive}
    pairs = {(one, other) for found in matches for one in found for other in found if one < other}
    if drawing.policy == "ANY":
        pairs = {(one, other) for one, other in pairs if drawing.rules[one][1:] != drawing.rules[other][1:]}
    expected = {(one + 1, other + 1) for one, other in pairs} if drawing.policy in ("UNIQUE", "ANY") else set()
    assert by_kind.get("overlap", set()) == expected
    winners = {_winner(drawing, values) for values in wider}
    masked = {(at + 1,) for at in alive if at not in winners} if drawing.policy in ("FIRST", "PRIORITY") else set()
    assert by_kind.get("masked", set()) == masked


@given(drawing=drawings(most=5))
@settings(max_examples=80, deadline=None)
def test_every_finding_is_shown_by_its_example(drawing: Drawing) -> None:
    table = parse_decision(drawing.xml())
    for finding in check(table).findings:
        if finding.example is None:
            assert finding.kind == "never_matches"
            continue
        values = [finding.example[name] for name in dict.fromkeys(drawing.names())]
        found = drawing.matching([one for one in values if not isinstance(one, (list, dict))])
        if finding.kind == "gap":
            assert not found
            assert (finding.severity == "error") == (table.hit_policy in SINGLE and not table.aggregation)
        elif finding.kind == "overlap":
            assert {rule - 1 for rule in finding.rules} <= set(found)
            assert _said(table, finding.example) == "error"
        else:
            assert finding.rules[0] - 1 in found
            assert (
                _said(table, finding.example)
                != dict(zip(("word", "number"), drawing.rules[finding.rules[0] - 1][1:], strict=True))
                or len(found) > 1
            )


def _bare(table: DecisionTable) -> object:
    """Without what only the file knows: lines, hash, how a formula was laid out."""
    rules = [
        (rule.id, rule.cells, [None if cell is None else cell.tree for cell in rule.outputs], rule.annotation)
        for rule in table.rules
    ]
    inputs = [
        (one.id, one.label, one.type, one.expression.text, None if one.allowed is None else one.allowed.tree)
        for one in table.inputs
    ]
    outputs = [
        (one.id, one.name, one.label, one.type, one.values, None if one.default is None else one.default.tree)
        for one in table.outputs
    ]
    return (
        table.key,
        table.name,
        table.hit_policy,
        table.aggregation,
        inputs,
        outputs,
        rules,
        [(one.name, _bare(one.table)) for one in table.required],
    )


@given(drawing=drawings())
@settings(max_examples=50, deadline=None)
def test_what_is_written_is_read_back(drawing: Drawing) -> None:
    tables = parse_decisions(drawing.xml())
    again = parse_decisions(write_decisions(tables.values()))
    assert list(map(_bare, again.values())) == list(map(_bare, tables.values()))
