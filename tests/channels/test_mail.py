"""Mails become issues, messages, flags or nothing; once each."""

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from bihuan.channels import operations as channels
from bihuan.channels.models import Delivery, InboundMessage
from bihuan.issues.models import Entry, Issue
from tests.factories import NOW, company

pytestmark = pytest.mark.django_db


def mail(
    subject: str = "疫苗冷库温度数据中断",
    *,
    sender: str = "吴桂芳 <wu@hospital.example>",
    message_id: str = "<a1@hospital.example>",
    text: str = "2 号库没有数据，请确认。",
    **headers: str,
) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Message-ID"] = (
        sender,
        "service@bihuan.local",
        subject,
        message_id,
    )
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def receive(raw: bytes) -> channels.Received:
    return channels.receive_mail(raw=raw, recipients=["service@bihuan.local"], mailbox="service@bihuan.local", now=NOW)


def sent(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.glob("*.eml"))]


@pytest.mark.correctness(56)
def test_a_mail_opens_one_issue_however_often_it_comes() -> None:
    company()
    first, second = receive(mail()), receive(mail())
    assert (first.status, second.status) == ("opened", "duplicate")
    assert second.issue_id == first.issue_id
    assert Issue.objects.count() == 1


@pytest.mark.correctness(50)
def test_equal_id_with_another_body_is_another_mail() -> None:
    company()
    receive(mail())
    assert receive(mail(text="完全不同的一件事", subject="发票抬头写错")).status == "opened"
    assert Issue.objects.count() == 2


@pytest.mark.correctness(40)
def test_the_answer_to_our_acknowledgement_joins_its_issue(tmp_path: Path) -> None:
    company()
    opened = receive(mail())
    assert channels.deliver_due(now=NOW) == 1
    delivery = Delivery.objects.get(issue_id=opened.issue_id or 0)
    assert delivery.status == "sent"
    answer = receive(
        mail(
            "Re: 疫苗", message_id="<a2@hospital.example>", text="补充：现场照片已拍。", In_Reply_To=delivery.message_id
        )
    )
    assert (answer.status, answer.issue_id, answer.reason) == ("added", opened.issue_id, "token")
    assert len(sent(tmp_path / "outbox")) == 1
    assert channels.deliver_due(now=NOW + timedelta(hours=1)) == 0


@pytest.mark.correctness(41, 131)
def test_a_stranger_who_knows_the_number_opens_an_issue_of_his_own() -> None:
    company()
    opened = receive(mail())
    number = Issue.objects.get(pk=opened.issue_id or 0).number
    stranger = receive(mail(f"关于 {number}", sender="x@stranger.example", message_id="<s@stranger.example>"))
    assert stranger.status == "opened" and stranger.issue_id != opened.issue_id
    assert Entry.objects.filter(issue_id=stranger.issue_id or 0, code="mail.hint").exists()
    own = receive(mail(f"关于 {number}", message_id="<a3@hospital.example>"))
    assert (own.status, own.issue_id) == ("added", opened.issue_id)


@pytest.mark.correctness(35, 44)
@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.example>"},
        {"X_Auto_Response_Suppress": "All", "Auto_Submitted": "auto-generated"},
    ],
)
def test_automatic_mail_gets_no_answer(headers: dict[str, str]) -> None:
    company()
    received = receive(mail(**headers))
    assert not Delivery.objects.filter(status="queued").exists()
    assert received.status in ("ignored", "opened")


@pytest.mark.correctness(45)
def test_ten_automatic_answers_an_address_and_window() -> None:
    company()
    for number in range(14):
        receive(mail(f"第 {number} 件不同的事", message_id=f"<n{number}@hospital.example>", text=f"内容 {number}"))
    channels.deliver_due(now=NOW, limit=100)
    assert Delivery.objects.filter(status="sent").count() == 10
    assert set(Delivery.objects.filter(status="dropped").values_list("reason", flat=True)) == {"sender_cap"}


@pytest.mark.correctness(47)
def test_poison_is_parked_with_its_bytes_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    company()
    poison = mail(message_id="<poison@x.example>")

    def explode(**arguments: object) -> Issue:
        raise ValueError("cannot")

    with monkeypatch.context() as patch:
        patch.setattr("bihuan.issues.operations.open_issue", explode)
        assert receive(poison).status == "parked"
    kept = InboundMessage.objects.get(status="parked")
    assert bytes(kept.raw or b"") == poison and "cannot" in kept.error
    assert receive(mail()).status == "opened"


@pytest.mark.correctness(51)
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"From: x\r\n\r\n",
        b"Content-Type: text/plain; charset=nonsense\r\n\r\n\xb2\xe2\xca\xd4",
        b"Subject: =?gb2312?B?su6zow==?=\r\nFrom: a@b.example\r\n\r\n" + b"x" * 100_000,
    ],
)
def test_the_worst_bytes_are_never_lost(raw: bytes) -> None:
    company()
    receive(raw)
    assert InboundMessage.objects.count() == 1
    assert bytes(InboundMessage.objects.get().raw or b"") == raw
