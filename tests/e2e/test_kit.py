"""Tags, a task in the way, a macro, putting away, reopening and following, in a real browser at a desk and on a phone."""

import re
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import People, Product, progress_link, running_product
from tests.e2e.test_main_job import do_step, open_issue, send_mail

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
STEPS = ("register", "classify", "contact", "analyse", "plan", "approve_head", "execute", "sync")


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A company of its own: whose mail is the first one matters here."""
    with running_product(tmp_path_factory.mktemp("kit") / "var", issues=0) as running:
        yield running


def number_of(people: People, product: Product) -> str:
    customer = people.visitor()
    customer.goto(progress_link(product))
    found = re.search(r"\d{8}-\d{4}", customer.inner_text("main"))
    assert found
    return found.group()


def answer_mail(product: Product, number: str, text: str, n: int) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "吴桂芳 <wu@hospital.example>", "service@bihuan.local"
    message["Subject"], message["Message-ID"] = f"Re: [{number}] 冷库", f"<again-{n}@hospital.example>"
    message.set_content(text)
    with smtplib.SMTP("127.0.0.1", product.mail_port) as server:
        server.send_message(message)


def menu(page: Page, text: str) -> None:
    page.locator("summary[aria-label='更多操作']").click()
    page.locator(f".issue-head .menu :text-is('{text}')").click()


def sees(page: Page, product: Product, number: str, text: str) -> None:
    """The text is on the issue's page within some seconds."""
    for _ in range(40):
        open_issue(page, product, number)
        if text in page.inner_text("#issue"):
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{text} does not come: {page.inner_text('#issue')[:800]}")


def test_the_kit_of_an_issue(people: People, product: Product) -> None:
    send_mail(product)
    number = number_of(people, product)
    admin, agent = people.page("admin"), people.page("agent")
    # A tag, and a macro that puts it on.
    admin.goto(f"{product.url}/settings/tags/")
    admin.locator("input[name=name]").first.fill("整批返修")
    admin.locator("button:has-text('新建')").first.click()
    admin.wait_for_selector(".tag-lines >> text=整批返修")
    admin.goto(f"{product.url}/settings/replies/new/")
    admin.fill("#c-name", "批量致歉")
    admin.fill("#c-text", "{{客户称呼}}，这是一批设备的问题，我们一并处理。")
    admin.locator("#c-scope").select_option("all")
    admin.locator("#do-tag").select_option(label="整批返修")
    admin.locator("button.primary[type=submit]").click()
    admin.wait_for_url("**/settings/replies/")
    # The macro from the composer: / finds it, the words are filled in, what it does stands below.
    open_issue(agent, product, number)
    agent.locator("#composer-text").click()
    agent.keyboard.type("/")
    agent.wait_for_selector("[data-canned-find]")
    agent.keyboard.type("批量")
    agent.keyboard.press("Enter")
    agent.wait_for_selector("[data-macro-note]:not([hidden])")
    assert agent.input_value("#composer-text") == "吴桂芳，这是一批设备的问题，我们一并处理。"
    assert "整批返修" in agent.inner_text("[data-macro-note]")
    agent.locator(".composer .send").click()
    agent.wait_for_selector(".issue-tags >> text=整批返修")
    # A task of the shipped list stands in the way of the step and is named.
    agent.goto(f"{agent.url.split('?')[0]}?tab=work")
    agent.locator("[data-open=task-dialog]").click()
    agent.locator("#task-dialog #task-title").fill("听一遍录音")
    agent.locator("#task-dialog input[name=blocking]").check()
    agent.locator("#task-dialog form button.primary").click()
    agent.wait_for_selector(".task >> text=听一遍录音")
    with pytest.raises(Exception):
        do_step(people, product, number, "register")
    assert "听一遍录音" in agent.inner_text("body")
    phone = people.page("agent", width=390, height=844)
    open_issue(phone, product, number)
    phone.goto(f"{phone.url.split('?')[0]}?tab=work")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.locator("[data-side-open=work]").first.click()
    phone.locator(".task button:has-text('完成')").click()
    phone.wait_for_selector("#issue-title")
    # Put away until the customer answers, and back.
    open_issue(agent, product, number)
    menu(agent, "搁置")
    agent.locator("#snooze-dialog button[value=reply]").click()
    agent.wait_for_url("**/desk/**")
    agent.goto(f"{product.url}/desk/?queue=claimable")
    assert number not in agent.inner_text("#issues")
    agent.goto(f"{product.url}/desk/?queue=snoozed")
    assert number in agent.inner_text("#issues")
    answer_mail(product, number, "补充：今天早上又断了一次", 1)
    for _ in range(40):
        agent.goto(f"{product.url}/desk/?queue=snoozed")
        if number not in agent.inner_text("#issues"):
            break
        agent.wait_for_timeout(500)
    assert number not in agent.inner_text("#issues")
    # Done, answered by mail: the same issue again. Reopened by the house, filed, answered: another one follows.
    for node in STEPS:
        do_step(people, product, number, node)
    do_step(people, product, number, "inform")
    answer_mail(product, number, "还是没有温度数据", 2)
    sees(agent, product, number, "客户表示没有解决")
    for node in ("plan", "approve_head", "execute", "sync", "inform"):
        do_step(people, product, number, node)
    open_issue(agent, product, number)
    menu(agent, "重开")
    agent.fill("#reopen-reason", "现场复查发现漏了一台")
    agent.locator("#reopen-dialog button.primary").click()
    sees(agent, product, number, "现场复查发现漏了一台")
    for node in ("plan", "approve_head", "execute", "sync", "inform"):
        do_step(people, product, number, node)
    customer = people.visitor()
    customer.goto(progress_link(product))
    customer.locator("label:has(input[value=yes])").click()
    customer.locator("#answer button.primary").click()
    customer.wait_for_url("**done=yes**")
    do_step(people, product, number, "archive")
    answer_mail(product, number, "隔了很久，又没有温度数据了", 3)
    sees(agent, product, number, "另行登记为")
    assert people.faults == []
