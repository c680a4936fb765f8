"""A company of which most issues are copies: whatever a page, a search or a step meets there is whole."""

import re
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.models import F, Q
from django.test import Client

from bihuan.accounts.models import User
from bihuan.core.actor import SYSTEM
from bihuan.core.clock import system_now
from bihuan.core.text import search_vector
from bihuan.customers.models import Customer
from bihuan.demo.build import build_demo
from bihuan.flows.models import WorkItem
from bihuan.issues import operations, queries
from bihuan.issues.models import Entry, Issue
from bihuan.issues.operations import Intake, IntakeCustomer

pytestmark = pytest.mark.django_db(transaction=True)
SIZE, PLAYED = 400, 20
SERIAL = r"LK\d{8}"  # every copy has a device of its own


def dangling() -> list[str]:
    """Every foreign key of every table that leads nowhere."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey):
                rows = model._base_manager.filter(**{f"{field.name}__isnull": False})
                missing = rows.exclude(
                    **{
                        f"{field.attname}__in": field.remote_field.model._base_manager.values(
                            field.target_field.attname
                        )
                    }
                )
                if missing.exists():
                    found.append(f"{model._meta.db_table}.{field.attname}")
    return found


def lexemes(issue: Issue) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(vector) FROM issues_issuesearch WHERE issue_id = %s", [issue.pk])
        return set(cursor.fetchone()[0])


def expected(issue: Issue) -> set[str]:
    texts = Entry.objects.filter(issue=issue).exclude(kind__in=("event", "auto")).values_list("text", flat=True)
    contact = issue.contact
    assert contact is not None
    people = (issue.customer_name, contact.name, contact.phone, contact.email)
    literal = search_vector(issue.number, issue.number.rpartition("-")[2], issue.title, *people, *texts)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(%s::tsvector)", [literal])
        return set(cursor.fetchone()[0])


def check_numbers() -> None:
    zone = ZoneInfo(settings.TIME_ZONE)
    rows = list(Issue.objects.values_list("number", "created_at"))
    assert len({number for number, _ in rows}) == len(rows) == SIZE
    for number, created in rows:
        assert re.fullmatch(r"\d{8}-\d{4}", number), number
        assert number[:8] == f"{created.astimezone(zone):%Y%m%d}"


def check_times() -> None:
    now = system_now()
    assert not Issue.objects.filter(Q(created_at__gt=now) | Q(closed_at__gt=now) | Q(updated_at__gt=now)).exists()
    assert not Entry.objects.filter(Q(at__gt=now) | Q(at__lt=F("issue__created_at"))).exists()
    assert not WorkItem.objects.filter(closed_at__lt=F("opened_at")).exists()
    oldest = Issue.objects.earliest("created_at")
    assert (now - oldest.created_at).days > 365 and not oldest.is_open


def check_search(copies: list[Issue]) -> None:
    for issue in copies:
        serial = re.search(SERIAL, issue.description)
        assert serial is not None
        for text in (serial.group(), issue.number):
            assert issue.pk in [each.pk for each in queries.search(actor=SYSTEM, text=text, now=system_now()).items]
        assert lexemes(issue) == expected(issue)


def check_pages(client: Client, copies: list[Issue]) -> None:
    for path in ("/desk/?queue=all", "/issues/", "/issues/?q=疫苗", "/issues/?view=open&sort=due", "/customers/"):
        assert client.get(path).status_code == 200, path
    for issue in copies:
        body = client.get(f"/issues/{issue.pk}/").content.decode()
        assert issue.number in body and issue.title in body
        for tab in ("chart", "customer", "history", "clock", "log"):
            assert client.get(f"/issues/{issue.pk}/side/{tab}/").status_code == 200, tab


def check_steps() -> None:
    """The chart of a copy goes on where it stands."""
    made = Issue.objects.filter(description__regex=SERIAL, is_open=True)
    able = made.exclude(status__in=("resolved", "callback")).earliest("pk")
    operations.withdraw_issue(issue_id=able.pk, reason="现场已恢复。", actor=SYSTEM, now=system_now())
    assert not Issue.objects.get(pk=able.pk).is_open
    issue = made.latest("pk")
    operations.post_entry(issue_id=issue.pk, kind="note", text="复核了一遍。", actor=SYSTEM, now=system_now())


def check_next_intake() -> None:
    made = operations.open_issue(
        intake=Intake(title="又一个", description="又一个", channel="api", customer=IntakeCustomer(name="新客户")),
        actor=SYSTEM,
        now=system_now(),
    )
    assert Issue.objects.filter(number=made.number).count() == 1


def check_indexes(before: set[str]) -> None:
    assert indexes() == before


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'")
        # Conditions of partial indexes are printed with other casts once they were read again.
        return {re.sub(r"::[a-z ]+|[()\[\]]", "", row[0]) for row in cursor.fetchall()}


def test_a_company_of_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bihuan.demo.multiply.run._INDEXES_FROM", 100)  # so that they are dropped and built here too
    before = indexes()
    shares: list[float] = []
    built = build_demo(
        size=SIZE, seed=3, password="geheim-geheim", now=system_now(), progress=shares.append, most_played=PLAYED
    )
    assert built.issues == SIZE and built.customers == Customer.objects.count()
    assert max(shares) == shares[-1] == pytest.approx(1.0)
    check_numbers()
    check_times()
    assert dangling() == []
    made = Issue.objects.filter(description__regex=SERIAL).order_by("pk")
    assert made.count() == SIZE - PLAYED
    assert {copy.is_open for copy in made} == {True, False}
    copies = list(made[5::90])
    check_search(copies)
    client = Client()
    client.force_login(User.objects.get(username="manager"))
    check_pages(client, copies)
    check_indexes(before)
    check_steps()
    check_next_intake()
