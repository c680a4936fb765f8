"""What is wrong with a chart or a decision table that we refuse to load."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason. `element` is an id ("" if none), `line` counts from 1 (0 if unknown).

    `kind`: `syntax`, `unsupported_element`, `missing_reference`, `duplicate_id`, `structure`, `bad_expression`,
    `bad_timer`, `bad_value`.
    """

    element: str
    line: int
    kind: str
    message_zh: str
    message_en: str

    def __str__(self) -> str:
        return f"{self.element or '-'} (line {self.line}): {self.kind}: {self.message_en}"


class ChartRefused(Exception):
    """The file is not something we run. `problems` holds every reason found, in document order; never empty."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems
