"""Two agents and a customer on one issue, in browsers: who is there, what is new, what was said while somebody typed, taking
back, other devices, and a line that breaks."""

import re
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import ROOT, People, Product, running_product
from tests.web.test_papers import paper
from tests.web.test_pictures import picture

pytestmark = pytest.mark.slow
SEND = ".composer .send"
TEXT = "#composer-text"
SHOTS = ROOT / "var" / "screenshots"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("talk") / "var", issues=0) as product:
        yield product


@pytest.fixture(scope="module")
def people(chromium: Browser, house: Product) -> People:
    return People(chromium, house)


def mail(house: Product, subject: str, text: str, answers: str = "") -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "王女士 <wang@example.org>", "service@bihuan.local", subject
    message["Message-ID"] = f"<{abs(hash((subject, text)))}@example.org>"
    if answers:
        message["In-Reply-To"] = message["References"] = answers
    message.set_content(text)
    with smtplib.SMTP("127.0.0.1", house.mail_port) as server:
        server.send_message(message)


def first_id(subject: str, text: str) -> str:
    return f"<{abs(hash((subject, text)))}@example.org>"


@pytest.fixture(scope="module")
def talk(people: People, house: Product) -> tuple[Page, str]:
    """The agent at the issue that the customer's mail opened, and its address."""
    mail(house, "冷柜报警不停", "从早上起一直响")
    page = people.page("agent")
    page.goto(f"{house.url}/desk/?queue=all")
    page.wait_for_selector("html[data-ready=true]")
    page.locator("[data-item]", has_text="冷柜报警不停").click(timeout=30_000)
    page.wait_for_selector("#issue-title")
    address = page.locator("#feed").get_attribute("data-read-url")
    assert address is not None
    return page, house.url + address.removesuffix("read/")


def at(people: People, username: str, address: str, **size: int) -> Page:
    page = people.page(username, **size)
    page.goto(address)
    page.wait_for_selector("html[data-ready=true]")
    return page


def saved(page: Page) -> None:
    """What was typed last has gone up."""
    page.wait_for_timeout(500)
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.includes(':up'))")


@pytest.mark.correctness(74)
def test_colleagues_see_each_other_and_are_not_stopped(talk: tuple[Page, str], people: People) -> None:
    agent, address = talk
    supervisor = at(people, "supervisor", address)
    expect(agent.locator("[data-here] .avatar")).to_have_count(1)
    supervisor.locator(TEXT).press_sequentially("我在写", delay=20)
    expect(agent.locator("[data-here-line]")).to_contain_text("正在写回复")
    expect(supervisor.locator("[data-here-line]")).to_be_hidden(timeout=20_000)  # who wrote just before fades first
    agent.fill(TEXT, "您好，我们马上核对")
    agent.click(SEND)
    expect(agent.locator(".entry.held", has_text="您好，我们马上核对")).to_have_count(1)
    gone = supervisor.locator(".entry.reply:not(.held)", has_text="您好，我们马上核对")
    expect(gone).to_have_count(1, timeout=25_000)
    supervisor.goto(address.split("/issues/")[0] + "/desk/")
    expect(agent.locator("[data-here]")).to_be_hidden()
    assert not people.faults, people.faults


@pytest.mark.correctness(75)
def test_what_the_customer_writes_meanwhile_stops_the_reply(
    talk: tuple[Page, str], people: People, house: Product
) -> None:
    agent, address = talk
    agent.goto(address)
    agent.fill(TEXT, "明天上午上门")
    mail(house, "Re: 冷柜报警不停", "已经好了，不用来了", first_id("冷柜报警不停", "从早上起一直响"))
    expect(agent.locator("#feed")).to_contain_text("已经好了", timeout=20_000)
    agent.click(SEND)
    box = agent.locator("[data-meanwhile]")
    expect(box).to_contain_text("已经好了，不用来了")
    expect(agent.locator(TEXT)).to_have_value("明天上午上门")
    box.locator("[data-meanwhile-edit]").click()
    agent.fill(TEXT, "好的，取消上门")
    agent.click(SEND)
    expect(agent.locator(".entry.held", has_text="好的，取消上门")).to_have_count(1)
    assert "明天上午上门" not in agent.locator("#feed").inner_text()
    assert not people.faults, people.faults


@pytest.mark.parametrize("width", [1440, 390])
def test_a_reply_is_taken_back_and_another_device_goes_on(talk: tuple[Page, str], people: People, width: int) -> None:
    _agent, address = talk
    page = at(people, "agent", address, width=width, height=844)
    page.fill(TEXT, f"写错的话 {width}")
    page.locator(SEND).click()
    own = page.locator(".entry.held", has_text=f"写错的话 {width}")
    own.locator("[data-take-back]").click()
    expect(page.locator(TEXT)).to_have_value(f"写错的话 {width}")
    expect(own).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(TEXT).press("End")
    page.locator(TEXT).press_sequentially("，改过")
    saved(page)
    other = at(people, "agent", address, width=1000 + width, height=800)
    expect(other.locator(TEXT)).to_have_value(f"写错的话 {width}，改过")
    other.fill(TEXT, "")
    saved(other)
    page.goto(address)
    expect(page.locator(TEXT)).to_have_value("")
    assert not people.faults, people.faults


