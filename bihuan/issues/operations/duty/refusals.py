"""How responsibility says no."""

from django.utils.translation import gettext_noop

from bihuan.core.errors import Conflict, Refused


class BadReturnReason(Refused):
    code = "bad_return_reason"
    text = gettext_noop("请从列表里选择退单的原因；选“其他”时要写明情况。")


class NotDispatched(Refused):
    code = "not_dispatched"
    text = gettext_noop("这一步不是派给您或您的部门的，没有可以退回的人；请用转派。")


class ReturnedToYou(Refused):
    code = "returned_to_you"
    text = gettext_noop("这是退回给您的一步，不能再退回去；不同意时请申请审定，或改派别的部门。")


class ReturnLimit(Conflict):
    code = "return_limit"
    text = gettext_noop("这一步已经退过 %(n)s 次，不能再退；有争议请申请审定。")


class Settled(Conflict):
    code = "duty_settled"
    text = gettext_noop("已审定由%(name)s办理，不能再退单或申请审定。")


class NothingDisputed(Refused):
    code = "nothing_disputed"
    text = gettext_noop("这一步没有退过单，没有可以审定的争议。")


class ArbitrationWaits(Conflict):
    code = "arbitration_waits"
    text = gettext_noop("已经申请了审定，请等审定人决定。")


class ArbitrationOver(Conflict):
    code = "arbitration_over"
    text = gettext_noop("这次审定已经有了结论，请刷新查看。")


class NotTheArbiter(Refused):
    code = "not_the_arbiter"
    text = gettext_noop("只有指定的审定人可以决定。")
    status = 403


class RecusedHere(Conflict):
    code = "recused"
    text = gettext_noop("%(name)s在这件问题上已回避，不能办理它的步骤；请交给别人。")


class RequestOver(Conflict):
    code = "support_over"
    text = gettext_noop("这项协办已经了结，请刷新页面。")


class SupportFirst(Conflict):
    code = "support_first"
    text = gettext_noop("%(department)s还没有答复协办“%(text)s”，不能办结；请等答复，或撤回这项协办。")


class AnswerFirst(Conflict):
    code = "supervision_first"
    text = gettext_noop("督办“%(text)s”还没有答复，不能办结；请先在“协作”里答复。")


class UrgedAlready(Conflict):
    code = "urged_already"
    text = gettext_noop("%(minutes)s 分钟前已经催过，办理人已收到；%(left)s 分钟后可以再催。")


class BadDate(Refused):
    code = "bad_duty_date"
    text = gettext_noop("请填写一个晚于现在、一年以内的时间。")


class ExtensionTooLate(Conflict):
    code = "extension_too_late"
    text = gettext_noop("已经过了截止时间，或者这一步没有时限；延期要在到期前申请。")


class ExtensionWaits(Conflict):
    code = "extension_waits"
    text = gettext_noop("这一步已有一个延期申请在等批复。")


class ExtensionOver(Conflict):
    code = "extension_over"
    text = gettext_noop("这个延期申请已经有了批复，或者这一步已经办完。")


class BadHours(Refused):
    code = "bad_duty_hours"
    text = gettext_noop("请填写 1 到 400 之间的工作小时数。")


class SuspendedAlready(Conflict):
    code = "suspended_already"
    text = gettext_noop("这件问题已经挂起。")


class NotSuspended(Conflict):
    code = "not_suspended"
    text = gettext_noop("这件问题没有挂起。")


class TaskForceThere(Conflict):
    code = "task_force_there"
    text = gettext_noop("这件问题已有专项团队；请先结束它。")


class RecusedAlready(Conflict):
    code = "recused_already"
    text = gettext_noop("这个人在这件问题上已经回避。")


class SignedAlready(Conflict):
    code = "signed_already"
    text = gettext_noop("已经签收过了，或者这一步已转到别处。")
