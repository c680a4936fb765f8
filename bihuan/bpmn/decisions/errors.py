"""What can go wrong when a decision table is asked."""


class DecisionError(Exception):
    """The table cannot answer these values.

    `code`: `several_rules` (hit policy unique or any, but the rules that match disagree), `cannot_evaluate`,
    `undeclared_name`. `detail`: one English sentence.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
