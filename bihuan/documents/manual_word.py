"""The manual as DOCX, for those who go on writing in it."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_BREAK, WD_PARAGRAPH_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from lxml import etree

from bihuan.documents.manual import (
    Article,
    BlankField,
    BlankForm,
    Facts,
    Legend,
    Manual,
    Part,
    Picture,
    Points,
    Warned,
    Words,
)
from bihuan.documents.manual_pages import Tile, tiles
from bihuan.documents.manual_pdf import caption, drawn_tile, is_drawn
from bihuan.documents.model import Table
from bihuan.documents.word import clean

_FAINT: Final = RGBColor(0x69, 0x6C, 0x73)
_TONES: Final = {
    "green": (RGBColor(0x1E, 0x6B, 0x3A), "EEF7F0", "ⓘ"),
    "red": (RGBColor(0xA3, 0x23, 0x1B), "FDF0EE", "⚠"),
}
_FONT: Final = "Microsoft YaHei"


def render_manual_docx(manual: Manual, *, font_folders: Sequence[Path]) -> bytes:
    """The manual as DOCX bytes, A4. Fonts are needed for its drawings; raises ``FontsMissing``."""
    return _Writer(manual, font_folders).bytes()


class _Writer:
    def __init__(self, manual: Manual, folders: Sequence[Path]) -> None:
        self.manual, self.folders = manual, folders
        self.word: WordDocument = new_document()
        self.ways: dict[type, Callable[..., None]] = {
            Words: self._words,
            Points: self._points,
            Warned: self._warned,
            Facts: self._facts,
            Legend: self._legend,
            Table: self._table,
            Picture: self._picture,
        }

    def bytes(self) -> bytes:
        self._set_up()
        self._cover()
        self._contents()
        for at, chapter in enumerate(self.manual.chapters, 1):
            if is_drawn(chapter):
                self._section(landscape=True)
            elif at > 1 and is_drawn(self.manual.chapters[at - 2]):
                self._section(landscape=False)
            else:
                self._new_page()
            self._heading(f"{at}  {chapter.title}", 1)
            for place, article in enumerate(chapter.articles, 1):
                self._article(article, f"{at}.{place}")
        self._forms()
        buffer = io.BytesIO()
        self.word.save(buffer)
        return buffer.getvalue()

    # pages ------------------------------------------------------------------------------------------------------------

    def _set_up(self) -> None:
        section = self.word.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(18)
        section.top_margin, section.bottom_margin = Mm(24), Mm(20)
        for name, size in (("Normal", 10.0), ("Heading 1", 15.0), ("Heading 2", 11.5)):
            style = self.word.styles[name]
            style.font.name, style.font.size = _FONT, Pt(size)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for script in ("w:ascii", "w:hAnsi", "w:eastAsia"):
                fonts.set(qn(script), _FONT)
            for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme"):
                fonts.attrib.pop(qn(theme), None)
            style.font.color.rgb = RGBColor(0x1C, 0x1E, 0x22)
        self._say(section.header.paragraphs[0], f"{self.manual.company}    {self.manual.title}", faint=True, size=8)
        line = section.footer.paragraphs[0]
        self._say(line, f"{self.manual.mark}    ", faint=True, size=8)
        before, _zero, rest = self.manual.page_words.partition("{0}")
        between, _one, after = rest.partition("{1}")
        for words, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
            self._say(line, words, faint=True, size=8)
            if field:
                _field(line, field)

    def _section(self, *, landscape: bool) -> None:
        section = self.word.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))

    def _new_page(self) -> None:
        self.word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def _cover(self) -> None:
        for _line in range(5):
            self.word.add_paragraph()
        self._say(self.word.add_paragraph(), self.manual.company, faint=True, size=11)
        self._say(self.word.add_paragraph(), self.manual.title, bold=True, size=26)
        self._say(self.word.add_paragraph(), self.manual.kind, faint=True, size=14)
        self._facts(Facts(self.manual.cover))
        self._table(self.manual.control)

    def _contents(self) -> None:
        """A field that the word processor fills in when it opens the file."""
        self._new_page()
        self._say(self.word.add_paragraph(), self.manual.contents, bold=True, size=15)
        line = self.word.add_paragraph()
        _field(line, 'TOC \\o "1-2" \\h \\z \\u', dirty=True)

    # parts ------------------------------------------------------------------------------------------------------------

    def _article(self, article: Article, number: str) -> None:
        if article.title:
            self._heading(f"{number}  {article.title}", 2)
            if article.note:
                self._say(self.word.add_paragraph(), article.note, faint=True, size=8.5)
        for part in article.parts:
            self._part(part)

    def _part(self, part: Part) -> None:
        self.ways[type(part)](part)

    def _heading(self, text: str, level: int) -> Paragraph:
        line: Paragraph = self.word.add_heading(clean(text), level)
        return line

    def _words(self, part: Words) -> None:
        line = self.word.add_paragraph()
        line.paragraph_format.left_indent = Mm(5 * part.depth)
        if part.number:
            self._say(line, f"{part.number}  ", bold=True)
        self._say(line, part.text)

    def _points(self, part: Points) -> None:
        self._say(self.word.add_paragraph(), part.label, bold=True)
        for at, entry in enumerate(part.entries, 1):
            line = self.word.add_paragraph()
            line.paragraph_format.left_indent = Mm(6)
            line.paragraph_format.first_line_indent = Mm(-5)
            self._say(line, f"{at}. {entry}" if part.numbered else f"• {entry}")

    def _warned(self, part: Warned) -> None:
        ink, ground, sign = _TONES[part.tone]
        cell = self.word.add_table(rows=1, cols=1).rows[0].cells[0]
        _shade(cell, ground)
        line = cell.paragraphs[0]
        self._say(line, f"{sign} {part.word}  ", bold=True, ink=ink)
        self._say(line, part.text, ink=ink)
        self._gap()

    def _facts(self, part: Facts) -> None:
        table = self.word.add_table(rows=0, cols=2)
        table.style = "Table Grid"
        for label, value in part.rows:
            cells = table.add_row().cells
            cells[0].width, cells[1].width = Mm(34), Mm(140)
            self._say(cells[0].paragraphs[0], label, faint=True)
            self._say(cells[1].paragraphs[0], value)
        self._gap()

    def _table(self, part: Table) -> None:
        if part.label:
            self._say(self.word.add_paragraph(), part.label, bold=True)
        table = self.word.add_table(rows=1, cols=max(len(part.columns), 1))
        table.style = "Table Grid"
        for cell, title in zip(table.rows[0].cells, part.columns, strict=False):
            self._say(cell.paragraphs[0], title, faint=True, size=9)
            _shade(cell, "F6F6F3")
        for row in part.rows:
            for cell, value in zip(table.add_row().cells, row, strict=False):
                self._say(cell.paragraphs[0], value, size=9)
        self._gap()

    def _picture(self, part: Picture) -> None:
        found = tiles(part)
        for at, tile in enumerate(found):
            self._drawing(part.svg, tile, part.width, part.height)
            line = self.word.add_paragraph()
            line.alignment = WD_PARAGRAPH_ALIGNMENT.CENTER
            self._say(line, caption(part, at, len(found)), faint=True, size=8.5)

    def _drawing(self, svg: str, tile: Tile, width: float, height: float) -> None:
        png = drawn_tile(svg, tile, width, height, "png", self.folders)
        line = self.word.add_paragraph()
        line.alignment = WD_PARAGRAPH_ALIGNMENT.CENTER
        line.add_run().add_picture(io.BytesIO(png), width=Pt(tile.width), height=Pt(tile.height))

    def _legend(self, part: Legend) -> None:
        table = self.word.add_table(rows=0, cols=2)
        table.style = "Table Grid"
        for sign in part.signs:
            cells = table.add_row().cells
            cells[0].width, cells[1].width = Mm(26), Mm(148)
            png = drawn_tile(sign.svg, Tile(0, 0, 45, 24, 0.75), 60, 32, "png", self.folders)
            cells[0].paragraphs[0].add_run().add_picture(io.BytesIO(png), height=Mm(8))
            self._say(cells[1].paragraphs[0], sign.text)
        self._gap()

    # forms ------------------------------------------------------------------------------------------------------------

    def _forms(self) -> None:
        for at, form in enumerate(self.manual.forms):
            self._new_page()
            if at == 0:
                self._heading(self.manual.forms_title, 1)
            self._heading(f"{form.code}  {form.title}", 2)
            self._say(self.word.add_paragraph(), f"{form.foot}    * {self.manual.required_word}", faint=True, size=8.5)
            self._blank(form)

    def _blank(self, form: BlankForm) -> None:
        for title, fields in form.groups:
            if title:
                self._say(self.word.add_paragraph(), title, bold=True)
            for field in fields:
                if field.columns:
                    self._blank_table(field)
            table = self.word.add_table(rows=0, cols=2)
            table.style = "Table Grid"
            for field in fields:
                if not field.columns:
                    self._blank_field(table.add_row().cells, field)
            self._gap()
        signed = self.word.add_paragraph()
        self._say(signed, "    ".join(f"{name} ________________" for name in form.signers), faint=True)

    def _blank_field(self, cells: tuple[_Cell, ...], field: BlankField) -> None:
        cells[0].width, cells[1].width = Mm(40), Mm(134)
        self._say(cells[0].paragraphs[0], field.label + (" *" if field.required else ""), faint=True)
        place = cells[1].paragraphs[0]
        self._say(place, "   ".join(f"☐ {option}" for option in field.options))
        if field.tall:
            for _line in range(2):
                cells[1].add_paragraph()
        if field.hint:
            self._say(cells[1].add_paragraph(), field.hint, faint=True, size=8)

    def _blank_table(self, field: BlankField) -> None:
        rows = tuple(tuple("" for _column in field.columns) for _row in range(4))
        self._table(Table(field.label + (" *" if field.required else ""), field.columns, rows))

    def _gap(self) -> None:
        self.word.add_paragraph().paragraph_format.space_after = Pt(0)

    def _say(
        self,
        line: Paragraph,
        text: str,
        *,
        faint: bool = False,
        bold: bool = False,
        size: float | None = None,
        ink: RGBColor | None = None,
    ) -> None:
        run = line.add_run(clean(text))
        run.font.bold = bold
        if faint or ink is not None:
            run.font.color.rgb = ink or _FAINT
        if size is not None:
            run.font.size = Pt(size)


def _shade(cell: _Cell, colour: str) -> None:
    shading = etree.SubElement(cell._tc.get_or_add_tcPr(), qn("w:shd"))
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), colour)


def _field(line: Paragraph, code: str, *, dirty: bool = False) -> None:
    """A field of the word processor."""
    for kind in ("begin", "", "end"):
        run = line.add_run()
        if not kind:
            words = etree.SubElement(run._r, qn("w:instrText"))
            words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            words.text = code
            continue
        mark = etree.SubElement(run._r, qn("w:fldChar"))
        mark.set(qn("w:fldCharType"), kind)
        if dirty and kind == "begin":
            mark.set(qn("w:dirty"), "true")
