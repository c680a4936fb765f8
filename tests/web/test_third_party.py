"""Writing to third parties through pages: what is offered, what is refused, that nothing typed is lost."""

import pytest

from bihuan.core.clock import system_now
from bihuan.issues import operations
from bihuan.issues.models import Entry, ThirdPartyThread
from tests.factories import actor, company, customer_issue
from tests.support.statements import page_cost
from tests.web.test_pages import HOSTILE, signed_in

pytestmark = pytest.mark.django_db


def test_the_form_quotes_the_customer_and_what_was_sent_shows_in_timeline_and_tab() -> None:
    company(now=system_now())
    issue = customer_issue(now=system_now(), text="压缩机不转，需要报价")
    client = signed_in()
    form = client.get(f"/issues/{issue.pk}/third-party/").content.decode()
    assert "压缩机不转，需要报价" in form and "客户原话" in form and f'value="{issue.title}"' in form
    answer = client.post(
        f"/issues/{issue.pk}/third-party/",
        {"address": "wang@supplier.example", "name": "王工", "subject": "询价", "text": "请报价"},
    )
    thread = ThirdPartyThread.objects.get()
    entry = Entry.objects.get(kind="forward")
    assert answer["Location"] == f"/issues/{issue.pk}/?tab=work#entry-{entry.pk}"
    page = client.get(f"/issues/{issue.pk}/?tab=work").content.decode()
    assert "写给第三方 王工" in page and f"/issues/{issue.pk}/third-party/{thread.pk}/" in page and "等待答复" in page
    operations.add_third_party_message(
        thread_id=thread.pk,
        sender_name="王工",
        sender_address="wang@supplier.example",
        text="3,200 元",
        now=system_now(),
    )
    talk = client.get(f"/issues/{issue.pk}/third-party/{thread.pk}/").content.decode()
    assert "3,200 元" in talk and "已有答复" in talk and "客户原话" not in talk
    client.post(f"/issues/{issue.pk}/third-party/{thread.pk}/", {"text": "请发货"})
    assert Entry.objects.filter(kind="forward", third_party=thread).count() == 2


def test_what_is_refused_is_said_above_what_was_typed() -> None:
    company(now=system_now())
    issue = customer_issue(now=system_now())
    client = signed_in()
    given = {"address": "not an address", "name": HOSTILE, "subject": HOSTILE[:300], "text": "字" * 10_000}
    answer = client.post(f"/issues/{issue.pk}/third-party/", given)
    page = answer.content.decode()
    assert answer.status_code == 422 and "不是完整的邮箱地址" in page and "字" * 10_000 in page
    assert "<script>alert" not in page and not ThirdPartyThread.objects.exists()
    for wrong in ("x", "00000000-0000-0000-0000-000000000001"):
        answer = client.post(f"/issues/{issue.pk}/third-party/", {"address": "a@b.example", "text": "x", "file": wrong})
        assert answer.status_code == 404
    assert signed_in("outsider").get(f"/issues/{issue.pk}/third-party/").status_code == 404
    operations.stop_issue(issue_id=issue.pk, reason="停", actor=actor("supervisor"), now=system_now())
    closed = client.get(f"/issues/{issue.pk}/third-party/").content.decode()
    assert "已经关闭" in closed and 'name="text"' not in closed
    assert "转给第三方" not in client.get(f"/issues/{issue.pk}/").content.decode()


def test_twice_as_many_conversations_cost_the_same_statements() -> None:
    company(now=system_now())
    issue = customer_issue(now=system_now())
    client = signed_in()
    path, counts = f"/issues/{issue.pk}/side/work/", []
    for round_ in range(2):
        for number in range(3):
            client.post(
                f"/issues/{issue.pk}/third-party/",
                {"address": f"s{round_}{number}@b.example", "subject": "询价", "text": "请报价"},
            )
        counts.append(page_cost(client, path))
        assert client.get(path).content.decode().count("等待答复") == 3 * (round_ + 1)
    assert counts[0] == counts[1]
