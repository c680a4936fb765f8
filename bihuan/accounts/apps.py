from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "bihuan.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bihuan.accounts.tasks import forget
        from bihuan.core.ticks import Tick, register_tick

        register_tick(Tick(name="sign_ins", every=3600.0, run=forget))
