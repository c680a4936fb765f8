"""A mail over SMTP runs through all five phases in real browsers; the customer is unsatisfied once, then satisfied."""

import re
import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import People, Product, progress_link

pytestmark = pytest.mark.e2e
SHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"
TITLE = "疫苗冷库温度数据中断 47 分钟"
TEXTS = {
    "register": {"customer_name": "云溪市第二人民医院", "description": "2 号疫苗库没有温度数据"},
    "contact": {"details": "补充了截图与时间段"},
    "analyse": {
        "phenomenon": "平台没有数据，断数短信也没有发出",
        "root_cause": "重连等待没有上限",
        "whys-0-answer": "网关没有上报",
        "whys-1-answer": "升级后会话没有恢复",
        "whys-2-answer": "首次重连被拒后一直等待",
    },
    "plan": {"measures": "回退固件，停用自动升级", "expected": "同样情况不再出现", "steps-0-step": "回退固件"},
    "approve_owner": {"opinion": "同意"},
    "approve_head": {"opinion": "同意，注意按时反馈"},
    "execute": {"progress": "已回退", "acceptance": "验收通过"},
    "sync": {"summary": "已恢复，数据已补传"},
    "inform": {"informed_text": "已告知客户处理结果"},
    "archive": {"lesson": "升级前验证重连"},
}
PICKS = {
    "classify": {
        "type": "fault",
        "urgency": "high",
        "impact": "high",
        "complexity": "high",
        "lead_department": "device",
    },
    "contact": {"verify_method": "record", "verify_result": "true"},
    "analyse": {"cause_class": "design"},
    "plan": {"solution_type": "repair", "risk": "high"},
    "inform": {"informed_way": "email"},
}
WHO = {
    "register": "agent",
    "classify": "agent",
    "contact": "engineer",
    "analyse": "engineer",
    "plan": "engineer",
    "approve_head": "head",
    "execute": "engineer",
    "sync": "engineer",
    "inform": "agent",
    "archive": "quality",
}
WAY = {"register": "to_classify", "contact": "to_analysis", "analyse": "submit_analysis", "approve_head": "approve_h"}


def send_mail(product: Product) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "吴桂芳 <wu@hospital.example>", "service@bihuan.local", TITLE
    message["Message-ID"] = "<first@hospital.example>"
    message.set_content("2 号疫苗库今早平台上没有温度数据，短信也没收到。")
    with smtplib.SMTP("127.0.0.1", product.mail_port) as server:
        server.send_message(message)


def choose(page: Page, name: str, value: str) -> None:
    select = page.locator(f"select[name={name}]")
    if select.count():
        select.select_option(value)
    else:
        page.locator(f"input[name={name}][value={value}]").check(force=True)


def open_issue(page: Page, product: Product, number: str) -> None:
    page.goto(f"{product.url}/search/?q={number}")
    page.wait_for_selector("#issue-title")


def do_step(people: People, product: Product, number: str, node: str) -> None:
    page = people.page(WHO[node])
    try:
        _do_step(page, product, number, node)
    except Exception:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(SHOTS / "failure.png"))
        raise


def _do_step(page: Page, product: Product, number: str, node: str) -> None:
    open_issue(page, product, number)
    claim = page.locator("button[form=claim-form]")
    if claim.count():
        claim.click()
        page.wait_for_selector(".nexts")
    page.locator(".nexts .next.main").first.click()
    page.wait_for_selector("main.work")
    for name, text in TEXTS.get(node, {}).items():
        page.locator(f"[name='{name}']").first.fill(text)
    for name, value in PICKS.get(node, {}).items():
        choose(page, name, value)
    if node == "analyse":
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(SHOTS / "step.png"))
    way = WAY.get(node)
    button = (
        page.locator(f"button[name=outcome][value={way}]").first if way else page.locator(".work-foot .next.main").first
    )
    button.click()
    page.wait_for_selector("#issue-title", timeout=15_000)


def test_from_mail_to_archive(people: People, product: Product) -> None:
    send_mail(product)
    link = progress_link(product)
    customer = people.visitor()
    customer.goto(link)
    number = re.search(r"\d{8}-\d{4}", customer.inner_text("main"))
    assert number, customer.inner_text("main")[:500]
    for node in ("register", "classify", "contact", "analyse", "plan", "approve_head", "execute", "sync", "inform"):
        do_step(people, product, number.group(), node)
    customer.goto(link)
    customer.locator("label:has(input[value=no])").click()
    customer.fill("#answer-text", "按说明操作后又断了一次")
    customer.locator("#answer button.primary").click()
    customer.wait_for_url("**done=no**")
    for node in ("plan", "approve_head", "execute", "sync", "inform"):
        do_step(people, product, number.group(), node)
    customer.goto(link)
    customer.locator("label:has(input[value=yes])").click()
    for name in ("efficiency", "communication", "effectiveness"):
        customer.locator(f"input[name={name}][value='5']").check(force=True)
    customer.locator("#answer button.primary").click()
    customer.wait_for_url("**done=yes**")
    customer.screenshot(path=str(SHOTS / "progress.png"))
    do_step(people, product, number.group(), "archive")
    page = people.page("agent")
    page.goto(f"{product.url}/knowledge/?q=数据")
    page.locator(".case", has_text=TITLE).first.click()
    page.wait_for_selector("text=重连等待没有上限")
    open_issue(page, product, number.group())
    assert "已关闭" in page.inner_text(".issue-head")
    page.screenshot(path=str(SHOTS / "desk.png"))
    phone = people.page("agent", width=390, height=844)
    open_issue(phone, product, number.group())
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.screenshot(path=str(SHOTS / "phone.png"))
    page.goto(f"{product.url}/issues/")
    page.screenshot(path=str(SHOTS / "list.png"))
    assert people.faults == []


def test_a_reply_appears_in_another_browser_without_reload(people: People, product: Product) -> None:
    agent, manager = people.page("agent"), people.page("manager")
    visitor = people.visitor()
    visitor.goto(f"{product.url}/report/")
    for name, text in (
        ("title", "门禁报警后无人回电"),
        ("description", "昨晚响了两次"),
        ("name", "鲜汇超市"),
        ("phone", "13800006620"),
    ):
        visitor.fill(f"#r-{name}", text)
    visitor.locator("input[name=consent]").check(force=True)
    visitor.locator("form button.primary").click()
    visitor.wait_for_url("**/p/**")
    number = re.search(r"\d{8}-\d{4}", visitor.inner_text("main"))
    assert number
    for page in (agent, manager):
        open_issue(page, product, number.group())
    manager.wait_for_timeout(1500)
    agent.locator("[data-kind-tab=note]").click()
    agent.fill("#composer-text", "值班表没有更新，正在核对")
    agent.locator(".composer .send").click()
    manager.wait_for_selector(".feed >> text=值班表没有更新，正在核对", timeout=15_000)
