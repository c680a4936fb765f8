"""Whose is it: a department returns twice, the arbiter decides, a supervisor urges, more time is granted; in a browser."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import ROOT, People, Product, running_product

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("duty") / "var", issues=0) as product:
        yield product


@pytest.fixture(scope="module")
def scenes(house: Product) -> list[int]:
    """Issues that lie in the pool of a department."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.e2e.duty_scene"],
        env=house.environment(), cwd=ROOT, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return [int(issue) for issue in re.findall(r"^scene (\d+) \d+$", done.stdout, re.M)]


@pytest.fixture(scope="module")
def people(chromium: Browser, house: Product) -> People:
    return People(chromium, house)


def opened(page: Page, house: Product, issue: int, dialog: str) -> None:
    """The issue with one of its dialogs."""
    page.goto(f"{house.url}/issues/{issue}/?tab=work")
    page.wait_for_selector("html[data-ready=true]")
    page.click(".issue-head details.menu-box summary")
    page.click(f"[data-open={dialog}]")


def return_step(page: Page, house: Product, issue: int, text: str) -> None:
    opened(page, house, issue, "return-dialog")
    page.select_option("#return-code", "not_ours")
    page.fill("#return-text", text)
    page.click("#return-dialog button[type=submit]")
    page.wait_for_selector("#return-dialog", state="hidden")


def dispatch(page: Page, house: Product, issue: int, place: str, reason: str) -> None:
    opened(page, house, issue, "assign-dialog")
    page.select_option("#assign-department", place)
    page.fill("#assign-dialog-reason", reason)
    page.click("#assign-dialog button[type=submit]")
    expect(page.locator("#feed")).to_contain_text(reason)


def quarrel(people: People, house: Product, issue: int, width: int) -> None:
    engineer = people.page("engineer", width=width)
    agent = people.page("agent", width=width)
    for n in range(2):
        return_step(engineer, house, issue, f"不是设备的事，第 {n + 1} 次")
        agent.goto(f"{house.url}/issues/{issue}/?tab=work")
        expect(agent.locator("#feed")).to_contain_text(f"第 {n + 1} 次退回")
        dispatch(agent, house, issue, "device", f"按矩阵第 {n + 1} 次派出")


def test_a_department_returns_twice_and_the_arbiter_decides(people: People, house: Product, scenes: list[int]) -> None:
    issue = scenes[0]
    quarrel(people, house, issue, 1440)
    engineer = people.page("engineer")
    opened(engineer, house, issue, "return-dialog")
    engineer.select_option("#return-code", "not_ours")
    engineer.click("#return-dialog button[type=submit]")
    expect(engineer.locator(".toast.bad")).to_contain_text("申请审定")
    opened(engineer, house, issue, "dispute-dialog")
    engineer.fill("#dispute-dialog-reason", "数据断在云端")
    engineer.click("#dispute-dialog button[type=submit]")
    expect(engineer.locator("#feed")).to_contain_text("申请审定：数据断在云端")
    manager = people.page("manager")
    manager.goto(f"{house.url}/issues/{issue}/?tab=work")
    box = manager.locator(".duty-box", has_text="待审定")
    box.locator("select").select_option("cloud")
    box.locator("textarea").fill("日志显示云端丢数")
    box.locator("button").click()
    expect(manager.locator("#feed")).to_contain_text("审定由 云平台部 办理")
    manager.goto(f"{house.url}/issues/{issue}/?tab=work")
    expect(manager.locator(".duties")).to_contain_text("由云平台部办理")
    expect(manager.locator(".duties")).to_contain_text("占用工作时间")
    assert not people.faults, people.faults


def test_a_supervisor_urges_and_the_head_grants_time_at_a_phone(
    people: People, house: Product, scenes: list[int]
) -> None:
    issue = scenes[1]
    engineer = people.page("engineer", width=390, height=844)
    opened(engineer, house, issue, "extend-dialog")
    engineer.fill("#extend-hours", "8")
    engineer.fill("#extend-dialog-reason", "备件周五到")
    engineer.click("#extend-dialog button[type=submit]")
    expect(engineer.locator("#feed")).to_contain_text("申请延期 8 个工作小时")
    assert engineer.evaluate("document.documentElement.scrollWidth") <= 390
    supervisor = people.page("supervisor")
    opened(supervisor, house, issue, "urge-dialog")
    supervisor.fill("#urge-text", "客户今天第三次来电")
    supervisor.click("#urge-dialog button[type=submit]")
    expect(supervisor.locator("#feed")).to_contain_text("客户今天第三次来电")
    opened(supervisor, house, issue, "supervise-dialog")
    supervisor.fill("#supervise-due", "2099-01-01T09:00")
    supervisor.fill("#supervise-dialog-reason", "写明何时办完")
    supervisor.click("#supervise-dialog button[type=submit]")
    expect(supervisor.locator(".toast.bad")).to_contain_text("一年以内")
    head = people.page("head")
    head.goto(f"{house.url}/issues/{issue}/?tab=work")
    head.locator(".duty-box", has_text="待批复").get_by_role("button", name="同意延期", exact=True).click()
    expect(head.locator("#feed")).to_contain_text("延期 8 个工作小时")
    head.goto(f"{house.url}/issues/{issue}/?tab=work")
    expect(head.locator(".duty-box", has_text="已同意")).to_be_visible()
    assert not people.faults, people.faults
