"""The working copy of a chart."""

from django.db import models


class Stage(models.TextChoices):
    DRAFT = "draft", "草稿"
    REVIEW = "review", "评审中"
    TEST = "test", "测试中"
    PUBLISHED = "published", "已发布"
    DISCARDED = "discarded", "已放弃"


OPEN_STAGES = (Stage.DRAFT, Stage.REVIEW, Stage.TEST)


class Draft(models.Model):
    """The working copy of a chart's next version, with its forms and decision tables. ``revision`` counts saves.

    ``origin``: where it came from, as data ({"kind": "blank" | "gallery" | "version" | "text" | "import", …}).
    """

    key = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    template = models.CharField(max_length=16, blank=True)
    base = models.ForeignKey("flows.Version", null=True, on_delete=models.PROTECT, related_name="+")
    origin = models.JSONField(default=dict)
    chart = models.BinaryField()
    forms = models.JSONField(default=dict)
    decisions = models.JSONField(default=dict)
    revision = models.IntegerField(default=1)
    stage = models.CharField(max_length=16, choices=Stage.choices, default=Stage.DRAFT)
    created_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    updated_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    updated_by_name = models.CharField(max_length=200)
    updated_at = models.DateTimeField()
    published = models.ForeignKey("flows.Version", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="one_open_draft", condition=models.Q(stage__in=OPEN_STAGES))
        ]


class Kept(models.Model):
    """An earlier content of a draft, kept when somebody else went on with it or some minutes had passed."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="kept", db_index=False)
    revision = models.IntegerField()
    chart = models.BinaryField()
    forms = models.JSONField(default=dict)
    decisions = models.JSONField(default=dict)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "revision"], name="kept_once")]
