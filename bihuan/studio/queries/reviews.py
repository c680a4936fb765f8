"""Reviews, signatures and remarks as staff may see them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db.models import Prefetch, Q, QuerySet

from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound
from bihuan.studio import permissions
from bihuan.studio.models import Comment, Draft, Review, ReviewState, Signature, Stage, Unreviewed, Verdict

_ROUNDS: Final = 30
_THREADS: Final = 300
_WAITING: Final = 100


def reviews(*, actor: Actor, draft_id: int) -> list[Review]:
    """The latest rounds, newest first, each with its ``signatures`` in the order in which people were named."""
    if not permissions.may_see(actor):
        raise NotFound
    named = Prefetch("signatures", Signature.objects.order_by("id"))
    return list(Review.objects.filter(draft_id=draft_id).prefetch_related(named).order_by("-id")[:_ROUNDS])


def waiting_reviews(*, actor: Actor) -> list[Review]:
    """The open rounds that wait for the actor's signature, with their drafts; those due first."""
    found = _waiting(actor).select_related("draft").defer("draft__chart", "draft__forms", "draft__decisions")
    return list(found.order_by("due", "id")[:_WAITING])


def waiting_count(*, actor: Actor) -> int:
    """How many rounds wait for the actor's signature."""
    return _waiting(actor).count()


def _waiting(actor: Actor) -> QuerySet[Review]:
    if actor.user_id is None or not permissions.may_see(actor):
        return Review.objects.none()
    mine = Signature.objects.filter(user_id=actor.user_id, verdict=Verdict.WAITING)
    open_ones = Review.objects.filter(state=ReviewState.OPEN, draft__stage=Stage.REVIEW)
    return open_ones.filter(pk__in=mine.values("review_id"))


def may_sign(*, actor: Actor, draft: Draft, review: Review | None) -> bool:
    """Whether the actor is one of the reviewers of a round that is open."""
    if review is None or review.state != ReviewState.OPEN or draft.stage != Stage.REVIEW:
        return False
    if actor.user_id is None or actor.user_id in permissions.authors_of(draft, review):
        return False
    return Signature.objects.filter(review=review, user_id=actor.user_id).exists()


def may_take_back(*, actor: Actor, draft: Draft, review: Review | None) -> bool:
    """Whether the actor may take the draft back from review or test."""
    return draft.stage in (Stage.REVIEW, Stage.TEST) and permissions.may_take_back(actor, draft, review)


def may_publish(actor: Actor) -> bool:
    """See ``permissions.may_publish``."""
    return permissions.may_publish(actor)


def may_see(actor: Actor) -> bool:
    """See ``permissions.may_see``."""
    return permissions.may_see(actor)


def authors_of(draft: Draft) -> frozenset[int]:
    """See ``permissions.authors_of``."""
    return permissions.authors_of(draft)


def may_comment(*, actor: Actor, draft: Draft) -> bool:
    """See ``permissions.may_comment``."""
    return permissions.may_comment(actor, draft)


def may_resolve(*, actor: Actor, comment: Comment) -> bool:
    """See ``permissions.may_resolve``."""
    return permissions.may_resolve(actor, comment)


def comments(*, actor: Actor, draft_id: int) -> list[Comment]:
    """Remarks with their ``replies``, the oldest first: all that are open, and of the resolved the latest; not more than
    three hundred."""
    if not permissions.may_see(actor):
        raise NotFound
    threads = Comment.objects.filter(draft_id=draft_id, answers__isnull=True)
    answers = Prefetch("replies", Comment.objects.order_by("id"))
    newest = threads.prefetch_related(answers).order_by("-resolved_at", "-id")
    found = [*newest.filter(resolved_at__isnull=True)[:_THREADS]]
    found += newest.filter(resolved_at__isnull=False)[: _THREADS - len(found)] if len(found) < _THREADS else []
    return sorted(found, key=lambda comment: comment.pk)


def open_comments(*, actor: Actor, draft_id: int) -> int:
    """How many remarks are not resolved."""
    if not permissions.may_see(actor):
        return 0
    return Comment.objects.filter(draft_id=draft_id, answers__isnull=True, resolved_at__isnull=True).count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """How a version came to be. ``unreviewed``: why it was published without signatures ("" if it was reviewed)."""

    draft_id: int
    author: str
    reviewers: tuple[str, ...]
    unreviewed: str


def origins(*, actor: Actor, version_ids: Collection[int]) -> dict[int, Origin]:
    """By version, for those that were drawn here; three queries."""
    if not permissions.may_see(actor):
        return {}
    found = Draft.objects.filter(published_id__in=version_ids).select_related("created_by", "published")
    drafts = list(
        found.defer("chart", "forms", "decisions", "published__chart", "published__forms", "published__decisions")
    )
    skipped = dict(Unreviewed.objects.filter(draft__in=drafts).values_list("draft_id", "reason"))
    signed: dict[int, list[str]] = {}
    hashes = Q(pk__in=[])
    for draft in drafts:
        if draft.published is not None:
            hashes |= Q(review__draft=draft.pk, review__content_hash=draft.published.content_hash)
    rows = Signature.objects.filter(hashes, review__state=ReviewState.AGREED).order_by("id")
    for draft_id, name in rows.values_list("review__draft_id", "user_name"):
        signed.setdefault(draft_id, []).append(name)
    return {
        draft.published_id: Origin(
            draft_id=draft.pk,
            author=draft.created_by.name if draft.created_by is not None else draft.updated_by_name,
            reviewers=tuple(dict.fromkeys(signed.get(draft.pk, []))) if draft.pk not in skipped else (),
            unreviewed=skipped.get(draft.pk, ""),
        )
        for draft in drafts
        if draft.published_id is not None
    }
