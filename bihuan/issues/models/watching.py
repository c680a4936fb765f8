"""Who keeps an eye on an issue, and who wants it out of sight for a while."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from bihuan.issues.models.issue import Issue


class Watch(models.Model):
    """A person wants to hear of what happens to an issue. ``events``: of what (``rules.watching.EVENTS``). It gives no
    right to see the issue."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+", db_index=False)
    events = ArrayField(models.CharField(max_length=16), default=list)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "user"], name="watch_once")]
        indexes = [models.Index(fields=["user", "issue"], name="watch_of_person")]


class Snooze(models.Model):
    """A person does not see the issue in their queues ``until`` then (None: until the customer answers, which ends each).
    Nothing else about the issue changes, its clocks least of all."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+", db_index=False)
    until = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "user"], name="snooze_once")]
        indexes = [
            models.Index(fields=["user", "issue"], name="snooze_of_person"),
            models.Index(fields=["until"], name="snooze_until", condition=models.Q(until__isnull=False)),
        ]
