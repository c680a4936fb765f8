"""Refusals of the studio."""

from django.utils.translation import gettext_noop

from bihuan.core.errors import Conflict, Forbidden, Refused


class DraftConflict(Conflict):
    """``params``: ``by`` and ``at`` of the save that came first, ``revision`` as it stands."""

    code = "draft_conflict"
    text = gettext_noop("%(by)s刚刚保存过这张流程图，您的改动还没有保存。")


class DraftClosed(Conflict):
    code = "draft_closed"
    text = gettext_noop("这份草稿现在不能修改：%(stage)s。")


class DraftOpenAlready(Conflict):
    """``params["draft"]``: the id of the open one."""

    code = "draft_open_already"
    text = gettext_noop("“%(name)s”已经有一份没有发布的草稿，请在那一份上继续。")


class NameRequired(Refused):
    code = "name_required"
    text = gettext_noop("请填写流程名称，最多 200 个字。")


class ChartTooLarge(Refused):
    code = "drawing_too_large"
    text = gettext_noop("流程图太大：最多 %(limit)s MB。")


class FormRefersOut(Refused):
    code = "form_refers_out"
    text = gettext_noop("表单 %(code)s 引用了外部地址（$ref），不能使用。")


class FormNotPlain(Refused):
    """``params``: ``code`` of the form, ``part``: the word or pattern."""

    code = "form_not_plain"
    text = gettext_noop(
        "表单 %(code)s 里的“%(part)s”可能让系统卡住或到别处取内容，什么都没有保存。请在来源系统里去掉后重新导出。"
    )


class FormTooDeep(Refused):
    code = "form_too_deep"
    text = gettext_noop("表单 %(code)s 嵌套太深（最多 %(most)s 层），什么都没有保存。")


class NotXml(Refused):
    code = "not_xml"
    text = gettext_noop("这不是可以保存的 BPMN 文件：%(why)s。")


class TextRequired(Refused):
    code = "words_required"
    text = gettext_noop("请填写内容。")


class TextTooLong(Refused):
    code = "words_too_long"
    text = gettext_noop("文字太长：最多 %(limit)s 个字，现在 %(length)s 个；内容没有保存，请缩短后再提交。")


class NoSuchElement(Refused):
    code = "no_such_element"
    text = gettext_noop("流程图上没有这个位置，请重新选择。")


class ReviewersNeeded(Refused):
    code = "reviewers_needed"
    text = gettext_noop("请指定 1 到 %(limit)s 位评审人。")


class NobodySuch(Refused):
    code = "nobody_such"
    text = gettext_noop("没有找到评审人“%(name)s”，或者账号已停用。")


class AuthorReviews(Refused):
    code = "author_reviews"
    text = gettext_noop("%(name)s画过这张图，不能评审自己的图；请换一位评审人。")


class BadDue(Refused):
    code = "bad_due"
    text = gettext_noop("评审期限不能早于今天。")


class ReviewClosed(Conflict):
    code = "review_closed"
    text = gettext_noop("这一轮评审已经结束，请刷新查看最新的内容。")


class NotAReviewer(Forbidden):
    code = "not_a_reviewer"
    text = gettext_noop("您不是这一轮指定的评审人。")


class ChecklistOpen(Refused):
    code = "checklist_open"
    text = gettext_noop("同意之前，检查单的每一项都要看过，并且没有遗漏和错误；有问题请签“需要修改”。")


class ChangesUnnamed(Refused):
    code = "changes_unnamed"
    text = gettext_noop("请说明要改什么：在检查单里标出、写明意见，或在图上留言。")


class NotReady(Refused):
    """``params["problems"]``: the first of them, in the language of the data."""

    code = "not_ready"
    text = gettext_noop("还不能发布：%(problems)s。")


class WarningsUnseen(Refused):
    code = "warnings_unseen"
    text = gettext_noop("还有 %(count)s 条提醒，请看过并确认后再发布。")


class NotReviewed(Refused):
    code = "not_reviewed"
    text = gettext_noop("这份内容还没有评审人全部签字；确实要跳过评审，请写明原因。")


class ChangeLogRequired(Refused):
    code = "change_log_required"
    text = gettext_noop("请写明这一版改了什么。")


class NothingChanged(Refused):
    code = "nothing_changed"
    text = gettext_noop("内容和当前的第 %(number)s 版完全一样，不用再发布。")


