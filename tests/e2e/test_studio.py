"""The designer in a real browser: a flow is drawn from nothing, broken, mended and found again as it was left."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect

from bihuan.bpmn import Chart, load_chart
from bihuan.bpmn.values import JsonValue
from tests.architecture.sources import PACKAGE
from tests.e2e.conftest import ROOT, Product, running_product
from tests.e2e.test_look import DESK, PHONE, SHOTS, Visitor, visitor

pytestmark = pytest.mark.e2e

# Drafts are made as an administrator would: through the operations, in a process of its own.
_MAKE = """
import os, sys, django
from pathlib import Path
from bihuan.config import pg_files
from bihuan.config.database import DATABASE
os.environ["DATABASE_URL"] = pg_files.server_url(Path(os.environ["BIHUAN_VAR"]) / "pg", DATABASE)
os.environ["DJANGO_SETTINGS_MODULE"] = "bihuan.config.settings"
django.setup()
from bihuan.accounts import queries as accounts
from bihuan.core.clock import system_now
from bihuan.studio import operations
from tests.e2e.big_chart import big_chart
actor = accounts.actor_for_user(accounts.person(username="manager"))
blank = operations.create_draft(name="七步演练", actor=actor, now=system_now())
shipped = operations.copy_shipped(shipped="T01", name="五阶段（改）", actor=actor, now=system_now())
big = operations.create_draft(
    name="一百个节点", content=operations.Content(chart=big_chart(100)), actor=actor, now=system_now())
foreign = operations.create_draft(
    name="别家的扩展", content=operations.Content(chart=sys.stdin.buffer.read()), actor=actor, now=system_now())
print(blank.pk, shipped.pk, big.pk, foreign.pk)
"""


@dataclass(frozen=True, slots=True)
class Drafts:
    """A running product and the ids of its drafts."""

    product: Product
    blank: int
    shipped: int
    big: int
    foreign: int


def _foreign() -> bytes:
    """T01 with another vendor's words in it."""
    source = (PACKAGE / "flows" / "gallery" / "T01" / "chart.bpmn").read_text(encoding="utf-8")
    source = source.replace("<bpmn:definitions ", '<bpmn:definitions xmlns:acme="http://acme.example/bpmn" ', 1)
    source = source.replace('id="analyse" ', 'id="analyse" acme:async="true" ', 1)
    words = '<acme:settings level="3"><acme:entry key="a">别家的</acme:entry></acme:settings>'
    at = source.index("<bpmn:extensionElements>", source.index('id="analyse"')) + len("<bpmn:extensionElements>")
    return (source[:at] + words + source[at:]).encode()


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drafts]:
    with running_product(tmp_path_factory.mktemp("studio") / "var", issues=0) as product:
        made = subprocess.run(
            [sys.executable, "-c", _MAKE],
            env={**os.environ, **product.environment()},
            cwd=ROOT,
            capture_output=True,
            input=_foreign(),
            check=False,
        )
        assert made.returncode == 0, made.stderr.decode()
        yield Drafts(product, *(int(each) for each in made.stdout.split()[-4:]))


