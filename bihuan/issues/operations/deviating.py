"""Leaving the drawn way of an issue, and mending its chart where it is stuck: each with a right and a line to read."""

from datetime import datetime

from bihuan.core.actor import Actor
from bihuan.core.stamps import operation
from bihuan.flows import operations as flows
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.reasons import refuse_closed
from bihuan.issues.operations.work import at_work


@operation()
def jump_step(*, issue_id: int, item: int, target: str, reason: str, actor: Actor, now: datetime) -> None:
    """Takes the token `item` to the element `target`, where no arrow leads."""
    issue = locked_issue(issue_id, actor)
    refuse_closed(issue)
    with at_work(issue, now=now):
        flows.jump_token(instance_id=issue.instance_id, item=item, target=target, reason=reason, actor=actor, now=now)


@operation()
def stop_issue(*, issue_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Ends the chart where it stands; the issue is terminated."""
    issue = locked_issue(issue_id, actor)
    refuse_closed(issue)
    with at_work(issue, now=now):
        flows.cancel_instance(instance_id=issue.instance_id, reason=reason, actor=actor, now=now)


@operation()
def retry_incident(*, issue_id: int, incident: int, actor: Actor, now: datetime) -> None:
    """Tries again where the chart is stuck."""
    issue = locked_issue(issue_id, actor)
    with at_work(issue, now=now):
        flows.retry_incident(instance_id=issue.instance_id, incident=incident, actor=actor, now=now)


@operation()
def skip_incident(
    *, issue_id: int, incident: int, outcome: str | None, reason: str, actor: Actor, now: datetime
) -> None:
    """Goes on behind it."""
    issue = locked_issue(issue_id, actor)
    with at_work(issue, now=now):
        flows.skip_incident(
            instance_id=issue.instance_id, incident=incident, outcome=outcome, reason=reason, actor=actor, now=now
        )


@operation()
def assign_incident(*, issue_id: int, incident: int, username: str, actor: Actor, now: datetime) -> None:
    """Says who looks after it, and tells them."""
    issue = locked_issue(issue_id, actor)
    with at_work(issue, now=now) as work:
        found = flows.assign_incident(
            instance_id=issue.instance_id, incident=incident, username=username, actor=actor, now=now
        )
        if found.assignee_id is not None:
            work.joined_by(found.assignee_id)
            work.tell([found.assignee_id], "notice.incident", {})
