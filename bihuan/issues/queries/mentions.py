"""Whom a note can mention."""

from dataclasses import dataclass

from bihuan.accounts.organisation import organisation
from bihuan.core.actor import Actor
from bihuan.issues.models import Issue
from bihuan.issues.permissions import may_see


@dataclass(frozen=True, slots=True)
class Mentionable:
    """Somebody who may see the issue; ``word``: what is written behind the @, the user name where two have the same name."""

    name: str
    username: str
    word: str


def names() -> dict[str, list[int]]:
    """Everybody by name and by user name. No query of its own: the company is kept."""
    found: dict[str, list[int]] = {}
    for user_id, member in organisation().members.items():
        for word in dict.fromkeys((member.name, member.username)):
            found.setdefault(word, []).append(user_id)
    return found


def mentionable(*, actor: Actor, issue: Issue, limit: int = 500) -> list[Mentionable]:
    """Colleagues who may see the issue, by name; without the one who asks."""
    company, known = organisation(), names()
    able = []
    for user_id, member in company.members.items():
        person = company.actor(user_id)
        if user_id != actor.user_id and person is not None and may_see(person, issue):
            word = member.name if len(known[member.name]) == 1 else member.username
            able.append(Mentionable(member.name, member.username, word))
    return sorted(able, key=lambda each: each.name)[:limit]
