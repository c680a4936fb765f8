"""Rehearsals: scenarios of a chart that the worker simulates."""

from django.db import models
from django.db.models import Q

from bihuan.studio.models.drafts import Draft


class RehearsalState(models.TextChoices):
    QUEUED = "queued", "排队中"
    RUNNING = "running", "运行中"
    DONE = "done", "完成"
    FAILED = "failed", "没有算成"
    CANCELLED = "cancelled", "已取消"


ACTIVE_STATES = (RehearsalState.QUEUED, RehearsalState.RUNNING)


class Rehearsal(models.Model):
    """One scenario of a draft or of a published version, and what its last run gave.

    ``content_hash``: of what was simulated. ``cases``: counted in each of ``replications``. ``progress``: 0 to 100;
    ``doing``: base, staff or back. ``results``: `rehearsing.measuring`. ``failure``: why there are none. ``run``: counts
    runs, so that what a forgotten one still sends is not taken. ``lease_until``: when another worker may take it over;
    ``attempts``: how often one began this run.
    """

    draft = models.ForeignKey(Draft, null=True, on_delete=models.CASCADE, related_name="rehearsals")
    version = models.ForeignKey("flows.Version", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    content_hash = models.CharField(max_length=64)
    assumptions = models.JSONField()
    cases = models.IntegerField()
    replications = models.IntegerField()
    seed = models.BigIntegerField()
    state = models.CharField(max_length=16, choices=RehearsalState.choices, default=RehearsalState.QUEUED)
    progress = models.SmallIntegerField(default=0)
    doing = models.CharField(max_length=16, blank=True)
    results = models.JSONField(null=True)
    failure = models.TextField(blank=True)
    run = models.IntegerField(default=1)
    attempts = models.SmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False, version__isnull=True) | Q(draft__isnull=True, version__isnull=False),
                name="rehearsal_of_one",
            )
        ]
        indexes = [
            models.Index(fields=["queued_at", "id"], name="rehearsal_active", condition=Q(state__in=ACTIVE_STATES))
        ]
