"""What is carried along while one file is read."""

from lxml import etree

from bihuan.bpmn.expressions import Expression, ExpressionError, compile_expression
from bihuan.bpmn.problems import Problem
from bihuan.bpmn.xml.vocabulary import BPMN, local, text_of


class Reading:
    """One file (or one called process of it) being read.

    `prefix` is put before every id (called processes), so that they cannot clash. Problems are collected, not raised,
    so that the author sees all of them at once.
    """

    def __init__(self, root: etree._Element, prefix: str, problems: list[Problem]) -> None:
        self.root = root
        self.prefix = prefix
        self.problems = problems
        self.named = {
            kind: {str(one.get("id")): one for one in root.findall(f"{{{BPMN}}}{kind}")}
            for kind in ("message", "signal", "error", "escalation")
        }
        self.processes = {str(one.get("id")): one for one in root.findall(f"{{{BPMN}}}process")}

    def key(self, element_id: str) -> str:
        """The id that an element of this file has in the chart."""
        return self.prefix + element_id

    def refuse(self, element: etree._Element | None, kind: str, zh: str, en: str) -> None:
        """Notes one problem at `element`."""
        found = "" if element is None else self._nearest_id(element)
        line = 0 if element is None else element.sourceline or 0
        self.problems.append(Problem(found, line, kind, zh, en))

    @staticmethod
    def _nearest_id(element: etree._Element) -> str:
        here: etree._Element | None = element
        while here is not None:
            if found := here.get("id"):
                return found
            here = here.getparent()
        return ""

    def unsupported(self, element: etree._Element, what: str = "") -> None:
        """Notes that we do not run this element."""
        name = what or local(element)
        self.refuse(element, "unsupported_element", f"不支持执行的元素:{name}", f"not supported: {name}")

    def expression(self, element: etree._Element | None) -> Expression | None:
        """The compiled text of an expression element; None (with a problem noted) if it does not compile."""
        if element is None:
            return None
        try:
            return compile_expression(text_of(element))
        except ExpressionError as error:
            self.refuse(element, "bad_expression", f"表达式有误:{error.zh}", f"bad expression: {error.detail}")
            return None

    def name_of(self, kind: str, element: etree._Element, attribute: str) -> str | None:
        """The `name` of the message or signal that an attribute refers to (its id if it has no name)."""
        found = self._referred(kind, element, attribute)
        return None if found is None else found.get("name") or found.get("id")

    def code_of(self, kind: str, element: etree._Element, attribute: str) -> str | None:
        """The code of the error or escalation that an attribute refers to; None: no reference, or it has no code."""
        found = self._referred(kind, element, attribute)
        return None if found is None else found.get(f"{kind}Code") or None

    def _referred(self, kind: str, element: etree._Element, attribute: str) -> etree._Element | None:
        referred = (element.get(attribute) or "").strip().rpartition(":")[2]
        if not referred:
            return None
        found = self.named[kind].get(referred)
        if found is None:
            self.refuse(
                element,
                "missing_reference",
                f"{attribute} 指向的 {referred} 不存在",
                f"{attribute}: no {kind} {referred}",
            )
        return found
