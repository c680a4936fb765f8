"""What a step is worth, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Final

WEIGHTS: Final = {"decision": 50, "form": 25, "limit": 15, "cautions": 10}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """How a step was done. ``chosen``/``wanted``: the arrow ("" where none is judged); ``given``/``asked``: steering
    values; ``faults``: fields that were wrong at the first try (None: no form); ``due`` None: no limit;
    ``heeded``/``warned``: cautions acknowledged, and how many there are."""

    item: int
    node: str
    nth: int
    at: datetime
    due: datetime | None
    chosen: str = ""
    wanted: str = ""
    given: Mapping[str, object] = field(default_factory=dict)
    asked: Mapping[str, object] = field(default_factory=dict)
    faults: Sequence[str] | None = None
    heeded: int = 0
    warned: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of the score: ``got`` of ``of``. ``names``: what was wrong (arrow, values, fields)."""

    part: str
    got: int
    of: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """A step's marks and its score of a hundred; None where nothing could be judged."""

    marks: tuple[Mark, ...]
    score: int | None

    def to_document(self) -> dict[str, object]:
        """Plain JSON."""
        return asdict(self)


def result_of(facts: Facts) -> Result:
    """Judges a step by what applies to it; the rest does not count."""
    found = [_decision(facts), _form(facts), _limit(facts), _cautions(facts)]
    marks = tuple(one for one in found if one is not None)
    most = sum(one.of for one in marks)
    return Result(marks, round(100 * sum(one.got for one in marks) / most) if most else None)


def total(scores: Sequence[int | None]) -> int | None:
    """The mean of the steps that were judged."""
    known = [one for one in scores if one is not None]
    return round(sum(known) / len(known)) if known else None


def _decision(facts: Facts) -> Mark | None:
    asked = len(facts.asked) + bool(facts.wanted)
    if not asked:
        return None
    wrong = [name for name, value in facts.asked.items() if not same(facts.given.get(name), value)]
    if facts.wanted and facts.chosen != facts.wanted:
        wrong.append("")
    return Mark(
        "decision", round(WEIGHTS["decision"] * (asked - len(wrong)) / asked), WEIGHTS["decision"], tuple(wrong)
    )


def same(given: object, wanted: object) -> bool:
    """Equal as on a form: blank is blank, a list is a set, 1 is 1.0 but not true."""
    if isinstance(wanted, list) or isinstance(given, list):
        left = given if isinstance(given, list) else [] if given in (None, "") else [given]
        right = wanted if isinstance(wanted, list) else [] if wanted in (None, "") else [wanted]
        # A made card knows only whether there is somebody at all.
        return bool(left) == bool(right) if right in ([], ["—"]) else sorted(map(str, left)) == sorted(map(str, right))
    if given in (None, "") or wanted in (None, ""):
        return (given in (None, "", False)) and (wanted in (None, "", False))
    return isinstance(given, bool) == isinstance(wanted, bool) and given == wanted


def _form(facts: Facts) -> Mark | None:
    if facts.faults is None:
        return None
    of = WEIGHTS["form"]
    return Mark("form", max(0, of - 5 * len(facts.faults)), of, tuple(facts.faults))


def _limit(facts: Facts) -> Mark | None:
    if facts.due is None:
        return None
    of = WEIGHTS["limit"]
    return Mark("limit", of if facts.at <= facts.due else 0, of)


def _cautions(facts: Facts) -> Mark | None:
    if not facts.warned:
        return None
    of = WEIGHTS["cautions"]
    return Mark("cautions", round(of * min(facts.heeded, facts.warned) / facts.warned), of)
