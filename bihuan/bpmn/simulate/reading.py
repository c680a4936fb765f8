"""Reading a scenario: every key is asked for by name, and what nobody asked for is refused."""

from collections.abc import Mapping
from typing import Final

from bihuan.bpmn.simulate.errors import ScenarioRefused

MOST: Final = 1e8
"""Numbers that mean something here: three years in seconds."""


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def number_in(value: object, place: str, least: float = 0.0, most: float = MOST) -> float:
    """A number from `least` to `most`; ScenarioRefused for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:  # NaN
        raise ScenarioRefused(f"{place}: {value!r:.60} is no number")
    if value < least:
        raise ScenarioRefused(f"{place}: {value!r:.60} is less than {least:g}")
    if value > most:
        raise ScenarioRefused(f"{place}: {value!r:.60} is more than {most:g}")
    return float(value)


def list_in(value: object, place: str) -> list[object]:
    """A list that is not empty."""
    if not isinstance(value, list) or not value:
        raise ScenarioRefused(f"{place}: give a list that is not empty")
    return value


class Part:
    """One object of a scenario, and where it stands in it. `done` refuses the keys that nothing has read."""

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            raise ScenarioRefused(f"{path or 'scenario'}: give an object")
        self._values: Mapping[str, object] = value
        self._left = set(value)
        self.path = path

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def place(self, key: str) -> str:
        """How a problem names this key."""
        return _join(self.path, key)

    def get(self, key: str) -> object:
        """The value; None where there is none."""
        self._left.discard(key)
        return self._values.get(key)

    def one_of(self, *keys: str) -> object:
        """The value under the first of these keys that is there."""
        for key in keys:
            if key in self._values:
                return self.get(key)
        raise ScenarioRefused(f"{self.path}: one of {', '.join(keys)} is missing")

    def number(self, key: str, default: float | None = None, least: float = 0.0) -> float:
        """A number; refused where it is missing and has no default."""
        value = self.get(key)
        if value is None and default is not None:
            return default
        return number_in(value, self.place(key), least)

    def whole(self, key: str, default: int, least: int = 0, most: int = 10_000) -> int:
        """A whole number from `least` to `most`."""
        value = self.get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ScenarioRefused(f"{self.place(key)}: {value!r:.60} is no whole number from {least} on")
        if value > most:
            raise ScenarioRefused(f"{self.place(key)}: {value!r:.60} is more than {most}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """A text."""
        value = self.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value:
            raise ScenarioRefused(f"{self.place(key)}: give a text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; () where there is none."""
        value = self.get(key)
        if value is None:
            return ()
        found = [one for one in list_in(value, self.place(key)) if isinstance(one, str) and one]
        if len(found) != len(list_in(value, self.place(key))):
            raise ScenarioRefused(f"{self.place(key)}: give texts")
        return tuple(found)

    def part(self, key: str) -> "Part":
        """The object under this key; an empty one where there is none."""
        value = self.get(key)
        return Part({} if value is None else value, self.place(key))

    def parts(self, key: str) -> dict[str, "Part"]:
        """The objects under the keys of the object under this key."""
        around = self.part(key)
        return {name: around.part(name) for name in around.keys()}

    def keys(self) -> tuple[str, ...]:
        """All keys, in order."""
        return tuple(self._values)

    def done(self) -> None:
        """Refuses keys that have no meaning here."""
        if self._left:
            names = ", ".join(sorted(self._left))
            raise ScenarioRefused(f"{self.path or 'scenario'}: {names} has no meaning here")
