"""Reviews of drafts: who was asked, what they said, what they signed."""

from django.db import models

from bihuan.studio.models.drafts import Draft


class ReviewState(models.TextChoices):
    OPEN = "open", "评审中"
    AGREED = "agreed", "全部同意"
    CHANGES = "changes", "需要修改"
    TAKEN_BACK = "taken_back", "已收回"


class Verdict(models.TextChoices):
    WAITING = "", "未签"
    AGREE = "agree", "同意"
    CHANGES = "changes", "需要修改"


class Review(models.Model):
    """One round: named reviewers judge one content. ``content_hash`` is what a signature stands for, the same number as a
    published version bears. ``due``: the day by which they are asked to sign."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="reviews")
    content_hash = models.CharField(max_length=64)
    revision = models.IntegerField()
    note = models.TextField(blank=True)
    due = models.DateField(null=True)
    state = models.CharField(max_length=16, choices=ReviewState.choices, default=ReviewState.OPEN)
    asked_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_by_name = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft"], name="one_open_review", condition=models.Q(state="open"))
        ]


class Signature(models.Model):
    """A reviewer of a round and the verdict. ``checklist``: item → ok | missing | wrong (rules.CHECKLIST)."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="signatures", db_index=False)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    user_name = models.CharField(max_length=200)
    verdict = models.CharField(max_length=16, choices=Verdict.choices, blank=True, default=Verdict.WAITING)
    checklist = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "user"], name="reviewer_once")]
        indexes = [models.Index(fields=["user"], name="signature_waiting", condition=models.Q(verdict=""))]


class Comment(models.Model):
    """A remark on a draft, pinned to an element ("": the whole chart), or the answer to one."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="comments")
    answers = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="replies")
    element = models.CharField(max_length=255, blank=True)
    revision = models.IntegerField()
    text = models.TextField()
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by_name = models.CharField(max_length=200, blank=True)


class Unreviewed(models.Model):
    """A draft that was published without the signatures, and why."""

    draft = models.OneToOneField(Draft, on_delete=models.CASCADE, related_name="unreviewed")
    reason = models.TextField()
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
