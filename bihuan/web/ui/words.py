"""The binding vocabulary of states: word, colour and shape of each (docs: interface conventions)."""

from dataclasses import dataclass, replace

from django.utils.translation import get_language, gettext, gettext_noop

from bihuan.issues.queries.statuses import own_status_names


@dataclass(frozen=True, slots=True)
class Word:
    """``label`` is a msgid; ``tone`` one of the eight colour classes; ``icon`` a name of the sprite."""

    label: str
    tone: str
    icon: str

    @property
    def text(self) -> str:
        """The label in the reader's language."""
        return gettext(self.label)


STATUSES = {
    "draft": Word(gettext_noop("草稿"), "grey", "status-draft"),
    "new": Word(gettext_noop("待受理"), "blue", "status-new"),
    "triage": Word(gettext_noop("待分派"), "blue", "status-triage"),
    "claimable": Word(gettext_noop("待认领"), "blue", "status-claim"),
    "in_progress": Word(gettext_noop("处理中"), "blue", "status-run"),
    "waiting_customer": Word(gettext_noop("待客户反馈"), "cyan", "status-wait"),
    "waiting_third_party": Word(gettext_noop("待外部"), "cyan", "status-third"),
    "pending_approval": Word(gettext_noop("待审批"), "gold", "status-approve"),
    "suspended": Word(gettext_noop("已挂起"), "purple", "status-pause"),
    "resolved": Word(gettext_noop("已解决"), "green", "status-done"),
    "callback": Word(gettext_noop("待回访"), "green", "status-callback"),
    "closed": Word(gettext_noop("已关闭"), "grey", "status-closed"),
    "withdrawn": Word(gettext_noop("已撤销"), "grey", "status-undo"),
    "terminated": Word(gettext_noop("已终止"), "grey", "status-no"),
    "invalid": Word(gettext_noop("无效"), "grey", "status-no"),
    "merged": Word(gettext_noop("已合并"), "grey", "status-merged"),
}

PRIORITIES = {
    "P1": Word(gettext_noop("紧急"), "red", "p1"),
    "P2": Word(gettext_noop("高"), "orange", "p2"),
    "P3": Word(gettext_noop("中"), "blue", "p3"),
    "P4": Word(gettext_noop("低"), "grey", "p4"),
}

CHANNELS = {
    "email": Word(gettext_noop("邮件"), "grey", "mail"),
    "web_form": Word(gettext_noop("网页表单"), "grey", "globe"),
    "phone": Word(gettext_noop("电话"), "grey", "phone"),
    "chat": Word(gettext_noop("在线聊天"), "grey", "chat"),
    "wechat": Word(gettext_noop("微信"), "grey", "chat"),
    "sms": Word(gettext_noop("短信"), "grey", "chat"),
    "portal": Word(gettext_noop("进度页"), "grey", "globe"),
    "api": Word(gettext_noop("接口"), "grey", "api"),
    "visit": Word(gettext_noop("来访"), "grey", "user"),
}


def _unknown(key: str) -> Word:
    # A status of a company's own chart may be unknown here; it is shown by its key rather than refused.
    return Word(key, "grey", "circle")


def status_word(key: str) -> Word:
    """Word of a canonical status, as the company calls it; an unknown key stands for itself, grey."""
    word = STATUSES.get(key)
    if word is None:
        return _unknown(key)
    chinese, english = own_status_names(key)
    own = english if (get_language() or "").startswith("en") else chinese
    return replace(word, label=own) if own else word


def priority_word(key: str) -> Word:
    """Word of a priority P1–P4."""
    return PRIORITIES.get(key.upper()) or _unknown(key)


def channel_word(key: str) -> Word:
    """Word of the channel by which a message came or went."""
    return CHANNELS.get(key) or _unknown(key)
