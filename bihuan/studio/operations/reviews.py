"""Reviews: asked of named people, signed for one content, taken back; remarks pinned to elements."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from bihuan.accounts import queries as people
from bihuan.accounts.models import User
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.studio import permissions
from bihuan.studio.errors import (
    AuthorReviews,
    BadDue,
    ChangesUnnamed,
    ChecklistOpen,
    DraftClosed,
    DraftConflict,
    NobodySuch,
    NoSuchElement,
    NotAReviewer,
    ReviewClosed,
    ReviewersNeeded,
)
from bihuan.studio.models import Comment, Draft, Review, ReviewState, Signature, Stage, Verdict
from bihuan.studio.operations.words import said
from bihuan.studio.queries.elements import elements_of
from bihuan.studio.queries.readiness import package_of
from bihuan.studio.registry import ring
from bihuan.studio.rules import MOVES, is_checklist, is_clean

_MOST: Final = 20


@transaction.atomic
def ask_review(
    *,
    draft_id: int,
    revision: int,
    reviewers: Sequence[str],
    note: str = "",
    due: date | None = None,
    actor: Actor,
    now: datetime,
) -> Review:
    """Asks the people with these user names; the draft stands still until all have signed, one wants changes, or it is
    taken back. Refuses ``ReviewersNeeded``, ``NobodySuch``, ``AuthorReviews``, ``BadDue``, ``DraftConflict``."""
    if not permissions.may_draw(actor):
        raise Forbidden
    draft = locked(draft_id)
    if draft.revision != revision:
        raise conflict(draft)
    stage = moved(draft, "ask")
    if due is not None and due < now.astimezone(ZoneInfo(settings.TIME_ZONE)).date():
        raise BadDue
    chosen = _reviewers(draft, reviewers, actor)
    review = Review.objects.create(
        draft=draft,
        content_hash=package_of(draft).content_hash(),
        revision=draft.revision,
        note=said(note),
        due=due,
        asked_by_id=actor.user_id,
        asked_by_name=actor.name[:200],
        asked_at=now,
    )
    Signature.objects.bulk_create([Signature(review=review, user=each, user_name=each.name[:200]) for each in chosen])
    settle(draft, stage)
    detail = {"review": review.pk, "hash": review.content_hash, "reviewers": [each.pk for each in chosen]}
    record(draft, "draft.review_asked", actor, now, detail)
    _tell([each.pk for each in chosen], "review.asked", draft, actor, now)
    return review


def _reviewers(draft: Draft, names: Sequence[str], actor: Actor) -> list[User]:
    wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if not 1 <= len(wanted) <= _MOST:
        raise ReviewersNeeded(params={"limit": _MOST})
    authors = permissions.authors_of(draft) | {actor.user_id}
    found: dict[int, User] = {}
    for name in wanted:
        user = people.person(username=name.replace("\x00", "")[:150])
        if user is None:
            raise NobodySuch(params={"name": name[:50]})
        if user.pk in authors:
            raise AuthorReviews(params={"name": user.name})
        found[user.pk] = user
    return list(found.values())


@transaction.atomic
def sign_review(
    *,
    review_id: int,
    content_hash: str,
    verdict: str,
    checklist: Mapping[str, str],
    note: str = "",
    actor: Actor,
    now: datetime,
) -> Review:
    """A reviewer's verdict on the content with that hash. The last agreement leads on to the test, the first
    "changes" back to the draft. Refuses ``ReviewClosed``, ``NotAReviewer``, ``ChecklistOpen``, ``ChangesUnnamed``."""
    review, draft = _open_review(review_id, content_hash)
    signature = Signature.objects.filter(review=review, user_id=actor.user_id or 0).first()
    if signature is None or actor.user_id in permissions.authors_of(draft, review):
        raise NotAReviewer
    if verdict not in (Verdict.AGREE, Verdict.CHANGES) or not is_checklist(checklist):
        raise ChecklistOpen
    note = said(note)
    if verdict == Verdict.AGREE and not is_clean(checklist):
        raise ChecklistOpen
    if verdict == Verdict.CHANGES and not (note or _marked(checklist) or _remarked(draft, actor)):
        raise ChangesUnnamed
    signature.verdict, signature.checklist, signature.note, signature.signed_at = verdict, dict(checklist), note, now
    signature.save(update_fields=["verdict", "checklist", "note", "signed_at"])
    detail = {"review": review.pk, "verdict": verdict, "hash": review.content_hash}
    record(draft, "draft.signed", actor, now, detail)
    _judge(review, draft, verdict, actor, now)
    code = f"review.{'signed' if review.state == ReviewState.OPEN else review.state}"
    _tell(permissions.authors_of(draft, review), code, draft, actor, now)
    return review


def _open_review(review_id: int, content_hash: str) -> tuple[Review, Draft]:
    draft_id = Review.objects.filter(pk=review_id).values_list("draft_id", flat=True).first()
    if draft_id is None:
        raise NotFound
    draft = locked(draft_id)
    review = Review.objects.get(pk=review_id)
    as_asked = review.content_hash == content_hash == package_of(draft).content_hash()
    if review.state != ReviewState.OPEN or draft.stage != Stage.REVIEW or not as_asked:
        raise ReviewClosed
    return review, draft


def _marked(checklist: Mapping[str, str]) -> bool:
    return any(answer != "ok" for answer in checklist.values())


def _remarked(draft: Draft, actor: Actor) -> bool:
    return Comment.objects.filter(draft=draft, by_id=actor.user_id, resolved_at__isnull=True).exists()


def _judge(review: Review, draft: Draft, verdict: str, actor: Actor, now: datetime) -> None:
    if verdict == Verdict.CHANGES:
        review.state, act = ReviewState.CHANGES, "change"
    elif not Signature.objects.filter(review=review).exclude(verdict=Verdict.AGREE).exists():
        review.state, act = ReviewState.AGREED, "agree"
    else:
        return
    review.closed_at = now
    review.save(update_fields=["state", "closed_at"])
    settle(draft, moved(draft, act))
    record(draft, f"draft.review_{review.state}", actor, now, {"review": review.pk})


@transaction.atomic
def take_back(*, draft_id: int, actor: Actor, now: datetime) -> Draft:
    """Back from review or test, to be changed. Signatures stand for the content that was signed: they hold no longer
    once it is changed."""
    draft = locked(draft_id)
    review = Review.objects.filter(draft=draft).order_by("-id").first()
    if not permissions.may_take_back(actor, draft, review):
        raise Forbidden
    stage = moved(draft, "take_back")
    if review is not None and review.state == ReviewState.OPEN:
        review.state, review.closed_at = ReviewState.TAKEN_BACK, now
        review.save(update_fields=["state", "closed_at"])
    settle(draft, stage)
    record(draft, "draft.taken_back", actor, now, {})
    return draft


@transaction.atomic
def add_comment(*, draft_id: int, element: str, text: str, actor: Actor, now: datetime) -> Comment:
    """A remark on an element, or on the whole chart (``element`` ""). Refuses ``NoSuchElement``, ``TextRequired``,
    ``TextTooLong``, ``DraftClosed``."""
    draft = _commentable(draft_id, actor)
    if element and element not in elements_of(bytes(draft.chart)):
        raise NoSuchElement
    return _comment(draft, element, None, text, actor, now)


@transaction.atomic
def answer_comment(*, comment_id: int, text: str, actor: Actor, now: datetime) -> Comment:
    """An answer below a remark; answers have no answers."""
    comment = _thread(comment_id)
    draft = _commentable(comment.draft_id, actor)
    return _comment(draft, comment.element, comment, text, actor, now)


@transaction.atomic
def resolve_comment(*, comment_id: int, resolved: bool, actor: Actor, now: datetime) -> Comment:
    """The remark is dealt with, or is not after all; whoever wrote it or draws may say so."""
    comment = _thread(comment_id)
    draft = _commentable(comment.draft_id, actor)
    if not permissions.may_resolve(actor, comment):
        raise Forbidden
    if (comment.resolved_at is not None) == resolved:
        return comment
    comment.resolved_at = now if resolved else None
    comment.resolved_by_name = actor.name[:200] if resolved else ""
    comment.save(update_fields=["resolved_at", "resolved_by_name"])
    action = "draft.comment_resolved" if resolved else "draft.comment_reopened"
    record(draft, action, actor, now, {"comment": comment.pk})
    return comment


def _thread(comment_id: int) -> Comment:
    comment = Comment.objects.filter(pk=comment_id, answers__isnull=True).first()
    if comment is None:
        raise NotFound
    return comment


def _commentable(draft_id: int, actor: Actor) -> Draft:
    draft = locked(draft_id)
    if not permissions.may_see(actor):
        raise NotFound
    if not permissions.may_comment(actor, draft):
        raise DraftClosed(params={"stage": gettext(draft.get_stage_display())})
    return draft


def _comment(draft: Draft, element: str, answers: Comment | None, text: str, actor: Actor, now: datetime) -> Comment:
    comment = Comment.objects.create(
        draft=draft,
        answers=answers,
        element=element,
        revision=draft.revision,
        text=said(text, required=True),
        by_id=actor.user_id,
        by_name=actor.name[:200],
        at=now,
    )
    record(draft, "draft.commented", actor, now, {"comment": comment.pk})
    authors = permissions.authors_of(draft)
    if answers is not None:
        _tell([answers.by_id], "review.answered", draft, actor, now)
        authors -= {answers.by_id}
    _tell(authors, "review.commented", draft, actor, now)
    return comment


def _tell(people: Iterable[int | None], code: str, draft: Draft, actor: Actor, now: datetime) -> None:
    """Everybody but the one who did it."""
    params = {"draft": draft.pk, "name": draft.name, "name_en": draft.name_en, "by": actor.name}
    ring([user for user in people if user != actor.user_id], code, params, now)


def locked(draft_id: int) -> Draft:
    """The draft, until the end of the transaction; ``NotFound``."""
    draft = Draft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise NotFound
    return draft


def conflict(draft: Draft) -> DraftConflict:
    """Somebody saved since."""
    at = draft.updated_at.isoformat()
    return DraftConflict(params={"by": draft.updated_by_name, "at": at, "revision": draft.revision})


def moved(draft: Draft, act: str) -> str:
    """The stage that the act leads to; ``DraftClosed`` where it leads nowhere."""
    stage = MOVES.get((draft.stage, act))
    if stage is None:
        raise DraftClosed(params={"stage": gettext(draft.get_stage_display())})
    return stage


def settle(draft: Draft, stage: str) -> None:
    """Writes the stage down."""
    draft.stage = stage
    draft.save(update_fields=["stage"])


def record(draft: Draft, action: str, actor: Actor, now: datetime, detail: Mapping[str, object]) -> None:
    """The audit trail of a draft."""
    more = {"key": draft.key, "revision": draft.revision, **detail}
    audit.record(actor=actor, action=action, object_type="draft", object_id=draft.pk, now=now, detail=more)
