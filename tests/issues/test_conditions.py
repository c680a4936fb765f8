"""Conditions: what is read, what the database finds by them, and periods worked out by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.core.actor import Actor
from bihuan.core.errors import Refused
from bihuan.issues import operations, queries
from bihuan.issues.models import Issue
from bihuan.issues.queries import Filter
from bihuan.issues.queries.conditions import condition
from bihuan.issues.rules.conditions import (
    OPERATORS,
    All,
    AnyOf,
    BadCondition,
    BadConditionValue,
    Node,
    Not,
    TooManyConditions,
    built_in,
    groups_of,
    of_groups,
    read,
    write,
)
from bihuan.issues.rules.conditions import Test as One
from bihuan.issues.rules.periods import PERIODS, bounds
from bihuan.issues.rules.sheets import csv_cell, csv_file, defused
from tests.factories import NOW, actor, company, customer_issue

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("name", "first", "after"),
    [
        ("today", "2026-11-20", "2026-11-21"),
        ("yesterday", "2026-11-19", "2026-11-20"),
        ("last_7", "2026-11-14", "2026-11-21"),
        ("last_30", "2026-10-22", "2026-11-21"),
        ("this_week", "2026-11-16", "2026-11-23"),
        ("last_week", "2026-11-09", "2026-11-16"),
        ("this_month", "2026-11-01", "2026-12-01"),
        ("last_month", "2026-10-01", "2026-11-01"),
        ("this_year", "2026-01-01", "2027-01-01"),
        ("next_7", "2026-11-20", "2026-11-27"),
    ],
)
def test_a_period_begins_at_midnight_of_the_companys_zone(name: str, first: str, after: str) -> None:
    # 2026-11-19 17:00 UTC is 01:00 of the 20th in Shanghai.
    found = bounds(name, datetime(2026, 11, 19, 17, tzinfo=UTC), ZONE)
    assert [moment.astimezone(ZONE).isoformat() for moment in found] == [
        f"{first}T00:00:00+08:00",
        f"{after}T00:00:00+08:00",
    ]


def test_months_turn_at_the_end_of_a_year() -> None:
    january = datetime(2027, 1, 31, 12, tzinfo=UTC)
    assert bounds("last_month", january, ZONE)[0] == datetime(2026, 11, 30, 16, tzinfo=UTC)
    december = datetime(2026, 12, 31, 12, tzinfo=UTC)
    assert bounds("this_month", december, ZONE)[1] == datetime(2026, 12, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "given",
    [
        None,
        [],
        "x",
        {"field": "priority"},
        {"field": "nothing", "op": "in", "value": ["x"]},
        {"field": "priority", "op": "has", "value": "x"},
        {"field": "priority", "op": "in", "value": ["P1"], "more": 1},
        {"all": {}},
        {"all": [], "any": []},
        {"field": ["priority"], "op": "in", "value": ["P1"]},
        {"field": "priority", "op": ["in"], "value": ["P1"]},
    ],
)
def test_what_is_no_condition_is_refused(given: object) -> None:
    with pytest.raises(BadCondition):
        read(given)


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("priority", "in", []),
        ("priority", "in", "P1"),
        ("priority", "in", [1]),
        ("priority", "in", ["x" * 201]),
        ("priority", "in", [str(number) for number in range(51)]),
        ("text", "has", " "),
        ("text", "has", "字" * 10_000),
        ("text", "has", "a\x00b"),
        ("answers", "ge", True),
        ("answers", "ge", -1),
        ("answers", "ge", 1.5),
        ("created", "before", "2026-02-30"),
        ("created", "before", "0001-01-01"),
        ("created", "period", "for_ever"),
        ("created", "older", 100_000),
        ("open", "yes", 1),
    ],
)
def test_a_wrong_value_is_refused(field: str, op: str, value: object) -> None:
    with pytest.raises(BadConditionValue):
        read({"field": field, "op": op, "value": value})


def test_trees_are_bounded() -> None:
    test: object = {"field": "open", "op": "yes"}
    assert read({"all": [test] * 30})
    for tree in ({"all": [test] * 31}, {"all": [{"any": [{"not": {"not": test}}]}]}):
        with pytest.raises(TooManyConditions):
            read(tree)


@pytest.mark.correctness(127)
def test_cells_are_texts() -> None:
    for text in ("=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "＝1", "\u200b=1"):
        assert defused(text) == f"'{text}", text
    assert [defused(text) for text in ("1=1", "断电", "", "a@b.example")] == ["1=1", "断电", "", "a@b.example"]
    assert csv_cell("13800001234") == "13800001234\t" and csv_cell("42") == "42"
    whole = "𠮷野家 ‮abc 😀\n第二行"
    assert whole in csv_file(["列"], [[whole]], [], encoding="gb18030").decode("gb18030")


# -- the database and plain Python agree ------------------------------------------------------------------------------

_VALUES: dict[str, st.SearchStrategy[object]] = {
    "status": st.sampled_from(["new", "closed", "in_progress"]),
    "priority": st.sampled_from(["P1", "P2", "P3", "P9"]),
    "level": st.sampled_from(["low", "high", ""]).filter(bool),
    "channel": st.sampled_from(["email", "phone"]),
    "type": st.sampled_from(["fault", "data", "none"]),
    "department": st.sampled_from(["device", "cloud", "service"]),
    "person": st.sampled_from(["agent", "AGENT", "engineer", "@me", "nobody"]),
    "tag": st.sampled_from(["甲", "乙", "丙"]),
}
_BY_TYPE: dict[str, st.SearchStrategy[object]] = {
    "text": st.sampled_from(["断电", "冷库", "二"]),
    "number": st.integers(0, 3),
    "days": st.integers(0, 40),
    "day": st.sampled_from(["2026-11-01", "2026-11-20", "2026-12-01"]),
    "period": st.sampled_from(sorted(PERIODS)),
    "none": st.none(),
}
_FIELDS = {field.key: field for field in built_in()}


@st.composite
def _tests(draw: st.DrawFn) -> dict[str, object]:
    field = draw(st.sampled_from(list(_FIELDS.values())))
    op, takes = draw(st.sampled_from(sorted(OPERATORS[field.kind].items())))
    if takes == "values":
        value: object = draw(st.lists(_VALUES[field.source], min_size=1, max_size=3))
    else:
        value = draw(_BY_TYPE[takes])
    return {"field": field.key, "op": op, **({} if value is None else {"value": value})}


def _both(some: list[object], others: list[object]) -> dict[str, object]:
    return {"all": [{"any": some}, {"not": {"any": others}}]}


_TREES: st.SearchStrategy[dict[str, object]] = st.one_of(
    _tests(),
    st.builds(lambda each: {"not": each}, _tests()),
    st.builds(
        lambda parts: {"all": parts},
        st.lists(st.one_of(_tests(), st.builds(lambda e: {"not": e}, _tests())), max_size=6),
    ),
    st.builds(
        lambda parts: {"any": parts},
        st.lists(st.one_of(_tests(), st.builds(lambda e: {"not": e}, _tests())), max_size=6),
    ),
    st.builds(
        lambda p, q: {"all": [{"any": p}, {"not": {"any": q}}]},
        st.lists(_tests(), max_size=6),
        st.lists(_tests(), max_size=6),
    ),
)


@given(_TREES)
def test_a_tree_is_the_same_after_writing_and_reading(tree: dict[str, object]) -> None:
    node = read(tree)
    assert read(write(node)) == node
    if isinstance(node, One):
        assert groups_of(of_groups([[node]])) == ((node,),)


def _holds(node: Node, issue: Issue, who: Actor) -> bool:
    if isinstance(node, Not):
        return not _holds(node.part, issue, who)
    if isinstance(node, All):
        return all(_holds(part, issue, who) for part in node.parts)
    if isinstance(node, AnyOf):
        return any(_holds(part, issue, who) for part in node.parts)
    return _one(node, issue, who)


def _has(issue: Issue, field: str) -> set[str]:
    """What the issue has in a field of several words, by the words."""
    named: dict[str, Callable[[], list[str]]] = {
        "type": lambda: [issue.type.key] if issue.type else [],
        "department": lambda: [issue.lead_department.key] if issue.lead_department else [],
        "support": lambda: list(issue.support_departments),
        "assignee": lambda: [issue.assignee.username] if issue.assignee else [],
        "tag": lambda: [tag.name for tag in queries.tags() if tag.pk in issue.tags],
    }
    return set(named[field]()) if field in named else {str(getattr(issue, field))}


_TEXTS: dict[str, Callable[[Issue], str]] = {
    "text": lambda issue: f"{issue.title} {issue.description} {issue.customer_name}",
    "step": lambda issue: issue.step_name,
    "customer": lambda issue: issue.customer_name,
}
_MOMENTS = {
    "created": "created_at",
    "updated": "updated_at",
    "due": "due_at",
    "resolved": "resolved_at",
    "closed": "closed_at",
    "heard": "heard_at",
}
_NUMBERS = {"answers": "answers", "reopened": "reopened", "tasks": "open_tasks", "watchers": "watchers"}


def _flag(issue: Issue, field: str) -> bool:
    running = issue.is_open and not issue.due_paused and issue.due_at is not None
    return {
        "open": issue.is_open,
        "overdue": running and issue.due_at is not None and issue.due_at <= NOW,
        "due_soon": running and issue.due_at is not None and issue.due_at > NOW
        and issue.soon_at is not None and issue.soon_at <= NOW,
        "follow_up": issue.follows_id is not None,
        "duplicate": issue.duplicate_of_id is not None,
    }[field]  # fmt: skip


def _moment(test: One, found: datetime | None) -> bool:
    if test.op in ("empty", "filled"):
        return (found is None) == (test.op == "empty")
    if found is None:
        return False
    if test.op == "period":
        first, after = bounds(str(test.value), NOW, ZONE)
        return first <= found < after
    if test.op == "older":
        return found < NOW - int(str(test.value)) * DAY
    day = datetime.fromisoformat(str(test.value)).replace(tzinfo=ZONE)
    return found < day if test.op == "before" else found >= day


def _one(test: One, issue: Issue, who: Actor) -> bool:
    field, value = _FIELDS[test.field], test.value
    if field.kind == "flag":
        return _flag(issue, field.key) == (test.op == "yes")
    if field.kind == "text":
        return (str(value) in _TEXTS[field.key](issue)) == (test.op == "has")
    if field.kind == "number":
        found = int(getattr(issue, _NUMBERS[field.key]))
        return {"eq": found == value, "ge": found >= int(str(value)), "le": found <= int(str(value))}[test.op]
    if field.kind == "moment":
        return _moment(test, getattr(issue, _MOMENTS[field.key]))
    has = _has(issue, field.key)
    if test.op in ("empty", "filled"):
        return (not has) == (test.op == "empty")
    assert isinstance(value, tuple)
    wanted = {who.username if each == "@me" else each for each in value}
    if field.key == "assignee":
        wanted = {each.lower() for each in wanted}
    return bool(has & wanted) == (test.op == "in")


def _world() -> None:
    """Six issues that differ in every field."""
    company()
    made = [
        customer_issue(title=title, channel=channel, name=name, email=f"{at}@x.example", now=NOW - at * 9 * DAY)
        for at, (title, channel, name) in enumerate(
            (("断电", "phone", "甲公司"), ("漏水", "email", "冷库二厂"), ("账单", "email", "乙公司"),
             ("断电又断电", "phone", "丙"), ("冷库", "email", "丁"), ("二次", "phone", "戊"))
        )
    ]  # fmt: skip
    admin, lead = actor("admin"), actor("manager")
    tags = [operations.save_tag(name=name, actor=admin, now=NOW).pk for name in ("甲", "乙")]
    operations.change_tags(issue_id=made[0].pk, add=tags, actor=lead, now=NOW)
    operations.change_tags(issue_id=made[1].pk, add=tags[:1], actor=lead, now=NOW)
    operations.correct_classification(
        issue_id=made[1].pk,
        type_key="fault",
        urgency="high",
        impact="low",
        priority="P1",
        reason="x",
        actor=lead,
        now=NOW,
    )
    operations.withdraw_issue(issue_id=made[2].pk, reason="x", actor=lead, now=NOW)
    Issue.objects.filter(pk=made[3].pk).update(answers=2, reopened=1, due_at=None, support_departments=["cloud"])
    Issue.objects.filter(pk=made[4].pk).update(due_at=NOW - DAY, follows=made[0], heard_at=None)
    Issue.objects.filter(pk=made[5].pk).update(soon_at=NOW - DAY, due_at=NOW + DAY, duplicate_of=made[0], watchers=3)


@pytest.mark.django_db
@pytest.mark.foreign_write("rows of every shape are made at once")
def test_the_database_finds_what_plain_python_finds() -> None:
    _world()
    who = actor("agent")
    rows = list(Issue.objects.select_related("type", "assignee", "lead_department"))
    assert len(rows) == 6

    @settings(
        max_examples=200,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(_TREES)
    def agree(tree: dict[str, object]) -> None:
        node = read(tree)
        found = set(Issue.objects.filter(condition(actor=who, node=node, now=NOW)).values_list("title", flat=True))
        assert found == {issue.title for issue in rows if _holds(node, issue, who)}, tree

    agree()


@pytest.mark.django_db
@pytest.mark.correctness(139)
def test_conditions_never_widen_what_one_may_see() -> None:
    company()
    customer_issue()
    outsider = actor("outsider")
    trees: tuple[object, ...] = (
        {"any": [{"field": "open", "op": "yes"}]},
        {"not": {"field": "open", "op": "no"}},
        {"all": []},
    )
    for tree in trees:
        page = queries.list_issues(actor=outsider, filter=Filter(where=read(tree)), now=NOW)
        assert page.items == []
        assert queries.count_issues(actor=outsider, filter=Filter(where=read(tree)), now=NOW) == 0
        assert queries.count_issues(actor=actor("agent"), filter=Filter(where=read(tree)), now=NOW) == 1


def test_a_refusal_says_what_to_do() -> None:
    with pytest.raises(Refused) as refused:
        read({"field": "created", "op": "before", "value": "x"})
    assert refused.value.params == {"field": "登记时间", "value": "x"}
