"""Names of roles and levels in the reader's language."""

from django.utils.translation import gettext, gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.web.ui.environment import in_language

LEVELS = {"high": gettext_noop("高"), "medium": gettext_noop("中"), "low": gettext_noop("低")}
SCORES = (
    ("efficiency", gettext_noop("解决效率")),
    ("communication", gettext_noop("沟通体验")),
    ("effectiveness", gettext_noop("方案有效性")),
)
ANCHORS = (
    gettext_noop("非常不满意"),
    gettext_noop("不满意"),
    gettext_noop("一般"),
    gettext_noop("满意"),
    gettext_noop("非常满意"),
)


def role_name(key: str) -> str:
    """A role's name; a company's own role stands for itself."""
    return in_language(*accounts.role_words(key=key))


def level_name(key: str) -> str:
    """高, 中, 低."""
    return gettext(LEVELS[key]) if key in LEVELS else key


def scores() -> list[tuple[str, str]]:
    """What the customer rates, translated."""
    return [(key, gettext(label)) for key, label in SCORES]


def anchors() -> list[str]:
    """The words of 1–5, translated; the direction never changes."""
    return [gettext(anchor) for anchor in ANCHORS]
