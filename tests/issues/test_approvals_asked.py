"""Approvals that somebody asks for, and sharing or passing on one's part."""

import pytest

from bihuan.accounts import operations as accounts
from bihuan.accounts.models import User
from bihuan.accounts.operations.people import StillHolds
from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.flows.errors import NotYourStep, ReasonRequired
from bihuan.issues import operations, queries
from bihuan.issues.errors import IssueClosed, TextRequired, TooLong
from bihuan.issues.models import Approval, ApprovalSeat, Entry, Issue, Notice
from bihuan.issues.operations.approvals.refusals import (
    ApprovalDenied,
    ApprovalOpen,
    ApprovalOver,
    BadQuorum,
    DecidedAlready,
    NoApprovers,
    NotAnApprover,
    NotApprovable,
    OpinionRequired,
    SelfApproval,
    StaleApproval,
    TooLateToRemove,
)
from bihuan.issues.operations.customer_files import IssuesHold
from tests.factories import NOW, actor, company, customer_issue
from tests.issues.approvals_world import decides, house, planned, rounds
from tests.issues.test_story import do, open_step

pytestmark = pytest.mark.django_db


def ask(
    issue: Issue,
    *people: str,
    by: str = "engineer",
    text: str = "给客户减免服务费 300 元",
    mode: str = "all",
    quorum: str = "",
    blocks: int | None = None,
) -> Approval:
    return operations.ask_approval(
        issue_id=issue.pk,
        text=text,
        usernames=people,
        mode=mode,
        quorum=quorum,
        blocks=blocks,
        actor=actor(by),
        now=NOW,
    )


def answer(approval: Approval, who: str, approve: bool = True, opinion: str = "", seen: str = "") -> Approval:
    return operations.decide_approval(
        approval_id=approval.pk, approve=approve, opinion=opinion, seen=seen, actor=actor(who), now=NOW
    )


def listed(who: str) -> int:
    page = queries.queue(actor=actor(who), name="approvals", cursor=None, limit=50, now=NOW)
    assert queries.queue_counts(actor=actor(who), now=NOW)["approvals"] == len(page.items)
    return len(page.items)


def asked(issue: Issue) -> int:
    """What the issue's row says of requests that are open, or refused and in a step's way; it is what there is."""
    found = Issue.objects.get(pk=issue.pk).asked
    rows = Approval.objects.filter(issue=issue, work_item=None)
    refused = rows.filter(state="rejected", blocks__isnull=False)
    assert found == rows.filter(state="open").count() + refused.count()
    return found


def an_issue() -> Issue:
    company()
    issue = customer_issue()
    for node in ("register", "classify"):
        do(issue, node, NOW)
    return issue


def test_asked_answered_and_the_asker_hears() -> None:
    issue = an_issue()
    approval = ask(issue, "head", "quality")
    assert (listed("head"), listed("quality"), listed("manager")) == (1, 1, 0)
    assert Notice.objects.filter(user__username="head", code="approval.wanted", issue=issue).count() == 1
    answer(approval, "head", opinion="可以")
    assert (listed("head"), listed("quality")) == (0, 1)
    assert asked(issue) == 1
    assert answer(approval, "quality").state == "approved" and asked(issue) == 0
    assert Notice.objects.filter(user__username="engineer", code="approval.granted").count() == 1
    assert [entry.code for entry in Entry.objects.filter(issue=issue, code__startswith="approval.").order_by("pk")] == [
        "approval.asked", "approval.agreed", "approval.agreed",
    ]  # fmt: skip


def test_a_refusal_needs_reasons() -> None:
    issue = an_issue()
    approval = ask(issue, "head")
    with pytest.raises(OpinionRequired):
        answer(approval, "head", False)
    assert answer(approval, "head", False, "超出权限").state == "rejected" and asked(issue) == 0
    assert Notice.objects.filter(user__username="engineer", code="approval.denied").exists()


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"text": " "}, TextRequired),
        ({"text": "长" * 10_001}, TooLong),
        ({"mode": "vote"}, BadQuorum),
        ({"mode": "vote", "quorum": "0"}, BadQuorum),
        ({"mode": "vote", "quorum": "101%"}, BadQuorum),
        ({"mode": "vote", "quorum": "２"}, BadQuorum),
        ({"mode": "dice"}, BadQuorum),
    ],
)
def test_what_cannot_be_asked(given: dict[str, str], refusal: type[Exception]) -> None:
    issue = an_issue()
    with pytest.raises(refusal):
        ask(
            issue, "head", text=given.get("text", "减免"), mode=given.get("mode", "all"), quorum=given.get("quorum", "")
        )
    assert not Approval.objects.exists()


@pytest.mark.parametrize("people", [(), ("engineer",), ("head", "nobody"), ("head", "engineer")])
def test_nobody_asks_themselves_or_nobody(people: tuple[str, ...]) -> None:
    issue = an_issue()
    with pytest.raises(NoApprovers):
        ask(issue, *people)


