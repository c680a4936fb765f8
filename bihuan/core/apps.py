from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "bihuan.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bihuan.core.tasks import seal
        from bihuan.core.ticks import Tick, register_tick

        register_tick(Tick(name="audit", every=10.0, run=seal))
