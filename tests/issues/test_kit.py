"""Tags, tasks, watching, putting away, replies kept ready."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from bihuan.core.actor import SYSTEM, Actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.flows.errors import ReasonRequired
from bihuan.issues import operations, queries
from bihuan.issues.errors import BadChoice, IssueClosed, TooLong
from bihuan.issues.models import CannedReply, Entry, Issue, Notice, Snooze, Task, TaskList, Watch
from bihuan.issues.operations import NewReply
from bihuan.issues.operations.canned import BadAction, MacroFailed, UnknownVariable
from bihuan.issues.operations.tags import TagName, TagTaken, TooManyTags
from bihuan.issues.operations.tasks import EvidenceMissing, ItemsOpen, TaskBlocks, TaskOpen, TaskOver, TaskTitle
from bihuan.issues.operations.watching import BadSnooze
from bihuan.issues.queries import Filter
from bihuan.issues.rules import canned, tasks, watching
from bihuan.issues.rules.tasks import ReadyTask
from tests.factories import NOW, actor, company, customer_issue, person
from tests.issues.test_story import do, fresh, open_step, run_to, the_customer

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> {{7*7}} ‮ العربية 👩‍🔧 %s %(x)s"


def tag(name: str = "批量故障", **more: object) -> int:
    return operations.save_tag(name=name, actor=actor("admin"), now=NOW, **more).pk  # type: ignore[arg-type]


def told(username: str) -> list[str]:
    return list(Notice.objects.filter(user__username=username).order_by("id").values_list("code", flat=True))


def in_queue(who: Actor, name: str, now: datetime = NOW) -> list[int]:
    page = queries.queue(actor=who, name=name, cursor=None, limit=50, now=now)
    assert queries.queue_counts(actor=who, now=now)[name] == len(page.items), "counter and list agree"
    return [each.pk for each in page.items]


# -- tags ------------------------------------------------------------------------------------------------------------


def test_tags_are_added_taken_away_and_filtered_by() -> None:
    company()
    batch, media = tag(), tag("媒体关注", colour="red")
    one, other = customer_issue(), customer_issue(title="另一件", email="b@x.example")
    operations.change_tags(issue_id=one.pk, add=[batch, media, batch], actor=actor("agent"), now=NOW)
    operations.change_tags(issue_id=other.pk, add=[media], actor=actor("agent"), now=NOW)
    assert fresh(one).tags == [batch, media]
    found = queries.list_issues(actor=actor("agent"), filter=Filter(tag="批量故障"), now=NOW)
    assert [each.pk for each in found.items] == [one.pk]
    assert not queries.list_issues(actor=actor("agent"), filter=Filter(tag="没有的"), now=NOW).items
    operations.change_tags(issue_id=one.pk, remove=[batch, 999], actor=actor("agent"), now=NOW)
    assert fresh(one).tags == [media]
    lines = Entry.objects.filter(issue=one, code__in=("issue.tagged", "issue.untagged")).order_by("id")
    assert [(line.code, line.params["tags"]) for line in lines] == [
        ("issue.tagged", "批量故障、媒体关注"),
        ("issue.untagged", "批量故障"),
    ]


def test_tags_that_make_no_sense_are_refused() -> None:
    company()
    issue, batch = customer_issue(), tag()
    with pytest.raises(TagTaken):
        tag("批量故障")
    for name in ("", " ", "x" * 41, "a,b"):
        with pytest.raises(TagName):
            tag(name)
    with pytest.raises(BadChoice):
        tag("新的", colour="#ff0000")
    with pytest.raises(Forbidden):
        operations.save_tag(name="x", actor=actor("agent"), now=NOW)
    with pytest.raises(BadChoice):
        operations.change_tags(issue_id=issue.pk, add=[batch + 1], actor=actor("agent"), now=NOW)
    with pytest.raises(NotFound):
        operations.change_tags(issue_id=issue.pk, add=[batch], actor=actor("outsider"), now=NOW)
    many = [tag(f"标签{n}") for n in range(20)]
    operations.change_tags(issue_id=issue.pk, add=many, actor=actor("agent"), now=NOW)
    with pytest.raises(TooManyTags):
        operations.change_tags(issue_id=issue.pk, add=[batch], actor=actor("agent"), now=NOW)


def test_a_tag_out_of_use_stays_where_it_is_and_is_not_given_again() -> None:
    company()
    one, other, batch = customer_issue(), customer_issue(email="b@x.example"), tag()
    operations.change_tags(issue_id=one.pk, add=[batch], actor=actor("agent"), now=NOW)
    operations.save_tag(tag_id=batch, name="批量故障", is_active=False, actor=actor("admin"), now=NOW)
    assert fresh(one).tags == [batch] and queries.tag_by_id(batch) is not None
    with pytest.raises(BadChoice):
        operations.change_tags(issue_id=other.pk, add=[batch], actor=actor("agent"), now=NOW)


# -- tasks -----------------------------------------------------------------------------------------------------------


def test_lines_become_tasks_and_tasks_lines() -> None:
    text = "!听清楚 16h\n* 客户原话\n- 录音\n\n回访 2026\n！寄回 样品\n- 单号"
    found = tasks.read_lines(text)
    assert found == (
        ReadyTask("听清楚", True, 16, (("客户原话", True), ("录音", False))),
        ReadyTask("回访 2026"),
        ReadyTask("寄回 样品", True, None, (("单号", False),)),
    )
    assert tasks.read_lines(tasks.write_lines(found)) == found
    assert tasks.read_lines("- 没有任务的清单行")[0].title == "- 没有任务的清单行"


@pytest.mark.correctness(36)
def test_a_blocking_task_stops_the_step_and_any_open_task_stops_the_closing() -> None:
    company()
    issue = customer_issue()
    blocking = operations.add_task(issue_id=issue.pk, title="听录音", blocking=True, actor=actor("agent"), now=NOW)
    with pytest.raises(TaskBlocks) as refused:
        do(issue, "register", NOW)
    assert refused.value.params["title"] == "听录音"
    operations.complete_task(task_id=blocking.pk, actor=actor("agent"), now=NOW)
    other = operations.add_task(issue_id=issue.pk, title="寄回样品", username="agent", actor=actor("agent"), now=NOW)
    run_to(issue, "sync", NOW)
    with pytest.raises(TaskOpen) as named:
        do(issue, "inform", NOW)
    assert named.value.params["title"] == "寄回样品"
    assert fresh(issue).status != "resolved" and open_step(issue).node == "inform", "the step is taken back"
    operations.drop_task(task_id=other.pk, reason="客户自己留着", actor=actor("agent"), now=NOW)
    do(issue, "inform", NOW)
    late = operations.add_task(issue_id=issue.pk, title="补发说明书", actor=actor("agent"), now=NOW)
    operations.answer_result(issue_id=issue.pk, satisfied=True, reason="", actor=the_customer(issue), now=NOW)
    with pytest.raises(TaskOpen):
        do(issue, "archive", NOW)
    operations.complete_task(task_id=late.pk, actor=actor("supervisor"), now=NOW)
    do(issue, "archive", NOW)
    assert fresh(issue).status == "closed" and fresh(issue).open_tasks == 0


def test_a_task_goes_to_its_owner_who_sees_the_issue_and_hears_of_it() -> None:
    company()
    issue = customer_issue()
    with pytest.raises(NotFound):
        queries.issue(actor=actor("outsider"), issue_id=issue.pk)
    made = operations.add_task(
        issue_id=issue.pk, title="核对发票", username="outsider", hours=4, actor=actor("agent"), now=NOW
    )
    assert queries.issue(actor=actor("outsider"), issue_id=issue.pk).open_tasks == 1
    assert told("outsider") == ["notice.task"]
    # Friday 10:00 and four hours of 9–12, 13:30–18:00 or the like: within the day, by the company's calendar.
    assert made.due_at is not None and NOW < made.due_at <= NOW + timedelta(hours=8)
    assert [each.pk for each in queries.my_tasks(actor=actor("outsider")).items] == [made.pk]
    with pytest.raises(Forbidden):
        operations.complete_task(task_id=made.pk, actor=actor("agent"), now=NOW)
    operations.complete_task(task_id=made.pk, actor=actor("outsider"), now=NOW)
    assert "notice.task.done" in told("agent") and queries.count_my_tasks(actor=actor("outsider")) == 0
    with pytest.raises(TaskOver):
        operations.complete_task(task_id=made.pk, actor=actor("outsider"), now=NOW)


def test_a_department_has_a_task_together() -> None:
    company()
    issue, mate = customer_issue(), person("engineer", "device", username="mate")
    made = operations.add_task(
        issue_id=issue.pk, title="查固件", department_key="device", actor=actor("agent"), now=NOW
    )
    assert "notice.task" in told("head")
    for who in (actor("engineer"), mate):
        assert [each.pk for each in queries.my_tasks(actor=who).items] == [made.pk]
    assert not queries.my_tasks(actor=actor("engineer2")).items
    operations.complete_task(task_id=made.pk, actor=mate, now=NOW)
    assert Task.objects.get(pk=made.pk).done_by_id == mate.user_id


def test_a_checklist_is_ticked_with_evidence_before_the_task_is_done() -> None:
    company()
    issue = customer_issue()
    made = operations.add_task(
        issue_id=issue.pk, title="五清楚", items=[("听清楚", True), ("跟清楚", False)], actor=actor("agent"), now=NOW
    )
    with pytest.raises(ItemsOpen) as left:
        operations.complete_task(task_id=made.pk, actor=actor("agent"), now=NOW)
    assert left.value.params == {"n": 2, "first": "听清楚"}
    with pytest.raises(EvidenceMissing):
        operations.tick_item(task_id=made.pk, index=0, note=" ", actor=actor("agent"), now=NOW)
    ticked = operations.tick_item(task_id=made.pk, index=0, note=HOSTILE, actor=actor("agent"), now=NOW)
    assert ticked.items[0]["note"] == HOSTILE and ticked.items[0]["by"] == "agent 先生"
    operations.tick_item(task_id=made.pk, index=1, actor=actor("agent"), now=NOW)
    untick = operations.tick_item(task_id=made.pk, index=1, actor=actor("agent"), now=NOW)
    assert not untick.items[1].get("at")
    operations.tick_item(task_id=made.pk, index=1, actor=actor("agent"), now=NOW)
    operations.complete_task(task_id=made.pk, actor=actor("agent"), now=NOW)
    bare = operations.add_task(issue_id=issue.pk, title="没有清单", actor=actor("agent"), now=NOW)
    with pytest.raises(NotFound):
        operations.tick_item(task_id=bare.pk, index=0, actor=actor("agent"), now=NOW)


def test_the_shipped_list_is_the_five_things_and_a_list_comes_by_itself_at_its_step_once() -> None:
    company()
    shipped = TaskList.objects.get(name="投诉五清楚")
    (task,) = tasks.ready_tasks(shipped.tasks)
    assert task.blocking and [text[:3] for text, _ in task.items] == ["听清楚", "问清楚", "跟清楚", "复清楚", "记清楚"]
    operations.save_task_list(
        name="定方案前", node="plan", type_key="fault", tasks=[ReadyTask("问备件")], actor=actor("admin"), now=NOW
    )
    issue = customer_issue()
    run_to(issue, "analyse", NOW)
    assert [each.title for each in Task.objects.filter(issue=issue)] == ["问备件"]
    operations.complete_task(task_id=Task.objects.get(issue=issue).pk, actor=actor("supervisor"), now=NOW)
    for node in ("plan", "approve_owner", "execute", "sync", "inform"):
        do(issue, node, NOW)
    operations.answer_result(issue_id=issue.pk, satisfied=False, reason="没好", actor=the_customer(issue), now=NOW)
    assert open_step(issue).node == "plan" and Task.objects.filter(issue=issue).count() == 1


def test_a_late_task_is_told_once() -> None:
    company()
    issue = customer_issue()
    due = NOW + timedelta(hours=1)
    operations.add_task(issue_id=issue.pk, title="核对", username="outsider", due_at=due, actor=actor("agent"), now=NOW)
    assert operations.tell_late_tasks(now=due - timedelta(seconds=1)) == 0
    assert operations.tell_late_tasks(now=due + timedelta(days=9)) == 1
    assert operations.tell_late_tasks(now=due + timedelta(days=10)) == 0
    assert told("outsider") == ["notice.task", "notice.task_late"]
    assert Entry.objects.filter(issue=issue, code="task.late").count() == 1


def test_tasks_that_make_no_sense_are_refused() -> None:
    company()
    issue = customer_issue()
    agent = actor("agent")
    with pytest.raises(TaskTitle):
        operations.add_task(issue_id=issue.pk, title="  ", actor=agent, now=NOW)
    with pytest.raises(TooLong):
        operations.add_task(issue_id=issue.pk, title="字" * 201, actor=agent, now=NOW)
    with pytest.raises(BadChoice):
        operations.add_task(issue_id=issue.pk, title="x", username="nobody", actor=agent, now=NOW)
    with pytest.raises(NotFound):
        operations.add_task(issue_id=issue.pk, title="x", actor=actor("outsider"), now=NOW)
    with pytest.raises(Forbidden):
        operations.add_task(issue_id=issue.pk, title="x", actor=the_customer(issue), now=NOW)
    made = operations.add_task(issue_id=issue.pk, title=HOSTILE, username="engineer", actor=agent, now=NOW)
    assert Task.objects.get(pk=made.pk).title == HOSTILE
    with pytest.raises(ReasonRequired):
        operations.drop_task(task_id=made.pk, reason="", actor=agent, now=NOW)
    with pytest.raises(Forbidden):
        operations.drop_task(task_id=made.pk, reason="不做了", actor=actor("engineer"), now=NOW)
    operations.withdraw_issue(issue_id=issue.pk, reason="不用了", actor=agent, now=NOW)
    with pytest.raises(IssueClosed):
        operations.add_task(issue_id=issue.pk, title="x", actor=agent, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_people_complete_a_task_once() -> None:
    company()
    issue = customer_issue()
    made = operations.add_task(
        issue_id=issue.pk, title="查固件", department_key="device", actor=actor("agent"), now=NOW
    )
    people = [actor("engineer"), actor("head")]
    ends: list[str] = []

    def work(who: Actor) -> None:
        try:
            operations.complete_task(task_id=made.pk, actor=who, now=NOW)
            ends.append("done")
        except TaskOver:
            ends.append("over")
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["done", "over"] and Issue.objects.get(pk=issue.pk).open_tasks == 0


def test_my_tasks_come_page_by_page_the_most_urgent_first() -> None:
    company()
    issue, agent = customer_issue(), actor("agent")
    for n, hours in enumerate((5, None, 1, 1, None, 3)):
        due = NOW + timedelta(hours=hours) if hours else None
        operations.add_task(issue_id=issue.pk, title=f"{n}", username="agent", due_at=due, actor=agent, now=NOW)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = queries.my_tasks(actor=agent, cursor=cursor, limit=2)
        seen += [each.title for each in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == ["2", "3", "5", "0", "1", "4"]


# -- watching --------------------------------------------------------------------------------------------------------


def test_of_several_things_the_gravest_is_told() -> None:
    found = watching.happened(kinds=["reply", "event"], before="resolved", after="closed", was_open=True, is_open=False)
    assert found == {"messages", "status", "end"}
    assert watching.told_of(["messages", "status", "end"], found) == "end"
    assert watching.told_of(["messages"], found) == "messages"
    assert watching.told_of([], found) is None
    quiet = watching.happened(kinds=["note"], before="new", after="new", was_open=True, is_open=True)
    assert not quiet


def test_who_watches_hears_of_what_they_asked_for_and_not_of_what_they_did() -> None:
    company()
    issue = customer_issue()
    operations.watch_issue(issue_id=issue.pk, events=["messages", "end"], actor=actor("quality"), now=NOW)
    operations.watch_issue(issue_id=issue.pk, events=["messages"], actor=actor("agent"), now=NOW)
    operations.post_entry(issue_id=issue.pk, kind="reply", text="已收到", actor=actor("agent"), now=NOW)
    assert told("quality") == ["watch.messages"] and "watch.messages" not in told("agent")
    do(issue, "register", NOW)
    assert told("quality") == ["watch.messages"], "a status was not asked for"
    operations.withdraw_issue(issue_id=issue.pk, reason="不用了", actor=actor("agent"), now=NOW)
    assert told("quality") == ["watch.messages", "watch.end"]
    assert in_queue(actor("quality"), "watched") == [issue.pk]
    operations.watch_issue(issue_id=issue.pk, events=[], actor=actor("quality"), now=NOW)
    assert not in_queue(actor("quality"), "watched") and fresh(issue).watchers == 1
    with pytest.raises(BadChoice):
        operations.watch_issue(issue_id=issue.pk, events=["everything"], actor=actor("quality"), now=NOW)


def test_taking_part_makes_nobody_watch_and_watching_shows_nothing() -> None:
    company()
    issue = customer_issue()
    do(issue, "register", NOW)
    assert not Watch.objects.exists()
    with pytest.raises(NotFound):
        operations.watch_issue(issue_id=issue.pk, events=["end"], actor=actor("outsider"), now=NOW)


@pytest.mark.foreign_write("a right is lost by no operation of this room")
def test_who_may_no_longer_see_it_hears_nothing() -> None:
    company()
    issue = customer_issue()
    operations.add_task(issue_id=issue.pk, title="核对", username="outsider", actor=actor("agent"), now=NOW)
    operations.watch_issue(issue_id=issue.pk, events=["messages"], actor=actor("outsider"), now=NOW)
    Issue.objects.filter(pk=issue.pk).update(people=[])
    operations.post_entry(issue_id=issue.pk, kind="reply", text="您好", actor=actor("agent"), now=NOW)
    assert "watch.messages" not in told("outsider")
    assert not in_queue(actor("outsider"), "watched")


# -- putting away ----------------------------------------------------------------------------------------------------


@pytest.mark.correctness(145)
def test_what_is_put_away_is_out_of_my_queues_until_then_and_clocks_do_not_care() -> None:
    company()
    issue = customer_issue()
    agent = actor("agent")
    before = (fresh(issue).due_at, fresh(issue).clock_due_at, fresh(issue).due_paused)
    assert in_queue(agent, "claimable") == [issue.pk]
    until = NOW + timedelta(hours=3)
    operations.snooze_issue(issue_id=issue.pk, until=until, actor=agent, now=NOW)
    assert not in_queue(agent, "claimable") and in_queue(agent, "snoozed") == [issue.pk]
    assert in_queue(person("agent", "service", username="agent9"), "claimable") == [issue.pk], "only from mine"
    assert in_queue(agent, "all") == [issue.pk]
    assert in_queue(agent, "overdue", NOW + timedelta(days=3)) == [issue.pk], "what is overdue shows all the same"
    assert (fresh(issue).due_at, fresh(issue).clock_due_at, fresh(issue).due_paused) == before
    assert operations.wake_due(now=until - timedelta(seconds=1)) == 0
    assert operations.wake_due(now=until) == 1 and operations.wake_due(now=until) == 0
    assert in_queue(agent, "claimable") == [issue.pk] and told("agent").count("notice.woken") == 1


def test_an_answer_of_the_customer_brings_it_back() -> None:
    company()
    issue = customer_issue()
    operations.snooze_issue(issue_id=issue.pk, until=None, actor=actor("agent"), now=NOW)
    assert operations.wake_due(now=NOW + timedelta(days=100)) == 0
    operations.add_customer_message(
        issue_id=issue.pk, text="补充一张照片", channel="email", author_name="吴桂芳", now=NOW
    )
    assert not Snooze.objects.exists() and "notice.woken_by_reply" in told("agent")


def test_only_the_future_counts_and_not_too_far() -> None:
    company()
    issue = customer_issue()
    for until in (NOW, NOW - timedelta(days=1), NOW + timedelta(days=181)):
        with pytest.raises(BadSnooze):
            operations.snooze_issue(issue_id=issue.pk, until=until, actor=actor("agent"), now=NOW)
    with pytest.raises(Forbidden):
        operations.snooze_issue(issue_id=issue.pk, until=None, actor=SYSTEM, now=NOW)
    operations.snooze_issue(issue_id=issue.pk, until=None, actor=actor("agent"), now=NOW)
    operations.wake_issue(issue_id=issue.pk, actor=actor("agent"), now=NOW)
    assert not Snooze.objects.exists()


# -- replies kept ready ----------------------------------------------------------------------------------------------


def test_places_are_filled_once_and_nothing_is_carried_out() -> None:
    values = {"customer": "{{编号}}{{7*7}}", "number": "20261120-0001"}
    assert canned.fill("{{客户称呼}}：{{ number }}，{{负责人}}完", values) == "{{编号}}{{7*7}}：20261120-0001，完"
    assert canned.unknown("{{客户称呼}} {{ number }}") == []
    assert canned.unknown("{{7*7}} {{客户}} {{") == ["7*7", "客户", "{{"]


def test_three_replies_ship_and_are_filled_for_the_issue_in_the_customers_language() -> None:
    company()
    issue = queries.issue(actor=actor("agent"), issue_id=customer_issue().pk)
    found = queries.filled_replies(actor=actor("agent"), issue=issue)
    assert {each.row.name for each in found} == {"已收到", "请补充", "请确认"}
    text = next(each.text for each in found if each.row.name == "已收到")
    assert text.startswith("吴桂芳，您好") and issue.number in text and "{{" not in text
    assert [each.row.name for each in queries.filled_replies(actor=actor("agent"), issue=issue, text="截图")] == [
        "请补充"
    ]


def reply(
    who: str,
    *,
    reply_id: int | None = None,
    name: str = "致歉",
    text: str = "{{客户称呼}}，抱歉。",
    scope: str = "own",
    department_key: str = "",
    actions: Sequence[tuple[str, str]] = (),
) -> CannedReply:
    given = NewReply(name=name, text=text, scope=scope, department_key=department_key, actions=actions)
    return operations.save_canned_reply(reply_id=reply_id, reply=given, actor=actor(who), now=NOW)


def test_a_reply_is_seen_and_changed_by_those_it_is_for() -> None:
    company()
    mine, ours = reply("agent"), reply("head", scope="department", department_key="device")
    names = {each.pk for each in queries.canned_replies(actor=actor("engineer"))}
    assert ours.pk in names and mine.pk not in names
    with pytest.raises(Forbidden):
        reply("agent", scope="all")
    with pytest.raises(Forbidden):
        reply("head", scope="department", department_key="cloud")
    with pytest.raises(Forbidden):
        reply("admin", reply_id=mine.pk, scope="all")
    with pytest.raises(UnknownVariable) as refused:
        reply("agent", text="{{密码}}")
    assert refused.value.params == {"name": "密码"}
    with pytest.raises(BadAction):
        reply("agent", actions=[("tag", "999")])
    with pytest.raises(BadAction):
        reply("agent", actions=[("delete", "1")])
    with pytest.raises(TooLong):
        reply("agent", text="字" * 10_001)
    operations.delete_canned_reply(reply_id=mine.pk, actor=actor("agent"), now=NOW)
    assert not CannedReply.objects.filter(pk=mine.pk).exists()


def test_a_macro_does_all_of_it_once_or_nothing() -> None:
    company()
    issue, batch = customer_issue(), tag()
    kept = TaskList.objects.get(name="投诉五清楚")
    macro = reply("agent", actions=[("tag", str(batch)), ("priority", "P1"), ("tasks", str(kept.pk))])
    for _ in range(2):  # a double click
        operations.post_with_macro(
            issue_id=issue.pk, reply_id=macro.pk, kind="reply", text="抱歉。", key="k1", actor=actor("agent"), now=NOW
        )
    done = fresh(issue)
    assert (done.tags, done.priority, done.open_tasks) == ([batch], "P1", 1)
    assert Entry.objects.filter(issue=issue, kind="reply").count() == 1
    # The engineer may write but not correct the priority: nothing of it is done, the reply is not sent either.
    everybody = reply("admin", name="升级", scope="all", actions=[("tag", str(tag("新的"))), ("priority", "P2")])
    operations.add_task(issue_id=issue.pk, title="看", username="engineer", actor=actor("agent"), now=NOW)
    with pytest.raises(MacroFailed) as refused:
        operations.post_with_macro(
            issue_id=issue.pk, reply_id=everybody.pk, kind="reply", text="x", actor=actor("engineer"), now=NOW
        )
    assert refused.value.params["name"] == "升级" and refused.value.params["why"]
    assert fresh(issue).tags == [batch] and Entry.objects.filter(issue=issue, kind="reply").count() == 1


def test_the_own_names_of_statuses_reach_watchers() -> None:
    from bihuan.core.settings import change_settings

    company()
    issue = customer_issue()
    change_settings(values={queries.OWN_STATUS_NAMES["withdrawn"][0]: "客户撤件"}, actor=actor("admin"), now=NOW)
    assert queries.status_names("withdrawn") == ("客户撤件", "Withdrawn")
    assert queries.status_names("unheard_of") == ("unheard_of", "unheard_of")
    operations.watch_issue(issue_id=issue.pk, events=["end"], actor=actor("quality"), now=NOW)
    operations.withdraw_issue(issue_id=issue.pk, reason="不用了", actor=actor("agent"), now=datetime.now(UTC))
    assert Notice.objects.get(code="watch.end").params["status"] == "客户撤件"
