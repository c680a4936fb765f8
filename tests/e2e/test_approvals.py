"""Approvals in a browser: a vote with a refusal, an added signer, a page that is out of date, one thumb on a phone."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import ROOT, People, Product, running_product

pytestmark = pytest.mark.slow
Scene = tuple[int, int]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("approvals") / "var", issues=0) as product:
        yield product


@pytest.fixture(scope="module")
def scenes(house: Product) -> list[Scene]:
    """Issues whose plan waits for the vote, with the step."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.e2e.approvals_scene"],
        env=house.environment(), cwd=ROOT, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return [(int(issue), int(step)) for issue, step in re.findall(r"^scene (\d+) (\d+)$", done.stdout, re.M)]


@pytest.fixture(scope="module")
def people(chromium: Browser, house: Product) -> People:
    return People(chromium, house)


def decide(page: Page, house: Product, step: int, button: str, opinion: str) -> None:
    page.goto(f"{house.url}/steps/{step}/")
    page.wait_for_selector("html[data-ready=true]")
    page.fill("[data-field=opinion] textarea", opinion)
    page.locator(".work-foot .nexts > .next", has_text=button).click()
    expect(page).to_have_url(re.compile(r"/issues/\d+/$"), timeout=20_000)


def test_a_vote_bears_one_refusal(people: People, house: Product, scenes: list[Scene]) -> None:
    issue, step = scenes[0]
    decide(people.page("approver"), house, step, "驳回", "费用没有写")
    head = people.page("head")
    head.goto(f"{house.url}/steps/{step}/")
    expect(head.locator("#approval-round")).to_contain_text("不同意")
    expect(head.locator("#approval-round")).to_contain_text("费用没有写")
    expect(head.locator(".approved-content")).to_contain_text("回退固件")
    decide(head, house, step, "同意", "可以先办")
    decide(people.page("quality"), house, step, "同意", "同意")
    quality = people.page("quality")
    quality.goto(f"{house.url}/issues/{issue}/?tab=work")
    expect(quality.locator("#feed")).to_contain_text("完成「负责人审批」")
    quality.locator("#approvals details summary").first.click()
    expect(quality.locator("#approvals .seat")).to_have_count(3)
    assert not people.faults, people.faults


def test_an_added_signer_decides_first(people: People, house: Product, scenes: list[Scene]) -> None:
    _issue, step = scenes[1]
    head = people.page("head")
    head.goto(f"{house.url}/steps/{step}/")
    head.locator("details.act summary", has_text="加签").click()
    head.locator("details.act[open] select").select_option("manager")
    head.locator("details.act[open] input[name=reason]").fill("涉及费用")
    head.locator("details.act[open] button").click()
    expect(head.locator("#approval-round .seat.added")).to_contain_text("加签")
    expect(head.locator(".work-foot .next")).to_have_count(0)
    manager = people.page("manager")
    decide(manager, house, step, "同意", "预算内")
    head.goto(f"{house.url}/steps/{step}/")
    expect(head.locator(".work-foot .next.main")).to_be_visible()
    assert not people.faults, people.faults


def test_a_page_out_of_date_says_so_and_keeps_the_opinion(people: People, house: Product, scenes: list[Scene]) -> None:
    """The content's hash on the page is another one than the server has: as it is after a change."""
    _issue, step = scenes[2]
    page = people.page("approver")
    page.goto(f"{house.url}/steps/{step}/")
    page.wait_for_selector("html[data-ready=true]")
    page.locator("input[name=seen]").evaluate("field => { field.value = '0'.repeat(64) }")
    page.fill("[data-field=opinion] textarea", "写了很久的意见")
    page.locator(".work-foot .nexts > .next", has_text="同意").click()
    expect(page.locator(".callout.red")).to_contain_text("没有记入")
    expect(page.locator("[data-field=opinion] textarea")).to_have_value("写了很久的意见")
    page.locator(".work-foot .nexts > .next", has_text="同意").click()
    expect(page).to_have_url(re.compile(r"/issues/\d+/$"), timeout=20_000)
    assert not people.faults, people.faults


def test_the_studio_says_how_several_decide(people: People, house: Product) -> None:
    page = people.page("admin")
    page.goto(f"{house.url}/studio/gallery/T01/")
    page.get_by_role("button", name="复制并改成我们的").click()
    expect(page).to_have_url(re.compile(r"/studio/\d+/$"), timeout=20_000)

    def chosen() -> None:
        page.get_by_role("button", name="看全图").click()
        page.wait_for_timeout(500)
        page.locator("[data-element-id=approve_owner] .djs-hit").first.click(force=True)
        expect(page.locator("#p-approval")).to_be_visible()

    chosen()
    with page.expect_response(lambda answer: answer.url.endswith("/save") and answer.ok):
        page.select_option("#p-approval", "vote")
        page.fill("#p-approval-quorum", "60%")
        page.check("#p-approver-quality")
        page.check("#p-approver-head")
    page.wait_for_timeout(2_000)
    page.reload()
    chosen()
    expect(page.locator("#p-approval")).to_have_value("vote")
    expect(page.locator("#p-approval-quorum")).to_have_value("60%")
    expect(page.locator("label", has_text="1. 质量管理")).to_be_visible()
    assert not people.faults, people.faults


def test_one_thumb_on_a_phone(people: People, house: Product, scenes: list[Scene]) -> None:
    """The way to yes lies in the lower half, as wide as a thumb needs, and nothing runs off the side."""
    _issue, step = scenes[3]
    page = people.page("head", width=390, height=844)
    page.goto(f"{house.url}/steps/{step}/")
    page.wait_for_selector("html[data-ready=true]")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = page.locator(".work-foot .next.main").bounding_box()
    assert box is not None and box["height"] >= 52 and box["width"] >= 200 and box["y"] > 844 / 2
    page.fill("[data-field=opinion] textarea", "同意")
    page.locator(".work-foot .next.main").click()
    expect(page).to_have_url(re.compile(r"/issues/\d+/$"), timeout=20_000)
    expect(page.locator(".toast")).to_contain_text("还等其他人表态")
    assert not people.faults, people.faults


def test_asking_and_answering_at_a_phone(people: People, house: Product, scenes: list[Scene]) -> None:
    issue, _step = scenes[3]
    asker = people.page("engineer")
    asker.goto(f"{house.url}/issues/{issue}/")
    asker.click(".issue-head details.menu-box summary")
    asker.click("[data-open=approval-dialog]")
    asker.fill("#approval-text", "减免服务费 300 元")
    asker.check("#approval-dialog input[value=manager]")
    expect(asker.locator("#approval-quorum")).to_be_hidden()
    asker.select_option("#approval-mode", "vote")
    expect(asker.locator("#approval-quorum")).to_be_visible()
    asker.select_option("#approval-mode", "all")
    asker.click("#approval-dialog button[type=submit]")
    expect(asker.locator("#feed")).to_contain_text("减免服务费 300 元")
    page = people.page("manager", width=390, height=844)
    page.goto(f"{house.url}/issues/{issue}/")
    asked = page.locator(".asked-me")
    expect(asked).to_contain_text("减免服务费 300 元")
    yes = asked.locator("button[value=approve]")
    box = yes.bounding_box()
    assert box is not None and box["height"] >= 52 and box["width"] >= 160
    yes.click()
    expect(page.locator(".asked-me")).to_have_count(0)
    assert not people.faults, people.faults
