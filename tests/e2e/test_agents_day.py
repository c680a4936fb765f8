"""A day at the desk, in a browser: by keyboard alone at 1440 pixels, by touch at 390, and never a page loaded anew."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import People, Product, running_product

pytestmark = pytest.mark.slow
_MARK = "window.__here = 'the same page'"
_STILL = "window.__here === 'the same page'"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("day") / "var", issues=40) as product:
        yield product


@pytest.fixture(scope="module")
def people(chromium: Browser, house: Product) -> People:
    return People(chromium, house)


def opened(page: Page, house: Product, queue: str = "all") -> None:
    """The desk with a queue, marked so that a reload would show."""
    page.goto(f"{house.url}/desk/?queue={queue}")
    page.wait_for_selector("html[data-ready=true]")
    page.evaluate(_MARK)


def test_issues_queues_and_dialogs_come_in_place(people: People, house: Product) -> None:
    page = people.page("agent")
    opened(page, house)
    box = page.locator("[data-list]")
    box.evaluate("box => { box.scrollTop = 300 }")
    scrolled = box.evaluate("box => box.scrollTop")
    item = page.locator("[data-item]").nth(6)
    title = item.locator(".title").get_attribute("title") or ""
    item.click()
    expect(page.locator("#issue-title")).to_have_text(title)
    expect(page.locator("[data-item][aria-current=true] .title")).to_have_attribute("title", title)
    assert page.locator("[data-list]").evaluate("box => box.scrollTop") == scrolled, "the list stays where it was"
    page.wait_for_function("document.activeElement?.matches('[data-item][aria-current=true]')")
    first = page.url

    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#issue-title")).not_to_have_text(title)
    page.locator(".queues a", has_text="全部").first.click()
    expect(page.locator("#issue-title")).to_have_count(0)
    assert page.evaluate(_STILL), "nothing of this loads a page"
    page.evaluate("history.go(-2)")
    page.wait_for_url(first)
    expect(page.locator("#issue-title")).to_have_text(title)
    assert page.evaluate(_STILL), "nor does going back"
    assert not people.faults, people.faults


def test_a_refusal_leaves_the_dialog_with_what_was_typed(people: People, house: Product) -> None:
    page = people.page("agent")
    opened(page, house)
    page.locator("[data-item]").first.click()
    page.wait_for_selector("#issue-title")
    page.click(".issue-head details.menu-box summary")
    page.click("[data-open=link-dialog]")
    page.select_option("#link-way", index=1)
    page.fill("#link-number", "20200101-9999")
    page.click("#link-dialog button[type=submit]")
    toast = page.locator(".toast.bad")
    expect(toast).to_contain_text("20200101-9999")
    over = "box => { const r = box.getBoundingClientRect(); const at = document.elementFromPoint(r.x + 9, r.y + 9); return r.height > 0 }"
    assert toast.evaluate(over)
    expect(page.locator("#link-number")).to_have_value("20200101-9999")
    assert page.evaluate(_STILL)
    page.keyboard.press("Escape")
    assert not people.faults, people.faults


def test_a_claim_and_a_correction_are_seen_at_once(people: People, house: Product) -> None:
    page = people.page("agent")
    opened(page, house, "claimable")
    claimable = page.locator("[data-item]").first
    if claimable.count():
        claimable.click()
        page.locator(".next.main", has_text="认领").click()
        expect(page.locator("#issue .next.main", has_text="认领")).to_have_count(0)
        assert page.evaluate(_STILL)
    else:
        opened(page, house)
        page.locator("[data-item]").first.click()
    page.wait_for_selector("#issue-title")
    page.click(".issue-head details.menu-box summary")
    page.click("[data-open=correct-dialog]")
    page.select_option("#correct-priority", "P1")
    page.fill("#correct-dialog-reason", "影响全店")
    page.click("#correct-dialog button[type=submit]")
    expect(page.locator(".issue-head .marks")).to_contain_text("紧急")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert page.evaluate(_STILL)
    assert not people.faults, people.faults


def test_the_field_at_the_top_goes_anywhere_by_keyboard(people: People, house: Product) -> None:
    page = people.page("agent")
    opened(page, house)
    page.locator("[data-item]").nth(1).click()
    page.wait_for_selector("#issue-title")
    page.keyboard.press("Control+k")
    page.keyboard.type("更正")
    act = page.locator("#find-list [role=option]", has_text="更正分类")
    act.wait_for()
    page.keyboard.press("ArrowDown")
    expect(act).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#correct-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#correct-dialog")).to_be_hidden()

    number = (page.locator("[data-item]").nth(3).get_attribute("id") or "").removeprefix("item-")
    title = page.locator("[data-item]").nth(3).locator(".title").get_attribute("title") or ""
    page.keyboard.press("Control+k")
    page.keyboard.type(number)
    page.locator("#find-list [role=option]", has_text=title).wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#issue-title")).to_have_text(title)

    page.keyboard.press("Control+k")
    page.keyboard.type("没有人写过这句话")
    page.locator("#find-list .all").wait_for()
    page.keyboard.press("Escape")
    expect(page.locator("#find-list")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/(search|issues)/\?q="))
    assert not people.faults, people.faults


def test_who_comes_second_sees_both_and_one_click_applies_ones_own(people: People, house: Product) -> None:
    page, other = people.page("agent"), people.page("supervisor")
    opened(page, house)
    page.locator("[data-item]", has=page.locator(".status:not(.grey)")).first.click()
    page.wait_for_selector("#issue-title")
    page.click(".issue-head details.menu-box summary")
    page.click("[data-open=correct-dialog]")
    number = page.url.rpartition("issue=")[2] or page.url.rstrip("/").rpartition("/")[2]

    other.goto(f"{house.url}/issues/{number}/")
    other.click(".issue-head details.menu-box summary")
    other.click("[data-open=correct-dialog]")
    read = page.locator("#correct-impact").input_value()
    theirs, mine = [level for level in ("low", "medium", "high") if level != read][:2]
    other.select_option("#correct-impact", theirs)
    other.fill("#correct-dialog-reason", "全区都受影响")
    other.click("#correct-dialog button[type=submit]")
    expect(other.locator("dialog[open]")).to_have_count(0)

    page.select_option("#correct-impact", mine)
    page.fill("#correct-dialog-reason", "只有一家")
    page.click("#correct-dialog button[type=submit]")
    expect(page.locator("main.dialog h1")).to_have_text("别人先改了")
    expect(page.locator("#stale-reason")).to_have_value("只有一家")
    assert page.evaluate(_STILL) and "/correct/" not in page.url, "a reload does not ask for what is no page"
    page.click("text=用我的")
    page.wait_for_selector("#issue-title")
    page.click(".issue-head details.menu-box summary")
    page.click("[data-open=correct-dialog]")
    expect(page.locator("#correct-impact")).to_have_value(mine)
    assert not people.faults, people.faults


def test_what_renews_itself_is_not_exchanged_under_a_finger(people: People, house: Product) -> None:
    page = people.page("agent")
    opened(page, house)
    page.evaluate("document.querySelector('#issues').dataset.old = 'yes'")
    title = page.locator("[data-item] .title").nth(2).get_attribute("title") or ""
    box = page.locator("[data-item]").nth(2).bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 12)
    page.mouse.down()
    with page.expect_response(lambda answer: "/desk/list/" in answer.url):
        page.evaluate("document.querySelector('#issues').dispatchEvent(new CustomEvent('live:queues'))")
    page.wait_for_timeout(300)
    assert page.locator("#issues[data-old]").count(), "it waits for the finger"
    page.mouse.up()
    expect(page.locator("#issue-title")).to_have_text(title)
    opened(page, house)
    page.evaluate("document.querySelector('#issues').dataset.old = 'yes'")
    with page.expect_response(lambda answer: "/desk/list/" in answer.url):
        page.evaluate("document.querySelector('#issues').dispatchEvent(new CustomEvent('live:queues'))")
    expect(page.locator("#issues[data-old]")).to_have_count(0)
    assert not people.faults, people.faults
