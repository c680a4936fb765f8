"""Who is who: departments, people able to do a step, and the actor that a signed-in person is."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from bihuan.accounts.models import Department, Post, User
from bihuan.accounts.organisation import Responsibility, organisation
from bihuan.accounts.rules import BUILT_IN_ROLES
from bihuan.core.actor import Actor, ActorKind, Scope


def departments() -> list[Department]:
    """The departments in use, by key."""
    return [place for place in organisation().departments if place.is_active]


def department(*, key: str) -> Department | None:
    """The department with that key, or None."""
    return organisation().department(key)


def department_by_id(department_id: int | None) -> Department | None:
    """The department with that id, or None."""
    return next((place for place in organisation().departments if place.pk == department_id), None)


def departments_by_key(*, keys: Iterable[str]) -> dict[str, Department]:
    """The departments that exist among the keys."""
    wanted = set(keys)
    return {place.key: place for place in organisation().departments if place.key in wanted}


def departments_above(department_id: int) -> list[int]:
    """The department and all above it, nearest first."""
    return organisation().above(department_id)


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


def holders(*, role: str, department_id: int | None, now: datetime) -> list[int]:
    """Ids of the people who can do a step of that role now.

    In the department; if nobody there, in the nearest one above; if nobody at all, anywhere. Who is absent is
    replaced by the deputy named. An empty list means that nobody in the house can: an alarm, never silence.
    """
    return organisation().holders(role, department_id, now)


def holder_names(*, role: str, department_id: int | None, now: datetime) -> list[str]:
    """The names of ``holders``."""
    company = organisation()
    return [company.members[user].name for user in company.holders(role, department_id, now)]


def department_heads(*, department_id: int | None, now: datetime) -> list[int]:
    """Ids of the heads responsible for the department."""
    return holders(role="head", department_id=department_id, now=now)


def actor_for_user(user: User) -> Actor:
    """The person as an actor, with all posts; one who has left may do nothing."""
    found = organisation().actor(user.pk)
    return found or Actor(kind=ActorKind.USER, user_id=user.pk, username=user.username, name=user.name)


def users(*, user_ids: Iterable[int]) -> dict[int, User]:
    """People by id, also those who have left; no query for nobody."""
    wanted = set(user_ids)
    return User.objects.in_bulk(wanted) if wanted else {}


def names(*, user_ids: Iterable[int]) -> dict[int, str]:
    """Display names by id."""
    return dict(User.objects.filter(pk__in=set(user_ids)).values_list("pk", "name"))


def role_is_held(*, role: str, department_id: int) -> bool:
    """Whether anybody holds the role in the department or above it."""
    company = organisation()
    chain = company.above(department_id)
    return any(post.department in chain for post in company.posts_of(role))


def places_of_role(*, role: str) -> list[int]:
    """Departments in which somebody holds the role and sees the issues of his own departments alone."""
    posts = organisation().posts_of(role)
    return list(dict.fromkeys(post.department for post in posts if post.role.scope is not Scope.ALL))


def roles() -> list[Responsibility]:
    """All roles, the built-in ones first."""
    return list(organisation().roles.values())


def role_exists(*, key: str) -> bool:
    """Whether the company has the role."""
    return key in organisation().roles


def role_words(*, key: str) -> tuple[str, str]:
    """The role's name in Chinese and English; an unknown role stands for itself."""
    built_in = next((role for role in BUILT_IN_ROLES if role.key == key), None)
    known = built_in or organisation().roles.get(key)  # of a built-in one nobody need ask the database
    return (known.name, known.name_en) if known else (key, key)


def people_of_role(*, role: str) -> list[str]:
    """Names of the active people who hold the role anywhere, also of those who are away, in the order in which it was
    given."""
    company = organisation()
    held = dict.fromkeys(post.user for post in company.posts_of(role))
    return [company.members[user].name for user in held if user in company.members]


def people_who_may(*, permission: str) -> list[str]:
    """Names of the active people with that permission."""
    company = organisation()
    able = dict.fromkeys(post.user for post in company.holdings if permission in post.role.permissions)
    return [company.members[user].name for user in able if user in company.members]


def stood_in_for(*, user_id: int, now: datetime) -> list[int]:
    """Ids of the people who are away now and have named this person their deputy."""
    members = organisation().members.items()
    return [pk for pk, member in members if member.deputy == user_id and not member.is_present(now)]


def deputy_of(*, user_id: int, now: datetime) -> int | None:
    """Who stands in for a person who is away now: the deputy named, as long as that one is there. None for a person who is
    there, and where nobody stands in."""
    members = organisation().members
    away = members.get(user_id)
    if away is None or away.is_present(now) or away.deputy is None:
        return None
    deputy = members.get(away.deputy)
    return away.deputy if deputy is not None and deputy.is_present(now) else None


def is_there(*, user_id: int, now: datetime) -> bool:
    """Whether the person is on the staff and not away."""
    member = organisation().members.get(user_id)
    return member is not None and member.is_present(now)


def there(*, now: datetime) -> list[int]:
    """Ids of all who are on the staff and not away."""
    return [user for user, member in organisation().members.items() if member.is_present(now)]


def posts_held() -> list[tuple[int, str, int]]:
    """(person, role, department) of everybody on the staff."""
    return [(post.user, post.role.key, post.department) for post in organisation().holdings]
