"""Changing calendars. Every change that alters what is open makes a new version; old versions stay as they are."""

from bihuan.calendars.operations.bundled import load_bundled_years
from bihuan.calendars.operations.days import Imported, clear_company_day, import_days, set_company_day
from bihuan.calendars.operations.errors import BadDay, BadHours, CannotImport, NoSuchDay
from bihuan.calendars.operations.hours import save_calendar

__all__ = [
    "BadDay",
    "BadHours",
    "CannotImport",
    "Imported",
    "NoSuchDay",
    "clear_company_day",
    "import_days",
    "load_bundled_years",
    "save_calendar",
    "set_company_day",
]
