from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "bihuan.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bihuan.issues.operations import tell_people
        from bihuan.studio.registry import register_bell

        register_bell(tell_people)
