"""Customers and the people who speak for them."""

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
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=CustomerKind.choices, default=CustomerKind.PERSON)
    code = models.CharField(max_length=64, blank=True, db_index=True)
    tier = models.CharField(max_length=32, blank=True)
    region = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-updated_at", "-id"], name="customer_recent")]


class Contact(models.Model):
    """A person who speaks for a customer. One phone or address may serve several people (correctness 62)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=200)
    position = models.CharField(max_length=100, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    phone_raw = models.CharField(max_length=64, blank=True)
    preferred = models.CharField(max_length=16, choices=Channel.choices, blank=True)
    preferred_hours = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    consent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["email"], name="contact_email", condition=~models.Q(email="")),
            models.Index(fields=["phone"], name="contact_phone", condition=~models.Q(phone="")),
        ]
