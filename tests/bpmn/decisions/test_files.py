"""What a decision file may say, what is refused by name, and decisions that ask decisions."""

import json
from pathlib import Path
from random import Random

import pytest

from bihuan.bpmn import ChartRefused
from bihuan.bpmn.decisions import DecisionError, TableReport, check, parse_decision, parse_decisions, write_decisions
from bihuan.cli.main import main
from tests.bpmn.decisions.drawn import decision, definitions, table

T01 = Path(__file__).resolve().parents[3] / "bihuan" / "flows" / "gallery" / "T01" / "priority.dmn"
WORD = [("said", "string")]


def _one(cell: str, kind: str = "") -> bytes:
    return table([("x", kind)], WORD, [([cell], ['"yes"'])])


def _passes(cell: str, value: object, kind: str = "") -> bool:
    return parse_decision(_one(cell, kind)).evaluate({"x": value}) == {"said": "yes"}


@pytest.mark.parametrize(
    ("cell", "inside", "outside"),
    [
        ("-", [None, 1, "a", True], []),
        ("", [None, 1], []),
        ('"a"', ["a"], ["A", "", None, 1, True]),
        ('"a","b c"', ["a", "b c"], ["b", None]),
        ('"it\'s"', ["it's"], ["its"]),
        ("'say \"x\"'", ['say "x"'], ["say x"]),
        ('not("a", "b")', ["c", 1], ["a", None]),
        ("5", [5, 5.0], [True, "5", 5.5, None]),
        ("1", [1], [True]),
        ("= 5", [5], [6]),
        ("!= 5", [6, -5], [5, None]),
        ("-5", [-5], [5]),
        ("> 5", [5.01, 6], [5, None]),
        ("<= 0.1", [0.1, -3], [0.11]),
        ("0.3", [0.3, 0.1 + 0.2], [0.31]),
        ("< 0.3", [0.29], [0.1 + 0.2]),
        ("[1..5]", [1, 5, 3.5], [0.99, 5.01]),
        ("(1..5)", [1.01], [1, 5]),
        ("]1..5[", [4.99], [1, 5]),
        ("[1..5)", [1], [5]),
        ("< 1, > 5, 3", [0, 6, 3], [1, 2, 5]),
        ("not([1..5], 9)", [0, 6], [1, 5, 9, None]),
        ("true", [True], [False, 1, "true", None]),
        ("null", [None], [0, "", False]),
        ("[5..1]", [], [1, 3, 5]),
    ],
)
def test_cells(cell: str, inside: list[object], outside: list[object]) -> None:
    assert [value for value in inside if not _passes(cell, value)] == []
    assert [value for value in outside if _passes(cell, value)] == []


@pytest.mark.correctness(128)
@pytest.mark.parametrize(
    "cell",
    [
        '__import__("os").system("x")',
        "function() 1",
        'date("2026-01-01")',
        '< date("2026-01-01")',
        '> "b"',
        '["a".."c"]',
        "< true",
        ">= null",
        "some y in z satisfies y > 1",
        "? > 5",
        '"a" "b"',
        "[1..5",
        "not(",
        "> 5 and < 9",
        "`a`",
        "a" * 1001,
        "(" * 60 + "1" + ")" * 60,
    ],
)
def test_a_cell_that_does_not_map_is_refused_by_name(cell: str) -> None:
    with pytest.raises(ChartRefused) as refused:
        parse_decision(_one(cell))
    (problem, *_) = refused.value.problems
    assert (problem.element, problem.kind) == ("r0", "bad_expression")
    assert repr(cell) in problem.message_en


def test_every_bad_cell_is_named_at_once() -> None:
    with pytest.raises(ChartRefused) as refused:
        parse_decision(table([("x", ""), ("y", "")], WORD, [(["> ", "1"], ['"a"']), (["1", "foo("], ['"b'])]))
    assert [problem.element for problem in refused.value.problems] == ["r0", "r1", "r1"]


@pytest.mark.correctness(87)
def test_what_a_table_cannot_answer_is_said() -> None:
    cases: list[tuple[bytes, dict[str, object], str]] = [
        (_one("> limit"), {"x": 1}, "undeclared_name"),
        (_one("> 5"), {}, "undeclared_name"),
        (_one("> 5"), {"x": "many"}, "cannot_evaluate"),
        (table([("x", "")], WORD, [(["-"], ['"a"']), (["1"], ['"b"'])]), {"x": 1}, "several_rules"),
        (table([("x", "string", '"a","b"')], WORD, [(["-"], ['"a"'])]), {"x": "c"}, "bad_value"),
    ]
    for source, values, code in cases:
        with pytest.raises(DecisionError) as refused:
            parse_decision(source).evaluate(values)
        assert refused.value.code == code


def test_the_rules_that_matched_are_told() -> None:
    rows = [(["> 1"], ['"a"']), (["> 2"], ['"b"']), (["> 9"], ['"c"'])]
    first = parse_decision(table([("x", "")], WORD, rows, policy="FIRST"))
    assert first.decide({"x": 5}) == ({"said": "a"}, (0,))
    every = parse_decision(table([("x", "")], WORD, rows, policy="RULE ORDER"))
    assert every.decide({"x": 5}) == ([{"said": "a"}, {"said": "b"}], (0, 1))
    assert every.decide({"x": 0}) == ([], ())


