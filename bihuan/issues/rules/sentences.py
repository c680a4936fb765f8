"""Sentences of the timeline's events and of notices: a code and its places, worded in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import get_language, gettext, gettext_noop

from bihuan.issues.rules.duty_words import DUTY_SENTENCES, why
from bihuan.issues.rules.relations import way
from bihuan.issues.rules.words import change_words, incident_words

SENTENCES = {
    **DUTY_SENTENCES,
    "issue.follows": gettext_noop("接续已关闭的 %(number)s"),
    "issue.followed": gettext_noop("客户再次来信，已另行登记为 %(number)s"),
    "issue.withdrawn": gettext_noop("撤回：%(reason)s"),
    "issue.duplicate": gettext_noop("与 %(number)s 重复：%(reason)s"),
    "issue.has_duplicate": gettext_noop("%(number)s 并入本问题：%(reason)s"),
    "issue.duplicate_open": gettext_noop("按重复来件关闭，还没有写明与哪一件重复"),
    "issue.merged": gettext_noop("并入 %(number)s：%(reason)s"),
    "issue.has_merged": gettext_noop("%(number)s 并入本问题：%(reason)s"),
    "issue.linked": gettext_noop("关联 %(number)s：%(way)s"),
    "issue.unlinked": gettext_noop("解除与 %(number)s 的关联：%(way)s"),
    "issue.split_into": gettext_noop("%(n)s 条消息拆分到 %(number)s：%(reason)s"),
    "issue.split_from": gettext_noop("由 %(number)s 拆分：%(n)s 条消息，%(reason)s"),
    "issue.unmerged": gettext_noop("撤销并入 %(number)s，继续单独办理：%(reason)s"),
    "issue.has_unmerged": gettext_noop("%(number)s 撤销合并，转回单独办理：%(reason)s"),
    "notice.third_party": gettext_noop("第三方 %(name)s 有答复"),
    "notice.merged": gettext_noop("已并入 %(number)s，「%(step)s」不用再办"),
    "notice.unmerged": gettext_noop("已从 %(number)s 分开，「%(step)s」接着办"),
    "issue.reopened": gettext_noop("重开：%(reason)s"),
    "issue.closed_unanswered": gettext_noop("客户 %(days)s 个工作日没有答复，按规则办结"),
    "issue.tagged": gettext_noop("加标签：%(tags)s"),
    "issue.untagged": gettext_noop("去掉标签：%(tags)s"),
    "issue.fields": gettext_noop("填写：%(what)s"),
    "time.recorded": gettext_noop("记工时 %(minutes)s 分钟"),
    "time.corrected": gettext_noop("工时更正为 %(minutes)s 分钟"),
    "time.removed": gettext_noop("删除一条工时"),
    "task.added": gettext_noop("新任务“%(title)s”"),
    "task.changed": gettext_noop("调整任务“%(title)s”"),
    "task.done": gettext_noop("完成任务“%(title)s”"),
    "task.dropped": gettext_noop("取消任务“%(title)s”：%(reason)s"),
    "task.late": gettext_noop("任务“%(title)s”超过了截止时间"),
    "notice.task": gettext_noop("给您的任务：%(title)s"),
    "notice.task_late": gettext_noop("任务“%(title)s”已超时"),
    "notice.task.done": gettext_noop("您交办的任务“%(title)s”已完成"),
    "notice.task.dropped": gettext_noop("您交办的任务“%(title)s”已取消"),
    "notice.woken": gettext_noop("搁置的时间到了，已回到您的队列"),
    "notice.woken_by_reply": gettext_noop("客户有新消息，搁置的问题已回到您的队列"),
    "watch.messages": gettext_noop("您关注的问题有新消息"),
    "watch.status": gettext_noop("您关注的问题状态变为「%(status)s」"),
    "watch.end": gettext_noop("您关注的问题已办结：%(status)s"),
    "step.completed": gettext_noop("完成「%(step)s」%(outcome)s → %(next)s"),
    "step.ended": gettext_noop("完成「%(step)s」%(outcome)s"),
    "step.claimed": gettext_noop("认领了「%(step)s」"),
    "step.assigned": gettext_noop("把「%(step)s」交给 %(to)s：%(reason)s"),
    "step.released": gettext_noop("放回了「%(step)s」：%(reason)s"),
    "step.paused": gettext_noop("「%(step)s」暂停计时：%(reason)s"),
    "step.resumed": gettext_noop("「%(step)s」恢复计时"),
    "step.nobody": gettext_noop("「%(step)s」没有人能办，请主管指派"),
    "flow.waiting": gettext_noop("等待：%(step)s"),
    "flow.message": gettext_noop("流程继续 → %(next)s"),
    "flow.timer": gettext_noop("到时间，流程继续 → %(next)s"),
    "flow.ended": gettext_noop("流程结束：%(end)s"),
    "flow.incident": gettext_noop("流程在「%(step)s」走不下去：%(why)s"),
    "flow.jumped": gettext_noop("未按图流转，跳到 → %(next)s；原因：%(reason)s"),
    "flow.skipped": gettext_noop("跳过走不下去的地方 → %(next)s；原因：%(reason)s"),
    "flow.retried": gettext_noop("重试走不下去的地方 → %(next)s"),
    "flow.stopped": gettext_noop("终止流程：%(reason)s"),
    "flow.migrated": gettext_noop("改按流程第 %(version)s 版办理：%(reason)s"),
    "alarm.warning": gettext_noop("「%(step)s」的时限已用 %(percent)s%%"),
    "alarm.breach": gettext_noop("「%(step)s」已超时，已告知%(role)s"),
    "alarm.breach_alone": gettext_noop("「%(step)s」已超时"),
    "clock.warning": gettext_noop("%(clock)s的时限已用 %(percent)s%%"),
    "clock.breach": gettext_noop("%(clock)s已超时"),
    "clock.overrun": gettext_noop("%(clock)s已超时，用了时限的 %(percent)s%%"),
    "clock.retargeted": gettext_noop("时限改按「%(policy)s」：%(what)s；已用的时间照算"),
    "clock.repolicied": gettext_noop("时限策略调整，截止时间改变：%(what)s"),
    "clock.recounted": gettext_noop("工作日历调整，截止时间改变：%(what)s"),
    "head.notified": gettext_noop("按「紧急」同步通知%(names)s"),
    "head.nobody": gettext_noop("紧急问题没有找到部门负责人，请主管处理"),
    "classification.corrected": gettext_noop("更正分类：%(what)s；原因：%(reason)s"),
    "issue.retitled": gettext_noop("改标题：“%(before)s” → “%(after)s”"),
    "result.confirmed": gettext_noop("客户确认已解决"),
    "result.unsolved": gettext_noop("客户表示没有解决：%(reason)s"),
    "customer.reminded": gettext_noop("客户催办"),
    "case.archived": gettext_noop("归档到知识库：%(keywords)s"),
    "mail.bounced": gettext_noop("给客户的邮件没有送到：%(why)s"),
    "mail.failed": gettext_noop("给客户的消息没有送到：%(why)s"),
    "mail.hint": gettext_noop("来信提到编号 %(number)s，但发件人不是参与人，已另行登记"),
    "approval.asked": gettext_noop("请%(who)s批准：%(step)s"),
    "approval.agreed": gettext_noop("%(for)s同意「%(step)s」（%(agreed)s/%(all)s）%(opinion)s"),
    "approval.refused": gettext_noop("%(for)s不同意「%(step)s」%(opinion)s"),
    "approval.void": gettext_noop("「%(step)s」要批的内容改了（%(what)s），先前 %(n)s 人的意见作废，重新审批"),
    "approval.carried": gettext_noop("「%(step)s」的内容没有变，沿用先前的同意"),
    "approval.cancelled": gettext_noop("撤回请批「%(step)s」：%(reason)s"),
    "approval.added_before": gettext_noop("「%(step)s」加签给%(who)s，在自己之前：%(reason)s"),
    "approval.added_after": gettext_noop("「%(step)s」加签给%(who)s，在自己之后：%(reason)s"),
    "approval.removed": gettext_noop("「%(step)s」减签%(who)s：%(reason)s"),
    "approval.delegated": gettext_noop("「%(step)s」委派%(who)s审批：%(reason)s"),
    "approval.wanted": gettext_noop("「%(step)s」等您审批"),
    "approval.wanted_again": gettext_noop("「%(step)s」的内容改了，请您重新审批"),
    "approval.not_wanted": gettext_noop("「%(step)s」已撤回，不用再审批"),
    "approval.granted": gettext_noop("您请批的「%(step)s」已同意"),
    "approval.denied": gettext_noop("您请批的「%(step)s」没有获批"),
    "notice.export_ready": gettext_noop("导出的文件已做好，共 %(rows)s 行"),
    "notice.export_failed": gettext_noop("导出没有做成，请重新导出"),
    "notice.assigned": gettext_noop("「%(step)s」等您办理"),
    "notice.claimable": gettext_noop("「%(step)s」待认领"),
    "notice.urgent": gettext_noop("紧急问题：%(title)s"),
    "notice.reply": gettext_noop("客户有新消息"),
    "notice.mention": gettext_noop("%(who)s在备注里提到您"),
    "notice.reminded": gettext_noop("客户催办「%(step)s」"),
    "notice.incident": gettext_noop("流程走不下去，请您处理"),
    "notice.withdrawn": gettext_noop("客户已撤回，「%(step)s」不用再办"),
    "customer.merged_into": gettext_noop("客户档案合并，本问题归到“%(name)s”名下"),
    "customer.merge_undone": gettext_noop("客户档案合并已撤销，本问题回到“%(name)s”名下"),
    "send.blocked": gettext_noop("没有发给客户：%(contact)s要求不要用%(channel)s联系（%(why)s）"),
    "send.blocked_all": gettext_noop("没有发给客户：%(contact)s要求不再联系（%(why)s）"),
    "contract.ending": gettext_noop("%(name)s的合同 %(what)s 将于 %(day)s 到期"),
    "warranty.ending": gettext_noop("%(name)s的%(what)s保修将于 %(day)s 到期"),
    "visit.reply_due": gettext_noop("答应客户%(name)s的回复时间到了：%(topic)s"),
    "privacy.overdue": gettext_noop("一项个人信息请求超过了答复期限"),
    "review.asked": gettext_noop("%(by)s请您评审流程图「%(name)s」"),
    "review.signed": gettext_noop("%(by)s同意了「%(name)s」"),
    "review.agreed": gettext_noop("「%(name)s」的评审人已全部签字"),
    "review.changes": gettext_noop("%(by)s要求修改「%(name)s」"),
    "review.commented": gettext_noop("%(by)s在「%(name)s」上留了意见"),
    "suggestion.taken_up": gettext_noop("第 %(number)s 版采纳了您对「%(name)s」的建议"),
    "suggestion.declined": gettext_noop("没有采纳您对「%(name)s」的建议：%(reason)s"),
    "review.answered": gettext_noop("%(by)s答复了「%(name)s」上的意见"),
}
_ENGLISH = "_en"


def _places(params: Mapping[str, object]) -> dict[str, object]:
    """A place ``x`` takes ``x_en`` where the reader reads English."""
    english = (get_language() or "").startswith("en")
    places = {
        name: (params.get(name + _ENGLISH) or value) if english else value
        for name, value in params.items()
        if not name.endswith(_ENGLISH)
    }
    if "incident" in params:
        places["why"] = incident_words(str(params["incident"]))
    if known := way(str(params.get("way", ""))):
        places["way"] = gettext(known.words)
    if reason := why(params):
        places["why"] = reason
    if "changes" in params:
        places["what"] = change_words(params["changes"])
    return places


def sentence(code: str, params: Mapping[str, object]) -> str:
    """The sentence in the active language; an unknown code stands for itself, a missing place for nothing."""
    if code == "alarm.breach" and not params.get("role"):
        code = "alarm.breach_alone"
    text = SENTENCES.get(code)
    if text is None:
        return code
    places = _places(params)
    try:
        return gettext(text) % places
    except (KeyError, ValueError, TypeError):
        return gettext(text) % _Blanks(places)


class _Blanks(dict[str, object]):
    """Places of which some are missing."""

    def __missing__(self, name: str) -> str:
        return ""
