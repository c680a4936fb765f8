"""我的账号: what a person sees and changes of oneself."""

from datetime import datetime, timedelta

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.accounts import directory, operations, policy
from bihuan.accounts import queries as accounts
from bihuan.accounts.models import SignIn
from bihuan.channels.operations import choose_notices
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.core.settings import value
from bihuan.web.account import telling
from bihuan.web.account.devices import device_words, moment_typed
from bihuan.web.account.entering import MUST_ENROL
from bihuan.web.limits import allow
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, number_of

_SECRET = "factor_offer"  # noqa: S105 - the name of a place in the session


def _line(row: SignIn, here: str | None) -> dict[str, object]:
    return {
        "id": row.pk,
        "device": device_words(row.device),
        "agent": row.device,
        "address": row.address,
        "at": row.at,
        "seen_at": row.seen_at,
        "outcome": row.outcome,
        "way": row.way,
        "here": bool(here) and row.session_key == here,
        "ended": row.ended_at is not None,
    }


def _context(request: HttpRequest, actor: Actor, now: datetime) -> dict[str, object]:
    person = directory.person_by_id(actor=actor, person_id=actor.user_id or 0)
    factor = directory.second_factor(user_id=person.pk)
    here = request.session.session_key
    since = now - timedelta(hours=value(policy.SESSION_HOURS))
    return {
        "person": person,
        "posts": list(person.posts.all()),
        "factor": factor,
        "codes_left": len(factor.recovery) if factor else 0,
        "must_have": policy.wants_code(actor.roles),
        "sessions": [_line(row, here) for row in directory.sessions(actor=actor, since=since)],
        "log": [_line(row, here) for row in directory.sign_ins(actor=actor, person_id=person.pk, limit=20)],
        "tokens": directory.tokens(actor=actor),
        "away_from": moment_typed(person.absent_from),
        "away_until": moment_typed(person.absent_until),
        "others": [{"id": each.pk, "name": each.name} for each in accounts.people(actor=actor) if each.pk != person.pk],
        "has_password": person.has_usable_password(),
        "least": value(policy.PASSWORD_LENGTH),
        **telling.context(actor),
        "now": now,
        "errors": {},
        "fresh_token": "",
    }


@require_GET
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Everything on one page."""
    return render(request, "account/page.html", _context(request, actor_of(request), system_now()))


def _refused(request: HttpRequest, part: str, refused: Refused) -> HttpResponse:
    """The page again, with the refusal above the form that it is about."""
    context = _context(request, actor_of(request), system_now()) | {"errors": {part: refusal_text(refused)}}
    return render(request, "account/page.html", context, status=refused.status)


@sensitive_post_parameters()
@require_POST
@login_required
def password(request: HttpRequest) -> HttpResponse:
    """A new password; five tries a minute."""
    actor = actor_of(request)
    try:
        allow(f"password:{actor.user_id}", per_minute=5)
        user = operations.change_password(
            old=request.POST.get("old", ""),
            new=request.POST.get("new", ""),
            session_key=request.session.session_key,
            actor=actor,
            now=system_now(),
        )
    except Refused as refused:
        return _refused(request, "password", refused)
    before = str(request.session.session_key)
    update_session_auth_hash(request, user)
    operations.follow_session(before=before, session_key=str(request.session.session_key))
    messages.success(request, _("密码已修改，其他设备上的登录已全部退出。"))
    return redirect("web:account")


@require_POST
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """Which notices also come by mail, and when."""
    try:
        choose_notices(**telling.chosen(request.POST), actor=actor_of(request), now=system_now())
    except Refused as refused:
        return _refused(request, "notices", refused)
    messages.success(request, _("通知方式已保存。"))
    return redirect("web:account")


@require_http_methods(["GET", "POST"])
@login_required
def factor(request: HttpRequest) -> HttpResponse:
    """Setting up the second factor: the square code, then the first six digits."""
    actor, now, error = actor_of(request), system_now(), ""
    if directory.second_factor(user_id=actor.user_id or 0) is not None:
        return redirect("web:account")
    offer = operations.offer_factor(actor=actor, issuer=_("闭环"), secret=request.session.get(_SECRET, ""))
    request.session[_SECRET] = offer.secret
    if request.method == "POST":
        try:
            allow(f"factor:{actor.user_id}", per_minute=10)
            codes = operations.enrol_factor(
                secret=offer.secret, code=request.POST.get("code", "")[:20], actor=actor, now=now
            )
            for name in (_SECRET, MUST_ENROL):
                request.session.pop(name, None)
            return render(request, "account/recovery.html", {"codes": codes})
        except Refused as refused:
            error = refusal_text(refused)
    context = {
        "error": error,
        "picture": segno.make(offer.address, error="m").svg_data_uri(scale=5, border=2),
        "secret": " ".join(offer.secret[at : at + 4] for at in range(0, len(offer.secret), 4)),
        "must": bool(request.session.get(MUST_ENROL)),
    }
    return render(request, "account/factor.html", context, status=422 if error else 200)


@require_POST
@login_required
def drop_factor(request: HttpRequest) -> HttpResponse:
    """Turns the second factor off, or gives new codes of recovery; either takes a code."""
    actor, code = actor_of(request), request.POST.get("code", "")[:40]
    try:
        allow(f"factor:{actor.user_id}", per_minute=10)
        if request.POST.get("do") == "renew":
            codes = operations.renew_recovery(code=code, actor=actor, now=system_now())
            return render(request, "account/recovery.html", {"codes": codes})
        operations.drop_factor(person_id=actor.user_id or 0, code=code, actor=actor, now=system_now())
    except Refused as refused:
        return _refused(request, "factor", refused)
    messages.success(request, _("两步验证已关闭。"))
    return redirect("web:account")


@require_POST
@login_required
def end_session(request: HttpRequest) -> HttpResponse:
    """Signs out one other device, or all others."""
    actor, which = actor_of(request), number_of(request.POST.get("session"))
    if which is None:
        operations.end_sessions(
            person_id=actor.user_id or 0, but=request.session.session_key, actor=actor, now=system_now()
        )
    else:
        operations.end_session(sign_in_id=which, actor=actor, now=system_now())
    messages.success(request, _("已退出。"))
    return redirect("web:account")


@require_POST
@login_required
def make_token(request: HttpRequest) -> HttpResponse:
    """A token for REST, shown on this page alone."""
    actor, now = actor_of(request), system_now()
    person = directory.person_by_id(actor=actor, person_id=actor.user_id or 0)
    try:
        token = operations.create_token(user=person, label=request.POST.get("label", ""), actor=actor, now=now)
    except Refused as refused:
        return _refused(request, "tokens", refused)
    return render(request, "account/page.html", _context(request, actor, now) | {"fresh_token": token})


@require_POST
@login_required
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """Puts one of one's own tokens out of use."""
    operations.revoke_token(token_id=token_id, actor=actor_of(request), now=system_now())
    messages.success(request, _("令牌已停用。"))
    return redirect("web:account")
