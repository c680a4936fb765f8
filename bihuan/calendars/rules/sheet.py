"""Official days from a spreadsheet: a row a day. Rows that are wrong are named, the others are taken."""

import io
import zipfile
from collections import defaultdict
from datetime import date, datetime

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font, PatternFill

from bihuan.calendars.rules.files import BadFile, Notice, unique_days
from bihuan.calendars.rules.ics import COMPLETE_FROM
from bihuan.calendars.rules.layers import HOLIDAY, WORKDAY, Day
from bihuan.calendars.rules.words import BadWords, read_windows
from bihuan.worktime import BadCalendar, parse

TITLES = ("日期", "安排", "名称", "上班时间")
_EXAMPLES = (
    ("2027-01-01", "放假", "元旦", ""),
    ("2027-02-07", "上班", "春节调休", ""),
    ("2027-02-05", "上班", "除夕前半天", "08:00-12:00"),
)
_KINDS = {"放假": HOLIDAY, "休": HOLIDAY, "holiday": HOLIDAY, "上班": WORKDAY, "班": WORKDAY, "workday": WORKDAY}
_MOST_ROWS = 2000
_MOST_UNPACKED = 50 * 1024 * 1024
_YEARS = range(1949, 2200)


def is_sheet(content: bytes) -> bool:
    """Whether the file is a workbook (a ZIP archive)."""
    return content[:4] == b"PK\x03\x04"


def _unreadable() -> BadFile:
    return BadFile("bad_sheet", "这不是能读的 XLSX 文件", "this is no XLSX file that can be read")


def _rows(content: bytes) -> list[tuple[object, ...]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
                raise _unreadable()
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        rows = list(sheet.iter_rows(max_row=_MOST_ROWS + 2, max_col=len(TITLES), values_only=True))
    except BadFile:
        raise
    except Exception as error:  # the library raises whatever the archive holds
        raise _unreadable() from error
    if len(rows) > _MOST_ROWS + 1:
        raise BadFile("bad_sheet", f"超过 {_MOST_ROWS} 行", f"more than {_MOST_ROWS} rows")
    return rows


def _date(value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value or "").strip().replace("/", "-"))


def _day(row: tuple[object, ...]) -> Day:
    when, what, name, hours = (*row, *[None] * len(TITLES))[: len(TITLES)]
    try:
        day = _date(when)
    except ValueError:
        raise _row(
            f"日期 {str(when)[:30]!r} 不对，请写成 2027-01-01", f"the date {str(when)[:30]!r} is wrong"
        ) from None
    if day.year not in _YEARS:
        raise _row(f"年份 {day.year} 超出范围", f"the year {day.year} is out of range")
    kind = _KINDS.get(str(what or "").strip().lower())
    if kind is None:
        raise _row("“安排”要填 放假 或 上班", "“安排” takes 放假 or 上班")
    return Day(day, kind, str(name or "").replace("\x00", "").strip()[:100], _hours(kind, str(hours or "").strip()))


def _hours(kind: str, text: str) -> object:
    if not text:
        return None
    if kind == HOLIDAY:
        raise _row("放假的日子不填上班时间", "a day off has no hours")
    try:
        return parse.describe_windows(parse.parse_windows(read_windows(text), "hours"))
    except (BadWords, BadCalendar) as error:
        raise _row(error.zh, error.en) from error


def _row(zh: str, en: str) -> BadFile:
    return BadFile("bad_row", zh, en)


def read_sheet(content: bytes) -> tuple[list[Notice], tuple[tuple[int, str, str], ...]]:
    """The notices by year, and the rows that were left out: number, why in Chinese and English.

    :raises BadFile: codes bad_sheet, contradiction; nothing can be taken
    """
    rows = _rows(content)
    if not rows or tuple(str(cell or "").strip() for cell in rows[0])[:2] != TITLES[:2]:
        raise BadFile(
            "bad_sheet",
            f"第一行应当是 {'、'.join(TITLES)}，请用模板",
            f"the first row must be {', '.join(TITLES)}; use the template",
        )
    years: defaultdict[int, list[Day]] = defaultdict(list)
    wrong: list[tuple[int, str, str]] = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(str(cell or "").strip() for cell in row):
            continue
        try:
            day = _day(row)
        except BadFile as error:
            wrong.append((number, error.zh, error.en))
            continue
        years[day.date.year].append(day)
    if not years:
        why = f"：第 {wrong[0][0]} 行{wrong[0][1]}" if wrong else ""
        reason = f": row {wrong[0][0]}, {wrong[0][2]}" if wrong else ""
        raise BadFile("bad_sheet", f"没有一行可用{why}", f"no row can be used{reason}")
    return [_notice(year, days) for year, days in sorted(years.items())], tuple(wrong)


def _notice(year: int, listed: list[Day]) -> Notice:
    days = unique_days(listed)
    off = sum(day.kind == HOLIDAY for day in days)
    return Notice(year, days, complete=off >= COMPLETE_FROM, replaces=False)


def template() -> bytes:
    """A workbook to fill in, with three rows as examples."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "节假日"
    for row in (TITLES, *_EXAMPLES):
        sheet.append(row)
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E6F0FF")
    for column, width in zip("ABCD", (14, 10, 20, 28), strict=True):
        sheet.column_dimensions[column].width = width
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
