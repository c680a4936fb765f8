"""One flow from an empty canvas to issues that run on its second version: drawn, broken, mended, given a form and a
decision table, rehearsed, reviewed, published, run and changed under way. Each person has a browser of their own."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import People, Product, running_product
from tests.e2e.test_studio import Designer

pytestmark = pytest.mark.e2e
NAME = "门店冷柜报修"
DESK_LANE, FIELD_LANE = "客服", "技术"
# Name, role, limit in working hours.
STEPS = {
    "登记": ("agent", "1"),
    "定级": ("", ""),
    "分析原因": ("engineer", "8"),
    "主管审批": ("approver", "4"),
    "执行方案": ("engineer", "16"),
    "回访": ("agent", "8"),
    "归档": ("quality", "24"),
}
SEVEN = list(STEPS)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("story") / "var", issues=0) as product:
        yield product


def own_number(page: Page) -> int:
    """The number in the address of a draft."""
    found = re.search(r"/studio/(\d+)/", page.url)
    assert found, page.url
    return int(found.group(1))


def lanes(page: Page) -> Locator:
    return page.locator('#canvas .djs-shape[data-element-id^="Lane_"]')


def begin(page: Page, product: Product) -> Designer:
    """An empty canvas with a pool of two lanes, named."""
    page.goto(f"{product.url}/studio/")
    page.fill("#new-name", NAME)
    page.get_by_role("button", name="空白新建").click()
    page.wait_for_selector("#canvas[data-ready]")
    start = page.locator('[data-element-id="start"] .djs-hit').first.bounding_box()
    assert start
    page.click("[data-shape=lane]")
    page.mouse.move(start["x"] + 200, start["y"], steps=4)
    page.mouse.click(start["x"] + 220, start["y"])
    page.click("[data-shape=lane]")
    expect(lanes(page)).to_have_count(2)
    for at, name in enumerate((DESK_LANE, FIELD_LANE)):
        box = lanes(page).nth(at).bounding_box()
        assert box
        page.mouse.click(box["x"] + 16, box["y"] + box["height"] / 2)
        expect(page.locator("#props header")).to_contain_text("没有名字")
        expect(page.locator("#props header")).to_contain_text("泳道")
        page.fill("#p-name", name)
        page.keyboard.press("Tab")
    return Designer(page)


def fill_in(designer: Designer, name: str) -> None:
    """Who does the selected step, and in which time."""
    role, hours = STEPS[name]
    if role:
        designer.role(role)
        designer.page.fill("#p-limit-number", hours)
        designer.page.keyboard.press("Tab")
        expect(designer.page.locator("#props .echo")).to_contain_text("截止")


def draw(designer: Designer) -> None:
    """Seven steps and a choice with two exits."""
    page = designer.page
    page.locator('[data-element-id="start"] .djs-hit').first.click(force=True)
    for name in ("登记", "定级"):
        designer.append("加步骤", name)
        fill_in(designer, name)
    page.select_option("#p-kind", "bpmn:BusinessRuleTask")
    designer.append("加步骤", "分析原因")
    fill_in(designer, "分析原因")
    designer.append("加判断", "风险高?")
    for name in ("主管审批", "执行方案"):
        designer.choose("风险高?")
        designer.append("加步骤", name)
        fill_in(designer, name)
    designer.arrow("主管审批", "执行方案")
    designer.choose("执行方案")
    for name in ("回访", "归档"):
        designer.append("加步骤", name)
        fill_in(designer, name)
    designer.append("加结束", "")


def move(designer: Designer, name: str, lane: str) -> None:
    """Drags a step straight down into the middle of a lane."""
    page = designer.page
    at = lanes(page).filter(has=page.locator("text", has_text=lane))
    box, into = designer.shape(name).bounding_box(), at.bounding_box()
    assert box and into
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 12, steps=3)
    page.mouse.move(x, into["y"] + into["height"] / 2, steps=8)
    page.mouse.up()
    page.wait_for_timeout(200)


def declare(page: Page, at: int, name: str, label: str) -> None:
    """A name that conditions, forms and tables may use: one of high and low."""
    page.get_by_role("button", name="加变量").click()
    page.fill(f"#p-variable-{at}-name", name)
    page.keyboard.press("Tab")
    page.select_option(f"#p-variable-{at}-type", "choice")
    page.fill(f"#p-variable-{at}-values", "high low")
    page.keyboard.press("Tab")
    page.fill(f"#p-variable-{at}-label", label)
    page.keyboard.press("Tab")


def declare_both(designer: Designer) -> None:
    page = designer.page
    page.keyboard.press("Escape")
    page.mouse.click(*empty_spot(page))
    expect(page.locator("#props header")).to_contain_text("整张流程图")
    page.click("#tab-prop-names")
    declare(page, 0, "impact", "影响")
    declare(page, 1, "risk", "风险")


def empty_spot(page: Page) -> tuple[float, float]:
    """A point of the canvas where nothing is drawn."""
    page.click("[data-act=fit]")
    frame = page.locator("#canvas").bounding_box()
    assert frame
    return frame["x"] + 40, frame["y"] + 20


def break_and_mend(designer: Designer) -> None:
    """A deadlock and a choice without a default: found on the element and in the list; one mended by a click, one by hand."""
    page = designer.page
    designer.errors(1)  # two exits, no default
    designer.choose("风险高?")
    page.select_option("#p-kind", "bpmn:ParallelGateway")
    designer.proved()
    page.locator("#finding-list li.red .mends button", has_text="并行").first.click()
    designer.errors(0)
    designer.choose("风险高?")
    page.select_option("#p-kind", "bpmn:ExclusiveGateway")  # one way is taken, the join waits for both
    designer.errors(3)
    said = designer.findings()
    assert "死锁" in said or "等" in said, said
    assert "没有默认出口" in said, said
    assert page.locator(".djs-overlay-finding .no.red").count() >= 2
    page.locator("#finding-list li.red .mends button", has_text="排他").first.click()
    designer.errors(1)
    assert "没有默认出口" in designer.findings()
    designer.choose("风险高?")
    ways = page.locator("#props .exits li")
    ways.filter(has_text="→ 主管审批").locator("input[id^=p-condition-]").fill('risk == "high"')
    page.keyboard.press("Tab")
    ways.filter(has_text="→ 汇聚").get_by_label("其他都不成立时走这条").check()
    designer.errors(0)


def build_form(page: Page, product: Product, draft: int) -> None:
    """The form of the first step: a text, and the variable that the decision table asks."""
    page.goto(f"{product.url}/studio/{draft}/forms/")
    page.fill("#form-title", "冷柜报修单")
    page.fill("#form-code", "F80")
    page.get_by_role("button", name="建表单").click()
    page.wait_for_selector("html[data-builder=ready]")
    for kind, title in (("text", "现象"), ("=impact", "影响大不大")):
        page.click("[data-act=add]")
        page.click(f'[data-kind="{kind}"]')
        page.fill('#panel [data-part="title"]', title)
    expect(page.locator("#preview")).to_contain_text("影响大不大")
    expect(page.locator("#saved")).to_have_attribute("data-said", "saved", timeout=15_000)


def write_cell(page: Page, kind: str, at: int, text: str) -> None:
    page.click(f"td.{kind}-cell >> nth={at}")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def build_table(page: Page, product: Product, draft: int) -> None:
    """Two rules: a great impact is a high risk, everything else a low one."""
    page.goto(f"{product.url}/studio/{draft}/tables/")
    page.fill("#table-name", "风险定级")
    page.fill("#table-key", "risk_level")
    page.locator("[name=asks][value=impact]").check()
    page.locator("[name=gives][value=risk]").check()
    page.get_by_role("button", name="建决策表").click()
    page.wait_for_selector("html[data-table=ready]")
    write_cell(page, "input", 0, '"high"')
    write_cell(page, "output", 0, '"high"')
    page.click(".add-rule-add")
    write_cell(page, "output", 1, '"low"')
    expect(page.locator("#found")).to_contain_text("完整，不矛盾")
    page.select_option("#try-impact", "high")
    expect(page.locator("#tried")).to_contain_text("high")
    expect(page.locator("#saved")).to_have_attribute("data-said", "saved", timeout=15_000)


def attach(designer: Designer, product: Product, draft: int) -> None:
    """The step that fills in the form, and the one that asks the table."""
    page = designer.page
    designer.open(f"{product.url}/studio/{draft}/")
    designer.choose("登记")
    page.click("#tab-prop-form")
    page.select_option("#p-form", "F80")
    designer.choose("定级")
    page.click("#tab-prop-basic")
    page.select_option("#p-decision", "risk_level")
    designer.saved()
    designer.errors(0)


def computed(page: Page) -> None:
    """Waits until the worker has simulated the scenario."""
    expect(page.locator("#running")).to_have_count(0, timeout=90_000)
    expect(page.locator("main")).not_to_contain_text("没有算成")


def rehearse(page: Page, product: Product, draft: int) -> None:
    """Two scenarios side by side: as it is, and with twice the work."""
    page.goto(f"{product.url}/studio/{draft}/rehearse/")
    few = {"arrivals": "20", "cases": "80", "replications": "3"}
    for name, value in few.items():
        page.fill(f"[name={name}]", value)
    page.locator("main").get_by_role("button", name="开始预演").last.click()
    page.wait_for_url("**s=**")
    computed(page)
    page.get_by_role("button", name="另存方案").click()
    page.fill("#save-name", "来量翻倍")
    page.locator("#save-as").get_by_role("button", name="存下并运行").click()
    computed(page)
    cards = page.locator(".scs .sc")
    expect(cards).to_have_count(2)
    expect(page.locator(".scs .sc[aria-current=true]")).to_contain_text("来量翻倍")
    expect(page.locator(".scs .big", has_text="%")).to_have_count(2)


def ask_two(page: Page, product: Product, draft: int, note: str) -> None:
    page.goto(f"{product.url}/studio/{draft}/")
    page.wait_for_selector("#canvas[data-ready]")
    page.get_by_role("link", name="评审发布").click()
    for username in ("quality", "head"):
        page.locator(f"[name=reviewers][value={username}]").check()
    page.fill("#ask-note", note)
    page.get_by_role("button", name="提交评审").click()
    expect(page.locator("main")).to_contain_text("签字；全部同意以后就能发布")


def sign(page: Page, product: Product, name: str) -> None:
    """Looks at everything on the list and agrees; found by the page of what waits for one."""
    page.goto(f"{product.url}/charts/")
    page.get_by_role("link", name="待我评审").click()
    page.locator("main").get_by_role("link", name=NAME).first.click()
    expect(page.locator("main")).to_contain_text("请您评审")
    for looked in page.locator("input[type=radio][value=ok]").all():
        looked.check()
    page.get_by_role("button", name="同意", exact=True).click()
    expect(page.locator("main li", has_text=name)).to_contain_text("同意")


def publish(page: Page, product: Product, draft: int, number: int, log: str) -> None:
    page.goto(f"{product.url}/studio/{draft}/life/")
    expect(page.locator("main")).to_contain_text("评审人已全部签字")
    page.get_by_role("link", name="发布…").click()
    page.fill("#publish-log", log)
    page.locator("[name=seen]").check()
    page.get_by_role("button", name=f"发布第 {number} 版").click()
    page.wait_for_url("**/charts/**")
    expect(page.locator("main")).to_contain_text(f"第 {number} 版")


def route(page: Page) -> None:
    """Faults run on the chart whose page is open; until then the page says that nothing does."""
    expect(page.locator("main")).to_contain_text("还没有问题走这张流程")
    page.get_by_role("link", name="去选").click()
    page.locator("#routing [name=type][value=fault]").check()
    page.locator("#routing").get_by_role("button", name="保存").click()
    expect(page.locator("main")).not_to_contain_text("还没有问题走这张流程")
    expect(page.locator("#routing [name=type][value=fault]")).to_be_checked()


def pick(page: Page, name: str, value: str) -> None:
    """A choice of a form, as a list or as buttons."""
    if page.locator(f"select[name={name}]").count():
        page.select_option(f"select[name={name}]", value)
    else:
        page.locator(f"input[name={name}][value={value}]").check(force=True)


def record(page: Page, product: Product, title: str) -> str:
    """An issue by telephone; its number."""
    page.goto(f"{product.url}/issues/new/")
    for label, text in (("来电人", "孙店长"), ("一句话说明", title), ("内容", "冷柜不制冷，货快化了")):
        page.get_by_label(label).first.fill(text)
    pick(page, "type", "fault")
    page.get_by_role("button", name="登记", exact=True).click()
    page.wait_for_selector("#issue-title")
    found = re.search(r"\d{8}-\d{4}", page.inner_text("main"))
    assert found
    return found.group()


def first_step(page: Page, product: Product, number: str) -> None:
    """Claims the first step of the chart and fills in its form."""
    page.goto(f"{product.url}/search/?q={number}")
    page.wait_for_selector("#issue-title")
    expect(page.locator("main")).to_contain_text("登记")
    claim = page.locator("button[form=claim-form]")
    if claim.count():
        claim.click()
    page.locator(".nexts .next.main").first.click()
    page.wait_for_selector("main.work")
    page.fill("[name=text]", "压缩机不转")
    pick(page, "impact", "high")
    page.locator(".work-foot .next.main").first.click()
    page.wait_for_selector("#issue-title", timeout=15_000)


def drawing(page: Page, product: Product, number: str) -> str:
    """What stands in the chart that the issue runs on."""
    page.goto(f"{product.url}/search/?q={number}")
    page.wait_for_selector("#issue-title")
    page.goto(f"{page.url.split('?')[0].rstrip('/')}/chart/")
    return page.locator("main").inner_text()


def version_row(page: Page, number: int) -> Locator:
    """The line of a version on the page of its chart."""
    return page.locator("main li", has=page.locator(f"b:text-is('第 {number} 版')"))


def change(page: Page) -> int:
    """The next version's draft: a step is called otherwise, does less work and warns of something."""
    page.get_by_role("button", name="改下一版").click()
    page.wait_for_selector("#canvas[data-ready]")
    designer = Designer(page)
    designer.choose("分析原因")
    page.fill("#p-name", "查明原因")
    page.keyboard.press("Tab")
    page.fill("#p-limit-number", "6")
    page.keyboard.press("Tab")
    expect(designer.shape("查明原因")).to_contain_text("6 工作小时")
    designer.saved()
    return own_number(page)


