"""Bearer tokens of REST, and a person's own preferences."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from bihuan.accounts.models import ApiToken, User
from bihuan.accounts.operations.shared import MANAGE, require
from bihuan.accounts.organisation import organisation
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound, Refused
from bihuan.core.rows import Select
from bihuan.core.stamps import ask_first, held

_MOST = 20


class BadToken(Refused):
    code = "bad_token"
    text = gettext_noop("访问令牌无效或已停用。")
    status = 401


class TooManyTokens(Refused):
    code = "too_many_tokens"
    text = gettext_noop("最多同时有 20 个访问令牌，请先停用不再使用的。")


@transaction.atomic
def create_token(*, user: User, label: str, actor: Actor, now: datetime) -> str:
    """A new bearer token; it is shown once, only its hash is kept."""
    if actor.user_id != user.pk:
        require(actor, MANAGE)
    if ApiToken.objects.filter(user=user, revoked_at=None).count() >= _MOST:
        raise TooManyTokens
    token = f"bh_{secrets.token_urlsafe(32)}"
    name = " ".join(label.replace("\x00", "").split())[:100]
    made = ApiToken.objects.create(user=user, digest=_digest(token), label=name, created_at=now)
    audit.record(actor=actor, action="token.made", object_type="token", object_id=made.pk, now=now)
    return token


@transaction.atomic
def revoke_token(*, token_id: int, actor: Actor, now: datetime) -> None:
    """Puts a token out of use for good: one's own, others' by the right to manage people."""
    found = ApiToken.objects.select_for_update().filter(pk=token_id).first()
    if found is None or (found.user_id != actor.user_id and not actor.can(MANAGE)):
        raise NotFound
    if found.revoked_at is None:
        found.revoked_at = now
        found.save(update_fields=["revoked_at"])
        audit.record(actor=actor, action="token.revoked", object_type="token", object_id=found.pk, now=now)


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
