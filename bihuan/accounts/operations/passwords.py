"""Passwords: one's own, and the link by which somebody gets a first or a new one."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.db import transaction
from django.utils.translation import gettext_noop

from bihuan.accounts.models import User
from bihuan.accounts.operations.sessions import end_all
from bihuan.accounts.operations.shared import MANAGE, require
from bihuan.accounts.policy import PASSWORD_LENGTH
from bihuan.core import audit
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import NotFound, Refused
from bihuan.core.settings import value

LINK_FOR = timedelta(hours=72)
_LONGEST = 200


class PasswordTooShort(Refused):
    code = "password_too_short"
    text = gettext_noop("密码至少 %(least)s 个字符，最多 200 个。")


class PasswordTooCommon(Refused):
    code = "password_too_common"
    text = gettext_noop("这个密码太常见，或者与账号相同，很容易被猜到，请换一个。")


class OldPasswordWrong(Refused):
    code = "old_password_wrong"
    text = gettext_noop("当前密码不正确，密码没有修改。")


class LinkUsed(Refused):
    code = "password_link_used"
    text = gettext_noop("这个链接已经用过或过期，请联系管理员重新发一个。")
    status = 404


def _check(password: str, user: User) -> None:
    least = value(PASSWORD_LENGTH)
    if not least <= len(password) <= _LONGEST:
        raise PasswordTooShort(params={"least": least})
    plain = password.lower().strip()
    if plain in CommonPasswordValidator().passwords or plain == user.username.lower() or len(set(plain)) < 3:
        raise PasswordTooCommon


@transaction.atomic
def change_password(*, old: str, new: str, session_key: str | None, actor: Actor, now: datetime) -> User:
    """The person's own password, against the present one; all other sessions end."""
    user = User.objects.select_for_update().filter(pk=actor.user_id or 0).first()
    if user is None:
        raise NotFound
    if not check_password(old[:_LONGEST], user.password):
        raise OldPasswordWrong
    _check(new, user)
    user.password = make_password(new)
    user.link_digest, user.link_until = "", None
    user.save(update_fields=["password", "link_digest", "link_until"])
    end_all(user_id=user.pk, but=session_key, now=now)
    audit.record(actor=actor, action="user.password", object_type="user", object_id=user.pk, now=now)
    return user


@transaction.atomic
def make_password_link(*, person_id: int, actor: Actor, now: datetime) -> str:
    """A token by which the person sets a password, once, within three days; shown once, only its hash is kept. An
    earlier one is void. The present password stays good until then."""
    require(actor, MANAGE)
    user = User.objects.select_for_update().filter(pk=person_id, is_active=True).first()
    if user is None:
        raise NotFound
    token = secrets.token_urlsafe(32)
    User.objects.filter(pk=user.pk).update(link_digest=_digest(token), link_until=now + LINK_FOR)
    audit.record(actor=actor, action="user.link_made", object_type="user", object_id=user.pk, now=now)
    return token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def person_of_link(*, token: str, now: datetime) -> User:
    """Whose link it is. Refuses one that was used, replaced, or is too old."""
    found = User.objects.filter(link_digest=_digest(token), link_until__gt=now, is_active=True).first()
    if found is None:
        raise LinkUsed
    return found


@transaction.atomic
def use_password_link(*, token: str, password: str, now: datetime) -> User:
    """Sets the password; the link is void, a lock is lifted, all sessions end."""
    user = User.objects.select_for_update().get(pk=person_of_link(token=token, now=now).pk)
    if user.link_digest != _digest(token):
        raise LinkUsed
    _check(password, user)
    user.password = make_password(password)
    user.link_digest, user.link_until = "", None
    user.failed_sign_ins, user.locked_until = 0, None
    user.save(update_fields=["password", "link_digest", "link_until", "failed_sign_ins", "locked_until"])
    end_all(user_id=user.pk, but=None, now=now)
    actor = Actor(kind=ActorKind.USER, user_id=user.pk, username=user.username, name=user.name)
    audit.record(
        actor=actor, action="user.password", object_type="user", object_id=user.pk, now=now, detail={"by": "link"}
    )
    return user
