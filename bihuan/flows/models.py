"""The stored side of running charts: definitions, versions, instances, what waits, and the event log."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Definition(models.Model):
    """A chart by its key, over all versions."""

    key = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    template = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField()


class VersionStage(models.TextChoices):
    """Where a version is in its life; what may follow stands in ``rules.MOVES``."""

    PILOT = "pilot", "试运行"
    PUBLISHED = "published", "已发布"
    RETIRED = "retired", "已停用"


class Version(models.Model):
    """One published, immutable chart with its forms and decision tables. Instances are pinned to it.

    New ones run on the newest that is published, or on the pilot: then ``pilot_percent`` of the subjects do, or those of
    ``pilot_departments``. ``settled_at``: when the pilot ended, for all or for nobody.
    """

    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    content_hash = models.CharField(max_length=64)
    chart = models.BinaryField()
    forms = models.JSONField(default=dict)
    decisions = models.JSONField(default=dict)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    published_by_name = models.CharField(max_length=200, blank=True)
    change_log = models.TextField(blank=True)
    stage = models.CharField(max_length=16, choices=VersionStage.choices, default=VersionStage.PUBLISHED)
    pilot_percent = models.SmallIntegerField(null=True)
    pilot_departments = ArrayField(models.BigIntegerField(), default=list)
    settled_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    retired_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["definition", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["definition"], name="one_pilot", condition=models.Q(stage="pilot")),
        ]


class Instance(models.Model):
    """A running (or ended) chart. ``state`` is the engine's document; ``revision`` counts stored steps.

    ``suspensions`` is ``[[from, to|null], …]``: while the last one has no end, nothing moves (``operations/suspending.py``).
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="instances", db_index=False)
    state = models.JSONField()
    revision = models.IntegerField(default=0)
    business_key = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_nodes = models.JSONField(default=list)
    suspensions = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["version", "id"], name="instance_running", condition=models.Q(ended_at__isnull=True)),
            models.Index(fields=["version", "started_at"], name="instance_of_version"),
        ]


class StepRecord(models.Model):
    """One stored step: the commands and the engine's events, enough to rebuild the state. Append-only."""

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="steps")
    revision = models.IntegerField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    commands = models.JSONField()
    events = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instance", "revision"], name="step_revision_once")]


class WorkItemStatus(models.TextChoices):
    OPEN = "open", "待认领"
    CLAIMED = "claimed", "处理中"
    COMPLETED = "completed", "已完成"
    CANCELLED = "cancelled", "已取消"
    SUSPENDED = "suspended", "已挂起"


class WorkItem(models.Model):
    """A step that waits for a person, with its deadline.

    ``holders`` is the history of who had it: ``[[iso instant, department id|null, user id|null], …]``.
    ``pauses`` is ``[[from, to|null, reason], …]``. ``limit_seconds`` is working time of ``calendar_version``, counted
    from ``clock_from`` (the deadline's anchor); ``next_alarm_at`` is when the worker looks at it next (a warning or the
    breach), ``alarms_done`` what was said.
    """

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="work_items")
    item = models.IntegerField()
    node = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    phase = models.CharField(max_length=64, blank=True)
    issue_status = models.CharField(max_length=32, blank=True)
    role = models.CharField(max_length=64, blank=True)
    department = models.ForeignKey("accounts.Department", null=True, on_delete=models.PROTECT, related_name="+")
    assignee = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=16, choices=WorkItemStatus.choices, default=WorkItemStatus.OPEN)
    element = models.JSONField(null=True)
    opened_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    completed_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=100, blank=True)
    holders = models.JSONField(default=list)
    pauses = models.JSONField(default=list)
    draft = models.JSONField(null=True)
    draft_at = models.DateTimeField(null=True)
    calendar_version = models.ForeignKey(
        "calendars.CalendarVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )
    limit_seconds = models.IntegerField(null=True)
    clock_from = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)
    next_alarm_at = models.DateTimeField(null=True)
    alarms_done = ArrayField(models.SmallIntegerField(), default=list)
    escalate_to = models.CharField(max_length=64, blank=True)
    breached_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instance", "item"], name="work_item_once")]
        indexes = [
            models.Index(fields=["assignee", "due_at", "id"], name="work_mine", condition=models.Q(status="claimed")),
            models.Index(
                fields=["role", "department", "due_at", "id"], name="work_claimable", condition=models.Q(status="open")
            ),
            models.Index(fields=["next_alarm_at"], name="work_alarm", condition=models.Q(next_alarm_at__isnull=False)),
            models.Index(
                fields=["completed_by", "-closed_at"], name="work_done", condition=models.Q(status="completed")
            ),
        ]


class Wait(models.Model):
    """A token waits for a message or an instant, not for a person. Kept after it closed: the ledger reads it."""

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="waits")
    kind = models.CharField(max_length=16)  # message | signal | timer | service
    number = models.IntegerField()  # the engine's subscription, timer or item
    node = models.CharField(max_length=100)
    name = models.CharField(max_length=200, blank=True)
    holder = models.CharField(max_length=16, blank=True)  # customer | department | nobody
    issue_status = models.CharField(max_length=32, blank=True)
    detail = models.JSONField(default=dict)
    due_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instance", "kind", "number"], name="wait_once")]
        indexes = [
            models.Index(
                fields=["due_at"], name="wait_due", condition=models.Q(closed_at__isnull=True, due_at__isnull=False)
            ),
            models.Index(
                fields=["kind", "name", "id"],
                name="wait_name",
                condition=models.Q(closed_at__isnull=True, kind__in=["message", "signal"]),
            ),
        ]


class Incident(models.Model):
    """The chart could not go on at a node; somebody must look. ``closed_how``: retried, skipped, or cancelled with the
    place where it stood."""

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="incidents")
    number = models.IntegerField()
    node = models.CharField(max_length=100)
    code = models.CharField(max_length=64)
    detail = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_how = models.CharField(max_length=16, blank=True)
    assignee = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instance", "number"], name="incident_once")]
        indexes = [
            models.Index(fields=["opened_at", "id"], name="incident_open", condition=models.Q(closed_at__isnull=True))
        ]


class Migration(models.Model):
    """Running instances of one version go on with another one. ``mapping``: waiting place → place in the new version.

    The worker moves them portion by portion; finished when none of the old version is left untried. ``undoes``: the
    migration whose instances this one brings back.
    """

    source = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    mapping = models.JSONField()
    reason = models.TextField()
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200)
    total = models.IntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")


class MigrationMove(models.Model):
    """What became of one instance in a migration: moved with that revision, or left where it is, and why. ``places``:
    where it waited → where it has waited since, so that each finds its own way back."""

    migration = models.ForeignKey(Migration, on_delete=models.CASCADE, related_name="moves", db_index=False)
    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="moves")
    at = models.DateTimeField()
    revision = models.IntegerField(null=True)
    places = models.JSONField(default=dict)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["migration", "instance"], name="moved_once")]


class Thrown(models.Model):
    """A message or signal that a chart threw, on its way to other charts (an outbox row of the step)."""

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8)  # message | signal
    name = models.CharField(max_length=200)
    business_key = models.CharField(max_length=64, blank=True)
    variables = models.JSONField()
    thrown_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    reached = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["id"], name="thrown_open", condition=models.Q(delivered_at__isnull=True))]
