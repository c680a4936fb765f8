"""Register books (台帐): what was entered under which number; and which issue came of a visit or call."""

from django.db import models

from bihuan.issues.models.issue import Issue


class VisitIssue(models.Model):
    """The issue that goes on with what a visit or call brought up."""

    visit = models.OneToOneField("customers.Visit", on_delete=models.CASCADE, related_name="+")
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="+")


class BookSource(models.TextChoices):
    VISITS = "visits", "来访来电"
    ISSUES = "issues", "问题"
    FORMS = "forms", "表单"


class RegisterBook(models.Model):
    """``filter``: what belongs in it (see ``rules.registers``). ``since``: nothing that came before is entered.
    ``looked_at``: everything that changed before that instant was looked at."""

    key = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    source = models.CharField(max_length=16, choices=BookSource.choices)
    filter = models.JSONField(default=dict)
    keeper = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    since = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()


class RegisterYear(models.Model):
    """A year of a book with its last number. A closed year takes nothing any more."""

    book = models.ForeignKey(RegisterBook, on_delete=models.CASCADE, related_name="years", db_index=False)
    year = models.IntegerField()
    last = models.IntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "year"], name="register_year_once")]


class RegisterEntry(models.Model):
    """A line of a book. Numbers run from 1 a year without a gap and are never given twice; nothing is taken out.
    ``late``: it belongs to a year that was closed already."""

    book = models.ForeignKey(RegisterBook, on_delete=models.PROTECT, related_name="entries", db_index=False)
    year = models.IntegerField()
    number = models.IntegerField()
    issue = models.ForeignKey(Issue, null=True, on_delete=models.PROTECT, related_name="+")
    visit = models.ForeignKey("customers.Visit", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entered_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    remark = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "year", "number"], name="register_number_once"),
            models.UniqueConstraint(
                fields=["book", "issue"], name="register_issue_once", condition=models.Q(issue__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["book", "visit"], name="register_visit_once", condition=models.Q(visit__isnull=False)
            ),
        ]
