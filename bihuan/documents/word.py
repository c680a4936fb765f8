"""DOCX of the same document, for those who must go on writing in it."""

import io
from collections.abc import Iterable
from itertools import groupby

from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.enum.text import WD_PARAGRAPH_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.run import Run

from bihuan.documents.model import Block, Document, Pair, Remark, Table

_FAINT = RGBColor(0x69, 0x6C, 0x73)
_FONT = "Microsoft YaHei"
_CONTROL = {code: None for code in range(32) if code not in (9, 10, 13)}


def clean(text: str) -> str:
    """XML has no place for control characters and lone surrogates."""
    return (
        text.translate(_CONTROL).encode("utf-8", "replace").decode("utf-8").replace("\ufffe", "").replace("\uffff", "")
    )


def _style(run: Run, *, faint: bool = False, bold: bool = False, size: float | None = None) -> None:
    run.font.bold = bold
    if faint:
        run.font.color.rgb = _FAINT
    if size is not None:
        run.font.size = Pt(size)


def _pair_table(word: WordDocument, pairs: list[Pair], document: Document) -> None:
    table = word.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    for pair in pairs:
        cells = table.add_row().cells
        cells[0].width, cells[1].width = Mm(32), Mm(144)
        _style(cells[0].paragraphs[0].add_run(clean(pair.label)), faint=True)
        place = cells[1].paragraphs[0]
        for name in pair.pictures:
            place.add_run().add_picture(io.BytesIO(document.images[name]), height=Mm(12))
        if not pair.pictures:
            _style(place.add_run(clean(pair.value) or document.empty), faint=not pair.value)
    word.add_paragraph()


def _rows_table(word: WordDocument, block: Table, empty: str) -> None:
    _style(word.add_paragraph().add_run(clean(block.label)), faint=True)
    if not block.rows:
        _style(word.add_paragraph().add_run(empty), faint=True)
        return
    table = word.add_table(rows=1, cols=len(block.columns))
    table.style = "Table Grid"
    for cell, title in zip(table.rows[0].cells, block.columns, strict=True):
        _style(cell.paragraphs[0].add_run(clean(title)), faint=True)
    for row in block.rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.paragraphs[0].add_run(clean(value))
    word.add_paragraph()


def _others(word: WordDocument, blocks: Iterable[Block], empty: str) -> None:
    for block in blocks:
        if isinstance(block, Table):
            _rows_table(word, block, empty)
        elif isinstance(block, Remark):
            line = word.add_paragraph()
            _style(line.add_run(clean(block.title)), bold=True)
            _style(line.add_run("  " + clean(block.text)), faint=True)


def _set_up(document: Document) -> WordDocument:
    word = new_document()
    section = word.sections[0]
    section.page_width, section.page_height = (Mm(297), Mm(210)) if document.landscape else (Mm(210), Mm(297))
    section.left_margin = section.right_margin = Mm(17)
    section.top_margin, section.bottom_margin = Mm(22), Mm(18)
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(10)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    head = section.header.paragraphs[0].add_run(
        clean(
            f"{document.company}    {document.code} v{document.version}    {document.number}    {document.secrecy}"
        ).rstrip()
    )
    _style(head, faint=True, size=8)
    return word


def render_docx(document: Document) -> bytes:
    """The document as DOCX bytes, A4."""
    word = _set_up(document)
    title = word.add_paragraph()
    title.alignment = WD_PARAGRAPH_ALIGNMENT.CENTER
    _style(title.add_run(clean(document.title)), bold=True, size=16)
    for label, value in document.meta:
        line = word.add_paragraph()
        _style(line.add_run(clean(label) + "  "), faint=True)
        line.add_run(clean(value))
    for section in document.sections:
        if section.title:
            _style(word.add_paragraph().add_run(clean(section.title)), bold=True, size=12)
        for is_pairs, blocks in groupby(section.blocks, lambda block: isinstance(block, Pair)):
            if is_pairs:
                _pair_table(word, [block for block in blocks if isinstance(block, Pair)], document)
            else:
                _others(word, blocks, document.empty)
    for label, value in (*document.signatures, *document.foot):
        line = word.add_paragraph()
        _style(line.add_run(clean(label) + "  "), faint=True)
        line.add_run(clean(value) + "  ________________")
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()
