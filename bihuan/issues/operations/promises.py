"""Until when a customer may expect a result."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from bihuan.calendars import queries as calendars
from bihuan.issues.rules import limits


def promised_hours() -> Mapping[str, int]:
    """Hours of working time by priority; ``PROMISED_HOURS`` of the settings changes some or all of them."""
    changed: Mapping[str, int] = getattr(settings, "PROMISED_HOURS", {})
    return {**limits.PROMISES, **changed}


def promise(*, priority: str, start: datetime, version_id: int) -> datetime:
    """The end of that much working time of a calendar's version, from the instant of the intake on."""
    hours = promised_hours()
    seconds = hours.get(priority, hours["P3"]) * 3600
    return calendars.calendar_for_version(version_id).add(start, seconds)
