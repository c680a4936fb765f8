"""Who may act on a step."""

from bihuan.core.actor import Actor, ActorKind
from bihuan.flows.models import WorkItem


def holds_post(actor: Actor, item: WorkItem) -> bool:
    """Whether the actor's roles make this kind of step theirs, in its department or one above."""
    if not item.role:
        return item.department_id is None or item.department_id in actor.departments
    if item.department_id is None:
        return item.role in actor.roles
    return (item.role, item.department_id) in actor.posts


def may_claim(actor: Actor, item: WorkItem) -> bool:
    """An unassigned step may be claimed by whoever holds its role there, or may act for others."""
    return actor.can("issues.act_for_others") or holds_post(actor, item)


def may_act(actor: Actor, item: WorkItem) -> bool:
    """Whether the actor may work on (complete, pause, draft) the step as it stands."""
    if actor.kind is ActorKind.SYSTEM or (actor.user_id is not None and item.assignee_id == actor.user_id):
        return True
    return actor.can("issues.act_for_others") or (item.assignee_id is None and holds_post(actor, item))


def may_assign(actor: Actor, item: WorkItem) -> bool:
    """The holder may pass a step on; others need the right to assign."""
    return actor.can("issues.assign") or (actor.user_id is not None and item.assignee_id == actor.user_id)


def may_steer(actor: Actor) -> bool:
    """Whether the actor may mend stuck charts and leave the drawn way: jump, stop, another version."""
    return actor.kind is ActorKind.SYSTEM or actor.can("flows.steer")
