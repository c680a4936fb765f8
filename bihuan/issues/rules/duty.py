"""Codes and bounds of what departments do with a step that is not theirs, and of what is asked of them."""

from django.utils.translation import gettext_noop

NOT_OURS, INCOMPLETE, REPEATED, OTHER = "not_ours", "incomplete", "duplicate", "other"
RETURN_WORDS = {
    NOT_OURS: gettext_noop("不属本部门职责"),
    INCOMPLETE: gettext_noop("信息不全"),
    REPEATED: gettext_noop("重复"),
    OTHER: gettext_noop("其他"),
}
"""Why a step comes back; what an installation adds stands for itself."""
SUSPEND_WORDS = {
    "parts": gettext_noop("等备件"),
    "plan": gettext_noop("等排期"),
    "season": gettext_noop("等停产或停机"),
    "external": gettext_noop("等外部单位"),
    "other": gettext_noop("其他"),
}
"""Why an issue stands."""
TEXT = 10_000
"""So long may what people write here be."""
LONGEST_STAND_DAYS = 366
MOST_EXTENSION_HOURS = 400


def may_return(*, returned: int, limit: int, settled: bool) -> bool:
    """Whether a step may be sent back once more: not after an arbiter named the department, and within the bound.

    >>> may_return(returned=1, limit=2, settled=False), may_return(returned=2, limit=2, settled=False)
    (True, False)
    """
    return not settled and returned < limit


def reason_codes(own: tuple[str, ...]) -> tuple[str, ...]:
    """The codes on offer: those of the product, with what the installation added before "other"."""
    shipped = (NOT_OURS, INCOMPLETE, REPEATED)
    return (*shipped, *(each for each in own if each and each not in (*shipped, OTHER)), OTHER)
