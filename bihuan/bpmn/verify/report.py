"""What the verifier answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.bpmn.model import Text
from bihuan.bpmn.values import JsonValue


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `severity`: error, warning or info. `path`: elements entered from the start to where it shows."""

    kind: str
    severity: str
    elements: tuple[str, ...]
    path: tuple[str, ...] | None
    message: Text
    suggestion: Text

    def to_document(self) -> dict[str, JsonValue]:
        """Plain JSON, as the contract shapes it."""
        return {
            "kind": self.kind,
            "severity": self.severity,
            "elements": list(self.elements),
            "path": None if self.path is None else list(self.path),
            "message": {"zh": self.message.zh, "en": self.message.en},
            "suggestion": {"zh": self.suggestion.zh, "en": self.suggestion.en},
        }


@dataclass(frozen=True, slots=True)
class Mark:
    """One of the five quality marks: `score` from 0 to 100, and why it is not 100."""

    key: str
    name: Text
    score: int
    reasons: tuple[Text, ...]

    def to_document(self) -> dict[str, JsonValue]:
        """Plain JSON."""
        return {
            "key": self.key,
            "name": {"zh": self.name.zh, "en": self.name.en},
            "score": self.score,
            "reasons": [{"zh": one.zh, "en": one.en} for one in self.reasons],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of a file. `sound`, `behaviour_sound`: None where it was not decided; `states`: how many were seen.

    `sound` and `behaviour_sound` are false as soon as one defect is proved, also where the rest was not decided.
    """

    sound: bool | None
    behaviour_sound: bool | None
    decided: bool
    states: int
    findings: tuple[Finding, ...]
    marks: tuple[Mark, ...] = ()

    @property
    def has_errors(self) -> bool:
        """Whether there is a finding of level error."""
        return any(one.severity == "error" for one in self.findings)

    def to_document(self) -> dict[str, JsonValue]:
        """Plain JSON, as the contract shapes it (without the name of the file)."""
        return {
            "sound": self.sound,
            "behaviour_sound": self.behaviour_sound,
            "decided": self.decided,
            "states": self.states,
            "findings": [one.to_document() for one in self.findings],
            "marks": [one.to_document() for one in self.marks],
        }


def merged(reports: Sequence[Report]) -> Report:
    """Several processes of one file as one: sound if all are."""
    if len(reports) == 1:
        return reports[0]
    return Report(
        _all([one.sound for one in reports]),
        _all([one.behaviour_sound for one in reports]),
        all(one.decided for one in reports),
        sum(one.states for one in reports),
        tuple(finding for one in reports for finding in one.findings),
        next((one.marks for one in reports if one.marks), ()),
    )


def _all(answers: Sequence[bool | None]) -> bool | None:
    if False in answers:
        return False
    return None if None in answers else True
