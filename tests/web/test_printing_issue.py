"""A whole issue on paper: all of it, masked as on the screen, and it is written down who took it."""

import pytest
from django.test import Client

from bihuan.core.models import AuditEntry
from bihuan.issues import operations as issues
from tests.factories import NOW, actor, company, customer_issue
from tests.web.test_pages import HOSTILE, signed_in

pytestmark = pytest.mark.django_db


def test_all_that_was_said_is_on_the_sheet_in_its_order() -> None:
    company()
    issue = customer_issue(text=HOSTILE, phone="13800001234")
    for number in range(170):  # more than two portions of the timeline
        issues.post_entry(issue_id=issue.pk, kind="note", text=f"第{number}条。", actor=actor("agent"), now=NOW)
    answer = signed_in("agent").get(f"/issues/{issue.pk}/print/")
    text = answer.content.decode()
    assert answer.status_code == 200
    places = [text.index(f"第{number}条。") for number in range(170)]
    assert places == sorted(places) and text.count("第17条。") == 1
    assert issue.number in text and issue.title in text and "处理过程" in text
    assert "13800001234" not in text and "<script>" not in text


@pytest.mark.correctness(118)
def test_who_took_it_is_audited_and_who_may_not_see_it_gets_nothing() -> None:
    company()
    issue = customer_issue()
    assert signed_in("outsider").get(f"/issues/{issue.pk}/print/").status_code == 404
    assert Client().get(f"/issues/{issue.pk}/print/").status_code == 302
    assert not AuditEntry.objects.filter(action="issue.printed").exists()
    signed_in("agent").get(f"/issues/{issue.pk}/print/")
    row = AuditEntry.objects.get(action="issue.printed")
    assert row.object_id == issue.pk and row.actor_name == "agent"
