"""The whole demo: company, chart, customers, history."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.utils.translation import gettext_noop

from bihuan.accounts.models import User
from bihuan.calendars import operations as calendars
from bihuan.core.actor import SYSTEM
from bihuan.core.errors import Refused
from bihuan.demo.company import found_company
from bihuan.demo.customers import make_customers
from bihuan.demo.run import Play
from bihuan.flows import gallery
from bihuan.flows.operations import publish_package
from bihuan.flows.registry import relied_on


class NotEmpty(Refused):
    code = "not_empty"
    text = gettext_noop("数据库里已经有人员和数据，演示公司只建在空库里。")


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
) -> Built:
    """Founds the demo company and plays ``size`` issues up to ``now``. Refuses on a database with people in it.

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
    play.plan_intakes(size)
    play.run(progress)
    return Built(issues=len(play.cases), people=User.objects.count(), customers=len(customers))
