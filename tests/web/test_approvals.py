"""Approvals on their pages: the step's page, the issue's page and side, the queue, the settings."""

import re

import pytest
from django.test import Client

from bihuan.issues import operations
from bihuan.issues.models import Approval, ApprovalSeat, Issue
from tests.factories import NOW, actor
from tests.issues.approvals_world import at, completes, content_hash, house, house_side_by_side, planned, rounds
from tests.issues.test_story import open_step
from tests.support.statements import page_cost
from tests.web.test_pages import HOSTILE, signed_in

pytestmark = pytest.mark.django_db


def body(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def seen_on(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found.group(1)


def step_url(issue: Issue) -> str:
    return f"/steps/{open_step(issue).pk}/"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_step_shows_what_is_approved_and_who_decides(language: str) -> None:
    house("vote", quorum="2")
    issue = planned()
    page = body(signed_in("approver", language), step_url(issue))
    assert "回退固件" in page and seen_on(page) == content_hash(issue)
    assert page.count('class="seat ') == 3
    choices = re.findall(r'<option value="([^"]+)">', page)
    assert "head" in choices and not {"approver", "approver-0", "engineer"}.intersection(choices)
    assert ("票签" if language == "zh-hans" else "Vote") in page
    assert 'name="outcome"' in page


def test_deciding_on_the_page() -> None:
    house("vote", quorum="2")
    issue = planned()
    url = step_url(issue)
    first = signed_in("approver")
    form = {"outcome": "approve_o", "opinion": "可以", "seen": seen_on(body(first, url))}
    answer = first.post(url, form, follow=True)
    assert "还等其他人表态" in answer.content.decode()
    page = body(first, url)
    assert 'name="outcome"' not in page and "您已经表态" in page
    assert "您写" in body(signed_in("engineer"), url)
    second = signed_in("approver-0")
    assert second.post(url, {**form, "opinion": "同意"}).status_code == 302
    assert Issue.objects.get(pk=issue.pk).step_node == "execute"


def test_a_stale_page_keeps_what_was_typed_and_shows_what_is_there_now() -> None:
    issue = house_side_by_side()
    url = f"/steps/{at(issue, 'approve_owner').pk}/"
    client = signed_in("approver")
    page = body(client, url)
    completes(issue, "amend", measures="只换网关")
    answer = client.post(url, {"outcome": "yes", "opinion": "写了很久的意见", "seen": seen_on(page)})
    again = answer.content.decode()
    assert answer.status_code == 409 and "解决措施" in again and "没有记入" in again
    assert "写了很久的意见" in again and "只换网关" in again
    assert seen_on(again) == content_hash(issue) != seen_on(page)
    assert not ApprovalSeat.objects.exclude(decision="").exists()
    assert client.post(url, {"outcome": "yes", "opinion": "好", "seen": seen_on(again)}).status_code == 302


def test_who_comes_late_reads_what_happened() -> None:
    house("any")
    issue = planned()
    url = step_url(issue)
    late = signed_in("approver-0")
    form = {"outcome": "approve_o", "opinion": "我的意见", "seen": seen_on(body(late, url))}
    assert signed_in("approver").post(url, {**form, "outcome": "reject_o"}).status_code == 302
    answer = late.post(url, form)
    said = answer.content.decode()
    assert answer.status_code == 409 and "approver 先生" in said and "我的意见" in said


def test_asking_and_answering_on_the_issues_page() -> None:
    house()
    issue = planned()
    asker = signed_in("engineer")
    assert "approval-dialog" in body(asker, f"/issues/{issue.pk}/")
    given = {"text": HOSTILE, "people": ["head", "quality"], "mode": "all", "blocks": str(open_step(issue).pk)}
    assert asker.post(f"/issues/{issue.pk}/approvals/", given).status_code == 302
    approval = Approval.objects.get(work_item=None)
    assert approval.text == HOSTILE.strip()
    head = signed_in("head")
    page = body(head, f"/issues/{issue.pk}/")
    assert f"/approvals/{approval.pk}/decide/" in page and "<script>alert(1)" not in page
    side = body(head, f"/issues/{issue.pk}/side/work/")
    assert f'id="approval-{approval.pk}"' in side and "<script>alert(1)" not in side
    blocked = signed_in("approver").post(step_url(issue), {"outcome": "approve_o", "opinion": "可以"})
    assert blocked.status_code == 409 and "head 先生" in blocked.content.decode()
    answered = head.post(f"/approvals/{approval.pk}/decide/", {"decision": "approve", "seen": approval.content_hash})
    assert answered.status_code == 302
    assert f"/approvals/{approval.pk}/decide/" not in body(head, f"/issues/{issue.pk}/")
    refused = signed_in("quality").post(f"/approvals/{approval.pk}/decide/", {"decision": "reject"})
    assert refused.status_code == 422
    taken = asker.post(f"/approvals/{approval.pk}/cancel/", {"reason": "不用了"})
    assert taken.status_code == 302 and Approval.objects.get(pk=approval.pk).state == "cancelled"


def test_adding_passing_on_and_taking_out_on_the_page() -> None:
    house("all")
    issue = planned()
    (approval,) = rounds(issue)
    client = signed_in("approver")
    added = {"person": "quality", "place": "before", "reason": "看检验结论", "from": "step"}
    assert client.post(f"/approvals/{approval.pk}/add/", added)["Location"] == step_url(issue)
    page = body(client, step_url(issue))
    assert "减签" in page and "加签" in page
    seat = ApprovalSeat.objects.get(user__username="quality")
    assert client.post(f"/approvals/seats/{seat.pk}/remove/", {"reason": "不用", "from": "step"}).status_code == 302
    assert client.post(f"/approvals/{approval.pk}/delegate/", {"person": "head", "reason": "出差"}).status_code == 302
    assert 'name="outcome"' in body(signed_in("head"), step_url(issue))


@pytest.mark.correctness(129)
def test_what_one_may_not_see_is_not_there() -> None:
    house("all")
    issue = planned()
    (approval,) = rounds(issue)
    outsider = signed_in("outsider")
    for url in (
        f"/issues/{issue.pk}/approvals/",
        f"/approvals/{approval.pk}/add/",
        f"/approvals/{approval.pk}/delegate/",
        f"/approvals/{approval.pk}/decide/",
        f"/approvals/{approval.pk}/cancel/",
        f"/approvals/seats/{approval.seats.all()[0].pk}/remove/",
        "/approvals/999999/decide/",
    ):
        given = {"text": "x", "people": ["head"], "reason": "x", "person": "head", "decision": "approve"}
        assert outsider.post(url, given).status_code == 404, url


@pytest.mark.correctness(145)
def test_the_queue_counts_what_it_lists() -> None:
    house("all")
    first, second = planned(), planned()
    client = signed_in("approver-0")
    page = body(client, "/desk/?queue=approvals")
    assert page.count("data-item") == 2
    given = {"outcome": "approve_o", "opinion": "可以"}
    client.post(step_url(first), given)
    page = body(client, "/desk/?queue=approvals")
    assert page.count("data-item") == 1 and second.number in page
    assert first.number not in body(client, "/desk/?queue=claimable")


def test_the_issues_page_costs_the_same_however_many_approvals() -> None:
    house("all")
    issue = planned()
    client = signed_in("head")

    urls = (f"/issues/{issue.pk}/", f"/issues/{issue.pk}/side/work/", step_url(issue), "/desk/?queue=approvals")
    before = []
    for more in (1, 6):
        for _each in range(more):
            operations.ask_approval(
                issue_id=issue.pk, text="减免", usernames=["head", "quality"], actor=actor("engineer"), now=NOW
            )
        before.append([page_cost(client, url) for url in urls])
    assert before[0] == before[1]


def test_the_companys_strictness() -> None:
    house()
    client = signed_in("admin")
    assert "严格" in body(client, "/settings/approvals/")
    assert client.post("/settings/approvals/", {"strictness": "off"}).status_code == 302
    assert re.search(r'value="off" checked', body(client, "/settings/approvals/"))
    assert client.post("/settings/approvals/", {"strictness": "dice"}).status_code == 422
    assert signed_in("agent").get("/settings/approvals/").status_code == 403
