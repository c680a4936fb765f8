"""DMN XML to decision tables. Anything we do not evaluate is refused by name and place."""

import hashlib
from functools import reduce

from lxml import etree

from bihuan.bpmn.decisions.cells import is_anything, parse_cell
from bihuan.bpmn.decisions.regions import Axis
from bihuan.bpmn.decisions.requirements import Link, connected
from bihuan.bpmn.decisions.table import AGGREGATIONS, POLICIES, DecisionTable, Input, Output, Rule
from bihuan.bpmn.expressions import Binary, Expression, ExpressionError, Literal, Tree, compile_expression
from bihuan.bpmn.expressions.parser import parse
from bihuan.bpmn.problems import ChartRefused, Problem
from bihuan.bpmn.values import JsonValue
from bihuan.bpmn.xml.reader import read_xml


def parse_decisions(source: bytes) -> dict[str, DecisionTable]:
    """Every decision table of a DMN file (1.1 to 1.5) by its id; ChartRefused with every problem found."""
    root = read_xml(source)
    reader = _Reader(hashlib.sha256(source).hexdigest())
    if _local(root) != "definitions" or "/spec/DMN/" not in str(root.tag):
        reader.refuse(root, "syntax", "这不是 DMN 文件", "this is no DMN file")
        raise ChartRefused(tuple(reader.problems))
    decisions = [one for one in root if _local(one) == "decision"]
    tables = [reader.decision(one) for one in decisions]
    if not decisions:
        reader.refuse(root, "structure", "文件中没有决策表", "the file has no decision")
    found = {table.key: table for table in tables if table is not None}
    if len(found) != len(tables) and not reader.problems:
        reader.refuse(root, "duplicate_id", "两个决策的 id 相同", "two decisions share an id")
    if not reader.problems:
        found = connected(found, reader.links, reader.problems)
    if reader.problems:
        raise ChartRefused(tuple(reader.problems))
    return found


def parse_decision(source: bytes, key: str | None = None) -> DecisionTable:
    """One decision table: the one called `key`, or the only one that no other asks; ChartRefused otherwise."""
    tables = parse_decisions(source)
    asked = {one.table.key for table in tables.values() for one in table.required}
    heads = [name for name in tables if name not in asked]
    if key is None and len(heads) == 1:
        return tables[heads[0]]
    if key in tables:
        return tables[key]
    names = ", ".join(tables)
    problem = Problem(
        key or "",
        0,
        "missing_reference",
        f"没有决策表 {key or ''},有:{names}",
        f"no decision {key}; there are: {names}",
    )
    raise ChartRefused((problem,))


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname


def _all(element: etree._Element, name: str) -> list[etree._Element]:
    return [one for one in element if _local(one) == name]


def _text(element: etree._Element, name: str | None = None) -> str:
    holder = element
    if name is not None:
        found = _all(element, name)
        if not found:
            return ""
        holder = found[0]
    texts = _all(holder, "text")
    return ("".join(texts[0].itertext()) if texts else "").strip()


