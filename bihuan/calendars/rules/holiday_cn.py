"""The JSON format of the holiday-cn project: a year with its days off and make-up workdays."""

import json
from collections.abc import Mapping
from datetime import date

from bihuan.calendars.rules.files import BadFile, Notice, unique_days
from bihuan.calendars.rules.layers import HOLIDAY, WORKDAY, Day

_MAX_DAYS = 400
_YEARS = range(1949, 2200)


def _wrong(zh: str, en: str) -> BadFile:
    return BadFile("bad_json", zh, en)


def _day(entry: object, year: int) -> Day:
    if not isinstance(entry, Mapping):
        raise _wrong(f"{year} 年的 days 里有一项不是对象", f"an entry in the days of {year} is no object")
    text, off, name = entry.get("date"), entry.get("isOffDay"), entry.get("name", "")
    try:
        day = date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else None
    except ValueError:
        day = None
    if day is None:
        raise _wrong(f"{text!r} 不是 YYYY-MM-DD 格式的日期", f"{text!r} is no date of the form YYYY-MM-DD")
    if not isinstance(off, bool) or not isinstance(name, str):
        raise _wrong(f"{day} 缺少 isOffDay 或名称不对", f"{day} lacks isOffDay, or its name is wrong")
    if day.year != year and (day.year, day.month) != (year - 1, 12):
        raise _wrong(f"{day} 不属于 {year} 年的安排", f"{day} does not belong to the notice of {year}")
    return Day(day, HOLIDAY if off else WORKDAY, name.strip()[:100])


def _notice(document: object) -> Notice:
    if not isinstance(document, Mapping):
        raise _wrong("应当是带 year 和 days 的对象", "an object with year and days is needed")
    year, days = document.get("year"), document.get("days")
    if not isinstance(year, int) or isinstance(year, bool) or year not in _YEARS:
        raise _wrong(f"year 的值 {year!r} 不是年份", f"the year {year!r} is no year")
    if not isinstance(days, list) or len(days) > _MAX_DAYS:
        raise _wrong(f"{year} 年的 days 应当是列表", f"the days of {year} must be a list")
    if not days:
        raise BadFile(
            "empty_year",
            f"文件里没有 {year} 年的任何一天：通知可能还没有公布，该年仍然算未导入",
            f"The file has no day of {year}: the notice may not be out yet, and the year stays not loaded",
        )
    return Notice(year, unique_days(_day(entry, year) for entry in days), complete=True, replaces=True)


def read_holiday_cn(content: bytes) -> list[Notice]:
    """The notices in a file: one year, a list of years, or an object with ``years``.

    :raises BadFile: codes bad_json, empty_year, contradiction
    """
    try:
        parsed: object = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _wrong(f"文件不是 JSON：{error}", f"the file is no JSON: {error}") from None
    documents = parsed.get("years", parsed) if isinstance(parsed, dict) else parsed
    notices = [_notice(one) for one in (documents if isinstance(documents, list) else [documents])]
    if len({notice.year for notice in notices}) < len(notices):
        raise _wrong("同一年出现了两次", "a year stands in the file twice")
    if not notices:
        raise _wrong("文件里没有任何年份", "the file holds no year")
    return notices
