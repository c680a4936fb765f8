from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "bihuan.surveys"
    label = "surveys"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bihuan.issues.registry import register_step_listener
        from bihuan.surveys.subscribers import keep_callback

        register_step_listener(keep_callback)
