"""A list of customers on its way in."""

from django.db import models


class CustomerImport(models.Model):
    """A sheet that was read but not yet taken over: ``rows`` as read, with what is wrong with each. The rows are
    dropped when it is done; the report keeps line numbers and reasons. ``status``: read → done | dropped."""

    name = models.CharField(max_length=300)
    status = models.CharField(max_length=16, default="read")
    rows = models.JSONField(default=list)
    report = models.JSONField(default=dict)
    by = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
