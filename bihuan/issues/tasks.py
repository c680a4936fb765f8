"""What the worker does for issues."""

from datetime import datetime

from bihuan.customers import operations as customers
from bihuan.issues.operations.clocks.alarms import tell_due_clocks
from bihuan.issues.operations.notices import tell_people
from bihuan.issues.operations.registers import fill_registers


def tell_clocks(now: datetime) -> int:
    """One portion of clocks that run out."""
    return tell_due_clocks(now=now, limit=100)


def keep_registers(now: datetime) -> int:
    """Enters in the register books what has come since."""
    return fill_registers(now=now)


def remind_of_customers(now: datetime) -> int:
    """Tells people what of their customers is due: endings, promised replies, demands about personal data. Before that
    what was opened in the moment of a merge follows it."""
    return (
        customers.gather_strays(now=now)
        + customers.announce_endings(bell=tell_people, now=now)
        + customers.remind_next_replies(bell=tell_people, now=now)
        + customers.remind_privacy_requests(bell=tell_people, now=now)
    )
