"""A filter becomes a view with a counter, three issues get another priority and it back, the list comes as a file; a
phone shows the list."""

import re
import smtplib
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import People, Product

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def send(product: Product, title: str, n: int) -> None:
    """A message that becomes an issue of its own."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"客户 <c{n}@cold.example>", "service@bihuan.local", title
    message["Message-ID"] = f"<finding-{n}@cold.example>"
    message.set_content("请尽快处理。")
    with smtplib.SMTP("127.0.0.1", product.mail_port) as server:
        server.send_message(message)


def wait_for(page: Page, address: str, text: str) -> None:
    for _ in range(60):
        page.goto(address)
        if text in page.inner_text("main"):
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{text} does not come: {page.inner_text('main')[:500]}")


def test_find_keep_change_and_take_out(people: People, product: Product) -> None:
    lead = people.page("manager")
    for n, title in enumerate(("冷库一", "冷库二", "冷库三")):
        send(product, title, n)
    for title in ("冷库一", "冷库二", "冷库三"):
        wait_for(lead, f"{product.url}/issues/", title)
    # A condition, step by step.
    lead.locator(".conds summary").click()
    lead.locator(".conds .menu a:text-is('渠道')").click()
    lead.locator(".editor input[value=email]").check()
    lead.locator(".editor button.primary").click()
    lead.wait_for_selector(".conds .cond >> text=邮件")
    # It becomes a view; its counter is what its list shows.
    lead.locator("[data-open=keep-view]").click()
    lead.fill("#keep-view input[name=name]", "邮件来的")
    lead.locator("#keep-view button.primary").last.click()
    entry = lead.locator(".kept a:has-text('邮件来的')")
    entry.wait_for()
    assert int(entry.locator(".count").inner_text()) == lead.locator("[data-bulk-one]").count() >= 3
    # Three of them, the last two with shift.
    boxes = lead.locator("[data-bulk-one]")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    assert lead.inner_text("[data-bulk-count]") == "3"
    lead.locator(".bulk button[value=priority]").click()
    lead.select_option("select[name=priority]", "P1")
    lead.fill("textarea[name=reason]", "客户来电投诉")
    lead.locator(".bulk-form button.primary").click()
    lead.wait_for_selector("#bulk-job :text('已结束')", timeout=30_000)
    assert re.search(r"完成 3 件", lead.inner_text("#bulk-job"))
    assert lead.locator("#bulk-job td:text-is('已改')").count() == 3
    # And back.
    lead.locator("#bulk-job button:has-text('整批撤销')").click()
    lead.locator("dialog[open] button").last.click()
    lead.wait_for_selector("#bulk-job h2:has-text('撤销')")
    lead.wait_for_selector("#bulk-job :text('已结束')", timeout=30_000)
    assert re.search(r"完成 3 件", lead.inner_text("#bulk-job"))
    # The list as a file.
    lead.goto(f"{product.url}/issues/?view=")
    lead.locator(".views .tools summary").click()
    with lead.expect_download() as waiting:
        lead.locator(".views .tools button[value=xlsx]").click()
    assert waiting.value.suggested_filename.endswith(".xlsx")
    # On a phone the list is there, and nothing runs out of the page.
    lead.set_viewport_size({"width": 390, "height": 844})
    lead.goto(f"{product.url}/issues/?view=")
    assert lead.locator("td[data-col=title]").first.is_visible()
    assert lead.evaluate("document.documentElement.scrollWidth <= innerWidth")
