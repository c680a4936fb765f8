"""The bell."""

from django.db import models

from bihuan.issues.models.issue import Issue


class Notice(models.Model):
    """Something a member of staff should look at: a bell entry."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+", db_index=False)
    issue = models.ForeignKey(Issue, null=True, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=64)
    params = models.JSONField(default=dict)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-at"], name="notice_unread", condition=models.Q(read_at__isnull=True)),
            models.Index(fields=["user", "-at", "-id"], name="notice_all"),
        ]
