"""Approvals at the steps of a chart: one, any, all, so many, one after another; nobody about their own; void on change."""

import pytest

from bihuan.accounts import operations as accounts
from bihuan.accounts.models import User
from bihuan.core.actor import SYSTEM
from bihuan.flows.models import WorkItem
from bihuan.issues import operations, queries
from bihuan.issues.models import ApprovalSeat, Entry, FormRecord, Issue, Notice
from bihuan.issues.operations.approvals.refusals import (
    ApprovalOver,
    DecidedAlready,
    NotAnApprover,
    SelfApproval,
    StaleApproval,
)
from tests.factories import NOW, actor, customer_issue, person
from tests.issues.approvals_world import (
    at,
    completes,
    content_hash,
    decides,
    house,
    house_of_two,
    house_side_by_side,
    house_that_begins_with_an_approval,
    planned,
    rounds,
)
from tests.issues.test_story import DATA, do, open_step

pytestmark = pytest.mark.django_db


def state(issue: Issue) -> str:
    return rounds(issue)[-1].state


def queue(who: str) -> tuple[int, int]:
    """How many issues the list of 待我审批 holds, and what its counter says."""
    page = queries.queue(actor=actor(who), name="approvals", cursor=None, limit=50, now=NOW)
    return len(page.items), queries.queue_counts(actor=actor(who), now=NOW)["approvals"]


def test_a_chart_that_says_nothing_asks_one() -> None:
    house()
    issue = planned()
    found = rounds(issue)
    assert [(each.mode, each.seated, each.state, each.number) for each in found] == [("single", False, "open", 1)]
    assert queue("approver") == (1, 1)
    result = decides("approver", issue)
    assert {step.node for step in result.opened} >= {"execute"}
    kept = rounds(issue)[0]
    seat = kept.seats.get()
    assert (kept.state, seat.decision, seat.opinion) == ("approved", "approve", "可以")
    assert seat.content_hash == kept.content_hash == content_hash(issue)
    assert queue("approver") == (0, 0)


def test_any_goes_by_the_first() -> None:
    house("any")
    issue = planned()
    assert rounds(issue)[0].seats.filter(waiting=True).count() == 3
    decides("approver-1", issue)
    assert state(issue) == "approved" and open_step(issue).node == "execute"
    assert not ApprovalSeat.objects.filter(waiting=True).exists()


def test_all_must_agree_and_every_opinion_is_kept() -> None:
    house("all")
    issue = planned()
    step = open_step(issue)
    for who in ("approver", "approver-0"):
        result = decides(who, issue, opinion=f"{who}的意见")
        assert result.completed.closed_at is None and not result.opened
        assert open_step(issue).node == "approve_owner"
    assert queue("approver") == (0, 0) and queue("approver-1") == (1, 1)
    decides("approver-1", issue, opinion="没有问题")
    assert state(issue) == "approved"
    done = WorkItem.objects.get(pk=step.pk)
    assert done.completed_by is not None and done.completed_by.username == "approver-1"
    opinion = FormRecord.objects.get(issue=issue, code="F03").data["opinion"]
    assert opinion.splitlines() == [
        "【approver 先生】approver的意见", "【approver device】approver-0的意见", "【approver device】没有问题",
    ]  # fmt: skip
    lines = Entry.objects.filter(issue=issue, code="approval.agreed").order_by("pk")
    assert [(line.params["agreed"], line.params["all"]) for line in lines] == [(1, 3), (2, 3), (3, 3)]


def test_all_ends_with_the_first_refusal() -> None:
    house("all")
    issue = planned()
    decides("approver", issue)
    decides("approver-0", issue, "驳回", opinion="缺回退办法")
    assert state(issue) == "rejected" and open_step(issue).node == "plan"
    assert queue("approver-1") == (0, 0)


def test_a_vote_bears_one_refusal() -> None:
    house("vote", quorum="60%")  # two of three
    issue = planned()
    assert rounds(issue)[0].quorum == 2
    decides("approver", issue, "驳回", opinion="费用太高")
    assert open_step(issue).node == "approve_owner"
    decides("approver-0", issue)
    assert open_step(issue).node == "approve_owner"
    decides("approver-1", issue)
    assert state(issue) == "approved" and open_step(issue).node == "execute"


def test_a_vote_is_over_when_it_cannot_be_won() -> None:
    house("vote", quorum="2")
    issue = planned()
    decides("approver", issue, "驳回")
    decides("approver-0", issue, "驳回")
    assert state(issue) == "rejected" and open_step(issue).node == "plan"


def test_one_after_another_by_role() -> None:
    house("sequential", approvers="approver head quality", more=0)
    issue = planned()
    with pytest.raises(NotAnApprover) as refused:
        decides("head", issue)
    assert "approver" in str(refused.value.params["who"])
    decides("approver", issue)
    assert queue("head") == (1, 1) and queue("quality") == (0, 0)
    assert Notice.objects.filter(user__username="head", code="approval.wanted").exists()
    decides("head", issue)
    decides("quality", issue)
    assert open_step(issue).node == "execute"


