"""Texts kept ready: their variables are places that are filled, and nothing in them is ever carried out."""

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_noop

VARIABLES = {
    "customer": ("客户称呼", gettext_noop("联系人的名字，没有就用客户名称")),
    "number": ("编号", gettext_noop("问题编号")),
    "title": ("标题", gettext_noop("问题标题")),
    "status": ("状态", gettext_noop("现在的状态")),
    "step": ("当前步骤", gettext_noop("正在办的步骤")),
    "owner": ("负责人", gettext_noop("正在办理的人")),
    "department": ("主责部门", gettext_noop("主责部门的名称")),
    "promised": ("承诺时间", gettext_noop("答应客户的时间")),
    "me": ("我的名字", gettext_noop("发消息的人")),
    "company": ("公司", gettext_noop("公司名称")),
}
"""Key in English texts → (word in Chinese texts, what it stands for). There are no others."""
ACTIONS = {
    "tag": gettext_noop("加标签"),
    "priority": gettext_noop("改优先级"),
    "tasks": gettext_noop("加任务清单"),
    "assign": gettext_noop("把当前步骤转派给"),
}
"""What a macro may do besides writing."""
MOST_ACTIONS = 8
_PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_KEYS = {word: key for key, (word, _about) in VARIABLES.items()} | {key: key for key in VARIABLES}


def unknown(text: str) -> list[str]:
    """The places in the text that stand for nothing, in their order; an open ``{{`` counts as one."""
    found = [name for name in _PLACE.findall(text) if name not in _KEYS]
    rest = _PLACE.sub("", text)
    return found + (["{{"] if "{{" in rest or "}}" in rest else [])


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled, once: what is filled in is not looked at again. A place without value is blank."""
    return _PLACE.sub(lambda place: values.get(_KEYS.get(place[1], ""), ""), text)


def clean_actions(actions: object) -> tuple[tuple[str, str], ...]:
    """Stored or typed actions as (what, value); what nobody knows is left out."""
    rows: Sequence[object] = actions if isinstance(actions, list | tuple) else ()
    return tuple(
        (str(row[0]), str(row[1])[:64])
        for row in rows[:MOST_ACTIONS]
        if isinstance(row, list | tuple) and len(row) == 2 and row[0] in ACTIONS and row[1]
    )
