"""Who has an issue open, and who is writing a reply: advice among colleagues, never a lock (correctness 74).

Nothing is stored. An open page is its line of server-sent events; each process says for all of its pages together who is
there, by one announcement every 20 seconds whatever their number, and at once when somebody comes, goes or begins to
write. What nobody repeats is forgotten.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import connection

from bihuan.core.live import CHANNEL

REPEAT = 20.0
_LASTS = {"open": 50.0, "typing": 10.0}
_MOST_BYTES = 7000  # of one announcement; PostgreSQL takes 8000
_PREFIX = "here:"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at an issue."""

    user_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Told:
    """One announcement: ``state`` is open, typing or gone."""

    issue_id: int
    person: Person
    state: str


def topic(issue_id: int) -> str:
    """Under this the pages of an issue hear of it."""
    return f"{_PREFIX}{issue_id}"


def write(told: Iterable[Told]) -> list[str]:
    """Payloads for the channel, each within its limit."""
    payloads: list[str] = []
    part: list[list[object]] = []
    for each in told:
        line = [each.issue_id, each.person.user_id, each.person.name[:40], each.state]
        if part and len(json.dumps({"here": [*part, line]})) > _MOST_BYTES:
            payloads.append(json.dumps({"here": part}))
            part = []
        part.append(line)
    return [*payloads, json.dumps({"here": part})] if part else payloads


def read(payload: object) -> list[Told]:
    """What an announcement says; nothing where it is about something else."""
    if not isinstance(payload, dict) or not isinstance(payload.get("here"), list):
        return []
    return [Told(int(line[0]), Person(int(line[1]), str(line[2])), str(line[3])) for line in payload["here"]]


class Here:
    """What one process has heard. ``clock`` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until: dict[int, dict[tuple[Person, str], float]] = {}

    def hear(self, told: Told) -> bool:
        """Notes it; whether that changes what ``people`` says."""
        before = self.people(told.issue_id)
        there = self._until.setdefault(told.issue_id, {})
        if told.state == "gone":
            for key in [key for key in there if key[0].user_id == told.person.user_id]:
                del there[key]
        elif told.state in _LASTS:
            there[told.person, told.state] = self._clock() + _LASTS[told.state]
        return self.people(told.issue_id) != before

    def people(self, issue_id: int) -> list[tuple[Person, bool]]:
        """Who is there, by name, and whether they are writing."""
        now, there = self._clock(), self._until.get(issue_id, {})
        for key in [key for key, until in there.items() if until <= now]:
            del there[key]
        if not there:
            self._until.pop(issue_id, None)
        found = {person: (person, "typing") in there for person, _state in there}
        return sorted(found.items(), key=lambda each: (each[0].name, each[0].user_id))

    def fading(self) -> list[int]:
        """Issues at which somebody's time has run out since it was last looked; they are looked at thereby."""
        faded = []
        now = self._clock()
        for issue_id, there in list(self._until.items()):
            if any(until <= now for until in there.values()):
                self.people(issue_id)
                faded.append(issue_id)
        return faded


def announce_typing(*, issue_id: int, user_id: int, name: str) -> None:
    """Somebody is writing to the customer; one statement, heard by all processes."""
    told = Told(issue_id, Person(user_id, name), "typing")
    with connection.cursor() as cursor:
        for payload in write([told]):
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
