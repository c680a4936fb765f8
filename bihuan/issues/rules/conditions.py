"""What a list may be narrowed by: a tree of tests on the fields of an issue's row.

As JSON a test is ``{"field": "priority", "op": "in", "value": ["P1"]}``; ``{"all": [...]}``, ``{"any": [...]}`` and
``{"not": ...}`` put parts together. What comes from outside is read strictly: unknown words, wrong values, and trees that
are too deep or too large are refused. The database is asked by ``queries/conditions.py``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_noop

from bihuan.core.errors import Refused
from bihuan.issues.rules.periods import PERIODS

DEEPEST = 4
MOST_TESTS = 30
MOST_VALUES = 50
LONGEST = 200
MOST_DAYS = 3650
MOST_NUMBER = 1_000_000
ME = "@me"
"""Among people: whoever looks."""


class BadCondition(Refused):
    code = "bad_condition"
    text = gettext_noop("条件“%(what)s”读不懂，请去掉后重新添加。")
    status = 400


class TooManyConditions(Refused):
    code = "too_many_conditions"
    text = gettext_noop("条件太多：最多 30 个、4 层，请去掉一些。")
    status = 400


class BadConditionValue(Refused):
    code = "bad_condition_value"
    text = gettext_noop("“%(field)s”的值“%(value)s”不能用，请重新选择。")


Value = tuple[str, ...] | str | int | bool | None


@dataclass(frozen=True, slots=True)
class Test:
    """One field compared by one operator. The value's type is that of the operator (``OPERATORS``)."""

    field: str
    op: str
    value: Value = None


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts always."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part holds; without parts never."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Node"


Node = Test | All | AnyOf | Not

