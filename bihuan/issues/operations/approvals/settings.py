"""How strictly the company keeps apart who writes and who approves."""

from datetime import datetime

from bihuan.core import settings
from bihuan.core.actor import Actor
from bihuan.core.stamps import operation
from bihuan.issues.errors import BadChoice
from bihuan.issues.queries.approvals import LEVELS, SELF_APPROVAL


@operation()
def save_self_approval(*, strictness: str, actor: Actor, now: datetime) -> bool:
    """Sets who may not decide about a content (see ``SELF_APPROVAL``), for rounds that open from now on; whether anything
    changed. Refuses what is no level, and who may not change settings."""
    if strictness not in LEVELS:
        raise BadChoice(params={"field": "审批人与编写人分开", "value": strictness[:50]})
    return settings.change_settings(values={SELF_APPROVAL: strictness}, actor=actor, now=now)
