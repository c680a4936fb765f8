"""The desk with a million issues beside one with a thousand: pages, search, live pages, memory.

``BENCH_ISSUES``: how many (1,000,000). Both companies are made at the first run and kept (``BENCH_VAR``).
"""

import os
from collections.abc import Callable, Iterator
from functools import cache, partial
from urllib.parse import quote

import psycopg

from bench import listeners
from bench.report import line, percentiles
from bench.stage import Stage, kept_stage
from bench.visitor import Visitor

ISSUES = int(os.environ.get("BENCH_ISSUES", "1000000"))
FEW = 1000
GOAL = 100.0
PEOPLE = ("agent", "engineer")
"""One who sees everything, one who sees a department's."""
COUNT = 60
PAGES = {
    "list": "/issues/",
    "conditions": "/issues/?view=open&type=data&priority=P2&department=cloud",
    "conditions_rare": "/issues/?status=withdrawn&type=billing&priority=P3",
    "due": "/issues/?view=open&sort=due",
    "counters": "/desk/queues/",
    "desk": "/desk/?queue=all",
    "mine": "/desk/?queue=mine",
}
SEARCHES = {
    "common": ("疫苗", "温度数据", "短信报警"),
    "two_characters": ("槐安", "药品", "血站"),
    "phrase": ("中断 7 分钟", "值班手机响了两次"),
    "none": ("蓝鲸跳舞", "qwertzu"),
    "name": ("赵桂芳", "云溪市康泰"),
}

Times = dict[str, float]


def _rows(here: Stage, statement: str) -> list[str]:
    with psycopg.connect(here.database) as connection:
        return [str(row[0]) for row in connection.execute(statement.encode()).fetchall()]


def _ids(here: Stage) -> list[str]:
    return _rows(here, _SOME)


_SOME = (
    "SELECT id FROM issues_issue WHERE id IN (SELECT (random() * (SELECT max(id) FROM issues_issue))::bigint"
    " FROM generate_series(1, 4000)) LIMIT 200"
)
_SERIALS = (
    "SELECT substring(description FROM 'LK[0-9]{8}') FROM issues_issue WHERE description ~ 'LK[0-9]{8}'"
    " AND id IN (SELECT (random() * (SELECT max(id) FROM issues_issue))::bigint FROM generate_series(1, 2000)) LIMIT 60"
)


def _in_turn(pages: list[str], number: int) -> str:
    return pages[number % len(pages)]


def _deep(visitor: Visitor) -> str:
    """The address of the fortieth page."""
    path = "/issues/"
    for _page in range(40):
        following = visitor.found(path, r'href="(/issues/\?[^"]*cursor=[^"]+)"').replace("&amp;", "&")
        if not following:
            break
        path = following
    return path


def _of_person(here: Stage, username: str) -> dict[str, Times]:
    visitor = Visitor(here, username)
    found = {name: visitor.times(partial(_in_turn, [path]), COUNT) for name, path in PAGES.items()}
    found["deep"] = visitor.times(partial(_in_turn, [_deep(visitor)]), COUNT)
    serials = _rows(here, _SERIALS) or ["LK"]
    for name, texts in {**SEARCHES, "rare": tuple(serials)}.items():
        pages = [f"/issues/?q={quote(text)}" for text in texts]
        found[f"search_{name}"] = visitor.times(partial(_in_turn, pages), COUNT)
    return found


@cache
def _measured(issues: int) -> dict[str, Times]:
    """Times by page and person; ``issue`` and ``reply`` of one who may open every issue."""
    here = kept_stage(issues)
    found = {f"{name}.{who}": times for who in PEOPLE for name, times in _of_person(here, who).items()}
    visitor, ids = Visitor(here), _ids(here)
    found["issue.agent"] = visitor.times(partial(_in_turn, [f"/issues/{pk}/" for pk in ids]), COUNT)
    forms = [f"/issues/{pk}/entries/" for pk in ids]
    for number in range(5):
        visitor.post(forms[-1 - number], {"kind": "reply", "text": "您好，正在核对。"})
    found["reply.agent"] = percentiles(
        [
            visitor.post(_in_turn(forms, number), {"kind": "reply", "text": "您好，正在核对。"})
            for number in range(COUNT)
        ]
    )
    return found


def _line(name: str, keys: Callable[[str], bool]) -> str:
    many, few = _measured(ISSUES), _measured(FEW)
    chosen = {key: times for key, times in many.items() if keys(key)}
    worst = max(chosen, key=lambda key: chosen[key]["p95_ms"])
    return line(
        f"desk.million.{name}",
        chosen[worst]["p95_ms"],
        "ms p95",
        baseline=(f"{FEW} issues, {worst}", few[worst]["p95_ms"]),
        goal=GOAL,
        lower_is_better=True,
        detail={"issues": ISSUES, "worst": worst, **{key: [few[key], times] for key, times in chosen.items()}},
    )


def pages() -> Iterator[str]:
    """Every page, the slowest of its kind and person."""
    kinds = {
        "list": ("list.", "due.", "deep."),
        "conditions": ("conditions.", "conditions_rare."),
        "counters": ("counters.",),
        "desk": ("desk.", "mine."),
        "issue": ("issue.",),
        "reply": ("reply.",),
        "search": ("search_",),
    }
    for name, prefixes in kinds.items():
        yield _line(name, lambda key, prefixes=prefixes: key.startswith(prefixes))  # type: ignore[misc]


def live() -> Iterator[str]:
    """Fifty open pages, twenty announcements a second: how long one takes to the page that it concerns."""
    here = kept_stage(ISSUES)
    visitors = [Visitor(here, who) for who in ("agent", "agent2", "manager", "supervisor", "quality")]
    ids = _ids(here)[:50]
    found = listeners.listen(here, [visitor.cookies for visitor in visitors], ids, seconds=30, a_second=20)
    yield line(
        "desk.million.live", found["p95_ms"], "ms p95", goal=GOAL, lower_is_better=True, detail={"pages": 50, **found}
    )


def memory() -> Iterator[str]:
    """Memory of web and worker over ten thousand requests."""
    here = kept_stage(ISSUES)
    visitor, ids = Visitor(here), _ids(here)
    mixed = ["/desk/?queue=all", "/issues/", *(f"/issues/{pk}/" for pk in ids[:20]), "/issues/?q=%E7%96%AB%E8%8B%97"]
    seen = []
    for number in range(10_001):
        if number % 1000 == 0:
            seen.append({name: round(size, 1) for name, size in here.memory().items()})
        visitor.get(_in_turn(mixed, number))
    yield line(
        "desk.million.memory",
        seen[-1].get("serve", 0.0),
        "MB web",
        goal=300,
        lower_is_better=True,
        detail={"worker": seen[-1].get("work", 0.0), "every_thousand": seen},
    )


MEASURES = {"desk.million.live": live, "desk.million.memory": memory, "desk.million": pages}
