"""Two files become one and two again: nothing is lost, nobody sees what is not his."""

from datetime import date, timedelta
from typing import Any

import pytest

from bihuan.core.errors import Forbidden, NotFound
from bihuan.customers import operations, queries
from bihuan.customers.models import Asset, Contact, Customer
from bihuan.customers.operations import match_or_create
from bihuan.customers.operations.merging import MergedFurther, MergeUndone, SameCustomer
from bihuan.customers.operations.shared import CustomerGone, CustomerTextMissing
from bihuan.issues import queries as issue_queries
from bihuan.issues.models import Entry, Issue
from tests.factories import NOW, actor, company, customer_issue

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def two() -> tuple[Issue, Issue]:
    """Two issues of what turns out to be one customer."""
    company()
    one = customer_issue(name="云溪医院", email="wu@h.example")
    other = customer_issue(name="云溪市第二人民医院", email="li@h.example", title="发票抬头写错", text="请重开。")
    return one, other


def merge(survivor: Issue, gone: Issue) -> int:
    made = operations.merge_customers(
        survivor_id=survivor.customer_id,
        gone_id=gone.customer_id,
        reason="同一家",
        actor=actor("supervisor"),
        now=LATER,
    )
    return made.pk


def test_the_chosen_one_stays_and_has_everything() -> None:
    one, other = two()
    operations.save_asset(
        customer_id=other.customer_id, product="网关", serial="G1", warranty_until=date(2027, 1, 1),
        actor=actor("agent"), now=NOW,
    )  # fmt: skip
    merge(one, other)
    stays = Customer.objects.get(pk=one.customer_id)
    assert {each.name for each in stays.contacts.all()} == {"吴桂芳"} and stays.contacts.count() == 2
    assert Asset.objects.get().customer_id == stays.pk and stays.covered_until == date(2027, 1, 1)
    assert set(Issue.objects.values_list("customer_id", "customer_name")) == {(stays.pk, "云溪医院")}
    assert Entry.objects.filter(issue=other, code="customer.merged_into").count() == 1
    assert [each.pk for each in queries.search_customers(actor=actor("agent"), text="云溪").items] == [stays.pk]
    gone = queries.customer(actor=actor("agent"), customer_id=other.customer_id)
    assert gone.merged_into_id == stays.pk, "the old file leads to the survivor"


@pytest.mark.correctness(64)
def test_new_messages_of_merged_people_are_the_survivors_until_it_is_taken_back() -> None:
    one, other = two()
    pk, (first, second) = merge(one, other), (one.customer_id, other.customer_id)
    after = customer_issue(name="随便", email="li@h.example", title="又来", now=LATER)
    of_survivor = customer_issue(name="随便", email="wu@h.example", title="也来", now=LATER)
    assert after.customer_id == first
    operations.undo_merge(merge_id=pk, actor=actor("supervisor"), now=LATER)
    back = dict(Issue.objects.values_list("pk", "customer_id"))
    assert back == {one.pk: first, of_survivor.pk: first, other.pk: second, after.pk: second}
    assert Contact.objects.get(email="li@h.example").customer_id == second
    assert match_or_create(name="x", email="li@h.example", now=LATER).customer_id == second
    with pytest.raises(MergeUndone):
        operations.undo_merge(merge_id=pk, actor=actor("supervisor"), now=LATER)


@pytest.mark.correctness(65)
def test_no_circles_and_the_last_merge_is_undone_first() -> None:
    one, other = two()
    third = customer_issue(name="第三家", email="third@h.example")
    pk = merge(one, other)
    with pytest.raises(CustomerGone):
        merge(other, one)
    with pytest.raises(SameCustomer):
        merge(one, one)
    last = merge(third, one)
    with pytest.raises(MergedFurther):
        operations.undo_merge(merge_id=pk, actor=actor("supervisor"), now=LATER)
    operations.undo_merge(merge_id=last, actor=actor("supervisor"), now=LATER)
    operations.undo_merge(merge_id=pk, actor=actor("supervisor"), now=LATER)
    assert Customer.objects.filter(merged_into__isnull=False).count() == 0


def test_a_merged_file_is_not_changed_any_more() -> None:
    one, other = two()
    merge(one, other)
    with pytest.raises(CustomerGone) as refused:
        operations.update_customer(customer_id=other.customer_id, name="x", actor=actor("agent"), now=LATER)
    assert refused.value.params["name"] == "云溪医院"


@pytest.mark.correctness(69)
def test_merged_people_do_not_see_each_others_messages() -> None:
    """Each progress page shows its own issue, before and after."""
    one, other = two()
    merge(one, other)
    shown = issue_queries.progress(issue_id=one.pk, now=LATER)
    assert "发票" not in str(shown) and "请重开" not in str(shown)


def test_who_may_not_merge_or_gives_no_reason_is_refused() -> None:
    one, other = two()
    pair: dict[str, Any] = {"survivor_id": one.customer_id, "gone_id": other.customer_id, "now": LATER}
    with pytest.raises(Forbidden):
        operations.merge_customers(reason="同一家", actor=actor("agent"), **pair)
    with pytest.raises(CustomerTextMissing):
        operations.merge_customers(reason=" ", actor=actor("supervisor"), **pair)
    with pytest.raises(NotFound):
        operations.merge_customers(
            survivor_id=one.customer_id, gone_id=999_999, reason="x", actor=actor("supervisor"), now=LATER
        )
    assert Customer.objects.filter(merged_into__isnull=False).count() == 0


@pytest.mark.foreign_write("an intake that found the old file and was committed after the merge")
def test_what_was_opened_in_the_moment_of_a_merge_follows_it_and_goes_back_with_it() -> None:
    one, other = two()
    pk = merge(one, other)
    Issue.objects.filter(pk=other.pk).update(customer_id=other.customer_id)
    assert operations.gather_strays(now=LATER) == 1
    assert Issue.objects.get(pk=other.pk).customer_id == one.customer_id
    assert operations.gather_strays(now=LATER) == 0
    operations.undo_merge(merge_id=pk, actor=actor("supervisor"), now=LATER)
    assert Issue.objects.get(pk=other.pk).customer_id == other.customer_id
    assert operations.gather_strays(now=LATER) == 0, "an undone merge gathers nothing"
