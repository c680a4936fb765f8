"""The rows of this room, a module a topic."""

from bihuan.customers.models.dealings import PrivacyRequest, RequestKind, Visit, VisitCategory, VisitKind
from bihuan.customers.models.holdings import Asset, Contract
from bihuan.customers.models.imports import CustomerImport
from bihuan.customers.models.merging import CustomerMerge
from bihuan.customers.models.parties import (
    Channel,
    Consent,
    ConsentPurpose,
    Contact,
    Customer,
    CustomerKind,
    Identity,
    IdentityKind,
)
from bihuan.customers.models.revealing import Reveal

__all__ = [
    "Asset",
    "Channel",
    "Consent",
    "ConsentPurpose",
    "Contact",
    "Contract",
    "Customer",
    "CustomerImport",
    "CustomerKind",
    "CustomerMerge",
    "Identity",
    "IdentityKind",
    "PrivacyRequest",
    "RequestKind",
    "Reveal",
    "Visit",
    "VisitCategory",
    "VisitKind",
]
