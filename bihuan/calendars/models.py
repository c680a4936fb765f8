"""Working calendars as data: weekly hours, official and company days, and the versions that deadlines refer to."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DayKind(models.TextChoices):
    """What a special day is."""

    HOLIDAY = "holiday", _("节假日")
    WORKDAY = "workday", _("上班日")
    CUSTOM = "custom", _("特殊时间")


class WorkCalendar(models.Model):
    """Weekly hours in a time zone. ``region`` names the official days that count in it; empty = none do.

    ``week``, ``seasons`` and ``rotation`` have the shapes that `bihuan.worktime.Calendar` reads. ``make_up_like`` is
    the weekday whose hours a make-up workday has (correctness 26).
    """

    key = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    timezone = models.CharField(max_length=64)
    week = models.JSONField()
    seasons = models.JSONField(default=list)
    rotation = models.JSONField(null=True)
    region = models.CharField(max_length=16, blank=True)
    make_up_like = models.CharField(max_length=3, default="mon")


class CalendarDay(models.Model):
    """A day that differs from the week: of a region (official, from the notice of a year) or of one calendar.

    ``hours`` are windows as in ``week``. A holiday has none; a workday without has those of a make-up day.
    """

    calendar = models.ForeignKey(WorkCalendar, null=True, on_delete=models.CASCADE, related_name="days")
    region = models.CharField(max_length=16, blank=True)
    notice_year = models.IntegerField(null=True)
    date = models.DateField()
    kind = models.CharField(max_length=10, choices=DayKind.choices)
    hours = models.JSONField(null=True)
    name = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "date"], condition=Q(calendar__isnull=True), name="calendar_day_official"
            ),
            models.UniqueConstraint(
                fields=["calendar", "date"], condition=Q(calendar__isnull=False), name="calendar_day_company"
            ),
            models.CheckConstraint(
                condition=(Q(calendar__isnull=True, notice_year__isnull=False) & ~Q(region=""))
                | Q(calendar__isnull=False, notice_year__isnull=True, region=""),
                name="calendar_day_one_layer",
            ),
            models.CheckConstraint(
                condition=Q(kind="holiday", hours__isnull=True)
                | Q(kind="workday")
                | Q(kind="custom", hours__isnull=False),
                name="calendar_day_hours_fit_kind",
            ),
        ]


class CalendarYear(models.Model):
    """The official days of a region's year are loaded."""

    region = models.CharField(max_length=16)
    year = models.IntegerField()
    source = models.CharField(max_length=300)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "year"], name="calendar_year_once")]


class CalendarVersion(models.Model):
    """What a calendar was at a time, complete and never changed: a deadline stores which one it was counted in.

    ``data`` is the description that `bihuan.worktime.Calendar` reads, ``content_hash`` its digest. The database
    refuses to change a row (trigger in the first migration).
    """

    calendar = models.ForeignKey(WorkCalendar, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    content_hash = models.CharField(max_length=64)
    data = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_number")]
