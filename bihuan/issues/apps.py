from django.apps import AppConfig


class IssuesConfig(AppConfig):
    name = "bihuan.issues"
    label = "issues"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_noop

        from bihuan.accounts.registry import register_duty, register_use
        from bihuan.calendars import events as calendars
        from bihuan.core.ticks import Tick, register_tick
        from bihuan.customers.registry import register_follower, register_holder, register_reach
        from bihuan.flows.registry import register_observer
        from bihuan.issues.operations.approvals.asking import guard_steps
        from bihuan.issues.operations.archiving import keep_case
        from bihuan.issues.operations.clocks.recount import follow_calendar
        from bihuan.issues.operations.customer_files import IssuesFollow, IssuesHold
        from bihuan.issues.operations.duty.supervising import demands_first
        from bihuan.issues.operations.fields import fields_first
        from bihuan.issues.operations.following import FollowChart
        from bihuan.issues.operations.informing import tell_result
        from bihuan.issues.operations.relations import children_first
        from bihuan.issues.operations.services import register_services
        from bihuan.issues.operations.tasks import tasks_first
        from bihuan.issues.queries.customer_files import customers_within_reach
        from bihuan.issues.queries.departments import open_issues_led, rules_that_name
        from bihuan.issues.queries.handover import requests_signed, seats_owed, steps_held, tasks_owned
        from bihuan.issues.queries.own_conditions import own_fields
        from bihuan.issues.registry import register_step_guard, register_step_listener
        from bihuan.issues.rules.conditions import register_fields
        from bihuan.issues.tasks import (
            change_many,
            close_resolved,
            end_merges,
            find_unmanned,
            give_steps,
            keep_exports,
            keep_registers,
            open_again,
            release_replies,
            remind_of_customers,
            resume_issues,
            tell_clocks,
            tell_duty,
            tell_late,
            wake_snoozed,
        )

        register_use(gettext_noop("未办结的问题"), open_issues_led)
        register_use(gettext_noop("主责规则"), rules_that_name)
        register_duty(gettext_noop("手上的步骤"), steps_held)
        register_duty(gettext_noop("已签收的协办"), requests_signed)
        register_duty(gettext_noop("未完成的任务"), tasks_owned)
        register_duty(gettext_noop("还没表态的审批"), seats_owed)
        register_observer(FollowChart())
        register_follower(IssuesFollow())
        register_holder(IssuesHold())
        register_reach(customers_within_reach)
        register_services()
        register_fields(own_fields)
        register_step_guard(guard_steps)
        register_step_listener(tell_result)
        register_step_listener(keep_case)
        register_step_guard(children_first)
        register_step_guard(demands_first)
        register_tick(Tick(name="assignment", every=5.0, run=give_steps))
        register_tick(Tick(name="duties", every=20.0, run=tell_duty))
        register_tick(Tick(name="suspensions", every=30.0, run=resume_issues))
        register_tick(Tick(name="nobody", every=60.0, run=find_unmanned))
        register_tick(Tick(name="clocks", every=1.0, run=tell_clocks))
        register_tick(Tick(name="merges", every=30.0, run=end_merges))
        register_step_guard(tasks_first)
        register_step_guard(fields_first)
        register_tick(Tick(name="late_tasks", every=20.0, run=tell_late))
        register_tick(Tick(name="held_replies", every=1.0, run=release_replies))
        register_tick(Tick(name="recurring", every=30.0, run=open_again))
        register_tick(Tick(name="bulk", every=1.0, run=change_many))
        register_tick(Tick(name="exports", every=2.0, run=keep_exports))
        register_tick(Tick(name="snoozed", every=20.0, run=wake_snoozed))
        register_tick(Tick(name="unanswered", every=60.0, run=close_resolved))
        register_tick(Tick(name="registers", every=30.0, run=keep_registers))
        register_tick(Tick(name="customers", every=60.0, run=remind_of_customers))
        calendars.listen("issues.clocks", follow_calendar)
