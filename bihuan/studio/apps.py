from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "bihuan.studio"
    label = "studio"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bihuan.core.ticks import Tick, register_tick
        from bihuan.studio.tasks import carry_on_rehearsals

        register_tick(Tick(name="rehearsals", every=0.5, run=carry_on_rehearsals))
