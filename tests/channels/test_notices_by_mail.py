"""Notices that also go by mail: once, not at night, not what was read meanwhile, and nothing that one may not see."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from bihuan.accounts.models import User
from bihuan.channels import notice_rules as rules
from bihuan.channels import operations as channels
from bihuan.channels.models import InboundMessage, NoticeChoice, StaffMail
from bihuan.channels.operations.choosing import BadWay, HalfQuiet
from bihuan.channels.operations.staff_mail import GRACE, gather_notices, send_staff_mail
from bihuan.channels.policy import MAIL_STAFF, MAIL_TITLES
from bihuan.core.settings import change_settings, value
from bihuan.issues import operations as issues
from bihuan.issues.models import Issue, Notice
from bihuan.issues.operations.work import at_work
from bihuan.issues.rules.sentences import SENTENCES
from tests.channels.test_mail import mail, receive, sent
from tests.factories import NOW, actor, company, customer_issue
from tests.web.test_pages import signed_in

SOON = NOW + GRACE + timedelta(seconds=1)
_CHOICE: dict[str, Any] = {
    "ways": {},
    "quiet_from": None,
    "quiet_until": None,
    "workdays_only": False,
    "urgent_anyway": True,
    "digest_at": time(8, 30),
    "day_plan": True,
}


def give_address(username: str, address: str) -> None:
    user = User.objects.get(username=username)
    user.email = address
    user.save(update_fields=["email"])


def house(*, now: datetime = NOW) -> None:
    """The company, everybody with an address, and everybody's row made."""
    company(now=now)
    for user in User.objects.all():
        give_address(user.username, f"{user.username}@bihuan.local")
    gather_notices(now=now - timedelta(hours=1))


def tell(username: str, code: str, *, issue: Issue | None = None, at: datetime = NOW, **params: object) -> Notice:
    user = User.objects.get(username=username)
    if issue is None:
        issues.tell_people(user_ids=[user.pk], code=code, params=params, now=at)
    else:
        with at_work(issue, now=at) as work:
            work.tell([user.pk], code, params)
    return Notice.objects.filter(user=user).latest("pk")


def quiet_house() -> None:
    """What opening the issue told is read."""
    for user in User.objects.all():
        issues.mark_notices_read(actor=actor(user.username), now=NOW)


def choose(username: str, *, now: datetime = NOW - timedelta(hours=1), **values: object) -> NoticeChoice:
    return channels.choose_notices(**{**_CHOICE, **values}, actor=actor(username), now=now)


def outgoing(folder: Path) -> list[EmailMessage]:
    return [message_from_bytes(raw, policy=policy.default) for raw in sent(folder)]


def queued(username: str) -> list[StaffMail]:
    return list(StaffMail.objects.filter(user__username=username).order_by("pk"))


@given(st.times(), st.times(), st.times())
def test_quiet_hours_are_those_that_a_clock_goes_through_from_the_start_to_the_end(
    start: time, end: time, at: time
) -> None:
    def minutes(each: time) -> int:
        return ((each.hour * 60 + each.minute) * 60 + each.second) * 1_000_000 + each.microsecond

    day = 24 * 3600 * 1_000_000
    expected = start != end and (minutes(at) - minutes(start)) % day < (minutes(end) - minutes(start)) % day
    local = datetime.combine(date(2026, 11, 20), at)
    assert rules.is_quiet(local, start=start, end=end) is expected
    assert not rules.is_quiet(local, start=None, end=end)


def test_every_notice_of_the_house_has_a_group_and_every_group_a_way() -> None:
    told = {code for code in SENTENCES if code.startswith(("notice.", "watch.", "approval.", "alarm.", "clock."))}
    assert {code for code in told if rules.group_of(code) == "other"} <= {"notice.export_ready", "notice.export_failed"}
    for code, key in (
        ("notice.urgent", "urgent"),
        ("notice.assigned", "assigned"),
        ("alarm.breach", "due"),
        ("clock.warning", "due"),
        ("approval.wanted", "approval"),
        ("notice.task_late", "due"),
        ("watch.messages", "watched"),
        ("notice.reply", "customer"),
        ("review.asked", "charts"),
        ("notice.assignedness", "other"),
        ("something.new", "other"),
    ):
        assert rules.group_of(code) == key, code
    assert rules.way_of({}, "urgent") == "now" and rules.way_of({"urgent": "off"}, "urgent") == "off"
    assert rules.way_of({"urgent": ["now"]}, "urgent") == "now", "nonsense in the row is the default"


