"""What customers think of the result."""

from django.db import models


class Invitation(models.Model):
    """A one-time right to rate one issue's result. Only the token's hash is kept."""

    issue = models.ForeignKey("issues.Issue", on_delete=models.CASCADE, related_name="+")
    round = models.IntegerField(default=1)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "round"], name="invitation_round_once")]


class Response(models.Model):
    """Scores 1–5 (1 very dissatisfied, 5 very satisfied). Append-only: a changed answer is a new version of its round.

    ``questions`` names the wording that was asked (correctness 113); a score that was not given is empty, never
    neutral.
    """

    issue = models.ForeignKey("issues.Issue", on_delete=models.CASCADE, related_name="+")
    invitation = models.ForeignKey(Invitation, null=True, on_delete=models.PROTECT, related_name="+")
    round = models.IntegerField(default=1)
    version = models.IntegerField(default=1)
    questions = models.CharField(max_length=32, blank=True)
    source = models.CharField(max_length=16)  # link | page | callback
    confirmed = models.CharField(max_length=16)  # solved | partly | unsolved
    efficiency = models.SmallIntegerField(null=True)
    communication = models.SmallIntegerField(null=True)
    effectiveness = models.SmallIntegerField(null=True)
    comment = models.TextField(blank=True)
    recorded_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "round", "version"], name="response_version_once")]
        indexes = [models.Index(fields=["issue", "-at"], name="response_issue")]
