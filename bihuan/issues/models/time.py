"""Minutes that people spent on issues."""

from django.db import models

from bihuan.issues.models.issue import Issue


class TimeRecord(models.Model):
    """``minutes`` of a person on a day, of a kind of work. While ``started_at`` is set the person's timer runs, and the
    minutes are not known yet; a person has one running timer."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    minutes = models.IntegerField(default=0)
    kind = models.CharField(max_length=16)
    text = models.CharField(max_length=500, blank=True)
    billable = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], name="time_one_timer", condition=models.Q(started_at__isnull=False)
            ),
            models.CheckConstraint(condition=models.Q(minutes__gte=0, minutes__lte=1440), name="time_within_a_day"),
        ]
        indexes = [
            models.Index(fields=["issue", "-day", "-id"], name="time_of_issue"),
            models.Index(fields=["user", "-day", "-id"], name="time_of_person"),
        ]
