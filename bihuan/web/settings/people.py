"""人员: who works here, in which posts, and how each comes in."""

from datetime import UTC, datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.accounts import directory, operations
from bihuan.accounts import queries as accounts
from bihuan.accounts.models import User
from bihuan.accounts.operations import BadAbsence, FieldsRefused, PersonGiven, PostGiven
from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.web.account.devices import device_words, moment_typed
from bihuan.web.account.entering import whole_address
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, number_of
from bihuan.web.settings.sections import settings_context
from bihuan.web.ui.environment import in_language

PAGE = 50
_FIELDS = ("name", "email", "phone", "staff_number", "initials")
_SPARE_POSTS = 2


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """People by name, those that the filter finds."""
    actor, asked = actor_of(request), request.GET
    context = settings_context(actor, "people")
    wanted = {
        "q": asked.get("q", "").strip()[:100],
        "department": asked.get("department", "")[:18],
        "role": asked.get("role", "")[:64],
        "state": asked.get("state", "active")[:10],
    }
    found = directory.people_page(
        actor=actor,
        text=wanted["q"],
        department_id=number_of(wanted["department"]),
        role=wanted["role"],
        state=wanted["state"],
        cursor=asked.get("cursor"),
        limit=PAGE,
    )
    following = f"?{urlencode(wanted | {'cursor': found.next})}" if found.next else ""
    context |= {
        "people": [_row(person) for person in found.items],
        "wanted": wanted,
        "following": following,
        "departments": _departments(),
        "roles": _roles(),
        "now": system_now(),
    }
    return render(request, "settings/people.html", context)


def _row(person: User) -> dict[str, object]:
    now = system_now()
    return {
        "id": person.pk,
        "name": person.name,
        "username": person.username,
        "posts": [_post(post.role, post.department) for post in person.posts.all()],
        "active": person.is_active,
        "locked": bool(person.locked_until and person.locked_until > now),
        "away": _is_away(person, now),
        "deputy": person.deputy.name if person.deputy else "",
        "factor": getattr(person, "second_factor", None) is not None,
        "seen": person.last_login,
    }


def _is_away(person: User, now: datetime) -> bool:
    started = person.absent_from is not None and person.absent_from <= now
    return started and (person.absent_until is None or person.absent_until > now)


def _post(role: object, department: object) -> str:
    return f"{_name(department)} · {_name(role)}"


def _name(thing: object) -> str:
    return in_language(str(getattr(thing, "name", "")), str(getattr(thing, "name_en", "")))


def _departments() -> list[dict[str, object]]:
    return [{"id": place.pk, "key": place.key, "name": _name(place)} for place in accounts.departments()]


def _roles() -> list[dict[str, str]]:
    return [{"key": role.key, "name": in_language(role.name, role.name_en)} for role in accounts.roles()]


def _given(request: HttpRequest) -> PersonGiven:
    return PersonGiven(**{field: request.POST.get(field, "").strip()[:1000] for field in _FIELDS})


def _posts_of(request: HttpRequest) -> list[PostGiven]:
    roles, places = request.POST.getlist("post_role")[:60], request.POST.getlist("post_department")[:60]
    main = request.POST.get("primary", "")
    return [
        PostGiven(role=role, department=place, is_primary=main == str(position))
        for position, (role, place) in enumerate(zip(roles, places, strict=False))
        if role and place
    ]


def _form(request: HttpRequest, person: User | None, errors: dict[str, str], said: str = "") -> dict[str, object]:
    """What the form shows: what was typed when it was sent, else what is kept."""
    posted = request.method == "POST"
    kept = {field: getattr(person, field, "") for field in (*_FIELDS, "username")}
    typed = {field: request.POST.get(field, str(kept[field])) for field in kept} if posted else kept
    if posted and "post_role" in request.POST:
        posts = [(post.role, post.department, post.is_primary) for post in _posts_of(request)]
    else:
        posts = [(p.role.key, p.department.key, p.is_primary) for p in person.posts.all()] if person else []
    return {
        "person": person,
        "form": typed,
        "posts": posts + [("", "", False)] * _SPARE_POSTS,
        "errors": {field: _(text) for field, text in errors.items()},
        "said": said,
        "departments": _departments(),
        "roles": _roles(),
        "now": system_now(),
        "link": "",
    }


