from django.apps import AppConfig


class FlowsConfig(AppConfig):
    name = "bihuan.flows"
    label = "flows"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bihuan.core.ticks import Tick, register_tick
        from bihuan.flows.tasks import deliver_thrown, fire_timers, move_instances

        register_tick(Tick(name="timers", every=1.0, run=fire_timers))
        register_tick(Tick(name="migrations", every=2.0, run=move_instances))
        register_tick(Tick(name="thrown", every=1.0, run=deliver_thrown))
