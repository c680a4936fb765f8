"""Who saw a person's data in full, and why."""

from django.db import models


class Reveal(models.Model):
    """The reason stands here and not in the audit trail: it may name people, and goes with the contact."""

    contact = models.ForeignKey("customers.Contact", on_delete=models.CASCADE, related_name="reveals")
    person = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    field = models.CharField(max_length=16)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "-at"], name="reveal_person")]
