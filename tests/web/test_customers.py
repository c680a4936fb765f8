"""The pages about customers: they open in both languages with hostile data, keep what was typed, and cost the same
however many rows there are."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader

from bihuan.accounts.models import User
from bihuan.customers import operations
from bihuan.customers.models import Contact, Customer, CustomerImport, PrivacyRequest, Visit
from bihuan.customers.operations import Record
from bihuan.issues import operations as issues
from bihuan.issues.models import Issue, RegisterEntry
from tests.customers.test_importing import sheet
from tests.factories import NOW, actor, company, customer_issue
from tests.support.statements import page_cost

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> ‮txet 𠮷😀"


def signed_in(username: str = "manager", language: str = "zh-hans") -> Client:
    user = User.objects.get(username=username)
    client = Client()
    client.force_login(user)
    if language != "zh-hans":
        client.post("/preferences/", {"language": language})
    return client


def world() -> Issue:
    """A customer with one of everything, all of it named by somebody who means harm."""
    company()
    issue = customer_issue(name=HOSTILE[:200], email="wu@h.example", phone="13800006620")
    who, contact = actor("manager"), issue.contact
    assert contact is not None
    of: dict[str, Any] = {"customer_id": issue.customer_id, "actor": who, "now": NOW}
    operations.update_customer(
        name=HOSTILE, needs=HOSTILE, note=HOSTILE, address=HOSTILE, region="云南", tier="金牌", manager="manager", **of
    )
    operations.save_contract(
        number="LK-1", tier="金牌", covers=HOSTILE, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 10), **of
    )
    operations.save_asset(product=HOSTILE[:90], serial="SN1", warranty_until=date(2026, 12, 1), **of)
    person: dict[str, Any] = {"contact_id": contact.pk, "actor": who, "now": NOW}
    operations.add_identity(kind="wechat", value=HOSTILE[:100], verified=True, **person)
    operations.record_consent(purpose="recording", basis="consent", how=HOSTILE[:90], **person)
    operations.block_contact(channel="sms", reason=HOSTILE, **person)
    operations.open_privacy_request(kind="delete", how=HOSTILE[:90], content=HOSTILE, **person)
    for category in ("inquiry", "complaint"):
        operations.record_visit(
            record=Record(
                kind="call", category=category, topic=HOSTILE, content=HOSTILE, customer_id=issue.customer_id, at=NOW,
                next_reply_at=NOW + timedelta(days=3650),
            ),
            actor=who, now=NOW,
        )  # fmt: skip
    issues.save_register_book(
        key="calls", name="电话台帐", source="visits", filter={"kind": "call"}, keeper="agent",
        since=NOW - timedelta(days=9), actor=who, now=NOW,
    )  # fmt: skip
    issues.fill_registers(now=NOW)
    return issue


def pages(issue: Issue) -> list[str]:
    one = f"/customers/{issue.customer_id}/"
    contact = f"{one}contacts/{issue.contact_id}/"
    visit, ask = Visit.objects.latest("pk").pk, PrivacyRequest.objects.latest("pk").pk
    return [
        "/customers/", "/customers/?q=script", "/customers/?scope=ending&tier=金牌&region=云南", "/customers/?q=nichts",
        "/customers/new/", "/customers/endings/", "/customers/endings/?days=ended", "/customers/import/", one,
        f"{one}edit/", f"{one}merge/", f"{one}merge/?q=云", f"{one}contacts/new/", contact, f"{contact}identity/",
        f"{contact}block/", f"{contact}consent/", f"{contact}privacy/", f"{one}contracts/new/", f"{one}assets/new/",
        f"{one}contracts/{Customer.objects.get(pk=issue.customer_id).contracts.get().pk}/",
        f"{one}assets/{Customer.objects.get(pk=issue.customer_id).assets.get().pk}/",
        "/visits/", "/visits/?scope=due&kind=call", "/visits/new/", f"/visits/new/?customer={issue.customer_id}",
        f"/visits/{visit}/", "/registers/", "/registers/new/", "/registers/calls/", "/registers/calls/edit/",
        "/privacy/", f"/privacy/{ask}/", f"/issues/{issue.pk}/", f"/issues/{issue.pk}/?tab=customer",
        f"/issues/{issue.pk}/side/customer/",
    ]  # fmt: skip


@pytest.mark.correctness(121, 124)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_escapes_and_masks(language: str) -> None:
    issue = world()
    client = signed_in(language=language)
    for path in pages(issue):
        answer = client.get(path)
        text = answer.content.decode()
        assert answer.status_code == 200, (path, answer.status_code)
        assert "<script>alert" not in text and "<img src=x" not in text, path
        assert "13800006620" not in text, f"{path}: the number is masked"
        assert "wu@h.example" not in text, f"{path}: the address is masked"
    warning = "勿扰" if language == "zh-hans" else "Do not contact"
    assert warning in client.get(f"/issues/{issue.pk}/").content.decode(), "the composer warns"


@pytest.mark.correctness(129, 139)
def test_who_may_not_see_the_customer_finds_nothing() -> None:
    issue = world()
    client = signed_in("outsider")
    for path in pages(issue):
        if (
            f"/customers/{issue.customer_id}/" in path
            or "/visits/" in path
            and path[-2].isdigit()
            or "/privacy/" in path
        ):
            assert client.get(path).status_code in (403, 404), path
    for path in ("/customers/", "/visits/", "/registers/calls/", "/customers/endings/"):
        assert "alert(1)" not in client.get(path).content.decode(), path


@pytest.mark.parametrize("path", ["/customers/", "/visits/", "/registers/calls/"])
def test_lists_cost_the_same_for_more_rows(path: str) -> None:
    world()
    client, costs = signed_in(), []
    for size in (4, 20):
        for number in range(size):
            operations.record_visit(
                record=Record(
                    kind="call", category="inquiry", topic=f"电话 {size} {number}", name=f"客户 {size} {number}",
                    phone=f"139000{size:02d}{number:03d}", at=NOW,
                ),
                actor=actor("agent"), now=NOW,
            )  # fmt: skip
        issues.fill_registers(now=NOW)
        costs.append(page_cost(client, path))
    assert costs[0] == costs[1] <= 16


@pytest.mark.correctness(10, 60)
def test_a_refused_form_keeps_what_was_typed() -> None:
    issue = world()
    client = signed_in()
    one = f"/customers/{issue.customer_id}/"
    answer = client.post(f"{one}contacts/new/", {"name": "李四", "position": "主任", "phone": "138****1", "email": ""})
    text = answer.content.decode()
    assert (
        answer.status_code == 422 and 'value="李四"' in text and 'value="主任"' in text and "不是完整的电话号码" in text
    )
    answer = client.post(f"{one}contracts/new/", {"number": "LK-9", "starts_on": "明天", "ends_on": ""})
    assert answer.status_code == 422 and 'value="LK-9"' in answer.content.decode()
    answer = client.post(f"{one}edit/", {"name": "x" * 10_000, "kind": "person", "needs": "留住这一句"})
    assert answer.status_code == 422 and "留住这一句" in answer.content.decode()
    answer = client.post(
        "/visits/new/", {"kind": "call", "category": "complaint", "topic": "迟到", "name": "王五", "then": "keep"}
    )
    text = answer.content.decode()
    assert answer.status_code == 422 and 'value="迟到"' in text and "下次回复时间" in text
    assert not Visit.objects.filter(topic="迟到").exists() and not Contact.objects.filter(name="王五").exists()


def test_the_file_is_changed_by_its_pages() -> None:
    issue = world()
    client = signed_in()
    one = f"/customers/{issue.customer_id}/"
    contact = f"{one}contacts/{issue.contact_id}/"
    client.post(
        contact,
        {"name": "吴桂芳", "position": "药剂科", "phone": "", "email": "", "preferred": "phone", "language": "en"},
    )
    kept = Contact.objects.get(pk=issue.contact_id or 0)
    assert (kept.position, kept.preferred, kept.language) == ("药剂科", "phone", "en")
    assert (kept.phone, kept.email) == ("+8613800006620", "wu@h.example"), "what was masked and left blank stays"
    client.post(f"{one}take-back/", {"act": "unblock", "id": issue.contact_id, "channel": "sms"})
    assert Contact.objects.get(pk=issue.contact_id or 0).blocked == {}
    consent = kept.consents.get()
    client.post(f"{one}take-back/", {"act": "consent", "id": consent.pk, "how": "来电"})
    assert kept.consents.get().withdrawn_at is not None
    assert client.post(f"{one}take-back/", {"act": "nichts", "id": "1"}).status_code == 404
    assert (
        client.post("/customers/new/", {"name": "新客户", "kind": "organisation", "contact": "赵六"}).status_code == 302
    )
    assert Customer.objects.get(name="新客户").contacts.get().name == "赵六"


def test_two_files_are_merged_and_taken_apart_by_the_page() -> None:
    issue = world()
    other = customer_issue(name="另一份", email="li@h.example")
    client, path = signed_in(), f"/customers/{issue.customer_id}/merge/"
    fields = {"other": other.customer_id, "reason": "同一家"}
    assert client.post(path, fields).status_code == 422, "which one stays is chosen, never guessed"
    done = client.post(path, {**fields, "stays": other.customer_id})
    assert done["Location"] == f"/customers/{other.customer_id}/"
    assert client.get(f"/customers/{issue.customer_id}/")["Location"] == f"/customers/{other.customer_id}/"
    text = client.get(done["Location"]).content.decode()
    assert "撤销合并" in text
    merge = Customer.objects.get(pk=issue.customer_id)
    assert merge.merged_into_id == other.customer_id
    from bihuan.customers.models import CustomerMerge

    client.post(f"/customers/{other.customer_id}/take-back/", {"act": "merge", "id": CustomerMerge.objects.get().pk})
    assert client.get(f"/customers/{issue.customer_id}/").status_code == 200


def test_a_call_is_written_down_and_becomes_an_issue_by_one_button() -> None:
    world()
    client = signed_in("agent")
    found = client.get("/visits/callers/?phone=138 0000 6620", headers={"HX-Request": "true"}).content.decode()
    assert "吴桂芳" in found
    form = {
        "kind": "call",
        "category": "complaint",
        "topic": "冷库门坏了",
        "name": "钱七",
        "phone": "13700000001",
        "then": "issue",
    }
    answer = client.post("/visits/new/", form)
    issue = Issue.objects.get(title="冷库门坏了")
    assert answer["Location"] == f"/issues/{issue.pk}/"
    visit = Visit.objects.get(topic="冷库门坏了")
    text = client.get(f"/visits/{visit.pk}/").content.decode()
    assert issue.number in text and "已办结" in text
    assert client.post(f"/visits/{visit.pk}/", {"act": "issue"}).status_code == 409


# -- sheets and books -----------------------------------------------------------------------------------------------


def upload(client: Client, data: bytes) -> CustomerImport:
    client.post("/customers/import/", {"file": SimpleUploadedFile("客户.xlsx", data)})
    return CustomerImport.objects.latest("pk")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_sheet_is_looked_at_before_it_is_taken_over(language: str) -> None:
    company()
    client = signed_in("agent", language)
    found = upload(client, sheet({"name": HOSTILE, "phone": "13800000001"}, {"name": "坏", "phone": "12"}))
    page = f"/customers/import/{found.pk}/"
    text = client.get(page).content.decode()
    assert "&lt;script&gt;" in text and "<script>alert" not in text and Customer.objects.count() == 0
    faults = load_workbook(io.BytesIO(client.get(f"{page}report.xlsx").content)).active
    assert faults.cell(row=2, column=2).value == "坏"
    assert client.post(page).status_code == 302
    assert Customer.objects.get().name == HOSTILE
    assert client.get(page).status_code == 200
    assert client.post(page).status_code == 409
    again = load_workbook(io.BytesIO(client.get(f"{page}report.xlsx").content)).active
    assert again.cell(row=2, column=1).value == "3"


def test_no_sheet_or_a_wrong_one_is_refused_in_words() -> None:
    company()
    client = signed_in("agent")
    assert "请选择一个 .xlsx 文件" in client.post("/customers/import/").content.decode()
    answer = client.post("/customers/import/", {"file": SimpleUploadedFile("x.xlsx", b"nichts")})
    assert answer.status_code == 422 and "请另存为 .xlsx" in answer.content.decode()
    template = client.get("/customers/import/template.xlsx")
    first = load_workbook(io.BytesIO(template.content)).active
    assert first.cell(row=1, column=1).value == "客户名称*" and first.cell(row=5, column=10).number_format == "@"


@pytest.mark.slow
def test_a_book_is_printed_with_numbers_and_keeper() -> None:
    world()
    client = signed_in("agent")
    pdf = client.get("/registers/calls/book.pdf?year=2026&month=11")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
    assert "电话台帐" in text and "agent 先生" in text and "138****6620" in text
    for kind in ("docx", "xlsx"):
        assert client.get(f"/registers/calls/book.{kind}?year=2026").status_code == 200
    rows = load_workbook(io.BytesIO(client.get("/registers/calls/book.xlsx?year=2026").content)).active
    assert [rows.cell(row=row, column=1).value for row in (2, 3)] == ["1", "2"]
    assert client.get("/registers/calls/book.exe").status_code == 404
    assert client.get("/registers/calls/book.pdf?month=13").status_code == 404


def test_the_keeper_remarks_and_others_do_not() -> None:
    world()
    entry = RegisterEntry.objects.first()
    assert entry is not None
    form = {"act": "remark", "entry": entry.pk, "remark": "已复核", "year": 2026}
    assert signed_in("supervisor").post("/registers/calls/act/", form).status_code == 403
    assert signed_in("agent").post("/registers/calls/act/", form).status_code == 302
    entry.refresh_from_db()
    assert entry.remark == "已复核"


@pytest.mark.correctness(118, 120)
def test_a_copy_of_personal_data_is_for_who_may_and_a_request_is_answered() -> None:
    issue = world()
    copy = f"/contacts/{issue.contact_id}/copy/"
    assert signed_in("agent").post(copy).status_code == 403
    answer = signed_in("quality").post(copy)
    assert answer.status_code == 200 and "wu@h.example" in answer.content.decode()
    assert "attachment" in answer["Content-Disposition"]
    pk = PrivacyRequest.objects.get().pk
    page = f"/privacy/{pk}/"
    refused = signed_in("quality").post(page, {"then": "grant", "answer": "留住答复"})
    assert (
        refused.status_code == 422
        and "留住答复" in refused.content.decode()
        and issue.number in refused.content.decode()
    )
    assert signed_in("agent").post(page, {"then": "grant", "answer": "x"}).status_code == 403
    assert signed_in("quality").post(page, {"then": "refuse", "answer": "合同履行期间需要"}).status_code == 302
    assert PrivacyRequest.objects.get().status == "refused"