class Designer:
    """What somebody does in the designer, with mouse and keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, address: str) -> None:
        self.page.goto(address)
        self.page.wait_for_selector("#canvas[data-ready]")

    def shape(self, name: str) -> Locator:
        """The shape that shows a name."""
        found = self.page.locator("#canvas .djs-shape", has=self.page.locator("text", has_text=name)).first
        key = (found.get_attribute("data-element-id") or "").removesuffix("_label")
        return self.page.locator(f'#canvas .djs-shape[data-element-id="{key}"]')

    def append(self, what: str, name: str) -> None:
        """Presses a button of the bar beside the selected shape and types the new one's name."""
        self.page.click(f'.djs-context-pad .entry[title="{what}"]')
        if what == "加判断":  # steps ask for their name at once
            self.page.keyboard.press("F2")
        if name:
            self.page.wait_for_selector(".djs-direct-editing-content")
            self.page.keyboard.type(name)
            self.page.keyboard.press("Enter")
            self.page.wait_for_selector(".djs-direct-editing-content", state="detached")

    def choose(self, name: str) -> None:
        """Clicks on a shape; a click on what is chosen would let go of it, the first one after drawing an arrow is lost."""
        for _turn in range(3):
            if "selected" in (self.shape(name).get_attribute("class") or "").split():
                return
            self.hit(name)
            self.page.wait_for_timeout(150)

    def hit(self, name: str) -> None:
        """A click on a shape; the canvas is moved there as a reader would, by looking for its name."""
        box = self.shape(name).bounding_box()
        frame = self.page.locator("#canvas").bounding_box()
        assert box and frame
        inside = frame["x"] + 20 < box["x"] < frame["x"] + frame["width"] - 140
        if not (inside and frame["y"] + 10 < box["y"] < frame["y"] + frame["height"] - 120):
            self.page.click("[data-act=fit]")
        self.shape(name).locator(".djs-hit").first.click(force=True)

    def role(self, role: str) -> None:
        """Who does the selected step."""
        self.page.select_option("#p-role", role)

    def proved(self) -> None:
        """Waits until the server has judged what stands there now."""
        self.page.wait_for_timeout(450)
        self.page.wait_for_selector("#findings[aria-busy=false]")

    def saved(self) -> None:
        """Waits until the server has it; says what the page says if that does not come."""
        try:
            self.page.wait_for_selector("#saved[data-said=saved]")
        except TimeoutError as late:
            line = self.page.locator("#saved")
            raise AssertionError(f"{line.get_attribute('data-said')}: {line.inner_text()}") from late

    def findings(self) -> str:
        """The whole list, as text."""
        self.proved()
        return self.page.locator("#finding-list").inner_text()

    def errors(self, count: int) -> None:
        """Waits until so many are found."""
        expect(self.page.locator("#finding-list li.red")).to_have_count(count, timeout=10_000)

    def arrow(self, start: str, end: str) -> None:
        """Draws an arrow with the mouse."""
        self.choose(start)
        self.page.click('.djs-context-pad .entry[title="连线"]')
        self.shape(end).locator(".djs-hit").first.hover(force=True)
        self.shape(end).locator(".djs-hit").first.click(force=True)
        self.page.wait_for_selector("#props b:text-is('没有名字')")  # the new arrow is chosen


def _pick(page: Page, key: str) -> None:
    """Clicks on an arrow, where its longest piece is."""
    page.click("[data-act=fit]")
    page.locator(f'[data-element-id="{key}"] .djs-hit').first.click(force=True)


def _names(page: Page) -> list[str]:
    return page.locator("#canvas .djs-shape .name").all_text_contents()


def _desk(chromium: Browser, drafts: Drafts, *, dark: bool = False) -> tuple[Visitor, Designer]:
    person = visitor(chromium, drafts.product, DESK, dark=dark)
    person.sign_in("manager", drafts.product.password)
    return person, Designer(person.page)


