"""What operations on issues are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file as it came: nothing of it is trusted. ``cid``: by what name a mail shows it in place, "" for others."""

    name: str
    media_type: str
    data: bytes
    cid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeCustomer:
    """Who writes. ``name`` is the customer (person or company), ``contact`` the person who speaks for it; ``contact_id``
    is that person where he is known already."""

    name: str
    email: str = ""
    phone: str = ""
    kind: str = "person"
    contact: str = ""
    language: str = "zh-hans"
    consent: bool = False
    contact_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """An issue as any channel brings it.

    ``form`` is the data of a telephone record (F05); ``follows`` the id of a closed issue that this one comes after.
    ``fields``: values of the company's own fields by key; None where nobody was asked for them, so none is missing.
    ``brings_entries``: what was said is put into its timeline by the caller, in the same transaction.
    """

    title: str
    description: str
    channel: str
    customer: IntakeCustomer
    full_text: str = ""
    html: str = ""
    type_key: str = ""
    urgency: str = ""
    impact: str = ""
    region: str = ""
    attachments: Sequence[NewFile] = ()
    form: Mapping[str, object] = field(default_factory=dict)
    follows: int | None = None
    fields: Mapping[str, object] | None = None
    brings_entries: bool = False
