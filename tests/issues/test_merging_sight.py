"""Whatever is merged, linked or alike, and whoever looks: nobody is shown an issue that they may not see."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.core.actor import Actor, ActorKind, Scope
from bihuan.core.errors import NotFound, Refused
from bihuan.issues import operations, queries
from bihuan.issues.models import Entry, Issue
from bihuan.issues.permissions import may_see
from tests.factories import NOW, actor, company, customer_issue

COUNT = 5
_part = st.lists(st.integers(1, 3), max_size=2)
_acts = st.lists(
    st.tuples(st.sampled_from(["merge", "link", "undo"]), st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)),
    max_size=8,
)


def reader(places: list[int]) -> Actor:
    return Actor(
        kind=ActorKind.USER, user_id=987_654, scope=Scope.DEPARTMENT, visible_departments=frozenset(places),
        may=frozenset({"issues.reply"}),
    )  # fmt: skip


def carry_out(issues: list[Issue], acts: list[tuple[str, int, int]]) -> None:
    agent = actor("agent")
    made: list[int] = []
    for what, one, other in acts:
        here, there = issues[one], issues[other]
        try:
            if what == "merge":
                made.append(
                    operations.merge_issues(
                        merged_id=here.pk, survivor_id=there.pk, reason="x", actor=agent, now=NOW
                    ).pk
                )
            elif what == "link":
                operations.link_issues(issue_id=here.pk, number=there.number, way="related", actor=agent, now=NOW)
            elif made:
                operations.undo_merge(merge_id=made.pop(), reason="x", actor=agent, now=NOW)
        except Refused:
            continue


@pytest.mark.django_db(transaction=True)
@pytest.mark.foreign_write("departments as any history could have left them")
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(_part, min_size=COUNT, max_size=COUNT), acts=_acts, places=_part)
def test_nobody_is_shown_more(parts: list[list[int]], acts: list[tuple[str, int, int]], places: list[int]) -> None:
    if not Issue.objects.exists():
        company()
    issues = [customer_issue(text=f"同样的话 {number}") for number in range(COUNT)]
    carry_out(issues, acts)
    for issue, part in zip(issues, parts, strict=True):
        Issue.objects.filter(pk=issue.pk).update(departments=part)
    who = reader(places)
    rows = {issue.pk: Issue.objects.get(pk=issue.pk) for issue in issues}
    seen = {pk for pk, row in rows.items() if may_see(who, row)}
    for pk, row in rows.items():
        if pk not in seen:
            for ask in (queries.family, queries.timeline):
                with pytest.raises(NotFound):
                    ask(actor=who, issue_id=pk)
            continue
        numbers = queries.family(actor=who, issue_id=pk)
        assert set(numbers) <= seen | {pk}
        shown = {entry.issue_id for entry in queries.timeline(actor=who, issue_id=pk, limit=500)}
        assert shown <= seen
        merges = queries.merges(actor=who, issue=row)
        into = [merges.into] if merges.into is not None else []
        assert {each.issue.pk for each in (*merges.taken, *into) if each.issue is not None} <= seen
        assert all(each.issue is not None for each in merges.taken)
        assert {each.issue.pk for each in queries.links(actor=who, issue_id=pk, numbers=numbers).shown} <= seen
        assert all(may_see(who, each.issue) for each in queries.near_duplicates(actor=who, issue=row))
        _number, survivor = queries.survivor(actor=who, issue=row)
        assert survivor is None or survivor.pk in seen
    assert Entry.objects.filter(issue__in=issues, origin__isnull=False).count() == 0
