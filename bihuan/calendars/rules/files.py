"""What a file of official days says, whatever its format."""

from collections.abc import Iterable
from dataclasses import dataclass

from bihuan.calendars.rules.layers import Day


class BadFile(ValueError):
    """The file cannot be taken; says why in both languages."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.code = code
        self.zh = zh
        self.en = en


@dataclass(frozen=True, slots=True)
class Notice:
    """The official days of a year; some may lie in the December before.

    ``complete``: it says everything about the year, so the year counts as loaded. ``replaces``: days of an earlier
    notice of the same year that it does not name no longer hold.
    """

    year: int
    days: tuple[Day, ...]
    complete: bool
    replaces: bool


def unique_days(days: Iterable[Day]) -> tuple[Day, ...]:
    """The days in order, each once; refuses a date that is both free and worked."""
    seen: dict[object, Day] = {}
    for day in days:
        other = seen.setdefault(day.date, day)
        if other.kind != day.kind:
            raise BadFile(
                "contradiction",
                f"{day.date} 既是放假（{_names(other, day)}）又是上班，文件自相矛盾",
                f"{day.date} is both a day off and a workday ({_names(other, day)}): the file contradicts itself",
            )
    return tuple(sorted(seen.values(), key=lambda day: day.date))


def _names(*days: Day) -> str:
    return " / ".join(dict.fromkeys(day.name for day in days))
