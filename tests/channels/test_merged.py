"""Mail to an issue that is handled in another one; and an album of pictures."""

import pytest

from bihuan.issues import operations
from bihuan.issues.models import Attachment, Entry, Issue, IssueMerge
from tests.channels.test_mail import mail, receive
from tests.factories import NOW, actor, company

pytestmark = pytest.mark.django_db
PICTURE = b"\x89PNG\r\n\x1a\n"


def opened(number: int, sender: str = "吴桂芳 <wu@hospital.example>") -> Issue:
    got = receive(mail(f"第 {number} 件事", message_id=f"<m{number}@hospital.example>", sender=sender))
    assert got.status == "opened"
    return Issue.objects.get(pk=got.issue_id or 0)


def merge(merged: Issue, survivor: Issue, **given: bool) -> IssueMerge:
    return operations.merge_issues(
        merged_id=merged.pk, survivor_id=survivor.pk, reason="同一件", actor=actor("agent"), now=NOW, **given
    )


@pytest.mark.correctness(64, 66)
def test_mail_to_the_old_number_reaches_the_survivor_and_goes_back() -> None:
    company()
    kept, merged = opened(1), opened(2)
    made = merge(merged, kept)
    by_thread = receive(mail("回复", message_id="<r1@h>", text="按往来找到", In_Reply_To="<m2@hospital.example>"))
    by_number = receive(mail(f"回复 [{merged.number}]", message_id="<r2@h>", text="按编号找到"))
    assert (by_thread.status, by_number.status) == ("added", "added")
    entries = Entry.objects.filter(text__startswith="按").order_by("id")
    assert [(each.issue_id, each.origin_id) for each in entries] == [(kept.pk, merged.pk)] * 2
    assert Issue.objects.count() == 2
    operations.undo_merge(merge_id=made.pk, reason="看错", actor=actor("agent"), now=NOW)
    assert {each.issue_id for each in entries.all()} == {merged.pk}
    again = receive(mail("回复", message_id="<r3@h>", text="按撤销后", In_Reply_To="<r1@h>"))
    assert again.status == "added" and Entry.objects.get(text="按撤销后").issue_id == merged.pk


@pytest.mark.correctness(69)
def test_mail_of_another_customer_stays_his() -> None:
    company()
    kept, merged = opened(1), opened(2, sender="乙 <b@else.example>")
    merge(merged, kept, foreign=True)
    receive(mail("回复", sender="乙 <b@else.example>", message_id="<r1@e>", text="乙的话",
                 In_Reply_To="<m2@hospital.example>"))  # fmt: skip
    entry = Entry.objects.get(text="乙的话")
    assert (entry.issue_id, entry.origin_id, entry.public) == (kept.pk, merged.pk, False)


def test_after_the_survivor_is_closed_a_mail_opens_a_follow_up_of_who_wrote() -> None:
    company()
    kept, merged = opened(1), opened(2, sender="乙 <b@else.example>")
    merge(merged, kept, foreign=True)
    operations.stop_issue(issue_id=kept.pk, reason="停", actor=actor("supervisor"), now=NOW)
    operations.end_merged(now=NOW)
    receive(mail("回复", sender="乙 <b@else.example>", message_id="<r1@e>", text="又来了", In_Reply_To="<m2@hospital.example>"))  # fmt: skip
    fresh = Issue.objects.latest("id")
    assert fresh.customer_id == merged.customer_id and fresh.pk not in (kept.pk, merged.pk)


@pytest.mark.correctness(58)
def test_an_album_of_five_pictures_is_one_conversation() -> None:
    """Five at once in one mail, and five mails of one thread: one issue, every picture once."""
    company()
    first = opened(1)
    for number in range(5):
        receive(mail(f"照片 {number}", message_id=f"<p{number}@h>", text=f"照片 {number}",
                     In_Reply_To="<m1@hospital.example>", References="<m1@hospital.example>"))  # fmt: skip
    operations.add_customer_message(
        issue_id=first.pk, text="五张照片", channel="portal", author_name="吴桂芳", now=NOW,
        attachments=[
            operations.NewFile(name=f"{n}.png", media_type="image/png", data=PICTURE + bytes([n])) for n in range(5)
        ],
    )  # fmt: skip
    assert Issue.objects.count() == 1
    assert Entry.objects.filter(issue=first, kind="inbound").count() == 7
    album = Entry.objects.get(text="五张照片")
    assert Attachment.objects.filter(entry=album).values("digest").distinct().count() == 5
