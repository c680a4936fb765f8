"""What the codes of the audit trail say in plain words; a code without words stands for itself."""

from django.utils.translation import gettext, gettext_noop

ACTIONS: dict[str, str] = {
    "user.signed_in": gettext_noop("登录"),
    "user.locked": gettext_noop("输错太多次，账号锁定"),
    "user.made": gettext_noop("添加人员"),
    "user.changed": gettext_noop("修改人员资料"),
    "user.posts": gettext_noop("改变任职"),
    "user.left": gettext_noop("停用账号"),
    "user.returned": gettext_noop("启用账号"),
    "user.absence": gettext_noop("设置不在岗和代理人"),
    "user.link_made": gettext_noop("生成设密码的链接"),
    "user.password": gettext_noop("修改密码"),
    "user.session_ended": gettext_noop("退出登录"),
    "user.factor_on": gettext_noop("开启两步验证"),
    "user.factor_off": gettext_noop("关闭两步验证"),
    "user.recovery": gettext_noop("更换恢复码"),
    "user.identity_linked": gettext_noop("关联公司账号"),
    "user.preferences": gettext_noop("修改个人偏好"),
    "post.given": gettext_noop("增加任职"),
    "token.made": gettext_noop("创建访问令牌"),
    "token.revoked": gettext_noop("停用访问令牌"),
    "department.made": gettext_noop("添加部门"),
    "department.changed": gettext_noop("修改部门"),
    "department.closed": gettext_noop("停用部门"),
    "department.opened": gettext_noop("启用部门"),
    "role.made": gettext_noop("添加角色"),
    "roles.made": gettext_noop("添加角色"),
    "role.changed": gettext_noop("修改角色的权限"),
    "role.removed": gettext_noop("删除角色"),
    "settings.changed": gettext_noop("修改设置"),
    "contact.revealed": gettext_noop("查看完整联系方式"),
    "audit.exported": gettext_noop("导出审计日志"),
    "audit.checked": gettext_noop("核对审计日志"),
}
OBJECTS: dict[str, str] = {
    "user": gettext_noop("人员"),
    "department": gettext_noop("部门"),
    "role": gettext_noop("角色"),
    "token": gettext_noop("访问令牌"),
    "settings": gettext_noop("设置"),
    "issue": gettext_noop("问题"),
    "contact": gettext_noop("联系人"),
    "customer": gettext_noop("客户"),
    "audit": gettext_noop("审计日志"),
}


def action_words(action: str) -> str:
    """登录, 修改设置 …"""
    return gettext(ACTIONS[action]) if action in ACTIONS else action


def object_words(kind: str) -> str:
    """人员, 问题 …"""
    return gettext(OBJECTS[kind]) if kind in OBJECTS else kind
