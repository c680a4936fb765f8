"""Who is who, kept in each process: departments, who holds which role where, who is away.

Every step of an issue asks for it several times; a company changes it now and then. See ``bihuan.core.stamps``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from bihuan.accounts.models import Department, Post, Role, User
from bihuan.accounts.rules import ADMIN, PERMISSIONS
from bihuan.core.actor import Actor, ActorKind, Scope
from bihuan.core.stamps import Kept

_WIDTH = {
    scope: width
    for width, scope in enumerate((Scope.OWN, Scope.DEPARTMENT, Scope.CUSTOM, Scope.DEPARTMENT_TREE, Scope.ALL))
}


@dataclass(frozen=True, slots=True)
class Member:
    """An active member of staff; away from ``absent_from`` until ``absent_until`` (None: for good)."""

    username: str
    name: str
    language: str
    deputy: int | None
    absent_from: datetime | None
    absent_until: datetime | None

    def is_present(self, now: datetime) -> bool:
        """Whether the person is not away."""
        if self.absent_from is None or self.absent_from > now:
            return True
        return self.absent_until is not None and self.absent_until <= now


@dataclass(frozen=True, slots=True)
class Responsibility:
    """A role: what it is called, how far it sees (``sees``: the departments chosen for it), and what it may do."""

    key: str
    name: str
    name_en: str
    scope: Scope
    permissions: frozenset[str]
    sees: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Holding:
    """A post: who holds which role where."""

    role: Responsibility
    department: int
    user: int


@dataclass(frozen=True, slots=True)
class Organisation:
    """The company at one instant. ``roles`` by key; ``holdings`` are the posts of active people."""

    departments: tuple[Department, ...]
    roles: Mapping[str, Responsibility]
    members: Mapping[int, Member]
    holdings: tuple[Holding, ...]
    _actors: dict[int, Actor] = field(default_factory=dict)

    def department(self, key: str) -> Department | None:
        """The department with that key."""
        return next((place for place in self.departments if place.key == key), None)

    def parents(self) -> dict[int, int | None]:
        """The department above each."""
        return {place.pk: place.parent_id for place in self.departments}

    def above(self, department_id: int) -> list[int]:
        """The department and all above it, nearest first; a ring in bad data ends the walk."""
        parents, chain = self.parents(), list[int]()
        current: int | None = department_id
        while current is not None and current not in chain:
            chain.append(current)
            current = parents.get(current)
        return chain

    def posts_of(self, role: str) -> list[Holding]:
        """Who holds a role, in the order in which it was given."""
        return [post for post in self.holdings if post.role.key == role]

    def actor(self, user_id: int) -> Actor | None:
        """An active member of staff as an actor, with all posts."""
        known = self._actors.get(user_id)
        if known is None and user_id in self.members:
            known = self._actors[user_id] = self._made(user_id, self.members[user_id])
        return known

    def _made(self, user_id: int, member: Member) -> Actor:
        posts = [post for post in self.holdings if post.user == user_id]
        scope = max((post.role.scope for post in posts), key=_WIDTH.__getitem__, default=Scope.OWN)
        return Actor(
            kind=ActorKind.USER,
            user_id=user_id,
            username=member.username,
            name=member.name,
            language=member.language,
            roles=frozenset(post.role.key for post in posts),
            departments=frozenset(post.department for post in posts),
            posts=frozenset((post.role.key, place) for post in posts for place in self._below([post.department])),
            scope=scope,
            visible_departments=self._sight(posts, scope),
            may=frozenset(key for post in posts for key in post.role.permissions),
        )

    def _sight(self, posts: list[Holding], scope: Scope) -> frozenset[int]:
        """The departments whose issues may be seen, by any of the posts; where all may be, it does not matter."""
        if scope is Scope.ALL:
            return frozenset()
        trees = [post.department for post in posts if post.role.scope is Scope.DEPARTMENT_TREE]
        flat = {post.department for post in posts if post.role.scope is Scope.DEPARTMENT}
        chosen = [post.role.sees for post in posts if post.role.scope is Scope.CUSTOM]
        return self._below(trees).union(flat, *chosen)

    def _below(self, roots: Iterable[int]) -> frozenset[int]:
        wanted = set(roots)
        return frozenset(place.pk for place in self.departments if wanted.intersection(self.above(place.pk)))

    def holders(self, role: str, department_id: int | None, now: datetime) -> list[int]:
        """Who can do a step of that role now; see ``accounts.queries.holders``."""
        posts = self.posts_of(role)
        levels = self.above(department_id) if department_id is not None else []
        groups = [{post.user for post in posts if post.department == level} for level in levels]
        for group in (*groups, {post.user for post in posts}):
            able = self._with_deputies(group, now)
            if able:
                return able
        return []

    def _with_deputies(self, users: Iterable[int], now: datetime) -> list[int]:
        people = set(users)
        present = self._present(people, now)
        deputies = {self.members[user].deputy for user in people - present}
        return sorted(present | self._present({user for user in deputies if user is not None}, now))

    def _present(self, users: set[int], now: datetime) -> set[int]:
        return {user for user in users if user in self.members and self.members[user].is_present(now)}


def _responsibility(
    key: str, name: str, name_en: str, scope: str, permissions: list[str], sees: frozenset[int]
) -> Responsibility:
    """An administrator may do everything, also what a newer version brings: nobody is locked out by a row."""
    if key == ADMIN:
        return Responsibility(key, name, name_en, Scope.ALL, frozenset(PERMISSIONS))
    return Responsibility(key, name, name_en, Scope(scope), frozenset(permissions), sees)


def _chosen_departments() -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    pairs = Role.departments.through.objects.values_list("role_id", "department_id")
    for role, place in pairs:
        found.setdefault(role, set()).add(place)
    return {role: frozenset(places) for role, places in found.items()}


def _load() -> Organisation:
    chosen = _chosen_departments()
    people = User.objects.filter(is_active=True)
    roles = {
        pk: _responsibility(key, name, name_en, scope, cast("list[str]", permissions), chosen.get(pk, frozenset()))
        for pk, key, name, name_en, scope, permissions in Role.objects.order_by("pk").values_list(
            "pk", "key", "name", "name_en", "scope", "permissions"
        )
    }
    posts = Post.objects.filter(user__is_active=True).order_by("pk")
    return Organisation(
        departments=tuple(Department.objects.order_by("key")),
        roles={role.key: role for role in roles.values()},
        members={
            pk: Member(username, name, language, deputy, away, back)
            for pk, username, name, language, deputy, away, back in people.values_list(
                "pk", "username", "name", "language", "deputy_id", "absent_from", "absent_until"
            )
        },
        holdings=tuple(
            Holding(roles[role], department, user)
            for role, department, user in posts.values_list("role_id", "department_id", "user_id")
        ),
    )


_organisation = Kept("accounts", _load)


def organisation() -> Organisation:
    """The company as it is now."""
    return _organisation.get()
