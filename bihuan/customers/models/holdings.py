"""What a customer has of us: contracts and things under warranty."""

from django.db import models

from bihuan.customers.models.parties import Customer


class Contract(models.Model):
    """``policy``: the key of the clock policy that its issues are to be measured by, '' for the common one.
    ``told_at``: when its keeper was told that it ends soon."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contracts")
    number = models.CharField(max_length=64)
    tier = models.CharField(max_length=32, blank=True)
    covers = models.CharField(max_length=300, blank=True)
    policy = models.CharField(max_length=64, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    told_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="contract_number_once"),
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="contract_has_time"),
        ]
        indexes = [models.Index(fields=["ends_on", "id"], name="contract_ends")]


class Asset(models.Model):
    """A device or product at the customer's. One serial number of one product is one thing."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="assets")
    product = models.CharField(max_length=100)
    model = models.CharField(max_length=100, blank=True)
    serial = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=300, blank=True)
    warranty_until = models.DateField(null=True)
    told_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "serial"], name="asset_serial_once", condition=~models.Q(serial="")
            )
        ]
        indexes = [
            models.Index(fields=["serial"], name="asset_serial", condition=~models.Q(serial="")),
            models.Index(
                fields=["warranty_until", "id"], name="asset_ends", condition=models.Q(warranty_until__isnull=False)
            ),
        ]
