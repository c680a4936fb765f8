"""What the check of a table says."""

from dataclasses import dataclass

from bihuan.bpmn.values import JsonValue, Values


@dataclass(frozen=True, slots=True)
class TableFinding:
    """One thing that is wrong, or might be, with a table.

    `kind`: `gap` (no rule matches), `overlap` (several match and the hit policy does not allow it), `masked` (a rule
    that never decides because others always come before it), `never_matches` (a rule that no value passes),
    `undecided` (what the check could not see through). `severity`: error, warning or info. `rules`: their numbers,
    from 1 as in the table. `values`: the inputs by expression, as S-FEEL cells. `example`: one input that shows it, by
    expression; None where there is none.
    """

    kind: str
    severity: str
    rules: tuple[int, ...]
    values: dict[str, str]
    example: Values | None
    zh: str
    en: str

    def to_document(self) -> dict[str, JsonValue]:
        """As JSON."""
        return {
            "kind": self.kind,
            "severity": self.severity,
            "rules": list(self.rules),
            "values": dict(self.values),
            "example": self.example,
            "message": {"zh": self.zh, "en": self.en},
        }


@dataclass(frozen=True, slots=True)
class TableReport:
    """The answer of a check. `decided`: nothing was left open. `left_out`: findings beyond the limit of a kind."""

    key: str
    decided: bool
    findings: tuple[TableFinding, ...]
    left_out: int

    def to_document(self) -> dict[str, JsonValue]:
        """As JSON."""
        return {
            "decision": self.key,
            "decided": self.decided,
            "findings": [one.to_document() for one in self.findings],
            "left_out": self.left_out,
        }
