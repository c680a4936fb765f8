"""Which year of official days is missing, said in time and loudly."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

ASK_FROM_MONTH = 11
"""The notice for a year appears around the beginning of November before."""

REGION_NAMES: Mapping[str, tuple[str, str]] = {
    "cn": ("中国大陆", "mainland China"),
    "hk": ("香港", "Hong Kong"),
    "mo": ("澳门", "Macao"),
    "tw": ("台湾", "Taiwan"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend. ``severity``: error (deadlines are wrong now) or warning (they will be)."""

    code: str
    severity: str
    region: str
    year: int | None
    zh: str
    en: str


def missing_years(region: str, loaded: Iterable[int], today: date) -> list[Finding]:
    """The present year if it is not loaded, and from November on the next one."""
    known = set(loaded)
    zh, en = REGION_NAMES.get(region, (region, region))
    found = []
    if today.year not in known:
        found.append(
            Finding(
                "year_missing",
                "error",
                region,
                today.year,
                f"{today.year} 年{zh}的节假日和调休安排没有导入，期限可能算错。请立即导入。",
                f"The holidays and make-up workdays of {today.year} for {en} are not loaded: deadlines may be wrong. "
                "Import them now.",
            )
        )
    following = today.year + 1
    if today.month >= ASK_FROM_MONTH and following not in known:
        found.append(
            Finding(
                "next_year_missing",
                "warning",
                region,
                following,
                f"{following} 年{zh}的节假日和调休安排还没有导入，跨年的期限是暂定的。请在通知公布后导入。",
                f"The holidays and make-up workdays of {following} for {en} are not loaded yet: deadlines that reach into "
                "that year are provisional. Import them when the notice is out.",
            )
        )
    return found


NO_CALENDAR = Finding(
    "no_calendar",
    "error",
    "",
    None,
    "还没有任何工作日历，期限无法计算。请先载入内置日历。",
    "There is no working calendar at all: no deadline can be calculated. Load the built-in calendars first.",
)