def test_ten_thousand_characters_are_kept_whole() -> None:
    text = ("审批\u202e‮😀<b>&" * 2000)[:10_000]
    approval = ask(an_issue(), "head", text=text)
    assert Approval.objects.get(pk=approval.pk).text == text.strip()


def test_who_may_not_see_the_issue_can_neither_ask_nor_answer() -> None:
    issue = an_issue()
    approval = ask(issue, "head")
    with pytest.raises(NotFound):
        ask(issue, "head", by="outsider")
    with pytest.raises(NotFound):
        answer(approval, "outsider")
    with pytest.raises(NotAnApprover):
        answer(approval, "supervisor")
    with pytest.raises(SelfApproval):
        answer(approval, "engineer")


def test_a_page_with_another_text_is_stale_and_a_second_click_is_the_first() -> None:
    approval = ask(an_issue(), "head", "quality")
    with pytest.raises(StaleApproval):
        answer(approval, "head", seen="0" * 64)
    for _click in range(2):
        answer(approval, "head", seen=approval.content_hash)
    assert ApprovalSeat.objects.exclude(decision="").count() == 1
    with pytest.raises(DecidedAlready):
        answer(approval, "head", False, "想了想还是不行")
    answer(approval, "quality")
    answer(approval, "quality")
    with pytest.raises(ApprovalOver):
        answer(approval, "quality", False, "不行")


@pytest.mark.correctness(36)
def test_a_blocking_one_holds_its_step_and_names_who_is_waited_for() -> None:
    issue = an_issue()
    step = open_step(issue)
    approval = ask(issue, "head", blocks=step.pk)
    with pytest.raises(ApprovalOpen) as refused:
        do(issue, step.node, NOW)
    assert refused.value.params == {"what": "给客户减免服务费 300 元", "who": "head 先生"}
    answer(approval, "head", False, "太多")
    assert asked(issue) == 1
    with pytest.raises(ApprovalDenied):
        do(issue, step.node, NOW)
    operations.cancel_approval(approval_id=approval.pk, reason="改为不减免", actor=actor("engineer"), now=NOW)
    assert asked(issue) == 0
    do(issue, step.node, NOW)
    assert open_step(issue).node != step.node


@pytest.mark.correctness(36)
def test_an_open_one_holds_the_closing_but_no_other_step() -> None:
    issue = an_issue()
    approval = ask(issue, "head")
    for node in ("contact", "analyse", "plan", "approve_owner", "execute", "sync"):
        do(issue, node, NOW)
    with pytest.raises(ApprovalOpen):
        do(issue, "inform", NOW)
    answer(approval, "head")
    do(issue, "inform", NOW)


def test_taking_back_is_for_the_asker_and_those_who_assign() -> None:
    issue = an_issue()
    approval = ask(issue, "head")
    with pytest.raises(ReasonRequired):
        operations.cancel_approval(approval_id=approval.pk, reason=" ", actor=actor("engineer"), now=NOW)
    with pytest.raises(Forbidden):
        operations.cancel_approval(approval_id=approval.pk, reason="x", actor=actor("agent"), now=NOW)
    operations.cancel_approval(approval_id=approval.pk, reason="客户同意原价", actor=actor("supervisor"), now=NOW)
    assert listed("head") == 0 and asked(issue) == 0 and Notice.objects.filter(code="approval.not_wanted").exists()
    with pytest.raises(ApprovalOver):
        answer(approval, "head")


def test_what_is_open_ends_with_the_issue() -> None:
    issue = an_issue()
    ask(issue, "head")
    operations.withdraw_issue(issue_id=issue.pk, reason="客户不要了", actor=actor("agent"), now=NOW)
    assert Approval.objects.get(work_item=None).state == "cancelled" and listed("head") == 0 and asked(issue) == 0
    with pytest.raises(IssueClosed):
        ask(issue, "head")


# -- sharing and passing on ------------------------------------------------------------------------------------------


def add(approval: Approval, by: str, who: str, place: str = "before") -> ApprovalSeat:
    return operations.add_signer(
        approval_id=approval.pk, username=who, place=place, reason="涉及费用", actor=actor(by), now=NOW
    )


def waiting(approval: Approval) -> list[str]:
    seats = ApprovalSeat.objects.filter(approval=approval, waiting=True, user__isnull=False)
    return sorted(seats.values_list("user__username", flat=True))


def test_added_before_decides_first() -> None:
    approval = ask(an_issue(), "head")
    add(approval, "head", "quality")
    assert waiting(approval) == ["quality"]
    with pytest.raises(NotAnApprover):
        answer(approval, "head")
    answer(approval, "quality")
    assert waiting(approval) == ["head"]
    assert answer(approval, "head").state == "approved"


def test_added_after_has_the_last_word() -> None:
    approval = ask(an_issue(), "head", mode="any")
    add(approval, "head", "quality", "after")
    assert waiting(approval) == ["head"]
    assert answer(approval, "head").state == "open"
    assert answer(approval, "quality", False, "费用科目不对").state == "rejected"


