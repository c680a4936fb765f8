"""Who may break a rule, and why. The lists only shrink: an entry that is not needed any more fails the tests."""

from collections.abc import Iterable, Mapping

# Rule: entry points alone ask the system clock.
ASKS_THE_CLOCK: Mapping[str, str] = {}

# Rule: pages and REST use models as types only.
USES_MODELS: Mapping[str, str] = {}

# Rule: an operation takes everything by keyword.
POSITIONAL: Mapping[str, str] = {
    "bihuan/channels/operations/outbox.py::queue_delivery": "the issues registry calls its listeners with the entry alone"
}


def check(rule: str, violations: Mapping[str, Iterable[str]] | Mapping[str, str], allowed: Mapping[str, str]) -> None:
    """Fails with every violation that is not excepted, and with every exception that nothing needs."""
    wrong = [f"{place}: {what}" for place, what in violations.items() if place not in allowed]
    assert not wrong, f"{rule}\n  " + "\n  ".join(map(str, wrong))
    idle = [place for place in allowed if place not in violations]
    assert not idle, f"{rule}\n  these exceptions are not needed any more, remove them: {idle}"
