"""What is true of customers without looking anything up."""

from bihuan.customers.rules.blocking import BLOCKABLE, blocked_by, is_blocked
from bihuan.customers.rules.ways import (
    mask_email,
    mask_name,
    mask_phone,
    normalise_email,
    normalise_identity,
    normalise_phone,
    phone_tokens,
)

__all__ = [
    "BLOCKABLE",
    "blocked_by",
    "is_blocked",
    "mask_email",
    "mask_name",
    "mask_phone",
    "normalise_email",
    "normalise_identity",
    "normalise_phone",
    "phone_tokens",
]
