"""A deputy takes over what somebody who is away has in hand."""

from datetime import datetime

from bihuan.accounts import queries as accounts
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden
from bihuan.core.stamps import operation
from bihuan.flows import operations as flows
from bihuan.flows.models import WorkItem
from bihuan.issues.operations.duty.receiving import refuse_recused
from bihuan.issues.operations.duty.returning import step_in_hand
from bihuan.issues.operations.work import at_work


@operation()
def take_over_step(*, work_item_id: int, actor: Actor, now: datetime) -> WorkItem:
    """代为接手: only while the holder is away, and only by the deputy named."""
    issue, item = step_in_hand(work_item_id, actor)
    holder = item.assignee_id
    if holder is None or actor.user_id is None or accounts.deputy_of(user_id=holder, now=now) != actor.user_id:
        raise Forbidden
    refuse_recused(issue.recused, actor.user_id)
    name = accounts.names(user_ids=[holder]).get(holder, "")
    with at_work(issue, now=now) as work:
        flows.hand_work_item(
            item=item, user_id=actor.user_id, department_id=item.department_id, reason="", actor=actor, now=now
        )
        work.say("duty.taken_over", {"name": name, "step": item.name, "step_en": item.name_en}, actor)
    return item
