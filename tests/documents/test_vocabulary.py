"""The rules of forms: conditions, what is required when, amounts in words, numbers with check digits, columns."""

import json
import random
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from cn2an import cn2an
from jsonschema import Draft202012Validator

from bihuan.documents.columns import columns, with_order
from bihuan.documents.conditions import circle, entries, holds, visible_fields
from bihuan.documents.identity import is_resident_number, is_telephone
from bihuan.documents.model import build_document
from bihuan.documents.money import capital
from bihuan.documents.requirements import Schema, read_rule, rules_of, write_rules

ROOT = Path(__file__).resolve().parents[2]
KNOWN: dict[str, Schema] = {
    "kind": {"type": "string"},
    "tags": {"type": "array"},
    "on": {"type": "boolean"},
    "n": {"type": "number"},
}
VALUES: dict[str, list[object]] = {
    "kind": [None, "a", "b", "1"],
    "tags": [None, ["a"], ["b", "c"]],
    "on": [None, True, False],
    "n": [None, 0, 1, 1.0, -3, 2.5, 1000],
}
TESTS: list[dict[str, object]] = [
    {"field": "kind", "in": ["a"]},
    {"field": "kind", "in": ["a", "b"]},
    {"field": "kind", "notIn": ["a"]},
    {"field": "kind", "filled": True},
    {"field": "kind", "filled": False},
    {"field": "tags", "in": ["b", "x"]},
    {"field": "tags", "notIn": ["a"]},
    {"field": "tags", "filled": False},
    {"field": "on", "in": [True]},
    {"field": "on", "in": [False]},
    {"field": "n", "atLeast": 1},
    {"field": "n", "atMost": 0},
    {"field": "n", "atLeast": 0, "atMost": 2.5},
    {"field": "n", "filled": True},
]


def _cases() -> list[tuple[list[dict[str, object]], dict[str, object]]]:
    """Conditions of every shape with data for them."""
    chance = random.Random(11)
    found: list[tuple[list[dict[str, object]], dict[str, object]]] = []
    for _round in range(400):
        tests = chance.sample(TESTS, chance.choice((1, 1, 2, 3)))
        condition: list[dict[str, object]] = [{"any": tests}] if len(tests) > 1 and chance.random() < 0.5 else tests
        values = {name: value for name, those in VALUES.items() if (value := chance.choice(those)) is not None}
        found.append((condition, values))
    return found


def _all_hold(condition: list[dict[str, object]], data: dict[str, object]) -> bool:
    return "end" in visible_fields({**KNOWN, "end": {"x-visibleWhen": condition}}, data)


def test_a_validator_and_we_agree_on_every_condition() -> None:
    """The oracle is jsonschema: the rules that a condition becomes, judged by it."""
    for condition, data in _cases():
        rules = write_rules(condition, "end", KNOWN)
        schema = {"type": "object", "allOf": rules}
        needed = not Draft202012Validator(schema).is_valid(data)
        assert needed == _all_hold(condition, data), (condition, data)


def test_rules_are_read_back_as_they_were_written() -> None:
    for condition, data in _cases():
        read = [read_rule(rule) for rule in write_rules(condition, "end", KNOWN)]
        assert all(read), condition
        ways = [one[0] for one in read if one is not None]
        again = any(all(holds(test, data.get(str(test["field"]))) for test in way) for way in ways)
        assert again == _all_hold(condition, data), (condition, data)


def test_a_browser_judges_conditions_as_the_server_does(tmp_path: Path) -> None:
    node = shutil.which("node") or ""
    if not node:
        pytest.skip("no node")
    cases = [
        {"when": json.loads(_posted(condition)), "values": {name: _texts(value) for name, value in data.items()},
         "shown": _all_hold(condition, data)}
        for condition, data in _cases()
    ]  # fmt: skip
    amounts = [_amount(at) for at in range(600)]
    words = [[text, capital(Decimal(text))] for text in amounts]
    _bundle("conditions", tmp_path)
    _bundle("money", tmp_path)
    (tmp_path / "cases.json").write_text(json.dumps({"cases": cases, "words": words}), encoding="utf-8")
    (tmp_path / "run.mjs").write_text(
        """
        import { readFileSync } from "node:fs";
        import { holds } from "./conditions.mjs";
        import { capital } from "./money.mjs";
        const { cases, words } = JSON.parse(readFileSync(new URL("./cases.json", import.meta.url)));
        const wrong = cases.filter((one) => holds(one.when, (name) => one.values[name] ?? []) !== one.shown);
        const said = words.filter(([text, chinese]) => capital(text) !== chinese).map(([text, c]) => [text, c, capital(text)]);
        console.log(JSON.stringify({ wrong, said, asked: cases.length + words.length }));
        """
    )
    ran = subprocess.run([node, str(tmp_path / "run.mjs")], capture_output=True, text=True, check=True)
    answer = json.loads(ran.stdout)
    assert answer["asked"] == 1000 and answer["wrong"] == [] and answer["said"] == []


