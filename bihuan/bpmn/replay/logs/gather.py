"""Rows of any log to pieces of work: times read, begin and end of one piece put together, cases put in order."""

from datetime import UTC, datetime
from typing import Final

from bihuan.bpmn.replay.logs.model import Done, Label, Log

_PHASE: Final = {
    "": "end",
    "complete": "end",
    "manualskip": "",
    "autoskip": "",
    "withdraw": "",
    "pi_abort": "",
    "ate_abort": "",
    "schedule": "enabled",
    "assign": "enabled",
    "reassign": "",
    "start": "start",
    "suspend": "",
    "resume": "",
}
"""Lifecycle words (XES standard, lower case) to what they date; "" is no step of its own."""
_FORMATS: Final = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S.%f", "%Y%m%d%H%M%S", "%Y%m%d")


def seconds(text: str) -> float | None:
    """A time as seconds since 1970; without an offset it is taken as UTC. None for no time.

    ISO 8601, year/month/day, or a number of seconds or milliseconds. Days before months are not guessed at.
    """
    if text[4:5] == "-":
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            return None
        return (found if found.tzinfo is not None else found.replace(tzinfo=UTC)).timestamp()
    return _unusual(text.strip())


def _unusual(text: str) -> float | None:
    for each in _FORMATS if len(text) not in (10, 13) or "/" in text else ():
        try:
            return datetime.strptime(text, each).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    digits = text.removeprefix("-").replace(".", "", 1)
    if not digits.isdigit() or not digits.isascii() or len(digits) > 20:
        return None
    number = float(text)
    return number / 1000 if abs(number) >= 1e11 else number


class Gatherer:
    """Takes the rows of a log one by one and gives the log."""

    def __init__(self) -> None:
        self.log = Log()
        self._numbers: dict[tuple[str, str], int] = {}
        self._unsorted: set[str] = set()
        self._begun: dict[tuple[str, int], list[tuple[float | None, float | None, str]]] = {}

    def label(self, element: str, activity: str) -> int:
        """The number of a label."""
        key = (element, activity)
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.log.labels)
            self.log.labels.append(Label(element.strip(), " ".join(activity.split())))
        return found

    def work(
        self, case: str, label: int, enabled: float | None, start: float | None, end: float | None, resource: str
    ) -> None:
        """A piece of work told in one row."""
        log = self.log
        log.events += 1
        done = Done(label, enabled, start, end, resource)
        if end is None and (start is not None or enabled is not None):
            log.open.setdefault(case, []).append(done)
            log.cases.setdefault(case, [])
            return
        found = log.cases.get(case)
        if found is None:
            log.cases[case] = [done]
            return
        if found and end is not None:
            before = found[-1].end
            if before is None or before > end:
                self._unsorted.add(case)
        found.append(done)

    def moment(self, case: str, label: int, lifecycle: str, at: float | None, resource: str) -> None:
        """A row that tells one moment of a piece of work."""
        phase = _PHASE.get(lifecycle.strip().lower())
        if phase is None:
            phase = "end"
        if not phase:
            self.log.leave_out(f"lifecycle {lifecycle}")
            return
        key = (case, label)
        waiting = self._begun.get(key)
        if phase == "end":
            enabled, start, who = waiting.pop(0) if waiting else (None, None, "")
            self.work(case, label, enabled, start, at, resource or who)
        elif (
            phase == "start"
            and waiting
            and (free := next((n for n, one in enumerate(waiting) if one[1] is None), None)) is not None
        ):
            waiting[free] = (waiting[free][0], at, resource)
        else:
            begun = (at, None, resource) if phase == "enabled" else (None, at, resource)
            self._begun.setdefault(key, []).append(begun)

    def done(self) -> Log:
        """The log, with what was begun and not ended as open, and each case in order of being done (ties as told)."""
        for (case, label), waiting in self._begun.items():
            for enabled, start, who in waiting:
                self.work(case, label, enabled, start, None, who)
        for case in self._unsorted:
            rows = self.log.cases[case]
            if all(row.end is not None for row in rows):
                rows.sort(key=lambda row: row.end or 0.0)
        return self.log