@pytest.mark.django_db
def test_several_notices_are_one_mail_and_none_comes_twice(tmp_path: Path, settings: Any) -> None:
    settings.SMTP_URL = f"file://{tmp_path / 'box'}"
    house()
    issue = customer_issue()
    quiet_house()
    tell("agent", "notice.assigned", issue=issue, step="初步分析")
    tell("agent", "alarm.breach_alone", issue=issue, step="初步分析")
    assert gather_notices(now=NOW + timedelta(seconds=30)) == 0, "within the grace it may still be read in the bell"
    assert gather_notices(now=SOON) == 1
    assert gather_notices(now=SOON + timedelta(minutes=5)) == 0
    (row,) = queued("agent")
    assert "2 条新消息" in row.subject and "初步分析" in row.text and issue.title in row.text
    assert f"/issues/{issue.pk}/" in row.text
    assert send_staff_mail(now=SOON) == 1 and send_staff_mail(now=SOON) == 0
    (out,) = outgoing(tmp_path / "box")
    assert out["To"].addresses[0].addr_spec == "agent@bihuan.local"
    assert out["Auto-Submitted"] == "auto-generated" and not str(out["Subject"]).startswith("Re:")
    row.refresh_from_db()
    assert (row.status, row.text, row.html, row.subject) == ("sent", "", "", ""), "what it said is forgotten"


@pytest.mark.django_db
def test_what_was_read_or_is_not_wanted_or_may_not_be_seen_is_not_mailed() -> None:
    house()
    issue = customer_issue()
    quiet_house()
    read = tell("agent", "notice.assigned", issue=issue, step="初步分析")
    issues.mark_notice_read(notice_id=read.pk, actor=actor("agent"), now=NOW + timedelta(seconds=20))
    choose("supervisor", ways={"assigned": "off"})
    tell("supervisor", "notice.assigned", issue=issue, step="初步分析")
    tell("outsider", "notice.assigned", issue=issue, step="初步分析")
    give_address("manager", "")
    tell("manager", "notice.assigned", issue=issue, step="初步分析")
    assert gather_notices(now=SOON) == 1
    (row,) = queued("outsider")
    assert issue.title not in row.text + row.subject + row.html and issue.number not in row.text + row.subject
    assert not queued("agent") and not queued("supervisor") and not queued("manager")


@pytest.mark.django_db
def test_at_night_only_the_urgent_comes_and_the_rest_in_the_morning() -> None:
    house()
    choose("agent", quiet_from=time(21), quiet_until=time(7, 30), ways={"customer": "off"}, day_plan=False)
    night = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
    tell("agent", "notice.assigned", step="一", at=night)
    tell("agent", "notice.urgent", title="冷库停机", at=night)
    assert gather_notices(now=night + GRACE * 2) == 1
    assert "冷库停机" in queued("agent")[0].text and "「一」" not in queued("agent")[0].text
    dawn = datetime(2026, 11, 20, 23, 29, tzinfo=UTC)
    assert gather_notices(now=dawn) == 0
    assert gather_notices(now=dawn + timedelta(minutes=1)) == 1
    assert "「一」" in queued("agent")[1].text
    choose("head", quiet_from=time(21), quiet_until=time(7, 30), urgent_anyway=False)
    tell("head", "notice.urgent", title="冷库停机", at=night + timedelta(days=1))
    assert not gather_notices(now=night + timedelta(days=1) + GRACE * 2) or not queued("head")


@pytest.mark.django_db
def test_on_free_days_nothing_comes_to_who_does_not_want_it_and_made_up_workdays_are_workdays() -> None:
    sunday = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    made_up = datetime(2026, 9, 20, 2, 0, tzinfo=UTC)  # a Sunday on which is worked for the National Day
    for day, mails in ((made_up, 1), (sunday, 0)):
        if day is made_up:
            house(now=day)
            choose("agent", workdays_only=True, day_plan=False, now=day - timedelta(hours=1))
        tell("agent", "notice.assigned", step="一", at=day)
        before = len(queued("agent"))
        gather_notices(now=day + GRACE * 2)
        assert len(queued("agent")) - before == mails, day


@pytest.mark.django_db
def test_the_digest_comes_once_a_day_with_the_work_and_what_was_left_unread() -> None:
    house()
    issue = customer_issue()
    quiet_house()
    item = issues_step(issue)
    issues.claim_step(work_item_id=item, actor=actor("agent"), now=NOW)
    choose("agent", ways={"customer": "digest"})
    tell("agent", "notice.reply", issue=issue)
    assert gather_notices(now=SOON) == 0, "the digest of this day was due before"
    morning = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)  # Monday 08:30 in Shanghai
    assert gather_notices(now=morning - timedelta(minutes=1)) == 0
    gather_notices(now=morning)
    (row,) = queued("agent")
    assert row.kind == "digest" and "11月23日" in row.subject and "1 件待办" in row.subject
    assert issue.number in row.text and "客户有新消息" in row.text and "截止" in row.text
    assert "已超时" in row.subject, "three days later its limit is over"
    gather_notices(now=morning + timedelta(hours=2))
    assert len(queued("agent")) == 1


