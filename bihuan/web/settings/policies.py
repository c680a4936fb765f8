"""时限策略: what is promised to whom, in which order policies are asked, and which one speaks for an issue."""

from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.accounts import queries as accounts
from bihuan.calendars import queries as calendars
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import NotFound, Refused
from bihuan.core.stamps import held
from bihuan.issues import operations, queries
from bihuan.issues.models import ClockPolicy
from bihuan.issues.operations import NewPolicy
from bihuan.issues.rules.clocks import KINDS, PAUSES, Terms
from bihuan.web.present.clocks import KIND_WORDS, PAUSE_WORDS
from bihuan.web.present.deadlines import day_length
from bihuan.web.present.words import role_name
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, number_of
from bihuan.web.settings.sections import settings_context
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.filters import limit
from bihuan.web.ui.words import channel_word

Context = dict[str, object]
_UNITS = {"minutes": 60, "hours": 3600}
_ALARM_ROWS = 5
CHANNELS = ("email", "web_form", "portal", "phone", "chat", "wechat", "visit", "api")
CONDITIONS = {
    "type": gettext_noop("类型"),
    "priority": gettext_noop("优先级"),
    "tier": gettext_noop("客户等级"),
    "contract": gettext_noop("合同"),
    "channel": gettext_noop("渠道"),
}


class BadAmount(Refused):
    code = "bad_clock_amount"
    text = gettext_noop("“%(value)s”不是时长。请填大于 0 的数字，例如 30 或 1.5。")


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """All policies in the order in which they are asked; with ``?issue=`` which one speaks for that issue, and why."""
    actor = actor_of(request)
    context = settings_context(actor, "policies")
    number = request.GET.get("issue", "").strip()[:32]
    types = {kind.key: in_language(kind.name, kind.name_en) for kind in queries.issue_types()}
    with held():  # calendars are asked for once, not for every policy
        listed = [_row(each, types) for each in queries.listed_policies(actor=actor)]
    return render(
        request, "settings/policies.html", context | {"policies": listed, "number": number, **_trial(actor, number)}
    )


def _row(listed: queries.ListedPolicy, types: Mapping[str, str]) -> Context:
    row, terms = listed.row, listed.terms
    day = day_length(calendars.calendar(terms.calendar))
    return {
        "id": row.pk,
        "name": in_language(row.name, row.name_en),
        "active": row.is_active,
        "conditions": condition_words(terms, types),
        "targets": [(_(KIND_WORDS[kind]), limit(terms.targets[kind], day)) for kind in KINDS if kind in terms.targets],
        "running": listed.running,
    }


def condition_words(terms: Terms, types: Mapping[str, str]) -> list[str]:
    """What it asks of an issue, in words. ``types``: names of types by key."""
    found = []
    if terms.type:
        found.append(types.get(terms.type, terms.type))
    if terms.priority:
        found.append(terms.priority)
    if terms.tier:
        found.append(terms.tier)
    if terms.by_contract:
        found.append(_("合同写明“%(key)s”") % {"key": terms.key})
    elif terms.contract is not None:
        found.append(_("有合同") if terms.contract else _("无合同"))
    if terms.channel:
        found.append(channel_word(terms.channel).text)
    return found


def _trial(actor: Actor, number: str) -> Context:
    if not number:
        return {"trial": None, "trial_missing": False}
    now = system_now()
    try:
        issue, _facts, tried = queries.policy_trial(actor=actor, number=number, day=queries.local_day(now))
    except NotFound:
        return {"trial": None, "trial_missing": True}
    first = next((each.terms.id for each in tried if not each.unfit), None)
    rows = [
        {
            "name": in_language(each.terms.name, each.terms.name_en),
            "speaks": each.terms.id == first,
            "fits": not each.unfit,
            "unfit": "、".join(_(CONDITIONS[name]) for name in each.unfit),
        }
        for each in tried
    ]
    return {"trial": {"number": issue.number, "title": issue.title, "rows": rows}, "trial_missing": False}


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, policy_id: int | None = None) -> HttpResponse:
    """One policy, or a new one. What was typed stays when it is refused."""
    actor = actor_of(request)
    context = settings_context(actor, "policies")
    row = queries.policy(actor=actor, policy_id=policy_id) if policy_id is not None else None
    given, said, status = (_as_typed(row), "", 200) if request.method == "GET" else (request.POST, "", 200)
    if request.method == "POST":
        try:
            saved = operations.save_clock_policy(
                policy=_read(request.POST),
                policy_id=policy_id,
                revision=number_of(request.POST.get("revision")) or 0,
                actor=actor,
                now=system_now(),
            )
            messages.success(request, _("已保存“%(name)s”。新登记的问题马上按它计时。") % {"name": saved.name})
            return redirect("web:settings_policies")
        except Refused as refused:
            said, status = refusal_text(refused), refused.status
    return render(request, "settings/policy.html", context | _choices(given, row) | {"said": said}, status=status)


@require_POST
@login_required
def switch(request: HttpRequest, policy_id: int) -> HttpResponse:
    """Out of use, or into use again."""
    active = request.POST.get("active") == "1"
    operations.switch_clock_policy(policy_id=policy_id, active=active, actor=actor_of(request), now=system_now())
    return redirect("web:settings_policies")


@require_http_methods(["GET", "POST"])
@login_required
def apply(request: HttpRequest) -> HttpResponse:
    """What the policies as they are now would change for issues under way; posted, it is done."""
    actor, now = actor_of(request), system_now()
    if request.method == "POST":
        effect = operations.apply_policies(actor=actor, now=now)
        messages.success(request, _("已重新计算：%(n)s 件问题的截止时间改变。") % {"n": effect.issues})
        return redirect("web:settings_policies")
    effect = operations.rehearse_policies(actor=actor, now=now)
    context = settings_context(actor, "policies") | {"effect": effect, "now": now}
    return render(request, "settings/policies_apply.html", context)