@pytest.mark.slow
@pytest.mark.correctness(122)
def test_seven_steps_are_drawn_broken_mended_and_still_there(chromium: Browser, drafts: Drafts) -> None:
    person, designer = _desk(chromium, drafts)
    page = person.page
    address = f"{drafts.product.url}/studio/{drafts.blank}/"
    designer.open(address)

    page.locator('[data-element-id="start"] .djs-hit').first.click(force=True)
    for name, role in (("登记", "agent"), ("分派", "supervisor"), ("分析原因", "engineer")):
        designer.append("加步骤", name)
        designer.role(role)
    designer.append("加判断", "风险高?")
    for name, role in (("主管审批", "approver"), ("执行方案", "engineer")):
        designer.choose("风险高?")
        designer.append("加步骤", name)
        designer.role(role)
    designer.arrow("主管审批", "执行方案")
    designer.choose("执行方案")
    for name, role in (("回访", "agent"), ("归档", "quality")):
        designer.append("加步骤", name)
        designer.role(role)
    designer.append("加结束", "")
    assert _names(page) == ["登记", "分派", "分析原因", "主管审批", "执行方案", "回访", "归档"]

    # The decision has two ways and no default: found, shown on the canvas, and mended by one click.
    assert "风险高" in designer.findings()
    assert page.locator(".djs-overlay-finding .no.red").count() > 0
    error = page.locator("#finding-list li.red").first
    error.locator(".what").click()
    assert page.locator("#canvas .djs-element.selected").count() > 0
    error.locator(".mends button", has_text="默认").first.click()
    designer.proved()
    designer.errors(0)
    assert page.locator("[data-proof-counts] .red").count() == 0

    # Both ways at once, and nothing brings them together again.
    designer.choose("风险高?")
    page.select_option("#p-kind", "bpmn:ParallelGateway")
    assert "执行方案" in designer.findings()
    page.locator("#finding-list li.red .mends button", has_text="并行").first.click()
    designer.proved()
    designer.errors(0)

    # Now only one way is taken: the join that was put in waits for ever, nothing behind it is reached,
    # and the default is missing again.
    designer.choose("风险高?")
    page.select_option("#p-kind", "bpmn:ExclusiveGateway")
    designer.proved()
    designer.errors(3)
    page.locator("#finding-list li.red .mends button", has_text="播放路径").first.click()
    page.wait_for_selector("#player:not([hidden])")
    page.locator("[data-play-toggle]").click()
    assert "继续" in page.locator("[data-play-toggle]").inner_text()
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SHOTS / "studio-playing.png"))
    page.locator("[data-act=stop]").click()
    page.locator("#finding-list li.red .mends button", has_text="排他").first.click()
    designer.proved()
    page.locator("#finding-list li.red .mends button", has_text="默认").first.click()
    designer.proved()
    designer.errors(0)

    # A mend is one step: it can be undone and done again.
    page.keyboard.press("Control+z")
    designer.proved()
    designer.errors(1)
    page.keyboard.press("Control+y")
    designer.proved()
    designer.errors(0)

    designer.saved()
    drawn = sorted(_names(page))
    wrong = person.look("studio-seven")
    designer.open(address)
    assert sorted(_names(page)) == drawn
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_a_limit_a_condition_and_a_caution_in_the_panel(chromium: Browser, drafts: Drafts) -> None:
    person, designer = _desk(chromium, drafts)
    page = person.page
    address = f"{drafts.product.url}/studio/{drafts.shipped}/"
    designer.open(address)
    designer.choose("分析定因")
    page.fill("#p-limit-number", "4")
    page.keyboard.press("Tab")
    page.wait_for_selector(".echo b:has-text('4 工作小时')")
    assert "截止" in page.locator(".echo").inner_text()
    page.click("[data-shape=caution]")
    page.keyboard.type("缺测不等于超温")
    page.keyboard.press("Tab")
    page.wait_for_selector(".sentences.green .t12:text-is('2')")
    _pick(page, "several")
    page.fill("#p-condition-several", "len(support_departments) > ")
    page.wait_for_selector("#p-condition-several[aria-invalid=true]")
    page.locator("#p-condition-several").press_sequentially("0 and ris")
    page.wait_for_selector(".completion li")
    page.keyboard.press("Enter")
    page.locator("#p-condition-several").press_sequentially(' == "high"')
    page.keyboard.press("Escape")
    page.wait_for_selector("#p-condition-several[aria-invalid=false]")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+s")
    page.wait_for_timeout(1500)
    designer.saved()
    wrong = person.look("studio-panel")
    designer.open(address)
    assert "4 工作小时" in (designer.shape("分析定因").text_content() or "")
    _pick(page, "several")
    assert page.input_value("#p-condition-several") == 'len(support_departments) > 0 and risk == "high"'
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_the_list_is_an_edit_of_the_chart_and_the_other_views_follow(chromium: Browser, drafts: Drafts) -> None:
    person, designer = _desk(chromium, drafts)
    page = person.page
    designer.open(f"{drafts.product.url}/studio/{drafts.shipped}/")
    before = len(_names(page))
    page.click("[data-view=outline]")
    page.wait_for_selector("#view-drawn .outline")
    wrong = person.look("studio-outline")
    page.locator("#view-drawn .plus").nth(1).click()
    page.locator("#view-drawn .menu [data-edit=step]:visible").click()
    page.wait_for_selector("#view-drawn .o-block.cur .name:text-is('新步骤')")
    for view in ("picture", "narrative"):
        page.click(f"[data-view={view}]")
        page.wait_for_selector(f"#view-drawn[data-shown={view}]")
        wrong += person.look(f"studio-{view}")
    assert "新步骤" in page.locator("#view-drawn").inner_text()
    page.click("[data-view=chart]")
    assert len(_names(page)) == before + 1
    page.locator("[data-act=undo]").click()
    designer.proved()
    assert len(_names(page)) == before
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_two_who_draw_at_once_lose_nothing(chromium: Browser, drafts: Drafts) -> None:
    one, first = _desk(chromium, drafts)
    two, second = _desk(chromium, drafts)
    address = f"{drafts.product.url}/studio/{drafts.shipped}/"
    for designer in (first, second):
        designer.open(address)
    first.choose("登记受理")
    one.page.fill("#p-name", "登记（一）")
    one.page.keyboard.press("Control+s")
    first.saved()
    one.page.wait_for_timeout(1500)
    second.choose("登记受理")
    two.page.fill("#p-name", "登记（二）")
    two.page.keyboard.press("Control+s")
    two.page.wait_for_selector("#conflict-dialog[open]")
    assert "保存了这张流程图" in two.page.locator("[data-conflict-text]").inner_text()
    two.page.click("[data-conflict=copy]")
    two.page.wait_for_url(lambda url: url != address and "/studio/" in url)
    two.page.wait_for_selector("#canvas[data-ready]")
    assert "登记（二）" in _names(two.page)
    assert not [fault for fault in one.faults + two.faults if "409" not in fault]