def _failed(refused: Refused) -> tuple[dict[str, str], str]:
    errors = refused.errors if isinstance(refused, FieldsRefused) else {}
    return errors, refusal_text(refused)


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Somebody comes: data and posts; then a link by which the person chooses a password, shown once."""
    actor = actor_of(request)
    context = settings_context(actor, "people")
    if request.method == "GET":
        return render(request, "settings/person.html", context | _form(request, None, {}))
    given = _given(request)
    try:
        made = operations.create_user(
            username=request.POST.get("username", "").strip()[:200],
            name=given.name,
            email=given.email,
            phone=given.phone,
            staff_number=given.staff_number,
            initials=given.initials,
            posts=_posts_of(request),
            actor=actor,
            now=system_now(),
        )
    except Refused as refused:
        errors, said = _failed(refused)
        return render(request, "settings/person.html", context | _form(request, None, errors, said), status=422)
    return _with_link(request, made.pk)


def _with_link(request: HttpRequest, person_id: int) -> HttpResponse:
    actor = actor_of(request)
    token = operations.make_password_link(person_id=person_id, actor=actor, now=system_now())
    context = {
        "person": directory.person_by_id(actor=actor, person_id=person_id),
        "link": whole_address(request, reverse("web:password_link", args=[token])),
    }
    return render(request, "settings/person_link.html", settings_context(actor, "people") | context)


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person: data and posts, absence, ways in."""
    actor = actor_of(request)
    context = settings_context(actor, "people")
    person = directory.person_by_id(actor=actor, person_id=person_id)
    errors: dict[str, str] = {}
    said = ""
    if request.method == "POST":
        try:
            operations.change_person(
                person_id=person_id, given=_given(request), posts=_posts_of(request), actor=actor, now=system_now()
            )
            messages.success(request, _("已保存，从下一次操作起生效。"))
            return redirect("web:settings_person", person_id)
        except Refused as refused:
            errors, said = _failed(refused)
    context |= _form(request, person, errors, said) | _ways_in(request, person)
    return render(request, "settings/person.html", context, status=422 if said else 200)


def _ways_in(request: HttpRequest, person: User) -> dict[str, object]:
    actor, now = actor_of(request), system_now()
    others = [each for each in accounts.people(actor=actor) if each.pk != person.pk]
    return {
        "factor": directory.second_factor(user_id=person.pk) is not None,
        "locked": bool(person.locked_until and person.locked_until > now),
        "away": _is_away(person, now),
        "away_from": moment_typed(person.absent_from),
        "away_until": moment_typed(person.absent_until),
        "others": [{"id": each.pk, "name": each.name} for each in others],
        "log": [
            {
                "at": row.at,
                "outcome": row.outcome,
                "way": row.way,
                "device": device_words(row.device),
                "address": row.address,
            }
            for row in directory.sign_ins(actor=actor, person_id=person.pk, limit=10)
        ],
        "myself": person.pk == actor.user_id,
    }


def _moment(text: str) -> datetime | None:
    """``2026-12-01T09:00`` of this installation's clock; None without one; refuses nonsense."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text[:30])
        return (found if found.tzinfo else found.replace(tzinfo=get_current_timezone())).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadAbsence from error


@require_POST
@login_required
def absence(request: HttpRequest, person_id: int) -> HttpResponse:
    """When the person is away, and who stands in; ``clear`` ends it."""
    actor, clear = actor_of(request), "clear" in request.POST
    operations.set_absence(
        person_id=person_id,
        absent_from=None if clear else _moment(request.POST.get("from", "")),
        absent_until=None if clear else _moment(request.POST.get("until", "")),
        deputy_id=None if clear else number_of(request.POST.get("deputy")),
        actor=actor,
        now=system_now(),
    )
    messages.success(request, _("已保存，从下一次操作起生效。"))
    return redirect("web:settings_person" if actor.can(directory.MANAGE) else "web:account", *_back(request, person_id))


def _back(request: HttpRequest, person_id: int) -> list[int]:
    return [person_id] if actor_of(request).can(directory.MANAGE) else []


@require_POST
@login_required
def link(request: HttpRequest, person_id: int) -> HttpResponse:
    """A one-time link for a new password, shown once."""
    return _with_link(request, person_id)


@require_POST
@login_required
def active(request: HttpRequest, person_id: int) -> HttpResponse:
    """Lets the person go, or come back."""
    person = operations.switch_person(
        person_id=person_id, is_active=request.POST.get("active") == "1", actor=actor_of(request), now=system_now()
    )
    text = _("账号已启用。") if person.is_active else _("账号已停用：登录全部退出，令牌全部失效。")
    messages.success(request, text)
    return redirect("web:settings_person", person_id)


@require_POST
@login_required
def sign_out(request: HttpRequest, person_id: int) -> HttpResponse:
    """Ends all sessions of the person."""
    operations.end_sessions(person_id=person_id, actor=actor_of(request), now=system_now())
    messages.success(request, _("已退出。"))
    return redirect("web:settings_person", person_id)


@require_POST
@login_required
def factor_off(request: HttpRequest, person_id: int) -> HttpResponse:
    """The person lost the telephone: the second factor goes, and is set up again at the next sign-in where needed."""
    operations.drop_factor(person_id=person_id, code="", actor=actor_of(request), now=system_now())
    messages.success(request, _("两步验证已关闭。"))
    return redirect("web:settings_person", person_id)
