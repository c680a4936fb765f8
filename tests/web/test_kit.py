"""Pages of tags, tasks, watching, putting away, reopening, replies kept ready, and of the names of statuses."""

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.issues import operations, queries
from bihuan.issues.models import CannedReply, Entry, RecurringIssue, Snooze, Tag, Task, TaskList, TimeRecord, Watch
from bihuan.issues.operations.tasks import TaskBlocks
from tests.factories import NOW, actor, company, customer_issue
from tests.issues.test_story import do, fresh, run_to, the_customer
from tests.support.statements import page_cost
from tests.web.test_pages import HOSTILE, signed_in

pytestmark = pytest.mark.django_db


def body(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def test_a_status_has_the_companys_name_everywhere_and_keeps_its_code() -> None:
    company()
    issue = customer_issue()
    admin, agent = signed_in("admin"), signed_in()
    path = reverse("web:settings_statuses")
    assert "待受理" in body(agent, f"/issues/{issue.pk}/")
    form = {"reopen_days": "3", "close_days": "7", "new_zh": "刚登记", "new_en": "Just in"}
    assert admin.post(path, form).status_code == 302
    for page in (f"/issues/{issue.pk}/", "/issues/", "/desk/?queue=all"):
        assert "刚登记" in body(agent, page), page
    assert "Just in" in body(signed_in("agent", "en"), f"/issues/{issue.pk}/")
    assert fresh(issue).status == "new" and 'value="new"' in body(signed_in("agent"), "/issues/")
    assert signed_in("agent").get(path).status_code == 403
    refused = admin.post(path, form | {"new_zh": "字" * 21})
    assert refused.status_code == 422 and "字" * 21 in refused.content.decode()
    assert admin.post(path, form | {"reopen_days": "许多"}).status_code == 422
    assert admin.post(path, form | {"reopen_days": "0"}).status_code == 422


def test_tags_are_kept_in_the_settings_and_put_on_an_issue() -> None:
    company()
    issue = customer_issue()
    admin, agent = signed_in("admin"), signed_in()
    path = reverse("web:settings_tags")
    assert admin.post(path, {"name": HOSTILE[:40], "colour": "red"}).status_code == 302
    tag = Tag.objects.get()
    assert tag.name == " ".join(HOSTILE[:40].split()) and "<script>" not in body(admin, path)
    assert admin.post(path, {"name": tag.name, "colour": "red"}).status_code == 422
    assert agent.post(path, {"name": "x", "colour": "red"}).status_code == 403
    assert agent.post(reverse("web:tag_issue", args=[issue.pk]), {"tag": [tag.pk]}).status_code == 302
    assert fresh(issue).tags == [tag.pk]
    shown = body(agent, f"/issues/{issue.pk}/")
    assert 'class="chip red"' in shown and "<script>alert" not in shown
    assert agent.post(reverse("web:tag_issue", args=[issue.pk])).status_code == 302
    assert fresh(issue).tags == []


def test_a_task_is_given_ticked_done_and_named_where_it_is_in_the_way() -> None:
    company()
    issue = customer_issue()
    agent = signed_in()
    add = reverse("web:add_task", args=[issue.pk])
    given = {
        "title": HOSTILE,
        "person": "engineer",
        "blocking": "1",
        "items": "*听清楚\n跟清楚",
        "due": "2026-11-23T18:00",
    }
    answer = agent.post(add, given)
    assert answer.status_code == 302 and answer.headers["Location"].endswith("?tab=work")
    task = Task.objects.get()
    assert task.title == " ".join(HOSTILE.split()) and [each["evidence"] for each in task.items] == [True, False]
    work = body(agent, f"/issues/{issue.pk}/side/work/")
    assert "听清楚" in work and "<script>alert" not in work
    with pytest.raises(TaskBlocks):
        do(issue, "register", NOW)
    engineer, path = signed_in("engineer"), reverse("web:task", args=[task.pk])
    assert "听清楚" in body(engineer, f"/issues/{issue.pk}/side/work/")
    assert issue.number in body(engineer, reverse("web:my_tasks"))
    assert engineer.post(path, {"do": "tick", "index": "0"}).status_code == 422
    assert engineer.post(path, {"do": "tick", "index": "0", "note": "录音 3"}).status_code == 302
    assert engineer.post(path, {"do": "done"}).status_code == 409
    assert engineer.post(path, {"do": "tick", "index": "1"}).status_code == 302
    assert engineer.post(path, {"do": "done"}).status_code == 302
    assert fresh(issue).open_tasks == 0
    assert engineer.post(path, {"do": "done"}).status_code == 409
    assert agent.post(add, {"title": "x", "due": "明天"}).status_code == 422
    assert agent.post(add, {"list": str(TaskList.objects.get().pk)}).status_code == 302
    assert fresh(issue).open_tasks == 1
    assert signed_in("outsider").post(add, {"title": "x"}).status_code == 404


def test_lists_of_tasks_are_edited_as_lines() -> None:
    company()
    admin = signed_in("admin")
    kept = TaskList.objects.get()
    path = reverse("web:settings_task_list", args=[kept.pk])
    assert "* 听清楚" in body(admin, path)
    form = {"name": "五清楚", "tasks": "!听 8h\n* 原话\n复 24h", "node": "inform", "type": "fault"}
    assert admin.post(path, form).status_code == 302
    kept.refresh_from_db()
    assert [each["title"] for each in kept.tasks] == ["听", "复"] and kept.node == "inform"
    assert admin.post(path, form | {"tasks": ""}).status_code == 422
    assert admin.post(path, form | {"tasks": "x 99999999999h"}).status_code == 422
    assert admin.post(path, form | {"active": "0"}).status_code == 302
    kept.refresh_from_db()
    assert not kept.is_active
    assert admin.post(reverse("web:settings_task_list_new"), {"name": "新", "tasks": "做"}).status_code == 302
    assert "五清楚" in body(admin, reverse("web:settings_task_lists"))
    assert signed_in("agent").get(path).status_code == 403


def test_watching_and_putting_away_from_the_issue() -> None:
    company()
    issue = customer_issue()
    agent = signed_in()
    assert agent.post(reverse("web:watch_issue", args=[issue.pk]), {"event": ["end", "status"]}).status_code == 302
    assert Watch.objects.get().events == ["status", "end"]
    assert issue.title in body(agent, "/desk/?queue=watched")
    assert "我在关注" in body(agent, f"/issues/{issue.pk}/side/work/")
    path = reverse("web:snooze_issue", args=[issue.pk])
    for way in ("hour", "tomorrow", "monday", "reply"):
        assert agent.post(path, {"way": way}).status_code == 302, way
        assert "已搁置" in body(agent, f"/issues/{issue.pk}/")
    assert Snooze.objects.get().until is None
    assert issue.title not in body(agent, "/desk/?queue=claimable")
    assert issue.title in body(agent, "/desk/?queue=snoozed")
    assert agent.post(path, {"way": "until", "until": ""}).status_code == 422
    assert agent.post(path, {"way": "until", "until": "2020-01-01T00:00"}).status_code == 422
    assert agent.post(path, {"way": "back"}).status_code == 302 and not Snooze.objects.exists()


def test_the_house_reopens_from_the_menu() -> None:
    company()
    issue = customer_issue()
    agent = signed_in()
    assert "reopen-dialog" not in body(agent, f"/issues/{issue.pk}/")
    run_to(issue, "inform", NOW)
    operations.answer_result(issue_id=issue.pk, satisfied=True, reason="", actor=the_customer(issue), now=NOW)
    assert "reopen-dialog" in body(agent, f"/issues/{issue.pk}/")
    path = reverse("web:reopen_issue", args=[issue.pk])
    assert agent.post(path, {"reason": ""}).status_code == 422
    assert agent.post(path, {"reason": "漏了一台"}).status_code == 302
    assert fresh(issue).is_open
    assert agent.post(path, {"reason": "再"}).status_code == 409


def test_replies_are_kept_previewed_offered_and_sent_with_what_they_do() -> None:
    company()
    issue, agent = customer_issue(), signed_in()
    new = reverse("web:settings_canned_new")
    form = {"name": "致歉", "text": "{{客户称呼}}，抱歉。", "scope": "own"}
    seen = agent.post(new, form | {"do": "preview"})
    assert "吴桂芳，抱歉。" in seen.content.decode() and CannedReply.objects.filter(name="致歉").count() == 0
    refused = agent.post(new, form | {"text": "{{ 7919*7927 }}"})
    page = refused.content.decode()
    assert refused.status_code == 422 and "7919*7927" in page and "62773913" not in page
    assert agent.post(new, form | {"do_priority": "P1"}).status_code == 302
    mine = CannedReply.objects.get(name="致歉")
    offered = body(agent, reverse("web:issue_canned", args=[issue.pk]))
    assert "吴桂芳，抱歉。" in offered and "已收到" in offered and "改优先级" in offered
    assert "致歉" not in body(signed_in("engineer"), reverse("web:settings_canned"))
    assert signed_in("engineer").get(reverse("web:settings_canned_edit", args=[mine.pk])).status_code == 404
    sent = {"kind": "reply", "text": "抱歉。", "macro": str(mine.pk), "idempotency_key": "k"}
    for _ in range(2):
        assert agent.post(reverse("web:post_entry", args=[issue.pk]), sent).status_code == 302
    assert fresh(issue).priority == "P1" and Entry.objects.filter(issue=issue, kind="reply").count() == 1
    assert agent.post(reverse("web:settings_canned_delete", args=[mine.pk])).status_code == 302
    assert not CannedReply.objects.filter(name="致歉").exists()


def test_pages_cost_the_same_however_many_there_are() -> None:
    company()
    issue, agent = customer_issue(), signed_in()
    paths = (f"/issues/{issue.pk}/?tab=work", "/tasks/", f"/issues/{issue.pk}/canned/", "/desk/?queue=snoozed")

    def more(n: int) -> None:
        tag = operations.save_tag(name=f"标签 {n}", actor=actor("admin"), now=NOW)
        operations.change_tags(issue_id=issue.pk, add=[tag.pk], actor=actor("agent"), now=NOW)
        operations.add_task(issue_id=issue.pk, title=f"{n}", username="agent", actor=actor("agent"), now=NOW)
        reply = operations.NewReply(name=f"回复 {n}", text="您好", actions=[("tag", str(tag.pk))])
        operations.save_canned_reply(reply=reply, actor=actor("agent"), now=NOW)

    more(0)
    operations.watch_issue(issue_id=issue.pk, events=["end"], actor=actor("agent"), now=NOW)
    for path in paths:
        agent.get(path)
    few = [page_cost(agent, path) for path in paths]
    for n in range(1, 6):
        more(n)
    operations.watch_issue(issue_id=issue.pk, events=["end"], actor=actor("quality"), now=NOW)
    for path in paths:
        agent.get(path)
    assert [page_cost(agent, path) for path in paths] == few
    assert queries.count_my_tasks(actor=actor("agent")) == 6


def test_fields_are_defined_asked_for_on_the_new_form_and_edited_on_the_issue() -> None:
    company()
    admin, agent = signed_in("admin"), signed_in()
    new = reverse("web:settings_field_new")
    field = {"name": "停机时长", "key": "down", "kind": "number", "type": "fault", "required": "create", "unit": "小时"}
    assert admin.post(new, field | {"least": "0", "most": "100", "position": "1"}).status_code == 302
    assert admin.post(new, field).status_code == 422
    assert admin.post(new, field | {"key": "other", "least": "许多"}).status_code == 422
    assert agent.get(new).status_code == 403
    assert (
        admin.post(new, {"name": HOSTILE[:60], "key": "x", "kind": "choices", "options": "甲\n乙"}).status_code == 302
    )
    part = body(agent, reverse("web:new_fields") + "?type=fault&own-down=7")
    assert "停机时长" in part and 'value="7"' in part and "<script>" not in part
    assert "停机时长" not in body(agent, reverse("web:new_fields") + "?type=data")
    assert "own-x" in body(agent, reverse("web:new_issue"))
    issue = customer_issue()
    path = reverse("web:issue_fields", args=[issue.pk])
    assert "own-x" in body(agent, path) and "own-down" not in body(agent, path)
    assert agent.post(path, {"own-x-there": "1", "own-x": ["甲", "乙"]}).status_code == 302
    assert "甲、乙" in body(agent, f"/issues/{issue.pk}/side/work/")
    assert agent.post(path, {"own-x-there": "1", "own-x": ["丙"]}).status_code == 422
    assert signed_in("outsider").get(path).status_code == 404


def test_time_is_written_down_on_the_issue() -> None:
    company()
    issue, agent = customer_issue(), signed_in()
    path = reverse("web:issue_time", args=[issue.pk])
    assert agent.post(path, {"do": "add", "minutes": "90", "kind": "travel", "text": HOSTILE}).status_code == 302
    part = body(agent, f"/issues/{issue.pk}/side/work/")
    assert "1 小时 30 分" in part and "<script>alert" not in part
    row = TimeRecord.objects.get()
    for wrong in ("", "abc", "1441", "-5"):
        assert agent.post(path, {"do": "add", "minutes": wrong}).status_code == 422, wrong
    change = {"do": "correct", "record": str(row.pk), "minutes": "30", "kind": "other", "day": row.day.isoformat()}
    assert signed_in("supervisor").post(path, change).status_code == 404
    assert agent.post(path, change).status_code == 302
    assert agent.post(path, {"do": "start"}).status_code == 302
    running = TimeRecord.objects.get(started_at__isnull=False)
    assert "停止计时" in body(agent, f"/issues/{issue.pk}/side/work/")
    assert agent.post(path, {"do": "start"}).status_code == 409
    assert agent.post(path, {"do": "stop", "record": str(running.pk)}).status_code == 302
    assert not TimeRecord.objects.filter(started_at__isnull=False).exists()


def test_recurring_issues_show_their_days_before_they_are_saved() -> None:
    company()
    admin = signed_in("admin")
    new = reverse("web:settings_recurring_new")
    form = {
        "name": "巡检", "title": "月度巡检", "text": "逐台核对", "customer_name": "医院", "every": "month", "day": "31",
        "weekday": "0", "at": "09:00", "rest": "next", "calendar": "default",
    }  # fmt: skip
    looked = admin.post(new, form | {"do": "look"})
    assert looked.status_code == 200 and looked.content.decode().count("<li>20") == 5
    assert not RecurringIssue.objects.exists()
    assert admin.post(new, form | {"at": "9 点"}).status_code == 422
    assert admin.post(new, form | {"day": "99"}).status_code == 422
    assert admin.post(new, form).status_code == 302
    row = RecurringIssue.objects.get()
    assert "巡检" in body(admin, reverse("web:settings_recurring"))
    path = reverse("web:settings_recurring_edit", args=[row.pk])
    assert "逐台核对" in body(admin, path)
    assert admin.post(path, form | {"revision": "0"}).status_code == 409
    assert admin.post(path, form | {"revision": "1", "active": "0"}).status_code == 302
    row.refresh_from_db()
    assert row.next_at is None
    assert signed_in("agent").get(path).status_code == 403
