"""分派: how steps find their people, what people know, and the bounds of signing, returning and urging."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_POST

from bihuan.accounts import queries as accounts
from bihuan.core import settings
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.issues import operations, queries
from bihuan.web.present.words import role_name
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, number_of
from bihuan.web.settings.sections import settings_context
from bihuan.web.ui.environment import in_language

Context = dict[str, object]
METHODS = {
    "claim": gettext_noop("认领：谁有空谁领"),
    "hand": gettext_noop("手工：由派单的人指定"),
    "turn": gettext_noop("轮流：依次分给在岗的人"),
    "load": gettext_noop("按负荷：分给手上最轻的人，紧急的算得重"),
    "skill": gettext_noop("按技能：分给最熟悉这类问题的人"),
}
LEVELS = {1: gettext_noop("了解"), 2: gettext_noop("熟练"), 3: gettext_noop("精通")}
_DAYS = 30


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Rules, skills, bounds, and how timely departments sign."""
    actor, now = actor_of(request), system_now()
    context = settings_context(actor, "assigning")
    return render(request, "settings/assigning.html", context | _shown(actor) | _bounds() | _signed(actor, now))


def _signed(actor: Actor, now: datetime) -> Context:
    rows = queries.signing_rates(actor=actor, since=now - timedelta(days=_DAYS))
    return {
        "rates": [
            {
                "name": in_language(name, english),
                "given": given,
                "percent": 100 * timely / given if given else 0,
                "timely": timely,
            }
            for name, english, given, timely in rows
        ]
    }


def _shown(actor: Actor) -> Context:
    rules = queries.listed_assignment(actor=actor)
    known = queries.listed_skills(actor=actor)
    return {
        "rules": [
            {
                "id": rule.pk,
                "role": role_name(rule.role),
                "department": in_language(rule.department.name, rule.department.name_en) if rule.department else "",
                "method": _(METHODS[rule.method]),
                "capacity": rule.capacity,
                "in_hours": rule.in_hours,
            }
            for rule in rules
        ],
        "skills": [
            {
                "username": skill.user.username,
                "name": skill.user.name,
                "type": in_language(skill.type.name, skill.type.name_en) if skill.type else "",
                "type_key": skill.type.key if skill.type else "",
                "product": skill.product,
                "level": _(LEVELS[skill.level]),
            }
            for skill in known
        ],
        "methods": [(key, _(words)) for key, words in METHODS.items()],
        "levels": [(key, _(words)) for key, words in LEVELS.items()],
        "roles": [(role.key, role_name(role.key)) for role in accounts.roles()],
        "departments": [(place.key, in_language(place.name, place.name_en)) for place in accounts.departments()],
        "types": [(kind.key, in_language(kind.name, kind.name_en)) for kind in queries.issue_types()],
        "people": [(person.username, person.name) for person in accounts.people(actor=actor)],
    }


def _bounds() -> Context:
    return {
        "bounds": {
            "sign_minutes": settings.value(queries.SIGN_MINUTES),
            "returns": settings.value(queries.RETURNS),
            "reasons": "\n".join(settings.value(queries.OWN_REASONS)),
            "arbiter": settings.value(queries.ARBITER),
            "arbiter_role": settings.value(queries.ARBITER_ROLE),
            "extension_role": settings.value(queries.EXTENSION_ROLE),
            "urge_minutes": settings.value(queries.URGE_MINUTES),
        }
    }


def _number(text: str) -> int:
    """What was typed; -1, which every bound refuses, for what is no number."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else -1


def _save_rule(post: QueryDict, actor: Actor) -> None:
    operations.save_assignment(
        role=post.get("role", ""),
        department_key=post.get("department", ""),
        method=post.get("method", ""),
        capacity=_number(post.get("capacity", "") or "0"),
        in_hours=post.get("in_hours") == "1",
        actor=actor,
        now=system_now(),
    )


def _save_skill(post: QueryDict, actor: Actor) -> None:
    operations.save_skill(
        username=post.get("person", ""),
        type_key=post.get("type", ""),
        product=post.get("product", ""),
        level=_number(post.get("level", "")),
        actor=actor,
        now=system_now(),
    )


def _save_bounds(post: QueryDict, actor: Actor) -> None:
    operations.save_duty_settings(
        sign_minutes=_number(post.get("sign_minutes", "")),
        returns=_number(post.get("returns", "")),
        reasons=post.get("reasons", "")[:2000].splitlines()[:20],
        arbiter=post.get("arbiter", ""),
        arbiter_role=post.get("arbiter_role", ""),
        extension_role=post.get("extension_role", ""),
        urge_minutes=_number(post.get("urge_minutes", "")),
        actor=actor,
        now=system_now(),
    )


def _saved(save: Callable[[QueryDict, Actor], None]) -> Callable[[HttpRequest], HttpResponse]:
    @require_POST
    @login_required
    def view(request: HttpRequest) -> HttpResponse:
        try:
            save(request.POST, actor_of(request))
        except Refused as refused:
            if refused.status != 422:
                raise
            messages.error(request, refusal_text(refused))
            return redirect("web:settings_assigning")
        messages.success(request, _("已保存，从下一次分派起生效。"))
        return redirect("web:settings_assigning")

    return view


rule = _saved(_save_rule)
skill = _saved(_save_skill)
bounds = _saved(_save_bounds)


@require_POST
@login_required
def remove_rule(request: HttpRequest) -> HttpResponse:
    """Takes a rule out."""
    operations.delete_assignment(
        rule_id=number_of(request.POST.get("rule")) or 0, actor=actor_of(request), now=system_now()
    )
    return redirect("web:settings_assigning")
