"""An agent's whole day twice: with a keyboard and nothing else, and with one thumb on a phone."""

import smtplib
import time
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Product, running_product
from tests.e2e.hands import Hands, Keyboard, Thumb

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("whole") / "var", issues=40) as product:
        yield product


def mail(product: Product, title: str, sender: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "service@bihuan.local", title
    message["Message-ID"] = f"<{time.time_ns()}@hospital.example>"
    message.set_content("2 号疫苗库今早平台上没有温度数据，短信也没收到。请尽快处理，库里有二类苗。")
    with smtplib.SMTP("127.0.0.1", product.mail_port) as server:
        server.send_message(message)


def arrived(hands: Hands, title: str) -> None:
    """The mail has become an issue; its queue says so by itself."""
    hands.page.goto(f"{hands.product.url}/desk/?queue=claimable")
    hands.ready()
    expect(hands.page.locator("[data-item]", has_text=title)).to_be_visible()


def test_a_day_by_keyboard_alone(chromium: Browser, house: Product) -> None:
    title = "疫苗冷库没有温度数据"
    mail(house, title, "吴桂芳 <wu@hospital.example>")
    me = Keyboard(chromium, house)
    page = me.page
    page.goto(f"{house.url}/sign-in/")
    me.to("#username")
    me.type("agent")
    me.press("Tab")
    me.type(house.password)
    me.press("Enter")
    page.wait_for_url("**/desk/**")
    me.ready()
    me.press("?")
    expect(page.locator("#keys-help")).to_be_visible()
    me.shot("keys")
    me.press("Escape")
    expect(page.locator("#keys-help")).to_be_hidden()

    # A queue, an issue of it, the claim.
    arrived(me, title)
    for _ in range(20):
        me.press("Alt+ArrowDown")
        page.wait_for_timeout(250)
        if page.locator("#issue-title", has_text=title).count():
            break
    expect(page.locator("#issue-title")).to_have_text(title)
    me.shot("desk")
    me.next()
    expect(page.locator("#feed")).to_contain_text("认领了「登记受理」")
    expect(page.locator("#issue .next.main")).not_to_contain_text("认领")

    # A note with a colleague's name, a reply that is taken back and sent after all.
    me.press("Escape", "n")
    me.type("先电话核实，再派设备部。")
    me.press("Enter")
    expect(page.locator("#feed")).to_contain_text("先电话核实")
    me.press("Escape", "r")
    me.type("您好，已收到，正在核实，今天内给您回复。")
    me.press("Enter")
    held = page.locator("#feed .entry.held")
    expect(held).to_be_visible()
    me.to("#feed [data-take-back]", key="Shift+Tab")
    me.press("Enter")
    expect(held).to_have_count(0)
    expect(page.locator("#composer-text")).to_have_value("您好，已收到，正在核实，今天内给您回复。")
    me.to("#composer-text")
    me.press("Control+End")
    me.type("如有紧急情况请直接打热线。")
    me.press("Enter")
    expect(held).to_contain_text("请直接打热线")
    expect(held.locator("[data-take-back]")).to_be_in_viewport()
    me.shot("take-back")

    # The side's tabs by arrows.
    me.to("[role=tab][data-side-tab][aria-selected=true]")
    me.press("ArrowRight")
    expect(page.locator("[data-side-tab=customer]")).to_have_attribute("aria-selected", "true")

    # The step's form, to the next step.
    me.next()
    page.wait_for_url("**/steps/**")
    me.ready()
    me.fill("customer_name", "云溪市第二人民医院")
    me.fill("description", "2 号疫苗库没有温度数据，库里有二类苗")
    me.press("Control+s")
    me.shot("step")
    me.next()
    page.wait_for_url("**/issues/**")
    me.ready()
    expect(page.locator("#feed")).to_contain_text("完成「登记受理」")

    # The menu of the issue, a dialog, a correction.
    me.press("t")
    me.to(".issue-head details.menu-box summary")
    me.press("Enter")
    me.to("[data-open=tags-dialog]", key="ArrowDown")
    me.press("Enter")
    expect(page.locator("#tags-dialog")).to_be_visible()
    me.to("#tags-dialog input[name=tag]")
    me.press("Space")
    me.to("#tags-dialog button[type=submit]")
    me.press("Enter")
    expect(page.locator(".issue-tags .chip")).to_have_count(1)

    # A supplier is asked.
    me.press("Control+k")
    me.type("转给第三方")
    act = page.locator("#find-list [role=option]", has_text="转给第三方").first
    act.wait_for()
    page.wait_for_timeout(500)  # what else is found comes a moment later
    me.press("ArrowDown")
    expect(act).to_have_attribute("aria-selected", "true")
    me.press("Enter")
    page.wait_for_url("**/third-party/**")
    me.ready()
    me.fill("address", "wang@supplier.example")
    me.fill("name", "网关厂家 王工")
    me.fill("text", "请确认 R3 固件重连是否有已知问题。")
    me.shot("third-party")
    me.to("form button.primary[type=submit]")
    me.press("Enter")
    page.wait_for_url("**/issues/**")
    expect(page.locator("#feed")).to_contain_text("写给第三方 网关厂家 王工")

    # A call is written down.
    me.press("Escape", "c")
    page.wait_for_url("**/issues/new/**")
    me.ready()
    me.fill("caller_name", "赵晴")
    me.fill("phone", "13800006620")
    me.fill("title", "发票抬头写错")
    me.fill("description", "上月发票抬头少了“市”字，需要重开。")
    me.choose("type", "billing")
    me.shot("new")
    me.to("button.primary[type=submit]")
    me.press("Enter")
    page.wait_for_url("**/issues/*/**")
    me.ready()
    expect(page.locator("#issue-title")).to_have_text("发票抬头写错")

    # It is found again, by a condition too.
    me.press("g", "q")
    page.wait_for_url("**/issues/")
    me.ready()
    me.press("/")
    me.type("发票抬头")
    me.press("Enter")
    page.wait_for_url("**q=**")
    me.ready()
    expect(page.locator("main")).to_contain_text("发票抬头写错")
    me.shot("search")
    assert me.used("mouse") == me.used("touch") == 0 and me.used("keys") > 100
    assert not me.faults, me.faults


def test_a_day_with_one_thumb(chromium: Browser, house: Product) -> None:
    title = "柜门关不严，一直报警"
    mail(house, title, "赵晴 <zhao@drugstore.example>")
    me = Thumb(chromium, house)
    page = me.page
    page.goto(f"{house.url}/sign-in/")
    me.write("#username", "agent")
    me.write("#password", house.password)
    me.tap("button.primary")
    page.wait_for_url("**/desk/**")
    me.ready()
    arrived(me, title)
    me.shot("phone-queue")
    me.tap("[data-item]", title)
    expect(page.locator("#issue-title")).to_have_text(title)
    me.tap(".next.main", "认领")
    expect(page.locator("#feed")).to_contain_text("认领了「登记受理」")
    expect(page.locator("#issue .next.main").first).not_to_contain_text("认领")

    me.tap("[data-kind-tab]")
    expect(page.locator("form[data-composer]")).to_have_attribute("data-kind", "note")
    me.write("#composer-text", "门封老化，先发照片确认型号。")
    me.tap(".composer .send")
    expect(page.locator("#feed")).to_contain_text("门封老化")
    me.shot("phone-issue")
    me.tap("[data-side-open=customer]")
    expect(page.locator("#side-body")).to_contain_text("赵晴")
    me.shot("phone-side")
    me.tap("[data-side-close]")
    me.tap(".next.main")
    page.wait_for_url("**/steps/**")
    me.ready()
    me.write("[name=customer_name]", "和邦大药房")
    me.shot("phone-step")
    me.tap(".next.main")
    page.wait_for_url("**/issues/**")
    me.ready()
    expect(page.locator("#feed")).to_contain_text("完成「登记受理」")

    me.tap(".issue-head a[aria-label='返回']")
    page.wait_for_url("**/desk/**")
    me.tap("a[href$='/issues/new/']")
    page.wait_for_url("**/issues/new/**")
    me.ready()
    me.write("[name=caller_name]", "陈默")
    me.write("[name=phone]", "13900001111")
    me.write("[name=title]", "问保修期")
    me.write("[name=description]", "HZ-900 还在保修期吗？")
    me.tap("label:has([name=type][value=inquiry]), select[name=type]")
    if page.locator("select[name=type]").count():
        page.keyboard.press("Escape")
        page.select_option("select[name=type]", "inquiry")
    me.tap("button.primary[type=submit]")
    page.wait_for_url("**/issues/*/**")
    expect(page.locator("#issue-title")).to_have_text("问保修期")
    assert me.used("mouse") == 0 and me.used("touch") > 10
    assert not me.faults, me.faults
