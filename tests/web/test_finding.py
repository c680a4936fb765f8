"""The list of issues: conditions, views, files, and many at once."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

import bihuan.web.urls  # noqa: F401 - pages are loaded before a test stops the clock
from bihuan.core.models import AuditEntry
from bihuan.issues import operations
from bihuan.issues.models import BulkJob, BulkRow, Export, Issue, Notice, SavedView
from bihuan.issues.operations import exports
from bihuan.issues.queries.exports import lines as plain_lines
from bihuan.issues.storage import stored_path
from tests.conftest import FrozenClock
from tests.factories import NOW, actor, company, customer_issue
from tests.support.statements import page_cost
from tests.web.test_pages import HOSTILE, signed_in

pytestmark = pytest.mark.django_db
LIST = "/issues/"


def fetched(answer: object) -> bytes:
    """The bytes of a file that was handed out."""
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def where(*groups: list[list[object]]) -> str:
    return f"{LIST}?where={quote(json.dumps(groups))}"


def body(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path, follow=True)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def titles(client: Client, path: str) -> set[str]:
    page = body(client, path)
    return {title for title in ("断电", "漏水", "账单") if f'title="{title}"' in page}


def three() -> dict[str, Issue]:
    """Three issues: 断电 P1 by phone, 漏水 P3 by mail, 账单 P3 by mail."""
    made = {title: customer_issue(title=title, channel=channel) for title, channel in
            (("断电", "phone"), ("漏水", "email"), ("账单", "email"))}  # fmt: skip
    operations.correct_classification(
        issue_id=made["断电"].pk, priority="P1", reason="停产", actor=actor("manager"), now=NOW
    )
    return made


def test_conditions_of_the_address_and_of_the_form(clock: FrozenClock) -> None:
    company()
    three()
    client = signed_in()
    assert titles(client, LIST) == {"断电", "漏水", "账单"}
    assert titles(client, where([["priority", "in", ["P1"]]])) == {"断电"}
    assert titles(client, where([["priority", "in", ["P1"]], ["text", "has", "账单"]])) == {"断电", "账单"}
    assert titles(client, where([["channel", "in", ["email"]]], [["text", "has_not", "账单"]])) == {"漏水"}
    assert titles(client, where([["created", "period", "today"]])) == {"断电", "漏水", "账单"}
    assert titles(client, where([["created", "older", 1]])) == set()
    editor = body(client, f"{LIST}?field=channel")
    assert 'name="value" value="phone"' in editor and reverse("web:add_condition") in editor
    added = client.get(reverse("web:add_condition"), {"field": "channel", "op": "in", "value": ["phone"]})
    assert added.status_code == 302 and titles(client, added.headers["Location"]) == {"断电"}
    given = parse_qs(urlsplit(added.headers["Location"]).query)
    more = {"field": "text", "op": "has", "text": "漏水", "group": "0", "where": given["where"][0]}
    both = client.get(reverse("web:add_condition"), more)
    assert titles(client, both.headers["Location"]) == {"断电", "漏水"}
    assert "渠道" in body(client, both.headers["Location"]) and ">电话<" in body(client, f"{LIST}?field=channel")


def test_what_is_not_understood_is_refused_and_nothing_is_run(clock: FrozenClock) -> None:
    company()
    three()
    client = signed_in()
    for text in ("{", "[[[]]]", '[[["nothing","in",["x"]]]]', '[[["priority","like","x"]]]', "[" * 5000, '{"a":1}'):
        assert client.get(LIST, {"where": text}).status_code == 400, text
    assert client.get(LIST, {"where": '[[["priority","in",[]]]]'}).status_code == 422
    assert client.get(LIST, {"saved": "999999"}).status_code == 404
    page = body(client, where([["text", "has", HOSTILE[:150]]]))
    assert "<script>alert" not in page
    assert client.get(reverse("web:add_condition"), {"field": "created", "op": "before", "day": "x"}).status_code == 422
    assert client.get(reverse("web:add_condition"), {"field": "answers", "op": "ge", "number": "٣"}).status_code == 422


@pytest.mark.correctness(145)
def test_a_view_is_kept_counted_shared_moved_and_deleted(clock: FrozenClock) -> None:
    company()
    three()
    lead, agent, outsider = signed_in("manager"), signed_in("agent"), signed_in("outsider")
    query = "where=" + quote(json.dumps([[["channel", "in", ["email"]]]]))
    save = reverse("web:save_view")
    assert lead.post(save, {"query": query, "name": "邮件来的", "sharing": "all"}).status_code == 302
    row = SavedView.objects.get()
    opened = f"{LIST}?saved={row.pk}"
    for client, number in ((lead, 2), (agent, 2), (outsider, 0)):
        page = body(client, opened)
        assert f'邮件来的</span><span class="count">{number}</span>' in page
        assert len(titles(client, opened)) == number, "the counter is the number of lines"
    assert agent.post(save, {"query": query, "name": "我的", "sharing": "all"}).status_code == 403
    assert agent.post(save, {"query": query, "name": ""}).status_code == 422
    assert agent.post(save, {"query": query, "name": HOSTILE[:60]}).status_code == 302
    assert "<script>alert" not in body(agent, LIST)
    assert agent.post(reverse("web:act_view", args=[row.pk]), {"what": "delete"}).status_code == 404
    assert lead.post(save, {"query": query, "name": "邮件来的"}).status_code == 409
    assert lead.post(save, {"query": "view=overdue", "name": "第二个"}).status_code == 302
    second = SavedView.objects.get(name="第二个")
    assert lead.post(reverse("web:act_view", args=[second.pk]), {"what": "up"}).status_code == 302
    page = body(lead, LIST)
    assert page.index("第二个</span>") < page.index("邮件来的</span>")
    assert agent.post(reverse("web:act_view", args=[row.pk]), {"what": "open"}).status_code == 302
    assert titles(agent, LIST) == {"漏水", "账单"} and titles(agent, f"{LIST}?view=") == {"断电", "漏水", "账单"}
    changed = {"query": "status=new&saved=" + str(row.pk), "name": "新来的", "sharing": "own"}
    assert lead.post(reverse("web:change_view", args=[row.pk]), changed).status_code == 302
    assert "新来的" not in body(agent, f"{LIST}?view=")
    assert lead.post(reverse("web:act_view", args=[row.pk]), {"what": "delete"}).status_code == 302
    assert not SavedView.objects.filter(pk=row.pk).exists()


def test_columns_are_the_persons_own(clock: FrozenClock) -> None:
    company()
    three()
    client = signed_in()
    assert '<th scope="col" data-col="channel">' not in body(client, LIST)
    wanted = {"column": ["prio", "channel", "nonsense"], "compact": "1", "query": ""}
    assert client.post(reverse("web:arrange_list"), wanted).status_code == 302
    page = body(client, LIST)
    assert '<th scope="col" data-col="channel">' in page and '<td data-col="cust"' not in page
    assert '<td data-col="title"' in page and 'data-density="compact"' in page
    assert '<td data-col="cust"' in body(signed_in("manager"), LIST)


@pytest.mark.correctness(127)
def test_the_list_comes_as_a_file_of_texts(clock: FrozenClock) -> None:
    company()
    three()
    customer_issue(title='=HYPERLINK("http://evil")', name="13800001234567", email="o@other.example")
    client = signed_in()
    assert client.post(reverse("web:export_issues"), {"query": "", "kind": "exe"}).status_code == 422
    files = {}
    for kind in ("xlsx", "csv", "gb18030"):
        answer = client.post(reverse("web:export_issues"), {"query": "", "kind": kind}, follow=True)
        assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
        files[kind] = fetched(answer)
    sheet = load_workbook(io.BytesIO(files["xlsx"])).worksheets[0]
    cells = [cell for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert '\'=HYPERLINK("http://evil")' in {cell.value for cell in cells}
    assert "13800001234567" in {cell.value for cell in cells}
    assert files["csv"].startswith(b"\xef\xbb\xbf") and "断电" in files["csv"].decode("utf-8-sig")
    assert "断电" in files["gb18030"].decode("gb18030") and "agent 先生（agent）" in files["csv"].decode("utf-8-sig")
    assert '"\'=HYPERLINK(""http://evil"")"' in files["csv"].decode("utf-8-sig")
    row = Export.objects.latest("pk")
    assert AuditEntry.objects.filter(action="issues.exported").count() == 3
    assert AuditEntry.objects.filter(action="export.fetched").count() == 3
    assert signed_in("manager").get(reverse("web:export_file", args=[row.pk])).status_code == 404
    narrow = client.post(reverse("web:export_issues"), {"query": "priority=P1", "kind": "csv"}, follow=True)
    text = fetched(narrow).decode("utf-8-sig")
    assert "断电" in text and "漏水" not in text and "优先级 是 P1" in text
    clock.advance(days=8)
    operations.drop_exports(now=clock.now)
    assert client.get(reverse("web:export_file", args=[row.pk])).status_code == 404
    assert "已过期" in body(client, reverse("web:exports"))


def test_a_person_exports_what_he_may_see_and_not_too_often(clock: FrozenClock) -> None:
    company()
    three()
    outsider = signed_in("outsider")
    answer = outsider.post(reverse("web:export_issues"), {"query": "", "kind": "csv"}, follow=True)
    assert "断电" not in fetched(answer).decode("utf-8-sig")
    for _time in range(19):
        outsider.post(reverse("web:export_issues"), {"query": "", "kind": "csv"})
    assert outsider.post(reverse("web:export_issues"), {"query": "", "kind": "csv"}).status_code == 429


def test_a_long_list_is_made_by_the_worker_who_tells(clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    company()
    three()
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    client = signed_in()
    answer = client.post(reverse("web:export_issues"), {"query": "view=open", "kind": "csv"})
    assert answer.headers["Location"] == reverse("web:exports") and "排队中" in body(client, reverse("web:exports"))
    row = Export.objects.get()
    assert client.get(reverse("web:export_file", args=[row.pk])).status_code == 404
    assert operations.make_exports(now=clock.now) == 1 and operations.make_exports(now=clock.now) == 0
    assert reverse("web:export_file", args=[row.pk]) in body(client, reverse("web:notices"))
    row.refresh_from_db()
    assert (row.state, row.rows) == ("done", 3)
    text = fetched(client.get(reverse("web:export_file", args=[row.pk]))).decode("utf-8-sig")
    assert all(title in text for title in ("断电", "漏水", "账单")) and "2026-11-20 10:00 导出，共 3 行" in text
    monkeypatch.setattr(exports, "MOST_ROWS", 2)
    assert client.post(reverse("web:export_issues"), {"query": "", "kind": "csv"}).status_code == 422


def test_a_file_says_how_far_it_is_and_can_be_cancelled(clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    company()
    three()
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    monkeypatch.setattr(exports, "_TELL_EVERY", 0.0)
    client, home = signed_in(), reverse("web:exports")
    cancel = [reverse("web:cancel_export", args=[number]) for number in asked_for(client, 2)]
    seen: list[str] = []

    def watched(**given: object) -> Iterator[list[str]]:
        for number, line in enumerate(plain_lines(**given)):  # type: ignore[arg-type]
            if number == 2:
                seen.append(client.get(home, headers={"HX-Request": "true"}).content.decode())
                client.post(cancel[0])
            yield line

    monkeypatch.setattr(exports, "lines", watched)
    assert operations.make_exports(now=clock.now) == 1
    assert 'value="66"' in seen[0] and "every 1s" in seen[0] and "<html" not in seen[0]
    row = Export.objects.order_by("pk")[0]
    assert (row.state, row.file, row.done) == ("stopped", "", 2), "what was written of it is gone"
    assert not Notice.objects.filter(code__startswith="notice.export").exists(), "who cancels is not told"
    assert AuditEntry.objects.filter(action="export.cancelled", object_id=row.pk).count() == 1
    assert signed_in("manager").post(cancel[1]).status_code == 404
    assert client.post(cancel[1]).status_code == 302
    assert operations.make_exports(now=clock.now) == 0
    page = body(client, home)
    assert page.count("已取消") == 2 and "every 1s" not in page


def test_a_file_whose_maker_died_is_made_by_another(clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    company()
    three()
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    monkeypatch.setattr(exports, "_TELL_EVERY", 0.0)
    asked_for(signed_in(), 1)

    def overtaken(**given: object) -> Iterator[list[str]]:
        """A maker that is silent for so long that another one takes over, and then goes on."""
        monkeypatch.setattr(exports, "lines", plain_lines)
        assert operations.make_exports(now=clock.now + timedelta(seconds=50)) == 0, "it is still at work"
        assert operations.make_exports(now=clock.now + timedelta(seconds=70)) == 1
        yield from plain_lines(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(exports, "lines", overtaken)
    assert operations.make_exports(now=clock.now) == 1
    row = Export.objects.get()
    assert (row.state, row.rows, row.done) == ("done", 3, 3)
    assert Notice.objects.filter(code="notice.export_ready").count() == 1 and stored_path(row.file).is_file()


def asked_for(client: Client, files: int) -> list[int]:
    """So many exports wait; their numbers."""
    for _ in range(files):
        client.post(reverse("web:export_issues"), {"query": "view=open", "kind": "xlsx"})
    return list(Export.objects.order_by("pk").values_list("pk", flat=True))


def test_many_are_changed_one_by_one_and_taken_back(clock: FrozenClock) -> None:
    company()
    made = three()
    lead = signed_in("manager")
    ids = [issue.pk for issue in made.values()]
    shown = lead.post(reverse("web:bulk"), {"action": "priority", "ids": ids[:2], "query": ""})
    assert (
        shown.status_code == 200 and "选中的 2 件" in shown.content.decode() and "全部 3 件" in shown.content.decode()
    )
    start = {"action": "priority", "ids": ids[:2], "query": "", "reach": "all", "priority": "P2"}
    assert lead.post(reverse("web:start_bulk"), start).status_code == 422
    assert lead.post(reverse("web:start_bulk"), start | {"reason": "客户抱怨"}).status_code == 302
    job = BulkJob.objects.get()
    assert signed_in("agent").get(reverse("web:bulk_job", args=[job.pk])).status_code == 404
    assert "hx-get" in body(lead, reverse("web:bulk_job", args=[job.pk]))
    while operations.run_bulk(now=clock.now):
        pass
    assert set(Issue.objects.values_list("priority", flat=True)) == {"P2"}
    job.refresh_from_db()
    assert (job.state, job.done, job.refused) == ("done", 3, 0)
    operations.correct_classification(
        issue_id=ids[0], priority="P4", reason="不急", actor=actor("manager"), now=clock.now
    )
    page = body(lead, reverse("web:bulk_job", args=[job.pk]))
    assert "整批撤销" in page and 'hx-trigger="every 1s"' not in page
    assert lead.post(reverse("web:undo_bulk", args=[job.pk])).status_code == 302
    while operations.run_bulk(now=clock.now):
        pass
    found = dict(Issue.objects.values_list("title", "priority"))
    assert found["断电"] == "P4" and found["漏水"] == found["账单"] != "P2"
    undo = BulkJob.objects.latest("pk")
    assert (undo.done, undo.refused) == (2, 1)
    assert "之后有人改过" in body(lead, reverse("web:bulk_job", args=[undo.pk]))
    assert lead.post(reverse("web:undo_bulk", args=[job.pk])).status_code == 409
    assert BulkRow.objects.filter(job=undo, state="refused").get().issue_id == ids[0]


@pytest.mark.correctness(129)
def test_nobody_changes_many_without_the_right_nor_what_he_does_not_see(clock: FrozenClock) -> None:
    company()
    ids = [issue.pk for issue in three().values()]
    outsider = signed_in("outsider")
    given = {"action": "priority", "ids": ids, "query": "", "priority": "P1", "reason": "x"}
    assert outsider.post(reverse("web:start_bulk"), given).status_code == 403
    operations.save_tag(name="加急", actor=actor("admin"), now=NOW)
    tag = {"action": "tag", "ids": ids, "query": "", "tag": "1"}
    assert outsider.post(reverse("web:start_bulk"), tag).status_code == 422
    assert not BulkJob.objects.exists()


def test_steps_of_many_are_given_to_somebody_and_back(clock: FrozenClock) -> None:
    company()
    ids = [issue.pk for issue in three().values()]
    lead = signed_in("manager")
    given = {"action": "assign", "ids": ids, "query": "", "person": "agent", "reason": "分给小组"}
    assert lead.post(reverse("web:start_bulk"), given).status_code == 302
    while operations.run_bulk(now=clock.now):
        pass
    job = BulkJob.objects.get()
    assert (job.done, job.refused) == (3, 0), list(BulkRow.objects.values_list("refusal", flat=True))
    assert set(Issue.objects.values_list("assignee__username", flat=True)) == {"agent"}
    operations.undo_bulk(job_id=job.pk, actor=actor("manager"), now=clock.now)
    while operations.run_bulk(now=clock.now + timedelta(minutes=1)):
        pass
    assert set(Issue.objects.values_list("assignee__username", flat=True)) == {None}


def test_twice_the_issues_and_views_are_the_same_number_of_queries(clock: FrozenClock) -> None:
    company()
    counts = []
    for step in range(2):
        for number in range(4):
            customer_issue(title=f"第 {step} 批 {number}")
        client = signed_in("manager")
        client.post(reverse("web:save_view"), {"query": "status=new", "name": f"新的 {step}"})
        address = where([["priority", "in", ["P1", "P3"]], ["channel", "in", ["email"]]])
        counts.append(page_cost(client, address))
    assert counts[0] == counts[1] <= 16, counts


def test_many_are_withdrawn_with_a_reason_and_nothing_promises_a_way_back(clock: FrozenClock) -> None:
    company()
    ids = [issue.pk for issue in three().values()]
    operations.withdraw_issue(issue_id=ids[0], reason="早就不用了", actor=actor("agent"), now=clock.now)
    lead = signed_in("manager")
    given = {"action": "withdraw", "ids": ids, "query": ""}
    form = lead.post(reverse("web:bulk"), given).content.decode()
    assert "不能撤销" in form and "整批撤销" not in form and 'name="tag"' not in form
    assert lead.post(reverse("web:start_bulk"), given).status_code == 422, "not without a reason"
    assert lead.post(reverse("web:start_bulk"), given | {"reason": "展会样机，客户不要了"}).status_code == 302
    while operations.run_bulk(now=clock.now):
        pass
    job = BulkJob.objects.get()
    assert (job.done, job.refused) == (2, 1)
    assert set(Issue.objects.values_list("status", flat=True)) == {"withdrawn"}
    page = body(lead, reverse("web:bulk_job", args=[job.pk]))
    assert "整批撤销" not in page and "没有改 1 件" in page
    assert lead.post(reverse("web:undo_bulk", args=[job.pk])).status_code == 409
    assert BulkJob.objects.count() == 1
