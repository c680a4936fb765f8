"""Every page with a company's data in it, at the desk and on a phone: nothing overflows, nothing is reported by the
browser, and axe finds nothing that keeps people out. Pictures go to var/screenshots; `make screenshots` takes those of
the README from there."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg
import pytest
from playwright.sync_api import Browser, Page

from bihuan.config import pg_files
from bihuan.config.database import DATABASE
from tests.e2e.conftest import ROOT, Product, progress_link, running_product

pytestmark = pytest.mark.e2e
SHOTS = ROOT / "var" / "screenshots"
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
DESK, PHONE = (1440, 900), (390, 844)

# What axe says of these is wrong or is decided otherwise, each for its reason.
NOT_JUDGED = {"region": "toasts and the skip link stand outside of the landmarks on purpose"}
STAFF = (
    ("desk", "agent", "/desk/?queue=all"),
    ("issue", "agent", "/issues/{issue}/"),
    ("clock", "agent", "/issues/{issue}/?side=clock"),
    ("step", "{worker}", "/steps/{step}/"),
    ("list", "agent", "/issues/"),
    ("new", "agent", "/issues/new/"),
    ("search", "agent", "/issues/?q=疫苗"),
    ("nothing", "agent", "/issues/?q=没有这样的词"),
    ("customers", "agent", "/customers/"),
    ("customer", "agent", "/customers/{customer}/"),
    ("knowledge", "quality", "/knowledge/"),
    ("article", "quality", "/knowledge/{article}/"),
    ("charts", "manager", "/charts/"),
    ("chart", "manager", "/charts/T01/"),
    ("position", "agent", "/issues/{issue}/chart/"),
    ("missing", "agent", "/nowhere/"),
)
PUBLIC = (("sign-in", "/sign-in/"), ("report", "/report/"), ("progress", "{progress}"))
# The liveliest open issue with a step that somebody works on, the customer with most issues, an article.
_FACTS = """
SELECT i.id, w.id, u.username FROM flows_workitem w
    JOIN issues_issue i ON i.instance_id = w.instance_id JOIN accounts_user u ON u.id = w.assignee_id
    WHERE w.closed_at IS NULL
    ORDER BY w.node = 'analyse' DESC, (SELECT count(*) FROM issues_entry e WHERE e.issue_id = i.id) DESC, w.id LIMIT 1
"""
_CUSTOMER = "SELECT customer_id FROM issues_issue GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A company with some weeks of history."""
    with running_product(tmp_path_factory.mktemp("demo") / "var", issues=40) as product:
        yield product


@pytest.fixture(scope="module")
def places(demo: Product) -> dict[str, str]:
    """What stands in the addresses."""
    with psycopg.connect(pg_files.server_url(demo.var / "pg", DATABASE)) as connection:
        row = connection.execute(_FACTS).fetchone()
        customer = connection.execute(_CUSTOMER).fetchone()
        article = connection.execute("SELECT max(id) FROM knowledge_article").fetchone()
    assert row and customer and article
    issue, step, worker = row
    link = progress_link(demo).removeprefix(demo.url)
    found = {"issue": issue, "step": step, "worker": worker, "customer": customer[0], "article": article[0]}
    return {"progress": link, **{name: str(value) for name, value in found.items()}}


@dataclass
class Visitor:
    """One browser window that remembers what went wrong in it."""

    page: Page
    base: str
    faults: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.set_default_timeout(15_000)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        self.page.on(
            "response",
            lambda answer: (
                self.faults.append(f"{answer.url}: {answer.status}")
                if answer.status >= 400 and not answer.url.endswith("/nowhere/")
                else None
            ),
        )
        self.page.on(
            "console",
            lambda said: (
                self.faults.append(f"{self.page.url}: {said.text}")
                if said.type in ("error", "warning") and "status of" not in said.text
                else None
            ),
        )

    def sign_in(self, username: str, password: str) -> None:
        self.page.goto(f"{self.base}/sign-in/")
        self.page.fill("#username", username)
        self.page.fill("#password", password)
        self.page.click("button.primary")
        self.page.wait_for_url("**/desk/**")

    def look(self, name: str) -> list[str]:
        """Takes a picture and says what is wrong with the page."""
        self.page.wait_for_timeout(250)
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(SHOTS / f"{name}.png"))
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        wrong = [f"{name}: {wide} pixels too wide"] if wide > 0 else []
        return wrong + self._axe(name) + self.faults

    def _axe(self, name: str) -> list[str]:
        self.page.evaluate(AXE.read_text())
        rules = json.dumps({rule: {"enabled": False} for rule in NOT_JUDGED})
        found = self.page.evaluate(f"axe.run(document, {{rules: {rules}, resultTypes: ['violations']}})")
        return [
            f"{name}: {violation['id']} ({violation['help']}): {node['html'][:160]}"
            for violation in found["violations"]
            for node in violation["nodes"][:3]
        ]


def visitor(browser: Browser, product: Product, size: tuple[int, int], *, dark: bool = False) -> Visitor:
    context = browser.new_context(
        locale="zh-CN",
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        has_touch=size is PHONE,
    )
    found = Visitor(context.new_page(), product.url)
    found.watch()
    return found


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_of_the_staff(
    chromium: Browser, demo: Product, places: dict[str, str], size: tuple[int, int], dark: bool
) -> None:
    ending = f"{'-phone' if size is PHONE else ''}{'-dark' if dark else ''}"
    people: dict[str, Visitor] = {}
    wrong: list[str] = []
    for name, role, path in STAFF:
        who = role.format(**places)
        if who not in people:
            people[who] = visitor(chromium, demo, size, dark=dark)
            people[who].sign_in(who, demo.password)
        person = people[who]
        person.page.goto(demo.url + path.format(**places))
        wrong += person.look(f"{name}{ending}")
        person.faults.clear()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_of_the_public(chromium: Browser, demo: Product, places: dict[str, str], size: tuple[int, int]) -> None:
    person = visitor(chromium, demo, size)
    wrong: list[str] = []
    for name, path in PUBLIC:
        person.page.goto(demo.url + path.format(**places))
        wrong += person.look(f"{name}{'-phone' if size is PHONE else ''}")
        person.faults.clear()
    assert not wrong, "\n".join(wrong)


def test_pages_in_english_show_no_chinese_of_ours(chromium: Browser, demo: Product) -> None:
    person = visitor(chromium, demo, DESK)
    person.sign_in("manager", demo.password)
    person.page.locator(".me").click()
    person.page.get_by_text("English", exact=True).click()
    person.page.wait_for_selector("html[lang=en]")
    texts = {}
    for path in ("/desk/?queue=all", "/issues/", "/issues/new/", "/customers/", "/knowledge/", "/charts/"):
        person.page.goto(demo.url + path)
        labels = "th, label, h2, .rail a, .queue a, .btn, .views .tabs > *, .status"
        words = person.page.locator(labels).all_inner_texts()
        texts[path] = [word for word in words if re.search(r"[一-鿿]", word)]
    person.look("desk-en")
    names = {"五阶段客户问题处理"}
    assert all(set(found) <= names for found in texts.values()), texts
