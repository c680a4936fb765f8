"""Words of clocks for lines and notices, in both languages."""

from collections.abc import Iterable, Mapping

from bihuan.issues.models import Clock
from bihuan.issues.rules.clocks import Terms

NAMES: Mapping[str, tuple[str, str]] = {
    "first_response": ("首次响应", "First response"),
    "next_response": ("后续响应", "Next response"),
    "resolution": ("解决", "Resolution"),
    "department": ("部门办理", "Department"),
    "approval": ("审批", "Approval"),
}


def amount(seconds: int) -> tuple[str, str]:
    """A target in words: hours and minutes of working time."""
    hours, minutes = divmod(seconds // 60, 60)
    zh = (f"{hours} 小时" if hours else "") + (f" {minutes} 分钟" if minutes else "")
    en = (f"{hours} h" if hours else "") + (f" {minutes} min" if minutes else "")
    return zh.strip() or "0 分钟", en.strip() or "0 min"


def retargeted(terms: Terms, moved: Iterable[Clock]) -> dict[str, object]:
    """Places of the line about clocks that were given other targets; each kind once."""
    kinds = list(dict.fromkeys(row.kind for row in moved))
    amounts = [(NAMES[kind], amount(terms.targets[kind])) for kind in kinds]
    return {
        "policy": terms.name,
        "policy_en": terms.name_en or terms.name,
        "what": "、".join(f"{name[0]} {words[0]}" for name, words in amounts),
        "what_en": ", ".join(f"{name[1].lower()} {words[1]}" for name, words in amounts),
    }
