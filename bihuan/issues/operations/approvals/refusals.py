"""How approvals say no."""

from django.utils.translation import gettext_noop

from bihuan.core.errors import Conflict, Forbidden, NotFound, Refused


class SelfApproval(Forbidden):
    """``who``: those who can decide instead."""

    code = "self_approval"
    text = gettext_noop("要批的内容是您写的，或者那一步由您办理，您不能自己审批；请由 %(who)s 审批。")


class NotAnApprover(Forbidden):
    """``who``: those whose turn it is."""

    code = "not_an_approver"
    text = gettext_noop("这次审批不等您表态；现在等 %(who)s。")


class StaleApproval(Conflict):
    """The content is not what the page showed. ``what``: what changed, as its form calls it."""

    code = "stale_approval"
    text = gettext_noop("要批的内容在您打开之后改过：%(what)s。您的意见没有记入，请看过现在的内容再决定。")


class ApprovalOver(Conflict):
    """``how``: what happened, as a sentence."""

    code = "approval_over"
    text = gettext_noop("这次审批已经结束：%(how)s。您的意见没有记入。")


class DecidedAlready(Conflict):
    code = "decided_already"
    text = gettext_noop("您已经表过态（%(what)s），不能再改；需要改变结果请告诉发起人重新请批。")


class TooLateToRemove(Conflict):
    code = "too_late_to_remove"
    text = gettext_noop("已经有人表态，不能再减签。")


class ApprovalOpen(Conflict):
    """``what``: what was asked; ``who``: whom it waits for."""

    code = "approval_open"
    text = gettext_noop("还有请批没有结果，先不能这样办：「%(what)s」等 %(who)s。可以催一下，或由发起人撤回。")


class ApprovalDenied(Conflict):
    """``who``: who refused."""

    code = "approval_denied"
    text = gettext_noop("「%(what)s」没有获批（%(who)s）。请按意见调整后重新请批，并撤回没有获批的那一次。")


class NoApprovers(Refused):
    code = "no_approvers"
    text = gettext_noop("请至少选一位审批人；不能选自己，最多 %(most)s 位。")


class NotApprovable(Refused):
    """A person who cannot be given a seat. ``who`` names them."""

    code = "not_approvable"
    text = gettext_noop("%(who)s不能再加进这次审批：已经在里面，或者要批的内容是他写的。")


class BadQuorum(Refused):
    code = "bad_quorum"
    text = gettext_noop("请写几人同意算通过：人数如 2，或比例如 60%%。")


class OpinionRequired(Refused):
    code = "opinion_required"
    text = gettext_noop("不同意时请写明理由，让对方知道怎么改。")


class NoSuchApproval(NotFound):
    code = "no_such_approval"
    text = gettext_noop("没有这次审批，或者您没有查看的权限。")
