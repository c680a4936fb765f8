"""Who is who: departments, people able to do a step, and the actor that a signed-in person is."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from django.db.models import Q, QuerySet

from bihuan.accounts.models import Department, Post, User
from bihuan.accounts.rules import BUILT_IN_ROLES
from bihuan.core.actor import Actor, ActorKind, Scope

_WIDTH = {Scope.OWN: 0, Scope.DEPARTMENT: 1, Scope.DEPARTMENT_TREE: 2, Scope.ALL: 3}


def departments() -> list[Department]:
    """All departments, parents before children of the same key order."""
    return list(Department.objects.order_by("key"))


def department(*, key: str) -> Department | None:
    """The department with that key, or None."""
    return Department.objects.filter(key=key).first()


def departments_by_key(*, keys: Iterable[str]) -> dict[str, Department]:
    """The departments that exist among the keys."""
    return {found.key: found for found in Department.objects.filter(key__in=list(keys))}


def _ancestry() -> dict[int, int | None]:
    return dict(Department.objects.values_list("id", "parent_id"))


def chain_upwards(department_id: int, parents: dict[int, int | None]) -> list[int]:
    """The department and all above it, nearest first; a ring in bad data ends the walk."""
    chain: list[int] = []
    current: int | None = department_id
    while current is not None and current not in chain:
        chain.append(current)
        current = parents.get(current)
    return chain


def departments_above(department_id: int) -> list[int]:
    """The department and all above it, nearest first."""
    return chain_upwards(department_id, _ancestry())


def _subtree(roots: Iterable[int], parents: dict[int, int | None]) -> frozenset[int]:
    wanted = set(roots)
    return frozenset(item for item in parents if wanted.intersection(chain_upwards(item, parents)))


def person(*, username: str) -> User | None:
    """The active member of staff with that user name, in any case."""
    return User.objects.filter(username__iexact=username, is_active=True).first()


def people(*, actor: Actor, role: str | None = None, department_key: str | None = None) -> list[User]:
    """Active people, by name; those who hold the role, in the department, when given."""
    found: QuerySet[User] = User.objects.filter(is_active=True)
    if role or department_key:
        posts = Post.objects.all()
        if role:
            posts = posts.filter(role__key=role)
        if department_key:
            posts = posts.filter(department__key=department_key)
        found = found.filter(pk__in=posts.values("user_id"))
    return list(found.order_by("name", "id")) if actor.kind is not ActorKind.CUSTOMER else []


def _present(now: datetime) -> Q:
    away = Q(absent_from__isnull=False, absent_from__lte=now) & (Q(absent_until__isnull=True) | Q(absent_until__gt=now))
    return Q(is_active=True) & ~away


def holders(*, role: str, department_id: int | None, now: datetime) -> list[int]:
    """Ids of the people who can do a step of that role now.

    In the department; if nobody there, in the nearest one above; if nobody at all, anywhere. Who is absent is
    replaced by the deputy named. An empty list means that nobody in the house can: an alarm, never silence.
    """
    posts = list(Post.objects.filter(role__key=role, user__is_active=True).values_list("department_id", "user_id"))
    levels: list[set[int]] = []
    if department_id is not None:
        levels = [
            {user for place, user in posts if place == level} for level in chain_upwards(department_id, _ancestry())
        ]
    levels.append({user for _, user in posts})
    for level in levels:
        able = _with_deputies(level, now)
        if able:
            return able
    return []


def _with_deputies(users: set[int], now: datetime) -> list[int]:
    if not users:
        return []
    present = set(User.objects.filter(_present(now), pk__in=users).values_list("pk", flat=True))
    deputies = User.objects.filter(pk__in=users - present, deputy__isnull=False).values_list("deputy_id", flat=True)
    stand_ins = set(User.objects.filter(_present(now), pk__in=list(deputies)).values_list("pk", flat=True))
    return sorted(present | stand_ins)


def department_heads(*, department_id: int | None, now: datetime) -> list[int]:
    """Ids of the heads responsible for the department."""
    return holders(role="head", department_id=department_id, now=now)


def actor_for_user(user: User) -> Actor:
    """The person as an actor, with all posts; two queries."""
    posts = list(Post.objects.filter(user=user).select_related("role"))
    parents = _ancestry()
    scope = max((Scope(post.role.scope) for post in posts), key=_WIDTH.__getitem__, default=Scope.OWN)
    own = frozenset(post.department_id for post in posts)
    visible: frozenset[int] = frozenset()
    if scope is Scope.DEPARTMENT:
        visible = frozenset(p.department_id for p in posts if p.role.scope != Scope.OWN)
    elif scope is Scope.DEPARTMENT_TREE:
        trees = [post.department_id for post in posts if post.role.scope == Scope.DEPARTMENT_TREE]
        flat = {post.department_id for post in posts if post.role.scope == Scope.DEPARTMENT}
        visible = _subtree(trees, parents) | flat
    granted = {key for post in posts for key in cast(list[str], post.role.permissions)}
    return Actor(
        kind=ActorKind.USER,
        user_id=user.pk,
        username=user.username,
        name=user.name,
        language=user.language,
        roles=frozenset(post.role.key for post in posts),
        departments=own,
        posts=frozenset((post.role.key, place) for post in posts for place in _subtree([post.department_id], parents)),
        scope=scope,
        visible_departments=visible,
        may=frozenset(granted),
    )


def names(*, user_ids: Iterable[int]) -> dict[int, str]:
    """Display names by id."""
    return dict(User.objects.filter(pk__in=set(user_ids)).values_list("pk", "name"))


def role_is_held(*, role: str, department_id: int) -> bool:
    """Whether anybody holds the role in the department or above it."""
    chain = chain_upwards(department_id, _ancestry())
    return Post.objects.filter(role__key=role, department_id__in=chain, user__is_active=True).exists()


def role_words(*, key: str) -> tuple[str, str]:
    """The role's name in Chinese and English; a company's own role stands for itself."""
    known = {role.key: (role.name, role.name_en) for role in BUILT_IN_ROLES}
    return known.get(key, (key, key))
