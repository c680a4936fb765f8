"""The calendars of a scenario: one for all, and others by key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bihuan.bpmn.simulate.errors import ScenarioRefused
from bihuan.bpmn.simulate.reading import Part
from bihuan.worktime import BadCalendar, Calendar

ROUND_THE_CLOCK: Final = "24x7"
DEFAULT: Final = "default"


@dataclass(frozen=True, slots=True)
class Calendars:
    """`default` None: open round the clock."""

    default: Calendar | None = None
    by_key: Mapping[str, Calendar] = field(default_factory=dict)

    def of(self, value: object, place: str) -> Calendar | None:
        """The calendar that a scenario names or describes at `place`; the default where it says nothing.

        None is open round the clock. ScenarioRefused for an unknown key.
        """
        if isinstance(value, str) and value not in ("", DEFAULT):
            return self.named(value, place)
        if value is None or isinstance(value, str):
            return self.default
        return _calendar(value, place)

    def named(self, key: str, place: str) -> Calendar | None:
        """The calendar that a chart or scenario calls `key`."""
        if key == ROUND_THE_CLOCK:
            return None
        if key == DEFAULT:
            return self.default
        if key not in self.by_key:
            raise ScenarioRefused(f"{place}: there is no calendar {key}; describe it under calendars")
        return self.by_key[key]


def read_calendars(part: Part) -> Calendars:
    """`calendar` and `calendars` of a scenario."""
    by_key = {
        key: _calendar(part.part("calendars").get(key), f"calendars.{key}") for key in part.part("calendars").keys()
    }
    given = part.get("calendar")
    named = Calendars(None, by_key)
    return Calendars(named.of(given, "calendar"), by_key)


def _calendar(value: object, place: str) -> Calendar:
    if not isinstance(value, Mapping):
        raise ScenarioRefused(f"{place}: give a calendar, or the key of one")
    try:
        return Calendar.from_dict(value)
    except BadCalendar as error:
        raise ScenarioRefused(f"{place}: {error}") from error
