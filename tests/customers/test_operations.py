"""Recognising customers, also when two of their messages come at the same time."""

import threading
from datetime import timedelta

import pytest
from django.db import connections, transaction
from pytest_django import DjangoAssertNumQueries

from bihuan.core.actor import customer_actor
from bihuan.core.cursors import BadCursor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.models import AuditEntry
from bihuan.customers import operations, queries
from bihuan.customers.models import Contact, Customer
from bihuan.customers.operations import NoCustomerName, PhoneNotValid, match_or_create, matching
from tests.factories import NOW, actor, company

pytestmark = pytest.mark.django_db


def test_the_same_address_is_the_same_contact() -> None:
    first = match_or_create(name="云溪医院", contact="吴桂芳", email="Wu@Hospital.example", now=NOW)
    again = match_or_create(name="别的名字", email="wu@hospital.example ", phone="13800006620", now=NOW)
    assert again.pk == first.pk
    assert again.customer.name == "云溪医院"
    assert Customer.objects.count() == 1


@pytest.mark.correctness(62)
def test_one_number_serves_many_people() -> None:
    wu = match_or_create(name="吴桂芳", phone="0871-64128899", now=NOW)
    li = match_or_create(name="李四", phone="(0871) 6412 8899 转 12", now=NOW)
    assert wu.pk != li.pk and wu.phone == li.phone == "+8687164128899"
    assert match_or_create(name="李四", phone="087164128899", now=NOW).pk == li.pk


def test_a_hidden_number_recognises_nobody() -> None:
    one = match_or_create(name="吴桂芳", phone="138****6620", now=NOW)
    two = match_or_create(name="吴桂芳", phone="未知", now=NOW)
    assert one.pk != two.pk
    assert (one.phone, one.phone_raw, one.preferred) == ("", "138****6620", "")


def test_a_company_with_a_person_who_speaks_for_it() -> None:
    found = match_or_create(
        name=" 云溪市  第二人民医院\x00 ", contact="吴桂芳", email="wu@h.example", kind="organisation", region="云南",
        language="en", consent=True, now=NOW,
    )  # fmt: skip
    kept = Contact.objects.select_related("customer").get(pk=found.pk)
    assert (kept.name, kept.customer.name, kept.customer.kind) == ("吴桂芳", "云溪市 第二人民医院", "organisation")
    assert (kept.customer.region, kept.language, kept.consent_at, kept.preferred) == ("云南", "en", NOW, "email")
    assert kept.customer_id == found.customer_id == found.customer.pk


def test_nothing_to_call_them_by_is_refused() -> None:
    with pytest.raises(NoCustomerName):
        match_or_create(name=" \x00", now=NOW)
    assert match_or_create(name="", email="x@y.example", now=NOW).name == "x@y.example"


def test_long_names_are_cut_not_refused_by_the_database() -> None:
    assert len(match_or_create(name="长" * 1000, email="l@y.example", language="zh-hans-cn-long", now=NOW).name) == 200


@pytest.mark.django_db(transaction=True)
def test_two_messages_at_once_make_one_customer() -> None:
    """Both look and find nobody; the second waits for the first to be committed and then finds its customer."""
    looked, made = threading.Event(), []

    def second() -> None:
        try:
            with transaction.atomic():
                matching._known("new@h.example", "", "吴", "吴")
                looked.set()
                made.append(match_or_create(name="吴", email="new@h.example", now=NOW).pk)
        finally:
            connections.close_all()

    other = threading.Thread(target=second)
    with transaction.atomic():
        first = match_or_create(name="吴", email="new@h.example", now=NOW)
        other.start()
        assert looked.wait(10)
        other.join(0.3)
        assert other.is_alive(), "the second one waits"
    other.join(10)
    assert made == [first.pk]
    assert Customer.objects.count() == Contact.objects.count() == 1


