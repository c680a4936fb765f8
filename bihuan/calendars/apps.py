from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "bihuan.calendars"
    label = "calendars"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bihuan.calendars.tasks import coverage_tick
        from bihuan.core.ticks import register_tick

        register_tick(coverage_tick)