def issues_step(issue: Issue) -> int:
    from tests.issues.test_story import open_step

    return open_step(issue).pk


@pytest.mark.django_db
def test_without_titles_the_number_alone_is_named_and_the_whole_can_be_off() -> None:
    house()
    issue = customer_issue()
    quiet_house()
    admin = actor("admin")
    change_settings(values={MAIL_TITLES: False}, actor=admin, now=NOW)
    tell("agent", "notice.assigned", issue=issue, step="初步分析")
    gather_notices(now=SOON)
    (row,) = queued("agent")
    assert issue.number in row.text and issue.title not in row.text + row.subject + row.html
    change_settings(values={MAIL_STAFF: False}, actor=admin, now=NOW)
    tell("head", "notice.assigned", issue=issue, step="初步分析")
    assert gather_notices(now=SOON) == 0


@pytest.mark.django_db
def test_an_answer_to_a_notice_opens_nothing_and_is_kept(tmp_path: Path, settings: Any) -> None:
    settings.SMTP_URL = f"file://{tmp_path / 'box'}"
    house()
    tell("agent", "notice.assigned", step="一")
    gather_notices(now=SOON)
    send_staff_mail(now=SOON)
    (out,) = outgoing(tmp_path / "box")
    answer = mail(sender="agent@bihuan.local", in_reply_to=str(out["Message-ID"]))
    received = receive(answer)
    assert (received.status, received.reason) == ("parked", "answers_notice")
    assert not Issue.objects.exists() and bytes(InboundMessage.objects.get().raw or b"") == answer


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_one_mail() -> None:
    house()
    for number in range(5):
        tell("agent", "notice.assigned", step=str(number))

    def gather(_turn: int) -> int:
        try:
            return gather_notices(now=SOON)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(gather, range(4)))
    assert sum(made) == 1 and len(queued("agent")) == 1


@pytest.mark.django_db
def test_nonsense_is_refused() -> None:
    house()
    with pytest.raises(BadWay):
        choose("agent", ways={"assigned": "pigeon"})
    with pytest.raises(BadWay):
        choose("agent", ways={"no-such-group": "now"})
    with pytest.raises(HalfQuiet):
        choose("agent", quiet_from=time(21))


@pytest.fixture
def agent() -> Iterator[Client]:
    house()
    yield signed_in("agent")


@pytest.mark.django_db
def test_the_page_shows_the_choice_keeps_it_and_refuses_nonsense(agent: Client) -> None:
    said = {"way-urgent": "now", "way-assigned": "digest", "digest_at": "09:15", "quiet_from": "22:00",
            "quiet_until": "06:45", "day_plan": "1"}  # fmt: skip
    assert agent.post("/account/notices/", said).status_code == 302
    row = NoticeChoice.objects.get(user__username="agent")
    assert row.ways["assigned"] == "digest" and row.digest_at == time(9, 15) and row.quiet_until == time(6, 45)
    assert row.day_plan and not row.urgent_anyway and not row.workdays_only
    page = agent.get("/account/").content.decode()
    assert 'value="09:15"' in page and "放进每日汇总" in page
    for wrong in ({"digest_at": ""}, {"digest_at": "25:00"}, {"quiet_from": "", "quiet_until": "07:00"}):
        assert agent.post("/account/notices/", {**said, **wrong}).status_code == 422
    assert NoticeChoice.objects.get(user__username="agent").digest_at == time(9, 15)


@pytest.mark.django_db
def test_the_company_switches_it_and_sees_what_did_not_arrive(settings: Any) -> None:
    settings.SMTP_URL = "smtp://127.0.0.1:1"
    house()
    tell("agent", "notice.assigned", step="一")
    gather_notices(now=SOON)
    now = SOON
    for _ in range(10):
        assert send_staff_mail(now=now) == 1
        now += timedelta(days=2)
    assert send_staff_mail(now=now) == 0
    assert queued("agent")[0].status == "failed" and not queued("agent")[0].text
    admin = signed_in("admin")
    page = admin.get("/settings/notices/").content.decode()
    assert "agent 先生" in page and "没有送到" in page
    assert admin.post("/settings/notices/", {"titles": "1"}).status_code == 302
    assert not value(MAIL_STAFF) and value(MAIL_TITLES)
    assert signed_in("agent").get("/settings/notices/").status_code == 403
