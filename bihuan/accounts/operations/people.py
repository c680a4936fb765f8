"""Members of staff: coming, changing, being away, leaving."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from bihuan.accounts import queries
from bihuan.accounts.models import ApiToken, Department, Post, Role, User
from bihuan.accounts.operations.sessions import end_all
from bihuan.accounts.operations.shared import (
    MANAGE,
    FieldsRefused,
    NameTaken,
    give_no_more,
    keep_an_administrator,
    one_at_a_time,
    one_line,
    require,
)
from bihuan.accounts.registry import duties
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound, Refused
from bihuan.core.pinyin import initials_of

_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_MOST_POSTS = 50
_LENGTHS = {"name": 100, "email": 254, "phone": 32, "staff_number": 32, "initials": 32}


class NoSuchPost(Refused):
    code = "no_such_post"
    text = gettext_noop("没有找到这个人、部门或角色，请重新选择。")


class NotYourself(Refused):
    code = "not_yourself"
    text = gettext_noop("不能停用自己的账号，请让另一位系统管理员来做。")


class StillHolds(Refused):
    """``params``: how many, and of what."""

    code = "still_holds"
    text = gettext_noop("这个人手上还有 %(n)s 件%(what)s：请先移交，再停用账号。")


class BadAbsence(Refused):
    code = "bad_absence"
    text = gettext_noop("请核对：结束时间要晚于开始时间，代理人要是另一位在职人员。")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostGiven:
    """A role in a department, by their keys."""

    role: str
    department: str
    is_primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonGiven:
    """What is known of a person. Without ``initials`` they are made of the name."""

    name: str
    email: str = ""
    phone: str = ""
    staff_number: str = ""
    initials: str = ""


@transaction.atomic
def create_user(
    *,
    username: str,
    name: str,
    posts: Sequence[PostGiven],
    password_hash: str | None = None,
    password: str | None = None,
    email: str = "",
    phone: str = "",
    staff_number: str = "",
    initials: str = "",
    language: str = "zh-hans",
    actor: Actor,
    now: datetime,
) -> User:
    """Adds a member of staff with posts. ``password_hash`` spares hashing the same password many times; with neither
    the person cannot sign in before a link was given (``make_password_link``)."""
    require(actor, MANAGE)
    given = PersonGiven(name=name, email=email, phone=phone, staff_number=staff_number, initials=initials)
    errors = _wrong(given)
    if not _USERNAME.fullmatch(username):
        errors["username"] = gettext_noop("账号用 1 到 64 个英文字母、数字或 . _ - @，以字母或数字开头。")
    if errors:
        raise FieldsRefused(errors=errors)
    if User.objects.filter(username__iexact=username).exists():
        raise NameTaken(params={"name": username})
    user = User(username=username, language=language, created_at=now, **_fields(given))
    user.password = password_hash or make_password(password)
    user.save()
    made = _posts(user, posts, actor)
    Post.objects.bulk_create(made)
    detail = {"posts": _said(made)}
    audit.record(actor=actor, action="user.made", object_type="user", object_id=user.pk, now=now, detail=detail)
    return user


def _wrong(given: PersonGiven) -> dict[str, str]:
    errors = {
        field: gettext_noop("内容太长，请缩短。")
        for field, most in _LENGTHS.items()
        if len(getattr(given, field)) > most
    }
    if not one_line(given.name, 1):
        errors["name"] = gettext_noop("请填写姓名。")
    try:
        if given.email and "email" not in errors:
            validate_email(given.email.strip())
    except ValidationError:
        errors["email"] = gettext_noop("邮箱地址不完整，例如 name@example.com。")
    return errors


def _fields(given: PersonGiven) -> dict[str, str]:
    found = {field: one_line(getattr(given, field), most) for field, most in _LENGTHS.items()}
    return found | {"initials": found["initials"].lower() or initials_of(found["name"])}


def _posts(user: User, posts: Sequence[PostGiven], actor: Actor) -> list[Post]:
    """The rows; the first is the main one where none is marked. Refuses to give what the actor does not hold."""
    wanted = {(each.role, each.department): each for each in posts[:_MOST_POSTS]}
    roles = {role.key: role for role in Role.objects.filter(key__in={role for role, _place in wanted})}
    places = {place.key: place for place in Department.objects.filter(key__in={place for _role, place in wanted})}
    held = set(Post.objects.filter(user=user).values_list("role__key", "department__key")) if user.pk else set()
    if len({role for role, _ in wanted} - roles.keys()) or len({place for _, place in wanted} - places.keys()):
        raise NoSuchPost
    for role, place in wanted.keys() - held:
        if not places[place].is_active:
            raise NoSuchPost
        give_no_more(actor, roles[role].permissions)
    main = next((key for key, each in wanted.items() if each.is_primary), next(iter(wanted), None))
    return [
        Post(user=user, role=roles[role], department=places[place], is_primary=(role, place) == main)
        for role, place in wanted
    ]


def _said(posts: Iterable[Post]) -> list[str]:
    return sorted(f"{post.role.key}@{post.department.key}" for post in posts)


@transaction.atomic
def give_post(*, username: str, role: str, department: str, actor: Actor, now: datetime) -> Post:
    """The person holds the role in the department, besides what the person holds already; twice is once. Refuses
    ``NoSuchPost``."""
    require(actor, "settings.edit")
    user, place = queries.person(username=username), queries.department(key=department)
    kind = Role.objects.filter(key=role).first()
    if user is None or place is None or kind is None or not place.is_active:
        raise NoSuchPost
    give_no_more(actor, kind.permissions)
    post, fresh = Post.objects.get_or_create(user=user, department=place, role=kind)
    if fresh:
        detail = {"role": kind.key, "department": place.key}
        audit.record(actor=actor, action="post.given", object_type="user", object_id=user.pk, now=now, detail=detail)
    return post


@transaction.atomic
def change_person(
    *, person_id: int, given: PersonGiven, posts: Sequence[PostGiven] | None, actor: Actor, now: datetime
) -> User:
    """Changes what is known of a person, and the posts unless None. The log keeps which fields, never their values.

    Refuses to take the last administrator's role.
    """
    require(actor, MANAGE)
    errors = _wrong(given)
    if errors:
        raise FieldsRefused(errors=errors)
    one_at_a_time()
    user = _person(person_id)
    wanted = _fields(given)
    fields = sorted(field for field, text in wanted.items() if getattr(user, field) != text)
    for field in fields:
        setattr(user, field, wanted[field])
    if fields:
        user.save(update_fields=fields)
        detail: dict[str, object] = {"fields": fields}
        audit.record(actor=actor, action="user.changed", object_type="user", object_id=user.pk, now=now, detail=detail)
    if posts is not None:
        _change_posts(user, posts, actor, now)
    return user


def _change_posts(user: User, posts: Sequence[PostGiven], actor: Actor, now: datetime) -> None:
    before = list(Post.objects.select_related("role", "department").filter(user=user))
    made = _posts(user, posts, actor)
    main = {(post.role.key, post.department.key) for post in before if post.is_primary}
    if _said(before) == _said(made) and main == {(p.role.key, p.department.key) for p in made if p.is_primary}:
        return
    Post.objects.filter(user=user).delete()
    Post.objects.bulk_create(made)
    keep_an_administrator()
    detail = {"before": _said(before), "after": _said(made)}
    audit.record(actor=actor, action="user.posts", object_type="user", object_id=user.pk, now=now, detail=detail)


@transaction.atomic
def switch_person(*, person_id: int, is_active: bool, actor: Actor, now: datetime) -> User:
    """Lets a person go (no way in is left: sessions end, tokens are revoked), or come back.

    Refuses oneself, the last administrator, and (``StillHolds``) whoever still has something in hand.
    """
    require(actor, MANAGE)
    one_at_a_time()
    user = _person(person_id)
    if user.is_active == is_active:
        return user
    if not is_active and user.pk == actor.user_id:
        raise NotYourself
    if not is_active:
        _refuse_holder(user.pk)
    user.is_active = is_active
    user.failed_sign_ins, user.locked_until = 0, None
    user.link_digest, user.link_until = "", None
    user.save(update_fields=["is_active", "failed_sign_ins", "locked_until", "link_digest", "link_until"])
    if not is_active:
        keep_an_administrator()
        end_all(user_id=user.pk, but=None, now=now)
        ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    action = "user.returned" if is_active else "user.left"
    audit.record(actor=actor, action=action, object_type="user", object_id=user.pk, now=now)
    return user


def _refuse_holder(user_id: int) -> None:
    """Refuses while the person has something in hand: it would be nobody's."""
    for what, count in duties().items():
        held = count(user_id)
        if held:
            raise StillHolds(params={"n": held, "what": gettext(what)})


