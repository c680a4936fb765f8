from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "bihuan.surveys"
    label = "surveys"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bihuan.issues.registry import register_message_link, register_step_listener
        from bihuan.surveys.subscribers import ask_customer, keep_callback, rating_link

        register_step_listener(ask_customer)
        register_step_listener(keep_callback)
        register_message_link(rating_link)
