"""Decisions that ask other decisions of the same file first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bihuan.bpmn.decisions.table import DecisionTable, Required
from bihuan.bpmn.problems import Problem


@dataclass(frozen=True, slots=True)
class Link:
    """The decision `source` asks the decision `target`; both are ids."""

    source: str
    target: str
    line: int


def result_name(table: DecisionTable) -> str:
    """The name under which other decisions know the result: the decision's name, or its id where that is no word."""
    return table.name if table.name.isidentifier() else table.key


def connected(
    tables: Mapping[str, DecisionTable], links: Sequence[Link], problems: list[Problem]
) -> dict[str, DecisionTable]:
    """The same tables, each with those it asks. What cannot be connected is added to `problems`."""
    asks: dict[str, list[Link]] = {}
    for link in links:
        asks.setdefault(link.source, []).append(link)
        if link.target not in tables:
            problems.append(
                _problem(link, "missing_reference", f"没有决策 {link.target}", f"no decision {link.target}")
            )
    done: dict[str, DecisionTable] = {}
    waiting = {} if problems else dict(tables)
    while waiting:
        ready = [key for key in waiting if all(link.target in done for link in asks.get(key, []))]
        if not ready:
            link = asks[next(iter(waiting))][0]
            problems.append(_problem(link, "structure", "决策互相依赖成环", "the decisions ask each other in a circle"))
            break
        for key in ready:
            needed = [done[link.target] for link in asks.get(key, [])]
            done[key] = replace(waiting.pop(key), required=tuple(Required(result_name(one), one) for one in needed))
    return {key: done[key] for key in tables if key in done}


def _problem(link: Link, kind: str, zh: str, en: str) -> Problem:
    return Problem(link.source, link.line, kind, zh, en)
