"""What the designer's fields offer: people, calendars, forms, tables, services, states."""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from django.utils.translation import gettext, gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.bpmn import ChartRefused
from bihuan.bpmn.decisions import parse_decisions
from bihuan.bpmn.model import Text
from bihuan.calendars import queries as calendars
from bihuan.flows.shipped import shipped_roles
from bihuan.issues.operations.services import SERVICES
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.words import STATUSES, status_word

Entry = dict[str, object]

_SERVICES: Final = {
    "acknowledge_intake": gettext_noop("给客户发回执"),
    "notify_head": gettext_noop("通知部门负责人"),
    "request_information": gettext_noop("请客户补充信息"),
    "close_issue": gettext_noop("告知客户并关闭"),
    "close_as_duplicate": gettext_noop("并入原来的问题"),
    "confirm_withdrawal": gettext_noop("确认客户撤回"),
    "notify_unreachable": gettext_noop("告知客户联系不上"),
}


def _entry(key: str, name: str) -> Entry:
    return {"key": key, "name": name}


def roles() -> list[Entry]:
    """The roles that a step may ask for."""
    return [_entry(role.key, in_language(role.name, role.name_en)) for role in accounts.roles()]


def departments() -> list[Entry]:
    """The company's departments."""
    return [_entry(place.key, in_language(place.name, place.name_en)) for place in accounts.departments()]


def work_calendars() -> list[Entry]:
    """The calendars in which limits are counted."""
    return [_entry(one.key, in_language(one.name, one.name_en)) for one in calendars.work_calendars()]


def statuses() -> list[Entry]:
    """What an issue is called while it stands at an element."""
    return [_entry(key, status_word(key).text) for key in STATUSES]


def services() -> list[Entry]:
    """What the system can do in a step without people."""
    return [_entry(name, gettext(_SERVICES.get(name, name))) for name in SERVICES]


def forms(drafted: Mapping[str, object]) -> list[Entry]:
    """The draft's forms with their groups and the numbers of their fields."""
    found = []
    for code, form in sorted(drafted.items()):
        if not isinstance(form, Mapping):
            continue
        name = in_language(_text(form, "title"), _text(form, "x-titleEn")) or code
        groups = [_group(each) for each in _list(form, "x-groups") if isinstance(each, Mapping)]
        found.append({**_entry(code, name), "groups": groups})
    return found


def _group(group: Mapping[str, object]) -> Entry:
    key = _text(group, "key")
    name = in_language(_text(group, "title"), _text(group, "titleEn")) or key
    return {**_entry(key, name), "fields": len(_list(group, "fields")), "required": len(_list(group, "required"))}


def _text(found: Mapping[str, object], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""


def _list(found: Mapping[str, object], name: str) -> Sequence[object]:
    value = found.get(name)
    return cast(Sequence[object], value) if isinstance(value, list) else []


def decisions(drafted: Mapping[str, object]) -> list[Entry]:
    """The draft's decision tables; one that cannot be read stands under its key."""
    return [_entry(key, _table_name(key, str(source))) for key, source in sorted(drafted.items())]


def _table_name(key: str, source: str) -> str:
    try:
        found = parse_decisions(source.encode()).get(key)
    except ChartRefused:
        return key
    return found.name or key if found else key


def names(forms_drafted: Mapping[str, object], decisions_drafted: Mapping[str, object]) -> dict[str, Text]:
    """What the keys of a chart are called, in both languages: roles, departments, forms and their groups, tables."""
    found = {key: Text(*words) for key, words in shipped_roles().items()}
    found |= {role.key: Text(role.name, role.name_en) for role in accounts.roles()}
    found |= {place.key: Text(place.name, place.name_en) for place in accounts.departments()}
    found |= {key: Text(_table_name(key, str(source))) for key, source in decisions_drafted.items()}
    for code, form in forms_drafted.items():
        if isinstance(form, Mapping):
            found[code] = Text(_text(form, "title") or code, _text(form, "x-titleEn"))
            for group in _list(form, "x-groups"):
                if isinstance(group, Mapping):
                    found[f"{code}.{_text(group, 'key')}"] = Text(_text(group, "title"), _text(group, "titleEn"))
    return found