@pytest.mark.correctness(119)
def test_a_change_is_noted_without_the_values() -> None:
    company()
    contact = match_or_create(name="吴桂芳", email="wu@h.example", now=NOW)
    operations.update_contact(
        contact_id=contact.pk, email="neu@h.example", phone="138 0000 6620", preferred="phone", preferred_hours="上午",
        actor=actor("agent"), now=NOW + timedelta(hours=1),
    )  # fmt: skip
    kept = Contact.objects.get(pk=contact.pk)
    assert (kept.email, kept.phone, kept.preferred, kept.preferred_hours) == (
        "neu@h.example", "+8613800006620", "phone", "上午",
    )  # fmt: skip
    entry = AuditEntry.objects.get(action="contact.changed")
    assert entry.detail == {"fields": ["email", "phone", "phone_raw", "preferred", "preferred_hours"]}


def test_a_change_that_changes_nothing_leaves_no_trace() -> None:
    company()
    contact = match_or_create(name="吴桂芳", email="wu@h.example", now=NOW)
    operations.update_contact(contact_id=contact.pk, email="WU@h.example", actor=actor("agent"), now=NOW)
    assert not AuditEntry.objects.filter(action="contact.changed").exists()


def test_bad_changes_are_refused() -> None:
    company()
    contact = match_or_create(name="吴桂芳", email="wu@h.example", now=NOW)
    with pytest.raises(PhoneNotValid):
        operations.update_contact(contact_id=contact.pk, phone="138****6620", actor=actor("agent"), now=NOW)
    with pytest.raises(NoCustomerName):
        operations.update_contact(contact_id=contact.pk, name="  ", actor=actor("agent"), now=NOW)
    with pytest.raises(NotFound):
        operations.update_contact(contact_id=contact.pk + 1, name="x", actor=actor("agent"), now=NOW)
    with pytest.raises(Forbidden):
        operations.update_contact(
            contact_id=contact.pk, name="x", actor=customer_actor(customer_id=contact.customer_id, name="x"), now=NOW
        )


@pytest.mark.parametrize("text", ["二人民", "吴桂", "138-0000-6620", "+8613800006620", "wu@h", "WU@H.EXAMPLE"])
def test_customers_are_found_by_name_number_and_address(text: str) -> None:
    company()
    found = match_or_create(
        name="云溪市第二人民医院", contact="吴桂芳", email="wu@h.example", phone="13800006620", now=NOW
    )
    match_or_create(name="别家", email="bie@jia.example", phone="13900000000", now=NOW)
    assert [each.pk for each in queries.search_customers(actor=actor("agent"), text=text).items] == [found.customer_id]


def test_the_latest_first_and_no_more_queries_for_more_rows(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    company()
    for number in range(6):
        match_or_create(name=f"客户 {number}", email=f"{number}@h.example", now=NOW + timedelta(minutes=number))
    who = actor("agent")
    for limit in (3, 6):
        with django_assert_num_queries(2):
            names = [each.name for each in queries.search_customers(actor=who, text="", limit=limit).items]
        assert names == [f"客户 {number}" for number in range(5, 5 - limit, -1)]


def test_pages_of_customers_follow_each_other_without_gap_or_repetition() -> None:
    company()
    for number in range(7):
        match_or_create(name=f"客户 {number}", email=f"{number}@h.example", now=NOW)
    seen, cursor, pages = [], None, 0
    while True:
        page = queries.search_customers(actor=actor("agent"), text="", cursor=cursor, limit=3)
        seen += [each.pk for each in page.items]
        pages += 1
        cursor = page.next
        if cursor is None:
            break
    assert pages == 3 and len(seen) == len(set(seen)) == 7
    with pytest.raises(BadCursor):
        queries.search_customers(actor=actor("agent"), text="", cursor="made-up")


def test_customers_do_not_see_customers() -> None:
    contact = match_or_create(name="吴桂芳", email="wu@h.example", now=NOW)
    other = customer_actor(customer_id=contact.customer_id, name="x")
    assert queries.search_customers(actor=other, text="吴").items == []
    with pytest.raises(NotFound):
        queries.customer(actor=other, customer_id=contact.customer_id)
