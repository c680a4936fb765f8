"""One search over everything, as far as the reader may see it."""

import pytest

from bihuan.issues import operations
from bihuan.issues.models import Issue
from tests.factories import NOW, actor, company, customer_issue
from tests.support.statements import page_cost
from tests.web.test_pages import HOSTILE, signed_in

pytestmark = pytest.mark.django_db


def shown(username: str = "agent", **wanted: str) -> str:
    answer = signed_in(username).get("/search/", wanted)
    assert answer.status_code == 200
    return answer.content.decode()


def note(issue: Issue, text: str, kind: str = "note") -> None:
    operations.post_entry(issue_id=issue.pk, kind=kind, text=text, actor=actor("agent"), now=NOW)


def test_issues_messages_and_customers_are_found_at_once_with_their_hits_marked() -> None:
    company()
    issue = customer_issue(phone="13800001234")
    note(issue, "已请厂家核对冷凝器，备件三天后到。")
    everything = shown(q="冷凝器")
    assert f'href="/issues/{issue.pk}/"' in everything and f"/issues/{issue.pk}/#entry-" in everything
    assert "<mark>冷凝器</mark>" in everything and "内部备注" in everything
    customer = f'href="/customers/{issue.customer_id}/"'
    for text in ("云溪", "yxsde", "138 0000 1234", "雲溪"):
        assert customer in shown(q=text) or text == "雲溪", text
    assert f'href="/issues/{issue.pk}/"' in shown(q="雲溪"), "traditional characters are the same"


@pytest.mark.correctness(129, 139)
def test_nobody_finds_what_they_may_not_see() -> None:
    company()
    issue = customer_issue()
    note(issue, "内部：合同价格待核对")
    for kind in ("", "issues", "messages", "customers", "articles"):
        for text in ("疫苗", "合同价格", "云溪"):
            page = shown("outsider", q=text, **{"in": kind})
            assert f"/issues/{issue.pk}/" not in page and f"/customers/{issue.customer_id}/" not in page


def test_a_message_holds_every_word_itself_and_a_long_talk_shows_three() -> None:
    company()
    issue = customer_issue()
    for number in range(5):
        note(issue, f"第{number}次 更换压缩机")
    note(issue, "只说更换")
    page = shown(q="更换 压缩机", **{"in": "messages"})
    assert page.count("#entry-") == 3 and "只说" not in page


def test_a_number_leads_to_its_issue_and_a_tab_pages_on_without_gaps() -> None:
    company()
    made = [customer_issue(title=f"疫苗柜 {number}", email=f"a{number}@example.org") for number in range(23)]
    answer = signed_in().get("/search/", {"q": f" {made[0].number} "})
    assert answer.status_code == 302 and answer.headers["Location"] == f"/issues/{made[0].pk}/"
    first = signed_in().get("/search/", {"q": "疫苗", "in": "issues"}).content.decode()
    following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = signed_in().get(following).content.decode()
    found = [pk for pk in (issue.pk for issue in made) for page in (first, second) if f'href="/issues/{pk}/"' in page]
    assert found == [issue.pk for issue in made]
    assert "20+" in first


def test_whatever_is_typed_is_only_looked_for() -> None:
    company()
    for text in (HOSTILE, "字" * 10_000, "\x00", "‮abc", "%_\\'\"", " "):
        for kind in ("", "messages", "nonsense"):
            assert "<script>alert" not in shown(q=text, **{"in": kind})
    assert signed_in().get("/search/", {"q": "疫苗", "in": "issues", "cursor": "x"}).status_code == 400


def test_twice_as_much_costs_the_same_statements() -> None:
    company()
    counts = []
    for _ in range(2):
        for number in range(14):
            note(customer_issue(title=f"疫苗冷库 {number}", email=f"{_}{number}@example.org"), "疫苗已移走")
        counts.append(page_cost(signed_in(), "/search/", {"q": "疫苗"}))
    assert counts[0] == counts[1] <= 30, counts
