"""What is wrong with a scenario."""


class ScenarioRefused(Exception):
    """The scenario cannot be rehearsed. `problems`: one English sentence each, beginning with the place in the file."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
