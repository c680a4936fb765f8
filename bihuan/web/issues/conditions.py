"""Conditions of the list in words, and the little form by which one is added."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from bihuan.accounts import queries as accounts
from bihuan.core.actor import Actor
from bihuan.issues import queries as issues
from bihuan.issues.rules.columns import OWN
from bihuan.issues.rules.conditions import (
    ME,
    OPERATOR_WORDS,
    OPERATORS,
    BadConditionValue,
    Field,
    Groups,
    Test,
    field_of,
    fields,
    of_groups,
    test_of,
)
from bihuan.issues.rules.periods import PERIODS
from bihuan.web.issues.looking import Look, look_of_request
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.words import CHANNELS, PRIORITIES, STATUSES, channel_word, status_word

Choice = tuple[str, str]
_LEVELS = {"low": gettext_noop("低"), "medium": gettext_noop("中"), "high": gettext_noop("高")}


def _people(actor: Actor) -> list[Choice]:
    return [(ME, _("我")), *((each.username, each.name) for each in accounts.people(actor=actor))]


_CHOICES: dict[str, Callable[[Actor], list[Choice]]] = {
    "status": lambda _actor: [(key, status_word(key).text) for key in STATUSES if key != "draft"],
    "priority": lambda _actor: [(key, f"{key} {word.text}") for key, word in PRIORITIES.items()],
    "level": lambda _actor: [(key, _(word)) for key, word in _LEVELS.items()],
    "channel": lambda _actor: [(key, channel_word(key).text) for key in CHANNELS],
    "type": lambda _actor: [(kind.key, in_language(kind.name, kind.name_en)) for kind in issues.issue_types()],
    "department": lambda _actor: [
        (place.key, in_language(place.name, place.name_en)) for place in accounts.departments()
    ],
    "person": _people,
    "tag": lambda _actor: [(tag.name, in_language(tag.name, tag.name_en)) for tag in issues.tags_in_use()],
}


def choices(source: str, actor: Actor) -> list[Choice]:
    """What a field of this source can be: (key, word); [] where any text goes."""
    if source.startswith(OWN):
        return [(option, option) for option in issues.own_options(source)]
    return _CHOICES[source](actor) if source else []


class Words:
    """Words of conditions; the choices of each source are looked up once."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._known: dict[str, dict[str, str]] = {}

    def _word(self, source: str, key: str) -> str:
        if source not in self._known:
            self._known[source] = dict(choices(source, self._actor))
        return self._known[source].get(key, key)

    def value(self, test: Test) -> str:
        """The value as a person reads it."""
        value = test.value
        if isinstance(value, tuple):
            source = field_of(test.field).source
            return "、".join(self._word(source, each) for each in value)
        if test.op == "period":
            return _(PERIODS[str(value)])
        if test.op == "older":
            return _("%(n)s 天") % {"n": value}
        return "" if value is None else str(value)

    def groups(self, look: Look) -> list[list[dict[str, str]]]:
        """The chips of the filter bar, each with the address without it."""
        return [
            [
                {
                    "field": _(field_of(test.field).label),
                    "op": _(OPERATOR_WORDS[test.op]),
                    "value": self.value(test),
                    "remove_href": look.with_groups(_without(look.groups, at, within)),
                }
                for within, test in enumerate(group)
            ]
            for at, group in enumerate(look.groups)
        ]

    def sentence(self, groups: Groups) -> str:
        """All conditions in one line."""
        return _("；").join(
            _(" 或 ").join(
                f"{_(field_of(test.field).label)} {_(OPERATOR_WORDS[test.op])} {self.value(test)}".strip()
                for test in group
            )
            for group in groups
        )


def _without(groups: Groups, at: int, within: int) -> Groups:
    kept = [
        tuple(test for other, test in enumerate(group) if (index, other) != (at, within))
        for index, group in enumerate(groups)
    ]
    return tuple(group for group in kept if group)


def offered(look: Look) -> list[dict[str, str]]:
    """The fields that a condition can be about."""
    return [{"key": each.key, "text": _(each.label), "href": look.link(field=each.key)} for each in fields()]


def editor(key: str, actor: Actor, look: Look) -> dict[str, object] | None:
    """The form for a condition on this field; None where none was chosen."""
    if not key:
        return None
    field = field_of(key[:50])
    return {
        "key": field.key,
        "label": _(field.label),
        "kind": field.kind,
        "operators": [(op, _(OPERATOR_WORDS[op])) for op in OPERATORS[field.kind]],
        "choices": choices(field.source, actor),
        "periods": [(name, _(word)) for name, word in PERIODS.items()],
        "groups": [(str(at), Words(actor).sentence((group,))) for at, group in enumerate(look.groups)],
        "hidden": {name: value for name, value in look.given.items() if value and name not in ("cursor", "back")},
        "close": look.link(),
    }


def _number(text: str, field: Field) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise BadConditionValue(params={"field": _(field.label), "value": text[:50]})
    return int(text)


def _typed(request: HttpRequest, field: Field) -> Test:
    op = request.GET.get("op", "")
    takes = OPERATORS[field.kind].get(op, "none")
    value: object = None
    if takes == "values":
        value = [each[:200] for each in request.GET.getlist("value")[:50]]
        if not value:
            raise BadConditionValue(params={"field": _(field.label), "value": ""})
    elif takes in ("number", "days"):
        value = _number(request.GET.get("number", ""), field)
    elif takes in ("text", "period", "day", "amount"):
        value = request.GET.get(takes, "")
    return test_of(field.key, op, value)


@require_GET
@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Adds one condition to those of the address, and leads to the list: in a group with others (or), or by itself (and)."""
    look = look_of_request(request)
    test = _typed(request, field_of(request.GET.get("field", "")[:50]))
    group = request.GET.get("group", "")
    groups = [list(each) for each in look.groups]
    if group.isdecimal() and len(group) < 3 and int(group) < len(groups):
        groups[int(group)].append(test)
    else:
        groups.append([test])
    fresh = tuple(tuple(each) for each in groups)
    of_groups(fresh)  # refuses too many
    return redirect(look.with_groups(fresh))
