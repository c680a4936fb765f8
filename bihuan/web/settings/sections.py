"""The pages of the settings, in the groups of their menu. A room that can be set up adds its line here."""

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden
from bihuan.web.ui.navigation import address


@dataclass(frozen=True, slots=True)
class Section:
    """``name``: the address's name; ``right``: the permission that it takes; ``about``: what is found there."""

    key: str
    name: str
    group: str
    text: str
    about: str
    icon: str
    right: str = "settings.edit"


PEOPLE, ISSUES, TIME, TEXTS, SYSTEM = (
    gettext_noop("组织与权限"), gettext_noop("问题"), gettext_noop("时间与时限"), gettext_noop("文字"), gettext_noop("系统")
)  # fmt: skip
SECTIONS: tuple[Section, ...] = (
    Section(
        "people",
        "web:settings_people",
        PEOPLE,
        gettext_noop("人员"),
        gettext_noop("账号、任职、代理人、停用"),
        "people",
        "people.edit",
    ),
    Section(
        "departments",
        "web:settings_departments",
        PEOPLE,
        gettext_noop("部门"),
        gettext_noop("组织结构"),
        "team",
        "people.edit",
    ),
    Section(
        "roles",
        "web:settings_roles",
        PEOPLE,
        gettext_noop("角色"),
        gettext_noop("每个角色能做什么、看到多少"),
        "shield",
        "people.edit",
    ),
    Section(
        "security",
        "web:settings_security",
        SYSTEM,
        gettext_noop("登录与安全"),
        gettext_noop("锁定、会话、两步验证、公司账号登录"),
        "lock",
        "people.edit",
    ),
    Section(
        "notices",
        "web:settings_notices",
        SYSTEM,
        gettext_noop("通知邮件"),
        gettext_noop("给员工的邮件开不开、写不写标题，哪些没有送到"),
        "mail",
    ),
    Section(
        "audit",
        "web:settings_audit",
        SYSTEM,
        gettext_noop("审计日志"),
        gettext_noop("谁在什么时候做了什么，记录是否完整"),
        "history",
        "audit.read",
    ),
    Section(
        "approvals",
        "web:settings_approvals",
        ISSUES,
        gettext_noop("审批规则"),
        gettext_noop("能不能审批自己写的内容"),
        "status-approve",
    ),
    Section(
        "matrix",
        "web:settings_matrix",
        ISSUES,
        gettext_noop("责任矩阵"),
        gettext_noop("哪类问题由哪个部门主责，缺哪一行，试一下归谁"),
        "columns",
    ),
    Section(
        "assigning",
        "web:settings_assigning",
        ISSUES,
        gettext_noop("分派"),
        gettext_noop("步骤怎么分给人、谁熟悉什么、签收退单与审定"),
        "swap",
    ),
    Section(
        "policies",
        "web:settings_policies",
        TIME,
        gettext_noop("时限策略"),
        gettext_noop("响应、解决、部门、审批的时限，快到时告诉谁"),
        "timer",
    ),
    Section(
        "calendars",
        "web:settings_calendars",
        TIME,
        gettext_noop("工作日历"),
        gettext_noop("上下班时间、节假日、调休，试算截止时间"),
        "calendar",
    ),
    Section(
        "statuses",
        "web:settings_statuses",
        ISSUES,
        gettext_noop("状态与重开"),
        gettext_noop("状态叫什么、多久没答复就办结、多久内可以重开"),
        "reopen",
    ),
    Section(
        "tags", "web:settings_tags", ISSUES, gettext_noop("问题标签"), gettext_noop("给问题做记号的词和颜色"), "tag"
    ),
    Section(
        "fields",
        "web:settings_fields",
        ISSUES,
        gettext_noop("自定义字段"),
        gettext_noop("问题上要多记的内容，按类型，可以必填"),
        "form",
    ),
    Section(
        "issue_templates",
        "web:settings_issue_templates",
        ISSUES,
        gettext_noop("问题模板"),
        gettext_noop("新建问题时先填好的标题、内容、类型"),
        "copy",
    ),
    Section(
        "recurring",
        "web:settings_recurring",
        ISSUES,
        gettext_noop("定期问题"),
        gettext_noop("每天、每周、每月自动登记的问题"),
        "loop",
    ),
    Section(
        "task_lists",
        "web:settings_task_lists",
        ISSUES,
        gettext_noop("任务清单"),
        gettext_noop("备好的任务，手工加或到某一步自动加"),
        "list",
    ),
    Section(
        "canned",
        "web:settings_canned",
        TEXTS,
        gettext_noop("快捷回复"),
        gettext_noop("常写的话和宏：个人、部门、全公司"),
        "slash",
        "issues.reply",
    ),
    Section(
        "replies",
        "web:settings_replies",
        TEXTS,
        gettext_noop("撤回发送"),
        gettext_noop("按下发送以后，多少秒内可以撤回"),
        "undo",
        "issues.reply",
    ),
)


def sections(actor: Actor) -> list[tuple[str, list[dict[str, str]]]]:
    """The menu's groups with the pages that exist and that the actor may open."""
    found: dict[str, list[dict[str, str]]] = {}
    for each in SECTIONS:
        href = address(each.name)
        if href and actor.can(each.right):
            entry = {"key": each.key, "href": href, "text": gettext(each.text), "icon": each.icon}
            found.setdefault(each.group, []).append(entry | {"about": gettext(each.about)})
    return [(gettext(group), found[group]) for group in (PEOPLE, ISSUES, TIME, TEXTS, SYSTEM) if group in found]


def settings_context(actor: Actor, key: str) -> dict[str, object]:
    """What ``settings/base.html`` needs: the menu, and which entry is lit. Refuses who may not open that page."""
    wanted = next(each for each in SECTIONS if each.key == key)
    if not actor.can(wanted.right):
        raise Forbidden
    return {"settings_menu": sections(actor), "settings_key": key, "settings_title": gettext(wanted.text)}
