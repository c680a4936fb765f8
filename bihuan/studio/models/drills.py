"""Practice on a chart: case cards, and what people made of them."""

from django.db import models

from bihuan.studio.models.drafts import Draft


class DrillCard(models.Model):
    """A case to practise on, by the key of its chart, over all versions. ``steps``: see ``drilling.CardStep``."""

    key = models.CharField(max_length=64, db_index=True)
    title = models.CharField(max_length=200)
    story = models.TextField()
    steps = models.JSONField(default=list)
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)


class Drill(models.Model):
    """One practice case of one person, on a version or on a draft at one revision.

    ``world``: the sandbox (``drilling.World``), the only place where anything happens. ``plan`` and ``story``: of the card
    as it was at the beginning. ``record``: what was written on forms, by code. ``results``: the judged steps.
    ``faults``: fields that were wrong at the first try, by item.
    """

    key = models.CharField(max_length=64)
    version = models.ForeignKey("flows.Version", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    draft = models.ForeignKey(Draft, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    revision = models.IntegerField(default=0)
    card = models.ForeignKey(DrillCard, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    title = models.CharField(max_length=200, blank=True)
    story = models.TextField(blank=True)
    plan = models.JSONField(default=list)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+", db_index=False)
    user_name = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    world = models.JSONField()
    record = models.JSONField(default=dict)
    faults = models.JSONField(default=dict)
    results = models.JSONField(default=list)
    score = models.SmallIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["key", "-id"], name="drill_of_chart"),
            models.Index(fields=["user", "key", "-id"], name="drill_of_person"),
        ]
