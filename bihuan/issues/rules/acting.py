"""Whether anybody can act on a step: of those who are there, somebody whose it is, who may take it, or stands in for
whoever has it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """Who works here now. ``present``: on the staff and not away; ``deputies``: of those away who stands in;
    ``posts``: (person, role, department); ``parents``: the department above each."""

    present: frozenset[int]
    deputies: Mapping[int, int] = field(default_factory=dict)
    posts: Sequence[tuple[int, str, int]] = ()
    parents: Mapping[int, int | None] = field(default_factory=dict)

    def reached(self, user: int) -> bool:
        """Whether the person is there, or somebody present stands in."""
        return user in self.present or self.deputies.get(user) in self.present

    def below(self, department: int) -> set[int]:
        """The department and all below it."""
        found = {department}
        while more := {place for place, parent in self.parents.items() if parent in found} - found:
            found |= more
        return found


@dataclass(frozen=True, slots=True)
class Reach:
    """Where somebody can act: whose own steps, and which pools. ``roles``: of each role held by somebody reached, the
    departments in which it counts; ``places``: departments with anybody reached."""

    holders: frozenset[int]
    roles: Mapping[str, frozenset[int]]
    places: frozenset[int]
    anybody: bool


def reach(staffing: Staffing, everybody: Iterable[int]) -> Reach:
    """Over all steps at once. ``everybody``: on the staff."""
    roles: dict[str, set[int]] = {}
    places: set[int] = set()
    for user, role, department in staffing.posts:
        if staffing.reached(user):
            roles.setdefault(role, set()).update(staffing.below(department))
            places.add(department)
    return Reach(
        holders=frozenset(user for user in everybody if staffing.reached(user)),
        roles={role: frozenset(found) for role, found in roles.items()},
        places=frozenset(places),
        anybody=bool(staffing.present),
    )


def can_act(
    found: Reach, *, assignee: int | None, role: str, department: int | None, recused: Collection[int] = ()
) -> bool:
    """Whether somebody can act on a step. Recusal of a whole pool is looked at apart: it is rare."""
    if assignee is not None:
        return assignee in found.holders and assignee not in recused
    if not role:
        return found.anybody if department is None else department in found.places
    if department is None:
        return role in found.roles
    return department in found.roles.get(role, frozenset())