# An operator by the kind of the value that it takes: values (several words), text, number (whole), amount, day, days,
# period, flag, none.
OPERATORS: dict[str, dict[str, str]] = {
    "choice": {"in": "values", "not_in": "values"},
    "ref": {"in": "values", "not_in": "values", "empty": "none", "filled": "none"},
    "many": {"in": "values", "not_in": "values", "empty": "none", "filled": "none"},
    "text": {"has": "text", "has_not": "text"},
    "number": {"eq": "number", "ge": "number", "le": "number"},
    "amount": {"eq": "amount", "ge": "amount", "le": "amount", "empty": "none", "filled": "none"},
    "flag": {"yes": "none", "no": "none"},
    "moment": {"period": "period", "before": "day", "after": "day", "older": "days", "empty": "none", "filled": "none"},
}
OPERATOR_WORDS = {
    "in": gettext_noop("是"),
    "not_in": gettext_noop("不是"),
    "empty": gettext_noop("为空"),
    "filled": gettext_noop("不为空"),
    "has": gettext_noop("包含"),
    "has_not": gettext_noop("不包含"),
    "eq": gettext_noop("等于"),
    "ge": gettext_noop("至少"),
    "le": gettext_noop("至多"),
    "yes": gettext_noop("成立"),
    "no": gettext_noop("不成立"),
    "period": gettext_noop("在"),
    "before": gettext_noop("早于"),
    "after": gettext_noop("不早于"),
    "older": gettext_noop("早于几天前"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """``kind`` decides the operators; ``source`` names the values that a person chooses from, '' where any text goes;
    ``column`` is where the row holds it, '' where the query knows better. One that is no longer ``offered`` is understood
    where it stands."""

    key: str
    label: str
    kind: str
    source: str = ""
    column: str = ""
    offered: bool = True


_fields: dict[str, Field] = {}


def register_field(field: Field) -> None:
    """Adds a field to choose from. Its column must be one of the issue's row, of the kind said. The same key twice, and
    an unknown kind, are mistakes of the programmer."""
    if field.key in _fields or field.kind not in OPERATORS:
        raise ValueError(f"field {field.key} cannot be registered")
    _fields[field.key] = field


_more: list[Callable[[], Sequence[Field]]] = []


def register_fields(provider: Callable[[], Sequence[Field]]) -> None:
    """Adds fields that the company can change: asked for whenever fields are looked at."""
    if not callable(provider):
        raise TypeError("a provider gives fields")
    _more.append(provider)


for _each in (
    Field("status", gettext_noop("状态"), "choice", "status", "status"),
    Field("open", gettext_noop("在办"), "flag", "", "is_open"),
    Field("overdue", gettext_noop("已超时"), "flag"),
    Field("due_soon", gettext_noop("即将超时"), "flag"),
    Field("type", gettext_noop("类型"), "ref", "type", "type_id"),
    Field("priority", gettext_noop("优先级"), "choice", "priority", "priority"),
    Field("urgency", gettext_noop("紧急程度"), "choice", "level", "urgency"),
    Field("impact", gettext_noop("影响范围"), "choice", "level", "impact"),
    Field("complexity", gettext_noop("复杂程度"), "choice", "level", "complexity"),
    Field("channel", gettext_noop("渠道"), "choice", "channel", "channel"),
    Field("department", gettext_noop("主责部门"), "ref", "department", "lead_department_id"),
    Field("support", gettext_noop("协责部门"), "many", "department", "support_departments"),
    Field("assignee", gettext_noop("负责人"), "ref", "person", "assignee_id"),
    Field("tag", gettext_noop("标签"), "many", "tag", "tags"),
    Field("text", gettext_noop("内容"), "text"),
    Field("step", gettext_noop("当前步骤"), "text", "", "step_name"),
    Field("customer", gettext_noop("客户"), "text"),
    Field("created", gettext_noop("登记时间"), "moment", "", "created_at"),
    Field("updated", gettext_noop("更新时间"), "moment", "", "updated_at"),
    Field("due", gettext_noop("时限"), "moment", "", "due_at"),
    Field("resolved", gettext_noop("解决时间"), "moment", "", "resolved_at"),
    Field("closed", gettext_noop("关闭时间"), "moment", "", "closed_at"),
    Field("heard", gettext_noop("客户最近来信"), "moment", "", "heard_at"),
    Field("answers", gettext_noop("答复次数"), "number", "", "answers"),
    Field("reopened", gettext_noop("重开次数"), "number", "", "reopened"),
    Field("tasks", gettext_noop("未完成任务"), "number", "", "open_tasks"),
    Field("watchers", gettext_noop("关注人数"), "number", "", "watchers"),
    Field("follow_up", gettext_noop("是后续问题"), "flag"),
    Field("duplicate", gettext_noop("已合并到别的问题"), "flag"),
):
    register_field(_each)


def built_in() -> tuple[Field, ...]:
    """The fields that every company has."""
    return tuple(_fields.values())


def fields() -> tuple[Field, ...]:
    """All fields on offer, in their order."""
    return (*built_in(), *(each for provider in _more for each in provider() if each.offered))


def field_of(key: str) -> Field:
    """The field; refuses an unknown one."""
    found = _fields.get(key) or next((each for provider in _more for each in provider() if each.key == key), None)
    if found is None:
        raise BadCondition(params={"what": key[:50]})
    return found


# -- reading ---------------------------------------------------------------------------------------------------------


def _values(field: Field, given: object) -> Value:
    if not isinstance(given, list | tuple) or not 0 < len(given) <= MOST_VALUES:
        raise _wrong(field, given)
    if not all(isinstance(each, str) and 0 < len(each) <= LONGEST and "\x00" not in each for each in given):
        raise _wrong(field, given)
    return tuple(dict.fromkeys(given))


def _text(field: Field, given: object) -> Value:
    if not isinstance(given, str) or not given.strip() or len(given) > LONGEST or "\x00" in given:
        raise _wrong(field, given)
    return given.strip()


def _within(most: int) -> Callable[[Field, object], Value]:
    def number(field: Field, given: object) -> Value:
        if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= most:
            raise _wrong(field, given)
        return given

    return number


def _amount(field: Field, given: object) -> Value:
    try:
        found = Decimal(str(given)) if isinstance(given, str | int) and len(str(given)) <= 30 else Decimal("NaN")
    except InvalidOperation:
        raise _wrong(field, given) from None
    if isinstance(given, bool) or not found.is_finite() or abs(found) >= Decimal(10) ** 14:
        raise _wrong(field, given)
    return str(given)


def _day(field: Field, given: object) -> Value:
    try:
        if isinstance(given, str) and len(given) == 10 and 1970 <= (found := date.fromisoformat(given)).year <= 2200:
            return found.isoformat()
    except ValueError:
        pass
    raise _wrong(field, given)


def _period(field: Field, given: object) -> Value:
    if not isinstance(given, str) or given not in PERIODS:
        raise _wrong(field, given)
    return given


def _none(field: Field, given: object) -> Value:
    if given is not None:
        raise _wrong(field, given)
    return None


_READERS: dict[str, Callable[[Field, object], Value]] = {
    "values": _values,
    "text": _text,
    "number": _within(MOST_NUMBER),
    "amount": _amount,
    "days": _within(MOST_DAYS),
    "day": _day,
    "period": _period,
    "none": _none,
}


def _wrong(field: Field, given: object) -> BadConditionValue:
    return BadConditionValue(params={"field": field.label, "value": str(given)[:50]})


def test_of(key: str, op: object, value: object) -> Test:
    """One test out of what was given; refuses what does not fit together."""
    field = field_of(key)
    takes = OPERATORS[field.kind].get(op) if isinstance(op, str) else None
    if takes is None or not isinstance(op, str):
        raise BadCondition(params={"what": f"{key} {op}"[:50]})
    return Test(key, op, _READERS[takes](field, value))


def read(given: object) -> Node:
    """The tree out of its JSON form (already parsed)."""
    count = [0]
    return _read(given, 1, count)


def _read(given: object, depth: int, count: list[int]) -> Node:
    if depth > DEEPEST:
        raise TooManyConditions
    if not isinstance(given, dict):
        raise BadCondition(params={"what": str(given)[:50]})
    keys = set(given)
    if keys == {"all"} or keys == {"any"}:
        (key, parts), *_rest = given.items()
        if not isinstance(parts, list):
            raise BadCondition(params={"what": str(key)})
        read_parts = tuple(_read(part, depth + 1, count) for part in parts[: MOST_TESTS + 1])
        return All(read_parts) if key == "all" else AnyOf(read_parts)
    if keys == {"not"}:
        return Not(_read(given["not"], depth + 1, count))
    if not {"field", "op"} <= keys <= {"field", "op", "value"} or not isinstance(given["field"], str):
        raise BadCondition(params={"what": str(given)[:50]})
    count[0] += 1
    if count[0] > MOST_TESTS:
        raise TooManyConditions
    return test_of(given["field"], given["op"], given.get("value"))


def write(node: Node) -> dict[str, object]:
    """The JSON form; ``read`` gives the same tree back."""
    if isinstance(node, Test):
        found: dict[str, object] = {"field": node.field, "op": node.op}
        if node.value is not None:
            found["value"] = list(node.value) if isinstance(node.value, tuple) else node.value
        return found
    if isinstance(node, Not):
        return {"not": write(node.part)}
    return {"all" if isinstance(node, All) else "any": [write(part) for part in node.parts]}


# -- the shape that the filter bar has: groups that all hold, each of tests of which one holds --------------------------

Groups = tuple[tuple[Test, ...], ...]


def of_groups(groups: Sequence[Sequence[Test]]) -> Node:
    """The tree of the filter bar."""
    if sum(len(group) for group in groups) > MOST_TESTS:
        raise TooManyConditions
    return All(tuple(AnyOf(tuple(group)) for group in groups if group))


def groups_of(node: Node) -> Groups:
    """Back from ``of_groups``. Refuses other trees: the filter bar cannot show them."""
    if isinstance(node, All) and all(isinstance(part, AnyOf) for part in node.parts):
        found = tuple(part.parts for part in node.parts if isinstance(part, AnyOf))
        if all(isinstance(each, Test) for group in found for each in group):
            return tuple(tuple(each for each in group if isinstance(each, Test)) for group in found if group)
    raise BadCondition(params={"what": ""})
