"""The conversation on the desk: drafts, sending, taking back, what is new, who was faster."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bihuan.core.clock import system_now
from bihuan.issues import operations
from bihuan.issues.models import Draft, Entry, HeldReply, Issue, PriorityCorrection
from bihuan.issues.rules.concurrency import Collision, apart
from bihuan.web.present.feed import read_place, write_place
from tests.factories import NOW, actor, company, customer_issue
from tests.web.test_pages import HOSTILE, signed_in

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


def hold(seconds: int, who: str = "agent") -> None:
    operations.choose_hold(seconds=seconds, actor=actor(who))


def field(body: str, name: str) -> str:
    """What the composer's hidden field holds."""
    return body.split(f'name="{name}" value="')[1].split('"')[0]


def customer_writes(issue: Issue, text: str = "还有一件事") -> Entry:
    return operations.add_customer_message(
        issue_id=issue.pk, text=text, channel="email", author_name="王女士", now=system_now()
    )


def test_a_draft_goes_up_comes_back_on_another_device_and_ends_with_the_sending() -> None:
    company()
    issue = customer_issue()
    hold(0)
    phone, desk = signed_in(), signed_in()
    url = f"/issues/{issue.pk}/draft/"
    answer = phone.post(url, {"kind": "reply", "text": HOSTILE, "revision": "1"})
    assert answer.json() == {"kept": True, "revision": 1}
    assert phone.post(url, {"kind": "reply", "text": "旧的", "revision": "1"}).json()["kept"] is False
    body = desk.get(f"/issues/{issue.pk}/").content.decode()
    assert "&lt;script&gt;alert(1)" in body.split('id="composer-text"')[1].split("</textarea>")[0]
    assert field(body, "revision") == "1" and "<script>alert(1)" not in body
    assert desk.get(url).json() == {"text": HOSTILE, "revision": 1}
    sent = desk.post(f"/issues/{issue.pk}/entries/", {"kind": "reply", "text": "好", "revision": "2"}, headers=HX)
    assert sent.json()["entry"] == Entry.objects.get(issue=issue, kind="reply").pk
    assert phone.post(url, {"kind": "reply", "text": HOSTILE, "revision": "2"}).json()["kept"] is False
    assert desk.get(url).json() == {"text": "", "revision": 2}
    assert signed_in("outsider").get(url).status_code == 404
    assert desk.post(url, {"kind": "reply", "text": "长" * 100_001, "revision": "9"}).status_code == 422
    assert Client().post(url, {"kind": "reply", "text": "x", "revision": "1"}).status_code == 302


@pytest.mark.correctness(75)
def test_the_page_says_what_the_customer_wrote_while_somebody_typed_and_keeps_the_text() -> None:
    company()
    issue = customer_issue()
    hold(0)
    client = signed_in()
    seen = field(client.get(f"/issues/{issue.pk}/").content.decode(), "seen")
    assert seen == str(Entry.objects.get(issue=issue, kind="inbound").pk)
    wrote = customer_writes(issue, f"不用来了 {HOSTILE}")
    data = {"kind": "reply", "text": "明天上门", "seen": seen, "idempotency_key": "k"}
    part = client.post(f"/issues/{issue.pk}/entries/", data, headers=HX)
    assert part.status_code == 409 and "不用来了" in part.content.decode()
    assert "<script>alert(1)" not in part.content.decode()
    page = client.post(f"/issues/{issue.pk}/entries/", data)
    body = page.content.decode()
    assert page.status_code == 409 and "不用来了" in body and ">明天上门</textarea>" in body
    assert field(body, "seen") == f"{seen},{wrote.pk}" and field(body, "idempotency_key") == "k"
    assert not Entry.objects.filter(issue=issue, kind="reply").exists()
    answer = client.post(f"/issues/{issue.pk}/entries/", data | {"seen": field(body, "seen")})
    assert answer.status_code == 302
    assert Entry.objects.get(issue=issue, kind="reply").text == "明天上门"


