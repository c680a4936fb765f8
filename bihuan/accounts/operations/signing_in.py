"""Coming in: the password, the code of a second factor, the lock after wrong tries.

An unknown name, a wrong password, a locked account and one that has left get the same words in the same time.
"""

from datetime import datetime, timedelta
from functools import lru_cache

from django.contrib.auth.hashers import check_password, is_password_usable, make_password
from django.db import transaction
from django.utils.translation import gettext_noop

from bihuan.accounts.models import SecondFactor, SignIn, User
from bihuan.accounts.operations.second_factor import accepts
from bihuan.accounts.policy import LOCK_AFTER, LOCK_MINUTES
from bihuan.core import audit
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Refused
from bihuan.core.settings import value


class SignInRefused(Refused):
    """The same words for an unknown name, a wrong password and a locked account (no enumeration)."""

    code = "sign_in_refused"
    text = gettext_noop("账号或密码不正确；连续输错 %(times)s 次会锁定 %(minutes)s 分钟。")
    status = 401

    def __init__(self) -> None:
        super().__init__(params={"times": value(LOCK_AFTER), "minutes": value(LOCK_MINUTES)})


class CodeRefused(Refused):
    code = "code_refused"
    text = gettext_noop("验证码不正确或已经用过，请等手机上出现新的验证码再输入。")
    status = 401


@lru_cache(maxsize=2)
def _nobodys(algorithm: str) -> str:
    """A password that nobody has, hashed as the others are: trying it takes as long."""
    return make_password("nobody")


def _fits(password: str, user: User | None) -> bool:
    """One verification, whoever it is."""
    from django.contrib.auth.hashers import get_hasher

    usable = user is not None and is_password_usable(user.password)
    kept = user.password if user is not None and usable else _nobodys(get_hasher().algorithm)
    return check_password(password[:200], kept) and usable


def sign_in(*, username: str, password: str, address: str = "", device: str = "", now: datetime) -> User:
    """The person with that name and password; counts failures and locks for a while after some. Who has a second
    factor is not in yet: ``confirm_code`` follows."""
    with transaction.atomic():
        name = username[:64].replace("\x00", "")
        user = User.objects.select_for_update().filter(username__iexact=name).first()
        fits = _fits(password.replace("\x00", ""), user)
        if user is not None and user.is_active:
            if is_locked(user, now):
                _note(user, "locked", "password", address, device, now)
            elif not fits:
                _count_failure(user, "password", address, device, now)
            else:
                if user.failed_sign_ins and not SecondFactor.objects.filter(user=user).exists():
                    User.objects.filter(pk=user.pk).update(failed_sign_ins=0, locked_until=None)
                return user
    raise SignInRefused


def is_locked(user: User, now: datetime) -> bool:
    """Whether too many wrong tries shut the account for now."""
    return user.locked_until is not None and user.locked_until > now


def confirm_code(*, user_id: int, code: str, address: str = "", device: str = "", now: datetime) -> User:
    """The second step: a code of the authenticator, used once, or one of recovery. Wrong ones count like passwords."""
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=user_id, is_active=True).first()
        if user is None or is_locked(user, now):
            raise SignInRefused
        factor = SecondFactor.objects.select_for_update().filter(user=user).first()
        if factor is not None and accepts(factor, code, now):
            User.objects.filter(pk=user.pk).update(failed_sign_ins=0, locked_until=None)
            return user
        _count_failure(user, "code", address, device, now)
    raise CodeRefused


def _count_failure(user: User, way: str, address: str, device: str, now: datetime) -> None:
    failed, most = user.failed_sign_ins + 1, value(LOCK_AFTER)
    locks = failed >= most
    until = now + timedelta(minutes=value(LOCK_MINUTES)) if locks else user.locked_until
    User.objects.filter(pk=user.pk).update(failed_sign_ins=0 if locks else failed, locked_until=until)
    _note(user, "wrong", way, address, device, now)
    if locks:
        actor = Actor(kind=ActorKind.USER, user_id=user.pk, username=user.username, name=user.name)
        audit.record(actor=actor, action="user.locked", object_type="user", object_id=user.pk, now=now)


def _note(user: User, outcome: str, way: str, address: str, device: str, now: datetime) -> None:
    SignIn.objects.create(
        user=user, at=now, outcome=outcome, way=way, address=address[:64], device=device[:300].replace("\x00", "")
    )
