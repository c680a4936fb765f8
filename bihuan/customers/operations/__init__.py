"""Everything that changes customers."""

from bihuan.customers.operations.consents import record_consent, withdraw_consent
from bihuan.customers.operations.contacts import (
    EmailNotValid,
    PhoneNotValid,
    add_contact,
    add_identity,
    block_contact,
    remove_identity,
    unblock_contact,
    update_contact,
)
from bihuan.customers.operations.files import create_customer, update_customer
from bihuan.customers.operations.holdings import (
    announce_endings,
    remove_asset,
    remove_contract,
    save_asset,
    save_contract,
)
from bihuan.customers.operations.importing import read_import, take_import
from bihuan.customers.operations.matching import NoCustomerName, match_or_create
from bihuan.customers.operations.merging import WhoStays, gather_strays, merge_customers, undo_merge
from bihuan.customers.operations.privacy import (
    answer_privacy_request,
    note_personal_copy,
    open_privacy_request,
    remind_privacy_requests,
)
from bihuan.customers.operations.revealing import NoReason, NothingToReveal, TooManyReveals, reveal_contact
from bihuan.customers.operations.visits import (
    Record,
    hand_over_visit,
    promise_next_reply,
    record_visit,
    remind_next_replies,
    settle_visit,
)

__all__ = [
    "NoReason",
    "NothingToReveal",
    "TooManyReveals",
    "reveal_contact",
    "EmailNotValid",
    "NoCustomerName",
    "PhoneNotValid",
    "Record",
    "WhoStays",
    "add_contact",
    "add_identity",
    "announce_endings",
    "answer_privacy_request",
    "block_contact",
    "create_customer",
    "gather_strays",
    "hand_over_visit",
    "match_or_create",
    "merge_customers",
    "note_personal_copy",
    "open_privacy_request",
    "promise_next_reply",
    "read_import",
    "record_consent",
    "record_visit",
    "remind_next_replies",
    "remind_privacy_requests",
    "remove_asset",
    "remove_contract",
    "remove_identity",
    "save_asset",
    "save_contract",
    "settle_visit",
    "take_import",
    "unblock_contact",
    "undo_merge",
    "update_contact",
    "update_customer",
    "withdraw_consent",
]
