"""Decisions a second of a table with 20 rows, one core; the expression engine's own decision table beside it."""

import json
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from random import Random
from typing import Final

import zen

from bench.report import line
from bihuan.bpmn.decisions import check, parse_decision

_DMN: Final = "https://www.omg.org/spec/DMN/20191111/MODEL/"
_NAMES: Final = ("urgency", "impact", "amount", "days")
_LEVELS: Final = ("high", "medium", "low")
_ROWS: Final[list[list[str]]] = [
    [f'"{urgency}"', f'"{impact}"', amount, "-"]
    for urgency in _LEVELS
    for impact in _LEVELS
    for amount in ("< 1000", ">= 1000")
] + [["-", "-", "-", "> 30"], ["-", "-", "-", "-"]]
_SAID: Final = [f"P{row % 4 + 1}" for row in range(len(_ROWS))]


def _dmn() -> bytes:
    inputs = "".join(f"<input><inputExpression><text>{name}</text></inputExpression></input>" for name in _NAMES)
    rules = ""
    for cells, said in zip(_ROWS, _SAID, strict=True):
        entries = "".join(f"<inputEntry><text><![CDATA[{cell}]]></text></inputEntry>" for cell in cells)
        rules += f'<rule>{entries}<outputEntry><text>"{said}"</text></outputEntry></rule>'
    table = f'<decisionTable hitPolicy="FIRST">{inputs}<output name="priority"/>{rules}</decisionTable>'
    return f'<definitions xmlns="{_DMN}"><decision id="d">{table}</decision></definitions>'.encode()


def _engines_own() -> str:
    rules = [
        {
            "_id": str(at),
            **{name: cell.strip("-") for name, cell in zip(_NAMES, cells, strict=True)},
            "priority": f'"{said}"',
        }
        for at, (cells, said) in enumerate(zip(_ROWS, _SAID, strict=True))
    ]
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in _NAMES],
        "outputs": [{"id": "priority", "name": "priority", "field": "priority"}],
        "rules": rules,
    }
    kinds = {"i": "inputNode", "t": "decisionTableNode", "o": "outputNode"}
    nodes = [{"id": key, "type": kind, "name": key, "position": {"x": 0, "y": 0}} for key, kind in kinds.items()]
    nodes[1] = {**nodes[1], "content": content}
    edges = [
        {"id": source + target, "sourceId": source, "targetId": target, "type": "edge"}
        for source, target in ("it", "to")
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


def _cases(count: int) -> list[dict[str, object]]:
    random = Random(1)
    return [
        {
            "urgency": random.choice(_LEVELS),
            "impact": random.choice(_LEVELS),
            "amount": random.randrange(2000),
            "days": round(random.uniform(0, 40), 2),
        }
        for _ in range(count)
    ]


def _a_second(decide: Callable[[dict[str, object]], object], times: int) -> float:
    """The best of three tries, in CPU time."""
    cases = _cases(5000)
    best = float("inf")
    for _ in range(3):
        begin = time.process_time()
        for values in islice(cycle(cases), times):
            decide(values)
        best = min(best, time.process_time() - begin)
    return times / best


def measure() -> Iterator[str]:
    """Decisions a second with 5,000 different inputs in turn, and the time to check the table."""
    table = parse_decision(_dmn())
    theirs = zen.ZenEngine().create_decision(_engines_own())
    agreed = sum(table.evaluate(values) == theirs.evaluate(values)["result"] for values in _cases(500))
    found = _a_second(table.evaluate, 100_000)
    other = _a_second(theirs.evaluate, 5_000)
    detail = {"rows": len(_ROWS), "inputs": len(_NAMES), "agreed_of_500": agreed}
    yield line("decide.table20", found, "decisions/s", baseline=("zen", other), goal=50_000, detail=detail)
    begin = time.process_time()
    report = check(table)
    yield line(
        "decide.check20",
        time.process_time() - begin,
        "s",
        lower_is_better=True,
        detail={"findings": len(report.findings)},
    )


MEASURES = {"decide": measure}
