"""Chosen messages become an issue of their own."""

from datetime import timedelta

import pytest

from bihuan.core.errors import Forbidden
from bihuan.flows.errors import ReasonRequired
from bihuan.issues import operations, queries
from bihuan.issues.models import Attachment, Entry, Issue, Link
from bihuan.issues.operations import NewFile
from bihuan.issues.operations.attachments import path_of
from bihuan.issues.operations.customer_files import IssuesHold
from bihuan.issues.operations.splitting import MOST, NothingChosen, NotInHere, TooManyChosen
from tests.factories import NOW, actor, company, customer_issue
from tests.issues.test_clocks import HOUR, clock, keep, promise

pytestmark = pytest.mark.django_db
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 64
LATER = NOW + timedelta(hours=2)


def writes(issue: Issue, text: str, minutes: int, *files: bytes) -> Entry:
    return operations.add_customer_message(
        issue_id=issue.pk,
        text=text,
        channel="email",
        author_name="吴桂芳",
        attachments=[NewFile(name=f"图{n}.png", media_type="image/png", data=data) for n, data in enumerate(files)],
        now=NOW + timedelta(minutes=minutes),
    )


def split(issue: Issue, *entries: Entry, **given: object) -> Issue:
    values: dict[str, object] = {"reason": "另一件事", "actor": actor("agent"), "now": LATER, **given}
    return operations.split_issue(issue_id=issue.pk, entry_ids=[each.pk for each in entries], **values)  # type: ignore[arg-type]


def said(issue: Issue) -> list[str]:
    return [each.text for each in Entry.objects.filter(issue=issue, kind="inbound").order_by("at", "id")]


@pytest.mark.correctness(72)
def test_copies_keep_author_time_and_files_and_say_where_they_are_from() -> None:
    company()
    keep(promise(targets={"resolution": 8 * HOUR}))
    issue = customer_issue(text="冷库没有数据")
    bill, more = writes(issue, "发票抬头写错了", 10, PICTURE), writes(issue, "抬头是第二医院", 20)
    fresh = split(issue, more, bill)
    assert said(fresh) == ["发票抬头写错了", "抬头是第二医院"]
    assert said(issue) == ["冷库没有数据", "发票抬头写错了", "抬头是第二医院"]
    copy = Entry.objects.filter(issue=fresh, kind="inbound").order_by("at").first()
    assert copy is not None and (copy.at, copy.author_name, copy.public) == (bill.at, "吴桂芳", True)
    assert copy.params["split_from"] == issue.number
    one, two = Attachment.objects.get(entry=bill), Attachment.objects.get(entry=copy)
    assert one.pk != two.pk and (one.stored_as, one.digest) == (two.stored_as, two.digest)
    assert (fresh.title, fresh.customer_id, fresh.contact_id) == ("发票抬头写错了", issue.customer_id, issue.contact_id)
    link = Link.objects.get()
    assert (link.kind, link.source_id, link.target_id) == ("split_from", fresh.pk, issue.pk)
    codes = set(Entry.objects.filter(code__startswith="issue.split").values_list("issue_id", "code"))
    assert codes == {(issue.pk, "issue.split_into"), (fresh.pk, "issue.split_from")}
    assert clock(fresh, "resolution").started_at == bill.at
    assert Issue.objects.get(pk=fresh.pk).promised_at == clock(fresh, "resolution").due_at
    found = queries.search(actor=actor("agent"), text="第二医院", now=LATER).items
    assert fresh.pk in [row.pk for row in found]


@pytest.mark.correctness(72)
def test_moved_ones_leave_but_the_first_and_what_was_sent_stay() -> None:
    company()
    keep(promise(targets={"resolution": 8 * HOUR}))
    issue = customer_issue(text="冷库没有数据")
    opening = Entry.objects.get(issue=issue, kind="inbound")
    bill = writes(issue, "发票抬头写错了", 10, PICTURE)
    reply = operations.post_entry(issue_id=issue.pk, kind="reply", text="发票马上重开", actor=actor("agent"), now=LATER)
    fresh = split(issue, opening, bill, reply, move=True, from_message=False, title="发票")
    assert said(issue) == ["冷库没有数据"] and said(fresh) == ["冷库没有数据", "发票抬头写错了"]
    assert Entry.objects.get(pk=bill.pk).issue_id == fresh.pk
    assert Entry.objects.get(pk=reply.pk).issue_id == issue.pk
    assert Attachment.objects.get(entry=bill).issue_id == fresh.pk
    assert clock(fresh, "resolution").started_at == LATER
    found = [row.pk for row in queries.search(actor=actor("agent"), text="发票抬头", now=LATER).items]
    assert found == [fresh.pk]
    shown = [each.text for each in queries.progress(issue_id=fresh.pk, now=LATER).messages]
    assert "发票抬头写错了" in shown and "发票马上重开" in shown


def test_what_is_refused() -> None:
    company()
    issue, other = customer_issue(), customer_issue()
    foreign = writes(other, "别处的", 5)
    event = Entry.objects.filter(issue=issue, kind="auto").first()
    assert event is not None
    with pytest.raises(NothingChosen):
        split(issue)
    with pytest.raises(NotInHere):
        split(issue, foreign)
    with pytest.raises(NotInHere):
        split(issue, event)
    with pytest.raises(TooManyChosen):
        operations.split_issue(
            issue_id=issue.pk, entry_ids=range(1, MOST + 2), reason="x", actor=actor("agent"), now=LATER
        )
    with pytest.raises(ReasonRequired):
        split(issue, Entry.objects.get(issue=issue, kind="inbound"), reason="  ")
    with pytest.raises(Forbidden):
        split(issue, Entry.objects.get(issue=issue, kind="inbound"), actor=actor("quality"))
    assert Issue.objects.count() == 2


def test_an_erased_person_leaves_no_file_behind_in_copies() -> None:
    company()
    issue = customer_issue()
    bill = writes(issue, "发票抬头写错了", 10, PICTURE)
    split(issue, bill)
    path = path_of(Attachment.objects.get(entry=bill))
    assert path.read_bytes() == PICTURE
    assert issue.contact_id is not None
    IssuesHold().erase(issue.contact_id, LATER)
    assert not path.exists() and not Attachment.objects.exists()
    assert not Entry.objects.filter(text__contains="发票").exists()
