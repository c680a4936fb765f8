"""Worlds for tests, built through operations."""

from datetime import UTC, datetime
from importlib import import_module

from django.apps import apps

from bihuan.accounts import operations as accounts
from bihuan.accounts import queries as people
from bihuan.accounts.models import User
from bihuan.accounts.operations import PostGiven
from bihuan.calendars.operations import load_bundled_years
from bihuan.core.actor import SYSTEM, Actor
from bihuan.flows import gallery
from bihuan.flows.operations import publish_package
from bihuan.issues import operations as issues
from bihuan.issues.models import CannedReply, Issue
from bihuan.issues.operations import Intake, IntakeCustomer

# Friday 2026-11-20 10:00 in Shanghai, in working time.
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
_STAFF = (
    ("admin", "admin", "company"),
    ("agent", "agent", "service"),
    ("supervisor", "supervisor", "service"),
    ("engineer", "engineer", "device"),
    ("engineer2", "engineer", "cloud"),
    ("approver", "approver", "device"),
    ("approver2", "approver", "cloud"),
    ("head", "head", "device"),
    ("quality", "quality", "quality"),
    ("manager", "manager", "service"),
    ("outsider", "engineer", "finance"),
)
_DEPARTMENTS = ("service", "device", "cloud", "finance", "quality")


def company(*, now: datetime = NOW) -> None:
    """Departments, one person a role, issue types, the calendars and the chart T01."""
    load_bundled_years(now=now)
    accounts.ensure_roles(actor=SYSTEM, now=now)
    accounts.create_department(key="company", name="公司", actor=SYSTEM, now=now)
    for key in _DEPARTMENTS:
        accounts.create_department(key=key, name=f"{key} 部", parent_key="company", actor=SYSTEM, now=now)
    for username, role, place in _STAFF:
        accounts.create_user(
            username=username,
            name=f"{username} 先生",
            password_hash="!",
            posts=[PostGiven(role=role, department=place)],
            actor=SYSTEM,
            now=now,
        )
    for position, (key, name, place) in enumerate((("fault", "产品功能故障", "device"), ("data", "数据异常", "cloud"))):
        issues.save_issue_type(key=key, name=name, position=position, actor=SYSTEM, now=now)
        issues.save_responsibility(type_key=key, region="", department_key=place, supports=[], actor=SYSTEM, now=now)
    publish_t01(now=now)
    ship_kit()


def ship_kit() -> None:
    """What the migration ships: tests that empty all tables take it away from those that come after them."""
    if not CannedReply.objects.exists():
        import_module("bihuan.issues.migrations.0011_kit").ship(apps, None)


def publish_t01(*, now: datetime = NOW) -> None:
    """The five-phase chart with its forms and decision table, as it is shipped."""
    publish_package(package=gallery.package("T01"), actor=SYSTEM, now=now)


def person(role: str, department: str, *, username: str = "", now: datetime = NOW) -> Actor:
    """One more member of staff of a ``company``, as an actor."""
    made = accounts.create_user(
        username=username or f"{role}-{department}",
        name=f"{role} {department}",
        password_hash="!",
        posts=[PostGiven(role=role, department=department)],
        actor=SYSTEM,
        now=now,
    )
    return people.actor_for_user(made)


def actor(username: str) -> Actor:
    """A member of the company's staff."""
    return people.actor_for_user(User.objects.get(username=username))


def customer_issue(
    *,
    now: datetime = NOW,
    title: str = "疫苗冷库温度数据中断",
    text: str = "今早平台没有温度数据，iPhone充不进电。",
    name: str = "云溪市第二人民医院",
    email: str = "wu@hospital.example",
    phone: str = "",
    channel: str = "email",
    urgency: str = "",
) -> Issue:
    """An issue as a customer's message opens it."""
    return issues.open_issue(
        intake=Intake(
            title=title,
            description=text,
            channel=channel,
            urgency=urgency,
            customer=IntakeCustomer(name=name, email=email, phone=phone, contact="吴桂芳"),
        ),
        actor=SYSTEM,
        now=now,
    )
