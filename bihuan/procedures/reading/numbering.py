"""Numbers that Word draws before paragraphs without writing them into the text."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as WordParagraph
from lxml import etree

_DIGITS: Final = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """1 to 99 in Chinese characters; digits beyond."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def _letter(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26)


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 0 < number <= 20 else f"({number})"


_WRITTEN: Final[dict[str, Callable[[int], str]]] = {
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "ideographDigital": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCounting": chinese,
    "lowerLetter": _letter,
    "upperLetter": lambda number: _letter(number).upper(),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "bullet": lambda number: "",
    "none": lambda number: "",
}


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    format: str
    pattern: str

    def written(self, number: int) -> str:
        return _WRITTEN.get(self.format, str)(number)


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts the paragraphs of each list, in the order in which they are asked for."""

    def __init__(self, word: WordDocument) -> None:
        self._lists: dict[str, _List] = {}
        try:
            root = word.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        kinds = {one.get(qn("w:abstractNumId")): _levels(one) for one in root.findall(qn("w:abstractNum"))}
        shared: dict[str | None, _List] = {}
        for one in root.findall(qn("w:num")):
            which = one.find(qn("w:abstractNumId"))
            kind = which.get(qn("w:val")) if which is not None else None
            # Lists of one kind go on counting where none of their levels begins anew.
            own = one.find(qn("w:lvlOverride")) is not None
            made = _List(kinds.get(kind, {})) if own else shared.setdefault(kind, _List(kinds.get(kind, {})))
            self._lists[one.get(qn("w:numId")) or ""] = made

    def label(self, paragraph: WordParagraph) -> str:
        """What Word shows before the paragraph: `一、`, `1.`, `(1)`; "" where it shows no number."""
        key, depth = _of(paragraph)
        found = self._lists.get(key)
        level = found.levels.get(depth) if found else None
        if found is None or level is None or level.format in ("bullet", "none"):
            return ""
        found.counts[depth] = found.counts.get(depth, level.start - 1) + 1
        for deeper in [one for one in found.counts if one > depth]:
            del found.counts[deeper]
        text = level.pattern
        for at in range(depth + 1):
            upper = found.levels.get(at)
            if upper is not None:
                text = text.replace(f"%{at + 1}", upper.written(found.counts.get(at, upper.start)))
        return text if text.endswith(("、", ".", ")", "）", "：", ":")) else f"{text} "


def _value(element: etree._Element | None, default: str) -> str:
    return default if element is None else element.get(qn("w:val")) or default


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _levels(kind: etree._Element) -> dict[int, _Level]:
    return {
        _number(one.get(qn("w:ilvl")) or "0"): _Level(
            _number(_value(one.find(qn("w:start")), "1")),
            _value(one.find(qn("w:numFmt")), "decimal"),
            _value(one.find(qn("w:lvlText")), "")[:40],
        )
        for one in kind.findall(qn("w:lvl"))
    }


def _of_properties(element: etree._Element) -> etree._Element | None:
    properties = element.find(qn("w:pPr"))
    return properties.find(qn("w:numPr")) if properties is not None else None


def _of(paragraph: WordParagraph) -> tuple[str, int]:
    """The list and the depth, from the paragraph itself or from its style."""
    own = _of_properties(paragraph._p)
    styled = _of_properties(paragraph.style.element) if paragraph.style is not None else None
    said = own if own is not None else styled
    if said is None:
        return "", 0
    return _value(said.find(qn("w:numId")), ""), _number(_value(said.find(qn("w:ilvl")), "0"))
