"""Arithmetic on working time. Pure: no Django, no clock, no I/O."""

from bihuan.worktime.calendar import Calendar, Coverage, Interval
from bihuan.worktime.clock import Clock, Segment, SegmentKind
from bihuan.worktime.errors import BadAmount, BadCalendar, BadInstant, NoTimeLeft, WorktimeError

__all__ = [
    "BadAmount",
    "BadCalendar",
    "BadInstant",
    "Calendar",
    "Clock",
    "Coverage",
    "Interval",
    "NoTimeLeft",
    "Segment",
    "SegmentKind",
    "WorktimeError",
]
