"""What can be done to many issues at once, with which right, and what each needs to know."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop

from bihuan.core.errors import Refused
from bihuan.issues.errors import BadChoice
from bihuan.issues.rules.limits import PRIORITIES

MOST = 5000
WORDS = {
    "assign": gettext_noop("转派"),
    "priority": gettext_noop("改优先级"),
    "tag": gettext_noop("加标签"),
    "untag": gettext_noop("去标签"),
    "withdraw": gettext_noop("客户撤回"),
}
RIGHTS = {"assign": "issues.assign", "priority": "issues.correct", "tag": "", "untag": "", "withdraw": "issues.reply"}
"""The permission that an action takes at all; the operation on each issue asks again."""
FINAL = frozenset({"withdraw"})
"""What cannot be taken back: the charts have ended."""
_REASON = 500


class BulkReason(Refused):
    code = "bulk_reason"
    text = gettext_noop("请写原因，最多 500 个字。")


def clean(action: str, params: Mapping[str, str]) -> dict[str, str]:
    """What the action needs and nothing else; refuses what is missing or unknown."""
    if action in ("tag", "untag"):
        tag = params.get("tag", "")
        if not tag.isascii() or not tag.isdecimal() or len(tag) > 18:
            raise BadChoice(params={"field": "标签", "value": tag[:50]})
        return {"tag": tag}
    reason = params.get("reason", "").replace("\x00", "").strip()
    if not reason or len(reason) > _REASON:
        raise BulkReason
    if action == "withdraw":
        return {"reason": reason}
    if action == "priority":
        if params.get("priority") not in PRIORITIES:
            raise BadChoice(params={"field": "优先级", "value": params.get("priority", "")[:50]})
        return {"priority": params["priority"], "reason": reason}
    person = params.get("person", "").strip()
    if not person or len(person) > 64:
        raise BadChoice(params={"field": "人员", "value": person[:50]})
    return {"person": person, "reason": reason}
