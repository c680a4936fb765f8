"""The desk's queues and the orders of lists."""

MINE = "mine"
CLAIMABLE = "claimable"
APPROVALS = "approvals"
DUE_SOON = "due_soon"
OVERDUE = "overdue"
STUCK = "stuck"
WAITING_CUSTOMER = "waiting_customer"
ALL = "all"
COUNTED = (MINE, CLAIMABLE, APPROVALS, DUE_SOON, OVERDUE, WAITING_CUSTOMER, STUCK, ALL)
"""The queues of the desk in their order, each with a counter."""

SORTS = ("updated", "created", "due", "priority")
"""``updated`` and ``created``: the latest first; ``due``: the most urgent first, without deadline last; ``priority``."""

BY_UPDATE = frozenset({ALL, STUCK, WAITING_CUSTOMER})
"""Queues that are read by what is new; the others are worked off by deadline."""
