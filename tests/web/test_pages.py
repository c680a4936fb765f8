"""Every page opens for those who may see it, in both languages, with hostile data, and costs a bounded number of queries."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.accounts.models import User
from bihuan.core.clock import system_now
from bihuan.core.links import read_link, sign_link
from bihuan.flows.models import WorkItem
from bihuan.issues import operations
from bihuan.issues.models import Issue
from bihuan.surveys import operations as surveys
from bihuan.surveys.models import Response
from tests.factories import NOW, actor, company, customer_issue
from tests.issues.test_story import do, run_to, the_customer
from tests.support.statements import page_cost

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> ‮txet 𠮷😀"


def signed_in(username: str = "agent", language: str = "zh-hans") -> Client:
    client = Client()
    user = User.objects.get(username=username)
    client.force_login(user)
    if language != user.language:
        client.post(reverse("web:preferences"), {"language": language})
    return client


def pages(issue: Issue) -> list[str]:
    step = WorkItem.objects.filter(instance=issue.instance).latest("id")
    return [
        "/desk/",
        "/desk/?queue=all",
        "/desk/queues/",
        "/desk/list/",
        f"/issues/{issue.pk}/",
        f"/issues/{issue.pk}/feed/",
        *(f"/issues/{issue.pk}/side/{tab}/" for tab in ("chart", "customer", "history", "clock", "knowledge", "log")),
        "/issues/",
        "/issues/?q=疫苗",
        "/issues/?view=open&sort=due",
        "/issues/new/",
        f"/steps/{step.pk}/",
        f"/issues/{issue.pk}/chart/",
        "/customers/",
        f"/customers/{issue.customer_id}/",
        "/knowledge/",
        "/charts/",
        "/charts/T01/",
        "/notices/",
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_and_escapes(language: str) -> None:
    company()
    issue = customer_issue(title=HOSTILE, text=HOSTILE, name=HOSTILE)
    operations.post_entry(issue_id=issue.pk, kind="note", text=HOSTILE, actor=actor("agent"), now=NOW)
    client = signed_in(language=language)
    for url in pages(issue):
        answer = client.get(url)
        assert answer.status_code == 200, url
        body = answer.content.decode()
        assert "<script>alert(1)" not in body and "<img src=x" not in body, url
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert not re.search(r"\son\w+=\"", body), url


@pytest.mark.correctness(129)
def test_pages_of_foreign_issues_are_not_found() -> None:
    company()
    issue = customer_issue()
    step = WorkItem.objects.get(instance=issue.instance)
    client = signed_in("outsider")
    for url in (
        f"/issues/{issue.pk}/",
        f"/issues/{issue.pk}/feed/",
        f"/issues/{issue.pk}/side/log/",
        f"/steps/{step.pk}/",
        f"/issues/{issue.pk}/chart/",
        f"/issues/{issue.pk}/documents/F01.pdf",
    ):
        assert client.get(url).status_code == 404, url
    assert "疫苗" not in client.get("/issues/?q=疫苗").content.decode().replace('value="疫苗"', "")


def test_nobody_sees_anything_without_signing_in() -> None:
    company()
    issue = customer_issue()
    for url in pages(issue):
        assert Client().get(url).status_code == 302, url


@pytest.mark.parametrize("url", ["/issues/", "/desk/?queue=all"])
def test_lists_cost_the_same_queries_whatever_their_length(url: str) -> None:
    company()
    client = signed_in()
    customer_issue()
    counts = []
    for _round in range(2):
        for _each in range(6):
            customer_issue()
        counts.append(page_cost(client, url))
    assert counts[0] == counts[1] <= 16


def test_a_step_form_completes_the_step_and_keeps_what_was_typed() -> None:
    company()
    issue = customer_issue()
    step = WorkItem.objects.get(instance=issue.instance)
    client = signed_in()
    refused = client.post(f"/steps/{step.pk}/", {"outcome": "to_classify", "customer_name": "", "place": "三号库"})
    assert refused.status_code == 422
    assert "三号库" in refused.content.decode()
    done = client.post(
        f"/steps/{step.pk}/", {"outcome": "to_classify", "customer_name": "云溪", "description": "没有数据"}
    )
    assert done.status_code == 302
    assert Issue.objects.get(pk=issue.pk).step_node == "classify"


def test_documents_print_as_pdf_and_docx() -> None:
    company()
    issue = customer_issue()
    run_to(issue, "inform", NOW)
    client = signed_in()
    for code in ("F01", "F02", "F03", "F04"):
        assert client.get(f"/issues/{issue.pk}/documents/{code}.pdf").content.startswith(b"%PDF-")
        assert client.get(f"/issues/{issue.pk}/documents/{code}.docx").content.startswith(b"PK")


def test_progress_page_reading_changes_nothing_and_answering_moves_the_chart() -> None:
    company()
    issue = customer_issue()
    run_to(issue, "inform", NOW)
    token = sign_link(purpose="progress", subject=issue.pk, now=NOW, days=3650)
    client = Client()
    before = Issue.objects.get(pk=issue.pk).revision
    assert client.get(f"/p/{token}/").status_code == 200
    assert Issue.objects.get(pk=issue.pk).revision == before
    assert client.post(f"/p/{token}/answer/", {"solved": "no"}).status_code == 422
    assert client.post(f"/p/{token}/answer/", {"solved": "no", "text": "又断了"}).status_code == 302
    assert Issue.objects.get(pk=issue.pk).step_node == "plan"
    assert client.get(f"/p/{token}x/").status_code == 404
    assert client.get(f"/rate/{token}/").status_code == 404


@pytest.mark.correctness(106)
def test_the_rating_link_works_once_and_only_by_posting() -> None:
    company()
    issue = customer_issue()
    run_to(issue, "inform", NOW)
    from bihuan.core.clock import system_now

    token = surveys.invite(issue_id=issue.pk, round=1, now=system_now())
    client = Client()
    for _look in range(3):
        assert client.get(f"/rate/{token}/").status_code == 200
    assert Response.objects.count() == 0
    scores = {"solved": "yes", "efficiency": "5", "communication": "4"}
    assert client.post(f"/rate/{token}/", scores).status_code == 200
    assert client.post(f"/rate/{token}/", scores).status_code in (404, 409)
    kept = Response.objects.get()
    assert (kept.efficiency, kept.communication, kept.effectiveness) == (5, 4, None)
    assert Issue.objects.get(pk=issue.pk).status == "closed"


@pytest.mark.correctness(60)
def test_a_double_click_posts_once() -> None:
    company()
    issue = customer_issue()
    client = signed_in()
    for _click in range(2):
        client.post(f"/issues/{issue.pk}/entries/", {"kind": "note", "text": "看一下", "idempotency_key": "k1"})
    assert issue.entries.filter(kind="note").count() == 1
    form = {
        "title": "漏水",
        "description": "三楼漏水",
        "name": "王冕",
        "phone": "13800006620",
        "consent": "yes",
        "idempotency_key": "f1",
    }
    links = [client.post("/report/", form)["Location"].split("/")[2] for _click in range(2)]
    made = Issue.objects.get(title="漏水")
    assert {read_link(purpose="progress", token=link, now=system_now()) for link in links} == {made.pk}


def test_withdrawing_on_the_progress_page() -> None:
    company()
    issue = customer_issue()
    do(issue, "register", NOW)
    token = sign_link(purpose="progress", subject=issue.pk, now=NOW, days=3650)
    assert Client().post(f"/p/{token}/withdraw/", {"reason": "好了"}).status_code == 302
    assert Issue.objects.get(pk=issue.pk).status == "withdrawn"
    assert the_customer(issue).customer_id == issue.customer_id
