"""A title put better: found by its new words, said in the timeline, never over somebody else's."""

import pytest

from bihuan.core.errors import Forbidden, Refused
from bihuan.core.models import AuditEntry
from bihuan.issues import operations, queries
from bihuan.issues.errors import TooLong
from bihuan.issues.models import Entry
from bihuan.issues.operations.titles import NoTitle, TitleChanged
from bihuan.issues.rules.sentences import sentence
from tests.factories import NOW, actor, company, customer_issue
from tests.web.test_pages import HOSTILE, signed_in

pytestmark = pytest.mark.django_db


def found(text: str) -> list[int]:
    return [issue.pk for issue in queries.search(actor=actor("agent"), text=text, now=NOW).items]


def test_it_is_found_by_the_new_words_and_the_timeline_keeps_the_old_ones() -> None:
    company()
    issue = customer_issue(title="帮帮忙")
    operations.retitle_issue(
        issue_id=issue.pk, title=" 3 号冷库\n压缩机停机 ", read="帮帮忙", actor=actor("agent"), now=NOW
    )
    assert found("压缩机停机") == found("iPhone充不进电") == [issue.pk], "what was written stays found"
    line = Entry.objects.get(issue=issue, code="issue.retitled")
    assert sentence(line.code, line.params) == "改标题：“帮帮忙” → “3 号冷库 压缩机停机”"
    operations.retitle_issue(issue_id=issue.pk, title="3 号冷库 压缩机停机", actor=actor("agent"), now=NOW)
    assert Entry.objects.filter(issue=issue, code="issue.retitled").count() == 1, "the same again leaves no trace"


@pytest.mark.correctness(73)
def test_nobody_writes_over_a_title_that_somebody_else_has_put_meanwhile() -> None:
    company()
    issue = customer_issue(title="帮帮忙")
    client = signed_in("agent")
    address = f"/issues/{issue.pk}/title/"
    assert client.post(address, {"title": "甲", "was_title": "帮帮忙"}).status_code == 302
    answer = client.post(address, {"title": "乙", "was_title": "帮帮忙"})
    text = answer.content.decode()
    assert answer.status_code == 409 and "“甲”" in text and "“乙”" in text
    issue.refresh_from_db()
    assert issue.title == "甲"


def test_who_may_not_and_what_is_no_title_is_refused_and_nothing_changes() -> None:
    company()
    issue = customer_issue(title="帮帮忙")
    for title, refusal in (("", NoTitle), ("\x00 \n", NoTitle), ("长" * 301, TooLong)):
        with pytest.raises(refusal):
            operations.retitle_issue(issue_id=issue.pk, title=title, actor=actor("agent"), now=NOW)
    with pytest.raises(Forbidden):
        operations.retitle_issue(issue_id=issue.pk, title="别的", actor=actor("quality"), now=NOW)
    with pytest.raises(Refused):
        operations.retitle_issue(issue_id=issue.pk, title="别的", actor=actor("outsider"), now=NOW)
    operations.withdraw_issue(issue_id=issue.pk, reason="不用了", actor=actor("agent"), now=NOW)
    with pytest.raises(Refused):
        operations.retitle_issue(issue_id=issue.pk, title="别的", actor=actor("agent"), now=NOW)
    issue.refresh_from_db()
    assert issue.title == "帮帮忙"


def test_hostile_words_stay_words_and_stay_out_of_the_chain() -> None:
    company()
    issue = customer_issue()
    operations.retitle_issue(issue_id=issue.pk, title=HOSTILE, actor=actor("agent"), now=NOW)
    assert "<script>alert(1)" not in signed_in("agent").get(f"/issues/{issue.pk}/").content.decode()
    assert TitleChanged.status == 409
    assert "alert" not in str(list(AuditEntry.objects.values_list("detail", flat=True)))
