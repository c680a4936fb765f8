"""What is kept ready to be written to customers."""

from django.db import models


class CannedReply(models.Model):
    """A text kept ready, with what it does besides (then it is a macro).

    Neither ``owner`` nor ``department``: everybody has it. ``text`` holds variables (``rules.canned.VARIABLES``).
    ``actions``: ``[[what, value], …]`` (``rules.canned.ACTIONS``), carried out when the reply is sent.
    """

    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    folder = models.CharField(max_length=40, blank=True)
    text = models.TextField()
    text_en = models.TextField(blank=True)
    owner = models.ForeignKey("accounts.User", null=True, on_delete=models.CASCADE, related_name="+")
    department = models.ForeignKey("accounts.Department", null=True, on_delete=models.CASCADE, related_name="+")
    actions = models.JSONField(default=list)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(owner__isnull=True) | models.Q(department__isnull=True),
                name="canned_reply_one_scope",
            )
        ]