class _Reader:
    def __init__(self, content_hash: str) -> None:
        self.problems: list[Problem] = []
        self.links: list[Link] = []
        self.content_hash = content_hash

    def refuse(self, element: etree._Element, kind: str, zh: str, en: str) -> None:
        here: etree._Element | None = element
        while here is not None and not here.get("id"):
            here = here.getparent()
        found = "" if here is None else str(here.get("id"))
        self.problems.append(Problem(found, element.sourceline or 0, kind, zh, en))

    def unsupported(self, element: etree._Element, what: str = "") -> None:
        name = what or _local(element)
        self.refuse(element, "unsupported_element", f"不支持执行的元素:{name}", f"not supported: {name}")

    def decision(self, element: etree._Element) -> DecisionTable | None:
        for one in element:
            name = _local(one)
            if name == "informationRequirement":
                self.link(element, one)
            elif name == "knowledgeRequirement" or name in ("literalExpression", "context", "invocation", "relation"):
                self.unsupported(one)
        tables = _all(element, "decisionTable")
        key = element.get("id") or ""
        if not key or len(tables) != 1:
            self.refuse(element, "structure", "决策须有 id 和一张决策表", "a decision needs an id and one table")
            return None
        return self.table(key, element.get("name") or key, tables[0])

    def link(self, element: etree._Element, requirement: etree._Element) -> None:
        for one in _all(requirement, "requiredDecision"):
            href = one.get("href") or ""
            if href.startswith("#"):
                self.links.append(Link(element.get("id") or "", href[1:], one.sourceline or 0))
            else:
                self.unsupported(one, f"requiredDecision {href}")

    def table(self, key: str, name: str, element: etree._Element) -> DecisionTable:
        policy = element.get("hitPolicy") or "UNIQUE"
        aggregation = (element.get("aggregation") or "") if policy == "COLLECT" else ""
        if policy not in POLICIES or aggregation not in AGGREGATIONS | {""}:
            self.unsupported(element, f"hitPolicy {policy} {aggregation}".strip())
        inputs = tuple(self.input(one, at) for at, one in enumerate(_all(element, "input")))
        outputs = tuple(self.output(one, key) for one in _all(element, "output"))
        if not outputs or len({one.name for one in outputs}) != len(outputs):
            self.refuse(element, "structure", "决策表的输出列缺失或重名", "output columns are missing or share a name")
        if aggregation and len(outputs) != 1:
            self.refuse(element, "structure", "汇总的决策表只能有一个输出", "an aggregating table has one output")
        if policy in ("PRIORITY", "OUTPUT ORDER") and not any(one.values for one in outputs):
            self.refuse(element, "structure", "按优先级命中须列出输出值", "this hit policy needs output values")
        rules = [self.rule(one, len(inputs), len(outputs)) for one in _all(element, "rule")]
        read = tuple(one for one in rules if one is not None)
        return DecisionTable(key, name, policy, aggregation, inputs, outputs, read, self.content_hash)

    def expression(self, element: etree._Element, text: str, what: str) -> Expression:
        """The compiled text, or (with a problem noted) `null` in its place."""
        try:
            return compile_expression(text, equals=True)
        except ExpressionError as error:
            self._bad(element, what, text, error)
            return compile_expression("null")

    def _bad(self, element: etree._Element, what: str, text: str, error: ExpressionError) -> None:
        self.refuse(
            element, "bad_expression", f"{what} “{text}” 有误:{error.zh}", f"cannot map {text!r}: {error.detail}"
        )

    def input(self, element: etree._Element, at: int) -> Input:
        expressions = _all(element, "inputExpression")
        text = _text(element, "inputExpression")
        if not text:
            self.refuse(element, "structure", "输入列没有表达式", "the input column has no expression")
        allowed = _text(element, "inputValues")
        return Input(
            element.get("id") or f"input{at + 1}",
            element.get("label") or text,
            expressions[0].get("typeRef") or "" if expressions else "",
            self.expression(element, text or "null", "输入"),
            self.declared(element, allowed, at) if allowed else None,
        )

    def declared(self, element: etree._Element, text: str, at: int) -> Expression:
        """The test whether a value is one of an input's declared ones."""
        tree = self.cell(element, text, at)
        if Axis.of([tree]).accepted(tree) is None:
            self.refuse(element, "bad_expression", "输入值须为常量", "input values must be literals")
        return self.test(element, [tree])

    def output(self, element: etree._Element, key: str) -> Output:
        name = (element.get("name") or key).strip()
        if not name.isidentifier():
            self.refuse(element, "bad_value", f"输出名 “{name}” 无效", f"the output name {name!r} is no identifier")
        defaults = _all(element, "defaultOutputEntry")
        default = _text(defaults[0]) if defaults else ""
        return Output(
            element.get("id") or name,
            name,
            element.get("label") or name,
            element.get("typeRef") or "",
            self.literals(element, _text(element, "outputValues")),
            self.expression(element, default, "默认输出") if default else None,
        )

    def literals(self, element: etree._Element, text: str) -> tuple[JsonValue, ...]:
        """The declared values of an output, in order."""
        if not text:
            return ()
        try:
            tree = parse(f"[{text}]", equals=True)
        except ExpressionError as error:
            self._bad(element, "输出值", text, error)
            return ()
        items = getattr(tree, "items", ())
        if not all(isinstance(one, Literal) for one in items):
            self.refuse(element, "bad_expression", "输出值须为常量", "output values must be literals")
            return ()
        return tuple(one.value for one in items)

    def rule(self, element: etree._Element, inputs: int, outputs: int) -> Rule | None:
        conditions, results = _all(element, "inputEntry"), _all(element, "outputEntry")
        if len(conditions) != inputs or len(results) != outputs:
            self.refuse(element, "structure", "规则的单元格数与列数不符", "the rule has not one cell for each column")
            return None
        cells = tuple(self.cell(one, _text(one), at) for at, one in enumerate(conditions))
        texts = [(one, _text(one)) for one in results]
        return Rule(
            element.get("id") or "",
            cells,
            self.test(element, list(cells)),
            tuple(self.expression(one, text, "输出") if text not in ("", "-") else None for one, text in texts),
            "; ".join(filter(None, (_text(one) for one in _all(element, "annotationEntry")))),
            element.sourceline or 0,
        )

    def cell(self, element: etree._Element, text: str, at: int) -> Tree:
        """The test of one cell; a cell that does not map is noted as a problem."""
        language = element.get("expressionLanguage")
        if language and "feel" not in language.lower():
            self.unsupported(element, f"expressionLanguage {language}")
        try:
            return parse_cell(text, at)
        except ExpressionError as error:
            self._bad(element, "单元格", text, error)
            return Literal(False)

    def test(self, element: etree._Element, cells: list[Tree]) -> Expression:
        """All cells of a rule in one expression."""
        asking = [cell for cell in cells if not is_anything(cell)]
        tree: Tree = reduce(lambda left, right: Binary("and", left, right), asking) if asking else Literal(True)
        try:
            return Expression("rule", tree)
        except ExpressionError as error:
            self._bad(element, "规则", "", error)
            return Expression("rule", Literal(False))
