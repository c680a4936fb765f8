"""Tasks beside the chart's steps, and the lists of tasks that are kept ready."""

from django.db import models
from django.db.models import Q

from bihuan.issues.models.issue import Issue, IssueType


class Task(models.Model):
    """Something to be done about an issue by a person or a department.

    ``blocking``: no step of the chart is completed while it is open; any open task keeps the issue from being closed.
    ``items``: ``[{"text", "evidence": whether ticking it takes words, "note", "by", "at"}, …]``, all of which are ticked
    before it is done. ``dropped``: it was given up instead of done. ``alarmed_at``: its owner was told that it is late.
    ``source``: the list of tasks that it comes from.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="tasks", db_index=False)
    title = models.CharField(max_length=200)
    position = models.IntegerField(default=0)
    blocking = models.BooleanField(default=False)
    owner = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(
        "accounts.Department", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    due_at = models.DateTimeField(null=True)
    items = models.JSONField(default=list)
    source = models.ForeignKey("TaskList", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    made_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    done_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    done_at = models.DateTimeField(null=True)
    dropped = models.BooleanField(default=False)
    alarmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["issue", "position", "id"], name="task_of_issue"),
            models.Index(fields=["owner", "due_at", "id"], name="task_of_owner", condition=Q(done_at__isnull=True)),
            models.Index(
                fields=["department", "due_at", "id"], name="task_of_department", condition=Q(done_at__isnull=True)
            ),
            models.Index(
                fields=["due_at"],
                name="task_late",
                condition=Q(done_at__isnull=True, alarmed_at__isnull=True, due_at__isnull=False),
            ),
        ]


class TaskList(models.Model):
    """Tasks that are kept ready. ``tasks``: ``[{"title", "blocking", "hours": of working time or null, "items": [{"text",
    "evidence"}, …]}, …]``. ``node``: they are added by themselves when an issue (of ``type``, where one is named) reaches
    that step; "" = only by hand."""

    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    type = models.ForeignKey(IssueType, null=True, on_delete=models.PROTECT, related_name="+")
    node = models.CharField(max_length=100, blank=True)
    tasks = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
