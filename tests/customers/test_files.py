"""Identities, contracts, devices, consents, do-not-contact; who may see a customer."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.translation import override

from bihuan.channels.models import Delivery
from bihuan.channels.operations import deliver_due
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.models import AuditEntry
from bihuan.customers import operations, queries
from bihuan.customers.models import Asset, Contact, Contract, Customer, Identity
from bihuan.customers.operations import match_or_create
from bihuan.customers.operations.consents import ConsentInForce
from bihuan.customers.operations.contacts import EmailNotValid, IdentityKnown, NotBlocked
from bihuan.customers.operations.holdings import AssetTaken, ContractEndsEarly, ContractNumberTaken
from bihuan.customers.operations.shared import CustomerTextTooLong, NotAmong
from bihuan.issues import operations as issues
from bihuan.issues.models import Entry, Notice
from bihuan.issues.operations import tell_people
from bihuan.issues.rules.sentences import sentence
from tests.factories import NOW, actor, company, customer_issue

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def known(name: str = "云溪医院", phone: str = "0871-64128899", email: str = "wu@h.example") -> Contact:
    return match_or_create(name=name, contact="吴桂芳", phone=phone, email=email, kind="organisation", now=NOW)


# -- identities -----------------------------------------------------------------------------------------------------


@pytest.mark.correctness(62)
def test_a_message_from_another_address_of_his_is_his() -> None:
    company()
    wu = known()
    operations.add_identity(
        contact_id=wu.pk, kind="email", value="Wu@Private.example", verified=True, actor=actor("agent"), now=NOW
    )
    assert match_or_create(name="不认识", email="wu@private.example", now=NOW).pk == wu.pk


@pytest.mark.correctness(62)
def test_a_second_number_may_be_several_peoples_and_the_name_decides() -> None:
    company()
    wu, li = known(), match_or_create(name="李四", phone="13900000001", now=NOW)
    for one in (wu, li):
        operations.add_identity(
            contact_id=one.pk, kind="phone", value="400-810-8888", verified=False, actor=actor("agent"), now=NOW
        )
    assert match_or_create(name="李四", phone="4008108888", now=NOW).pk == li.pk
    assert match_or_create(name="王五", phone="4008108888", now=NOW).pk not in (wu.pk, li.pk)
    found = queries.callers(actor=actor("agent"), phone="+86 400 810 8888")
    assert {each.name for each in found} == {"吴桂芳", "李四", "王五"}


@pytest.mark.foreign_write("an address that two rows have")
def test_an_address_that_is_a_contacts_own_comes_before_another_ones_second() -> None:
    company()
    first = known()
    operations.add_identity(
        contact_id=first.pk, kind="email", value="shared@h.example", verified=False, actor=actor("agent"), now=NOW
    )
    own = Contact.objects.create(customer=first.customer, name="李四", email="shared@h.example", created_at=NOW)
    assert match_or_create(name="x", email="shared@h.example", now=NOW).pk == own.pk


def test_identities_that_are_none_are_refused_and_can_be_removed() -> None:
    company()
    wu, who = known(), actor("agent")
    with pytest.raises(operations.PhoneNotValid):
        operations.add_identity(contact_id=wu.pk, kind="phone", value="138****0000", verified=False, actor=who, now=NOW)
    with pytest.raises(EmailNotValid):
        operations.add_identity(contact_id=wu.pk, kind="email", value="kein", verified=False, actor=who, now=NOW)
    with pytest.raises(NotAmong):
        operations.add_identity(contact_id=wu.pk, kind="fax", value="1", verified=False, actor=who, now=NOW)
    with pytest.raises(IdentityKnown):
        operations.add_identity(
            contact_id=wu.pk, kind="email", value="WU@h.example", verified=False, actor=who, now=NOW
        )
    made = operations.add_identity(contact_id=wu.pk, kind="wechat", value="wxid_1", verified=True, actor=who, now=NOW)
    with pytest.raises(IdentityKnown):
        operations.add_identity(contact_id=wu.pk, kind="wechat", value="wxid_1", verified=True, actor=who, now=NOW)
    operations.remove_identity(identity_id=made.pk, actor=who, now=NOW)
    assert not Identity.objects.exists()


# -- contracts and things -------------------------------------------------------------------------------------------


def test_a_contract_gives_tier_and_last_covered_day() -> None:
    company()
    wu, who = known(), actor("agent")
    one = operations.save_contract(
        customer_id=wu.customer_id, number="LK-1", tier="金牌服务", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31),
        actor=who, now=NOW,
    )  # fmt: skip
    operations.save_asset(
        customer_id=wu.customer_id, product="记录仪", serial="SN1", warranty_until=date(2027, 6, 30), actor=who, now=NOW
    )
    kept = Customer.objects.get(pk=wu.customer_id)
    assert (kept.tier, kept.covered_until) == ("金牌服务", date(2027, 6, 30))
    operations.remove_asset(customer_id=wu.customer_id, asset_id=Asset.objects.get().pk, actor=who, now=NOW)
    assert Customer.objects.get(pk=wu.customer_id).covered_until == date(2026, 12, 31)
    operations.remove_contract(customer_id=wu.customer_id, contract_id=one.pk, actor=who, now=NOW)
    assert Customer.objects.get(pk=wu.customer_id).covered_until is None


def test_numbers_are_nobody_elses() -> None:
    company()
    wu, li, who = known(), match_or_create(name="李四", phone="13900000001", now=NOW), actor("agent")
    dates: dict[str, Any] = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    operations.save_contract(customer_id=wu.customer_id, number="LK-1", actor=who, now=NOW, **dates)
    operations.save_asset(customer_id=wu.customer_id, product="记录仪", serial="SN1", actor=who, now=NOW)
    with pytest.raises(ContractNumberTaken):
        operations.save_contract(customer_id=li.customer_id, number="LK-1", actor=who, now=NOW, **dates)
    with pytest.raises(AssetTaken):
        operations.save_asset(customer_id=li.customer_id, product="记录仪", serial="SN1", actor=who, now=NOW)
    with pytest.raises(ContractEndsEarly):
        operations.save_contract(
            customer_id=li.customer_id, number="LK-2", starts_on=TODAY, ends_on=TODAY - timedelta(1), actor=who, now=NOW
        )
    assert Contract.objects.count() == Asset.objects.count() == 1


@pytest.mark.parametrize(
    ("days", "listed", "told"), [(-1, False, 0), (0, True, 1), (30, True, 1), (31, True, 0), (61, False, 0)]
)
def test_what_ends_soon_is_listed_for_60_days_and_its_manager_told_once_in_the_last_30(
    days: int, listed: bool, told: int
) -> None:
    company()
    wu, who = known(), actor("manager")
    operations.update_customer(customer_id=wu.customer_id, manager="manager", actor=who, now=NOW)
    operations.save_contract(
        customer_id=wu.customer_id, number="LK-1", starts_on=TODAY - timedelta(400), ends_on=TODAY + timedelta(days),
        actor=who, now=NOW,
    )  # fmt: skip
    found = queries.search_customers(
        actor=who, filter=queries.CustomerFilter(ending=queries.SOON, today=TODAY), limit=10
    )
    assert bool(found.items) is listed
    assert operations.announce_endings(bell=tell_people, now=NOW) == told
    assert operations.announce_endings(bell=tell_people, now=NOW) == 0
    assert Notice.objects.filter(code="contract.ending", user_id=who.user_id or 0).count() == told


def test_a_renewed_contract_is_told_of_again() -> None:
    company()
    wu, who = known(), actor("manager")
    operations.update_customer(customer_id=wu.customer_id, manager="manager", actor=who, now=NOW)
    given: dict[str, Any] = {
        "customer_id": wu.customer_id,
        "number": "LK-1",
        "starts_on": date(2025, 1, 1),
        "actor": who,
    }
    one = operations.save_contract(ends_on=TODAY + timedelta(5), now=NOW, **given)
    assert operations.announce_endings(bell=tell_people, now=NOW) == 1
    later = NOW + timedelta(days=365)
    operations.save_contract(contract_id=one.pk, ends_on=TODAY + timedelta(370), now=NOW, **given)
    assert operations.announce_endings(bell=tell_people, now=later) == 1


# -- consents -------------------------------------------------------------------------------------------------------


@pytest.mark.correctness(120)
def test_consents_are_kept_with_their_proof_also_when_they_are_taken_back() -> None:
    company()
    wu, who = known(), actor("agent")
    given: dict[str, Any] = {
        "contact_id": wu.pk,
        "purpose": "recording",
        "basis": "consent",
        "how": "口头",
        "actor": who,
    }
    one = operations.record_consent(evidence="录音 12", now=NOW, **given)
    with pytest.raises(ConsentInForce):
        operations.record_consent(now=NOW, **given)
    operations.withdraw_consent(consent_id=one.pk, how="来电", actor=who, now=NOW + timedelta(days=1))
    again = operations.record_consent(now=NOW + timedelta(days=2), **given)
    kept = queries.customer_file(actor=who, customer_id=wu.customer_id).consents
    assert [(each.pk, each.withdrawn_at is not None) for each in kept] == [(again.pk, False), (one.pk, True)]
    assert kept[1].evidence == "录音 12"


# -- do not contact -------------------------------------------------------------------------------------------------


def block(contact: Contact, channel: str) -> None:
    operations.block_contact(contact_id=contact.pk, channel=channel, reason="客户要求", actor=actor("agent"), now=NOW)


def test_a_forbidden_way_is_not_taken_by_a_reply_and_the_timeline_says_why() -> None:
    company()
    issue = customer_issue()
    assert issue.contact is not None
    block(issue.contact, "all")
    issues.post_entry(issue_id=issue.pk, kind="reply", text="您好", actor=actor("agent"), now=NOW)
    sent = Delivery.objects.filter(issue=issue).latest("pk")
    assert (sent.status, sent.reason, sent.next_attempt_at) == ("blocked", "do_not_contact", None)
    line = Entry.objects.filter(issue=issue, code="send.blocked_all").get()
    with override("zh-hans"):
        assert sentence(line.code, line.params) == "没有发给客户：吴桂芳要求不再联系（客户要求）"
    assert Entry.objects.filter(issue=issue, kind="reply", text="您好").exists(), "what was written is not lost"


def test_an_acknowledgement_is_not_sent_either_and_rings_no_bell() -> None:
    company()
    first = customer_issue()
    assert first.contact is not None
    block(first.contact, "email")
    bells = Notice.objects.filter(code="send.blocked").count()
    again = customer_issue(title="又断了", now=NOW + timedelta(hours=1))
    assert list(Delivery.objects.filter(issue=again).values_list("status", flat=True)) == ["blocked"]
    assert Entry.objects.filter(issue=again, code="send.blocked").count() == 1
    assert Notice.objects.filter(code="send.blocked").count() == bells


def test_what_waits_to_be_sent_is_held_back_when_the_customer_says_so(tmp_path: object) -> None:
    company()
    issue = customer_issue()
    assert issue.contact is not None
    assert Delivery.objects.filter(issue=issue, status="queued").count() == 1
    block(issue.contact, "email")
    deliver_due(now=NOW + timedelta(minutes=1))
    assert list(Delivery.objects.filter(issue=issue).values_list("status", "sent_at")) == [("blocked", None)]
    assert Entry.objects.filter(issue=issue, code="send.blocked").exists()


def test_another_way_is_taken_where_one_is_left() -> None:
    company()
    issue = customer_issue(phone="13800006620")
    assert issue.contact is not None
    block(issue.contact, "email")
    issues.post_entry(issue_id=issue.pk, kind="reply", text="您好", actor=actor("agent"), now=NOW)
    sent = Delivery.objects.filter(issue=issue).latest("pk")
    assert (sent.channel, sent.status) == ("phone", "manual")


def test_a_lifted_flag_lets_messages_out_again() -> None:
    company()
    issue = customer_issue()
    assert issue.contact is not None
    block(issue.contact, "all")
    operations.unblock_contact(contact_id=issue.contact.pk, channel="all", actor=actor("agent"), now=NOW)
    with pytest.raises(NotBlocked):
        operations.unblock_contact(contact_id=issue.contact.pk, channel="all", actor=actor("agent"), now=NOW)
    issues.post_entry(issue_id=issue.pk, kind="reply", text="您好", actor=actor("agent"), now=NOW)
    assert Delivery.objects.filter(issue=issue).latest("pk").status == "queued"


# -- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.correctness(129, 139)
def test_a_customer_is_seen_by_who_sees_one_of_its_issues_or_manages_it() -> None:
    company()
    issue, outsider = customer_issue(), actor("outsider")
    asked: dict[str, Any] = {"actor": outsider, "customer_id": issue.customer_id}
    for ask in (queries.customer, queries.customer_file):
        with pytest.raises(NotFound):
            ask(**asked)
    assert queries.search_customers(actor=outsider, text="云溪").items == []
    assert queries.callers(actor=outsider, phone="13800006620") == []
    assert queries.customer_counts(actor=outsider, today=TODAY).all == 0
    assert queries.at_a_glance(today=TODAY, **asked).contracts == []
    operations.update_customer(customer_id=issue.customer_id, manager="outsider", actor=actor("manager"), now=NOW)
    assert queries.customer(**asked).pk == issue.customer_id
    assert len(queries.search_customers(actor=outsider, text="云溪").items) == 1


def test_who_may_not_edit_is_refused_and_nothing_changes() -> None:
    company()
    wu = known()
    head = actor("quality")
    acts = (
        lambda: operations.update_customer(customer_id=wu.customer_id, name="x", actor=head, now=NOW),
        lambda: operations.add_contact(customer_id=wu.customer_id, name="x", actor=head, now=NOW),
        lambda: operations.save_asset(customer_id=wu.customer_id, product="x", actor=head, now=NOW),
        lambda: operations.create_customer(name="x", kind="person", actor=head, now=NOW),
        lambda: operations.read_import(name="x", data=b"", actor=head, now=NOW),
    )
    for act in acts:
        with pytest.raises(Forbidden):
            act()
    assert Customer.objects.get().name == "云溪医院"


@pytest.mark.correctness(119)
def test_changes_are_noted_by_field_never_by_value() -> None:
    company()
    wu, who = known(), actor("agent")
    operations.update_customer(
        customer_id=wu.customer_id, name="新名字", needs="打座机", region="云南", actor=who, now=NOW
    )
    operations.add_identity(contact_id=wu.pk, kind="wechat", value="wxid_geheim", verified=True, actor=who, now=NOW)
    block(wu, "phone")
    said = str(list(AuditEntry.objects.values_list("action", "detail")))
    assert "customer.changed" in said and "'region'" in said
    for value in ("新名字", "打座机", "云南", "wxid_geheim", "客户要求"):
        assert value not in said


@pytest.mark.parametrize("field", ["name", "code", "tier", "region", "address", "needs"])
def test_ten_thousand_characters_are_refused_in_words(field: str) -> None:
    company()
    wu = known()
    with pytest.raises(CustomerTextTooLong) as refused:
        operations.update_customer(customer_id=wu.customer_id, actor=actor("agent"), now=NOW, **{field: "长" * 10_000})
    assert refused.value.params["length"] == 10_000
