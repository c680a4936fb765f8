"""Which notices are of one kind, and when a person may be disturbed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.translation import gettext_noop

NOW, DIGEST, OFF = "now", "digest", "off"
WAYS = (NOW, DIGEST, OFF)
URGENT = "urgent"
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Group:
    """Notices that people choose together. ``codes``: whole codes, or beginnings that end in a dot."""

    key: str
    text: str
    way: str
    codes: tuple[str, ...] = ()


GROUPS: tuple[Group, ...] = (
    Group(URGENT, gettext_noop("紧急问题、流程走不下去"), NOW,
          ("notice.urgent", "notice.incident", "notice.orphan", "step.nobody")),
    Group("assigned", gettext_noop("派给我、请我协办或等我认领"), NOW,
          ("notice.assigned", "notice.claimable", "notice.task", "notice.support", "notice.support_returned",
           "notice.returned", "notice.handed_over", "notice.task_force", "notice.unmerged")),
    Group("due", gettext_noop("快到期、已超时、催办和督办"), NOW,
          ("alarm.", "clock.", "notice.task_late", "notice.support_late", "notice.supervision_late", "notice.unsigned",
           "notice.urged", "notice.supervised")),
    Group("approval", gettext_noop("请我批准或裁定"), NOW,
          ("approval.", "notice.arbitration", "notice.extension_asked")),
    Group("mention", gettext_noop("有人提到我"), NOW, ("notice.mention",)),
    Group("customer", gettext_noop("客户来信、催办、撤回"), DIGEST,
          ("notice.reply", "notice.reminded", "notice.withdrawn")),
    Group("results", gettext_noop("我经手的事有了结果"), DIGEST,
          ("notice.extension_approved", "notice.extension_refused", "notice.decided", "notice.support_answered",
           "notice.support_withdrawn", "notice.third_party", "notice.supervision_answered", "notice.suspended", "notice.resumed",
           "notice.recused", "notice.merged", "notice.woken", "notice.woken_by_reply", "notice.task.")),
    Group("watched", gettext_noop("我关注的问题有变化"), DIGEST, ("watch.",)),
    Group("customers", gettext_noop("合同、保修、来访、隐私请求到期"), DIGEST,
          ("contract.", "warranty.", "visit.", "privacy.")),
    Group("charts", gettext_noop("流程图的评审和建议"), DIGEST, ("review.", "suggestion.")),
    Group(OTHER, gettext_noop("其他"), OFF),
)  # fmt: skip
KEYS = tuple(group.key for group in GROUPS)
_DEFAULTS = {group.key: group.way for group in GROUPS}
_CODES = tuple((code, group.key) for group in GROUPS for code in group.codes)


def group_of(code: str) -> str:
    """The group of a notice; what no group names is ``other``."""
    for beginning, key in _CODES:
        if code == beginning or (beginning.endswith(".") and code.startswith(beginning)):
            return key
    return OTHER


def way_of(ways: Mapping[str, object], group: str) -> str:
    """``now``, ``digest`` or ``off``: what the person chose, else the default."""
    chosen = ways.get(group)
    return chosen if isinstance(chosen, str) and chosen in WAYS else _DEFAULTS[group]


def is_quiet(local: datetime, *, start: time | None, end: time | None) -> bool:
    """Whether the time of day lies in the quiet hours, start included and end not; over midnight where the end is
    earlier than the start. None of both, or equal ones, mean that there are none."""
    if start is None or end is None or start == end:
        return False
    at = local.time()
    return start <= at < end if start < end else at >= start or at < end


def digest_is_due(local: datetime, *, at: time, last: date) -> bool:
    """Whether today's digest is still to come and its time is reached; ``last``: the day of the one before."""
    return last < local.date() and local.time() >= at
