"""Decision tables back to DMN 1.3 XML, the cells written out again from their trees."""

from collections.abc import Iterable
from typing import Final

from lxml import etree

from bihuan.bpmn.decisions.table import DecisionTable, Input, Output, Rule
from bihuan.bpmn.expressions import Binary, Call, Choice, Interval, Items, Literal, Name, Tree, Unary
from bihuan.bpmn.values import JsonValue

_DMN: Final = "https://www.omg.org/spec/DMN/20191111/MODEL/"
_XML: Final = "http://www.omg.org/XML/1998/namespace"


def write_decisions(tables: Iterable[DecisionTable], *, key: str = "definitions", name: str = "") -> bytes:
    """A DMN file with these tables. What they require has to be among them.

    Reading it gives tables that are equal to these but for line numbers and content hash. What a table does not carry
    (diagram, extension elements, the texts' layout) is not written: a file that people edit is kept as it is.
    """
    root = etree.Element(f"{{{_DMN}}}definitions", nsmap={None: _DMN})
    root.set("id", key)
    root.set("name", name or key)
    root.set("namespace", "urn:bihuan:decisions")
    for table in tables:
        _decision(root, table)
    etree.indent(root)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{_DMN}}}{tag}")
    for name, value in attributes.items():
        if value:
            element.set(name, value)
    return element


def _text(parent: etree._Element, tag: str, text: str, **attributes: str) -> None:
    inner = _add(_add(parent, tag, **attributes), "text")
    inner.text = text
    if text != text.strip():
        inner.set(f"{{{_XML}}}space", "preserve")


def _decision(root: etree._Element, table: DecisionTable) -> None:
    decision = _add(root, "decision", id=table.key, name=table.name)
    for one in table.required:
        _add(_add(decision, "informationRequirement"), "requiredDecision", href=f"#{one.table.key}")
    element = _add(decision, "decisionTable", hitPolicy=table.hit_policy, aggregation=table.aggregation)
    for column in table.inputs:
        _input(element, column)
    for result in table.outputs:
        _output(element, result)
    for rule in table.rules:
        _rule(element, rule)


def _input(table: etree._Element, column: Input) -> None:
    element = _add(table, "input", id=column.id, label=column.label)
    _text(element, "inputExpression", column.expression.text, typeRef=column.type)
    if column.allowed is not None:
        _text(element, "inputValues", cell_text(column.allowed.tree))


def _output(table: etree._Element, result: Output) -> None:
    element = _add(table, "output", id=result.id, name=result.name, label=result.label, typeRef=result.type)
    if result.values:
        _text(element, "outputValues", ", ".join(_literal(value) for value in result.values))
    if result.default is not None:
        _text(element, "defaultOutputEntry", result.default.text)


def _rule(table: etree._Element, rule: Rule) -> None:
    element = _add(table, "rule", id=rule.id)
    for cell in rule.cells:
        _text(element, "inputEntry", cell_text(cell))
    for said in rule.outputs:
        _text(element, "outputEntry", "" if said is None else said.text)
    if rule.annotation:
        _text(element, "annotationEntry", rule.annotation)


def cell_text(tree: Tree) -> str:
    """The S-FEEL cell that `parse_cell` reads as this tree."""
    if isinstance(tree, Literal):
        return "-"
    if isinstance(tree, Binary) and tree.op == "and" and isinstance(tree.right, Unary) and tree.right.op == "not":
        return f"not({_tests(tree.right.of)})"
    return _tests(tree)


def _tests(tree: Tree) -> str:
    if isinstance(tree, Binary) and tree.op == "or":
        return f"{_tests(tree.left)}, {_tests(tree.right)}"
    if isinstance(tree, Binary) and tree.op == "and":  # guarded against null
        return _tests(tree.right)
    if isinstance(tree, Binary) and isinstance(tree.right, Interval):
        return _formula(tree.right)
    if isinstance(tree, Binary):
        return _formula(tree.right) if tree.op == "==" else f"{tree.op} {_formula(tree.right)}"
    raise TypeError(f"no cell: {tree!r:.60}")


def _formula(tree: Tree) -> str:
    if isinstance(tree, Literal):
        return _literal(tree.value)
    if isinstance(tree, Name):
        return ".".join(tree.path)
    if isinstance(tree, Unary):
        return f"({tree.op} {_formula(tree.of)})"
    if isinstance(tree, Binary):
        return f"({_formula(tree.left)} {tree.op} {_formula(tree.right)})"
    return _compound(tree)


def _compound(tree: Items | Interval | Call | Choice) -> str:
    if isinstance(tree, Items):
        return f"[{', '.join(map(_formula, tree.items))}]"
    if isinstance(tree, Interval):
        opened, closed = "(" if tree.low_open else "[", ")" if tree.high_open else "]"
        return f"{opened}{_formula(tree.low)}..{_formula(tree.high)}{closed}"
    if isinstance(tree, Choice):
        return f"({_formula(tree.condition)} ? {_formula(tree.then)} : {_formula(tree.otherwise)})"
    return f"{tree.function}({', '.join(map(_formula, tree.arguments))})"


def _literal(value: JsonValue) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return f'"{value}"' if '"' not in value else f"'{value}'"
    return f"{value:f}" if isinstance(value, float) and "e" in repr(value) else f"{value}"
