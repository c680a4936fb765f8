"""New issues kept ready: what of the form is filled in already."""

from django.db import models

from bihuan.issues.models.issue import IssueType


class IssueTemplate(models.Model):
    """What "new issue" begins with, and what the fresh issue gets besides: tags, a list of tasks. Everything in it can be
    changed before it is recorded. ``revision`` counts changes, so that nobody overwrites another's."""

    name = models.CharField(max_length=100)
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    type = models.ForeignKey(IssueType, null=True, on_delete=models.PROTECT, related_name="+")
    urgency = models.CharField(max_length=8, blank=True)
    impact = models.CharField(max_length=8, blank=True)
    tags = models.JSONField(default=list)
    task_list = models.ForeignKey("TaskList", null=True, on_delete=models.SET_NULL, related_name="+")
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)
    revision = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="issue_template_name_once")]
