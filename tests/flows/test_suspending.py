"""An instance that stands: nothing reaches it, nothing of it is lost, and it goes on where it was."""

from datetime import UTC, datetime, timedelta

import pytest

from bihuan.core.actor import SYSTEM
from bihuan.flows import operations as flows
from bihuan.flows.errors import InstanceEnded, InstanceSuspended, StepGone
from bihuan.flows.models import Instance, StepRecord, Wait, WorkItem
from bihuan.flows.operations.suspending import _due_again
from bihuan.flows.queries import ledger_facts, open_steps
from bihuan.issues.models import Issue
from tests.factories import NOW, actor, company, customer_issue
from tests.issues.test_story import do, open_step

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=10)


def suspended() -> tuple[Issue, WorkItem]:
    company()
    issue = customer_issue()
    step = open_step(issue)
    flows.suspend_instance(instance_id=issue.instance_id, now=LATER)
    return issue, step


def test_nobody_and_nothing_moves_it() -> None:
    issue, step = suspended()
    pk, agent = issue.instance_id, actor("agent")
    assert open_steps(instance_ids=[pk])[pk] == []
    with pytest.raises(StepGone):
        flows.claim_work_item(work_item_id=step.pk, actor=agent, now=LATER)
    with pytest.raises(StepGone):
        flows.complete_work_item(work_item_id=step.pk, outcome="to_classify", variables={}, actor=agent, now=LATER)
    with pytest.raises(InstanceSuspended):
        flows.cancel_instance(instance_id=pk, reason="x", actor=SYSTEM, now=LATER)
    with pytest.raises(InstanceSuspended):
        flows.jump_token(instance_id=pk, item=step.item, target="classify", reason="x", actor=SYSTEM, now=LATER)
    with pytest.raises(InstanceSuspended):
        flows.set_variables(instance_id=pk, variables={"urgency": "low"}, actor=SYSTEM, now=LATER)
    assert not flows.correlate_message(instance_id=pk, name="customer_withdraws", variables={}, actor=SYSTEM, now=LATER)
    assert flows.fire_due_timers(now=NOW + timedelta(days=40)) == 0
    assert StepRecord.objects.filter(instance_id=pk).count() == Instance.objects.get(pk=pk).revision


def test_it_stands_once_and_wakes_once() -> None:
    issue, step = suspended()
    pk = issue.instance_id
    flows.suspend_instance(instance_id=pk, now=LATER + timedelta(minutes=5))
    woken = LATER + timedelta(hours=1)
    for _ in range(2):
        flows.resume_instance(instance_id=pk, actor=actor("agent"), now=woken)
    assert Instance.objects.get(pk=pk).suspensions == [[LATER.isoformat(), woken.isoformat()]]
    again = WorkItem.objects.get(pk=step.pk)
    assert (again.status, again.due_at) == (step.status, (step.due_at or NOW) + timedelta(hours=1))
    assert again.next_alarm_at is not None
    facts = ledger_facts(instance=Instance.objects.get(pk=pk))
    assert facts.suspended == ((LATER, woken),) and facts.pauses == ()
    do(issue, "register", woken)
    assert open_step(issue).node == "classify"


def test_who_held_a_step_holds_it_and_a_pause_goes_on() -> None:
    company()
    issue = customer_issue()
    step = open_step(issue)
    agent = actor("agent")
    flows.claim_work_item(work_item_id=step.pk, actor=agent, now=NOW)
    flows.pause_work_item(work_item_id=step.pk, reason="等客户", actor=agent, now=NOW)
    flows.suspend_instance(instance_id=issue.instance_id, now=LATER)
    flows.resume_instance(instance_id=issue.instance_id, actor=agent, now=LATER + timedelta(hours=1))
    again = WorkItem.objects.get(pk=step.pk)
    assert (again.status, again.assignee_id) == ("claimed", agent.user_id)
    assert again.pauses == [[NOW.isoformat(), None, "等客户"]] and again.next_alarm_at is None


def last_command(instance_id: int) -> object:
    return StepRecord.objects.filter(instance_id=instance_id).latest("revision").commands[0]["command"]


def test_it_ends_by_the_drawn_way_and_only_while_it_stands() -> None:
    issue, step = suspended()
    pk = issue.instance_id
    end = {"message": "marked_duplicate", "reason": "x", "actor": SYSTEM, "now": LATER}
    assert flows.end_suspended(instance_id=pk, **end)  # type: ignore[arg-type]
    ended = Instance.objects.get(pk=pk)
    assert ended.ended_at == LATER and last_command(pk) == "ReceiveMessage"
    assert WorkItem.objects.get(pk=step.pk).status == "cancelled"
    assert not Wait.objects.filter(instance_id=pk, closed_at=None).exists()
    assert not flows.end_suspended(instance_id=pk, **end)  # type: ignore[arg-type]
    with pytest.raises(InstanceEnded):
        flows.suspend_instance(instance_id=pk, now=LATER)
    other = customer_issue()
    assert not flows.end_suspended(instance_id=other.instance_id, **end)  # type: ignore[arg-type]
    flows.suspend_instance(instance_id=other.instance_id, now=LATER)
    assert flows.end_suspended(instance_id=other.instance_id, **{**end, "message": "no_such_way"})  # type: ignore[arg-type]
    assert last_command(other.instance_id) == "Cancel"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}+08:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("detail", "due", "stood", "woken", "again"),
    [
        ({"kind": "date"}, "11-25 10:00", "11-20 10:00", "11-24 10:00", "11-25 10:00"),
        ({"kind": "date"}, "11-25 10:00", "11-20 10:00", "11-30 10:00", "11-25 10:00"),  # due at once
        ({"kind": "duration", "calendar": None}, "11-20 12:00", "11-20 10:00", "11-21 03:00", "11-21 05:00"),
        # Four working hours from Friday 16:00 to Monday 10:00; from Wednesday 11:00 on they end at 17:00.
        ({"kind": "duration", "calendar": "default"}, "11-23 10:00", "11-20 16:00", "11-25 11:00", "11-25 17:00"),
        ({"kind": "duration", "calendar": "default"}, "11-20 09:00", "11-20 10:00", "11-25 11:00", "11-20 09:00"),
    ],
)
def test_when_a_timer_is_due_again(detail: dict[str, object], due: str, stood: str, woken: str, again: str) -> None:
    company()
    wait = Wait(detail={**detail, "held": [at(due).isoformat(), at(stood).isoformat()]})
    assert _due_again(wait, at(woken)) == at(again)
