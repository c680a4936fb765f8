"""The desk's queues and the orders of lists."""

MINE = "mine"
CLAIMABLE = "claimable"
APPROVALS = "approvals"
DUE_SOON = "due_soon"
OVERDUE = "overdue"
STUCK = "stuck"
WAITING_CUSTOMER = "waiting_customer"
WATCHED = "watched"
SNOOZED = "snoozed"
SUPERVISED = "supervised"
UNMANNED = "unmanned"
ALL = "all"
COUNTED = (
    MINE, CLAIMABLE, APPROVALS, DUE_SOON, OVERDUE, WAITING_CUSTOMER, WATCHED, SNOOZED, SUPERVISED, UNMANNED, STUCK, ALL
)  # fmt: skip
"""The queues of the desk in their order, each with a counter."""

SORTS = ("updated", "created", "due", "priority")
"""``updated`` and ``created``: the latest first; ``due``: the most urgent first, without deadline last; ``priority``."""

BY_UPDATE = frozenset({ALL, STUCK, WAITING_CUSTOMER, WATCHED, SNOOZED})
"""Queues that are read by what is new; the others are worked off by deadline."""
