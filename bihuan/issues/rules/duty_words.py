"""What the timeline and the bell say about responsibility, worded by ``sentences``."""

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

from bihuan.issues.rules.duty import RETURN_WORDS, SUSPEND_WORDS

DUTY_SENTENCES = {
    "duty.given_turn": gettext_noop("「%(step)s」轮流分给 %(name)s：手上 %(n)s 件"),
    "duty.given_load": gettext_noop("「%(step)s」按负荷分给 %(name)s：手上 %(n)s 件"),
    "duty.given_skill": gettext_noop("「%(step)s」按技能分给 %(name)s：熟练程度 %(level)s，手上 %(n)s 件"),
    "duty.deputy": gettext_noop("%(name)s 不在岗，「%(step)s」由代理人 %(to)s 接手"),
    "duty.taken_over": gettext_noop("代 %(name)s 接手「%(step)s」"),
    "duty.signed": gettext_noop("签收了「%(step)s」"),
    "duty.unsigned": gettext_noop("「%(step)s」没有按时签收"),
    "duty.returned": gettext_noop("%(department)s第 %(n)s 次退回「%(step)s」：%(why)s"),
    "duty.arbitration": gettext_noop("「%(step)s」由谁办理有争议，申请审定：%(reason)s"),
    "duty.decided": gettext_noop("审定由 %(to)s 办理：%(reason)s"),
    "duty.urged": gettext_noop("催办 %(to)s：%(text)s"),
    "duty.supervised": gettext_noop("督办：%(text)s"),
    "duty.supervision_answered": gettext_noop("答复督办：%(text)s"),
    "duty.supervision_late": gettext_noop("督办到期还没有答复：%(text)s"),
    "duty.extension_asked": gettext_noop("「%(step)s」申请延期 %(hours)s 个工作小时：%(reason)s"),
    "duty.extension_approved": gettext_noop("同意「%(step)s」延期 %(hours)s 个工作小时"),
    "duty.extension_refused": gettext_noop("不同意「%(step)s」延期：%(reason)s"),
    "duty.suspended": gettext_noop("挂起，%(why)s"),
    "duty.resumed": gettext_noop("恢复办理了这件问题"),
    "duty.task_force": gettext_noop("升级到专项团队，%(leader)s 牵头，成员 %(members)s：%(reason)s"),
    "duty.task_force_ended": gettext_noop("专项团队结束：%(reason)s"),
    "duty.recused": gettext_noop("%(name)s 回避：%(reason)s"),
    "duty.recused_step": gettext_noop("%(name)s 已回避，「%(step)s」放回待认领"),
    "duty.pooled": gettext_noop("「%(step)s」放回待认领"),
    "duty.handed_over": gettext_noop("%(name)s 把「%(step)s」移交给 %(to)s：%(text)s"),
    "duty.orphan": gettext_noop("现在没有人能办这件问题，已通知服务经理"),
    "support.asked": gettext_noop("请 %(department)s 协办：%(text)s"),
    "support.signed": gettext_noop("%(department)s 签收了协办"),
    "support.answered": gettext_noop("%(department)s 答复协办：%(text)s"),
    "support.returned": gettext_noop("%(department)s 退回协办：%(text)s"),
    "support.withdrawn": gettext_noop("撤回请 %(department)s 的协办：%(text)s"),
    "support.late": gettext_noop("%(department)s 的协办超过了期限"),
    "notice.returned": gettext_noop("%(department)s退回「%(step)s」：%(why)s"),
    "notice.unsigned": gettext_noop("「%(step)s」还没有签收"),
    "notice.arbitration": gettext_noop("请您审定「%(step)s」由谁办理：%(reason)s"),
    "notice.decided": gettext_noop("审定的结论：由 %(to)s 办理"),
    "notice.urged": gettext_noop("%(who)s 催办「%(step)s」：%(text)s"),
    "notice.supervised": gettext_noop("%(who)s 督办：%(text)s"),
    "notice.supervision_answered": gettext_noop("您的督办有了答复：%(text)s"),
    "notice.supervision_late": gettext_noop("督办到期还没有答复：%(text)s"),
    "notice.extension_asked": gettext_noop("%(who)s 申请「%(step)s」延期 %(hours)s 个工作小时：%(reason)s"),
    "notice.extension_approved": gettext_noop("同意您对「%(step)s」的延期申请"),
    "notice.extension_refused": gettext_noop("没有同意您对「%(step)s」的延期申请：%(reason)s"),
    "notice.suspended": gettext_noop("%(who)s 挂起了问题，「%(step)s」先不用办"),
    "notice.resumed": gettext_noop("问题恢复办理，「%(step)s」接着办"),
    "notice.task_force": gettext_noop("请您加入专项团队，%(leader)s 牵头：%(reason)s"),
    "notice.recused": gettext_noop("您在这件问题上回避：%(reason)s"),
    "notice.handed_over": gettext_noop("%(name)s 移交给您：%(step)s"),
    "notice.orphan": gettext_noop("没有人能办「%(step)s」，请指派"),
    "notice.support": gettext_noop("请 %(department)s 协办：%(text)s"),
    "notice.support_answered": gettext_noop("%(department)s 答复了协办：%(text)s"),
    "notice.support_returned": gettext_noop("%(department)s 退回了协办：%(text)s"),
    "notice.support_withdrawn": gettext_noop("协办已撤回：%(text)s"),
    "notice.support_late": gettext_noop("%(department)s 的协办超过了期限"),
}


def why(params: Mapping[str, object]) -> str:
    """The reason of a return or of standing, by its code, with what was written besides; "" without a code."""
    code = str(params.get("return_code") or params.get("suspend_code") or "")
    if not code:
        return ""
    words = RETURN_WORDS if "return_code" in params else SUSPEND_WORDS
    said = str(params.get("reason") or "")
    return gettext(words.get(code, code)) + (f"；{said}" if said else "")
