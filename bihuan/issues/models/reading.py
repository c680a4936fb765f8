"""How far a person has read an issue."""

from django.db import models

from bihuan.issues.models.issue import Issue


class Reading(models.Model):
    """The last line of the timeline that was before the person's eyes; made when the issue is first opened.

    ``entry_id`` and ``entry_at`` are the line's place in the timeline; it is no foreign key, since lines move with merges.
    ``opened_at``: when the page was last opened.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+", db_index=False)
    entry_id = models.BigIntegerField()
    entry_at = models.DateTimeField()
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "issue"], name="reading_once")]
        indexes = [models.Index(fields=["issue"], name="reading_of_issue")]
