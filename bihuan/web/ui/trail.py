"""What the chart read as a list needs to know of each node; pages fill it from the chart's position."""

from dataclasses import dataclass
from datetime import datetime

from bihuan.web.ui.filters import WORKDAY


@dataclass(frozen=True, slots=True)
class Branch:
    """An answer of a decision that is still ahead, and where it leads."""

    answer: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailNode:
    """A line of the list. All texts are already in the reader's language.

    ``kind``: step, decision, end. ``state``: done, now, ahead. ``clock``: ok, warn, breach, paused, met.
    ``used``, ``limit``, ``left``: seconds of working time (``left`` negative when overrun); ``day``: seconds that
    make a day of that calendar. ``percent``: of the limit. ``times``: how often the step was gone through.
    ``answer`` and ``reason``: what a passed decision said; ``branches`` and ``criterion``: what one ahead may say.
    """

    name: str
    state: str
    kind: str = "step"
    who: str = ""
    at: datetime | None = None
    due_at: datetime | None = None
    clock: str = "ok"
    used: float | None = None
    limit: float | None = None
    left: float | None = None
    percent: float | None = None
    day: int = WORKDAY
    deliver: str = ""
    times: int = 1
    answer: str = ""
    reason: str = ""
    criterion: str = ""
    branches: tuple[Branch, ...] = ()

    @property
    def tone(self) -> str:
        """Colour class of the bar."""
        return {"warn": "gold", "breach": "red", "paused": "purple"}.get(self.clock, "green")


def clock_state(*, percent: float, paused: bool = False, warn_at: float = 80) -> str:
    """The lamp of a running limit: green, yellow from ``warn_at`` per cent, red when used up, violet while paused."""
    if percent >= 100:
        return "breach"
    if paused:
        return "paused"
    return "warn" if percent >= warn_at else "ok"
