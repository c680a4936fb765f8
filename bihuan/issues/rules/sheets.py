"""Lists as files: every cell a text that no program takes for a formula, and no number that loses figures."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_noop
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

KINDS = {
    "xlsx": gettext_noop("Excel 工作簿 (.xlsx)"),
    "csv": gettext_noop("CSV（UTF-8）"),
    "gb18030": gettext_noop("CSV（GB18030，旧软件用）"),
}
_CELL = 32_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FORMULA = re.compile(r"^[\s\u00a0\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_LONG = re.compile(r"^[+-]?\d{11,}$")


def defused(text: str) -> str:
    """The text as no spreadsheet runs it: what begins like a formula (also after blanks, also in full width), with a tab
    or with a return has an apostrophe before it (correctness 127)."""
    text = _CONTROL.sub("", text)[:_CELL]
    return f"'{text}" if text[:1] in ("\t", "\r", "\n") or _FORMULA.match(text) else text


def csv_cell(text: str) -> str:
    """As ``defused``; a long number has a tab behind it, so that it stays a text where the file is opened."""
    text = defused(text)
    return f"{text}\t" if _LONG.match(text) else text


def csv_file(titles: Sequence[str], rows: Iterable[Sequence[str]], notes: Iterable[str], *, encoding: str) -> bytes:
    """A file with CRLF. In UTF-8 it begins with the mark by which Excel knows it; ``gb18030`` holds every character,
    too."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([csv_cell(title) for title in titles])
    writer.writerows([csv_cell(text) for text in row] for row in rows)
    writer.writerows([[csv_cell(note)] for note in notes])
    return out.getvalue().encode("gb18030" if encoding == "gb18030" else "utf-8-sig")


def xlsx_file(titles: Sequence[str], rows: Iterable[Sequence[str]], notes: Iterable[str], *, name: str) -> bytes:
    """A workbook that is written row by row: all cells are texts."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", name)[:31])
    sheet.freeze_panes = "A2"

    def cell(text: str, *, bold: bool = False) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, value=defused(text))
        made.data_type, made.number_format = "s", "@"
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(title, bold=True) for title in titles])
    for row in rows:
        sheet.append([cell(text) for text in row])
    for note in notes:
        sheet.append([cell(note)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def made(kind: str, titles: Sequence[str], rows: Iterable[Sequence[str]], notes: Iterable[str], *, name: str) -> bytes:
    """The file of one of ``KINDS``. ``notes`` are asked for once the rows are written."""
    if kind == "xlsx":
        return xlsx_file(titles, rows, notes, name=name)
    return csv_file(titles, rows, notes, encoding=kind)
