"""What is wrong with a mail, as codes."""

MOST = 100


class Defects:
    """Collects codes in the order found, each once, at most a hundred."""

    def __init__(self) -> None:
        self._codes: dict[str, None] = {}

    def add(self, code: str) -> None:
        if len(self._codes) < MOST:
            self._codes[code] = None

    def codes(self) -> tuple[str, ...]:
        return tuple(self._codes)
