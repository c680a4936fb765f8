"""Rows that belong to no single domain: audit trail, worker heartbeats, number bases."""

from django.db import models


class AuditEntry(models.Model):
    """One thing somebody did. Append-only; the worker seals rows into a hash chain in the order of their ids."""

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    action = models.CharField(max_length=64)
    object_type = models.CharField(max_length=32)
    object_id = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="audit_object"),
            models.Index(fields=["actor_name", "id"], name="audit_actor"),
            models.Index(fields=["action", "id"], name="audit_action"),
            models.Index(fields=["at", "id"], name="audit_at"),
        ]


class AuditSeal(models.Model):
    """A link of the chain: the hash over the previous link and the sealed rows ``first_id..last_id``."""

    first_id = models.BigIntegerField(unique=True)
    last_id = models.BigIntegerField(unique=True)
    rows = models.IntegerField()
    sealed_at = models.DateTimeField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)


class Heartbeat(models.Model):
    """A process says that it lives."""

    name = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)


class NumberBase(models.Model):
    """Where the running number stood when the first number of a day was given."""

    key = models.CharField(max_length=32, unique=True)
    base = models.BigIntegerField()


class IdempotencyRecord(models.Model):
    """The answer already given to a request, so that a repeated request gets the same one (correctness 59)."""

    scope = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    status = models.IntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]


class Stamp(models.Model):
    """Says that settings changed: a trigger gives it a value never used before (``bihuan.core.stamps``)."""

    key = models.CharField(max_length=32, unique=True)
    value = models.BigIntegerField()


class Setting(models.Model):
    """What an installation sets otherwise than the default; declared in ``bihuan.core.settings``."""

    key = models.CharField(max_length=64, unique=True)
    value = models.JSONField()
