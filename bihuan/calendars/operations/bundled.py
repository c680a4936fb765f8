"""What an installation starts with: official days that come with the product, and two calendars."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from bihuan.calendars.models import CalendarYear, WorkCalendar
from bihuan.calendars.operations.days import store_notices
from bihuan.calendars.operations.versions import lock_calendars, publish_region, publish_version
from bihuan.calendars.rules.holiday_cn import read_holiday_cn
from bihuan.core import audit
from bihuan.core.actor import SYSTEM

BUNDLED_REGION = "cn"
_FILE = Path(__file__).resolve().parent.parent / "data" / "cn.json"
_OFFICE = [["08:00", "12:00"], ["14:00", "18:00"]]
_ALWAYS = [["00:00", "24:00"]]
_WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


def _built_in() -> tuple[WorkCalendar, WorkCalendar]:
    return (
        WorkCalendar(
            key="default",
            name="标准工作日",
            name_en="Standard working days",
            timezone="Asia/Shanghai",
            week=dict.fromkeys(_WORKDAYS, _OFFICE),
            region=BUNDLED_REGION,
        ),
        WorkCalendar(
            key="24x7",
            name="全天候",
            name_en="Round the clock",
            timezone="Asia/Shanghai",
            week=dict.fromkeys((*_WORKDAYS, "sat", "sun"), _ALWAYS),
        ),
    )


@transaction.atomic
def load_bundled_years(*, now: datetime) -> int:
    """Loads the official days that come with the product and makes the calendars ``default`` and ``24x7``.

    What is there already stays as it is, so it may run at every start. Returns how many years were loaded.
    """
    lock_calendars()
    known = set(CalendarYear.objects.filter(region=BUNDLED_REGION).values_list("year", flat=True))
    notices = [notice for notice in read_holiday_cn(_FILE.read_bytes()) if notice.year not in known]
    if notices:
        store_notices(BUNDLED_REGION, notices, source="bundled: holiday-cn", now=now)
        audit.record(
            actor=SYSTEM,
            action="calendar.imported",
            object_type="calendar_year",
            object_id=None,
            now=now,
            detail={"region": BUNDLED_REGION, "years": [notice.year for notice in notices], "source": "bundled"},
        )
    keys = set(WorkCalendar.objects.values_list("key", flat=True))
    for one in _built_in():
        if one.key not in keys:
            one.save()
            publish_version(one, actor=SYSTEM, now=now)
    publish_region(BUNDLED_REGION, actor=SYSTEM, now=now)
    return len(notices)
