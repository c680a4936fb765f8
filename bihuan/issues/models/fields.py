"""Fields that the company adds to issues."""

from django.db import models

from bihuan.issues.models.issue import IssueType


class FieldKind(models.TextChoices):
    TEXT = "text", "文字"
    LONG_TEXT = "long_text", "长文字"
    NUMBER = "number", "数"
    DATE = "date", "日期"
    DATETIME = "datetime", "日期时间"
    YES_NO = "yes_no", "是否"
    CHOICE = "choice", "单选"
    CHOICES = "choices", "多选"
    PHONE = "phone", "电话"
    URL = "url", "网址"


class FieldDefinition(models.Model):
    """A field of issues of ``type`` (None: of all). Its kind never changes; ``version`` counts its other changes, and a value
    keeps the version by which it was accepted.

    ``required``: ``create`` (when somebody of the house or a program records an issue), the id of a step of the chart (not
    completed without it), or "". ``least`` and ``most`` bound numbers; ``options`` are the words of a choice.
    """

    key = models.CharField(max_length=40)
    type = models.ForeignKey(IssueType, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=16, choices=FieldKind.choices)
    options = models.JSONField(default=list)
    required = models.CharField(max_length=100, blank=True)
    help = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    least = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    most = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    position = models.IntegerField(default=0)
    version = models.IntegerField(default=1)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="field_key_once")]
