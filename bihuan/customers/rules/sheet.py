"""Sheets of customers: bytes in, rows of texts out, and back. Nothing in a sheet is ever run or followed."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

MOST_ROWS = 5000
MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
_EXACT = 10**15  # above this a sheet has rounded the number that somebody typed
LOST = "\x01"
"""Stands before a long number that the sheet itself has rounded: what it was cannot be known any more."""


@dataclass(frozen=True, slots=True)
class Column:
    """``title`` as it stands over the column; ``hint`` is what the template says below."""

    key: str
    title: str
    hint: str = ""
    required: bool = False


COLUMNS = (
    Column("name", "客户名称", "单位或个人的全称", True),
    Column("kind", "类别", "企业 或 个人"),
    Column("code", "客户编号", "按编号认出已有客户"),
    Column("tier", "等级", "如 金牌服务"),
    Column("region", "地区"),
    Column("address", "地址"),
    Column("needs", "需要注意", "客服打开问题时会看到"),
    Column("contact", "联系人"),
    Column("position", "职务"),
    Column("phone", "电话", "手机或带区号的固话"),
    Column("email", "邮箱"),
    Column("wechat", "微信"),
    Column("contract", "合同号"),
    Column("starts_on", "合同开始", "2026-01-01"),
    Column("ends_on", "合同终止", "2026-12-31"),
    Column("product", "产品"),
    Column("model", "型号"),
    Column("serial", "序列号", "设为文本，以免长数字失真"),
    Column("warranty_until", "保修至", "2027-06-30"),
)
_BY_TITLE = {column.title: column.key for column in COLUMNS}


class SheetProblem(Exception):
    """The file as a whole cannot be read; ``code``: not_xlsx, too_large, too_many, no_titles, empty."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def _text(value: object) -> str:
    """A cell as a person reads it; what a formula would compute does not count, and numbers keep their figures."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        if abs(value) >= _EXACT:
            return f"{LOST}{value:.0f}"
        return str(int(value)) if float(value).is_integer() else repr(value)
    return " ".join(str(value).replace("\x00", "").split())


def _check_size(data: bytes) -> None:
    if len(data) > MOST_BYTES:
        raise SheetProblem("too_large")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MOST_UNPACKED:
                raise SheetProblem("too_large")
    except BadZipFile as error:
        raise SheetProblem("not_xlsx") from error


def read_rows(data: bytes) -> list[dict[str, str]]:
    """The rows below the titles, key → text, with ``line`` (the sheet's row number). Rows without any text are left out.

    :raises SheetProblem: no sheet, no titles, too large, more than 5,000 rows
    """
    _check_size(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        lines = sheet.iter_rows(values_only=True)
        found = list(_rows(lines))
        book.close()
    except SheetProblem:
        raise
    except Exception as error:  # whatever a broken file makes the reader stumble over
        raise SheetProblem("not_xlsx") from error
    if not found:
        raise SheetProblem("empty")
    return found


def _rows(lines: Iterable[Sequence[object]]) -> Iterator[dict[str, str]]:
    keys: list[str] | None = None
    count = 0
    for number, cells in enumerate(lines, 1):
        texts = [_text(cell) for cell in cells[:200]]
        if keys is None:
            titles = [re.sub(r"[\s*＊]", "", text) for text in texts]
            if _BY_TITLE.keys() & set(titles):
                keys = [_BY_TITLE.get(title, "") for title in titles]
            elif number > 10:
                raise SheetProblem("no_titles")
            continue
        row = {key: text for key, text in zip(keys, texts, strict=False) if key and text}
        if not row or row.get("name") == COLUMNS[0].hint:
            continue
        count += 1
        if count > MOST_ROWS:
            raise SheetProblem("too_many")
        yield {"line": str(number), **row}
    if keys is None:
        raise SheetProblem("no_titles")


# -- writing --------------------------------------------------------------------------------------------------------

_HEAD = PatternFill("solid", fgColor="FFEFEFEB")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def _put(cell: Cell, text: str) -> None:
    """Always as text: neither a formula nor a number that loses figures (correctness 127)."""
    cell.value = _CONTROL.sub("", text)[:32_000]
    cell.data_type = "s"
    cell.number_format = "@"
    if text[:1] in "=+-@\t\r":
        cell.style = "Normal"
        cell.number_format = "@"
        cell.quotePrefix = True


def write_sheet(*, name: str, titles: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]) -> bytes:
    """A workbook of one sheet whose cells are all texts."""
    book = Workbook()
    sheet = book.active
    sheet.title = name[:31]
    for at, title in enumerate(titles, 1):
        cell = sheet.cell(row=1, column=at)
        _put(cell, title)
        cell.font, cell.fill = Font(bold=True), _HEAD
        sheet.column_dimensions[get_column_letter(at)].width = widths[at - 1] if at <= len(widths) else 16
    for number, row in enumerate(rows, 2):
        for at, text in enumerate(row, 1):
            cell = sheet.cell(row=number, column=at)
            _put(cell, text)
            cell.alignment = Alignment(vertical="top", wrap_text=len(text) > 40)
    sheet.freeze_panes = "A2"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def template() -> bytes:
    """An empty sheet to fill in, every column set to text, with a line of hints."""
    titles = [f"{column.title}*" if column.required else column.title for column in COLUMNS]
    hints = [[column.hint for column in COLUMNS], *([[""] * len(COLUMNS)] * 200)]
    return write_sheet(name="客户导入", titles=titles, rows=hints, widths=[24, *([16] * len(COLUMNS))])
