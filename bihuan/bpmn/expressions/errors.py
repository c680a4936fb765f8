"""What can be wrong with an expression."""


class ExpressionError(ValueError):
    """The text is not an expression of our language, or it cannot be evaluated with the values given.

    `code` is one word for programs (`syntax`, `too_long`, `too_deep`, `unknown_function`, `not_boolean`,
    `undeclared_name`, `cannot_evaluate`), `detail` one English sentence, `zh` the same in Chinese.
    """

    def __init__(self, code: str, detail: str, zh: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.zh = zh
