"""Refusals of the studio."""

from django.utils.translation import gettext_noop

from bihuan.core.errors import Conflict, Refused


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
    code = "chart_too_large"
    text = gettext_noop("流程图太大：最多 %(limit)s MB。")


class NotXml(Refused):
    code = "not_xml"
    text = gettext_noop("这不是可以保存的 BPMN 文件：%(why)s。")
