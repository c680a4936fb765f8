"""The second factor: six digits of an authenticator that change every 30 seconds (RFC 6238), and codes of recovery."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
from django.db import transaction
from django.utils.translation import gettext_noop

from bihuan.accounts.models import SecondFactor, User
from bihuan.accounts.operations.shared import MANAGE, require
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound, Refused
from bihuan.core.sealing import seal, unseal

STEP = 30
_CODES = 10
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is read for something else


class WrongFirstCode(Refused):
    code = "wrong_first_code"
    text = gettext_noop("验证码不对：请确认手机时间准确，再输入应用里现在显示的 6 位数字。")


class AlreadyHasFactor(Refused):
    code = "already_has_factor"
    text = gettext_noop("两步验证已经开启；要换手机，请先关闭再重新设置。")


@dataclass(frozen=True, slots=True)
class Offer:
    """A key to be put into an authenticator; ``address`` is what the square code says."""

    secret: str
    address: str


def offer_factor(*, actor: Actor, issuer: str, secret: str = "") -> Offer:
    """A new key, or the words around one that was offered before; nothing is kept yet."""
    key = secret or pyotp.random_base32()
    return Offer(key, pyotp.TOTP(key).provisioning_uri(name=actor.username, issuer_name=issuer))


@transaction.atomic
def enrol_factor(*, secret: str, code: str, actor: Actor, now: datetime) -> list[str]:
    """Turns the second factor on when ``code`` shows that the key arrived; gives the codes of recovery, shown once."""
    user = User.objects.select_for_update().filter(pk=actor.user_id or 0).first()
    if user is None:
        raise NotFound
    if SecondFactor.objects.filter(user=user).exists():
        raise AlreadyHasFactor
    step = _step(secret, code, now)
    if step is None:
        raise WrongFirstCode
    codes = [_recovery_code() for _ in range(_CODES)]
    SecondFactor.objects.create(
        user=user, secret=seal(secret), last_step=step, recovery=[_digest(each) for each in codes], made_at=now
    )
    audit.record(actor=actor, action="user.factor_on", object_type="user", object_id=user.pk, now=now)
    return codes


@transaction.atomic
def renew_recovery(*, code: str, actor: Actor, now: datetime) -> list[str]:
    """New codes of recovery, shown once; the old ones are void."""
    factor = _factor(actor.user_id)
    if not accepts(factor, code, now):
        raise WrongFirstCode
    codes = [_recovery_code() for _ in range(_CODES)]
    SecondFactor.objects.filter(pk=factor.pk).update(recovery=[_digest(each) for each in codes])
    audit.record(actor=actor, action="user.recovery", object_type="user", object_id=actor.user_id, now=now)
    return codes


@transaction.atomic
def drop_factor(*, person_id: int, code: str, actor: Actor, now: datetime) -> None:
    """Turns it off: one's own by a code; another's, who lost the telephone, by the right to manage people."""
    factor = _factor(person_id)
    if actor.user_id == person_id:
        if not accepts(factor, code, now):
            raise WrongFirstCode
    else:
        require(actor, MANAGE)
    factor.delete()
    audit.record(actor=actor, action="user.factor_off", object_type="user", object_id=person_id, now=now)


def accepts(factor: SecondFactor, code: str, now: datetime) -> bool:
    """Whether the code is right, and marks it as used: the same one is not taken again. Joins the caller's
    transaction, which holds the row."""
    plain = "".join(code.split()).replace("-", "").lower()
    step = _step(unseal(factor.secret), plain, now)
    if step is not None and step > factor.last_step:
        SecondFactor.objects.filter(pk=factor.pk).update(last_step=step)
        factor.last_step = step
        return True
    hashed = _digest(plain)
    if hashed not in factor.recovery:
        return False
    factor.recovery = [each for each in factor.recovery if each != hashed]
    SecondFactor.objects.filter(pk=factor.pk).update(recovery=factor.recovery)
    return True


def _factor(person_id: int | None) -> SecondFactor:
    found = SecondFactor.objects.select_for_update().filter(user_id=person_id or 0).first()
    if found is None:
        raise NotFound
    return found


def _step(secret: str, code: str, now: datetime) -> int | None:
    """Which 30 seconds the code belongs to: the present ones, or one before or after, for clocks that differ."""
    plain = "".join(code.split())
    if len(plain) != 6 or not plain.isascii() or not plain.isdigit() or not secret:
        return None
    present = int(now.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    return next(
        (
            step
            for step in (present, present - 1, present + 1)
            if secrets.compare_digest(totp.generate_otp(step), plain)
        ),
        None,
    )


def _recovery_code() -> str:
    letters = [secrets.choice(_ALPHABET) for _ in range(12)]
    return "-".join("".join(letters[at : at + 4]) for at in (0, 4, 8))


def _digest(code: str) -> str:
    return hashlib.sha256(code.replace("-", "").encode(errors="replace")).hexdigest()
