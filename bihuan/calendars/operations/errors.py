"""Why a calendar is not changed."""

from django.utils.translation import get_language, gettext_noop

from bihuan.core.errors import NotFound, Refused


class InBoth:
    """A reason in both languages that shows itself in the reader's."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh = zh
        self.en = en

    def __str__(self) -> str:
        return self.zh if (get_language() or "zh").startswith("zh") else self.en


class BadHours(Refused):
    """The hours or the zone of a calendar are wrong, or it would never open."""

    code = "bad_hours"
    text = gettext_noop("工作日历不成立：%(why)s。")


class BadDay(Refused):
    """A special day is not what its kind needs."""

    code = "bad_day"
    text = gettext_noop("这一天的设置不成立：%(why)s。")


class CannotImport(Refused):
    """A file of official days cannot be taken; nothing was changed."""

    code = "cannot_import"
    text = gettext_noop("没有导入：%(why)s。")


class NoSuchDay(NotFound):
    """There is no such special day to take away."""

    code = "no_such_day"
    text = gettext_noop("%(date)s 没有公司自定义的安排。")
