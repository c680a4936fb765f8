"""The issue itself: its row, its classes, its search row."""

from datetime import UTC, datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Coalesce

FAR = datetime(9999, 12, 31, tzinfo=UTC)
"""Stands for "no deadline" where lists are sorted by it."""


class IssueType(models.Model):
    """A class of issues (产品功能故障, 账务争议 …): the company's own dictionary. ``flow``: the key of the chart that its
    issues run on; "" for the one that comes with the product."""

    key = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)
    flow = models.CharField(max_length=64, blank=True)


class ResponsibilityRule(models.Model):
    """A row of the responsibility matrix: for this product, region and type that department leads. '' matches any; which
    row speaks where several fit says ``rules/matrix.py``."""

    type = models.ForeignKey(IssueType, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    region = models.CharField(max_length=64, blank=True)
    product = models.CharField(max_length=100, blank=True)
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    supports = ArrayField(models.CharField(max_length=64), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["type", "region", "product"], name="responsibility_once", nulls_distinct=False
            )
        ]


class Issue(models.Model):
    """One customer issue. Everything that lists, counters and filters need stands in this row.

    ``departments`` and ``people`` are all who ever had a part in it: the object-level permission reads them.
    Foreign keys have no index of their own where a compound index begins with them: every index costs each intake.
    """

    number = models.CharField(max_length=32)
    title = models.CharField(max_length=300)
    description = models.TextField()
    channel = models.CharField(max_length=16)
    status = models.CharField(max_length=32)
    is_open = models.BooleanField(default=True)
    type = models.ForeignKey(IssueType, null=True, on_delete=models.PROTECT, related_name="+")
    urgency = models.CharField(max_length=8, blank=True)
    impact = models.CharField(max_length=8, blank=True)
    complexity = models.CharField(max_length=8, blank=True)
    priority = models.CharField(max_length=4, default="P3")
    priority_reason = models.CharField(max_length=500, blank=True)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+", db_index=False)
    contact = models.ForeignKey("customers.Contact", null=True, on_delete=models.PROTECT, related_name="+")
    customer_name = models.CharField(max_length=200)
    instance = models.OneToOneField("flows.Instance", on_delete=models.PROTECT, related_name="+")
    lead_department = models.ForeignKey(
        "accounts.Department", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    support_departments = ArrayField(models.CharField(max_length=64), default=list)
    departments = ArrayField(models.BigIntegerField(), default=list)
    people = ArrayField(models.BigIntegerField(), default=list)
    assignee = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    step_node = models.CharField(max_length=100, blank=True)
    step_name = models.CharField(max_length=200, blank=True)
    step_name_en = models.CharField(max_length=200, blank=True)
    phase = models.CharField(max_length=64, blank=True)
    due_at = models.DateTimeField(null=True)  # of the most urgent open step
    due_limit = models.IntegerField(null=True)  # that step's limit, seconds of working time
    due_calendar = models.BigIntegerField(null=True)  # the calendar version it is counted in
    due_paused = models.BooleanField(default=False)
    soon_at = models.DateTimeField(null=True)  # when four fifths of that working time are used
    promised_at = models.DateTimeField(null=True)
    open_clocks = models.SmallIntegerField(default=0)
    clock_due_at = models.DateTimeField(null=True)  # of the nearest clock that runs
    answers = models.IntegerField(default=0)
    reopened = models.IntegerField(default=0)
    tags = ArrayField(models.BigIntegerField(), default=list)
    fields = models.JSONField(default=dict)
    open_tasks = models.SmallIntegerField(default=0)
    asked = models.SmallIntegerField(default=0)  # approvals asked for that are open, or refused and in a step's way
    watchers = models.SmallIntegerField(default=0)
    open_demands = models.SmallIntegerField(default=0)  # that keep it from closing: departments asked, supervision
    recused = ArrayField(models.BigIntegerField(), default=list)  # people who may hold no step of it
    duplicate_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    heard_at = models.DateTimeField(null=True)  # when the customer last wrote
    revision = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number"], name="issue_number_once")]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="issue_created"),
            models.Index(fields=["-updated_at", "-id"], name="issue_updated"),
            models.Index(fields=["status", "-created_at", "-id"], name="issue_status"),
            models.Index(fields=["priority", "-id"], name="issue_priority"),
            models.Index(fields=["assignee", "-created_at", "-id"], name="issue_assignee"),
            models.Index(fields=["lead_department", "-created_at", "-id"], name="issue_lead"),
            models.Index(fields=["customer", "-created_at"], name="issue_customer"),
            models.Index(Coalesce("due_at", models.Value(FAR)), "id", name="issue_due_or_not"),
            models.Index(
                Coalesce("due_at", models.Value(FAR)), "id", name="issue_open_due", condition=models.Q(is_open=True)
            ),
            models.Index(fields=["soon_at"], name="issue_soon", condition=models.Q(is_open=True)),
            models.Index(
                fields=["duplicate_of"], name="issue_duplicates", condition=models.Q(duplicate_of__isnull=False)
            ),
            models.Index(fields=["follows"], name="issue_follows", condition=models.Q(follows__isnull=False)),
            GinIndex(fields=["departments"], name="issue_departments"),
            GinIndex(fields=["people"], name="issue_people"),
            GinIndex(fields=["tags"], name="issue_tags"),
            GinIndex(fields=["fields"], name="issue_fields", opclasses=["jsonb_path_ops"]),
        ]


class IssueSearch(models.Model):
    """The issue's full text, apart from the row that changes often."""

    issue = models.OneToOneField(Issue, primary_key=True, on_delete=models.CASCADE, related_name="+")
    vector = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["vector"], name="issue_search", fastupdate=False)]


class PriorityCorrection(models.Model):
    """Somebody changed the classification by hand, and why."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="corrections")
    before = models.JSONField()
    after = models.JSONField()
    reason = models.TextField()
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
