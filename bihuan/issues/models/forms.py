"""What was filled in for an issue."""

from django.db import models

from bihuan.issues.models.issue import Issue


class FormRecord(models.Model):
    """The data of one document (F01 …) of an issue, filled in by several steps."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="forms")
    code = models.CharField(max_length=16)
    data = models.JSONField(default=dict)
    revision = models.IntegerField(default=0)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "code"], name="form_record_once")]


class FormSubmission(models.Model):
    """What one step handed in, as it was handed in; never changed."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="submissions")
    work_item = models.OneToOneField("flows.WorkItem", on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=16)
    node = models.CharField(max_length=100)
    outcome = models.CharField(max_length=100, blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
