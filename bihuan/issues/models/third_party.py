"""What is said with people outside who are not the customer: suppliers, carriers, an external workshop."""

from django.db import models

from bihuan.issues.models.issue import Issue


class ThirdPartyThread(models.Model):
    """A conversation by mail with one address about an issue. Its lines are entries (``forward`` and ``answer``) of the
    timeline, never public. ``awaits``: the latest line is ours."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=254)
    subject = models.CharField(max_length=300)
    opened_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    last_at = models.DateTimeField()
    awaits = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["issue", "id"], name="third_party_of_issue")]