def test_a_held_reply_shows_to_staff_alone_and_is_taken_back_into_the_composer() -> None:
    company(now=system_now())
    issue = customer_issue()
    client = signed_in()
    sent = client.post(f"/issues/{issue.pk}/entries/", {"kind": "reply", "text": "写错了"}, headers=HX).json()
    assert sent["entry"] is None and sent["seconds"] == 10
    feed = client.get(f"/issues/{issue.pk}/feed/").content.decode()
    assert "即将发送" in feed and f"/issues/held/{sent['held']}/take-back/" in feed
    other = signed_in("supervisor").get(f"/issues/{issue.pk}/feed/").content.decode()
    assert "即将发送" in other and "take-back" not in other, "only the writer takes it back"
    assert signed_in("supervisor").post(f"/issues/held/{sent['held']}/take-back/").status_code == 409
    back = client.post(f"/issues/held/{sent['held']}/take-back/", headers=HX)
    assert back.json() == {"text": "写错了", "revision": 1, "files": []}
    assert client.post(f"/issues/held/{sent['held']}/take-back/", headers=HX).status_code == 409
    page = client.get(f"/issues/{issue.pk}/").content.decode()
    assert ">写错了</textarea>" in page and "即将发送" not in page
    assert not HeldReply.objects.exists() and Draft.objects.get().text == "写错了"


def test_what_is_new_stands_below_a_line_until_it_was_read() -> None:
    company(now=system_now())
    issue = customer_issue()
    client = signed_in()
    url = f"/issues/{issue.pk}/"
    assert "以下是新的" not in client.get(url).content.decode(), "nothing was read before, so nothing is new"
    last = Entry.objects.filter(issue=issue).order_by("at", "pk").last()
    assert last is not None
    assert client.post(f"{url}read/", {"entry": last.pk}).status_code == 204
    wrote = customer_writes(issue)
    assert 'class="item unread"' in client.get("/desk/list/?queue=all").content.decode()
    page = client.get(url).content.decode()
    assert page.index("以下是新的") < page.index(f'id="entry-{wrote.pk}"')
    client.post(f"{url}read/", {"entry": wrote.pk})
    assert "以下是新的" not in client.get(url).content.decode()
    assert 'class="item unread"' not in client.get("/desk/list/?queue=all").content.decode()
    since = write_place((last.at, last.pk))
    again = client.get(f"{url}feed/", {"since": since}).content.decode()
    assert "以下是新的" in again, "the line stays while the page is open"
    for wrong in ("", "x", "~5", "2026-11-20~5", f"{since}0" * 30, "2026-11-20T10:00:00+00:00~x"):
        assert client.get(f"{url}feed/", {"since": wrong}).status_code == 200
    assert client.post(f"{url}read/", {"entry": "x"}).status_code == 404
    assert client.post(f"{url}read/", {}).status_code == 404


def test_places_are_written_and_read() -> None:
    place = (NOW + timedelta(microseconds=7), 12)
    assert read_place(write_place(place)) == place and write_place(None) == ""


def test_the_conversation_costs_the_page_two_statements_however_much_was_said() -> None:
    company(now=system_now())
    issue = customer_issue()
    client = signed_in()
    url = f"/issues/{issue.pk}/"

    def count() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as sent:
            client.get(url)
        own = ("issues_heldreply", "issues_draft", "issues_reading")
        lines = [each["sql"] for each in sent.captured_queries if not each["sql"].startswith("PREPARE ")]
        statements = [each for each in lines if any(name in each for name in own)]
        assert len(statements) <= 2, statements
        return len(lines)

    few = count()
    for number in range(20):
        client.post(f"{url}entries/", {"kind": "reply", "text": f"第 {number} 条"})
        operations.save_draft(
            issue_id=issue.pk, kind="note", text="x", revision=number + 1, actor=actor("agent"), now=system_now()
        )
    assert HeldReply.objects.count() == 20 and count() == few


# -- two who correct the same ----------------------------------------------------------------------------------------


def test_wishes_collide_only_where_both_changed() -> None:
    read = {"type": "fault", "urgency": "low", "impact": "low"}
    mine = {"type": "data", "urgency": "low", "impact": "high"}
    assert apart(mine, read, read) == ({"type": "data", "urgency": None, "impact": "high"}, [])
    theirs = {"type": "other", "urgency": "high", "impact": "high"}
    real, stale = apart(mine, read, theirs)
    assert real["urgency"] is None, "left as it was read: theirs stays"
    assert stale == [Collision("type", "other", "data")], "both want the same impact"
    assert apart({"type": None}, read, theirs) == ({"type": None}, [])
    assert apart({"type": "data"}, {}, theirs) == ({"type": "data"}, []), "nothing was read: nothing to collide with"