def test_a_double_click_counts_once_and_a_change_of_mind_is_refused() -> None:
    house("all")
    issue = planned()
    for _click in range(2):
        decides("approver", issue)
    assert ApprovalSeat.objects.exclude(decision="").count() == 1
    assert Entry.objects.filter(issue=issue, code="approval.agreed").count() == 1
    with pytest.raises(DecidedAlready):
        decides("approver", issue, "驳回")


def test_whoever_comes_late_hears_what_happened() -> None:
    house("any")
    issue = planned()
    step = open_step(issue)
    decides("approver", issue, "驳回")
    with pytest.raises(ApprovalOver) as refused:
        decides("approver-0", issue, step=step)
    assert "approver 先生" in str(refused.value.params["how"])
    assert ApprovalSeat.objects.exclude(decision="").count() == 1


# -- nobody about their own ------------------------------------------------------------------------------------------


def test_who_wrote_the_plan_cannot_approve_it() -> None:
    house()
    issue = planned()
    give_post("engineer", "approver", "device")
    with pytest.raises(SelfApproval) as refused:
        decides("engineer", issue)
    assert "approver 先生" in str(refused.value.params["who"])
    assert queue("engineer") == (0, 0) and queue("approver") == (1, 1)
    decides("approver", issue)
    assert open_step(issue).node == "execute"


def give_post(username: str, role: str, department: str) -> None:
    accounts.give_post(username=username, role=role, department=department, actor=SYSTEM, now=NOW)


def set_strictness(strictness: str) -> None:
    operations.save_self_approval(strictness=strictness, actor=actor("admin"), now=NOW)


def test_who_holds_a_joint_approval_gets_no_seat_about_their_own_plan() -> None:
    house("all")
    give_post("engineer", "approver", "device")
    issue = planned()
    seats = rounds(issue)[0].seats.values_list("user__username", flat=True)
    assert sorted(seats) == ["approver", "approver-0", "approver-1"]


def test_where_only_the_author_is_left_the_head_decides_and_above_the_head_the_heads_head() -> None:
    house("single", more=0)
    for gone in User.objects.filter(username__in=("approver", "approver2")):
        accounts.switch_person(person_id=gone.pk, is_active=False, actor=actor("admin"), now=NOW)
    give_post("engineer", "approver", "device")
    issue = planned()
    assert [seat.user.username for seat in rounds(issue)[0].seats.all() if seat.user] == ["head"]
    with pytest.raises(SelfApproval) as refused:
        decides("engineer", issue)
    assert refused.value.params["who"] == "head 先生"
    decides("head", issue)
    assert open_step(issue).node == "execute"


def test_the_heads_own_plan_goes_to_the_heads_head() -> None:
    house("all", approvers="head", more=0)
    boss = person("head", "company", username="boss")
    give_post("head", "engineer", "device")
    issue = customer_issue()
    for node in ("register", "classify", "contact", "analyse"):
        do(issue, node, NOW)
    step = open_step(issue)
    operations.complete_step(work_item_id=step.pk, data=DATA["plan"], actor=actor("head"), now=NOW)
    assert [seat.user_id for seat in rounds(issue)[0].seats.all()] == [boss.user_id]
    with pytest.raises(SelfApproval) as refused:
        decides("head", issue)
    assert refused.value.params["who"] == "head company"


def test_strictness_is_the_companys_choice() -> None:
    house()
    set_strictness("off")
    issue = planned()
    give_post("engineer", "approver", "device")
    decides("engineer", issue)
    assert open_step(issue).node == "execute"


def test_holding_the_step_bars_only_where_it_is_strict() -> None:
    """The supervisor fills in the plan that the engineer holds."""
    for strictness, barred in (("strict", {"engineer", "supervisor"}), ("authors", {"supervisor"})):
        if strictness == "strict":
            house()
        set_strictness(strictness)
        issue = customer_issue()
        for node in ("register", "classify", "contact", "analyse"):
            do(issue, node, NOW)
        step = open_step(issue)
        operations.claim_step(work_item_id=step.pk, actor=actor("engineer"), now=NOW)
        operations.complete_step(work_item_id=step.pk, data=DATA["plan"], actor=actor("supervisor"), now=NOW)
        names = set(User.objects.filter(pk__in=rounds(issue)[0].authors).values_list("username", flat=True))
        assert names == barred


# -- the content changes ---------------------------------------------------------------------------------------------