def test_an_answer_belongs_to_whoever_asked() -> None:
    found = parse_decision(_one("-"))
    answer = found.evaluate({"x": 1})
    assert isinstance(answer, dict)
    answer["said"] = "changed"
    assert found.evaluate({"x": 1}) == {"said": "yes"}


def test_a_limit_may_be_a_name_or_a_formula() -> None:
    found = parse_decision(_one("> limit * 2"))
    assert found.evaluate({"x": 7, "limit": 3}) == {"said": "yes"}
    assert found.evaluate({"x": 6, "limit": 3}) == {}
    report = check(found)
    assert not report.decided
    assert [(one.kind, one.rules) for one in report.findings] == [("undecided", (1,))]


_STAGES = definitions(
    decision([("amount", "number")], [("size", "string")], [(["< 100"], ['"small"']), ([">= 100"], ['"large"'])], key="size_id", name="大小"),
    decision([("late", "boolean")], [("hurt", "number"), ("why", "string")], [(["true"], ["2", '"late"'])], key="harm", name="no word"),
    decision([("大小", "string"), ("harm.hurt", "number")], WORD, [(['"large"', "> 1"], ['"boss"']), (["-", "-"], ['"team"'])], key="who", policy="FIRST", asks=["size_id", "harm"]),
)  # fmt: skip


def test_decisions_ask_decisions() -> None:
    found = parse_decision(_STAGES)
    assert found.key == "who"
    assert [one.name for one in found.required] == ["大小", "harm"]
    assert found.evaluate({"amount": 500, "late": True}) == {"said": "boss"}
    assert found.evaluate({"amount": 50, "late": True}) == {"said": "team"}
    assert found.evaluate({"amount": 500, "late": False}) == {"said": "team"}
    assert parse_decision(_STAGES, "size_id").evaluate({"amount": 1}) == {"size": "small"}
    with pytest.raises(DecisionError):
        found.evaluate({"late": True})
    again = parse_decision(write_decisions(parse_decisions(_STAGES).values()))
    assert again.evaluate({"amount": 500, "late": True}) == {"said": "boss"}


def test_a_list_of_results_is_handed_on() -> None:
    source = definitions(
        decision([("x", "")], [("point", "number")], [(["> 1"], ["1"]), (["> 2"], ["2"])], policy="COLLECT", key="points"),
        decision([("len(points)", "number")], WORD, [(["2"], ['"both"'])], key="d", asks=["points"]),
    )  # fmt: skip
    assert parse_decision(source).evaluate({"x": 3}) == {"said": "both"}
    assert parse_decision(source).evaluate({"x": 2}) == {}


@pytest.mark.parametrize(
    ("source", "kind", "word"),
    [
        (definitions(), "structure", "no decision"),
        (b"<x/>", "syntax", "DMN"),
        (definitions(decision([], WORD, [], key="a", asks=["b"]), decision([], WORD, [], key="b", asks=["a"])), "structure", "circle"),
        (definitions(decision([], WORD, [], key="a", asks=["gone"])), "missing_reference", "gone"),
        (definitions(decision([], WORD, [], key="a"), decision([], WORD, [], key="a")), "duplicate_id", "id"),
        (table([("x", "")], WORD, [(["1"], ['"a"'])], policy="BEST"), "unsupported_element", "BEST"),
        (table([("x", "")], [("a",), ("b",)], [(["1"], ["1", "2"])], policy="COLLECT", aggregation="SUM"), "structure", "one output"),
        (table([("x", "")], WORD, [(["1"], ['"a"'])], policy="PRIORITY"), "structure", "output values"),
        (table([("x", "")], WORD, [([], ['"a"'])]), "structure", "one cell"),
        (table([("x", "number", "> y")], WORD, [(["1"], ['"a"'])]), "bad_expression", "literals"),
        (definitions('<decision id="a"><literalExpression/></decision>'), "unsupported_element", "literalExpression"),
        (definitions('<decision id="a"><informationRequirement><requiredDecision href="http://x#b"/></informationRequirement><decisionTable><output name="o"/></decisionTable></decision>'), "unsupported_element", "http://x#b"),
        (b'<!DOCTYPE d [<!ENTITY e "x">]>' + table([], WORD, []), "syntax", "DTD"),
    ],
)  # fmt: skip
def test_files_that_are_refused(source: bytes, kind: str, word: str) -> None:
    with pytest.raises(ChartRefused) as refused:
        parse_decisions(source)
    assert any(problem.kind == kind and word in problem.message_en for problem in refused.value.problems)


def test_several_heads_have_to_be_chosen_from() -> None:
    source = definitions(decision([], WORD, [([], ['"a"'])], key="a"), decision([], WORD, [([], ['"b"'])], key="b"))
    with pytest.raises(ChartRefused, match="a, b"):
        parse_decision(source)
    assert parse_decision(source, "b").evaluate({}) == {"said": "b"}


