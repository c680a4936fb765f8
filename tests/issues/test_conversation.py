"""Drafts, sending past what was said meanwhile, taking back, and reading."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from bihuan.channels.models import Delivery
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.idempotency import KeyReused
from bihuan.core.settings import change_settings
from bihuan.issues import operations, queries
from bihuan.issues.errors import BadChoice, TextRequired, TooLong
from bihuan.issues.models import Attachment, Draft, Entry, HeldReply, Issue, Notice, Reading
from bihuan.issues.operations import NewFile, Sent, Writing, WrittenMeanwhile
from bihuan.issues.operations.conversation import AlreadySent
from bihuan.issues.operations.mentioning import MayNotSee
from bihuan.issues.operations.messages import post_now
from bihuan.issues.rules.conversation import Said, hold_of, news, read_seen
from bihuan.issues.rules.mentions import mentioned
from tests.factories import NOW, actor, company, customer_issue

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> ‮ العربية 👩‍🔧 %s %(x)s\n" + "很长" * 5000


def later(seconds: float) -> object:
    return NOW + timedelta(seconds=seconds)


def send(issue: Issue, text: str = "您好，正在核对。", *, who: str = "agent", at: float = 0, **more: object) -> Sent:
    key = more.pop("key", None)
    writing = Writing(kind=str(more.pop("kind", "reply")), text=text, **more)  # type: ignore[arg-type]
    return operations.send_entry(
        issue_id=issue.pk,
        writing=writing,
        actor=actor(who),
        now=later(at),  # type: ignore[arg-type]
        key=key,  # type: ignore[arg-type]
    )


def hold(seconds: int, who: str = "agent") -> None:
    operations.choose_hold(seconds=seconds, actor=actor(who))


def seen(issue: Issue) -> frozenset[int]:
    """As a composer has it that was opened now."""
    lines = queries.timeline(actor=actor("agent"), issue_id=issue.pk)
    return frozenset(queries.said_now(issue_ids=[issue.pk], shown=lines, complete=True))


def customer_writes(issue: Issue, text: str = "还有一件事", at: float = 1) -> Entry:
    return operations.add_customer_message(
        issue_id=issue.pk,
        text=text,
        channel="email",
        author_name="王女士",
        now=later(at),  # type: ignore[arg-type]
    )


def replies(issue: Issue) -> list[str]:
    return list(Entry.objects.filter(issue=issue, kind="reply").order_by("id").values_list("text", flat=True))


def save(issue: Issue, text: str, revision: int, who: str = "agent", kind: str = "reply") -> Draft:
    return operations.save_draft(issue_id=issue.pk, kind=kind, text=text, revision=revision, actor=actor(who), now=NOW)


def kept(issue: Issue, who: str = "agent", kind: str = "reply") -> tuple[str, int]:
    found = queries.draft(actor=actor(who), issue_id=issue.pk, kind=kind)
    return found.text, found.revision


# -- rules -----------------------------------------------------------------------------------------------------------


def said(number: int, minute: int, author: int | None = None) -> Said:
    return Said(number, NOW + timedelta(minutes=minute), author)


def test_news_is_what_others_said_that_was_not_seen() -> None:
    line = [said(9, 5), said(30, 4, 7), said(8, 3, 2), said(5, 1)]
    assert news(line, {5, 8}, 7) == [9], "one's own is no news; a lower id may be later"
    assert news(line, {5, 8}, 6) == [30, 9]
    assert news(line, {9, 30, 8, 5}, 7) == []
    assert news(line, set(), None) == [5, 8, 30, 9]
    many = [said(n, n) for n in range(30, 18, -1)]
    shown = {each.id for each in many}
    assert news([*many, said(1, 1)], shown, None) == [], "older than everything that was seen"


def test_fields_are_read_and_the_company_limits_the_hold() -> None:
    assert read_seen("1,22,,x,-3,²,9999999999999999999999") == {1, 22}
    assert len(read_seen(",".join(map(str, range(500))))) == 24
    assert [hold_of(None, 30), hold_of(None, 5), hold_of(30, 10), hold_of(0, 30), hold_of(30, 0)] == [10, 5, 10, 0, 0]


# -- drafts ----------------------------------------------------------------------------------------------------------


def test_a_draft_is_kept_whole_and_is_its_writers_alone() -> None:
    company()
    issue = customer_issue()
    save(issue, HOSTILE, 1)
    save(issue, "给同事", 4, kind="note")
    save(issue, "另一个人", 1, who="supervisor")
    assert kept(issue) == (HOSTILE, 1) and kept(issue, kind="note") == ("给同事", 4)
    assert kept(issue, "supervisor") == ("另一个人", 1)
    with pytest.raises(NotFound):
        save(issue, "看不到的", 1, who="outsider")
    with pytest.raises(NotFound):
        queries.draft(actor=actor("outsider"), issue_id=issue.pk, kind="reply")
    with pytest.raises(BadChoice):
        save(issue, "x", 1, kind="call")
    with pytest.raises(TooLong):
        save(issue, "长" * 100_001, 2)


def test_a_save_that_comes_late_or_again_changes_nothing() -> None:
    company()
    issue = customer_issue()
    assert save(issue, "您好，请", 2).revision == 2
    assert save(issue, "您", 1).text == "您好，请"
    assert save(issue, "别的", 2).text == "您好，请", "the same revision is the same save"
    assert save(issue, "x", 2**60).text == "您好，请", "a nonsense number locks nobody out"
    assert save(issue, "", 3).text == ""
    assert Draft.objects.count() == 1


def test_sending_empties_the_draft_and_a_late_save_brings_nothing_back() -> None:
    company()
    issue = customer_issue()
    hold(0)
    save(issue, "您好", 3)
    save(issue, "备注草稿", 1, kind="note")
    send(issue, "您好！", revision=5)
    assert kept(issue) == ("", 5) and kept(issue, kind="note") == ("备注草稿", 1)
    assert save(issue, "您好", 4).text == ""
    assert save(issue, "下一条", 6).text == "下一条"


def test_a_refused_sending_leaves_the_draft() -> None:
    company()
    issue = customer_issue()
    save(issue, "您好", 1)
    before = seen(issue)
    customer_writes(issue)
    for wrong in ({"text": "  "}, {"text": "长" * 100_001}, {"seen": before}, {"kept": [foreign_file(issue)]}):
        with pytest.raises((TextRequired, TooLong, WrittenMeanwhile, NotFound)):
            send(issue, **wrong)
    assert kept(issue) == ("您好", 1)
    with pytest.raises(NotFound):
        send(issue, who="outsider")
    with pytest.raises(Forbidden):
        send(issue, who="quality")
    assert not replies(issue) and not HeldReply.objects.exists()


def foreign_file(issue: Issue) -> object:
    file = NewFile(name="a.txt", media_type="text/plain", data=b"a")
    return operations.store_files(issue_id=issue.pk, files=[file], actor=actor("supervisor"), now=NOW)[0].pk


# -- the customer wrote while you typed ------------------------------------------------------------------------------


@pytest.mark.correctness(75)
def test_a_reply_stops_before_what_the_customer_wrote_meanwhile() -> None:
    company()
    issue = customer_issue()
    hold(0)
    before = seen(issue)
    wrote = customer_writes(issue, "已经好了，不用来了")
    with pytest.raises(WrittenMeanwhile) as stop:
        send(issue, "明天上门", seen=before, at=2)
    assert [entry.pk for entry in stop.value.entries] == [wrote.pk] and stop.value.status == 409
    assert not replies(issue)
    send(issue, "好的，取消上门", seen=before | {wrote.pk}, at=3)
    assert replies(issue) == ["好的，取消上门"]


def test_a_colleagues_reply_stops_too_but_a_note_and_ones_own_do_not() -> None:
    company()
    issue = customer_issue()
    hold(0)
    hold(0, "supervisor")
    before = seen(issue)
    send(issue, "同事的备注", who="supervisor", kind="note", at=1)
    send(issue, "第一条", seen=before, at=2)
    send(issue, "第二条", seen=before, at=3)
    send(issue, "主管的话", who="supervisor", at=4)
    with pytest.raises(WrittenMeanwhile):
        send(issue, "第三条", seen=before, at=5)
    send(issue, "备注不受影响", kind="note", seen=before, at=6)
    send(issue, "没有页面的人", at=7)
    assert replies(issue) == ["第一条", "第二条", "主管的话", "没有页面的人"]


@pytest.mark.correctness(60)
def test_the_same_key_sends_once_also_after_a_lost_answer() -> None:
    company()
    issue = customer_issue()
    hold(0)
    before = seen(issue)
    first = send(issue, "您好", key="k1", seen=before)
    customer_writes(issue)
    again = send(issue, "您好", key="k1", seen=before, at=2)
    assert again == first and replies(issue) == ["您好"], "what has gone is not stopped by what came after it"
    hold(10)
    held = send(issue, "第二条", key="k2", at=3)
    assert send(issue, "第二条", key="k2", at=4) == held and HeldReply.objects.count() == 1
    with pytest.raises(KeyReused):
        send(issue, "另一份内容", key="k2", at=5)


# -- taking back -----------------------------------------------------------------------------------------------------


def test_a_held_reply_goes_out_at_its_time_and_is_nothing_before() -> None:
    company()
    issue = customer_issue()
    file = NewFile(name="说明.txt", media_type="text/plain", data="请看".encode())
    before = Delivery.objects.filter(automatic=False).count()
    sent = send(issue, "请看附件", attachments=[file])
    assert sent.entry_id is None and sent.seconds == 10
    assert not replies(issue) and "请看附件" not in str(queries.progress(issue_id=issue.pk, now=NOW))
    assert operations.release_due_replies(now=later(9)) == 0  # type: ignore[arg-type]
    assert operations.release_due_replies(now=later(10)) == 1  # type: ignore[arg-type]
    assert operations.release_due_replies(now=later(11)) == 0  # type: ignore[arg-type]
    entry = Entry.objects.get(issue=issue, kind="reply")
    assert (entry.text, entry.public, entry.at, entry.author_name) == ("请看附件", True, later(10), "agent 先生")
    assert [(each.name, each.public) for each in entry.attachments.all()] == [("说明.txt", True)]
    assert Delivery.objects.filter(automatic=False).count() == before + 1 and not HeldReply.objects.exists()


def test_a_reply_taken_back_is_a_draft_with_its_files_and_can_be_sent_again() -> None:
    company()
    issue = customer_issue()
    file = NewFile(name="a.txt", media_type="text/plain", data=b"a")
    sent = send(issue, "写错了", attachments=[file], revision=3)
    save(issue, "又开始写", 4)
    assert sent.held_id is not None
    with pytest.raises(AlreadySent):
        operations.take_back_reply(held_id=sent.held_id, actor=actor("supervisor"), now=NOW)
    operations.take_back_reply(held_id=sent.held_id, actor=actor("agent"), now=NOW)
    with pytest.raises(AlreadySent):
        operations.take_back_reply(held_id=sent.held_id, actor=actor("agent"), now=NOW)
    assert operations.release_due_replies(now=later(60)) == 0  # type: ignore[arg-type]
    begun = queries.draft(actor=actor("agent"), issue_id=issue.pk, kind="reply")
    assert begun.text == "写错了\n\n又开始写" and [each.name for each in begun.files] == ["a.txt"]
    hold(0)
    send(issue, "改好了", kept=[each.pk for each in begun.files], revision=begun.revision, at=70)
    entry = Entry.objects.get(issue=issue, kind="reply")
    assert [each.name for each in entry.attachments.all()] == ["a.txt"]
    assert kept(issue)[0] == "" and Attachment.objects.filter(issue=issue, entry=None).count() == 0
    with pytest.raises(NotFound):
        send(issue, "同一个附件不能发两次", kept=[each.pk for each in begun.files], at=71)


def test_the_company_may_switch_the_hold_off_and_people_choose_below_it() -> None:
    company()
    issue = customer_issue()
    with pytest.raises(BadChoice):
        hold(7)
    hold(30)
    assert send(issue).seconds == 30
    change_settings(values={queries.HOLD_MOST: 5}, actor=actor("admin"), now=NOW)
    assert send(issue).seconds == 5
    change_settings(values={queries.HOLD_MOST: 0}, actor=actor("admin"), now=NOW)
    assert send(issue).entry_id is not None
    assert send(issue, "备注", kind="note").seconds == 0


def test_one_that_cannot_go_waits_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    from bihuan.issues.operations import conversation

    company()
    issue = customer_issue()
    send(issue, "坏的")
    send(issue, "好的", at=1)
    real = post_now

    def post(issue: Issue, kind: str, text: str, *rest: object, **more: object) -> Entry:
        if text == "坏的":
            raise RuntimeError("boom")
        return real(issue, kind, text, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(conversation, "post_now", post)
    assert operations.release_due_replies(now=later(20)) == 1  # type: ignore[arg-type]
    assert replies(issue) == ["好的"]
    monkeypatch.setattr(conversation, "post_now", real)
    assert operations.release_due_replies(now=later(30)) == 0  # type: ignore[arg-type]
    assert operations.release_due_replies(now=later(81)) == 1  # type: ignore[arg-type]
    assert replies(issue) == ["好的", "坏的"]


# -- reading ---------------------------------------------------------------------------------------------------------


def test_reading_goes_forward_and_the_list_knows_what_is_unread() -> None:
    company()
    issue = customer_issue()
    agent = actor("agent")

    def unread() -> bool:
        return bool(queries.unread(actor=agent, issues=[Issue.objects.get(pk=issue.pk)]))

    assert unread()
    lines = queries.timeline(actor=agent, issue_id=issue.pk)
    operations.mark_read(issue_id=issue.pk, entry_id=lines[-1].pk, actor=agent, now=NOW)
    assert not unread()
    wrote = customer_writes(issue)
    assert unread()
    operations.mark_read(issue_id=issue.pk, entry_id=wrote.pk, actor=agent, now=NOW)
    operations.mark_read(issue_id=issue.pk, entry_id=lines[0].pk, actor=agent, now=NOW)
    assert not unread() and Reading.objects.get().entry_id == wrote.pk
    with pytest.raises(NotFound):
        operations.mark_read(issue_id=issue.pk, entry_id=wrote.pk, actor=actor("outsider"), now=NOW)
    with pytest.raises(NotFound):
        operations.mark_read(issue_id=issue.pk, entry_id=10**9, actor=agent, now=NOW)


# -- at once ---------------------------------------------------------------------------------------------------------


def _together(*acts: object) -> list[object]:
    answers: list[object] = []

    def run(act: object) -> None:
        try:
            answers.append(act())  # type: ignore[operator]
        except Exception as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


@pytest.mark.django_db(transaction=True)
def test_taking_back_and_letting_go_at_once_end_in_exactly_one() -> None:
    company()
    issue = customer_issue()
    for number in range(6):
        sent = send(issue, f"第 {number} 条")
        assert sent.held_id is not None
        held, agent = sent.held_id, actor("agent")
        before = len(replies(issue))
        answers = _together(
            lambda: operations.release_due_replies(now=later(100)),  # type: ignore[arg-type]
            lambda held=held, agent=agent: operations.take_back_reply(held_id=held, actor=agent, now=NOW),
            lambda: operations.release_due_replies(now=later(100)),  # type: ignore[arg-type]
        )
        went = len(replies(issue)) - before
        back = sum(isinstance(each, Draft) for each in answers)
        assert went + back == 1, answers
        assert sum(each for each in answers if isinstance(each, int)) == went
        assert not HeldReply.objects.exists()


@pytest.mark.correctness(60)
@pytest.mark.django_db(transaction=True)
def test_a_double_click_at_once_holds_one_reply() -> None:
    company()
    issue = customer_issue()
    answers = _together(*[lambda: send(issue, "您好", key="same") for _each in range(4)])
    assert HeldReply.objects.count() == 1 and len(set(map(str, answers))) == 1, answers


@pytest.mark.django_db(transaction=True)
def test_two_devices_that_save_at_once_leave_the_higher_revision() -> None:
    company()
    issue = customer_issue()
    _together(*[lambda n=n: save(issue, f"版本 {n}", n) for n in (1, 2, 3, 4)])
    assert kept(issue) == ("版本 4", 4)


# -- mentioning ------------------------------------------------------------------------------------------------------


def test_the_longest_name_behind_an_at_is_meant() -> None:
    names = {"张三": [1], "张三丰": [2], "li": [3], "王伟": [4, 5], "A B": [6]}
    assert mentioned("@张三丰请看，＠张三 也看", names) == [2, 1]
    assert mentioned("@LI：好的 @liu 不是 x@li.example 也不是 @A B", names) == [3, 6]
    assert mentioned("@王伟 @王伟", names) == [4, 5]
    assert mentioned("没有 @ 没有@", names) == [] and mentioned("", names) == []
    assert mentioned("@" * 100_000, names) == []


def test_who_is_mentioned_hears_of_it_and_who_may_not_see_is_refused() -> None:
    company()
    issue = customer_issue()
    send(issue, "@supervisor 先生 请看，@agent 不用告诉自己", kind="note")
    told = list(Notice.objects.filter(code="notice.mention").values_list("user__username", flat=True))
    assert told == ["supervisor"]
    before = Entry.objects.filter(issue=issue).count()
    with pytest.raises(MayNotSee) as refused:
        send(issue, "@outsider 先生 看一下", kind="note")
    assert refused.value.params["who"] == "outsider 先生"
    assert Entry.objects.filter(issue=issue).count() == before
    assert actor("outsider").user_id not in Issue.objects.get(pk=issue.pk).people
    hold(0)
    send(issue, "请联系 @outsider 先生")
    assert Notice.objects.filter(code="notice.mention").count() == 1, "a reply to the customer mentions nobody"
    able = [each.username for each in queries.mentionable(actor=actor("agent"), issue=issue)]
    assert "supervisor" in able and "outsider" not in able and "agent" not in able


def test_erasing_a_customer_takes_drafts_and_replies_on_their_way_along() -> None:
    from bihuan.issues.operations.customer_files import IssuesHold

    company()
    issue = customer_issue()
    save(issue, "王女士的电话是", 1)
    send(issue, "王女士您好")
    assert issue.contact_id is not None
    IssuesHold().erase(issue.contact_id, NOW)
    assert not HeldReply.objects.exists() and not Draft.objects.exists()
    assert operations.release_due_replies(now=later(60)) == 0  # type: ignore[arg-type]