def test_what_changes_voids_what_was_decided_and_asks_anew() -> None:
    issue = house_side_by_side()
    step = at(issue, "approve_owner")
    decides("approver", issue, step=step)
    completes(issue, "amend", measures="回退固件并更换网关", expected="恢复并不再掉线")
    old, new = rounds(issue)
    assert (old.state, new.state, new.number) == ("void", "open", 2)
    assert old.content_hash != new.content_hash == content_hash(issue)
    assert new.seats.filter(waiting=True).count() == old.seats.count() == 3
    line = Entry.objects.get(issue=issue, code="approval.void")
    assert line.params["n"] == 1 and line.params["what"] == "预期效果与验收标准、解决措施"
    again = Notice.objects.filter(issue=issue, code="approval.wanted_again")
    assert again.filter(user__username="approver").exists()
    for who in ("approver", "approver-0", "approver2"):
        decides(who, issue, step=step)
    assert rounds(issue)[-1].state == "approved"
    assert Issue.objects.get(pk=issue.pk).status == "closed"


def test_the_same_content_again_voids_nothing() -> None:
    issue = house_side_by_side()
    decides("approver", issue, step=at(issue, "approve_owner"))
    completes(issue, "amend")
    assert [each.state for each in rounds(issue)] == ["open"]
    assert not Entry.objects.filter(code="approval.void").exists()


def test_a_stale_approval_says_what_changed_and_changes_nothing() -> None:
    issue = house_side_by_side("single")
    step, seen = at(issue, "approve_owner"), content_hash(issue)
    completes(issue, "amend", measures="只更换网关")
    with pytest.raises(StaleApproval) as refused:
        decides("approver", issue, seen=seen, step=step)
    assert refused.value.params["what"] == "解决措施"
    assert not ApprovalSeat.objects.exists() and at(issue, "approve_owner").pk == step.pk
    decides("approver", issue, seen=content_hash(issue), step=step)
    assert Issue.objects.get(pk=issue.pk).status == "closed"


# -- return, and straight back ---------------------------------------------------------------------------------------


@pytest.mark.correctness(83)
def test_straight_back_asks_only_who_refused_as_long_as_nothing_changed() -> None:
    house("all")
    issue = planned()
    decides("approver", issue)
    decides("approver-0", issue, "驳回", opinion="附上客户签字件", straight_back=True)
    do(issue, "plan", NOW)
    again = rounds(issue)[-1]
    waiting = again.seats.filter(waiting=True).values_list("user__username", flat=True)
    assert sorted(waiting) == ["approver-0", "approver-1"]
    assert again.seats.get(user__username="approver").carried
    decides("approver-0", issue)
    decides("approver-1", issue)
    assert open_step(issue).node == "execute"


@pytest.mark.correctness(83)
def test_straight_back_with_another_plan_asks_everybody() -> None:
    house("all")
    issue = planned()
    decides("approver", issue)
    decides("approver-0", issue, "驳回", straight_back=True)
    do(issue, "plan", NOW, measures="换一种办法")
    assert rounds(issue)[-1].seats.filter(waiting=True).count() == 3
    assert not ApprovalSeat.objects.filter(carried=True).exists()


def test_without_the_wish_a_return_asks_everybody() -> None:
    house("all")
    issue = planned()
    decides("approver", issue)
    decides("approver-0", issue, "驳回")
    do(issue, "plan", NOW)
    assert rounds(issue)[-1].seats.filter(waiting=True).count() == 3


def test_a_single_return_comes_straight_back_to_whoever_returned_it() -> None:
    house()
    issue = planned()
    decides("approver-1", issue, "驳回", straight_back=True)
    do(issue, "plan", NOW)
    assert [seat.user.username for seat in rounds(issue)[-1].seats.all() if seat.user] == ["approver-1"]
    with pytest.raises(NotAnApprover):
        decides("approver", issue)
    decides("approver-1", issue)
    assert open_step(issue).node == "execute"


@pytest.mark.correctness(83)
@pytest.mark.parametrize("changed", [False, True])
def test_an_earlier_approval_stands_on_the_way_back_only_for_the_same_content(changed: bool) -> None:
    """First the owner approves, then the head, who sends it back: with the same plan the owner is not asked again."""
    issue = house_of_two()
    decides("approver", issue)
    assert open_step(issue).node == "approve_boss"
    decides("head", issue, "退回", straight_back=True)
    completes(issue, "plan", **({"measures": "换一种办法"} if changed else {}))
    if changed:
        assert open_step(issue).node == "approve_owner"
        return
    assert open_step(issue).node == "approve_boss"
    assert [(each.node, each.state, each.carried) for each in rounds(issue)] == [
        ("approve_owner", "approved", False),
        ("approve_boss", "rejected", False),
        ("approve_owner", "approved", True),
        ("approve_boss", "open", False),
    ]
    assert Entry.objects.filter(issue=issue, code="approval.carried").count() == 1
    decides("head", issue)
    assert Issue.objects.get(pk=issue.pk).status == "closed"


def test_a_chart_may_begin_with_an_approval() -> None:
    issue = house_that_begins_with_an_approval()
    (found,) = rounds(issue)
    assert found.issue_id == issue.pk and found.seats.filter(waiting=True).count() == 2
    for who in ("approver", "approver2"):
        operations.complete_step(work_item_id=at(issue, "approve_owner").pk, outcome="同意", actor=actor(who), now=NOW)
    assert Issue.objects.get(pk=issue.pk).status == "closed"
