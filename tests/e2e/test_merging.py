"""Merging and splitting in a browser: a likely duplicate is met while typing, merged with a preview, written to by mail,
taken apart; messages are split off on a phone."""

import re
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import People, Product, running_product

pytestmark = pytest.mark.slow
ADDRESS = "zhou@third.example"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("merging") / "var", issues=0) as product:
        yield product


@pytest.fixture(scope="module")
def people(chromium: Browser, house: Product) -> People:
    return People(chromium, house)


def started(page: Page, house: Product, title: str, text: str) -> None:
    """The form for a new issue, filled in."""
    page.goto(f"{house.url}/issues/new/")
    page.wait_for_selector("html[data-ready=true]")
    page.fill("[name=caller_name]", "周敏")
    page.fill("[name=email]", ADDRESS)
    page.fill("[name=customer_name]", "云溪市第三人民医院")
    for name in ("direction", "customer_kind", "urgency", "impact"):
        page.locator(f"label:has([name={name}])").first.click()
    page.select_option("[name=type]", index=1)
    page.fill("[name=title]", title)
    page.fill("[name=description]", text)


def registered(page: Page) -> int:
    page.locator(".work-foot button[type=submit]").click()
    page.wait_for_url(re.compile(r"/issues/\d+/$"))
    found = re.search(r"/issues/(\d+)/", page.url)
    assert found is not None
    return int(found.group(1))


def number_of(page: Page) -> str:
    return page.locator(".issue-head .no").first.inner_text().strip()


def mailed(house: Product, subject: str, text: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"周敏 <{ADDRESS}>", "service@bihuan.local", subject
    message["Message-ID"] = f"<{abs(hash(text))}@third.example>"
    message.set_content(text)
    with smtplib.SMTP("127.0.0.1", house.mail_port, timeout=20) as server:
        server.send_message(message)


def test_met_while_typing_merged_written_to_and_taken_apart(people: People, house: Product) -> None:
    page = people.page("agent")
    started(page, house, "电梯停在三楼不动", "三号电梯今早停在三楼，门打不开，里面没有人。")
    one = registered(page)
    first = number_of(page)
    started(page, house, "电梯停在三楼", "三号电梯停在三楼，门打不开了，请尽快派人。")
    expect(page.locator(".alike")).to_contain_text(first)
    two = registered(page)
    second = number_of(page)

    page.goto(f"{house.url}/issues/{two}/?tab=history")
    page.locator("#near .btn", has_text="合并").click()
    page.wait_for_url(re.compile("/merge/"))
    expect(page.locator(f"input[name=stays][value='{one}']")).to_be_checked()
    shown = page.locator(".merge-way:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_have_attribute("aria-label", f"{second} 并入 {first}")
    expect(shown.locator("tbody tr").first).to_be_visible()
    page.locator(f"label:has(input[name=stays][value='{two}'])").click()
    expect(page.locator(".merge-way:visible")).to_have_attribute("aria-label", f"{first} 并入 {second}")
    page.locator(f"label:has(input[name=stays][value='{one}'])").click()
    page.fill("#merge-reason", "同一部电梯的同一次故障")
    page.locator(".merge-form button.primary").click()
    page.wait_for_url(re.compile(rf"/issues/{one}/\?tab=history"))
    expect(page.locator(".relation", has_text="并入本问题的")).to_contain_text(second)

    mailed(house, f"再问 [{second}]", "写给旧编号的信")
    expect(page.locator("#feed")).to_contain_text("写给旧编号的信", timeout=20_000)
    expect(page.locator("#feed")).to_contain_text(f"写给 {second}")

    page.goto(f"{house.url}/issues/{one}/?tab=history")
    box = page.locator(".undo-merge").first
    box.locator("summary").click()
    box.locator("textarea").fill("看错了，是两部电梯")
    box.locator("button").click()
    page.wait_for_url(re.compile(rf"/issues/{two}/"))
    expect(page.locator("#feed")).to_contain_text("写给旧编号的信")
    expect(page.locator(".next.main")).to_contain_text("认领")
    assert not people.faults, people.faults


def test_a_suggestion_is_dismissed_and_messages_are_split_on_a_phone(people: People, house: Product) -> None:
    phone = people.page("agent", width=390, height=844)
    started(phone, house, "门禁刷不开", "东门的门禁今天刷卡没有反应。")
    one = registered(phone)
    started(phone, house, "门禁刷不开了", "东门的门禁刷卡没有反应，今天一直这样。")
    registered(phone)
    phone.locator(".dock-tabs button", has_text="关联").click()
    near = phone.locator("#near .case", has_text="门禁刷不开")
    expect(near).to_have_count(1)
    near.locator("button", has_text="不是重复").click()
    expect(phone.locator("#near")).to_have_count(0)

    phone.goto(f"{house.url}/issues/{one}/")
    found = re.search(r"\d{8}-\d+", phone.locator("body").inner_text())
    assert found is not None
    mailed(house, f"补充 [{found.group()}]", "另外发票抬头写错了")
    mailed(house, f"再补充 [{found.group()}]", "抬头应当是第三医院")
    expect(phone.locator("#feed")).to_contain_text("抬头应当是第三医院", timeout=20_000)
    phone.goto(f"{house.url}/issues/{one}/split/")
    for text in ("另外发票抬头写错了", "抬头应当是第三医院"):
        phone.locator(".split-list label", has_text=text).click()
    phone.fill("#split-title", "发票抬头")
    phone.locator("input[name=how][value=move]").check()
    phone.fill("#split-reason", "说的是另一件事")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.locator("button.primary", has_text="拆分").click()
    phone.wait_for_url(re.compile(r"/issues/\d+/$"))
    expect(phone.locator("#feed")).to_contain_text("另外发票抬头写错了")
    expect(phone.locator("#feed")).to_contain_text("拆分自")
    phone.goto(f"{house.url}/issues/{one}/")
    expect(phone.locator("#feed")).not_to_contain_text("抬头应当是第三医院")
    assert not people.faults, people.faults
