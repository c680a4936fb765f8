"""In which time zone a person lives: what is promised is told in it (correctness 31). Clocks count in the company's."""

from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

OFFERED = (
    "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Tokyo", "Asia/Seoul", "Asia/Singapore", "Asia/Bangkok",
    "Asia/Jakarta", "Asia/Kolkata", "Asia/Almaty", "Asia/Dubai", "Asia/Riyadh", "Europe/Moscow", "Europe/Istanbul",
    "Europe/Berlin", "Europe/London", "Africa/Cairo", "Africa/Johannesburg", "America/Sao_Paulo", "America/New_York",
    "America/Chicago", "America/Denver", "America/Los_Angeles", "Australia/Sydney", "Pacific/Auckland", "UTC",
)  # fmt: skip


@cache
def is_zone(name: str) -> bool:
    """Whether the name is one of the time zone database."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def zone_for(own: str, company: str) -> str:
    """The person's zone, else the company's."""
    return own if own and is_zone(own) else company
