"""What a person has begun to write, kept by the server so that another device goes on with it."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from bihuan.issues.models.issue import Issue


class DraftKind(models.TextChoices):
    REPLY = "reply", "回复客户"
    NOTE = "note", "内部备注"


class Draft(models.Model):
    """One text a person, issue and kind. ``revision`` orders the saves: a save that was late on its way changes nothing.

    A row without text says up to which revision the text has been sent; so a late save cannot bring back what has gone.
    ``files``: stored files that an undone reply gave back.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=DraftKind.choices)
    text = models.TextField(blank=True)
    files = ArrayField(models.UUIDField(default=uuid.uuid4), default=list)
    revision = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "user", "kind"], name="draft_once")]
        indexes = [models.Index(fields=["user"], name="draft_of_person")]
