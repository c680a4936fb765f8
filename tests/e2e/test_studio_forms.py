"""A form and a decision table made in the browser: by mouse, by keyboard alone, on a phone, by two people at once."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import ROOT, People, Product

pytestmark = pytest.mark.e2e
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = ROOT / "var" / "screenshots"


@pytest.fixture(scope="module")
def draft(chromium: object, product: Product) -> dict[str, int]:
    """Where the number of the draft is kept once somebody made it."""
    return {}


def own_draft(page: Page, product: Product, draft: dict[str, int]) -> str:
    """The address of a draft of T01."""
    if "id" not in draft:
        page.goto(f"{product.url}/studio/gallery/T01/")
        page.evaluate(
            """async () => {
                const token = /csrftoken=([^;]+)/.exec(document.cookie)[1];
                await fetch("/studio/gallery/T01/copy/", {method: "POST", headers: {"X-CSRFToken": token}});
            }"""
        )
        page.goto(f"{product.url}/studio/drafts/")
        href = page.locator("a.title").first.get_attribute("href") or ""
        draft["id"] = int(re.findall(r"\d+", href)[-1])
    return f"{product.url}/studio/{draft['id']}"


def serious(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run({rules: {region: {enabled: false}}})")
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SHOTS / f"{name}.png"))


def add(page: Page, kind: str, title: str) -> None:
    page.click("[data-act=add]")
    page.click(f'[data-kind="{kind}"]')
    page.fill('#panel [data-part="title"]', title)


def stored(page: Page) -> dict[str, object]:
    """The form as the page of a fresh visit has it."""
    page.reload()
    found = json.loads(page.locator("#studio-data").text_content() or "{}")
    form = found["form"]
    assert isinstance(form, dict)
    return form


def wait_saved(page: Page) -> None:
    expect(page.locator("#saved")).to_have_attribute("data-said", "saved", timeout=15_000)


def test_a_form_is_built_and_tried(people: People, product: Product, draft: dict[str, int]) -> None:
    page = people.page("manager")
    home = own_draft(page, product, draft)
    page.goto(f"{home}/forms/")
    page.fill("#form-title", "上门检查表")
    page.fill("#form-code", "F70")
    page.click("text=建表单")
    page.wait_for_selector("html[data-builder=ready]")
    add(page, "money", "补偿金额")
    add(page, "text", "补偿理由")
    page.select_option('#panel [data-part="x-visibleWhen"]', "when")
    page.select_option(".fb-condition select >> nth=1", "atLeast")
    page.fill('.fb-condition input[inputmode="decimal"]', "1000")
    page.select_option('#panel [data-part="x-requiredWhen"]', "always")
    add(page, "cascade", "问题类型")
    add(page, "signature", "客户签字")
    add(page, "table", "更换零件")
    page.click('#panel button:has-text("加一列")')
    page.fill('[aria-label="第 3 列的名称"]', "数量")
    page.select_option('[aria-label="第 3 列填什么"]', "integer")
    wait_saved(page)
    preview = page.locator("#preview")
    expect(preview.locator('[data-field="text"]')).to_be_hidden()
    preview.locator("[name=money]").fill("1,200.5")
    preview.locator("[name=money]").press("Tab")
    expect(preview.locator("[data-capital]")).to_contain_text("壹仟贰佰元伍角")
    expect(preview.locator('[data-field="text"]')).to_be_visible()
    preview.locator(".cascade select").first.select_option(index=1)
    preview.locator(".cascade select").nth(1).select_option(index=2)
    assert preview.locator("select[name=cascade]").input_value() == "a/b"
    preview.locator("[data-sign-name]").fill("王小明")
    preview.locator("[data-sign-done]").click()
    expect(preview.locator(".signed img")).to_have_attribute("alt", "签名 王小明.png")
    page.click("[data-act=judge]")
    expect(preview.locator("[data-faults]")).to_contain_text("补偿理由")
    preview.locator("[name=text]").fill("漏检一次")
    page.click("[data-act=judge]")
    expect(preview.locator("[data-faults]")).to_have_count(0)
    assert serious(page) == []
    shot(page, "form-builder")
    page.click('[data-wide="phone"]')
    assert (preview.bounding_box() or {"width": 0})["width"] <= 390
    form = stored(page)
    nodes = form["properties"]
    assert isinstance(nodes, dict) and list(nodes["table"]["items"]["x-order"]) == ["item", "done", "c3"]
    assert nodes["text"]["x-visibleWhen"] == [{"field": "money", "atLeast": 1000}]
    assert people.faults == []


def test_the_keyboard_reorders_undoes_and_mends(people: People, product: Product, draft: dict[str, int]) -> None:
    page = people.page("manager")
    page.goto(f"{own_draft(page, product, draft)}/forms/F03/")
    page.wait_for_selector("html[data-builder=ready]")
    order = "[...document.querySelectorAll('[data-pick]')].map((one) => one.dataset.pick)"
    before = page.evaluate(order)
    page.focus(f'[data-pick="{before[0]}"]')
    page.keyboard.press("Alt+ArrowDown")
    assert page.evaluate(order)[:2] == [before[1], before[0]]
    assert page.evaluate("document.activeElement.dataset.pick") == before[0]
    expect(page.locator("#moved")).to_contain_text("第 2 个")
    page.keyboard.press("Control+z")
    assert page.evaluate(order) == before
    page.keyboard.press("Control+y")
    page.keyboard.press("Enter")
    page.fill('#panel [data-part="title"]', "")
    expect(page.locator("#problems")).to_contain_text("还没有名称")
    expect(page.locator('#panel [data-line="title"] .error')).to_be_visible()
    page.fill('#panel [data-part="title"]', "方案的类型")
    wait_saved(page)
    titles = json.dumps(stored(page), ensure_ascii=False)
    assert "方案的类型" in titles and people.faults == []


def test_two_people_at_one_form(people: People, product: Product, draft: dict[str, int]) -> None:
    mine, theirs = people.page("manager"), people.page("quality")
    home = own_draft(mine, product, draft)
    for page in (mine, theirs):
        page.goto(f"{home}/forms/F02/")
        page.wait_for_selector("html[data-builder=ready]")
    for page, name in ((theirs, "她的名称"), (mine, "我的名称")):
        page.click("[data-act=form]")
        page.fill('#panel [data-part="title"]', name)
        if page is theirs:
            wait_saved(page)
    expect(mine.locator("#conflict-dialog")).to_be_visible(timeout=15_000)
    expect(mine.locator("[data-conflict-text]")).to_contain_text("您的改动还没有保存")
    mine.click("[data-conflict=mine]")
    wait_saved(mine)
    assert stored(theirs)["title"] == "我的名称"


def test_an_answer_that_is_lost_is_no_conflict_with_oneself(
    people: People, product: Product, draft: dict[str, int]
) -> None:
    page = people.page("manager")
    page.goto(f"{own_draft(page, product, draft)}/forms/F04/")
    page.wait_for_selector("html[data-builder=ready]")
    save = "**/forms/F04/save*"
    page.route(save, lambda route: (route.fetch(), route.abort()))
    page.click("[data-act=form]")
    page.fill('#panel [data-part="title"]', "到了而没有回音")
    expect(page.locator("#saved")).to_have_attribute("data-said", "offline", timeout=15_000)
    page.unroute(save)
    page.fill('#panel [data-part="title"]', "后来又改的")
    wait_saved(page)
    assert not page.locator("#conflict-dialog[open]").count()
    assert stored(page)["title"] == "后来又改的"


def test_a_table_is_edited_checked_and_tried(people: People, product: Product, draft: dict[str, int]) -> None:
    page = people.page("manager")
    page.goto(f"{own_draft(page, product, draft)}/tables/priority/")
    page.wait_for_selector("html[data-table=ready]")
    expect(page.locator("#found")).to_contain_text("完整，不矛盾")
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    page.select_option("#try-urgency", "high")
    expect(page.locator("#tried")).to_contain_text("优先级 P2")
    page.click("td.input-cell >> nth=6")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text('"low"')
    expect(page.locator("#found")).to_contain_text("轮不到")
    expect(page.locator("#found")).to_contain_text("紧急程度")
    page.locator("#found").get_by_text("标出来").first.click()
    wait_saved(page)
    assert serious(page) == []
    shot(page, "decision-table")
    page.reload()
    expect(page.locator("td.input-cell >> nth=6")).to_contain_text('"low"')
    assert people.faults == [], "the content policy lets dmn-js be"


def test_on_a_phone(people: People, product: Product, draft: dict[str, int]) -> None:
    page = people.page("manager", width=390, height=844)
    home = own_draft(page, product, draft)
    for path in ("forms/", "forms/F03/", "tables/", "tables/priority/"):
        page.goto(f"{home}/{path}")
        page.wait_for_timeout(800)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert serious(page) == [], path
    page.goto(f"{home}/forms/F03/")
    page.wait_for_selector("html[data-builder=ready]")
    page.click("[data-pane=list]")
    page.click("[data-act=add]")
    page.click('[data-kind="time"]')
    page.fill('#panel [data-part="title"]', "到达钟点")
    wait_saved(page)
    page.click("[data-pane=view]")
    expect(page.locator('#preview [data-field="time"]')).to_contain_text("到达钟点")
