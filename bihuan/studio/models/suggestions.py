"""What people propose for a published chart."""

from django.db import models


class SuggestionStatus(models.TextChoices):
    OPEN = "open", "待处理"
    TAKEN_UP = "taken_up", "已采纳"
    DECLINED = "declined", "未采纳"


class Suggestion(models.Model):
    """A proposal on an element ("": the whole chart) of a published version. ``taken_in``: the version that took it up;
    ``planned_in``: the draft that means to.

    A customer's is on a ``phase``, by the ``contact`` of the case (``instance``) on whose page it was written. ``public_text``: the words
    in which other customers see it ("": they do not), chosen by staff.
    """

    definition = models.ForeignKey("flows.Definition", on_delete=models.CASCADE, related_name="+", db_index=False)
    version = models.ForeignKey("flows.Version", on_delete=models.PROTECT, related_name="+", db_index=False)
    element = models.CharField(max_length=255, blank=True)
    phase = models.CharField(max_length=255, blank=True)
    text = models.TextField()
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200)
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey("customers.Contact", null=True, on_delete=models.PROTECT, related_name="+")
    instance = models.ForeignKey("flows.Instance", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    public_text = models.TextField(blank=True)
    planned_in = models.ForeignKey("studio.Draft", null=True, on_delete=models.SET_NULL, related_name="+")
    status = models.CharField(max_length=16, choices=SuggestionStatus.choices, default=SuggestionStatus.OPEN)
    answer = models.TextField(blank=True)
    answered_by_name = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    taken_in = models.ForeignKey("flows.Version", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["definition", "status", "-id"], name="suggestion_list")]


class Vote(models.Model):
    """A member of staff or a customer is for it too; once."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="votes", db_index=False)
    user = models.ForeignKey("accounts.User", null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["suggestion", "user"], name="vote_once"),
            models.UniqueConstraint(fields=["suggestion", "customer"], name="customer_vote_once"),
            models.CheckConstraint(
                name="vote_of_one", condition=models.Q(user__isnull=True) ^ models.Q(customer__isnull=True)
            ),
        ]