def _bundle(name: str, into: Path) -> None:
    vite = ROOT / "frontend" / "node_modules" / "vite" / "bin" / "vite.js"
    config = into / f"{name}.config.mjs"
    source = ROOT / "frontend" / "src" / "forms" / f"{name}.ts"
    config.write_text(
        f"""export default {{ root: {json.dumps(str(into))}, logLevel: "error", build: {{ outDir: {json.dumps(str(into))},
        emptyOutDir: false, minify: false, lib: {{ entry: {json.dumps(str(source))}, formats: ["es"],
        fileName: () => "{name}.mjs" }} }} }};"""
    )
    node = shutil.which("node") or ""
    subprocess.run([node, str(vite), "build", "--config", str(config)], check=True, capture_output=True)


def _posted(condition: list[dict[str, object]]) -> str:
    def plain(test: dict[str, object]) -> dict[str, object]:
        either = test.get("any")
        if isinstance(either, list):
            return {"any": [plain(one) for one in either]}
        return {key: _texts(value) if key in ("in", "notIn") else value for key, value in test.items()}

    return json.dumps([plain(test) for test in condition])


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [json.dumps(one) if isinstance(one, bool) else str(one) for one in values]


def _amount(seed: int) -> str:
    chance = random.Random(seed)
    whole = chance.choice((0, 1, 10, 105, 10_000, 10_010, 100_100, chance.randrange(10 ** chance.randrange(1, 12))))
    cents = chance.choice(("", ".5", ".05", ".10", f".{chance.randrange(100):02d}"))
    return f"{chance.choice(('', '', '', '-'))}{whole}{cents}"


def test_amounts_in_words_say_the_amount() -> None:
    """The oracle reads the words back: 壹仟贰佰元伍角 is 1200.5."""
    for seed in range(600):
        amount = Decimal(_amount(seed))
        said = capital(amount)
        if amount <= 0:
            continue
        yuan, _mark, rest = said.removesuffix("整").partition("元") if "元" in said else ("", "", said)
        cents = sum("零壹贰叁肆伍陆柒捌玖".index(rest[rest.index(unit) - 1]) * worth
                    for unit, worth in (("角", 10), ("分", 1)) if unit in rest)  # fmt: skip
        read = Decimal(int(cn2an(yuan, "smart")) if yuan else 0) + Decimal(cents) / 100
        assert read == amount, (amount, said)


@pytest.mark.parametrize(
    ("amount", "said"),
    [(0, "零元整"), (0.07, "柒分"), (1.01, "壹元零壹分"), (1200.5, "壹仟贰佰元伍角"), (10_010, "壹万零壹拾元整"),
     (-5, "负伍元整"), (0.005, "壹分"), (True, ""), ("5", ""), (None, ""), (1e12, ""), (float("nan"), ""),
     (float("inf"), ""), (10**400, "")],
)  # fmt: skip
def test_amounts_at_the_edges(amount: object, said: str) -> None:
    assert capital(amount) == said


@pytest.mark.parametrize(
    ("number", "good"),
    [("11010519491231002X", True), ("110105194912310021", False), ("11010519491331002X", False), ("1101051949", False),
     ("", False), ("１１０１０５１９４９１２３１００２X", False), ("11010519491231002x", False), ("X" * 10_000, False)],
)  # fmt: skip
def test_identity_numbers(number: str, good: bool) -> None:
    assert is_resident_number(number) is good


