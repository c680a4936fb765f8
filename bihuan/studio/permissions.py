"""Who may draw."""

from bihuan.core.actor import Actor, ActorKind
from bihuan.studio.models import OPEN_STAGES, Comment, Draft, Review, Stage


def may_see(actor: Actor) -> bool:
    """All members of staff may read charts in the making and say what they think; customers may not."""
    return actor.kind is not ActorKind.CUSTOMER


def may_draw(actor: Actor) -> bool:
    """Whether the actor may make and change drafts."""
    return actor.can("flows.draw")


def may_edit(actor: Actor, draft: Draft) -> bool:
    """Whether the actor may change this draft now: under review and after it the content stands still."""
    return may_draw(actor) and draft.stage == Stage.DRAFT


def may_publish(actor: Actor) -> bool:
    """Whether the actor may publish, try and retire versions."""
    return actor.can("flows.publish")


def authors_of(draft: Draft, review: Review | None = None) -> frozenset[int]:
    """Ids of the people whose work a draft is: they cannot sign it."""
    asked = review.asked_by_id if review is not None else None
    return frozenset(each for each in (draft.created_by_id, draft.updated_by_id, asked) if each is not None)


def may_take_back(actor: Actor, draft: Draft, review: Review | None) -> bool:
    """Whoever drew it or asked for the review may take it back, and whoever may publish."""
    return may_publish(actor) or (may_draw(actor) and actor.user_id in authors_of(draft, review))


def may_comment(actor: Actor, draft: Draft) -> bool:
    """All members of staff, as long as it is not published."""
    return may_see(actor) and draft.stage in OPEN_STAGES


def may_resolve(actor: Actor, comment: Comment) -> bool:
    """Whoever wrote it, and whoever draws."""
    return may_draw(actor) or (actor.user_id is not None and actor.user_id == comment.by_id)
