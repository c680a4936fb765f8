"""Approvals: a round asks people about one content; a seat is one of them with the decision."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bihuan.issues.models.issue import Issue


class ApprovalState(models.TextChoices):
    """How a round stands. ``void``: its content changed, and a new round follows; ``cancelled``: nobody asks any more."""

    OPEN = "open", "审批中"
    APPROVED = "approved", "已同意"
    REJECTED = "rejected", "未同意"
    VOID = "void", "作废"
    CANCELLED = "cancelled", "已撤回"


class Approval(models.Model):
    """One round of asking, at a step of the chart (``work_item``) or about a text (``text``, asked by ``asked_by``).

    ``mode``: see ``rules.approvals``; ``quorum``: how many must agree; ``wanted`` as the chart or the asker put it.
    ``seated``: people with seats decide; without, whoever the chart gives the step. ``blocks``: the step that may not be
    completed before this one is approved. ``parts`` and ``content_hash``: what is approved, as digests; ``authors``: who
    wrote it. ``straight_back``: whoever refused wants it back without those asked before, if nothing changed;
    ``carried``: it stands by the approval of an earlier round.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="approvals", db_index=False)
    work_item = models.ForeignKey(
        "flows.WorkItem", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    blocks = models.ForeignKey("flows.WorkItem", null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    node = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    asked_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.SmallIntegerField(default=1)
    mode = models.CharField(max_length=16)
    wanted = models.CharField(max_length=8, blank=True)
    quorum = models.SmallIntegerField(default=1)
    seated = models.BooleanField(default=False)
    parts = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64)
    authors = ArrayField(models.BigIntegerField(), default=list)
    state = models.CharField(max_length=16, choices=ApprovalState.choices, default=ApprovalState.OPEN)
    straight_back = models.BooleanField(default=False)
    carried = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["work_item"], name="approval_open_once", condition=Q(state="open", work_item__isnull=False)
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="approval_closed_at",
            ),
        ]
        indexes = [
            models.Index(fields=["issue", "-id"], name="approval_of_issue"),
            models.Index(fields=["work_item"], name="approval_of_step", condition=Q(work_item__isnull=False)),
            models.Index(fields=["blocks"], name="approval_blocks", condition=Q(blocks__isnull=False)),
        ]


class ApprovalSeat(models.Model):
    """One who decides: a person, or with ``role`` whoever holds it (in ``department`` if one is named).

    ``host`` and ``place``: added to another seat by ``added_by``; ``delegated_from``: had the seat before. ``waiting``: it
    is their turn now. ``decided_by`` differs from ``user`` where a deputy decided. ``content_hash``: what they saw.
    """

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="seats")
    user = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=64, blank=True)
    department = models.ForeignKey(
        "accounts.Department", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    host = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    place = models.CharField(max_length=8, blank=True)
    added_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    delegated_from = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reason = models.TextField(blank=True)
    waiting = models.BooleanField(default=False)
    decision = models.CharField(max_length=8, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    opinion = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64, blank=True)
    carried = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["approval", "user"], name="approval_seat_once", condition=Q(user__isnull=False)
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True)
                | Q(decision__in=["approve", "reject"], decided_at__isnull=False, waiting=False),
                name="approval_seat_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "approval"], name="approval_mine", condition=Q(waiting=True)),
            models.Index(
                fields=["role", "approval"], name="approval_of_role", condition=Q(waiting=True, user__isnull=True)
            ),
        ]
