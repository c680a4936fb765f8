"""Customers, the people who speak for them, and by what they are known."""

from django.db import models


class CustomerKind(models.TextChoices):
    PERSON = "person", "个人"
    ORGANISATION = "organisation", "企业"


class Channel(models.TextChoices):
    """How a customer prefers to be told."""

    EMAIL = "email", "邮件"
    PHONE = "phone", "电话"
    SMS = "sms", "短信"


class Customer(models.Model):
    """``needs``: what everybody who serves this customer must know (R43). ``covered_until``: the last day of its last
    contract or warranty, kept here because every list and every open issue shows it. ``initials``, ``sounds``: the name in
    pinyin, by which it is found and put in order (``rules.naming``). ``merged_into``: this one is only
    kept so that its number and its history lead to the other."""

    name = models.CharField(max_length=200)
    initials = models.CharField(max_length=32, default="", db_default="")
    sounds = models.CharField(max_length=100, default="", db_default="")
    kind = models.CharField(max_length=16, choices=CustomerKind.choices, default=CustomerKind.PERSON)
    code = models.CharField(max_length=64, blank=True, db_index=True)
    tier = models.CharField(max_length=32, blank=True)
    region = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)
    needs = models.TextField(blank=True, default="", db_default="")
    manager = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    covered_until = models.DateField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="customer_recent"),
            models.Index(fields=["initials"], name="customer_initials", opclasses=["text_pattern_ops"]),
            models.Index(fields=["sounds", "id"], name="customer_sounds"),
            # Partial, so that a customer whom a message makes costs no more than before.
            models.Index(fields=["tier", "-updated_at"], name="customer_tier", condition=~models.Q(tier="")),
            models.Index(fields=["region", "-updated_at"], name="customer_region", condition=~models.Q(region="")),
            models.Index(fields=["manager"], name="customer_manager", condition=models.Q(manager__isnull=False)),
            models.Index(fields=["merged_into"], name="customer_merged", condition=models.Q(merged_into__isnull=False)),
        ]


class Contact(models.Model):
    """A person who speaks for a customer. One phone or address may serve several people (correctness 62).

    ``email`` and ``phone`` are the ones under which the person is reached; others are ``Identity`` rows.
    ``blocked``: channel ("all", "email", "phone", "sms", "wechat") → why we may not use it, since when, who noted it.
    It stands in this row because every message that goes out asks for it. ``zone``: the time zone in which promised
    times are told, "" for the company's.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=200)
    position = models.CharField(max_length=100, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    phone_raw = models.CharField(max_length=64, blank=True)
    preferred = models.CharField(max_length=16, choices=Channel.choices, blank=True)
    preferred_hours = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    zone = models.CharField(max_length=64, blank=True, default="", db_default="")
    blocked = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    consent_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["email"], name="contact_email", condition=~models.Q(email="")),
            models.Index(fields=["phone"], name="contact_phone", condition=~models.Q(phone="")),
        ]


class IdentityKind(models.TextChoices):
    PHONE = "phone", "电话"
    EMAIL = "email", "邮箱"
    WECHAT = "wechat", "微信"
    OTHER = "other", "其他"


class Identity(models.Model):
    """Another number, address or account by which a contact is recognised. ``value`` is what is compared (``+86…``,
    addresses in lower case), ``raw`` what was written."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="identities", db_index=False)
    kind = models.CharField(max_length=16, choices=IdentityKind.choices)
    value = models.CharField(max_length=254)
    raw = models.CharField(max_length=254, blank=True)
    verified_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "kind", "value"], name="identity_once")]
        indexes = [models.Index(fields=["kind", "value"], name="identity_value")]


class ConsentPurpose(models.TextChoices):
    SERVICE = "service", "处理问题"
    CALLBACK = "callback", "回访与满意度调查"
    RECORDING = "recording", "通话录音"
    MARKETING = "marketing", "营销信息"
    SHARING = "sharing", "向第三方提供"


class Consent(models.Model):
    """What a person agreed to, when, how, and the proof (PIPL 13–17, 23). Withdrawn ones stay, with the instant."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=16, choices=ConsentPurpose.choices)
    basis = models.CharField(max_length=16)  # consent, contract, law
    how = models.CharField(max_length=100)
    evidence = models.CharField(max_length=300, blank=True)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_how = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "purpose"], name="consent_in_force", condition=models.Q(withdrawn_at__isnull=True)
            )
        ]