@pytest.mark.slow
def test_offline_nothing_is_lost(chromium: Browser, drafts: Drafts) -> None:
    person, designer = _desk(chromium, drafts)
    page = person.page
    designer.open(f"{drafts.product.url}/studio/{drafts.shipped}/")
    page.route("**/save", lambda route: route.abort())
    designer.choose("归档")
    page.fill("#p-name", "归档入库")
    page.wait_for_selector("#saved[data-said=offline]")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.wait_for_selector("#canvas[data-ready]")
    assert "归档入库" in _names(page)
    page.unroute("**/save")
    page.keyboard.press("Control+s")
    designer.saved()


def press(page: Page, what: Locator) -> None:
    """As a hand does it: the button is down for a tenth of a second, long enough for the page to draw itself anew."""
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(100)
    page.mouse.up()


@pytest.mark.slow
def test_a_press_right_after_typing_does_what_it_says(chromium: Browser, drafts: Drafts) -> None:
    person, designer = _desk(chromium, drafts)
    page = person.page
    designer.open(f"{drafts.product.url}/studio/{drafts.shipped}/")
    names = page.locator("[id^=p-variable-][id$=-name]")
    page.keyboard.press("Escape")
    page.click("#tab-prop-names")
    before = names.count()
    more = page.get_by_role("button", name="加变量")
    press(page, more)
    expect(names).to_have_count(before + 1)
    page.fill(f"#p-variable-{before}-name", "typed_before")
    press(page, more)
    expect(names).to_have_count(before + 2)
    expect(names.nth(before)).to_have_value("typed_before")
    page.fill(f"#p-variable-{before}-label", "刚写的")
    press(page, page.locator("#tab-prop-basic"))
    expect(page.locator("#tab-prop-basic")).to_have_attribute("aria-selected", "true")
    page.fill("#p-purpose", "少等一天")
    press(page, page.locator("#tab-prop-names"))
    expect(page.locator(f"#p-variable-{before}-label")).to_have_value("刚写的")
    designer.choose("核实补充")
    page.click("[data-view=outline]")
    page.wait_for_selector("#view-drawn .o-block.cur")
    page.fill("#p-name", "核实再补充")
    press(page, page.locator("#view-drawn .plus").nth(1))
    expect(page.locator("#view-drawn .name", has_text="核实再补充")).to_be_visible()
    expect(page.locator("#view-drawn .menu [data-edit=step]:visible")).to_have_count(1)
    page.fill("#p-name", "核实补充")
    press(page, page.locator("#view-drawn .name", has_text="制定方案").first)
    expect(page.locator("#p-name")).to_have_value("制定方案")
    expect(page.locator("#view-drawn .name", has_text="核实再补充")).to_have_count(0)
    assert not person.faults


@pytest.mark.slow
def test_two_fields_changed_before_the_panel_is_drawn_again_are_both_kept(chromium: Browser, drafts: Drafts) -> None:
    person, designer = _desk(chromium, drafts)
    page = person.page
    designer.open(f"{drafts.product.url}/studio/{drafts.shipped}/")

    def at_once(**values: str) -> None:
        page.evaluate(
            """(values) => {
                for (const [id, value] of Object.entries(values)) {
                    const field = document.getElementById(id);
                    field.value = value;
                    field.dispatchEvent(new Event("change", {bubbles: true}));
                }
            }""",
            values,
        )

    def hold(**values: str) -> None:
        at_once(**values)
        page.wait_for_timeout(100)
        for key, value in values.items():
            expect(page.locator(f"#{key}")).to_have_value(value)

    page.keyboard.press("Escape")
    hold(**{"p-purpose": "少等一天", "p-purpose-en": "A day less"})
    page.click("#tab-prop-names")
    hold(**{"p-variable-0-name": "kept_too", "p-variable-0-type": "number", "p-variable-0-label": "都在"})
    page.click("#tab-prop-phases")
    hold(**{"p-phase-0-name": "收下", "p-phase-0-customer": "已经收下"})
    designer.choose("制定方案")
    page.click("#tab-prop-limit")
    hold(**{"p-limit-number": "3", "p-limit-unit": "workdays", "p-limit-escalate": "supervisor"})
    page.click("#tab-prop-teach")
    if not page.locator("#p-instruction-0-zh").count():
        page.locator(".sentences.plain button", has_text="加一条").first.click()
    hold(**{"p-instruction-0-zh": "先问清楚", "p-instruction-0-en": "Ask first"})
    assert not person.faults


