from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "bihuan.channels"
    label = "channels"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bihuan.channels.operations import queue_delivery
        from bihuan.channels.operations.erasing import MessagesHold
        from bihuan.channels.tasks import deliver, deliver_to_staff, tell_staff
        from bihuan.core.ticks import Tick, register_tick
        from bihuan.customers.registry import register_holder
        from bihuan.issues.registry import register_outbox

        register_outbox(queue_delivery)
        register_holder(MessagesHold())
        register_tick(Tick(name="deliver", every=1.0, run=deliver))
        register_tick(Tick(name="tell-staff", every=20.0, run=tell_staff))
        register_tick(Tick(name="deliver-to-staff", every=5.0, run=deliver_to_staff))
