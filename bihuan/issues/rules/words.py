"""Words of levels, priorities and fields, as pages and the timeline say them."""

from django.utils.translation import gettext, gettext_noop

LEVELS = {"high": gettext_noop("高"), "medium": gettext_noop("中"), "low": gettext_noop("低")}
PRIORITIES = {"P1": gettext_noop("紧急"), "P2": gettext_noop("高"), "P3": gettext_noop("中"), "P4": gettext_noop("低")}
FIELDS = {
    "type": gettext_noop("类型"),
    "urgency": gettext_noop("紧急程度"),
    "impact": gettext_noop("影响范围"),
    "complexity": gettext_noop("复杂度"),
    "priority": gettext_noop("优先级"),
}


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