def test_who_cannot_be_added() -> None:
    approval = ask(an_issue(), "head", "manager")
    for who in ("manager", "engineer", "head"):
        with pytest.raises(NotApprovable):
            add(approval, "head", who)
    with pytest.raises(NotAnApprover):
        add(approval, "quality", "approver")


def test_taking_out_whom_one_added() -> None:
    approval = ask(an_issue(), "head")
    seat = add(approval, "head", "quality")
    with pytest.raises(Forbidden):
        operations.remove_signer(seat_id=seat.pk, reason="x", actor=actor("supervisor"), now=NOW)
    operations.remove_signer(seat_id=seat.pk, reason="不用了", actor=actor("head"), now=NOW)
    assert waiting(approval) == ["head"]
    after = add(approval, "head", "quality", "after")
    answer(approval, "head")
    with pytest.raises(TooLateToRemove):
        operations.remove_signer(seat_id=after.pk, reason="不用了", actor=actor("head"), now=NOW)


def test_passing_ones_part_on() -> None:
    approval = ask(an_issue(), "head", "manager")
    operations.delegate_approval(
        approval_id=approval.pk, username="quality", reason="我不熟悉", actor=actor("head"), now=NOW
    )
    assert waiting(approval) == ["manager", "quality"] and listed("head") == 0
    with pytest.raises(NotAnApprover):
        answer(approval, "head")
    answer(approval, "quality")
    seat = ApprovalSeat.objects.get(user__username="quality")
    assert seat.delegated_from is not None and seat.delegated_from.username == "head"


def test_adding_at_a_step_that_one_decides_makes_it_theirs() -> None:
    house()
    issue = planned()
    (approval,) = rounds(issue)
    with pytest.raises(NotYourStep):
        add(approval, "quality", "head")
    add(approval, "approver", "quality", "after")
    assert waiting(approval) == ["approver"] and listed("approver-0") == 0
    decides("approver", issue)
    assert open_step(issue).node == "approve_owner" and listed("quality") == 1
    decides("quality", issue)
    assert open_step(issue).node == "execute"


@pytest.mark.correctness(86)
def test_a_deputy_decides_for_whoever_is_away() -> None:
    issue = an_issue()
    approval = ask(issue, "head", "manager")
    people = {each.username: each for each in User.objects.all()}
    accounts.set_absence(
        person_id=people["head"].pk, deputy_id=people["quality"].pk, absent_from=NOW, absent_until=None,
        actor=actor("admin"), now=NOW,
    )  # fmt: skip
    assert listed("quality") == 1
    answer(approval, "quality")
    seat = ApprovalSeat.objects.get(user__username="head")
    assert seat.decided_by is not None and seat.decided_by.username == "quality"
    assert Entry.objects.get(issue=issue, code="approval.agreed").params["for"] == "代head 先生"


def test_what_is_said_in_approvals_goes_with_the_persons_data() -> None:
    issue = an_issue()
    approval = ask(issue, "head", text="给吴桂芳退款")
    answer(approval, "head", opinion="吴桂芳符合条件")
    assert issue.contact_id is not None
    IssuesHold().erase(issue.contact_id, NOW)
    assert "吴桂芳" not in Approval.objects.get(pk=approval.pk).text
    assert ApprovalSeat.objects.get(approval=approval).opinion == ""


def test_who_leaves_hands_over_the_decisions_that_are_owed() -> None:
    company()
    issue = customer_issue()
    first = operations.ask_approval(
        issue_id=issue.pk,
        text="换整机",
        usernames=["head", "manager"],
        mode="sequential",
        actor=actor("agent"),
        now=NOW,
    )
    leaving = actor("manager").user_id or 0
    with pytest.raises(StillHolds):
        accounts.switch_person(person_id=leaving, is_active=False, actor=actor("admin"), now=NOW)
    things = queries.in_hand(actor=actor("admin"), person_id=leaving)
    assert [(each.kind, each.what) for each in things] == [("seat", "换整机")]

    def hand(to: str) -> int:
        rows = [operations.Handed(kind=each.kind, id=each.id, to=to, summary="方案已看过") for each in things]
        return operations.hand_over(person_id=leaving, rows=rows, actor=actor("admin"), now=NOW)

    with pytest.raises(Refused):
        hand("head")  # sits there already: one person has one voice
    assert hand("supervisor") == 1
    accounts.switch_person(person_id=leaving, is_active=False, actor=actor("admin"), now=NOW)
    operations.decide_approval(approval_id=first.pk, approve=True, actor=actor("head"), now=NOW)
    assert Notice.objects.filter(user__username="supervisor", code__startswith="approval.").exists()
    done = operations.decide_approval(approval_id=first.pk, approve=True, actor=actor("supervisor"), now=NOW)
    assert done.state == "approved"
    seat = done.seats.get(user__username="supervisor")
    assert seat.delegated_from_id == leaving and seat.reason == "方案已看过"
