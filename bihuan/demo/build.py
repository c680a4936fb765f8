"""The whole demo: company, chart, customers, history."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_noop
from psycopg.conninfo import make_conninfo

from bihuan.accounts.models import User
from bihuan.calendars import operations as calendars
from bihuan.core import audit
from bihuan.core.actor import SYSTEM
from bihuan.core.errors import Refused
from bihuan.customers.models import Customer
from bihuan.demo.company import found_company
from bihuan.demo.customers import make_customers
from bihuan.demo.files import furnish
from bihuan.demo.kit import furnish_kit
from bihuan.demo.multiply import NeedsSuperuser, multiply
from bihuan.demo.run import Play
from bihuan.flows import gallery
from bihuan.flows.operations import publish_package
from bihuan.flows.registry import relied_on

_CORE = 400  # issues that are played where most are copies
_SECONDS_PLAYED, _SECONDS_COPIED = 0.6, 0.0012  # an issue, for the bar
_WORDS = ("host", "port", "user", "password", "dbname", "sslmode")


class NotEmpty(Refused):
    code = "not_empty"
    text = gettext_noop("数据库里已经有人员和数据，演示公司只建在空库里。")


class NoCopies(Refused):
    code = "no_copies"
    text = gettext_noop("数据库账号没有超级用户权限，只能逐个演练：请把数量减到 2000 以内，或使用自带的数据库。")


@dataclass(frozen=True, slots=True)
class Built:
    """What was made."""

    issues: int
    people: int
    customers: int


def build_demo(
    *,
    size: int,
    seed: int,
    password: str,
    now: datetime,
    force: bool = False,
    progress: Callable[[float], None] = lambda share: None,
    most_played: int = 2000,
) -> Built:
    """Founds the demo company and plays ``size`` issues up to ``now``; more than ``most_played`` are copies of some
    that were played. Refuses on a database with people in it; with many issues also where the database's account is no
    superuser.

    ``progress`` gets the share done, 0–1. The same seed and present give the same company.
    """
    founded = User.objects.exists()
    if founded and not force:
        raise NotEmpty
    random = Random(seed)  # noqa: S311 - invented history must be repeatable, not secret
    begin = now - timedelta(days=40)
    calendars.load_bundled_years(now=begin)
    if not founded:
        for key in sorted(relied_on()):
            publish_package(package=gallery.package(key), actor=SYSTEM, now=begin)
        found_company(password=password, now=begin)
    customers = make_customers(random)
    play = Play(random=random, now=now, customers=customers)
    played = size if size <= most_played else min(most_played, _CORE)
    copied = size - played
    share = played * _SECONDS_PLAYED / (played * _SECONDS_PLAYED + copied * _SECONDS_COPIED) if size else 1.0
    play.plan_intakes(played)
    play.run(lambda done: progress(done * share))
    furnish(random=random, now=now)
    furnish_kit(random=random, now=now)
    if copied:
        _copy(copied, seed=seed, now=now, progress=lambda done: progress(share + done * (1 - share)))
    return Built(issues=len(play.cases) + copied, people=User.objects.count(), customers=Customer.objects.count())


def _copy(count: int, *, seed: int, now: datetime, progress: Callable[[float], None]) -> None:
    params = {name: str(value) for name, value in connection.get_connection_params().items() if name in _WORDS}
    try:
        made = multiply(
            dsn=make_conninfo("", **params), count=count, seed=seed, zone=settings.TIME_ZONE, now=now, progress=progress
        )
    except NeedsSuperuser as error:
        raise NoCopies from error
    if made.dangling:
        raise RuntimeError(f"{made.dangling} keys of copied rows lead nowhere")
    detail = {"issues": made.issues, "rows": made.rows}
    audit.record(actor=SYSTEM, action="demo.multiplied", object_type="demo", object_id=None, now=now, detail=detail)
