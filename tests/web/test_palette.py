"""The field at the top: what fits, and nothing that one may not see."""

import re

import pytest

from tests.factories import company, customer_issue
from tests.support.statements import page_cost
from tests.web.test_pages import HOSTILE, signed_in

pytestmark = pytest.mark.django_db


def found(username: str, text: str) -> list[str]:
    answer = signed_in(username).get("/palette/", {"q": text})
    assert answer.status_code == 200
    return re.findall(r'href="([^"]+)"', answer.content.decode())


def test_pages_and_queues_are_found_by_their_words_and_by_initials() -> None:
    company()
    assert "/customers/" in found("agent", "客户") and "/customers/" in found("agent", "kh")
    assert "/desk/?queue=mine" in found("agent", "wddb")
    assert "/settings/audit/" in found("admin", "审计") and "/settings/audit/" not in found("agent", "审计")
    assert "/desk/" in found("agent", ""), "without a text the menu"


@pytest.mark.correctness(129)
def test_issues_and_customers_by_text_number_and_phone_for_those_who_may_see_them() -> None:
    company()
    issue = customer_issue(phone="13800001234")
    place = f"/issues/{issue.pk}/"
    for text in ("疫苗", issue.number, "iPhone充不进电"):
        assert place in found("agent", text), text
        assert place not in found("outsider", text), text
    assert f"/customers/{issue.customer_id}/" in found("agent", "云溪")
    assert f"/customers/{issue.customer_id}/" not in found("outsider", "云溪")


def test_whatever_is_typed_is_only_looked_for() -> None:
    company()
    for text in (HOSTILE, "字" * 10_000, "\x00", "‮abc", "%_\\'\""):
        answer = signed_in("agent").get("/palette/", {"q": text})
        assert answer.status_code == 200
        assert "<script" not in answer.content.decode()


def test_twice_the_issues_are_the_same_number_of_queries() -> None:
    company()
    counts = []
    for _ in range(2):
        for number in range(4):
            customer_issue(title=f"疫苗冷库 {number}")
        client = signed_in("agent")
        counts.append(page_cost(client, "/palette/", {"q": "疫苗"}))
    assert counts[0] == counts[1] <= 16, counts
