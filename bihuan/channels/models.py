"""What came in and what must go out, over any channel."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class InboundMessage(models.Model):
    """A message as it arrived. Inserted first: the unique key makes every message arrive once (correctness 56).

    ``status``: received → done | parked | ignored. ``raw`` keeps the bytes of what could not be understood, and of
    every mail.
    """

    channel = models.CharField(max_length=16)
    mailbox = models.CharField(max_length=254, blank=True)
    key = models.CharField(max_length=200)
    status = models.CharField(max_length=16, default="received")
    raw = models.BinaryField(null=True)
    summary = models.JSONField(default=dict)
    issue = models.ForeignKey("issues.Issue", null=True, on_delete=models.SET_NULL, related_name="+")
    entry = models.ForeignKey("issues.Entry", null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=64, blank=True)
    error = models.TextField(blank=True)
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "key"], name="inbound_once")]
        indexes = [models.Index(fields=["status", "received_at"], name="inbound_status")]


class Outgoing(models.Model):
    """What waits in an outbox, is claimed for a lease, tried again and again under one Message-ID, and closed."""

    message_id = models.CharField(max_length=250, unique=True)
    status = models.CharField(max_length=16, default="queued")
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Delivery(Outgoing):
    """A message that must reach a customer: the outbox. The worker sends it, at least once, under one Message-ID.

    ``status``: queued → sent | failed | manual (somebody must phone) | dropped (e.g. loop guard) | blocked (the
    customer forbade that way).
    """

    entry = models.OneToOneField("issues.Entry", on_delete=models.CASCADE, related_name="+")
    issue = models.ForeignKey("issues.Issue", on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=16)
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=300, blank=True)
    in_reply_to = models.CharField(max_length=998, blank=True)
    references = models.TextField(blank=True)
    automatic = models.BooleanField(default=False)
    reason = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_attempt_at"], name="delivery_due", condition=models.Q(status="queued")),
            models.Index(fields=["recipient", "-created_at"], name="delivery_recipient"),
            models.Index(fields=["issue", "id"], name="delivery_issue"),
            models.Index(
                fields=["sent_at"], name="delivery_automatic", condition=models.Q(automatic=True, status="sent")
            ),
        ]


class MessageThread(models.Model):
    """Which conversation a Message-ID of others belongs to. Ours are known by their signature and by ``Delivery``."""

    message_id = models.CharField(max_length=250, unique=True)
    issue = models.ForeignKey("issues.Issue", on_delete=models.CASCADE, related_name="+")
    third_party = models.ForeignKey(
        "issues.ThirdPartyThread", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    at = models.DateTimeField()


class Mailbox(models.Model):
    """An IMAP account that is polled. The password stays in the environment variable ``password_env``."""

    address = models.CharField(max_length=254, unique=True)
    host = models.CharField(max_length=254)
    port = models.IntegerField(default=993)
    security = models.CharField(max_length=8, default="tls")
    username = models.CharField(max_length=254)
    password_env = models.CharField(max_length=64)
    folder = models.CharField(max_length=100, default="INBOX")
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    first_import_limit = models.IntegerField(default=200)
    is_active = models.BooleanField(default=True)
    polled_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)


class NoticeChoice(models.Model):
    """How a member of staff hears of what is in the bell, besides the bell.

    ``ways``: group of notices → ``now`` | ``digest`` | ``off``; what is missing goes by the default
    (``notice_rules``). Times of day are the company's. ``workdays_only``: nothing on free days. ``urgent_anyway``:
    urgent ones come in quiet hours too. ``day_plan``: each morning what is to be done. The three instants say how far
    each kind of mail has come: nothing is mailed twice.
    """

    user = models.OneToOneField("accounts.User", primary_key=True, on_delete=models.CASCADE, related_name="+")
    ways = models.JSONField(default=dict)
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    workdays_only = models.BooleanField(default=False)
    urgent_anyway = models.BooleanField(default=True)
    digest_at = models.TimeField()
    day_plan = models.BooleanField(default=True)
    told_at = models.DateTimeField()
    urgent_told_at = models.DateTimeField()
    digested_at = models.DateTimeField()


class StaffMail(Outgoing):
    """A mail to a member of staff: the outbox of notices. What it says is forgotten as soon as it is sent.

    ``status``: queued → sent | failed | dropped (the person left, or has no address any more).
    """

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8)
    notices = ArrayField(models.BigIntegerField(), default=list)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_attempt_at"], name="staff_mail_due", condition=models.Q(status="queued")),
            models.Index(fields=["-id"], name="staff_mail_failed", condition=models.Q(status="failed")),
        ]