# -- the check ---------------------------------------------------------------------------------------------------------


def test_a_whole_number_lies_in_no_gap_between_whole_numbers() -> None:
    rows = [(["<= 3"], ['"a"']), ([">= 4"], ['"b"'])]
    assert check(parse_decision(table([("x", "integer")], WORD, rows))).findings == ()
    (found,) = check(parse_decision(table([("x", "number")], WORD, rows))).findings
    assert (found.kind, found.severity, found.values, found.example) == ("gap", "error", {"x": "(3..4)"}, {"x": 3.5})


def test_gaps_are_told_as_boxes() -> None:
    columns = [("vip", "boolean"), ("days", "number"), ("kind", "string")]
    rows = [(["true", "-", "-"], ['"a"']), (["false", "< 3", "-"], ['"b"']), (["false", "[3..10]", '"part"'], ['"c"'])]
    found = check(parse_decision(table(columns, WORD, rows))).findings
    assert [one.values for one in found] == [
        {"vip": "false", "days": "[3..10]", "kind": 'not("part")'},
        {"vip": "false", "days": "> 10", "kind": "-"},
    ]
    assert "days: > 10" in found[1].zh


def test_a_default_closes_every_gap_and_a_list_may_be_empty() -> None:
    rows = [(["1"], ['"a"'])]
    assert check(parse_decision(table([("x", "number")], [("said", "string", "", '"z"')], rows))).findings == ()
    found = check(parse_decision(table([("x", "number")], WORD, rows, policy="COLLECT"))).findings
    assert {one.severity for one in found} == {"info"}


def test_two_columns_that_ask_the_same_are_one_side() -> None:
    rows = [(["< 5", ">= 5"], ['"never"']), (["< 5", "-"], ['"a"']), (["-", ">= 5"], ['"b"'])]
    found = check(parse_decision(table([("x", "number"), ("x", "number")], WORD, rows))).findings
    assert [(one.kind, one.rules) for one in found] == [("never_matches", (1,))]


def test_a_rule_covered_by_several_is_masked() -> None:
    rows = [(["< 5"], ['"a"']), ([">= 5"], ['"b"']), (["[3..8]"], ['"c"'])]
    (found,) = check(parse_decision(table([("x", "number")], WORD, rows, policy="FIRST"))).findings
    assert (found.kind, found.rules, found.example) == ("masked", (3, 1, 2), {"x": 3})


def test_a_last_row_for_missing_values_is_of_use() -> None:
    assert check(parse_decision(T01.read_bytes())).findings == ()


def test_large_tables_are_checked() -> None:
    rows = [
        ([f"[{low}..{low + 10})", f"[{other}..{other + 10})"], ['"a"'])
        for low in range(0, 200, 10)
        for other in range(0, 200, 10)
    ]
    found = check(parse_decision(table([("x", "number"), ("y", "number")], WORD, rows)))
    assert found.decided
    assert {one.kind for one in found.findings} == {"gap"}
    names = [f"x{at}" for at in range(24)]
    diagonal = [([f"{at + 1}" if at == other else "-" for other in range(24)], ['"a"']) for at in range(24)]
    columns = [(name, "number") for name in names]
    closed = table(columns, WORD, [*diagonal, (["-"] * 24, ['"z"'])], policy="FIRST")
    assert check(parse_decision(closed)) == TableReport("d", True, (), 0)


def test_what_is_too_large_is_left_open() -> None:
    random = Random(7)
    rows = []
    for _ in range(260):
        cells = ["-"] * 40
        for at in random.sample(range(40), 3):
            cells[at] = random.choice(["true", "false"])
        rows.append((cells, ['"a"']))
    found = check(parse_decision(table([(f"x{at}", "boolean") for at in range(40)], WORD, rows, policy="COLLECT")))
    assert not found.decided
    assert [one.kind for one in found.findings] == ["undecided"]


def test_chart_decide_checks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "gap.dmn"
    file.write_bytes(_one("> 5", "number"))
    assert main(["chart", "decide", str(file), "--check", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    (one,) = said["tables"]
    assert (one["decision"], one["decided"], one["left_out"]) == ("d", True, 0)
    (finding,) = one["findings"]
    assert finding["kind"] == "gap"
    assert finding["example"] == {"x": 5} or finding["example"]["x"] <= 5
    assert set(finding["message"]) == {"zh", "en"}
    assert main(["chart", "decide", str(T01), "--check"]) == 0
    assert "priority: 0 findings" in capsys.readouterr().out
    assert main(["chart", "decide", str(file), "--check", "--decision", "gone", "--json"]) == 2


def test_chart_decide_asks_one_of_several(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "stages.dmn"
    file.write_bytes(_STAGES)
    assert main(["chart", "decide", str(file), "--in", '{"amount": 500, "late": true}', "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"said": "boss"}
    assert main(["chart", "decide", str(file), "--decision", "size_id", "--in", '{"amount": 5}', "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"size": "small"}
