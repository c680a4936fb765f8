"""A decision table in lines of text, as DMN.

``table KEY 中文 HITPOLICY``, ``in NAME 中文 TYPE [values]``, ``out NAME 中文 TYPE [values]``, and indented rules: cells divided by
``|``, ``=>``, results divided by ``|``, ``#`` and the reason. Words in columns of texts stand without quotes.
"""

from typing import Final

from lxml import etree

from tools.gallery.words import Unreadable, first, lines

_DMN: Final = "https://www.omg.org/spec/DMN/20191111/MODEL/"
_CELLS: Final = ("-", "null")


def read_tables(text: str) -> dict[str, bytes]:
    """The tables in a text as DMN files, by key."""
    found: dict[str, list[str]] = {}
    key = ""
    for indented, line in lines(text):
        word, rest = first(line)
        if word == "table" and not indented:
            key = first(rest)[0]
            found[key] = []
        found[key].append(line)
    return {key: _Table(said).xml() for key, said in found.items()}


class _Table:
    def __init__(self, said: list[str]) -> None:
        self.key, name, policy = said[0].split()[1:]
        self.root = etree.Element(f"{{{_DMN}}}definitions", nsmap={None: _DMN})
        for word, value in (("id", f"{self.key}_definitions"), ("name", name), ("namespace", "urn:bihuan:gallery")):
            self.root.set(word, value)
        decision = self._add(self.root, "decision", id=self.key, name=name)
        self.table = self._add(decision, "decisionTable", id=f"{self.key}_table", hitPolicy=policy)
        self.columns: dict[str, list[str]] = {"in": [], "out": []}
        self.rules = 0
        for line in said[1:]:
            word, rest = first(line)
            if word in self.columns:
                self._column(word, rest)
            else:
                self._rule(line)

    def xml(self) -> bytes:
        """The file."""
        etree.indent(self.root)
        return etree.tostring(self.root, encoding="UTF-8", xml_declaration=True) + b"\n"

    def _add(self, parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
        element = etree.SubElement(parent, f"{{{_DMN}}}{tag}")
        for name, value in attributes.items():
            element.set(name, value)
        return element

    def _text(self, parent: etree._Element, tag: str, text: str, **attributes: str) -> None:
        self._add(self._add(parent, tag, **attributes), "text").text = text

    def _column(self, word: str, rest: str) -> None:
        name, label, kind, *values = rest.split()
        self.columns[word].append(kind)
        listed = ",".join(f'"{value}"' for value in values)
        if word == "in":
            column = self._add(self.table, "input", id=f"in_{name}", label=label)
            self._text(column, "inputExpression", name, id=f"ie_{name}", typeRef=kind)
        else:
            column = self._add(self.table, "output", id=f"out_{name}", name=name, label=label, typeRef=kind)
        if values:
            self._text(column, "inputValues" if word == "in" else "outputValues", listed, id=f"values_{word}_{name}")

    def _rule(self, line: str) -> None:
        self.rules += 1
        said, _, why = line.partition(" # ")
        cells, arrow, results = said.partition("=>")
        if not arrow or not why:
            raise Unreadable(f"{self.key}: {line}")
        rule = self._add(self.table, "rule", id=f"rule_{self.rules}")
        for tag, word, texts in (("inputEntry", "in", cells), ("outputEntry", "out", results)):
            kinds = self.columns[word]
            for at, (cell, kind) in enumerate(zip(texts.split("|"), kinds, strict=True)):
                self._text(rule, tag, _cell(cell.strip(), kind), id=f"{tag[0]}{self.rules}_{at}")
        self._text(rule, "annotationEntry", why.strip())


def _cell(text: str, kind: str) -> str:
    if kind != "string" or text in _CELLS:
        return text
    return ",".join(f'"{word.strip()}"' for word in text.split(","))
