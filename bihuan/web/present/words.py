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
_INCIDENTS = {
    "uncaught_error": gettext_noop("系统步骤失败，图上没有画失败时怎么走。"),
    "no_way_out": gettext_noop("没有一条箭头的条件成立，也没有默认箭头。"),
    "no_rule_matches": gettext_noop("决策表里没有一条规则适用。"),
    "step_limit": gettext_noop("流程绕圈太多次，没有停下来等人。"),
    "outcome_required": gettext_noop("没有人选择走哪一条箭头。"),
    "bad_timer": gettext_noop("时间写得不对，无法计时。"),
    "bad_collection": gettext_noop("要逐个办理的名单不对。"),
    "bad_cardinality": gettext_noop("要办理的份数不对。"),
}


def incident_words(code: str) -> str:
    """Why a chart is stuck; the technical detail stands beside it."""
    return gettext(_INCIDENTS.get(code, gettext_noop("条件或数据有误，流程无法继续。")))


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
