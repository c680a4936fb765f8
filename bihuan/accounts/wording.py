"""Every permission and every sight in plain words, as the page of a role says them."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from bihuan.accounts.rules import PERMISSIONS
from bihuan.core.actor import Scope


@dataclass(frozen=True, slots=True)
class Words:
    """Texts of the catalogs: a group, a name, and what it means for the one who holds it."""

    group: str
    name: str
    about: str


_ISSUES = gettext_noop("问题")
_CUSTOMERS = gettext_noop("客户")
_FLOWS = gettext_noop("流程")
_SYSTEM = gettext_noop("系统")
OTHER = gettext_noop("其他")

PERMISSION_WORDS: dict[str, Words] = {
    "issues.create": Words(_ISSUES, gettext_noop("登记问题"), gettext_noop("替客户登记一件新问题。")),
    "issues.reply": Words(_ISSUES, gettext_noop("回复客户"), gettext_noop("给客户写回复；没有它只能写内部备注。")),
    "issues.correct": Words(_ISSUES, gettext_noop("更正分类"), gettext_noop("改问题的类型、影响和紧急程度。")),
    "issues.assign": Words(_ISSUES, gettext_noop("转派"), gettext_noop("把一个步骤交给别人。")),
    "issues.act_for_others": Words(
        _ISSUES, gettext_noop("代办步骤"), gettext_noop("不担任步骤的角色也能认领和完成它；时间线上会写明是谁做的。")
    ),
    "issues.archive": Words(_ISSUES, gettext_noop("归档成知识"), gettext_noop("把办结的问题整理成知识条目。")),
    "customers.edit": Words(
        _CUSTOMERS, gettext_noop("维护客户档案"), gettext_noop("合同、设备、联系人、同意和批量导入。")
    ),
    "customers.merge": Words(
        _CUSTOMERS, gettext_noop("合并客户"), gettext_noop("把同一位客户的两份档案并成一份，也能撤销。")
    ),
    "customers.privacy": Words(
        _CUSTOMERS,
        gettext_noop("答复个人信息请求"),
        gettext_noop("查阅、更正、删除请求的答复，导出副本和删除个人信息。"),
    ),
    "customers.reveal": Words(
        _CUSTOMERS,
        gettext_noop("查看完整联系方式"),
        gettext_noop("电话、邮箱、地址和证件号默认遮住；持有者写明理由后可以看一次，每次都有记录。"),
    ),
    "flows.draw": Words(_FLOWS, gettext_noop("画流程图"), gettext_noop("新建和修改流程图草稿。")),
    "flows.publish": Words(_FLOWS, gettext_noop("发布流程图"), gettext_noop("让一张草稿成为新问题要走的流程。")),
    "flows.steer": Words(
        _FLOWS, gettext_noop("处理卡住的流程"), gettext_noop("写明理由后跳转、终止，或把问题迁到另一个版本。")
    ),
    "settings.edit": Words(_SYSTEM, gettext_noop("修改设置"), gettext_noop("改问题类型、时限、日历、模板等设置。")),
    "people.edit": Words(
        _SYSTEM, gettext_noop("管理人员与权限"), gettext_noop("管人员、部门、角色和登录安全；不能给出自己没有的权限。")
    ),
    "audit.read": Words(_SYSTEM, gettext_noop("查看审计日志"), gettext_noop("查看、核对和导出谁在什么时候做了什么。")),
}

SCOPE_WORDS: dict[Scope, tuple[str, str]] = {
    Scope.ALL: (gettext_noop("全部"), gettext_noop("看得到所有问题。")),
    Scope.DEPARTMENT_TREE: (
        gettext_noop("本部门及以下"),
        gettext_noop("看得到任职部门和它下面各级部门主责或协责的问题。"),
    ),
    Scope.DEPARTMENT: (gettext_noop("本部门"), gettext_noop("看得到任职部门主责或协责的问题。")),
    Scope.CUSTOM: (gettext_noop("自定"), gettext_noop("看得到下面选中的部门主责或协责的问题，与在哪里任职无关。")),
    Scope.OWN: (gettext_noop("仅本人"), gettext_noop("只看得到自己经办、关注或被抄送的问题。")),
}


def permission_words(permission: str) -> Words:
    """Its words; one that has none yet stands for itself."""
    return PERMISSION_WORDS.get(permission, Words(OTHER, permission, ""))


def permissions_by_group() -> dict[str, list[str]]:
    """All permissions under the names of their groups."""
    found: dict[str, list[str]] = {}
    for permission in PERMISSIONS:
        found.setdefault(permission_words(permission).group, []).append(permission)
    return found