def _seconds(number: str, unit: str) -> int:
    text = number.strip()
    try:
        value = float(text)
    except ValueError as error:
        raise BadAmount(params={"value": text[:30]}) from error
    if not 0 < value < 1_000_000 or unit not in _UNITS:
        raise BadAmount(params={"value": text[:30]})
    return round(value * _UNITS[unit])


def _read(post: QueryDict) -> NewPolicy:
    targets = {
        kind: _seconds(post.get(f"{kind}_amount", ""), post.get(f"{kind}_unit", "hours"))
        for kind in KINDS
        if post.get(f"{kind}_amount", "").strip()
    }
    alarms: dict[int, list[str]] = {}
    for n in range(_ALARM_ROWS):
        percent = post.get(f"alarm_{n}", "").strip()
        if percent:
            alarms[int(percent) if percent.isdecimal() and len(percent) < 6 else 0] = post.getlist(f"told_{n}")[:30]
    position = post.get("position", "").strip()
    return NewPolicy(
        name=post.get("name", ""),
        name_en=post.get("name_en", ""),
        key=post.get("key", "").strip(),
        position=int(position) if position.isdecimal() and len(position) < 6 else 0,
        type=post.get("type", ""),
        priority=post.get("priority", ""),
        tier=post.get("tier", ""),
        contract={"yes": True, "no": False}.get(post.get("contract", "")),
        channel=post.get("channel", ""),
        calendar=post.get("calendar", ""),
        targets=targets,
        pauses=post.getlist("pauses")[:10],
        alarms=alarms,
        alarm_calendar=post.get("alarm_calendar", ""),
    )


def _as_typed(row: ClockPolicy | None) -> QueryDict:
    """The form's values of a stored policy, or of a new one."""
    typed = QueryDict(mutable=True)
    if row is None:
        typed.update({"calendar": "default", "position": "0"})
        typed.setlist("pauses", ["waiting_customer", "suspended"])
        _alarms_as_typed(typed, [[75, ["holder"]], [90, ["holder"]], [100, ["holder", "head"]]])
        return typed
    plain = ("name", "name_en", "key", "priority", "tier", "channel", "calendar", "alarm_calendar")
    typed.update({name: str(getattr(row, name)) for name in plain})
    typed.update({"position": str(row.position), "type": row.type.key if row.type else ""})
    typed["contract"] = {True: "yes", False: "no", None: ""}[row.contract]
    typed.setlist("pauses", list(map(str, row.pauses)))
    for kind, seconds in row.targets.items():
        unit = "hours" if seconds >= 3600 and seconds % 1800 == 0 else "minutes"
        typed[f"{kind}_amount"], typed[f"{kind}_unit"] = f"{seconds / _UNITS[unit]:g}", unit
    _alarms_as_typed(typed, row.alarms)
    return typed


def _alarms_as_typed(typed: QueryDict, alarms: list[list[object]]) -> None:
    for n, (percent, told) in enumerate(alarms[:_ALARM_ROWS]):
        typed[f"alarm_{n}"] = str(percent)
        typed.setlist(f"told_{n}", list(map(str, told if isinstance(told, list) else [])))


def _alarm(given: QueryDict, n: int, people: list[tuple[str, str]]) -> Context:
    chosen = given.getlist(f"told_{n}")
    return {
        "n": n,
        "percent": given.get(f"alarm_{n}", ""),
        "told": [(key, words, key in chosen) for key, words in people],
    }


def _choices(given: Mapping[str, str] | QueryDict, row: ClockPolicy | None) -> Context:
    assert isinstance(given, QueryDict)
    people = [("holder", _("办理人"))] + [(role.key, role_name(role.key)) for role in accounts.roles()]
    return {
        "given": given,
        "policy": {"id": row.pk, "revision": row.revision, "active": row.is_active} if row else None,
        "targets": [
            {
                "kind": kind,
                "name": _(KIND_WORDS[kind]),
                "about": _(_ABOUT[kind]),
                "amount": given.get(f"{kind}_amount", ""),
                "unit": given.get(f"{kind}_unit", "minutes" if kind == "first_response" else "hours"),
            }
            for kind in KINDS
        ],
        "alarms": [_alarm(given, n, people) for n in range(_ALARM_ROWS)],
        "pauses": [(key, _(PAUSE_WORDS[key]), key in given.getlist("pauses")) for key in PAUSES],
        "types": [(kind.key, in_language(kind.name, kind.name_en)) for kind in queries.issue_types()],
        "priorities": [(f"P{n}", f"P{n}") for n in range(1, 5)],
        "channels": [(key, channel_word(key).text) for key in CHANNELS],
        "calendars": [(one.key, in_language(one.name, one.name_en)) for one in calendars.work_calendars()],
    }  # fmt: skip


_ABOUT = {
    "first_response": gettext_noop("从登记到客服第一次公开回复；自动回复和内部备注不算。电话和到访当场已答复，不计。"),
    "next_response": gettext_noop("从客户第一条没人答复的来信到下一次公开回复；只说谢谢的不算。"),
    "resolution": gettext_noop("从登记到告知结果；重开后重新计，旧的结论保留。对客户承诺的时间就是它。"),
    "department": gettext_noop("从派到部门起，不等认领；退回别的部门时停表，用掉的时间记在退回的部门名下。"),
    "approval": gettext_noop("从等审批到审批完。"),
}
