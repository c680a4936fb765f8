"""Customers are found as people type: by initials, and put in order by sound."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from bihuan.customers import operations
from bihuan.customers.models import Customer
from bihuan.customers.queries import search_customers
from tests.factories import NOW, actor, company

pytestmark = pytest.mark.django_db
NAMES = ("云溪市第二人民医院", "阿克苏果业", "ABC 冷链", "四季鲜生", "长沙长生堂", "𠮷野家", "王小明", "9 号仓库")


def made(*names: str) -> list[Customer]:
    return [
        operations.match_or_create(name=name, phone=f"1380000{at:04d}", now=NOW).customer
        for at, name in enumerate(names)
    ]


def names_of(**wanted: str) -> list[str]:
    return [each.name for each in search_customers(actor=actor("agent"), **wanted).items]  # type: ignore[arg-type]


@pytest.mark.correctness(137)
def test_a_name_is_found_by_its_initials_in_either_case_and_not_by_those_of_others() -> None:
    company()
    made(*NAMES)
    assert names_of(text="wxm") == names_of(text="WXM") == ["王小明"]
    assert names_of(text="yxsde") == ["云溪市第二人民医院"]
    assert names_of(text="sjxs") == ["四季鲜生"] and names_of(text="jxs") == []
    assert names_of(text="w%") == names_of(text="w_m") == []


@pytest.mark.correctness(137)
def test_the_order_is_that_of_the_sounds_page_by_page() -> None:
    company()
    made(*NAMES, "王" * 200)
    expected = sorted(Customer.objects.all(), key=lambda each: (each.sounds, each.pk))
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = search_customers(actor=actor("agent"), sort="name", cursor=cursor, limit=2)
        found += [each.name for each in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert found == [each.name for each in expected]
    assert (
        found.index("阿克苏果业") < found.index("四季鲜生") < found.index("王小明") < found.index("云溪市第二人民医院")
    )


def test_another_name_is_found_by_its_own_initials_and_an_erased_one_by_none() -> None:
    company()
    customer = made("王小明")[0]
    operations.update_customer(customer_id=customer.pk, name="李大海", actor=actor("manager"), now=NOW)
    assert names_of(text="ldh") == ["李大海"] and names_of(text="wxm") == []
    contact = customer.contacts.get()
    demand = operations.open_privacy_request(
        contact_id=contact.pk, kind="delete", how="来电", content="请删除", actor=actor("agent"), now=NOW
    )
    operations.answer_privacy_request(
        request_id=demand.pk, granted=True, answer="已办理", actor=actor("quality"), now=NOW
    )
    assert names_of(text="ldh") == []


@pytest.mark.foreign_write("rows as they were before there were initials")
def test_customers_of_before_get_theirs_whatever_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    company()
    made(*NAMES)
    Customer.objects.update(initials="", sounds="")
    migration = import_module("bihuan.customers.migrations.0006_sounds")
    monkeypatch.setattr(migration, "_PORTION", 3)
    migration.fill(apps, connection.schema_editor())
    assert names_of(text="wxm") == ["王小明"] and not Customer.objects.filter(sounds="").exists()
