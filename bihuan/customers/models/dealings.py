"""What we have to do with customers besides their issues: visits and calls, and what they demand about their data."""

from django.db import models

from bihuan.customers.models.parties import Contact, Customer


class VisitKind(models.TextChoices):
    CALL = "call", "来电"
    CALL_OUT = "call_out", "去电"
    VISIT = "visit", "来访"
    VISIT_OUT = "visit_out", "拜访"


class VisitCategory(models.TextChoices):
    INQUIRY = "inquiry", "咨询"
    COMPLAINT = "complaint", "投诉"
    ROUTINE = "routine", "日常服务"
    OTHER = "other", "其他"


class Visit(models.Model):
    """A call or a visit, written down while it lasts (F05, F11; R137–R144).

    ``clears``: of the five clears (听清楚 问清楚 跟清楚 复清楚 记清楚) key → what shows it. ``next_reply_at``: when the
    customer was promised to hear of it again; ``settled_at``: nothing is left to do, or an issue goes on with it.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="visits", db_index=False)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=VisitKind.choices)
    category = models.CharField(max_length=16, choices=VisitCategory.choices)
    at = models.DateTimeField()
    minutes = models.IntegerField(null=True)
    place = models.CharField(max_length=200, blank=True)
    people = models.CharField(max_length=300, blank=True)
    topic = models.CharField(max_length=300)
    content = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    clears = models.JSONField(default=dict)
    next_reply_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    host = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="visit_recent"),
            models.Index(fields=["customer", "-at", "-id"], name="visit_customer"),
            models.Index(
                fields=["next_reply_at"],
                name="visit_reply_due",
                condition=models.Q(settled_at__isnull=True, next_reply_at__isnull=False),
            ),
        ]


class RequestKind(models.TextChoices):
    ACCESS = "access", "查阅、复制"
    CORRECT = "correct", "更正、补充"
    DELETE = "delete", "删除"
    WITHDRAW = "withdraw", "撤回同意"
    EXPLAIN = "explain", "说明处理规则"


class PrivacyRequest(models.Model):
    """What a person demands about his data (PIPL 44–50), with its clock: ``due_at`` is the end of the last of the
    working days in the calendar version ``calendar``. ``status``: open → done | refused."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=RequestKind.choices)
    how = models.CharField(max_length=100)
    content = models.TextField(blank=True)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    calendar = models.BigIntegerField()
    status = models.CharField(max_length=16, default="open")
    handler = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    erased = models.JSONField(default=dict)
    told_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="privacy_recent"),
            models.Index(fields=["due_at"], name="privacy_due", condition=models.Q(status="open")),
        ]
