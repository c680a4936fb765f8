from django.apps import AppConfig


class IssuesConfig(AppConfig):
    name = "bihuan.issues"
    label = "issues"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bihuan.flows.registry import register_observer
        from bihuan.issues.operations.archiving import keep_case
        from bihuan.issues.operations.following import FollowChart
        from bihuan.issues.operations.informing import tell_result
        from bihuan.issues.operations.services import register_services
        from bihuan.issues.registry import register_step_listener

        register_observer(FollowChart())
        register_services()
        register_step_listener(tell_result)
        register_step_listener(keep_case)
