"""Mails to the staff: what is new in the bell, and the day's work. In the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext, ngettext

from bihuan.channels.wording import Page, Worded, local_time


@dataclass(frozen=True, slots=True)
class Line:
    """One thing: what happened, about what ("" for nothing in particular), and where it stands."""

    words: str
    about: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """An open step of the reader; ``due`` None: no limit."""

    words: str
    url: str
    due: datetime | None
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The day's work: the most urgent steps, how many there are in all and how many of those shown are late."""

    day: date
    tasks: Sequence[Task]
    count: int


def _heading(company: str, words: str) -> str:
    return f"[{company or gettext('闭环')}] {words}"


def _lines(page: Page, lines: Sequence[Line], more: int) -> None:
    for line in lines:
        words = f"{line.words}：{line.about}" if line.about else line.words
        if line.url:
            page.link(words, line.url)
        else:
            page.line(words)
    if more > 0:
        page.line(ngettext("还有 %(n)s 条。", "还有 %(n)s 条。", more) % {"n": more})


def _foot(page: Page, url: str) -> None:
    page.rule()
    page.link(gettext("什么时候发、发哪些，在“我的账号”里改。请不要直接回复这封邮件。"), f"{url}/account/#notices")


def news(lines: Sequence[Line], *, more: int, company: str, url: str, language: str) -> tuple[str, Worded]:
    """Subject and text of a mail about what is new; ``more``: so many are not listed."""
    with translation.override(language):
        page = Page()
        count = len(lines) + more
        first = lines[0]
        words = (
            f"{first.words} {first.about}".strip()
            if count == 1
            else ngettext("%(n)s 条新消息", "%(n)s 条新消息", count) % {"n": count}
        )
        _lines(page, lines, more)
        _foot(page, url)
        return _heading(company, words), page.done()


def digest(
    plan: Plan, lines: Sequence[Line], *, more: int, company: str, url: str, zone: str, language: str
) -> tuple[str, Worded]:
    """Subject and text of the day's summary."""
    with translation.override(language):
        page = Page()
        late = sum(task.late for task in plan.tasks)
        day = gettext("%(month)s月%(day)s日") % {"month": plan.day.month, "day": plan.day.day}
        words = [ngettext("%(n)s 件待办", "%(n)s 件待办", plan.count) % {"n": plan.count}]
        if late:
            words.append(ngettext("%(n)s 件已超时", "%(n)s 件已超时", late) % {"n": late})
        if lines:
            words.append(ngettext("%(n)s 条消息", "%(n)s 条消息", len(lines) + more) % {"n": len(lines) + more})
        if plan.tasks:
            page.line(gettext("今天要办："))
            for task in plan.tasks:
                page.link(_task(task, zone), task.url)
            rest = plan.count - len(plan.tasks)
            if rest > 0:
                page.link(ngettext("还有 %(n)s 件。", "还有 %(n)s 件。", rest) % {"n": rest}, f"{url}/desk/?queue=mine")
        if lines:
            page.line(gettext("您还没有看的消息："))
            _lines(page, lines, more)
        _foot(page, url)
        return _heading(company, gettext("%(day)s：%(what)s") % {"day": day, "what": "，".join(words)}), page.done()


def _task(task: Task, zone: str) -> str:
    if task.due is None:
        return task.words
    at = local_time(task.due.astimezone(ZoneInfo(zone)), zone)
    text = gettext("%(what)s，%(at)s 截止，已超时") if task.late else gettext("%(what)s，%(at)s 截止")
    return text % {"what": task.words, "at": at}
