"""Words of levels, priorities and fields, as pages and the timeline say them."""

from django.utils.translation import get_language, gettext, gettext_noop

LEVELS = {"high": gettext_noop("高"), "medium": gettext_noop("中"), "low": gettext_noop("低")}
PRIORITIES = {"P1": gettext_noop("紧急"), "P2": gettext_noop("高"), "P3": gettext_noop("中"), "P4": gettext_noop("低")}
FIELDS = {
    "type": gettext_noop("类型"),
    "urgency": gettext_noop("紧急程度"),
    "impact": gettext_noop("影响范围"),
    "complexity": gettext_noop("复杂度"),
    "priority": gettext_noop("优先级"),
}
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


def priority_words(priority: str) -> str:
    """``P1 紧急`` in the active language; an unknown one stands for itself."""
    word = PRIORITIES.get(priority)
    return f"{priority} {gettext(word)}" if word else priority


def value_words(field: str, value: str) -> str:
    """A value of the classification in words; a type's key stands for itself, nothing is a dash."""
    if not value:
        return "—"
    if field == "priority":
        return priority_words(value)
    word = LEVELS.get(value) if field in FIELDS and field != "type" else None
    return gettext(word) if word else value


def change_words(changes: object) -> str:
    """``[[field, before, after], …]`` as a list in words."""
    rows = changes if isinstance(changes, list) else []
    found = []
    for row in rows:
        if isinstance(row, list) and len(row) == 3:
            field, before, after = (str(part or "") for part in row)
            name = gettext(FIELDS[field]) if field in FIELDS else field
            found.append(f"{name} {value_words(field, before)} → {value_words(field, after)}")
    return gettext("、").join(found)


def in_language(chinese: str, english: str) -> str:
    """The name in the reader's language, as far as it has one."""
    return english if english and (get_language() or "").startswith("en") else chinese
