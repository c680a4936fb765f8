"""Visits and calls, register books, demands about personal data."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from bihuan.calendars import queries as calendars
from bihuan.channels.models import Delivery, InboundMessage
from bihuan.core.actor import SYSTEM
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.models import AuditEntry
from bihuan.customers import operations, queries
from bihuan.customers.models import Contact, Customer, Visit
from bihuan.customers.operations import Record, match_or_create
from bihuan.customers.operations.privacy import MustBeKept, NothingToErase, RequestClosed
from bihuan.customers.operations.visits import ClearsMissing, NextReplyMissing, NobodyNamed, VisitSettled
from bihuan.issues import operations as issues
from bihuan.issues import queries as issue_queries
from bihuan.issues.models import Entry, Issue, IssueSearch, Notice, RegisterEntry
from bihuan.issues.operations import tell_people
from bihuan.issues.operations.registers import AlreadyAnIssue, YearClosed, YearRuns
from tests.factories import NOW, actor, company, customer_issue

pytestmark = pytest.mark.django_db
CLEARS = {"listen": "录音", "ask": "问了", "follow": "转了", "repeat": "复述", "record": "记了"}


def record(**given: object) -> Record:
    fields = {
        "kind": "call",
        "category": "inquiry",
        "topic": "询问校准",
        "name": "吴桂芳",
        "phone": "13800006620",
        "at": NOW,
    }
    return Record(**{**fields, **given})  # type: ignore[arg-type]


def visit(username: str = "agent", **given: object) -> Visit:
    return operations.record_visit(record=record(**given), actor=actor(username), now=NOW)


# -- visits ---------------------------------------------------------------------------------------------------------


@pytest.mark.correctness(62)
def test_a_caller_is_recognised_or_becomes_a_customer() -> None:
    company()
    first, again = visit(), visit(topic="再问")
    assert first.contact_id == again.contact_id and Customer.objects.count() == 1
    other = visit(name="李四")
    assert other.customer_id != first.customer_id, "one number, another person"
    with pytest.raises(NobodyNamed):
        visit(name=" ", phone="138****6620")


def test_somebody_new_of_a_known_customer_joins_its_people() -> None:
    company()
    known = match_or_create(name="云溪医院", contact="吴桂芳", email="wu@h.example", now=NOW)
    one = visit(customer_id=known.customer_id, name="李四", phone="13900000001")
    assert one.customer_id == known.customer_id
    assert one.contact is not None and (one.contact.name, one.contact.phone) == ("李四", "+8613900000001")
    assert visit(customer_id=known.customer_id, contact_id=known.pk).contact_id == known.pk
    stranger = match_or_create(name="别家", email="x@y.example", now=NOW)
    with pytest.raises(NotFound):
        visit(customer_id=known.customer_id, contact_id=stranger.pk)


def test_a_complaint_left_open_needs_a_next_reply_and_its_host_is_reminded_once() -> None:
    company()
    for reply in (None, NOW - timedelta(hours=1)):
        with pytest.raises(NextReplyMissing):
            visit(category="complaint", next_reply_at=reply)
    one = visit(category="complaint", next_reply_at=NOW + timedelta(hours=2))
    assert operations.remind_next_replies(bell=tell_people, now=NOW + timedelta(hours=1)) == 0
    late = NOW + timedelta(hours=3)
    assert operations.remind_next_replies(bell=tell_people, now=late) == 1
    assert operations.remind_next_replies(bell=tell_people, now=late) == 0
    assert Notice.objects.get(code="visit.reply_due").user_id == actor("agent").user_id
    operations.promise_next_reply(visit_id=one.pk, at=late + timedelta(hours=1), actor=actor("agent"), now=late)
    assert operations.remind_next_replies(bell=tell_people, now=late + timedelta(hours=2)) == 1


def test_a_complaint_is_settled_with_its_five_clears_and_an_answer() -> None:
    company()
    with pytest.raises(ClearsMissing) as refused:
        visit(category="complaint", settled=True, clears={"listen": "录音"})
    assert refused.value.params == {"n": 4}
    one = visit(category="complaint", next_reply_at=NOW + timedelta(hours=2), clears={"listen": "录音"})
    settle: dict[str, Any] = {"visit_id": one.pk, "actor": actor("agent"), "now": NOW}
    with pytest.raises(ClearsMissing):
        operations.settle_visit(answer="已致歉", clears={}, **settle)
    done = operations.settle_visit(answer="已致歉", clears=CLEARS, **settle)
    assert done.settled_at == NOW and done.clears["ask"] == "问了"
    with pytest.raises(VisitSettled):
        operations.settle_visit(answer="再来", clears=CLEARS, **settle)


def test_a_call_becomes_an_issue_of_the_same_person_once() -> None:
    company()
    one = visit(content="冷库门关不上", category="complaint", next_reply_at=NOW + timedelta(hours=2))
    issue = issues.open_issue_of_visit(visit_id=one.pk, actor=actor("agent"), now=NOW)
    assert (issue.contact_id, issue.channel, issue.title) == (one.contact_id, "phone", "询问校准")
    assert Visit.objects.get().settled_at == NOW
    assert issue_queries.issues_of_visits(actor=actor("agent"), visit_ids=[one.pk])[one.pk].pk == issue.pk
    with pytest.raises(AlreadyAnIssue) as refused:
        issues.open_issue_of_visit(visit_id=one.pk, actor=actor("agent"), now=NOW)
    assert refused.value.params == {"number": issue.number}


def test_one_click_makes_record_and_issue_or_neither() -> None:
    company()
    issue = issues.record_visit_as_issue(record=record(category="complaint"), actor=actor("agent"), now=NOW)
    assert Visit.objects.get().next_reply_at is None and Issue.objects.get().pk == issue.pk
    with pytest.raises(Forbidden):
        issues.record_visit_as_issue(record=record(topic="x"), actor=actor("quality"), now=NOW)
    assert Visit.objects.count() == Issue.objects.count() == 1


def test_the_timeline_of_a_customer_holds_messages_and_visits_in_pages(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    company()
    issue = customer_issue()
    for number in range(7):
        at = NOW + timedelta(hours=number + 1)
        issues.post_entry(issue_id=issue.pk, kind="note", text=f"备注 {number}", actor=actor("agent"), now=at)
        visit(customer_id=issue.customer_id, name="", phone="", at=at, topic=f"来访 {number}")
    who, seen, cursor = actor("agent"), [], None
    while True:
        with django_assert_num_queries(2):
            page = issue_queries.customer_timeline(actor=who, customer_id=issue.customer_id, cursor=cursor, limit=4)
        seen += [
            text
            for each in page.items
            if (text := each.entry.text if each.entry else each.visit.topic if each.visit else "")
        ]
        cursor = page.next
        if cursor is None:
            break
    assert seen[:4] == ["备注 6", "来访 6", "备注 5", "来访 5"]
    assert len(seen) == len(set(seen)) == 15
    hidden = issue_queries.customer_timeline(actor=actor("outsider"), customer_id=issue.customer_id)
    assert hidden.items == []


# -- register books -------------------------------------------------------------------------------------------------


def book(
    key: str = "calls", source: str = "visits", since: datetime = NOW - timedelta(days=800), **wanted: object
) -> int:
    made = issues.save_register_book(
        key=key, name="客服电话记录台帐", source=source, filter=wanted, keeper="agent", since=since, actor=actor("manager"),
        now=NOW,
    )  # fmt: skip
    return made.pk


def numbers(year: int = 2026) -> list[int]:
    return list(RegisterEntry.objects.filter(year=year).order_by("number").values_list("number", flat=True))


def test_numbers_have_no_gap_and_each_year_begins_at_one() -> None:
    company()
    pk = book(kind="call")
    for number in range(3):
        visit(at=NOW - timedelta(hours=3 - number), topic=f"电话 {number}")
    visit(kind="visit", topic="来访不登记在电话台帐里")
    visit(at=datetime(2025, 12, 31, 15, 59, tzinfo=UTC), topic="去年最后一分钟")  # 23:59 in Shanghai
    visit(at=datetime(2025, 12, 31, 16, 0, tzinfo=UTC), topic="今年第一分钟")
    assert issues.fill_register(book_id=pk, now=NOW) == 5
    assert issues.fill_register(book_id=pk, now=NOW) == 0, "nothing is entered twice"
    visit(topic="后来的")
    assert issues.fill_register(book_id=pk, now=NOW + timedelta(minutes=1)) == 1
    assert (numbers(2026), numbers(2025)) == ([1, 2, 3, 4, 5], [1])
    view = issue_queries.register_book(actor=actor("agent"), key="calls")
    sheet = issue_queries.register_sheet(actor=actor("agent"), book=view.row, year=2026)
    assert [line.cells[6] for line in sheet.lines] == ["今年第一分钟", "电话 0", "电话 1", "电话 2", "后来的"]
    november = issue_queries.register_sheet(actor=actor("agent"), book=view.row, year=2026, month=11)
    assert [line.number for line in november.lines] == [2, 3, 4, 5]


def test_a_closed_year_takes_nothing_and_what_comes_late_is_marked() -> None:
    company()
    pk = book()
    visit(at=datetime(2025, 6, 1, tzinfo=UTC))
    with pytest.raises(YearRuns):
        issues.close_register_year(book_id=pk, year=2026, actor=actor("agent"), now=NOW)
    with pytest.raises(Forbidden):
        issues.close_register_year(book_id=pk, year=2025, actor=actor("supervisor"), now=NOW)
    closed = issues.close_register_year(book_id=pk, year=2025, actor=actor("agent"), now=NOW)
    assert closed.last == 1, "what was outstanding is entered first"
    with pytest.raises(YearClosed):
        issues.close_register_year(book_id=pk, year=2025, actor=actor("agent"), now=NOW)
    visit(at=datetime(2025, 7, 1, tzinfo=UTC), topic="补记")
    issues.fill_register(book_id=pk, now=NOW)
    late = RegisterEntry.objects.get(year=2026)
    assert (late.number, late.late) == (1, True)
    with pytest.raises(YearClosed):
        issues.remark_register_entry(
            entry_id=RegisterEntry.objects.get(year=2025).pk, remark="x", actor=actor("agent"), now=NOW
        )
    kept = issues.remark_register_entry(entry_id=late.pk, remark=" 去年漏记 ", actor=actor("agent"), now=NOW)
    assert kept.remark == "去年漏记"


def test_a_book_of_issues_takes_them_when_they_fit_and_hides_what_one_may_not_see() -> None:
    company()
    pk = book("repairs", "issues", type="fault")
    one = customer_issue()
    assert issues.fill_register(book_id=pk, now=NOW) == 0
    later = NOW + timedelta(hours=1)
    issues.correct_classification(issue_id=one.pk, type_key="fault", reason="看过", actor=actor("agent"), now=later)
    assert issues.fill_register(book_id=pk, now=later) == 1, "classified afterwards, entered afterwards"
    for username, seen in (("agent", 1), ("outsider", 0)):
        view = issue_queries.register_book(actor=actor(username), key="repairs")
        page = issue_queries.register_page(actor=actor(username), book=view.row, year=2026)
        assert len(page.lines) == seen


def test_pages_of_a_book_cost_the_same_and_follow_each_other(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    company()
    pk = book()
    for number in range(7):
        visit(at=NOW - timedelta(hours=number))
    issues.fill_register(book_id=pk, now=NOW)
    who = actor("agent")
    view = issue_queries.register_book(actor=who, key="calls")
    seen, cursor = [], None
    while True:
        with django_assert_num_queries(1):
            page = issue_queries.register_page(actor=who, book=view.row, year=2026, cursor=cursor, limit=3)
        seen += [line.number for line in page.lines]
        cursor = page.next
        if cursor is None:
            break
    assert seen == [7, 6, 5, 4, 3, 2, 1]


# -- demands about personal data ------------------------------------------------------------------------------------


def demand(contact: Contact, kind: str) -> int:
    made = operations.open_privacy_request(
        contact_id=contact.pk, kind=kind, how="来电", content="请删除我的信息", actor=actor("agent"), now=NOW
    )
    return made.pk


def answered(pk: int, granted: bool = True) -> dict[str, int]:
    found = operations.answer_privacy_request(
        request_id=pk, granted=granted, answer="已办理", actor=actor("quality"), now=NOW
    )
    return dict(found.erased)


@pytest.mark.correctness(120)
def test_a_demand_is_due_at_the_end_of_the_fifteenth_working_day() -> None:
    company()
    contact = match_or_create(name="吴桂芳", email="wu@h.example", now=NOW)
    demand(contact, "access")
    row = queries.privacy_requests(actor=actor("quality"))[0]
    day = row.due_at.astimezone(ZoneInfo("Asia/Shanghai")).date()
    calendar = calendars.calendar("default")
    workdays = [date(2026, 11, 20) + timedelta(n) for n in range(1, 60)]
    assert day == [each for each in workdays if calendar.is_workday(each)][14] == date(2026, 12, 11)
    late = row.due_at + timedelta(minutes=1)
    assert operations.remind_privacy_requests(bell=tell_people, now=row.due_at - timedelta(minutes=1)) == 0
    assert operations.remind_privacy_requests(bell=tell_people, now=late) == 1
    assert operations.remind_privacy_requests(bell=tell_people, now=late) == 0


@pytest.mark.correctness(118, 120)
def test_the_copy_holds_everything_and_giving_it_out_is_noted() -> None:
    company()
    issue = customer_issue(text="iPhone充不进电")
    contact = issue.contact
    assert contact is not None
    visit(customer_id=issue.customer_id, contact_id=contact.pk, content="来电内容")
    issues.post_entry(issue_id=issue.pk, kind="note", text="内部说法", actor=actor("agent"), now=NOW)
    with pytest.raises(Forbidden):
        queries.personal_copy(actor=actor("agent"), contact_id=contact.pk)
    operations.note_personal_copy(contact_id=contact.pk, actor=actor("quality"), now=NOW)
    said = str(queries.personal_copy(actor=actor("quality"), contact_id=contact.pk))
    assert all(text in said for text in ("wu@hospital.example", "iPhone充不进电", "来电内容", issue.number))
    assert "内部说法" not in said
    assert AuditEntry.objects.filter(action="contact.copied", object_id=contact.pk).count() == 1


@pytest.mark.correctness(119, 120)
def test_erasing_reaches_texts_search_files_forms_and_mails_and_keeps_what_is_counted() -> None:
    company()
    issue = customer_issue(text="充不进电的电话 13800006620")
    contact = issue.contact
    assert contact is not None
    visit(customer_id=issue.customer_id, contact_id=contact.pk, content="来电内容", people="吴桂芳")
    pk = demand(contact, "delete")
    with pytest.raises(MustBeKept) as refused:
        answered(pk)
    assert issue.number in str(refused.value.params["why"])
    issues.withdraw_issue(issue_id=issue.pk, reason="不再需要", actor=actor("agent"), now=NOW)
    counts = answered(pk)
    assert counts["issues"] == 1 and counts["messages"] >= 1
    kept = Issue.objects.get(pk=issue.pk)
    assert (kept.number, kept.created_at, kept.status) == (issue.number, issue.created_at, kept.status)
    everything = " ".join(
        str(list(rows))
        for rows in (
            Issue.objects.values_list(), Entry.objects.values_list(), IssueSearch.objects.values_list(),
            Contact.objects.values_list(), Customer.objects.values_list(), Delivery.objects.values_list(),
            InboundMessage.objects.values_list(), Visit.objects.values_list(),
        )
    )  # fmt: skip
    for text in (
        "吴桂芳",
        "云溪市第二人民医院",
        "wu@hospital.example",
        "充不进电",
        "13800006620",
        "来电内容",
        "疫苗冷库",
    ):
        assert text not in everything
    assert issue_queries.search(actor=actor("agent"), text="充不进电", now=NOW).items == []
    audit = str(list(AuditEntry.objects.values_list("detail", "actor_name", "action")))
    assert "吴桂芳" not in audit and "wu@hospital.example" not in audit
    with pytest.raises(RequestClosed):
        answered(pk)
    with pytest.raises(NothingToErase):
        answered(demand(Contact.objects.get(pk=contact.pk), "delete"))


def test_a_refused_demand_erases_nothing() -> None:
    company()
    contact = match_or_create(name="吴桂芳", email="wu@h.example", now=NOW)
    assert answered(demand(contact, "delete"), granted=False) == {}
    assert Contact.objects.get().name == "吴桂芳"
    with pytest.raises(Forbidden):
        operations.answer_privacy_request(
            request_id=demand(contact, "delete"), granted=True, answer="x", actor=actor("agent"), now=NOW
        )


def test_taking_back_consent_takes_back_all_that_are_in_force() -> None:
    company()
    contact = match_or_create(name="吴桂芳", email="wu@h.example", now=NOW)
    operations.record_consent(
        contact_id=contact.pk, purpose="marketing", basis="consent", how="网页", actor=actor("agent"), now=NOW
    )
    answered(demand(contact, "withdraw"))
    found = queries.customer_file(actor=SYSTEM, customer_id=contact.customer_id).consents
    assert [each.withdrawn_at for each in found] == [NOW]