@pytest.mark.slow
@pytest.mark.parametrize("reload", [False, True], ids=["same page", "page read again"])
def test_an_answer_that_is_lost_is_no_conflict_with_oneself(chromium: Browser, drafts: Drafts, reload: bool) -> None:
    person, designer = _desk(chromium, drafts)
    page = person.page
    designer.open(f"{drafts.product.url}/studio/{drafts.shipped}/")
    page.route("**/save", lambda route: (route.fetch(), route.abort()))
    designer.choose("核实补充")
    page.fill("#p-name", "核实补充两遍")
    page.wait_for_selector("#saved[data-said=offline]")
    if reload:
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()
        page.wait_for_selector("#canvas[data-ready]")
        assert "核实补充两遍" in _names(page)
        designer.choose("核实补充两遍")
    page.unroute("**/save")
    page.fill("#p-name", "核实补充")
    page.keyboard.press("Control+s")
    designer.saved()
    assert not page.locator("#conflict-dialog[open]").count()
    page.reload()
    page.wait_for_selector("#canvas[data-ready]")
    assert "核实补充" in _names(page) and "核实补充两遍" not in _names(page)


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_hundred_nodes(chromium: Browser, drafts: Drafts, dark: bool, capsys: pytest.CaptureFixture[str]) -> None:
    person, designer = _desk(chromium, drafts, dark=dark)
    page = person.page
    designer.open(f"{drafts.product.url}/studio/{drafts.big}/")
    ready = page.get_attribute("#canvas", "data-ready")
    page.wait_for_selector("body[data-proved]")
    proved = page.get_attribute("body", "data-proved")
    wrong = person.look(f"studio-big{'-dark' if dark else ''}")
    with capsys.disabled():
        sys.stdout.write(f"\n100 nodes: ready after {ready} ms, judged after {proved} ms\n")
    assert not wrong, "\n".join(wrong)
    page.locator("#canvas .djs-shape .djs-hit").nth(12).click(force=True)
    page.wait_for_timeout(400)
    with page.expect_response(lambda answer: answer.url.endswith("/save")) as saved:
        page.keyboard.press("Delete")
    assert saved.value.status == 200, "a large chart is saved beside its proof"
    designer.saved()


@pytest.mark.slow
def test_on_a_phone_one_reads(chromium: Browser, drafts: Drafts) -> None:
    person = visitor(chromium, drafts.product, PHONE)
    person.sign_in("manager", drafts.product.password)
    page = person.page
    page.goto(f"{drafts.product.url}/studio/{drafts.shipped}/")
    page.wait_for_selector("#view-drawn .outline")
    wrong = person.look("studio-phone")
    page.locator("#view-drawn .o-block .name").nth(2).click()
    page.wait_for_timeout(400)
    wrong += person.look("studio-phone-sheet")
    page.locator(".sheet-shut").click()
    page.click("[data-view=chart]")
    wrong += person.look("studio-phone-chart")
    assert not wrong, "\n".join(wrong)


class _AnyTable:
    key = "priority"

    def evaluate(self, values: object) -> dict[str, JsonValue]:
        raise NotImplementedError(values)


def _said(xml: bytes) -> dict[str, object]:
    """What a chart says, without the lines of the file where it says it."""
    chart: Chart = load_chart(xml, decisions={"priority": _AnyTable()})
    return {
        "nodes": {key: replace(node, line=0) for key, node in chart.nodes.items()},
        "flows": {key: replace(flow, line=0) for key, flow in chart.flows.items()},
        "rest": (chart.lanes, chart.phases, chart.variables, chart.name, chart.name_en, chart.version, chart.template),
        "texts": (chart.purpose, chart.starts_when, chart.ends_when, chart.owner, chart.review_by),
    }


@pytest.mark.slow
def test_what_is_opened_and_saved_says_the_same(chromium: Browser, drafts: Drafts) -> None:
    person, designer = _desk(chromium, drafts)
    with person.page.expect_request("**/check") as sent:
        designer.open(f"{drafts.product.url}/studio/{drafts.foreign}/")
    written = json.loads(sent.value.post_data or "{}")["xml"].encode()
    before, after = _said(_foreign()), _said(written)
    for part, said in before.items():
        assert after[part] == said, part
    for words in ('acme:async="true"', '<acme:settings level="3">', '<acme:entry key="a">别家的</acme:entry>'):
        assert words.encode() in written
