"""Checklists of tasks, and lists of tasks that are kept ready, as they may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_TASKS = 100
"""Open and done tasks of one issue."""
MOST_READY = 30
MOST_ITEMS = 30
TITLE = 200
ITEM = 200
NOTE = 2000
MOST_HOURS = 2000


@dataclass(frozen=True, slots=True)
class ReadyTask:
    """A task of a list. ``hours``: of working time until it is due, None: no due time. ``items``: (text, whether ticking
    it takes words)."""

    title: str
    blocking: bool = False
    hours: int | None = None
    items: tuple[tuple[str, bool], ...] = ()


def _items(rows: object) -> tuple[tuple[str, bool], ...]:
    found = rows if isinstance(rows, list) else []
    return tuple(
        (str(row.get("text") or "")[:ITEM], bool(row.get("evidence"))) for row in found if isinstance(row, Mapping)
    )


def ready_tasks(stored: object) -> tuple[ReadyTask, ...]:
    """A list of tasks as it is stored."""
    rows = stored if isinstance(stored, list) else []
    return tuple(
        ReadyTask(
            title=str(row.get("title") or "")[:TITLE],
            blocking=bool(row.get("blocking")),
            hours=int(str(row["hours"])) if row.get("hours") else None,
            items=_items(row.get("items")),
        )
        for row in rows
        if isinstance(row, Mapping)
    )


def as_stored(tasks: Sequence[ReadyTask]) -> list[dict[str, object]]:
    """The same the other way."""
    return [
        {
            "title": each.title,
            "blocking": each.blocking,
            "hours": each.hours,
            "items": [{"text": text, "evidence": evidence} for text, evidence in each.items],
        }
        for each in tasks
    ]


def read_lines(text: str) -> tuple[ReadyTask, ...]:
    """What a person typed: a line a task, ``!`` in front: it blocks steps, ``24h`` at its end: hours of working time;
    below it lines with ``-`` are its checklist, ``*`` instead of ``-``: ticking takes words. Blank lines count nothing.

    >>> read_lines("!听清楚 16h\\n* 原话\\n- 录音")[0]
    ReadyTask(title='听清楚', blocking=True, hours=16, items=(('原话', True), ('录音', False)))
    """
    found: list[ReadyTask] = []
    for raw in text.splitlines():
        line = raw.strip()
        if not line:
            continue
        if line[0] in "-*" and found:
            last = found[-1]
            item = (line[1:].strip(), line[0] == "*")
            found[-1] = ReadyTask(last.title, last.blocking, last.hours, (*last.items, item))
        else:
            found.append(_read_title(line))
    return tuple(found)


def _read_title(line: str) -> ReadyTask:
    blocking = line[0] in "!！"
    words = line.lstrip("!！").strip()
    head, _, tail = words.rpartition(" ")
    if head and tail[-1:].lower() == "h" and tail[:-1].isascii() and tail[:-1].isdecimal():
        return ReadyTask(head.strip(), blocking, int(tail[:-1]) if len(tail) < 9 else MOST_HOURS + 1)
    return ReadyTask(words, blocking)


def write_lines(tasks: Sequence[ReadyTask]) -> str:
    """The lines that ``read_lines`` reads back."""
    lines = []
    for each in tasks:
        lines.append(("!" if each.blocking else "") + each.title + (f" {each.hours}h" if each.hours else ""))
        lines += [("* " if evidence else "- ") + text for text, evidence in each.items]
    return "\n".join(lines)


def open_items(items: Sequence[Mapping[str, object]]) -> list[str]:
    """The lines of a checklist that nobody has ticked yet."""
    return [str(each.get("text")) for each in items if not each.get("at")]