@transaction.atomic
def set_absence(
    *,
    person_id: int,
    absent_from: datetime | None,
    absent_until: datetime | None,
    deputy_id: int | None,
    actor: Actor,
    now: datetime,
) -> User:
    """When a person is away (None: not; without an end: until further notice), and who stands in. A person says so
    for oneself; for others it takes the right to manage people."""
    if actor.user_id != person_id:
        require(actor, MANAGE)
    user = _person(person_id)
    deputy = User.objects.filter(pk=deputy_id, is_active=True).first() if deputy_id is not None else None
    ends_early = absent_until is not None and (absent_from is None or absent_until <= absent_from)
    if ends_early or (deputy_id is not None and (deputy is None or deputy.pk == user.pk)):
        raise BadAbsence
    wanted = {"absent_from": absent_from, "absent_until": absent_until, "deputy_id": deputy_id}
    changes = {field: new for field, new in wanted.items() if getattr(user, field) != new}
    if changes:
        User.objects.filter(pk=user.pk).update(**changes)
        detail: dict[str, object] = {
            "from": absent_from.isoformat() if absent_from else None,
            "until": absent_until.isoformat() if absent_until else None,
            "deputy": deputy_id,
        }
        audit.record(actor=actor, action="user.absence", object_type="user", object_id=user.pk, now=now, detail=detail)
    return _person(person_id)


def _person(person_id: int) -> User:
    found = User.objects.select_for_update().filter(pk=person_id).first()
    if found is None:
        raise NotFound
    return found