@pytest.mark.correctness(60)
def test_a_line_that_breaks_loses_nothing_and_sends_nothing_twice(talk: tuple[Page, str], people: People) -> None:
    _agent, address = talk
    page = at(people, "agent", address)
    page.fill(TEXT, "断网时写的话")
    # The server gets it, its answer is lost.
    page.route("**/entries/", lambda route: (route.fetch(), route.abort()))
    page.click(SEND)
    expect(page.locator(".toast.bad")).to_contain_text("网络断了")
    expect(page.locator(TEXT)).to_have_value("断网时写的话")
    page.unroute("**/entries/")
    page.reload()
    page.wait_for_selector("html[data-ready=true]")
    expect(page.locator(TEXT)).to_have_value("断网时写的话")
    page.click(SEND)
    expect(page.locator(TEXT)).to_have_value("")
    expect(page.locator("#feed .entry.reply", has_text="断网时写的话")).to_have_count(1)
    page.context.set_offline(True)
    page.fill(TEXT, "没有网也不丢")
    expect(page.locator("[data-drafted]")).to_have_text("草稿已存在本机")
    page.context.set_offline(False)
    expect(page.locator("[data-drafted]")).to_have_text("已保存", timeout=15_000)
    page.fill(TEXT, "")
    expect(page.locator("[data-drafted]")).to_be_hidden()


def test_a_colleague_is_mentioned_by_the_first_letters(talk: tuple[Page, str], people: People) -> None:
    _agent, address = talk
    page = at(people, "agent", address)
    page.locator("[data-kind-tab=note]").click()
    page.locator(TEXT).press_sequentially("@")
    find = page.locator("[data-people-find]")
    expect(find).to_be_focused()
    name = page.locator("[data-people] [data-find]").first.locator(".cut").inner_text()
    letters = page.locator("[data-people] [data-find]").first.get_attribute("data-find")
    assert letters is not None
    find.fill(letters.split(" ")[0])
    find.press("Enter")
    expect(page.locator(TEXT)).to_have_value(re.compile(f"^@{name} $"))
    page.locator(TEXT).press_sequentially("请看一下")
    page.click(SEND)
    expect(page.locator("#feed .entry.note").last).to_contain_text(f"@{name} 请看一下")
    assert not people.faults, people.faults


def test_a_note_that_waits_goes_up_beside_a_reply(talk: tuple[Page, str], people: People) -> None:
    _agent, address = talk
    page = at(people, "agent", address)
    page.locator("[data-kind-tab=reply]").click()
    page.evaluate(
        """() => {
          const place = `bihuan:draft:${document.querySelector('form[data-composer]').dataset.composer}:note`;
          localStorage.setItem(place, '没来得及存的备注');
          localStorage.setItem(`${place}:up`, '1');
        }"""
    )
    page.goto(address)
    page.fill(TEXT, "马上写的回复")
    saved(page)
    kept = [page.request.get(f"{address}draft/?kind={kind}").json()["text"] for kind in ("reply", "note")]
    assert kept == ["马上写的回复", "没来得及存的备注"]
    for tab in ("note", "reply"):
        page.locator(f"[data-kind-tab={tab}]").click()
        page.fill(TEXT, "")
        saved(page)


def test_a_paper_is_read_page_by_page_where_it_lies(talk: tuple[Page, str], people: People, house: Product) -> None:
    _agent, address = talk
    subject, text = "Re: 冷柜报警不停", "合同和照片在附件里"
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "王女士 <wang@example.org>", "service@bihuan.local", subject
    message["Message-ID"] = "<papers@example.org>"
    message["In-Reply-To"] = message["References"] = first_id("冷柜报警不停", "从早上起一直响")
    message.set_content(text)
    for name, data in (("维保合同.pdf", paper()), ("坏的.pdf", b"%PDF-1.7 broken")):
        message.add_attachment(data, maintype="application", subtype="pdf", filename=name)
    message.add_attachment(picture(), maintype="image", subtype="png", filename="照片.png")
    with smtplib.SMTP("127.0.0.1", house.mail_port) as server:
        server.send_message(message)
    page = at(people, "agent", address)
    entry = page.locator("#feed .entry", has_text=text)
    expect(entry.locator("a.thumb")).to_have_count(3)
    expect(entry.locator("a.thumb img")).to_have_count(2)  # of the broken one no picture is left
    box, place, large = (
        page.locator("#picture"),
        page.locator("[data-picture-page]"),
        page.locator("[data-picture-large]"),
    )

    def shows(number: str, path: str) -> None:
        expect(place).to_have_text(number)
        expect(large).to_have_attribute("src", re.compile(path))
        page.wait_for_function("() => document.querySelector('[data-picture-large]').naturalWidth > 0")

    entry.locator("a.thumb", has_text="维保合同.pdf").click()
    expect(box).to_be_visible()
    shows("1 / 3", "/pages/1/$")
    for number in (2, 3):
        page.keyboard.press("ArrowRight")
        shows(f"{number} / 3", f"/pages/{number}/$")
    page.keyboard.press("ArrowLeft")
    shows("2 / 3", "/pages/2/$")
    page.screenshot(path=str(SHOTS / "paper.png"))
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    entry.locator("a.thumb", has_text="照片.png").click()
    shows("", "/files/[^/]+/$")
    page.keyboard.press("Escape")
    with page.expect_download() as fetched:
        entry.locator("a.thumb", has_text="坏的.pdf").click()
    assert fetched.value.suggested_filename == "坏的.pdf"
    assert not people.faults, people.faults
