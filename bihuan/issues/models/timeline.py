"""The timeline of an issue, and its files."""

import uuid

from django.db import models

from bihuan.issues.models.issue import Issue
from bihuan.issues.models.third_party import ThirdPartyThread


class EntryKind(models.TextChoices):
    INBOUND = "inbound", "客户来信"
    REPLY = "reply", "回复客户"
    AUTO = "auto", "自动回复"
    NOTE = "note", "内部备注"
    CALL = "call", "电话记录"
    FORWARD = "forward", "转给第三方"
    ANSWER = "answer", "第三方答复"
    EVENT = "event", "系统事件"


class Entry(models.Model):
    """One line of the timeline: what the customer wrote, what we wrote, what happened.

    ``origin``: the issue that it was written to, where that one was merged into this one; it goes back there when the merge
    is taken back. For events ``code`` names the sentence and ``params`` its places; the page words it in the reader's language.
    ``third_party``: the conversation that a ``forward`` or an ``answer`` belongs to.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="entries", db_index=False)
    origin = models.ForeignKey(Issue, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=EntryKind.choices)
    channel = models.CharField(max_length=16, blank=True)
    public = models.BooleanField(default=False)
    author_kind = models.CharField(max_length=16)
    author = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    author_name = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    full_text = models.TextField(blank=True)  # with quoted parts, where ``text`` leaves them out
    html = models.TextField(blank=True)
    code = models.CharField(max_length=64, blank=True)
    params = models.JSONField(default=dict)
    third_party = models.ForeignKey(
        ThirdPartyThread, null=True, on_delete=models.CASCADE, related_name="entries", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["issue", "at", "id"], name="entry_timeline"),
            models.Index(fields=["origin", "id"], name="entry_origin", condition=models.Q(origin__isnull=False)),
            models.Index(
                fields=["third_party", "id"], name="entry_third_party", condition=models.Q(third_party__isnull=False)
            ),
        ]


class Attachment(models.Model):
    """A file. Its bytes lie under a random name; it is only ever sent as a download or a checked raster image. ``cid``: by
    what name the mail that brought it shows it in place."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    issue = models.ForeignKey(Issue, null=True, on_delete=models.CASCADE, related_name="attachments")
    entry = models.ForeignKey(Entry, null=True, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=300)
    media_type = models.CharField(max_length=200)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=100)
    cid = models.CharField(max_length=250, blank=True, default="", db_default="")
    public = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
