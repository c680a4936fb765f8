"""Which policy speaks for an issue, and what its clocks do: rules without rows, calendars or the present."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bihuan.issues.rules.status import CLOSED

FIRST, NEXT, RESOLUTION, DEPARTMENT, APPROVAL = (
    "first_response", "next_response", "resolution", "department", "approval"
)  # fmt: skip
KINDS = (FIRST, NEXT, RESOLUTION, DEPARTMENT, APPROVAL)
BREACH = 100
MOST_PERCENT = 1000
PAUSES = ("waiting_customer", "waiting_third_party", "suspended")
"""Statuses in which a policy may let clocks stand."""

ANSWERED = frozenset({"resolved", "callback"})
_CONDITIONS = ("type", "priority", "tier", "contract", "channel")
_IN_PERSON = frozenset({"phone", "visit"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What conditions look at. "" = not known. ``contract``: the customer has one in force; ``named``: the policies that
    such contracts name."""

    type: str = ""
    priority: str = ""
    tier: str = ""
    contract: bool = False
    named: frozenset[str] = frozenset()
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A policy as the rules read it; a condition of "" (contract: None) fits all. With a ``key`` the condition of having a
    contract asks for one that names the policy by it."""

    id: int
    name: str = ""
    name_en: str = ""
    key: str = ""
    position: int = 0
    type: str = ""
    priority: str = ""
    tier: str = ""
    contract: bool | None = None
    channel: str = ""
    calendar: str = "default"
    targets: Mapping[str, int] = field(default_factory=dict)
    pauses: frozenset[str] = frozenset()
    alarms: tuple[tuple[int, tuple[str, ...]], ...] = ()
    alarm_calendar: str = ""

    def conditions(self) -> tuple[str, ...]:
        """The names of the conditions that it sets."""
        return tuple(name for name in _CONDITIONS if getattr(self, name) not in ("", None))

    def unfit(self, facts: Facts) -> tuple[str, ...]:
        """The conditions that the facts do not meet; empty = it fits."""
        unlike = (name for name in self.conditions() if getattr(self, name) != getattr(facts, name))
        return ("contract",) if self.by_contract and self.key not in facts.named else tuple(unlike)

    @property
    def by_contract(self) -> bool:
        """It speaks where a contract names it."""
        return bool(self.key) and self.contract is True

    def percents(self) -> tuple[int, ...]:
        """The shares at which something is said or noted, in order; the breach is always among them."""
        return tuple(sorted({BREACH, *(percent for percent, _ in self.alarms)}))

    def told_at(self, percents: Iterable[int]) -> tuple[str, ...]:
        """Who hears of these shares, each once."""
        wanted = set(percents)
        return tuple(dict.fromkeys(one for percent, told in self.alarms if percent in wanted for one in told))


def in_force(policies: Iterable[Terms]) -> list[Terms]:
    """The policies, the one that is asked first in front: what contracts name, then the more conditions the earlier, of
    equals by position."""
    return sorted(policies, key=lambda each: (not each.by_contract, -len(each.conditions()), each.position, each.id))


def choose(policies: Sequence[Terms], facts: Facts) -> Terms | None:
    """The policy that speaks for an issue with these facts, of those in order of force; None: nothing is promised."""
    return next((each for each in policies if not each.unfit(facts)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """How an issue stands after an operation, and what the operation did that clocks heed.

    ``held``: ids of the departments that have a step (None: as before); ``approving``: a step waits for an approval (None:
    as before). ``asked``: the customer wrote something that wants an answer; ``replied``: a person answered publicly,
    after that. ``reached``: the customer spoke with a person at the intake already.
    """

    fresh: bool
    status: str
    standing: bool = False
    held: frozenset[int] | None = None
    approving: bool | None = None
    asked: bool = False
    replied: bool = False
    channel: str = ""

    @property
    def closed(self) -> bool:
        """Nothing is promised any more."""
        return self.status in CLOSED

    @property
    def working(self) -> bool:
        """A solution is still owed."""
        return not self.closed and self.status not in ANSWERED

    @property
    def status_of_clock(self) -> str:
        """The status that pauses are looked up by: a step whose clock stands waits for the customer."""
        return "waiting_customer" if self.standing else self.status

    @property
    def reached(self) -> bool:
        """At a telephone or a counter the first answer is given while the issue is taken in."""
        return self.channel in _IN_PERSON


def paused(kind: str, terms: Terms, moment: Moment, *, department: int | None) -> str:
    """Why a clock of that kind stands now; "" if it runs.

    Answers are owed whatever else is waited for. A department's clock runs while the department has a step: what it had
    before it sent the issue back stays on its account (correctness 17).
    """
    if kind in (FIRST, NEXT):
        return ""
    if kind == DEPARTMENT and moment.held is not None and department not in moment.held:
        return "passed_on"
    return moment.status_of_clock if moment.status_of_clock in terms.pauses else ""


def judged(*, kind: str, status: str, late: bool) -> str:
    """The verdict over a clock that ends because its issue was closed with that status, or (another status) because what
    it asks for was done. An issue that was merged, withdrawn or given up owes nothing; one that was closed without an
    answer owes no answer unless it was late already."""
    if status in CLOSED and status != "closed":
        return "void"
    if late:
        return "breached"
    return "void" if status == "closed" and kind in (FIRST, NEXT, APPROVAL) else "met"
