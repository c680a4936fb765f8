"""What the pages of people, departments and roles show; what a person sees of oneself. For those who manage people."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q

from bihuan.accounts.models import ApiToken, Department, Post, Role, SecondFactor, SignIn, User
from bihuan.core.actor import Actor
from bihuan.core.cursors import decode_cursor, encode_cursor
from bihuan.core.errors import Forbidden, NotFound

MANAGE = "people.edit"
_POSTS = Prefetch("posts", Post.objects.select_related("role", "department").order_by("-is_primary", "pk"))


def _require(actor: Actor) -> None:
    if not actor.can(MANAGE):
        raise Forbidden


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """``next`` is the cursor of the following page, None at the end."""

    items: list[User]
    next: str | None


def people_page(
    *,
    actor: Actor,
    text: str = "",
    department_id: int | None = None,
    role: str = "",
    state: str = "active",
    cursor: str | None = None,
    limit: int = 50,
) -> PeoplePage:
    """People by name, with their posts. ``text``: part of name, account, number, address, or initials; ``state``:
    ``active``, ``left``, ``locked`` or ``all``. The same number of queries however many there are."""
    _require(actor)
    found = User.objects.prefetch_related(_POSTS).select_related("second_factor", "deputy").order_by("name", "pk")
    if state in ("active", "left"):
        found = found.filter(is_active=state == "active")
    if state == "locked":
        found = found.filter(locked_until__isnull=False, is_active=True)
    wanted = " ".join(text.replace("\x00", "").split())[:100]
    if wanted:
        found = found.filter(
            Q(name__icontains=wanted)
            | Q(username__icontains=wanted)
            | Q(staff_number__iexact=wanted)
            | Q(email__istartswith=wanted)
            | Q(initials__istartswith=wanted)
        )
    posts = Post.objects.all()
    if department_id is not None or role:
        if department_id is not None:
            posts = posts.filter(department_id=department_id)
        if role:
            posts = posts.filter(role__key=role)
        found = found.filter(pk__in=posts.values("user_id"))
    if cursor:
        name, pk = decode_cursor(cursor, "name")
        found = found.filter(Q(name__gt=name) | Q(name=name, pk__gt=pk))
    rows = list(found[: limit + 1])
    items = rows[:limit]
    return PeoplePage(items, encode_cursor("name", items[-1].name, items[-1].pk) if len(rows) > limit else None)


def person_by_id(*, actor: Actor, person_id: int) -> User:
    """One person with posts, also one who has left. For oneself or who manages people."""
    if actor.user_id != person_id:
        _require(actor)
    found = User.objects.prefetch_related(_POSTS).select_related("second_factor").filter(pk=person_id).first()
    if found is None:
        raise NotFound
    return found


def department_tree(*, actor: Actor) -> list[tuple[int, Department, int]]:
    """Departments from the root down, each with its depth and how many active people it has."""
    _require(actor)
    counted = Department.objects.annotate(
        held=Count("posts__user", filter=Q(posts__user__is_active=True), distinct=True)
    ).order_by("name", "pk")
    below: dict[int | None, list[Department]] = {}
    heads: dict[int, int] = {}
    for each in counted:
        below.setdefault(each.parent_id, []).append(each)
        heads[each.pk] = each.held
    found: list[tuple[int, Department, int]] = []
    waiting = [(0, place) for place in reversed(below.get(None, []))]
    while waiting:
        depth, place = waiting.pop()
        found.append((depth, place, heads[place.pk]))
        waiting += [(depth + 1, child) for child in reversed(below.get(place.pk, []))]
    return found


def department_by_id(*, actor: Actor, department_id: int) -> Department:
    """One department."""
    _require(actor)
    found = Department.objects.select_related("parent").filter(pk=department_id).first()
    if found is None:
        raise NotFound
    return found


def roles_held(*, actor: Actor) -> list[tuple[Role, int]]:
    """Roles, the built-in ones first, with how many active people hold each."""
    _require(actor)
    found = Role.objects.annotate(
        held=Count("posts__user", filter=Q(posts__user__is_active=True), distinct=True)
    ).order_by("pk")
    return [(role, role.held) for role in found]


def role_by_id(*, actor: Actor, role_id: int) -> tuple[Role, list[int], list[User]]:
    """One role, the departments chosen for it, and the active people who hold it."""
    _require(actor)
    role = Role.objects.filter(pk=role_id).first()
    if role is None:
        raise NotFound
    holders = User.objects.filter(is_active=True, pk__in=role.posts.values("user_id")).order_by("name", "pk")[:200]
    return role, sorted(role.departments.values_list("pk", flat=True)), list(holders)


def sign_ins(*, actor: Actor, person_id: int, limit: int = 30) -> list[SignIn]:
    """The latest tries to come in as that person. For oneself or who manages people."""
    if actor.user_id != person_id:
        _require(actor)
    return list(SignIn.objects.filter(user_id=person_id).order_by("-pk")[:limit])


def sessions(*, actor: Actor, since: datetime) -> list[SignIn]:
    """Where the person is signed in, the latest first; nothing that was not used after ``since``."""
    found = SignIn.objects.filter(user_id=actor.user_id or 0, outcome="ok", ended_at=None, seen_at__gt=since)
    return list(found.exclude(session_key="").order_by("-seen_at", "-pk")[:50])


def tokens(*, actor: Actor) -> list[ApiToken]:
    """The person's own tokens that are good."""
    return list(ApiToken.objects.filter(user_id=actor.user_id or 0, revoked_at=None).order_by("-pk"))


def second_factor(*, user_id: int) -> SecondFactor | None:
    """The person's second factor, None without one."""
    return SecondFactor.objects.filter(user_id=user_id).first()
