"""What a replay says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bihuan.bpmn.replay.deviations import KINDS
from bihuan.bpmn.replay.times import Times
from bihuan.bpmn.values import JsonValue, Values


@dataclass(frozen=True, slots=True)
class Deviation:
    """A way in which cases leave the chart.

    `element`: an element's id, or what the log calls an activity that the chart does not have. `count`: how often, in
    `cases` cases; `example_case`: the first of them; `path`: its explanation, (move, element) in order.
    """

    kind: str
    element: str
    name: str
    count: int
    cases: int
    example_case: str
    path: tuple[tuple[str, str], ...]

    def to_document(self) -> Values:
        """As JSON."""
        zh, en = KINDS[self.kind]
        said = self.name or self.element
        return {
            "kind": self.kind,
            "element": self.element,
            "name": self.name,
            "count": self.count,
            "cases": self.cases,
            "example_case": self.example_case,
            "path": [{"move": move, "element": element} for move, element in self.path],
            "message": {"zh": zh.format(said), "en": en.format(said)},
        }


@dataclass(frozen=True, slots=True)
class Replay:
    """The answer of a replay; the fields of `to_document` in the same words.

    `running`: cases with open work: their end is not asked for. `unexplained`: cases beyond the bound of the search for
    an explanation; `cut`: cases in which the search for silent steps came to its bound.
    """

    process: str
    cases: int
    events: int
    running: int
    variants: int
    fitness: float
    average_fitness: float
    fitting_cases: int
    produced: int
    consumed: int
    missing: int
    remaining: int
    deviations: tuple[Deviation, ...]
    elements: Mapping[str, Times]
    names: Mapping[str, str]
    unmatched: Mapping[str, int]
    unseen: tuple[str, ...]
    unexplained: int
    cut: int
    left_out: Mapping[str, int]
    case_type: str
    case_types: tuple[str, ...]

    def to_document(self) -> Values:
        """As JSON."""
        plain = ("process", "cases", "events", "running", "variants", "fitness", "average_fitness", "fitting_cases")
        tokens = ("produced", "consumed", "missing", "remaining", "unexplained", "cut", "case_type")
        found: Values = {name: getattr(self, name) for name in (*plain, *tokens)}
        found["deviations"] = [one.to_document() for one in self.deviations]
        found["elements"] = {key: _times(times, self.names.get(key, "")) for key, times in self.elements.items()}
        found["unmatched"] = [{"activity": name, "count": count} for name, count in self.unmatched.items()]
        found["unseen"] = list(self.unseen)
        found["left_out"] = dict(self.left_out)
        found["case_types"] = list(self.case_types)
        return found


def _times(times: Times, name: str) -> Values:
    return {
        "name": name,
        "count": times.count,
        "waiting": _summary(times.waiting),
        "working": _summary(times.working),
        "total": _summary(times.total),
        "open": {"count": times.open_count, "seconds": _summary(times.open)},
        "disordered": times.disordered,
    }


def _summary(seconds: Sequence[float]) -> JsonValue:
    """Seconds: mean, median and 90th percentile (nearest rank)."""
    if not seconds:
        return None
    ordered = sorted(seconds)
    size = len(ordered)
    return {
        "n": size,
        "mean": sum(ordered) / size,
        "p50": ordered[-(-size // 2) - 1],
        "p90": ordered[-(-size * 9 // 10) - 1],
    }
