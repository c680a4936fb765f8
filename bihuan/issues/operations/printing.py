"""A whole issue on paper leaves the house's rights behind: who took it is written down."""

from datetime import datetime

from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.stamps import operation
from bihuan.issues.operations.locking import locked_issue


@operation()
def note_printed(*, issue_id: int, actor: Actor, now: datetime) -> None:
    """Somebody opened the issue as a sheet for printing. Refuses who may not see it."""
    issue = locked_issue(issue_id, actor)
    audit.record(actor=actor, action="issue.printed", object_type="issue", object_id=issue.pk, now=now)
