"""Refusals around issues."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from bihuan.core.errors import Conflict, Refused


class TextRequired(Refused):
    code = "text_required"
    text = gettext_noop("请写内容。")


class TitleRequired(Refused):
    code = "title_required"
    text = gettext_noop("请用一句话说明问题。")


class TooLong(Refused):
    code = "too_long"
    text = gettext_noop("%(field)s太长：最多 %(limit)s 个字，现在 %(length)s 个；内容没有保存，请缩短后再提交。")


class NoForm(Refused):
    code = "no_form"
    text = gettext_noop("已发布的流程里没有表单 %(code)s，请先发布。")


class DraftTooLarge(Refused):
    code = "draft_too_large"
    text = gettext_noop("草稿太大，没有保存：单项最多 20,000 个字，表格最多 500 行。")


class FileRefused(Refused):
    code = "file_refused"
    text = gettext_noop("文件“%(name)s”不能保存：%(why)s。其余内容请重新提交。")


class IssueClosed(Conflict):
    code = "issue_closed"
    text = gettext_noop("这件问题已经关闭，不能再这样操作。")


class NothingToAnswer(Conflict):
    code = "nothing_to_answer"
    text = gettext_noop("现在不需要您确认；处理完成后我们会再请您确认。")


class NoSuchIssue(Refused):
    code = "no_such_issue"
    text = gettext_noop("没有编号为“%(number)s”的问题，请核对编号。")


class BadChoice(Refused):
    code = "bad_choice"
    text = gettext_noop("“%(value)s”不是“%(field)s”的可选值。")


class AlreadyReminded(Conflict):
    code = "already_reminded"
    text = gettext_noop("刚刚已经催过，处理人已收到；一小时后可以再催。")


@dataclass(frozen=True, slots=True)
class FormProblem:
    """What is wrong with one value of a form; ``path`` leads to it."""

    path: tuple[str | int, ...]
    message: str


class InvalidForm(Refused):
    """The data do not fit the step's schema."""

    code = "invalid_form"
    text = gettext_noop("有 %(n)s 处要改：%(first)s")

    def __init__(self, problems: Sequence[FormProblem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0].message if self.problems else ""
        super().__init__(params={"n": len(self.problems), "first": first})
