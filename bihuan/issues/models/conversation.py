"""Replies on their way: between pressing the button and the outbox they can be taken back."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from bihuan.issues.models.issue import Issue


class HeldReply(models.Model):
    """A reply that goes out at ``until`` and is nothing but this row before: no entry, nothing that a customer or a clock
    could see. Its ``files`` are stored and belong to no entry yet. Whoever removes the row decides what becomes of it."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+", db_index=False)
    text = models.TextField()
    files = ArrayField(models.UUIDField(default=uuid.uuid4), default=list)
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["until", "id"], name="held_due"),
            models.Index(fields=["issue", "id"], name="held_of_issue"),
        ]


class ReplyHabit(models.Model):
    """How many seconds a person can take a reply back."""

    user = models.OneToOneField("accounts.User", primary_key=True, on_delete=models.CASCADE, related_name="+")
    hold_seconds = models.SmallIntegerField()
