"""What the worker does for issues."""

from datetime import datetime

from bihuan.customers import operations as customers
from bihuan.issues.operations.bulk import run_bulk
from bihuan.issues.operations.clocks.alarms import tell_due_clocks
from bihuan.issues.operations.conversation import release_due_replies
from bihuan.issues.operations.duty.suspending import resume_due
from bihuan.issues.operations.duty.waiting import give_waiting, tell_duties
from bihuan.issues.operations.exports import drop_exports, make_exports
from bihuan.issues.operations.merging import end_merged
from bihuan.issues.operations.notices import tell_people
from bihuan.issues.operations.orphans import find_orphans
from bihuan.issues.operations.recurring import open_recurring
from bihuan.issues.operations.registers import fill_registers
from bihuan.issues.operations.reopening import close_unanswered
from bihuan.issues.operations.task_alarms import tell_late_tasks
from bihuan.issues.operations.watching import wake_due


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


def end_merges(now: datetime) -> int:
    """Ends the charts of issues whose survivor was closed."""
    return end_merged(now=now)


def tell_late(now: datetime) -> int:
    """One portion of tasks that are late."""
    return tell_late_tasks(now=now)


def wake_snoozed(now: datetime) -> int:
    """Brings back what people had put away until now."""
    return wake_due(now=now)


def open_again(now: datetime) -> int:
    """Opens the issues that come again and again."""
    return open_recurring(now=now)


def close_resolved(now: datetime) -> int:
    """Closes what customers have not answered within the set working days."""
    return close_unanswered(now=now)


def give_steps(now: datetime) -> int:
    """Gives steps that waited for the opening or for a free hand."""
    return give_waiting(now=now)


def tell_duty(now: datetime) -> int:
    """Tells people of steps that nobody signed for, of help and answers that are late."""
    return tell_duties(now=now)


def resume_issues(now: datetime) -> int:
    """Lets issues go on that stood until today."""
    return resume_due(now=now)


def find_unmanned(now: datetime) -> int:
    """Finds issues on which nobody can act, and tells the managers."""
    return find_orphans(now=now)


def release_replies(now: datetime) -> int:
    """Lets replies go that nobody took back."""
    return release_due_replies(now=now)


def change_many(now: datetime) -> int:
    """One portion of a change of many issues."""
    return run_bulk(now=now)


def keep_exports(now: datetime) -> int:
    """Makes one file that somebody waits for; takes away those whose time is over."""
    return make_exports(now=now) + drop_exports(now=now)
