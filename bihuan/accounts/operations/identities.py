"""Coming in by the company's identity provider."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from bihuan.accounts.models import Department, Identity, Post, Role, User
from bihuan.accounts.operations.shared import key_of, one_line
from bihuan.accounts.policy import provider
from bihuan.core import audit
from bihuan.core.actor import SYSTEM
from bihuan.core.errors import Refused
from bihuan.core.pinyin import initials_of


class IdentityUnknown(Refused):
    code = "identity_unknown"
    text = gettext_noop("这里还没有与您的公司账号对应的人员，请联系管理员添加，邮箱要一致。")
    status = 403


@transaction.atomic
def sign_in_by_identity(
    *, issuer: str, subject: str, email: str, email_verified: bool, name: str, now: datetime
) -> User:
    """Whose identity it is. Known before, or linked now to the one active person with the same confirmed address;
    strangers come in only where the settings say so. Refuses everybody else with the same words."""
    known = Identity.objects.select_related("user").filter(issuer=issuer, subject=subject).first()
    if known is not None:
        if not known.user.is_active:
            raise IdentityUnknown
        return known.user
    address = email.strip().lower()
    if not address or not email_verified or not subject:
        raise IdentityUnknown
    owners = list(User.objects.select_for_update().filter(email__iexact=address)[:2])
    if len(owners) > 1 or (owners and not owners[0].is_active):
        raise IdentityUnknown
    user = owners[0] if owners else _stranger(address, name, now)
    Identity.objects.create(user=user, issuer=issuer[:300], subject=subject[:255], made_at=now)
    audit.record(actor=SYSTEM, action="user.identity_linked", object_type="user", object_id=user.pk, now=now)
    return user


def _stranger(email: str, name: str, now: datetime) -> User:
    rule = provider()
    if rule is None or not rule.takes_strangers(email):
        raise IdentityUnknown
    role = Role.objects.filter(key=rule.role).first()
    place = Department.objects.filter(key=rule.department, is_active=True).first()
    if role is None or place is None:
        raise IdentityUnknown
    title = one_line(name, 100) or email.partition("@")[0][:100]
    user = User(name=title, email=email, initials=initials_of(title), created_at=now, username=_free_name(email))
    user.set_unusable_password()
    user.save()
    Post.objects.create(user=user, role=role, department=place, is_primary=True)
    detail = {"posts": [f"{role.key}@{place.key}"], "by": "oidc"}
    audit.record(actor=SYSTEM, action="user.made", object_type="user", object_id=user.pk, now=now, detail=detail)
    return user


def _free_name(email: str) -> str:
    wanted, number = key_of(email.partition("@")[0])[:50], 2
    found = wanted
    while User.objects.filter(username__iexact=found).exists():
        found, number = f"{wanted}-{number}", number + 1
    return found
