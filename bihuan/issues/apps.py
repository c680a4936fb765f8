from django.apps import AppConfig


class IssuesConfig(AppConfig):
    name = "bihuan.issues"
    label = "issues"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_noop

        from bihuan.accounts.registry import register_use
        from bihuan.calendars import events as calendars
        from bihuan.core.ticks import Tick, register_tick
        from bihuan.customers.registry import register_follower, register_holder, register_reach
        from bihuan.flows.registry import register_observer
        from bihuan.issues.operations.archiving import keep_case
        from bihuan.issues.operations.clocks.recount import follow_calendar
        from bihuan.issues.operations.customer_files import IssuesFollow, IssuesHold
        from bihuan.issues.operations.following import FollowChart
        from bihuan.issues.operations.informing import tell_result
        from bihuan.issues.operations.services import register_services
        from bihuan.issues.queries.customer_files import customers_within_reach
        from bihuan.issues.queries.departments import open_issues_led, rules_that_name
        from bihuan.issues.registry import register_step_listener
        from bihuan.issues.tasks import keep_registers, remind_of_customers, tell_clocks

        register_use(gettext_noop("未办结的问题"), open_issues_led)
        register_use(gettext_noop("主责规则"), rules_that_name)
        register_observer(FollowChart())
        register_follower(IssuesFollow())
        register_holder(IssuesHold())
        register_reach(customers_within_reach)
        register_services()
        register_step_listener(tell_result)
        register_step_listener(keep_case)
        register_tick(Tick(name="clocks", every=1.0, run=tell_clocks))
        register_tick(Tick(name="registers", every=30.0, run=keep_registers))
        register_tick(Tick(name="customers", every=60.0, run=remind_of_customers))
        calendars.listen("issues.clocks", follow_calendar)
