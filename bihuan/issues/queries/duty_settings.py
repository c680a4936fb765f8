"""What an installation sets about responsibility."""

from datetime import datetime

from bihuan.accounts import queries as accounts
from bihuan.core import settings
from bihuan.core.actor import Actor
from bihuan.issues.rules.duty import reason_codes

SIGN_MINUTES = settings.number("duty_sign_minutes", 120, least=0, most=10_000)
"""Minutes of working time within which a step is to be signed for; 0: no bound, no alarm."""
RETURNS = settings.number("duty_returns", 2, least=0, most=20)
"""So often may one step of an issue be sent back."""
OWN_REASONS = settings.words("duty_return_reasons", (), most=20)
"""Reasons for a return besides those of the product, in words."""
ARBITER_ROLE = settings.text("duty_arbiter_role", "manager", most=64)
ARBITER = settings.text("duty_arbiter", "", most=64)
"""Who decides whose a step is: this person (account), else the role."""
EXTENSION_ROLE = settings.text("duty_extension_role", "head", most=64)
"""Who approves more time at a step, in its department or the nearest above."""
URGE_MINUTES = settings.number("duty_urge_minutes", 60, least=1, most=10_000)
"""So long after an urging the next one is taken."""


def return_reasons() -> tuple[str, ...]:
    """The codes of reasons for a return on offer."""
    return reason_codes(settings.value(OWN_REASONS))


def is_arbiter(actor: Actor) -> bool:
    """Whether the actor decides whose a step is. Where the named person has left, the role decides."""
    named = settings.value(ARBITER)
    if named and accounts.person(username=named) is not None:
        return actor.username.lower() == named.lower()
    return settings.value(ARBITER_ROLE) in actor.roles


def arbiters(now: datetime) -> list[int]:
    """Ids of those who decide; the supervisors where nobody is there."""
    named = settings.value(ARBITER)
    person = accounts.person(username=named) if named else None
    if person is not None:
        return [person.pk]
    role = settings.value(ARBITER_ROLE)
    return accounts.holders(role=role, department_id=None, now=now) or accounts.holders(
        role="supervisor", department_id=None, now=now
    )


def may_approve_extension(actor: Actor, department_id: int | None) -> bool:
    """Whether the actor's posts make the approval of more time in that department theirs."""
    role = settings.value(EXTENSION_ROLE)
    return role in actor.roles if department_id is None else (role, department_id) in actor.posts
