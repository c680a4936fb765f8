"""Refusals of running charts."""

from django.utils.translation import gettext_noop

from bihuan.bpmn import CommandRefused
from bihuan.core.errors import Conflict, Forbidden, NotFound, Refused


class StepGone(Conflict):
    """Somebody completed it, a deadline or the customer took the chart elsewhere."""

    code = "step_gone"
    text = gettext_noop("这一步已经办完或被取消，请刷新查看最新进展。")


class StepTaken(Conflict):
    code = "step_taken"
    text = gettext_noop("这一步已由%(name)s认领。")


class NotYourStep(Forbidden):
    code = "not_your_step"
    text = gettext_noop("这一步由%(role)s负责，您不能办理；可以请主管转派给您。")


class OutcomeRequired(Refused):
    code = "outcome_required"
    text = gettext_noop("请选择下一步：%(names)s。")


class NoSuchOutcome(Refused):
    code = "no_such_outcome"
    text = gettext_noop("流程图上没有通往“%(outcome)s”的箭头；可选：%(names)s。")


class InstanceEnded(Conflict):
    code = "instance_ended"
    text = gettext_noop("流程已经结束，不能再办理。")


class InstanceSuspended(Conflict):
    code = "instance_suspended"
    text = gettext_noop("流程已挂起，停在原处；恢复以后才能办理。")


class BadVariables(Refused):
    code = "bad_variables"
    text = gettext_noop("提交的内容与流程图声明的名称不符：%(detail)s。")


class NoSuchDefinition(NotFound):
    code = "no_such_definition"
    text = gettext_noop("没有已发布的流程“%(key)s”。请先发布流程图。")


class ChartNotPublishable(Refused):
    code = "chart_not_publishable"
    text = gettext_noop("流程图不能发布：%(problems)s。")


class ReasonRequired(Refused):
    code = "reason_required"
    text = gettext_noop("请写明原因。")


class NobodyThere(Refused):
    code = "nobody_there"
    text = gettext_noop("没有找到可以接手的人员或部门。")


class NotAnotherVersion(Refused):
    code = "not_another_version"
    text = gettext_noop("请选择同一流程图的另一个版本。")


class MigrationRunning(Conflict):
    code = "migration_running"
    text = gettext_noop("这个版本的迁移还在进行，请等它完成。")


class UndoneAlready(Conflict):
    code = "undone_already"
    text = gettext_noop("这次迁移已经撤回过，或者本身就是一次撤回。")


class CannotMove(Refused):
    """The engine's reason stands in ``detail``: it names the element."""

    code = "cannot_move"
    text = gettext_noop("流程图不允许这样走：%(detail)s。")


class BadPilot(Refused):
    code = "bad_pilot"
    text = gettext_noop("试运行请填 1 到 99 之间的比例，或选择至少一个部门，二选一。")


class PilotNeedsVersion(Refused):
    code = "pilot_needs_version"
    text = gettext_noop("第一次发布没有可以对照的版本，不能试运行；请直接发布。")


class PilotRunning(Conflict):
    code = "pilot_running"
    text = gettext_noop("这张流程图有一个版本正在试运行，请先全面发布或停止它。")


class NotInThisStage(Conflict):
    """``params["stage"]``: the stage in which the version is."""

    code = "not_in_this_stage"
    text = gettext_noop("这个版本现在不能这样做：%(stage)s。")


class LastVersion(Refused):
    code = "last_version"
    text = gettext_noop("没有别的已发布版本可以接替：停用后新的问题就没有流程可走。")


_STEERING = frozenset({"not_mapped", "no_such_target", "not_skippable"})


def refusal(error: CommandRefused) -> Refused:
    """The engine's reason in the user's words."""
    if error.code == "not_waiting":
        return StepGone()
    if error.code == "ended":
        return InstanceEnded()
    if error.code == "outcome_required":
        return OutcomeRequired(params={"names": error.detail})
    if error.code == "no_such_outcome":
        return NoSuchOutcome(params={"outcome": error.detail, "names": ""})
    if error.code in _STEERING:
        return CannotMove(params={"detail": error.detail})
    if error.code == "reason_required":
        return ReasonRequired()
    return BadVariables(params={"detail": error.detail})
