"""Every page of the studio, of the charts and of practice, at the desk and on a phone, light and dark, under long names:
nothing overflows, the browser reports nothing, and axe finds nothing that keeps people out.

Nothing more than in `test_look` is left out: what bpmn-js and dmn-js draw themselves is judged with the rest.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest
from playwright.sync_api import Browser, Page

from bihuan.config import pg_files
from bihuan.config.database import DATABASE
from tests.e2e.conftest import ROOT, Product, running_product
from tests.e2e.studio_world import TEXT
from tests.e2e.test_look import DESK, PHONE, Visitor, visitor

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def _plain(page: Page) -> None:
    page.wait_for_load_state()


def _drawn(page: Page) -> None:
    page.wait_for_selector("#canvas[data-ready]", state="attached")
    page.wait_for_selector("body[data-proved]")


def _view(name: str) -> Callable[[Page], None]:
    def shown(page: Page) -> None:
        _drawn(page)
        page.click(f"[data-view={name}]")
        page.wait_for_selector(f"#view-drawn[data-shown={name}]")

    return shown


def _chosen(page: Page) -> None:
    _drawn(page)
    if page.locator("#view-drawn[data-shown=outline]").is_visible():
        page.locator("#view-drawn .o-block .name").nth(2).click()
    else:
        page.locator("#canvas .djs-shape[data-element-id=analyse] .djs-hit").first.click(force=True)
    page.wait_for_selector("#p-name")


def _builder(page: Page) -> None:
    page.wait_for_selector("html[data-builder=ready]")


def _table(page: Page) -> None:
    page.wait_for_selector("html[data-table=ready]")


def _read(page: Page) -> None:
    page.fill("#text-words", TEXT)
    page.click("button[value=read]")
    page.wait_for_selector("button[value=create]")


def _rehearsed(page: Page) -> None:
    page.locator("svg.plot:visible").first.wait_for(timeout=120_000)


def _running(page: Page) -> None:
    if not page.locator("#running").count():
        page.locator("button[value=rerun]:visible").first.click()
    page.wait_for_selector("#running")


def _cancelled(page: Page) -> None:
    page.click("#running button:has-text('取消')")
    page.wait_for_selector("#running", state="detached")


def _manual(page: Page) -> None:
    page.click("summary:has-text('手册')")


def _fold(page: Page) -> None:
    for fold in page.locator("main details:not([open]):not(.menu-box) > summary").all():
        if fold.is_visible():
            fold.click()


PAGES: tuple[tuple[str, str, str, Callable[[Page], None]], ...] = (
    ("charts", "manager", "/charts/", _plain),
    ("chart", "manager", "/charts/T01/", _manual),
    ("chart-read", "agent", "/charts/T01/", _plain),
    ("issue-chart", "agent", "/issues/{issue}/chart/", _plain),
    ("gallery", "manager", "/studio/", _plain),
    ("preview", "manager", "/studio/gallery/T01/", _plain),
    ("drafts", "manager", "/studio/drafts/", _plain),
    ("reviews", "quality", "/studio/reviews/", _plain),
    ("reviews-none", "agent", "/studio/reviews/", _plain),
    ("import", "manager", "/studio/import/", _plain),
    ("from-text", "manager", "/studio/from-text/", _plain),
    ("from-text-read", "manager", "/studio/from-text/", _read),
    ("text", "manager", "/studio/{text}/text/", _plain),
    ("editor", "manager", "/studio/{base}/", _drawn),
    ("editor-chosen", "manager", "/studio/{base}/", _chosen),
    ("editor-picture", "manager", "/studio/{base}/", _view("picture")),
    ("editor-outline", "manager", "/studio/{base}/", _view("outline")),
    ("editor-narrative", "manager", "/studio/{base}/", _view("narrative")),
    ("editor-blank", "manager", "/studio/{blank}/", _drawn),
    ("editor-locked", "manager", "/studio/{review}/", _drawn),
    ("forms", "manager", "/studio/{own}/forms/", _plain),
    ("forms-none", "manager", "/studio/{blank}/forms/", _plain),
    ("form", "manager", "/studio/{own}/forms/F03/", _builder),
    ("tables", "manager", "/studio/{own}/tables/", _plain),
    ("tables-none", "manager", "/studio/{blank}/tables/", _plain),
    ("table", "manager", "/studio/{own}/tables/priority/", _table),
    ("assume", "manager", "/studio/{own}/rehearse/", _fold),
    ("running", "manager", "/studio/{base}/rehearse/?s={running}", _running),
    ("cancelled", "manager", "/studio/{base}/rehearse/?s={running}", _cancelled),
    ("results", "manager", "/charts/T01/rehearse/", _rehearsed),
    ("life", "manager", "/studio/{base}/life/", _plain),
    ("life-review", "quality", "/studio/{review}/life/", _plain),
    ("faults", "manager", "/studio/{faults}/faults/", _plain),
    ("faults-none", "manager", "/studio/{own}/faults/", _plain),
    ("publish", "manager", "/studio/{own}/publish/", _plain),
    ("compare", "manager", "/studio/{base}/compare/", _plain),
    ("versions", "manager", "/charts/T01/compare/?a=1&b=2", _plain),
    ("pilot", "manager", "/charts/T01/pilot/", _plain),
    ("migrate", "admin", "/charts/T01/migrate/?source={second}&target={first}", _plain),
    ("migration", "admin", "/charts/migrations/{migration}/", _plain),
    ("suggestions", "manager", "/charts/T01/suggestions/", _plain),
    ("export", "manager", "/charts/T01/export/", _plain),
    ("export-draft", "manager", "/studio/{own}/export/", _plain),
    ("drills", "manager", "/charts/T01/drill/", _plain),
    ("drills-draft", "manager", "/studio/{blank}/drills/", _plain),
    ("card", "manager", "/charts/T01/drill/cards/{card}/", _plain),
    ("drill", "agent", "/drills/{drill}/", _plain),
    ("drill-over", "agent", "/drills/{over}/", _plain),
)


@dataclass(frozen=True, slots=True)
class Studio:
    """A running product and what stands in its addresses."""

    product: Product
    places: dict[str, str]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with running_product(tmp_path_factory.mktemp("axe") / "var", issues=30) as product:
        made = subprocess.run(
            [sys.executable, "-m", "tests.e2e.studio_world"],
            env={**os.environ, **product.environment()},
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr.decode()
        with psycopg.connect(pg_files.server_url(product.var / "pg", DATABASE)) as connection:
            issue = connection.execute("SELECT max(issue_id) FROM issues_entry").fetchone()
        assert issue
        places = {**json.loads(made.stdout), "issue": issue[0]}
        yield Studio(product, {name: str(value) for name, value in places.items()})


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_of_the_studio(chromium: Browser, studio: Studio, size: tuple[int, int], dark: bool) -> None:
    ending = f"{'-phone' if size is PHONE else ''}{'-dark' if dark else ''}"
    people: dict[str, Visitor] = {}
    wrong: list[str] = []
    for name, who, path, ready in PAGES:
        if who not in people:
            people[who] = visitor(chromium, studio.product, size, dark=dark)
            people[who].sign_in(who, studio.product.password)
        person = people[who]
        person.page.goto(studio.product.url + path.format(**studio.places))
        ready(person.page)
        wrong += person.look(f"studio-{name}{ending}")
        person.faults.clear()
    assert not wrong, "\n".join(wrong)
