"""Two files of one customer become one, and may become two again."""

from django.db import models

from bihuan.customers.models.parties import Customer


class CustomerMerge(models.Model):
    """``survivor`` was chosen, ``merged`` leads to it. ``moved``: kind → ids of what came over, so that taking it back
    gives every row to whom it came from."""

    survivor = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    merged = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    moved = models.JSONField(default=dict)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], name="customer_merged_once", condition=models.Q(undone_at__isnull=True)
            )
        ]
