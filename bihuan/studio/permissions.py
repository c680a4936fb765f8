"""Who may draw."""

from bihuan.core.actor import Actor, ActorKind
from bihuan.studio.models import Draft, Stage


def may_see(actor: Actor) -> bool:
    """All members of staff may read charts in the making and say what they think; customers may not."""
    return actor.kind is not ActorKind.CUSTOMER


def may_draw(actor: Actor) -> bool:
    """Whether the actor may make and change drafts."""
    return actor.can("flows.draw")


def may_edit(actor: Actor, draft: Draft) -> bool:
    """Whether the actor may change this draft now: under review and after it the content stands still."""
    return may_draw(actor) and draft.stage == Stage.DRAFT
