"""Lists that people keep, what they change on many issues at once, and what they take out as files."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Sharing(models.TextChoices):
    OWN = "own", "只有自己"
    ROLE = "role", "一个角色"
    DEPARTMENT = "department", "一个部门"
    ALL = "all", "所有人"


class SavedView(models.Model):
    """A list under a name: its conditions (``rules.conditions`` in JSON), order and columns. Shown to the owner, and to
    those with whom it is shared; each sees in it what he may see anyway. ``position`` orders the owner's views."""

    owner = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    conditions = models.JSONField()
    sort = models.CharField(max_length=16, default="updated")
    columns = ArrayField(models.CharField(max_length=32), default=list)
    sharing = models.CharField(max_length=16, choices=Sharing.choices, default=Sharing.OWN)
    role = models.CharField(max_length=64, blank=True)
    department = models.ForeignKey(
        "accounts.Department", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    position = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="view_name_once")]
        indexes = [models.Index(fields=["sharing"], name="view_shared", condition=~models.Q(sharing="own"))]


class ListHabit(models.Model):
    """How a person wants the list: its columns ([] are the usual ones), its rows, and the view that it opens with."""

    user = models.OneToOneField("accounts.User", primary_key=True, on_delete=models.CASCADE, related_name="+")
    columns = ArrayField(models.CharField(max_length=32), default=list)
    compact = models.BooleanField(default=False)
    view = models.ForeignKey(SavedView, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)


class JobState(models.TextChoices):
    WAITING = "waiting", "等待"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "没有完成"
    STOPPED = "stopped", "已取消"


class BulkJob(models.Model):
    """One change of many issues, carried out one by one by the worker. ``undo_of``: it takes that one back."""

    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=16)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.WAITING)
    total = models.IntegerField()
    done = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    undo_of = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], name="bulk_to_do", condition=models.Q(ended_at__isnull=True))]


class BulkRow(models.Model):
    """What becomes of one issue of a job: ``before`` and ``after`` are what taking it back needs and compares."""

    job = models.ForeignKey(BulkJob, on_delete=models.CASCADE, related_name="rows", db_index=False)
    issue = models.ForeignKey("issues.Issue", on_delete=models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(max_length=8, default="waiting")  # waiting, done, same, refused
    refusal = models.TextField(blank=True)
    refusal_params = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "issue"], name="bulk_row_once")]
        indexes = [models.Index(fields=["job", "id"], name="bulk_row_to_do", condition=models.Q(state="waiting"))]


class Export(models.Model):
    """A list taken out as a file. Only who asked for it may have it, until ``expires_at``; then the file goes.

    ``done`` of ``rows`` lines are written; ``seen_at``: when the worker that writes them last said so.
    """

    by = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8)  # xlsx, csv, gb18030
    conditions = models.JSONField()
    sort = models.CharField(max_length=16)
    columns = ArrayField(models.CharField(max_length=32))
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.WAITING)
    rows = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    seen_at = models.DateTimeField(null=True)
    file = models.CharField(max_length=100, blank=True)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["by", "-asked_at"], name="export_of_person"),
            models.Index(fields=["id"], name="export_to_do", condition=models.Q(state__in=["waiting", "running"])),
            models.Index(fields=["expires_at"], name="export_expires", condition=~models.Q(file="")),
        ]
