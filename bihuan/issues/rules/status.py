"""The issue's status, derived from what waits on the chart: a table, nothing set by hand."""

from collections.abc import Sequence
from dataclasses import dataclass

# The first that applies speaks for the issue: what needs somebody comes before what runs by itself.
RANK = (
    "pending_approval",
    "new",
    "triage",
    "claimable",
    "in_progress",
    "callback",
    "waiting_customer",
    "waiting_third_party",
    "resolved",
    "suspended",
    "closed",
    "merged",
    "withdrawn",
    "invalid",
    "terminated",
)
CLOSED = frozenset({"closed", "merged", "withdrawn", "invalid", "terminated"})

NAMES = {
    "draft": ("草稿", "Draft"),
    "new": ("待受理", "New"),
    "triage": ("待分派", "Triage"),
    "claimable": ("待认领", "Unclaimed"),
    "in_progress": ("处理中", "In progress"),
    "waiting_customer": ("待客户反馈", "Waiting for customer"),
    "waiting_third_party": ("待外部", "Waiting for third party"),
    "pending_approval": ("待审批", "Pending approval"),
    "suspended": ("已挂起", "Suspended"),
    "resolved": ("已解决", "Resolved"),
    "callback": ("待回访", "Call-back"),
    "closed": ("已关闭", "Closed"),
    "withdrawn": ("已撤销", "Withdrawn"),
    "terminated": ("已终止", "Terminated"),
    "invalid": ("无效", "Invalid"),
    "merged": ("已合并", "Merged"),
}
"""What the statuses are called as the product ships, in Chinese and in English."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One open step or wait: the status its node declares ('' = by who holds it), and whether somebody holds it."""

    declared: str
    held: bool
    waits_for_customer: bool = False


def _of(standing: Standing) -> str:
    if standing.declared:
        return standing.declared
    if standing.waits_for_customer:
        return "waiting_customer"
    return "in_progress" if standing.held else "claimable"


def derive(standings: Sequence[Standing], *, before: str) -> str:
    """The status for all that is open; with nothing open (between two steps) the one before stays."""
    found = {_of(standing) for standing in standings}
    return next((status for status in RANK if status in found), next(iter(sorted(found)), before))
