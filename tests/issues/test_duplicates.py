"""Likely duplicates: said with reasons, never acted upon, and not said again once somebody has told two apart."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.core.errors import Forbidden, NotFound
from bihuan.issues import operations, queries
from bihuan.issues.models import Issue, NotDuplicate
from bihuan.issues.rules.duplicates import Said, best, resembles
from tests.factories import NOW, actor, company, customer_issue
from tests.issues.test_story import run_to

pytestmark = pytest.mark.django_db


def near(issue: Issue, who: str = "agent") -> list[int]:
    found = queries.issue(actor=actor(who), issue_id=issue.pk)
    return [each.issue.pk for each in queries.near_duplicates(actor=actor(who), issue=found)]


def draft(text: str, who: str = "agent", **given: str) -> list[int]:
    values = {"phone": "", "email": "wu@hospital.example", "title": "", **given}
    found = queries.near_draft(
        actor=actor(who),
        phone=values["phone"],
        email=values["email"],
        title=values["title"],
        text=text,
        now=NOW + timedelta(hours=1),
    )
    return [each.issue.pk for each in found]


@pytest.mark.correctness(61)
def test_the_same_customer_within_72_hours_with_like_words() -> None:
    company()
    issue = customer_issue(text="今早平台没有温度数据")
    same = customer_issue(now=NOW + timedelta(hours=71), text="平台今早没有温度数据！")
    late = customer_issue(now=NOW + timedelta(hours=73), text="今早平台没有温度数据")
    other_words = customer_issue(title="发票抬头", text="请重开一张增值税专用发票")
    stranger = customer_issue(name="别的客户", email="b@else.example", text="今早平台没有温度数据")
    assert near(issue) == [same.pk]
    assert near(same) == [late.pk, issue.pk]
    assert near(other_words) == near(stranger) == []
    assert not Issue.objects.filter(duplicate_of__isnull=False).exists()  # said, not done


@pytest.mark.correctness(61)
def test_told_apart_from_either_side_for_good() -> None:
    company()
    issue, same = customer_issue(), customer_issue()
    for one, other in ((same, issue), (issue, same)):
        operations.dismiss_duplicate(issue_id=one.pk, other_id=other.pk, actor=actor("agent"), now=NOW)
    assert near(issue) == near(same) == []
    assert NotDuplicate.objects.count() == 1
    with pytest.raises(NotFound):
        operations.dismiss_duplicate(issue_id=issue.pk, other_id=issue.pk, actor=actor("agent"), now=NOW)
    with pytest.raises(Forbidden):
        operations.dismiss_duplicate(issue_id=issue.pk, other_id=same.pk, actor=actor("quality"), now=NOW)


def test_merged_and_linked_ones_are_not_suggested() -> None:
    company()
    issue, merged, linked = (customer_issue() for _ in range(3))
    assert len(near(issue)) == 2
    operations.merge_issues(merged_id=merged.pk, survivor_id=issue.pk, reason="x", actor=actor("agent"), now=NOW)
    operations.link_issues(issue_id=issue.pk, number=linked.number, way="duplicates", actor=actor("agent"), now=NOW)
    assert near(issue) == []


def test_only_what_the_reader_may_see() -> None:
    company()
    issue, _hidden = customer_issue(), customer_issue()
    run_to(issue, "classify", NOW)
    assert near(issue, "engineer") == [] and len(near(issue)) == 1


def test_while_an_issue_is_written_down() -> None:
    company()
    issue = customer_issue(text="今早平台没有温度数据", phone="138 0000 6620")
    assert draft("平台今早又没有温度数据") == [issue.pk]
    assert draft("平台今早又没有温度数据", email="", phone="+86 138-0000-6620") == [issue.pk]
    assert draft("平台今早又没有温度数据", email="", phone="") == []
    assert draft("发票抬头写错了要重开") == []
    assert draft("温度") == []
    assert draft("平台今早又没有温度数据", who="outsider") == []
    operations.withdraw_issue(issue_id=issue.pk, reason="好了", actor=actor("agent"), now=NOW)
    assert draft("平台今早又没有温度数据") == []


@pytest.mark.parametrize("text", ["\x00", "😀" * 10_000, "‮محادثة" * 500, "' OR 1=1 --"])
def test_hostile_drafts_find_nothing_and_break_nothing(text: str) -> None:
    company()
    customer_issue()
    assert draft(text, phone=text[:64], title=text[:300]) == []
    assert draft(text, email=text[:254]) == []


def test_a_thousand_issues_of_one_customer_cost_three_statements() -> None:
    company()
    issue = customer_issue()
    for _ in range(4):
        customer_issue()
    found = queries.issue(actor=actor("agent"), issue_id=issue.pk)
    agent = actor("agent")
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as sent:
            queries.near_duplicates(actor=agent, issue=found)
        counts.append(len(sent))
        for _ in range(6):
            customer_issue()
    assert counts[0] == counts[1] <= 2
    assert "LIMIT 50" in sent.captured_queries[0]["sql"]


# -- the rule by hand -----------------------------------------------------------------------------------------------


def test_less_is_enough_within_one_class() -> None:
    one = Said(title="冷库报警", text="二号冷库昨夜报警，温度偏高", type_id=1)
    other = Said(title="温度过高", text="二号冷库昨夜温度过高，一直没有人来", type_id=1)
    assert resembles(one, other) is not None
    assert resembles(one, Said(title=other.title, text=other.text, type_id=2)) is None
    assert resembles(one, Said(title="账单", text="这个月的账单没有收到")) is None


def test_the_same_title_counts() -> None:
    one = Said(title="无法登录系统", text="今早起一直提示密码错误")
    other = Said(title="无法登录系统 ", text="换了电脑以后就进不去了")
    found = resembles(one, other)
    assert found is not None and found.same_title and not found.same_type and found.likeness < 0.35
    assert resembles(one, Said(title="登录", text=other.text)) is None


def test_best_first_then_latest() -> None:
    low, high = (
        resembles(Said(title="a", text=text), Said(title="a", text="甲乙丙丁戊己"))
        for text in ("甲乙丙丁", "甲乙丙丁戊己")
    )
    assert low is not None and high is not None and low.likeness < high.likeness
    assert [pk for pk, _ in best([(1, low), (2, high), (3, high)], 2)] == [3, 2]
