"""Sessions: where a person is signed in, and ending that."""

from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.db import transaction

from bihuan.accounts.models import SignIn, User
from bihuan.accounts.operations.shared import MANAGE, require
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound


@transaction.atomic
def open_session(
    *, user: User, session_key: str, way: str, address: str, device: str, actor: Actor, now: datetime
) -> SignIn:
    """Notes that the person came in; ``way`` is ``password``, ``code`` or ``oidc``."""
    made = SignIn.objects.create(
        user=user,
        at=now,
        outcome="ok",
        way=way,
        address=address[:64],
        device=device[:300],
        session_key=session_key,
        seen_at=now,
    )
    audit.record(
        actor=actor, action="user.signed_in", object_type="user", object_id=user.pk, now=now, detail={"way": way}
    )
    return made


def touch_session(*, session_key: str, address: str, now: datetime) -> None:
    """The person is still there. No audit: nothing changes but the hour."""
    SignIn.objects.filter(session_key=session_key, ended_at=None).update(seen_at=now, address=address[:64])


def follow_session(*, before: str, session_key: str) -> None:
    """The same session has another key now, as after a change of the password."""
    SignIn.objects.filter(session_key=before, ended_at=None).update(session_key=session_key)


def close_session(*, session_key: str, now: datetime) -> None:
    """The person signs out here."""
    SignIn.objects.filter(session_key=session_key, ended_at=None).update(ended_at=now)


@transaction.atomic
def end_session(*, sign_in_id: int, actor: Actor, now: datetime) -> None:
    """Signs oneself out elsewhere; of others' sessions nobody learns by trying."""
    found = SignIn.objects.filter(pk=sign_in_id, user_id=actor.user_id or 0, outcome="ok").first()
    if found is None:
        raise NotFound
    _end([found], now)
    audit.record(
        actor=actor,
        action="user.session_ended",
        object_type="user",
        object_id=actor.user_id,
        now=now,
        detail={"all": False},
    )


@transaction.atomic
def end_sessions(*, person_id: int, but: str | None = None, actor: Actor, now: datetime) -> int:
    """Signs a person out everywhere, but from the session with that key; how many. Others' by the right to manage."""
    if actor.user_id != person_id:
        require(actor, MANAGE)
    ended = end_all(user_id=person_id, but=but, now=now)
    audit.record(
        actor=actor,
        action="user.session_ended",
        object_type="user",
        object_id=person_id,
        now=now,
        detail={"all": True, "count": ended},
    )
    return ended


def end_all(*, user_id: int, but: str | None, now: datetime) -> int:
    """Part of an operation that shuts a person out."""
    rows = SignIn.objects.filter(user_id=user_id, outcome="ok", ended_at=None)
    return _end([row for row in rows if row.session_key != but], now)


def _end(rows: list[SignIn], now: datetime) -> int:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for row in rows:
        if row.session_key:
            store().delete(row.session_key)
    return SignIn.objects.filter(pk__in=[row.pk for row in rows], ended_at=None).update(ended_at=now)


def forget_sign_ins(*, before: datetime, limit: int = 2000) -> int:
    """Removes the notes of signing in from before that instant whose time is over; how many."""
    old = SignIn.objects.filter(at__lt=before).order_by("at").values("pk")[:limit]
    return SignIn.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()[0]
