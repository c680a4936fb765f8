"""`bihuan worktime`: working-time arithmetic for scripts, a question a line."""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from bihuan.worktime import BadAmount, BadCalendar, BadInstant, Calendar, WorktimeError

FINE, REFUSED, UNREADABLE = 0, 1, 2
MAX_LINE = 1000
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,12})?")

Answer = str | int | float


class BadLine(WorktimeError):
    """A line that is no question."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the program's parser."""
    parser = subparsers.add_parser(
        "worktime",
        help="arithmetic on working time",
        description="Reads lines 'add START SECONDS' and 'between A B' (ISO 8601 with offset) on stdin and answers one "
        "value a line. A line that is refused is answered by the reason; the exit code is then 1.",
    )
    parser.add_argument("--calendar", required=True, metavar="CAL.json", help="the description of the calendar")
    parser.add_argument("--json", action="store_true", help="a JSON value a line")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Answers stdin line by line. 0: all answered; 1: something was refused; 2: the calendar cannot be read."""
    try:
        calendar = load_calendar(Path(args.calendar))
    except BadCalendar as error:
        print(error, file=sys.stderr)
        if error.code != "no_working_time":
            return UNREADABLE
        for _ in questions(sys.stdin):
            print(refusal(error, as_json=args.json), flush=True)
        return REFUSED
    code = FINE
    for line in questions(sys.stdin):
        try:
            value = answer(calendar, line)
        except WorktimeError as error:
            code = REFUSED
            print(refusal(error, as_json=args.json), flush=True)
        else:
            print(json.dumps(value) if args.json else value, flush=True)
    return code


def load_calendar(path: Path) -> Calendar:
    """The calendar in a JSON file.

    :raises BadCalendar: no such file, no JSON, or what `Calendar.from_dict` refuses
    """
    try:
        description: object = json.loads(path.read_bytes())
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise BadCalendar("unreadable", f"读不到日历 {path}：{why}", f"cannot read {path}: {why}") from None
    except (ValueError, RecursionError) as error:
        raise BadCalendar("no_json", f"日历 {path} 不是 JSON：{error}", f"{path} is no JSON: {error}") from None
    if not isinstance(description, dict):
        raise BadCalendar("shape", f"日历 {path} 应当是一个对象", f"{path} must hold an object")
    return Calendar.from_dict(description)


def questions(stream: TextIO) -> Iterator[str]:
    """The lines that are not empty. Bytes that are no UTF-8 do not stop the reading."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="replace")
    return (line.strip() for line in stream if line.strip())


def answer(calendar: Calendar, line: str) -> Answer:
    """The answer to one line: an instant as ISO text in the calendar's zone, or seconds.

    :raises WorktimeError: the line is no question, or cannot be answered
    """
    words = line.split() if len(line) <= MAX_LINE else []
    match words:
        case ["add", start, amount]:
            return calendar.add(instant(start), seconds(amount)).astimezone(calendar.zone).isoformat()
        case ["between", start, end]:
            return calendar.between(instant(start), instant(end))
    raise BadLine(
        "bad_line", "每行应当是 add START SECONDS 或 between A B", "a line is 'add START SECONDS' or 'between A B'"
    )


def instant(text: str) -> datetime:
    """An ISO 8601 instant; one without offset is refused."""
    try:
        value = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise BadInstant("instant", f"{text!r} 不是 ISO 8601 时间", f"{text!r} is no ISO 8601 time") from None
    if value.utcoffset() is None:
        raise BadInstant("naive", f"时间 {text} 没有时区偏移", f"the time {text} has no offset")
    return value


def seconds(text: str) -> int | float:
    """A number of seconds."""
    if not _NUMBER.fullmatch(text):
        raise BadAmount("amount", f"{text!r} 不是秒数", f"{text!r} is no number of seconds")
    return float(text) if "." in text else int(text)


def refusal(error: WorktimeError, *, as_json: bool) -> str:
    """The reason as a line."""
    return json.dumps({"refused": str(error)}, ensure_ascii=False) if as_json else f"refused: {error}"
