"""Every page that links lead to, found by walking them: at the desk and on a phone, light and dark, nothing overflows,
the browser reports nothing, and axe finds nothing that keeps people out, in the dialogs neither.

A page is known by the name of its address; of each the first one met is looked at. The studio's pages have their own
test (``test_studio_axe``).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import Product, running_product
from tests.e2e.test_look import AXE, DESK, NOT_JUDGED, PHONE, Visitor, visitor

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
# Where a walk begins, and by whom: an administrator sees the settings, an agent has work.
STARTS = (
    ("agent", "/desk/?queue=all"),
    ("agent", "/issues/"),
    ("agent", "/account/"),
    ("agent", "/search/?q=%E6%B8%A9%E5%BA%A6"),
    ("admin", "/settings/"),
    ("admin", "/customers/"),
)
TABS = ("chart", "customer", "work", "history", "clock", "knowledge", "log")
_ELSEWHERE = re.compile(r"studio|chart|drill|suggest|pilot|migrat|version|rehears|sign_out|openid")
_AT_LEAST = 80
_MOST = 150


@dataclass(frozen=True, slots=True)
class Found:
    """A page: by whom and where."""

    name: str
    who: str
    path: str


def _name(path: str) -> str:
    try:
        return resolve(urlsplit(path).path).url_name or ""
    except Resolver404:
        return ""


def _links(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all("a[href^='/']", "all => all.map(each => each.getAttribute('href'))")
    return found


def _walk(person: Visitor, who: str, start: str, seen: set[str]) -> list[Found]:
    """Pages of other names than those seen, by following links from the start."""
    found: list[Found] = []
    waiting, begun = [start], False
    while waiting and len(found) < _MOST:
        path = waiting.pop(0)
        name = _name(path)
        fresh = name not in seen
        if not name or _ELSEWHERE.search(name) or (begun and not fresh):
            continue
        seen.add(name)
        begun = True
        answer = person.page.request.get(person.base + path)
        if not answer.ok or "text/html" not in answer.headers.get("content-type", "") or "<main" not in answer.text():
            continue
        if fresh:  # where a walk begins is looked at once, but shows each person other links
            found.append(Found(name, who, path))
        person.page.goto(person.base + path)
        waiting += _links(person.page)
    return found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("every") / "var", issues=40) as product:
        yield product


@pytest.fixture(scope="module")
def pages(chromium: Browser, house: Product) -> list[Found]:
    found: list[Found] = []
    seen: set[str] = set()
    for who in dict.fromkeys(who for who, _ in STARTS):
        person = visitor(chromium, house, DESK)
        person.sign_in(who, house.password)
        for start in (path for other, path in STARTS if other == who):
            found += _walk(person, who, start, seen)
    issue = next(each.path for each in found if each.name == "issue")
    return [*found, *(Found(f"issue-{tab}", "agent", f"{urlsplit(issue).path}?tab={tab}") for tab in TABS)]


def _dialogs(person: Visitor, name: str) -> list[str]:
    """What axe says of each dialog of the page, opened."""
    wrong: list[str] = []
    rules = json.dumps({rule: {"enabled": False} for rule in NOT_JUDGED})
    keys: list[str] = person.page.eval_on_selector_all(
        "dialog[id]:not([open])", "all => all.filter(each => each.textContent.trim()).map(each => each.id)"
    )
    for key in keys:
        if key == "ask":  # filled when it asks
            continue
        person.page.evaluate("key => document.getElementById(key).showModal()", key)
        person.page.wait_for_timeout(250)
        found = person.page.evaluate(
            f"key => axe.run(document.getElementById(key), {{rules: {rules}, resultTypes: ['violations']}})", key
        )
        wide = person.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        wrong += [f"{name}#{key}: {wide} pixels too wide"] if wide > 0 else []
        wrong += [
            f"{name}#{key}: {violation['id']} ({violation['help']}): {node['html'][:160]}"
            for violation in found["violations"]
            for node in violation["nodes"][:3]
        ]
        person.page.evaluate("key => document.getElementById(key).close()", key)
    return wrong


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page(chromium: Browser, house: Product, pages: list[Found], size: tuple[int, int], dark: bool) -> None:
    assert len(pages) >= _AT_LEAST, [each.name for each in pages]
    assert AXE.exists()
    ending = f"{'-phone' if size is PHONE else ''}{'-dark' if dark else ''}"
    people: dict[str, Visitor] = {}
    wrong: list[str] = []
    shown: set[str] = set()
    for each in pages:
        if each.who not in people:
            people[each.who] = visitor(chromium, house, size, dark=dark)
            people[each.who].sign_in(each.who, house.password)
        person = people[each.who]
        person.page.goto(house.url + each.path)
        wrong += person.look(f"every-{each.name}{ending}")
        if each.name not in shown and not each.name.startswith("issue-"):
            wrong += _dialogs(person, each.name)
        shown.add(each.name)
        person.faults.clear()
    assert not wrong, "\n".join(wrong)
