"""Somebody who never saw the studio and reads nothing: from the gallery to a published flow of one's own. Every click,
every field that is filled in and every key is one act; what the way costs is pinned, so that it cannot grow unnoticed."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import People, Product, running_product
from tests.e2e.test_look import SHOTS

pytestmark = pytest.mark.e2e
OURS = "门店反馈处理"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("newcomer") / "var", issues=0) as product:
        yield product


@dataclass
class Newcomer:
    """Acts only by what is written on the page, and counts."""

    page: Page
    acts: int = 0
    seen: int = 0

    def press(self, name: str, role: str = "button", within: str = "body") -> None:
        """A button, link or tab, by its words."""
        self.acts += 1
        self.page.locator(within).get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]

    def click(self, target: Locator) -> None:
        self.acts += 1
        target.click(force=True)

    def fill(self, label: str, text: str) -> None:
        self.acts += 1
        self.page.get_by_label(label, exact=True).first.fill(text)

    def choose(self, label: str, option: str) -> None:
        self.acts += 1
        self.page.get_by_label(label, exact=True).first.select_option(label=option)

    def tick(self, words: str) -> None:
        self.acts += 1
        self.page.locator("label", has_text=words).first.click()

    def look(self) -> None:
        """A picture of where one is."""
        self.seen += 1
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(SHOTS / f"newcomer-{self.seen}.png"))


def step_named(page: Page, name: str) -> Locator:
    """The shape of a step."""
    return page.locator("#canvas .djs-shape", has=page.locator(f"text:has-text('{name}')")).first.locator(".djs-hit")


def lane_named(page: Page, name: str) -> tuple[float, float]:
    """Where the name of a lane stands."""
    box = page.locator("#canvas .edge-name", has_text=name).first.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.slow
def test_a_newcomer_adapts_a_chart_and_publishes_it(chromium: Browser, running: Product) -> None:
    staff = People(chromium, running)
    page = staff.page("manager")
    page.goto(f"{running.url}/desk/")
    one = Newcomer(page)

    one.press("流程", "link", "nav")
    one.press("新建流程", "link")
    one.look()
    one.acts += 1
    page.locator(".chart-card", has_text="通用反馈七步").click()
    one.fill("我们自己的名称", OURS)
    one.press("复制并改成我们的")
    page.wait_for_selector("#canvas[data-ready]")
    expect(page.locator(".studio-top h1")).to_have_text(OURS)
    assert "没有发现问题" in (page.locator("[data-proof-counts]").text_content(timeout=15_000) or "没有发现问题")
    one.look()

    one.click(step_named(page, "记录反馈"))
    one.fill("名称", "登记反馈")
    one.fill("数值", "45")
    page.keyboard.press("Tab")
    expect(step_named(page, "登记反馈").locator("..")).to_contain_text("45 工作分钟")
    one.choose("谁来做", "客服主管")
    expect(page.locator("#props")).to_contain_text("泳道“客服”里其他步骤由客服代表做")
    one.choose("谁来做", "客服代表")
    one.look()

    # Everybody who works in a lane is changed at once.
    one.acts += 1
    page.mouse.click(*lane_named(page, "客服主管"))
    expect(page.locator("#props header")).to_contain_text("泳道")
    one.choose("谁来做", "部门主管")
    expect(page.locator("#props")).to_contain_text("一起改这条泳道里的")
    one.look()
    expect(page.locator("[data-proof-counts]")).to_contain_text("没有发现问题", timeout=15_000)

    one.press("评审发布", "link")
    one.tick("温如玉")
    one.tick("顾长风")
    expect(page.locator("label", has_text="温如玉")).to_contain_text("质量管理")
    one.press("提交评审")
    expect(page.locator("main")).to_contain_text("等 温如玉、顾长风 签字")
    one.look()
    mine = one.acts

    signing = 0
    for username, name in (("quality", "温如玉"), ("head", "顾长风")):
        reviewer = Newcomer(staff.page(username))
        reviewer.page.goto(f"{running.url}/desk/")
        reviewer.press("流程", "link", "nav")
        reviewer.page.locator("nav.tabs, .tabs").get_by_role("link", name="待我评审").click()
        reviewer.acts += 1
        reviewer.click(reviewer.page.locator("main").get_by_role("link", name=OURS).first)
        expect(reviewer.page.locator("main")).to_contain_text("请您评审")
        looked = reviewer.page.locator("input[type=radio][value=ok]")
        for each in looked.all():
            reviewer.click(each)
        reviewer.press("同意")
        expect(reviewer.page.locator("main li", has_text=name)).to_contain_text("同意")
        signing = max(signing, reviewer.acts)

    page.reload()
    expect(page.locator("main")).to_contain_text("评审人已全部签字")
    one.press("发布…", "link")
    one.press("发布第 1 版")
    expect(page.locator("body")).to_contain_text("第 1 版已发布")
    expect(page.locator("main")).to_contain_text("还没有问题走这张流程")
    one.look()
    one.press("去选", "link")
    one.acts += 1
    page.locator("#routing [name=type][value=inquiry]").check()
    one.press("保存", within="#routing")
    expect(page.locator("main")).not_to_contain_text("还没有问题走这张流程")
    one.look()

    steps = page.locator("main table", has=page.locator("th", has_text="时限")).first
    expect(steps.locator("tr", has_text="登记反馈")).to_contain_text("45 分")
    expect(steps.locator("tr", has_text="主管协调")).to_contain_text("部门主管")
    expect(page.locator("h1")).to_contain_text(OURS)
    assert mine <= 16, f"{mine} acts until the review"
    assert one.acts <= 22, f"{one.acts} acts altogether"
    assert signing <= 12, f"{signing} acts to sign"
    assert staff.faults == []
