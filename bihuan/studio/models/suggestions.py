"""What people propose for a published chart."""

from django.db import models


class SuggestionStatus(models.TextChoices):
    OPEN = "open", "待处理"
    TAKEN_UP = "taken_up", "已采纳"
    DECLINED = "declined", "未采纳"


class Suggestion(models.Model):
    """A proposal on an element ("": the whole chart) of a published version. ``taken_in``: the version that took it up."""

    definition = models.ForeignKey("flows.Definition", on_delete=models.CASCADE, related_name="+", db_index=False)
    version = models.ForeignKey("flows.Version", on_delete=models.PROTECT, related_name="+", db_index=False)
    element = models.CharField(max_length=255, blank=True)
    text = models.TextField()
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    status = models.CharField(max_length=16, choices=SuggestionStatus.choices, default=SuggestionStatus.OPEN)
    answer = models.TextField(blank=True)
    answered_by_name = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    taken_in = models.ForeignKey("flows.Version", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["definition", "status", "-id"], name="suggestion_list")]


class Vote(models.Model):
    """Somebody is for it too; once."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="votes", db_index=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["suggestion", "user"], name="vote_once")]
