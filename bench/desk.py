"""The desk: intakes, steps, lists, search, memory."""

import subprocess
import sys
from collections.abc import Iterator
from functools import cache, partial
from urllib.parse import quote

import psycopg

from bench.report import line
from bench.stage import ROOT, simple_updates, stage
from bench.visitor import Visitor
from bihuan.core.clock import system_now
from bihuan.demo.multiply import multiply

SECONDS = 8


def _clients(kind: str, count: int, *more: str) -> list[int]:
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.load", kind, str(SECONDS), f"{count}{number}", *more],
            cwd=ROOT,
            env=stage().environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(count)
    ]
    return [int(process.communicate()[0].strip().splitlines()[-1]) for process in running]


def intake() -> Iterator[str]:
    """Issues a second over HTTP, one and four clients."""
    here = stage()
    rates = {count: sum(_clients("intakes", count, here.url, here.token)) / SECONDS for count in (1, 4)}
    yield line(
        "desk.intake",
        rates[4],
        "intakes/s",
        baseline=("pgbench simple-update, 4 clients", simple_updates(4)),
        goal=150,
        detail={"one_client": rates[1], "pgbench_one_client": simple_updates(1)},
    )


def steps() -> Iterator[str]:
    """Steps a second through flows.operations, one and four clients."""
    stage()
    rates = {count: sum(_clients("steps", count)) / 1000 for count in (1, 4)}
    yield line(
        "desk.steps",
        rates[4],
        "steps/s",
        baseline=("pgbench simple-update, 4 clients", simple_updates(4)),
        goal=400,
        detail={"one_client": rates[1], "pgbench_one_client": simple_updates(1)},
    )


def _ids(count: int) -> list[int]:
    with psycopg.connect(stage().database) as connection:
        rows = connection.execute("SELECT id FROM issues_issue ORDER BY random() LIMIT %s", [count]).fetchall()
    return [int(row[0]) for row in rows]


def _issues() -> int:
    with psycopg.connect(stage().database) as connection:
        row = connection.execute("SELECT count(*) FROM issues_issue").fetchone()
    return int(row[0]) if row else 0


@cache
def _pages(target: int) -> tuple[int, dict[str, dict[str, float]]]:
    """Times of the pages with about so many issues."""
    here = stage()
    while _issues() < 1000:
        _clients("intakes", 2, here.url, here.token)
    if target > 1000:
        now = system_now()
        more = target - _issues()
        multiply(dsn=here.database, count=more, seed=1, zone="Asia/Shanghai", now=now, progress=lambda share: None)
    visitor, ids = Visitor(stage()), _ids(130)
    return _issues(), {
        "list": visitor.times(lambda number: "/issues/"),
        "issue": visitor.times(lambda number: f"/issues/{ids[number % len(ids)]}/"),
        "desk": visitor.times(lambda number: "/desk/?queue=all"),
    }


def listing() -> Iterator[str]:
    """List and issue page with 1,000 and 100,000 issues."""
    small, few = _pages(1000)
    large, many = _pages(100_000)
    yield line(
        "desk.list",
        many["list"]["p95_ms"],
        "ms p95",
        baseline=(f"{small} issues", few["list"]["p95_ms"]),
        goal=50,
        lower_is_better=True,
        detail={"issues": large, "few": few, "many": many},
    )


def _search_page(texts: tuple[str, ...], number: int) -> str:
    return f"/issues/?q={quote(texts[number % len(texts)])}"


def search() -> Iterator[str]:
    """Chinese and English search with 100,000 issues."""
    large, _many = _pages(100_000)
    visitor = Visitor(stage())
    words = {"chinese": ("疫苗", "温度数据", "短信", "中断 7 分钟"), "english": ("customer", "k10", "example")}
    found = {name: visitor.times(partial(_search_page, texts), 60) for name, texts in words.items()}
    worst = max(times["p95_ms"] for times in found.values())
    yield line("desk.search", worst, "ms p95", goal=50, lower_is_better=True, detail={"issues": large, **found})


def memory() -> Iterator[str]:
    """Memory of web and worker, without PostgreSQL, now and after a run of pages."""
    before = stage().memory()
    visitor = Visitor(stage())
    for _page in range(600):
        visitor.get("/desk/?queue=all")
    after = stage().memory()
    yield line(
        "desk.memory",
        sum(after.values()),
        "MB",
        goal=400,
        lower_is_better=True,
        detail={
            "before": {k: round(v, 1) for k, v in before.items()},
            "after": {k: round(v, 1) for k, v in after.items()},
        },
    )


MEASURES = {
    "desk.intake": intake,
    "desk.list": listing,
    "desk.memory": memory,
    "desk.search": search,
    "desk.steps": steps,
}