def migrate(page: Page) -> None:
    """From the first version to the second: planned, rehearsed, started, watched to its end."""
    version_row(page, 1).get_by_role("link", name="迁移…").click()
    expect(page.locator("table select option:checked")).to_have_text(["查明原因"])
    page.get_by_role("button", name="试算，不改动").click()
    expect(page.locator("main")).to_contain_text("1 件都可以迁移")
    page.fill("#migrate-reason", "第 2 版的说法更清楚")
    page.get_by_role("button", name="开始迁移").click()
    expect(page.locator("#migration")).to_contain_text("其中 1 件已迁移", timeout=60_000)
    expect(page.locator("#migration")).to_contain_text("已完成", timeout=60_000)


@pytest.mark.slow
def test_from_an_empty_canvas_to_the_second_version(chromium: Browser, running: Product) -> None:
    staff = People(chromium, running)
    manager, agent = staff.page("manager"), staff.page("agent")

    designer = begin(manager, running)
    draw(designer)
    assert sorted(name for name in SEVEN) == sorted(manager.locator("#canvas .djs-shape .name").all_text_contents())
    manager.click("[data-act=fit]")
    move(designer, "分析原因", FIELD_LANE)
    move(designer, "执行方案", FIELD_LANE)
    declare_both(designer)
    break_and_mend(designer)
    manager.click("[data-act=arrange]")
    designer.saved()
    draft = own_number(manager)

    build_form(manager, running, draft)
    build_table(manager, running, draft)
    attach(designer, running, draft)
    rehearse(manager, running, draft)

    ask_two(manager, running, draft, "请看分支和时限")
    for username, name in (("quality", "温如玉"), ("head", "顾长风")):
        sign(staff.page(username), running, name)
    publish(manager, running, draft, 1, "第一次发布")
    chart = manager.url
    route(manager)

    number = record(agent, running, "门店冷柜不制冷")
    first_step(agent, running, number)
    assert "分析原因" in drawing(agent, running, number)

    manager.goto(chart)
    expect(version_row(manager, 1)).to_contain_text("进行中 1 件")
    second = change(manager)
    ask_two(manager, running, second, "只改了名称和时限")
    for username, name in (("quality", "温如玉"), ("head", "顾长风")):
        sign(staff.page(username), running, name)
    publish(manager, running, second, 2, "分析原因改叫查明原因，6 小时")
    expect(version_row(manager, 1)).to_contain_text("进行中 1 件")
    expect(version_row(manager, 2)).to_contain_text("进行中 0 件")
    still = drawing(agent, running, number)
    assert "分析原因" in still and "查明原因" not in still

    migrate(manager)
    manager.goto(chart)
    expect(version_row(manager, 1)).to_contain_text("进行中 0 件")
    expect(version_row(manager, 2)).to_contain_text("进行中 1 件")
    now = drawing(agent, running, number)
    assert "查明原因" in now and "分析原因" not in now
    assert staff.faults == []
