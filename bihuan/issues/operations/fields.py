"""The company's own fields: their definitions, and the values of an issue."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext, gettext_noop

from bihuan.core import audit
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Conflict, Forbidden, NotFound, Refused
from bihuan.core.stamps import operation
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import FieldDefinition, Issue
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.reasons import refuse_closed
from bihuan.issues.operations.work import at_work
from bihuan.issues.queries.fields import fields_of_type
from bihuan.issues.queries.reference import issue_type_by_key
from bihuan.issues.registry import StepAttempt
from bihuan.issues.rules.fields import AT_CREATION, KINDS, MOST_FIELDS, MOST_OPTIONS, OPTION, Field, Wrong, clean, words

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


class BadField(Refused):
    code = "bad_field"
    text = gettext_noop("字段没有保存：%(why)s。")


class TooManyFields(Conflict):
    code = "too_many_fields"
    text = gettext_noop("最多 200 个字段，请先停用不用的。")


class FieldWrong(Refused):
    code = "field_wrong"
    text = gettext_noop("“%(name)s”没有保存：%(why)s。其余内容请重新提交。")


class FieldMissing(Refused):
    code = "field_missing"
    text = gettext_noop("请先填“%(name)s”。")


class FieldMissingAtStep(Conflict):
    code = "field_missing_at_step"
    text = gettext_noop("办这一步之前要填“%(name)s”，请在“协作 → 补充信息”里填。")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewField:
    """A field as it is wanted; see ``FieldDefinition``. ``key`` and ``kind`` are heeded for a new one alone."""

    name: str
    kind: str
    key: str
    name_en: str = ""
    type_key: str = ""
    options: Sequence[str] = field(default_factory=tuple)
    required: str = ""
    help: str = ""
    unit: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    position: int = 0
    is_active: bool = True


NO_NAME = gettext_noop("名称要填，最多 60 个字")
BAD_KEY = gettext_noop("代号用小写字母、数字和下划线，以字母开头，最多 40 个字符，不能与别的字段相同")
NO_OPTIONS = gettext_noop("选项要有 1 到 100 个，每个最多 60 个字，不能重复")
BAD_BOUNDS = gettext_noop("最小值不能大于最大值")
TOO_LONG = gettext_noop("说明最多 200 个字，单位最多 20 个字")


def _check(given: NewField, fresh: bool) -> None:
    why = ""
    options = [each.strip() for each in given.options]
    if not given.name.strip() or max(len(given.name), len(given.name_en)) > 60:
        why = NO_NAME
    elif fresh and (not _KEY.fullmatch(given.key) or FieldDefinition.objects.filter(key=given.key).exists()):
        why = BAD_KEY
    elif len(given.help) > 200 or len(given.unit) > 20 or len(given.required) > 100:
        why = TOO_LONG
    elif given.kind in ("choice", "choices") and not _sound(options):
        why = NO_OPTIONS
    elif given.least is not None and given.most is not None and given.least > given.most:
        why = BAD_BOUNDS
    if why:
        raise BadField(params={"why": gettext(why)})
    if given.kind not in KINDS:
        raise BadChoice(params={"field": "kind", "value": given.kind[:50]})


def _sound(options: Sequence[str]) -> bool:
    return (
        0 < len(options) <= MOST_OPTIONS
        and len(set(options)) == len(options)
        and all(0 < len(each) <= OPTION for each in options)
    )


@operation()
def save_field(*, field_id: int | None = None, given: NewField, actor: Actor, now: datetime) -> FieldDefinition:
    """Adds or changes a field. Values that issues have stay as they are, whatever changes."""
    if not actor.can("settings.edit"):
        raise Forbidden
    _check(given, field_id is None)
    kind = issue_type_by_key(key=given.type_key) if given.type_key else None
    if given.type_key and kind is None:
        raise BadChoice(params={"field": "type", "value": given.type_key[:50]})
    if field_id is None:
        if FieldDefinition.objects.filter(is_active=True).count() >= MOST_FIELDS:
            raise TooManyFields
        row = FieldDefinition(key=given.key, kind=given.kind, version=0)
    else:
        found = FieldDefinition.objects.select_for_update().filter(pk=field_id).first()
        if found is None:
            raise NotFound
        row = found
    for name in ("name", "name_en", "help", "unit", "required"):
        setattr(row, name, str(getattr(given, name)).replace("\x00", "").strip())
    row.type, row.least, row.most, row.position = kind, given.least, given.most, given.position
    row.options = [each.strip() for each in given.options] if row.kind in ("choice", "choices") else []
    row.is_active, row.version = given.is_active, row.version + 1
    row.save()
    detail = {"key": row.key}
    audit.record(actor=actor, action="field.saved", object_type="field", object_id=row.pk, now=now, detail=detail)
    return row


# -- values ----------------------------------------------------------------------------------------------------------


def checked_values(known: Sequence[Field], given: Mapping[str, object]) -> dict[str, object]:
    """What is to be kept, by key; None takes a value away. Refuses a key that no field in use has."""
    by_key = {each.key: each for each in known}
    found: dict[str, object] = {}
    for key, value in given.items():
        each = by_key.get(key)
        if each is None:
            raise BadChoice(params={"field": "fields", "value": key[:50]})
        try:
            kept = clean(each, value)
        except Wrong as wrong:
            raise FieldWrong(params={"name": each.name, "why": gettext(wrong.why)}) from wrong
        found[key] = None if kept is None else {"value": kept, "version": each.version}
    return found


def values_at_creation(type_id: int | None, given: Mapping[str, object]) -> dict[str, object]:
    """The values with which an issue of the type begins. Refuses where one that is required at creation is missing."""
    known = fields_of_type(type_id)
    found = {key: value for key, value in checked_values(known, given).items() if value is not None}
    missing = next((each for each in known if each.required == AT_CREATION and each.key not in found), None)
    if missing is not None:
        raise FieldMissing(params={"name": missing.name})
    return found


@operation()
def set_fields(*, issue_id: int, values: Mapping[str, object], actor: Actor, now: datetime) -> Issue:
    """Sets these fields (None or "" takes a value away); the others stay. Whoever of the house may see the issue may.

    Refuses closed issues, values that do not fit, and taking away what is required at creation.
    """
    if actor.kind is ActorKind.CUSTOMER:
        raise Forbidden
    issue = locked_issue(issue_id, actor)
    refuse_closed(issue)
    known = fields_of_type(issue.type_id)
    found = checked_values(known, values)
    changed = [each for each in known if each.key in found and found[each.key] != issue.fields.get(each.key)]
    changed = [each for each in changed if _value(found[each.key]) != _value(issue.fields.get(each.key))]
    if not changed:
        return issue
    gone = next((each for each in changed if found[each.key] is None and each.required == AT_CREATION), None)
    if gone is not None:
        raise FieldMissing(params={"name": gone.name})
    kept = {**issue.fields, **{each.key: found[each.key] for each in changed}}
    said = [[each.name, each.name_en or each.name, _said(each, kept[each.key])] for each in changed]
    with at_work(issue, now=now) as work:
        work.change(fields={key: value for key, value in kept.items() if value is not None}, updated_at=now)
        work.say("issue.fields", {"what": _list(said, 0, "、"), "what_en": _list(said, 1, ", ")}, actor)
    detail = {"fields": [each.key for each in changed]}
    audit.record(actor=actor, action="issue.fields", object_type="issue", object_id=issue.pk, now=now, detail=detail)
    return issue


def _value(stored: object) -> object:
    return stored.get("value") if isinstance(stored, Mapping) else None


def _said(each: Field, stored: object) -> str:
    return words(each, _value(stored))[:60] if stored is not None else "—"


def _list(said: Sequence[Sequence[str]], name: int, comma: str) -> str:
    return comma.join(f"{row[name]} {row[2]}" for row in said[:10])


def fields_first(attempt: StepAttempt) -> None:
    """The guard: a step is not completed before the fields that it requires are filled in."""
    if attempt.closes:
        return
    for each in fields_of_type(attempt.issue.type_id):
        if each.required == attempt.node and each.key not in attempt.issue.fields:
            raise FieldMissingAtStep(params={"name": each.name})
