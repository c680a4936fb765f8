"""Text of a DOCX: paragraphs with their headings and numbers, rows of tables."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Final

from docx import Document as open_word
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph as WordParagraph
from lxml import etree

from bihuan.procedures.reading.numbering import Numbering
from bihuan.procedures.refusals import TextRefused

_MOST_PARTS: Final = 3_000
_MOST_UNPACKED: Final = 200_000_000
_MOST_XML: Final = 40_000_000
_MOST_DEPTH: Final = 4
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
Line = tuple[str, int]


def read_word(data: bytes) -> list[Line]:
    """Lines with their level (0: no heading). Raises `TextRefused`: bad_word, locked, bomb."""
    _check_archive(data)
    try:
        return list(_lines(open_word(io.BytesIO(data))))
    except (
        KeyError,
        ValueError,
        AttributeError,
        TypeError,
        OSError,
        etree.XMLSyntaxError,
        zipfile.BadZipFile,
    ) as error:
        raise TextRefused("bad_word") from error


def _check_archive(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise TextRefused("bad_word") from error
    if any(part.flag_bits & 1 for part in parts):
        raise TextRefused("locked")
    xml = sum(part.file_size for part in parts if part.filename.endswith((".xml", ".rels")))
    if len(parts) > _MOST_PARTS or xml > _MOST_XML or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise TextRefused("bomb")
    if "word/document.xml" not in {part.filename for part in parts}:
        raise TextRefused("not_text")


def _lines(word: WordDocument) -> Iterator[Line]:
    numbering = Numbering(word)
    for block in word.iter_inner_content():
        yield from _block(block, numbering, 0)


def _block(block: WordParagraph | Table, numbering: Numbering, depth: int) -> Iterator[Line]:
    if isinstance(block, WordParagraph):
        yield _paragraph(block, numbering)
    elif depth < _MOST_DEPTH:
        yield from _table(block, numbering, depth)


def _paragraph(paragraph: WordParagraph, numbering: Numbering) -> Line:
    style = paragraph.style.name if paragraph.style is not None else ""
    found = _HEADING.match(style or "")
    level = int(found.group(1)) if found else 1 if style == "Title" else 0
    return numbering.label(paragraph) + _text(paragraph), level


def _text(paragraph: WordParagraph) -> str:
    """The words that are shown: without what a tracked change has deleted, with what it has put in."""
    parts = []
    for element in paragraph._p.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:noBreakHyphen")):
        if element.tag == qn("w:t"):
            parts.append(element.text or "")
        elif element.tag == qn("w:tab"):
            # The tabs among a style's settings are no words.
            parts.append(" " if _is_run(element.getparent()) else "")
        else:
            parts.append("-" if element.tag == qn("w:noBreakHyphen") else "\n")
    return "".join(parts)


def _is_run(element: etree._Element | None) -> bool:
    return element is not None and element.tag == qn("w:r")


def _table(table: Table, numbering: Numbering, depth: int) -> Iterator[Line]:
    for row in table.rows:
        cells, seen = [], set()
        for cell in row.cells:
            if cell._tc not in seen:  # a cell over several columns is given once for each
                seen.add(cell._tc)
                inner = [line for block in cell.iter_inner_content() for line in _block(block, numbering, depth + 1)]
                cells.append(" ".join(text.replace("\t", " ").replace("\n", " ").strip() for text, _ in inner).strip())
        yield "\t".join(cells), 0
