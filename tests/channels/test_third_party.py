"""What is written to third parties and what they answer stays among the staff, in a conversation of its own."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from bihuan.channels import operations as channels
from bihuan.channels.models import Delivery
from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.issues import operations, queries
from bihuan.issues.models import Clock, Entry, Issue, Notice, ThirdPartyThread
from bihuan.issues.operations import NewFile, Outside
from bihuan.issues.operations.third_party import BadRecipient, IsTheCustomer
from bihuan.issues.queries.progress import said_with_customer
from tests.channels.test_mail import mail, receive
from tests.factories import NOW, actor, company

pytestmark = pytest.mark.django_db
SUPPLIER = "王工 <wang@supplier.example>"


def opened(number: int = 1) -> Issue:
    got = receive(mail(f"第 {number} 件事", message_id=f"<m{number}@hospital.example>"))
    return Issue.objects.get(pk=got.issue_id or 0)


def write(issue: Issue, text: str = "请报压缩机的价格和货期", **given: object) -> Entry:
    outside = {"name": "王工", "address": "wang@supplier.example", "subject": "压缩机询价", **given}
    return operations.write_to_third_party(
        issue_id=issue.pk,
        given=Outside(text=text, **outside),  # type: ignore[arg-type]
        actor=actor("agent"),
        now=NOW,
    )


def went(settings: Settings, tmp_path: Path) -> list[EmailMessage]:
    settings.SMTP_URL = f"file://{tmp_path}"
    channels.deliver_due(now=NOW)
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(tmp_path.glob("*.eml"))]
    return [each for each in found if "supplier" in str(each["To"])]


def answer(sent: EmailMessage, text: str, sender: str = SUPPLIER, message_id: str = "<s1@supplier.example>") -> bytes:
    return mail(f"回复：{sent['Subject']}", sender=sender, message_id=message_id, text=text,
                In_Reply_To=str(sent["Message-ID"]), References=str(sent["Message-ID"]))  # fmt: skip


@pytest.mark.correctness(10, 40, 43, 63)
def test_a_supplier_gets_the_words_alone_and_the_answer_comes_back_to_its_own_conversation(
    settings: Settings, tmp_path: Path
) -> None:
    company()
    issue = opened()
    before = {row.pk: (row.due_at, row.ended_at) for row in Clock.objects.filter(issue=issue)}
    entry = write(issue)
    assert (entry.kind, entry.public) == ("forward", False)
    (sent,) = went(settings, tmp_path)
    assert str(sent["To"]) == "王工 <wang@supplier.example>" and issue.number in str(sent["Subject"])
    assert not str(sent["Subject"]).startswith("Re:")
    body = sent.get_body(("plain",))
    assert body is not None and "/p/" not in body.get_content() and issue.customer_name not in sent.as_string()
    got = receive(answer(sent, "3,200 元，三天到货。\n\n-----原始邮件-----\n发件人: 服务\n请报价"))
    assert (got.status, got.issue_id, got.reason) == ("added", issue.pk, "token")
    line = Entry.objects.get(kind="answer")
    assert (line.text, line.public, line.author_name) == ("3,200 元，三天到货。", False, "王工")
    thread = ThirdPartyThread.objects.get()
    assert line.third_party_id == thread.pk == entry.third_party_id and not thread.awaits
    assert {row.pk: (row.due_at, row.ended_at) for row in Clock.objects.filter(issue=issue)} == before
    assert not Entry.objects.filter(said_with_customer(issue), kind__in=("forward", "answer")).exists()
    assert Notice.objects.filter(code="notice.third_party", user__username="agent").count() == 1
    assert Issue.objects.count() == 1


@pytest.mark.correctness(40, 41, 69)
def test_third_parties_never_become_participants_of_what_is_said_with_the_customer(
    settings: Settings, tmp_path: Path
) -> None:
    company()
    issue = opened()
    write(issue)
    (sent,) = went(settings, tmp_path)
    receive(answer(sent, "收到"))
    by_own_id = mail("又：压缩机", sender=SUPPLIER, message_id="<s2@supplier.example>", text="补充",
                     In_Reply_To="<s1@supplier.example>")  # fmt: skip
    by_number = mail(f"压缩机 [{issue.number}]", sender=SUPPLIER, message_id="<s3@supplier.example>", text="再补充")
    colleague = mail(f"压缩机 [{issue.number}]", sender="乙 <b@supplier.example>", message_id="<s4@supplier.example>")
    assert [receive(each).status for each in (by_own_id, by_number, colleague)] == ["added", "added", "opened"]
    own = Entry.objects.filter(issue=issue)
    assert own.filter(kind="answer").count() == 3 and own.filter(kind="inbound").count() == 1
    assert not own.filter(public=True, author_name__contains="王工").exists()
    ours = mail("回复", message_id="<h9@hospital.example>", text="客户的话", References=str(sent["Message-ID"]))
    receive(ours)
    said = Entry.objects.get(text="客户的话")
    assert (said.kind, said.public, said.issue_id) == ("inbound", True, issue.pk), "the customer's words are his own"


def test_who_answers_for_the_supplier_is_named_and_the_next_mail_goes_on_in_the_thread(
    settings: Settings, tmp_path: Path
) -> None:
    company()
    issue = opened()
    first = write(issue)
    (sent,) = went(settings, tmp_path)
    receive(answer(sent, "我来回答", sender="李四 <li@supplier.example>"))
    assert Entry.objects.get(kind="answer").author_name == "李四 <li@supplier.example>"
    receive(answer(sent, "没有署名", sender="office@supplier.example", message_id="<s7@supplier.example>"))
    nameless = Entry.objects.get(text="没有署名").author_name
    assert "office@supplier.example" in nameless and "王工" not in nameless
    operations.write_to_third_party(
        issue_id=issue.pk,
        given=Outside(text="可以，请发货", thread_id=first.third_party_id),
        actor=actor("agent"),
        now=NOW,
    )
    last = went(settings, tmp_path)
    again = next(each for each in last if each["Message-ID"] != sent["Message-ID"])
    assert str(again["In-Reply-To"]) == "<s7@supplier.example>" and str(again["Subject"]).startswith("Re: 压缩机询价")
    talk = queries.third_party_talk(actor=actor("agent"), issue_id=issue.pk, thread_id=first.third_party_id or 0)
    assert [each.kind for each in talk.lines] == ["forward", "answer", "answer", "forward"] and talk.thread.awaits


@pytest.mark.correctness(60, 63)
def test_a_double_click_sends_one_mail_and_what_cannot_go_is_refused() -> None:
    company()
    issue = opened()
    for _ in range(2):
        operations.write_to_third_party(
            issue_id=issue.pk,
            given=Outside(text="请报价", address="a@b.example"),
            actor=actor("agent"),
            now=NOW,
            key="k",
        )
    assert Delivery.objects.filter(recipient="a@b.example").count() == 1
    for given, refusal in (
        ({"address": "no address"}, BadRecipient),
        ({"address": "WU@hospital.example"}, IsTheCustomer),
        ({"text": "  "}, Refused),
        ({"thread_id": 10**9}, NotFound),
    ):
        with pytest.raises(refusal):
            write(issue, **given)
    for who in ("outsider", "quality"):
        with pytest.raises((Forbidden, NotFound)):
            operations.write_to_third_party(
                issue_id=issue.pk, given=Outside(text="x", address="a@b.example"), actor=actor(who), now=NOW
            )
    other = opened(2)
    with pytest.raises(NotFound):
        queries.third_party_talk(actor=actor("agent"), issue_id=other.pk, thread_id=ThirdPartyThread.objects.get().pk)


def test_files_of_the_issue_go_along_and_those_of_another_do_not(settings: Settings, tmp_path: Path) -> None:
    company()
    issue, other = opened(), opened(2)
    picture = NewFile(name="铭牌.png", media_type="image/png", data=b"\x89PNG\r\n\x1a\n")
    files = {}
    for each in (issue, other):
        note = operations.post_entry(
            issue_id=each.pk, kind="note", text="照片", attachments=[picture], actor=actor("agent"), now=NOW
        )
        files[each.pk] = note.attachments.get().pk
    with pytest.raises(NotFound):
        write(issue, kept=[files[other.pk]])
    write(issue, kept=[files[issue.pk]])
    (sent,) = went(settings, tmp_path)
    assert [part.get_filename() for part in sent.iter_attachments()] == ["铭牌.png"]


@pytest.mark.correctness(64, 66, 69)
def test_after_a_merge_the_answer_reaches_the_survivor_and_goes_back_with_its_issue(
    settings: Settings, tmp_path: Path
) -> None:
    company()
    kept, merged = opened(1), opened(2)
    write(merged)
    (sent,) = went(settings, tmp_path)
    made = operations.merge_issues(
        merged_id=merged.pk, survivor_id=kept.pk, reason="同一件", actor=actor("agent"), now=NOW
    )
    receive(answer(sent, "并入以后的答复"))
    line = Entry.objects.get(text="并入以后的答复")
    assert (line.issue_id, line.origin_id) == (kept.pk, merged.pk)
    operations.write_to_third_party(
        issue_id=kept.pk, given=Outside(text="继续", thread_id=line.third_party_id), actor=actor("agent"), now=NOW
    )
    operations.undo_merge(merge_id=made.pk, reason="看错", actor=actor("agent"), now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT issue_id FROM issues_entry WHERE third_party_id IS NOT NULL")
        assert cursor.fetchall() == [(merged.pk,)]
