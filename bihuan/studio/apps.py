from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "bihuan.studio"
    label = "studio"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bihuan.core.ticks import Tick, register_tick
        from bihuan.customers.registry import register_follower, register_holder
        from bihuan.studio.operations.customer_files import SuggestionsFollow, SuggestionsHold, VotesFollow
        from bihuan.studio.tasks import carry_on_rehearsals

        register_follower(SuggestionsFollow())
        register_follower(VotesFollow())
        register_holder(SuggestionsHold())
        register_tick(Tick(name="rehearsals", every=0.5, run=carry_on_rehearsals))
