"""The studio in a browser: how long a chart of a hundred elements takes until it can be worked on, and its proof."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bench.report import line
from bench.stage import stage
from bench.verify import large_chart
from bihuan.bpmn.edit import arrange

if TYPE_CHECKING:
    from playwright.sync_api import Page

_TURNS = 5


def studio() -> Iterator[str]:
    """Seconds until the designer may be used, and from a change to its findings."""
    from playwright.sync_api import sync_playwright

    chart = arrange(large_chart(100, 4))
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        browser = driver.chromium.launch(executable_path=_chromium())
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        _sign_in(page)
        plain = [_timed(page, "/studio/", "main") for _ in range(_TURNS)]
        address = _import(page, Path(folder) / "large.bpmn", chart)
        opened = [_timed(page, address, "#canvas[data-ready]") for _ in range(_TURNS)]
        found = [_change(page) for _ in range(_TURNS)]
        browser.close()
    middle = statistics.median(plain)
    for name, seconds, goal in (("studio.open", opened, 1.5), ("studio.findings", found, 1.0)):
        yield line(
            name,
            statistics.median(seconds),
            "s",
            baseline=("the gallery page in the same browser", middle),
            goal=goal,
            lower_is_better=True,
            detail={"elements": 100, "all": [round(each, 3) for each in seconds]},
        )


def _chromium() -> str | None:
    import shutil

    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def _sign_in(page: "Page") -> None:
    page.goto(f"{stage().url}/sign-in/")
    page.fill("input[name=username]", "manager")
    page.fill("input[name=password]", (stage().var / "demo.password").read_text().strip())
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/desk/**")


def _timed(page: "Page", address: str, sign: str) -> float:
    began = time.perf_counter()
    page.goto(f"{stage().url}{address}", wait_until="commit")
    page.locator(sign).first.wait_for()
    return time.perf_counter() - began


def _import(page: "Page", path: Path, chart: bytes) -> str:
    path.write_bytes(chart)
    page.goto(f"{stage().url}/studio/import/")
    page.set_input_files("input[type=file]", path)
    page.locator("form[enctype] button.primary").click()
    page.wait_for_url("**/faults/")
    return page.url.removeprefix(stage().url).removesuffix("faults/")


def _change(page: "Page") -> float:
    """An element is removed; until the answer about the chart as it then is has come."""
    page.wait_for_selector("body[data-proved]")
    page.wait_for_selector("#findings[aria-busy=false]")
    page.wait_for_timeout(1500)  # mends are looked for behind it
    page.click("[data-act=fit]")
    page.locator("#canvas .djs-shape .djs-hit").nth(12).click(force=True)
    page.wait_for_timeout(700)
    began = time.perf_counter()
    with page.expect_response(lambda answer: answer.url.endswith("/check")):
        page.keyboard.press("Delete")
    return time.perf_counter() - began


MEASURES = {"studio": studio}
