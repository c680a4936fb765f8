"""Conditions and formulas in charts and decision tables: a small safe language, carried out by zen-engine.

The text is parsed by us first: only names, literals, comparisons, `and or not`, arithmetic, `in`, `a ? b : c` and a
short list of functions pass, with bounded length and depth. What zen gets is written out again from the tree, so no
text of a user reaches it, and nothing in it can run code, ask the clock or use memory without bound.
"""

from bihuan.bpmn.expressions.compiled import Expression, Lookup, UndeclaredName, compile_expression, lookup_in
from bihuan.bpmn.expressions.errors import ExpressionError
from bihuan.bpmn.expressions.tree import Binary, Call, Choice, Interval, Items, Literal, Name, Tree, Unary

__all__ = [
    "Binary",
    "Call",
    "Choice",
    "Expression",
    "ExpressionError",
    "Interval",
    "Items",
    "Literal",
    "Lookup",
    "Name",
    "Tree",
    "Unary",
    "UndeclaredName",
    "compile_expression",
    "lookup_in",
]
