"""The columns of a list of issues, on the page and in files. What people choose from, and what they see at first."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_noop

COLUMNS = {
    "prio": gettext_noop("优先级"),
    "no": gettext_noop("编号"),
    "title": gettext_noop("标题"),
    "cust": gettext_noop("客户"),
    "type": gettext_noop("类型"),
    "step": gettext_noop("当前步骤"),
    "who": gettext_noop("负责人"),
    "due": gettext_noop("时限"),
    "status": gettext_noop("状态"),
    "when": gettext_noop("更新"),
    "created": gettext_noop("登记时间"),
    "channel": gettext_noop("渠道"),
    "dept": gettext_noop("主责部门"),
    "tags": gettext_noop("标签"),
    "resolved": gettext_noop("解决时间"),
    "closed": gettext_noop("关闭时间"),
    "answers": gettext_noop("答复次数"),
    "reopened": gettext_noop("重开次数"),
}
USUAL = ("prio", "no", "title", "cust", "type", "step", "who", "due", "status", "when")
OWN = "own."
"""Before the key of a field that the company has added."""
ALWAYS = ("no", "title")
"""Without them a line says nothing; they cannot be left out."""


def chosen(keys: Iterable[str], own: Iterable[str] = ()) -> list[str]:
    """The known ones among the keys with those that are always there, in the order of the list; [] for the usual. ``own``:
    the keys of the company's own columns."""
    known = (*COLUMNS, *own)
    wanted = {key for key in keys if key in known}
    found = [key for key in known if key in wanted or key in ALWAYS]
    return [] if not wanted or tuple(found) == USUAL else found


def shown(*choices: Sequence[str]) -> list[str]:
    """The first choice that says something, else the usual columns."""
    return list(next((choice for choice in choices if choice), USUAL))