@pytest.mark.parametrize(
    ("number", "good"),
    [("13800001234", True), ("1380000123", False), ("0571-88001234", True), ("+86 138 0000 1234", True),
     ("+1 650 253 0000", True), ("400-800-1234", True), ("12", False), ("电话", False), ("", False),
     ("1" * 10_000, False), ("\u202e43210000831", False)],
)  # fmt: skip
def test_telephone_numbers(number: str, good: bool) -> None:
    assert is_telephone(number) is good


def test_what_hangs_on_the_hidden_hangs_on_nothing() -> None:
    known: dict[str, Schema] = {
        "a": {},
        "b": {"x-visibleWhen": {"field": "a", "in": ["yes"]}},
        "c": {"x-visibleWhen": {"field": "b", "in": ["yes"]}},
        "d": {"x-visibleWhen": [{"field": "b", "filled": False}]},
        "e": {"x-visibleWhen": {"field": "elsewhere", "in": ["yes"]}},
    }
    assert visible_fields(known, {"a": "no", "b": "yes", "c": "yes"}) == {"a", "d", "e"}
    assert visible_fields(known, {"a": "yes", "b": "yes"}) == {"a", "b", "c", "e"}


def test_a_circle_shows_nobody_and_ends() -> None:
    known: dict[str, Schema] = {
        "a": {"x-visibleWhen": {"field": "b", "filled": False}},
        "b": {"x-visibleWhen": {"field": "a", "filled": False}},
        "c": {"x-visibleWhen": {"field": "a", "filled": False}},
    }
    assert circle("a", known) and circle("b", known) and not circle("c", known)
    assert visible_fields(known, {}) == {"c"}
    chain: dict[str, Schema] = {f"f{n}": {"x-visibleWhen": {"field": f"f{n - 1}", "in": [1]}} for n in range(1, 300)}
    chain["f0"] = {}
    assert len(visible_fields(chain, {f"f{n}": 1 for n in range(300)})) == 300
    assert visible_fields(chain, {f"f{n}": 1 for n in range(300) if n}) == {"f0"}


@pytest.mark.parametrize("nonsense", [None, "x", 5, [], {}, [{}], {"field": "a"}, {"in": ["a"]}, {"any": []}, [[]]])
def test_what_is_no_condition_hides_nothing(nonsense: object) -> None:
    assert entries(nonsense) == []
    assert visible_fields({"a": {}, "b": {"x-visibleWhen": nonsense}}, {}) == {"a", "b"}


def test_rules_that_say_more_are_left_alone() -> None:
    asked = {"properties": {"a": {"const": 1}}, "required": ["a"]}
    for rule in (
        {"if": asked, "then": {"required": ["b"]}, "else": {"required": ["c"]}},
        {"if": asked, "then": {"properties": {"b": {"minLength": 3}}}},
        {"if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}},
        {"if": {"anyOf": [asked]}, "then": {"required": ["b"]}},
        {"required": ["b"]},
        {"if": {"properties": {"a": {"pattern": "x"}}, "required": ["a"]}, "then": {"required": ["b"]}},
    ):
        assert read_rule(rule) is None, rule
    assert list(rules_of({"allOf": [{"if": asked, "then": {"required": ["b", "c"]}}, "x"]})) == [
        ([{"field": "a", "in": [1]}], ["b", "c"])
    ]


def test_columns_keep_their_order_in_a_database() -> None:
    rows = {
        "type": "object",
        "properties": {"step": {"title": "步骤"}, "owner": {"title": "责任人"}, "due": {"title": "截止"}},
    }
    form = with_order(
        {"properties": {"steps": {"type": "array", "title": "步骤", "items": rows}, "x": {"type": "string"}}}
    )
    stored = json.loads(json.dumps(form, sort_keys=True))
    steps = stored["properties"]["steps"]
    assert list(steps["items"]["properties"]) == ["due", "owner", "step"]
    assert list(columns(steps)) == ["step", "owner", "due"]
    assert with_order(form) == form
    assert list(columns({"items": {"properties": {"a": {}, "b": {}}, "x-order": ["b", "gone", 5, "b"]}})) == ["b", "a"]
    document = build_document(form=stored, data={}, company="", number="")
    assert [getattr(block, "columns", ()) for block in document.sections[0].blocks if hasattr(block, "columns")] == [
        ("步骤", "责任人", "截止")
    ]
