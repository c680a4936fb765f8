"""What is promised for which issues (policies), and the clocks that run by it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bihuan.issues.models.issue import Issue, IssueType


class ClockPolicy(models.Model):
    """Targets for the issues that its conditions fit; an empty condition fits all. The most special one that fits an
    issue speaks for it, of equals the one in front (``rules/clocks.py``).

    ``targets``: kind of clock → seconds of working time of ``calendar``. ``pauses``: statuses in which the clocks stand.
    ``alarms``: ``[[percent of the target, [who is told]], …]``; whom: ``holder`` or the key of a role. ``alarm_calendar``:
    people are told within its hours alone; "" = at any hour. ``key``: what a customer's contract names the policy by; with
    ``contract`` set it then speaks for the issues under such contracts alone.
    """

    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    key = models.CharField(max_length=64, blank=True)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)
    type = models.ForeignKey(IssueType, null=True, on_delete=models.PROTECT, related_name="+")
    priority = models.CharField(max_length=4, blank=True)
    tier = models.CharField(max_length=32, blank=True)
    contract = models.BooleanField(null=True)
    channel = models.CharField(max_length=16, blank=True)
    calendar = models.CharField(max_length=64, default="default")
    targets = models.JSONField(default=dict)
    pauses = models.JSONField(default=list)
    alarms = models.JSONField(default=list)
    alarm_calendar = models.CharField(max_length=64, blank=True)
    revision = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="clock_policy_key_once", condition=~Q(key=""))]


class ClockKind(models.TextChoices):
    FIRST_RESPONSE = "first_response", "首次响应"
    NEXT_RESPONSE = "next_response", "后续响应"
    RESOLUTION = "resolution", "解决"
    DEPARTMENT = "department", "部门办理"
    APPROVAL = "approval", "审批"


class Verdict(models.TextChoices):
    """How a clock ended; "" while it runs or stands. ``void``: its issue ended otherwise, or no policy asks any more."""

    MET = "met", "按时"
    BREACHED = "breached", "超时"
    VOID = "void", "不计"


class Clock(models.Model):
    """One promise about one issue, counted in working time.

    ``target``: seconds of working time of ``calendar_version`` (the calendar ``calendar`` as it was), counted from
    ``started_at`` less ``pauses`` (``[[from, to|null, why], …]``). ``earlier``: calendars in force before,
    ``[[until, version id], …]``. ``due_at`` is where the target is used up; while the clock stands, where it would be if
    it went on at the instant of ``pauses``' last. ``breached_at``: when it was, once somebody saw it. ``cycle`` counts
    solutions: a reopened issue gets clocks of the next cycle, and the verdict of the one before stays. ``next_alarm_at``
    is when the worker looks at it next, ``alarms_done`` the shares that were said.

    ``own_start``: when it started by itself, where an issue that was merged into this one had started earlier;
    ``shortened``: by how many seconds such an issue makes the target shorter than the policy's.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="clocks", db_index=False)
    kind = models.CharField(max_length=16, choices=ClockKind.choices)
    cycle = models.SmallIntegerField(default=1)
    department = models.ForeignKey(
        "accounts.Department", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    policy = models.ForeignKey(ClockPolicy, on_delete=models.PROTECT, related_name="+", db_index=False)
    calendar = models.CharField(max_length=64)
    calendar_version = models.ForeignKey(
        "calendars.CalendarVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    target = models.IntegerField()
    started_at = models.DateTimeField()
    own_start = models.DateTimeField(null=True)
    shortened = models.IntegerField(default=0)
    pauses = models.JSONField(default=list)
    earlier = models.JSONField(default=list)
    due_at = models.DateTimeField()
    provisional = models.BooleanField(default=False)
    breached_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True)
    next_alarm_at = models.DateTimeField(null=True)
    alarms_done = ArrayField(models.SmallIntegerField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "kind", "department"],
                name="clock_open_once",
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, verdict="") | (Q(ended_at__isnull=False) & ~Q(verdict="")),
                name="clock_verdict_at_end",
            ),
        ]
        indexes = [
            models.Index(fields=["issue", "id"], name="clock_of_issue"),
            models.Index(fields=["next_alarm_at"], name="clock_alarm", condition=Q(next_alarm_at__isnull=False)),
            models.Index(fields=["calendar", "id"], name="clock_calendar", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["policy"], name="clock_policy", condition=Q(ended_at__isnull=True)),
        ]
