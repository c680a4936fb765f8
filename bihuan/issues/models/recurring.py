"""Issues that are opened again and again by themselves."""

from django.db import models

from bihuan.issues.models.issue import IssueType


class RecurringIssue(models.Model):
    """What is opened, for whom, and when.

    The rule: see ``rules.recurring.Rule``. ``next_at``: when the worker opens the next one; what was missed while nothing ran
    is caught up by one, not by many. ``opened``: how many there were; ``failed``: why the last one could not be opened.
    """

    name = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    text = models.TextField()
    type = models.ForeignKey(IssueType, null=True, on_delete=models.PROTECT, related_name="+")
    customer_name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    tags = models.JSONField(default=list)
    task_list = models.ForeignKey("TaskList", null=True, on_delete=models.SET_NULL, related_name="+")
    every = models.CharField(max_length=8)
    weekday = models.SmallIntegerField(default=0)
    day = models.SmallIntegerField(default=1)
    at = models.TimeField()
    rest = models.CharField(max_length=8, default="next")
    calendar = models.CharField(max_length=64, default="default")
    is_active = models.BooleanField(default=True)
    next_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    opened = models.IntegerField(default=0)
    failed = models.CharField(max_length=300, blank=True)
    revision = models.IntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"], name="recurring_due", condition=models.Q(is_active=True, next_at__isnull=False)
            )
        ]
