"""A rehearsal of T01 with ten thousand issues, as the worker carries it out: the scenario, and with the search for people.

The process of its own is in it, from its start to the last message. People are as many as are busy two thirds of the
time; times are those without history.
"""

import json
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, cast

from bench.report import line
from bihuan.bpmn import load_chart
from bihuan.bpmn.decisions import parse_decision
from bihuan.flows.shipped import shipped
from bihuan.studio.rehearsing.fitting import Facts, fitted
from bihuan.worktime import Calendar

_CASES: Final = 500
_RUNS: Final = 20
_PEOPLE: Final = {"agent": 8, "engineer": 30, "approver": 4, "head": 3, "supervisor": 2, "quality": 12}
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri")
_OFFICE: Final = {"timezone": "Asia/Shanghai", "week": {day: [["09:00", "12:00"], ["13:00", "18:00"]] for day in _DAYS}}


def _job() -> dict[str, object]:
    path = next(one.path for one in shipped() if one.key == "T01")
    files = json.loads((path.parent / "manifest.json").read_text(encoding="utf-8"))["decisions"]
    decisions = {key: (path.parent / name).read_text(encoding="utf-8") for key, name in files.items()}
    source = path.read_bytes()
    chart = load_chart(source, decisions={key: parse_decision(xml.encode()) for key, xml in decisions.items()})
    now = datetime(2026, 11, 20, tzinfo=UTC)
    facts = Facts(since=now - timedelta(days=90), now=now)
    given = fitted(chart, facts, Calendar.from_dict(_OFFICE), "default", date(2026, 12, 1), date(2026, 12, 31))
    given = replace(
        given,
        arrivals=replace(given.arrivals, per_week=110.0),
        teams={role: replace(team, people=_PEOPLE[role]) for role, team in given.teams.items()},
        goal=replace(given.goal, hours=32.0),
    )
    return {
        "chart": b64encode(source).decode(),
        "decisions": decisions,
        "assumptions": given.to_json(),
        "calendars": {"default": _OFFICE},
        "cases": _CASES,
        "replications": _RUNS,
        "seed": 1,
    }


def ten_thousand() -> Iterator[str]:
    """Seconds by the clock until the scenario's own figures are there, and until the whole answer is."""
    begin = time.perf_counter()
    base = 0.0
    with subprocess.Popen(
        [sys.executable, "-m", "bihuan.studio.child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None and child.stdout is not None
        json.dump(_job(), child.stdin)
        child.stdin.close()
        results: dict[str, object] = {}
        for text in child.stdout:
            message = cast("dict[str, object]", json.loads(text))
            if message.get("doing") == "base":
                base = time.perf_counter() - begin
            results = cast("dict[str, object]", message.get("results", {}))
    whole = time.perf_counter() - begin
    answer = cast("dict[str, object]", results["answer"])
    tried = cast("list[dict[str, object]]", answer["tried"])
    detail = {"cases": _CASES * _RUNS, "whole_seconds": round(whole, 2), "tried": len(tried), "need": answer["need"]}
    yield line("rehearsal.T01", base, "s", goal=10.0, lower_is_better=True, detail=detail)


MEASURES = {"rehearsal.T01": ten_thousand}
