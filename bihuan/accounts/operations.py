"""Making and changing people, departments, tokens; signing in."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext_noop

from bihuan.accounts import queries
from bihuan.accounts.models import ApiToken, Department, Post, Role, User
from bihuan.accounts.organisation import organisation
from bihuan.accounts.rules import BUILT_IN_ROLES
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, Refused
from bihuan.core.rows import Select
from bihuan.core.stamps import ask_first, held

LOCK_AFTER = 5
LOCK_FOR = timedelta(minutes=15)


class SignInRefused(Refused):
    """The same words for an unknown name, a wrong password and a locked account (no enumeration)."""

    code = "sign_in_refused"
    text = gettext_noop("账号或密码不正确；连续输错 5 次会锁定 15 分钟。")
    status = 401


class NameTaken(Refused):
    code = "name_taken"
    text = gettext_noop("名称“%(name)s”已被使用，请换一个。")


class BadToken(Refused):
    code = "bad_token"
    text = gettext_noop("访问令牌无效或已停用。")
    status = 401


@dataclass(frozen=True, slots=True, kw_only=True)
class PostGiven:
    """A role in a department, by their keys."""

    role: str
    department: str
    is_primary: bool = False


def _require(actor: Actor, permission: str) -> None:
    if not actor.can(permission):
        raise Forbidden


@transaction.atomic
def ensure_roles(*, actor: Actor, now: datetime) -> int:
    """Makes the built-in roles that do not exist yet; returns how many. Changed ones are left as they are."""
    _require(actor, "settings.edit")
    known = set(Role.objects.values_list("key", flat=True))
    missing = [
        Role(key=r.key, name=r.name, name_en=r.name_en, permissions=list(r.permissions), scope=r.scope.value)
        for r in BUILT_IN_ROLES
        if r.key not in known
    ]
    Role.objects.bulk_create(missing)
    if missing:
        audit.record(
            actor=actor,
            action="roles.made",
            object_type="role",
            object_id=None,
            now=now,
            detail={"keys": [role.key for role in missing]},
        )
    return len(missing)


@transaction.atomic
def create_department(
    *, key: str, name: str, name_en: str = "", parent_key: str | None = None, actor: Actor, now: datetime
) -> Department:
    """Adds a department below ``parent_key``."""
    _require(actor, "settings.edit")
    if Department.objects.filter(key=key).exists():
        raise NameTaken(params={"name": key})
    parent = queries.department(key=parent_key) if parent_key else None
    made = Department.objects.create(key=key, name=name, name_en=name_en, parent=parent)
    audit.record(actor=actor, action="department.made", object_type="department", object_id=made.pk, now=now)
    return made


@transaction.atomic
def create_user(
    *,
    username: str,
    name: str,
    posts: list[PostGiven],
    password_hash: str | None = None,
    password: str | None = None,
    email: str = "",
    phone: str = "",
    staff_number: str = "",
    language: str = "zh-hans",
    actor: Actor,
    now: datetime,
) -> User:
    """Adds a member of staff with posts. ``password_hash`` spares hashing the same password many times."""
    _require(actor, "settings.edit")
    if User.objects.filter(username__iexact=username).exists():
        raise NameTaken(params={"name": username})
    user = User(
        username=username,
        name=name,
        email=email,
        phone=phone,
        staff_number=staff_number,
        language=language,
        created_at=now,
    )
    user.password = password_hash or make_password(password)
    user.save()
    roles = {role.key: role for role in Role.objects.all()}
    places = queries.departments_by_key(keys=[post.department for post in posts])
    Post.objects.bulk_create(
        Post(user=user, role=roles[post.role], department=places[post.department], is_primary=post.is_primary)
        for post in posts
    )
    audit.record(actor=actor, action="user.made", object_type="user", object_id=user.pk, now=now)
    return user


def sign_in(*, username: str, password: str, now: datetime) -> User:
    """The person with that name and password; counts failures and locks for a quarter of an hour after five."""
    with transaction.atomic():
        user = User.objects.select_for_update().filter(username__iexact=username[:64], is_active=True).first()
        if user is None:
            make_password(password[:200])  # the same time as for a known name
        elif not (user.locked_until and user.locked_until > now) and check_password(password[:200], user.password):
            if user.failed_sign_ins:
                User.objects.filter(pk=user.pk).update(failed_sign_ins=0, locked_until=None)
            audit.record(
                actor=queries.actor_for_user(user),
                action="user.signed_in",
                object_type="user",
                object_id=user.pk,
                now=now,
            )
            return user
        else:
            _count_failure(user, now)
    raise SignInRefused


def _count_failure(user: User, now: datetime) -> None:
    failed = user.failed_sign_ins + 1
    locked = now + LOCK_FOR if failed >= LOCK_AFTER else user.locked_until
    User.objects.filter(pk=user.pk).update(failed_sign_ins=0 if failed >= LOCK_AFTER else failed, locked_until=locked)


@transaction.atomic
def create_token(*, user: User, label: str, actor: Actor, now: datetime) -> str:
    """A new bearer token; it is shown once, only its hash is kept."""
    if actor.user_id != user.pk:
        _require(actor, "settings.edit")
    token = f"bh_{secrets.token_urlsafe(32)}"
    made = ApiToken.objects.create(user=user, digest=_digest(token), label=label[:100], created_at=now)
    audit.record(actor=actor, action="token.made", object_type="token", object_id=made.pk, now=now)
    return token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


_TOKEN = Select(ApiToken, "WHERE t.digest = %s AND t.revoked_at IS NULL")


def actor_for_token(*, token: str, now: datetime) -> Actor:
    """The actor that a bearer token stands for."""
    with held():
        found = next(iter(ask_first(_TOKEN.of(_digest(token)))[0]), None)
        actor = organisation().actor(found.user_id) if found else None
    if found is None or actor is None:
        raise BadToken
    if found.last_used_at is None or now - found.last_used_at > timedelta(hours=1):
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return actor


@transaction.atomic
def change_preferences(*, actor: Actor, now: datetime, language: str | None = None, theme: str | None = None) -> None:
    """The person's own language (``zh-hans``, ``en``) and theme (``auto``, ``light``, ``dark``)."""
    changes = {}
    if language in ("zh-hans", "en"):
        changes["language"] = language
    if theme in ("auto", "light", "dark"):
        changes["theme"] = theme
    if changes:
        User.objects.filter(pk=actor.user_id or 0).update(**changes)
        audit.record(
            actor=actor, action="user.preferences", object_type="user", object_id=actor.user_id, now=now, detail=changes
        )