class SuggestionClosed(Conflict):
    code = "suggestion_closed"
    text = gettext_noop("这条建议已经处理过了。")


class NotRehearsable(Refused):
    """``params["why"]``: the first finding, in the actor's language."""

    code = "not_rehearsable"
    text = gettext_noop("这张图还不能预演：%(why)s")


class RehearsalNameRequired(Refused):
    code = "rehearsal_name_required"
    text = gettext_noop("请填写方案名称，最多 %(limit)s 个字。")


class RehearsalSize(Refused):
    code = "rehearsal_size"
    text = gettext_noop(
        "每次 %(least)s 到 %(most)s 件，运行 %(least_runs)s 到 %(most_runs)s 次，一共不超过 %(total)s 件。"
    )


class TooManyRehearsals(Refused):
    code = "too_many_rehearsals"
    text = gettext_noop("一张图最多保留 %(limit)s 个方案，请先删除不用的。")


class RehearsalActive(Conflict):
    code = "rehearsal_active"
    text = gettext_noop("这个方案正在运行，请等它完成，或者先取消。")


class RehearsalIdle(Conflict):
    code = "rehearsal_idle"
    text = gettext_noop("这个方案没有在运行。")


class BadAssumption(Refused):
    code = "bad_assumption"
    text = gettext_noop("“%(field)s”请填写 %(least)s 到 %(most)s 之间的数；没有运行，原来的结果还在。")


class BadRehearsalPeriod(Refused):
    code = "bad_rehearsal_period"
    text = gettext_noop("请填写预演的起止日期，最长一年。")


class CalendarMissing(Refused):
    code = "calendar_missing"
    text = gettext_noop("还没有工作日历，预演不知道什么时候上班；请先在设置里建一个。")


class DoesNotLoad(Refused):
    code = "does_not_load"
    text = gettext_noop("这张流程图还不能运行：%(why)s。请先在图上改好。")


class NothingToImport(Refused):
    code = "nothing_to_import"
    text = gettext_noop("请选择一个文件。")


class FileUnreadable(Refused):
    """``params``: ``place``, ``line`` (0: unknown), ``why`` in the language of the data."""

    code = "file_unreadable"
    text = gettext_noop("文件读不了，什么都没有保存。位置：%(place)s，第 %(line)s 行。原因：%(why)s。")


class UnknownFile(Refused):
    code = "unknown_file"
    text = gettext_noop("这个文件不是 BPMN、DMN 或流程包（最外层是“%(root)s”），什么都没有保存。")


class NotPackage(Refused):
    code = "not_a_package"
    text = gettext_noop("这不是流程包：找不到可以读的 %(place)s。请选择从“导出”得到的 .bihuan.zip 文件。")


class PackageTooLarge(Refused):
    code = "package_too_large"
    text = gettext_noop("流程包太大：压缩后最多 16 MB，展开后最多 32 MB，每个文件最多 5 MB。什么都没有保存。")


class PackagePath(Refused):
    code = "package_path"
    text = gettext_noop("流程包里有不允许的文件名“%(place)s”，什么都没有保存。")


class PackageTooNew(Refused):
    code = "package_too_new"
    text = gettext_noop("流程包的格式版本是 %(place)s，比这里的新。请先升级系统再导入。")


class PackageDamaged(Refused):
    code = "package_damaged"
    text = gettext_noop("流程包不完整或被改过：%(place)s 对不上。请重新导出一份，什么都没有保存。")


class DrillStale(Conflict):
    code = "drill_stale"
    text = gettext_noop("草稿在演练期间改过了，请重新开始。")


class DrillOver(Conflict):
    code = "drill_over"
    text = gettext_noop("这次演练已经结束，可以再来一次。")


class DrillMoved(Conflict):
    code = "drill_moved"
    text = gettext_noop("这一步已经不在等待，请看演练页面上最新的情况。")


class CardBad(Refused):
    code = "card_bad"
    text = gettext_noop("案例卡需要名称和故事；名称最多 200 个字。")


class TooManySuggestions(Refused):
    code = "too_many_suggestions"
    text = gettext_noop("您已有 %(limit)s 条建议在等答复，请等我们答复后再提。")


class NoSuchPhase(Refused):
    code = "no_such_phase"
    text = gettext_noop("这件事已经走到别的阶段，请刷新页面后再提。")