@pytest.mark.correctness(73)
def test_a_stale_correction_shows_theirs_and_mine_and_one_click_applies_mine() -> None:
    company()
    issue = customer_issue()
    supervisor = signed_in("supervisor")
    url = f"/issues/{issue.pk}/correct/"
    was = {"was_type": "", "was_urgency": "", "was_impact": "", "was_complexity": "", "was_priority": issue.priority}
    first = {"urgency": "low", "impact": "low", "reason": "第一位"}
    assert signed_in("manager").post(url, was | first).status_code == 302
    mine = {"urgency": "high", "complexity": "high", "reason": "我的理由 <b>"}
    stale = supervisor.post(url, was | mine)
    body = stale.content.decode()
    assert stale.status_code == 409 and "我的理由 &lt;b&gt;</textarea>" in body and "紧急程度" in body
    assert "影响范围" not in body.split("<tbody>")[1].split("</tbody>")[0], "what does not collide is not asked"
    issue.refresh_from_db()
    assert (issue.urgency, issue.impact, issue.complexity) == ("low", "low", ""), "nothing was saved"
    inputs = [part.split('"') for part in body.split('<input type="hidden" name="')[1:]]
    form = {part[0]: part[2] for part in inputs if part[0] != "csrfmiddlewaretoken"}
    assert supervisor.post(url, form | {"reason": "我的理由"}).status_code == 302
    issue.refresh_from_db()
    assert (issue.urgency, issue.impact, issue.complexity) == ("high", "low", "high")
    assert PriorityCorrection.objects.filter(issue=issue).count() == 2


# -- settings, colleagues --------------------------------------------------------------------------------------------


def test_one_chooses_how_long_and_the_company_the_most() -> None:
    company(now=system_now())
    issue = customer_issue()
    agent, admin, url = signed_in(), signed_in("admin"), "/settings/taking-back/"
    page = agent.get(url).content.decode()
    assert 'value="10" selected' in page and 'name="most"' not in page
    assert agent.post(url, {"own": "30"}).status_code == 302
    assert 'value="30" selected' in agent.get(url).content.decode()
    assert agent.post(url, {"own": "7"}).status_code == 422
    assert agent.post(url, {"own": "30", "most": "0"}).status_code == 403
    assert admin.post(url, {"own": "0", "most": "5"}).status_code == 302
    assert "公司规定最多 5 秒" in agent.get(url).content.decode()
    sent = agent.post(f"/issues/{issue.pk}/entries/", {"kind": "reply", "text": "您好"}, headers=HX).json()
    assert sent["seconds"] == 5
    assert signed_in("quality").get(url).status_code == 403


def test_colleagues_are_found_by_the_first_letters_and_only_those_who_may_see() -> None:
    company()
    issue = customer_issue()
    body = signed_in().get(f"/issues/{issue.pk}/colleagues/").content.decode()
    assert 'data-insert="@supervisor 先生 "' in body and 'data-find="supervisorxs supervisor"' in body
    assert "outsider" not in body and "agent 先生" not in body
    assert signed_in("outsider").get(f"/issues/{issue.pk}/colleagues/").status_code == 404
    refused = signed_in().post(f"/issues/{issue.pk}/entries/", {"kind": "note", "text": "@outsider 看"}, headers=HX)
    assert refused.status_code == 422 and "outsider 先生看不到这件问题" in refused.content.decode()


def test_saving_a_reply_says_that_somebody_writes_and_a_note_does_not() -> None:
    company()
    issue = customer_issue()
    client, url = signed_in(), f"/issues/{issue.pk}/draft/"

    def told(**data: str) -> bool:
        with CaptureQueriesContext(connection) as sent:
            client.post(url, data)
        return any("pg_notify" in each["sql"] and "typing" in each["sql"] for each in sent.captured_queries)

    assert told(kind="reply", text="您", revision="1")
    assert not told(kind="reply", text="", revision="2")
    assert not told(kind="note", text="给同事", revision="1")
