"""Asking customers, and keeping their answers. Reading a link records nothing; answering does, once."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_noop

from bihuan.core import audit
from bihuan.core.actor import Actor, ActorKind, customer_actor
from bihuan.core.errors import Conflict, Forbidden, NotFound, Refused
from bihuan.core.stamps import operation
from bihuan.issues import operations as issues
from bihuan.issues.models import Issue
from bihuan.surveys.models import Invitation, Response
from bihuan.surveys.rules import CONFIRMED, QUESTIONS, SCORES, valid_scores
from bihuan.surveys.tokens import digest_of, token_of

__all__ = [
    "SCORES",
    "AnswerTooLong",
    "AskedElsewhere",
    "LinkUsed",
    "NothingToRevise",
    "ScoreNotValid",
    "invite",
    "record_answer",
    "record_callback",
    "record_response",
    "revise_answer",
]
VALID = timedelta(days=14)
COMMENT = 5000


class LinkUsed(Conflict):
    code = "link_used"
    text = gettext_noop("您已经评价过了，谢谢。")


class AskedElsewhere(Conflict):
    code = "survey_asked_elsewhere"
    text = gettext_noop("这件问题与另一件合在一起处理，处理完只请您评价一次，链接会另外发给您。")


class ScoreNotValid(Refused):
    code = "score_not_valid"
    text = gettext_noop("评分只能是 1 到 5。")


class AnswerTooLong(Refused):
    code = "answer_too_long"
    text = gettext_noop("意见太长：最多 %(limit)s 个字，现在 %(length)s 个；没有保存，请缩短后再提交。")


class NothingToRevise(Conflict):
    code = "nothing_to_revise"
    text = gettext_noop("还没有可以修改的评价，或者已经过了可以修改的时间。")


def _checked(scores: Mapping[str, int], comment: str) -> str:
    """The comment to keep; refuses scores that are none and a comment that is too long."""
    if not valid_scores(scores):
        raise ScoreNotValid
    if len(comment) > COMMENT:
        raise AnswerTooLong(params={"limit": COMMENT, "length": len(comment)})
    return comment.replace("\x00", "").strip()


@operation()
def invite(*, issue_id: int, round: int, now: datetime) -> str:
    """A one-time token for one round of an issue; a new one replaces an unused one. Refuses an answered round, and where
    another issue of the merged set has been rated: there is one survey a set (correctness 70)."""
    if Response.objects.filter(issue__duplicate_of_id=issue_id).exists():
        raise LinkUsed
    invitation = Invitation.objects.select_for_update().filter(issue_id=issue_id, round=round).first()
    if invitation is None:
        invitation = Invitation(issue_id=issue_id, round=round, digest=f"new:{issue_id}:{round}")
        invitation.created_at, invitation.expires_at = now, now + VALID
        invitation.save(force_insert=True)
    elif invitation.used_at is not None:
        raise LinkUsed
    invitation.created_at, invitation.expires_at = now, now + VALID
    token = token_of(invitation)
    invitation.digest = digest_of(token)
    invitation.save(update_fields=["digest", "created_at", "expires_at"])
    return token


def _keep(
    *,
    issue_id: int,
    round: int,
    source: str,
    confirmed: str,
    scores: Mapping[str, int],
    comment: str,
    now: datetime,
    invitation: Invitation | None = None,
    recorded_by: int | None = None,
) -> Response:
    """A further version of the round's answer; the first one is version 1."""
    before = Response.objects.filter(issue_id=issue_id, round=round).aggregate(latest=Max("version"))["latest"]
    return Response.objects.create(
        issue_id=issue_id,
        invitation=invitation,
        round=round,
        version=(before or 0) + 1,
        questions=QUESTIONS,
        source=source,
        confirmed=confirmed,
        comment=comment,
        recorded_by_id=recorded_by,
        at=now,
        efficiency=scores.get("efficiency"),
        communication=scores.get("communication"),
        effectiveness=scores.get("effectiveness"),
    )


def _verdict(solved: bool) -> str:
    return "solved" if solved else "unsolved"


@operation()
def record_response(*, token: str, solved: bool, scores: Mapping[str, int], comment: str, now: datetime) -> Response:
    """What the customer posted behind the one-time link; where the chart still waits for it, the chart goes on.

    "Not solved" takes the drawn arrow back and needs a comment. Refuses a link that is used, expired or unknown.
    """
    comment = _checked(scores, comment)
    known = Invitation.objects.filter(digest=digest_of(token)).values_list("issue_id", flat=True).first()
    issue = issues.lock_issue(issue_id=known) if known is not None else None
    invitation = (
        Invitation.objects.select_for_update()
        .filter(digest=digest_of(token), expires_at__gt=now, used_at__isnull=True)
        .first()
    )
    if invitation is None or issue is None:
        raise LinkUsed
    if issue.duplicate_of_id is not None:
        raise AskedElsewhere
    invitation.used_at = now
    invitation.save(update_fields=["used_at"])
    actor = customer_actor(customer_id=issue.customer_id, name=issue.contact.name if issue.contact else "")
    try:
        with transaction.atomic():
            issues.answer_result(issue_id=issue.pk, satisfied=solved, reason=comment, actor=actor, now=now)
    except Conflict:
        pass  # the call-back was faster, or the issue is closed: the scores count all the same
    return _keep(
        issue_id=issue.pk,
        round=invitation.round,
        source="link",
        confirmed=_verdict(solved),
        scores=scores,
        comment=comment,
        now=now,
        invitation=invitation,
    )


def _customers_own(actor: Actor, issue: Issue) -> None:
    """Nobody answers for the customer but through a call-back (correctness 109)."""
    if actor.kind is not ActorKind.CUSTOMER:
        raise Forbidden
    if actor.customer_id != issue.customer_id:
        raise NotFound


@operation()
def record_answer(
    *, issue_id: int, solved: bool, scores: Mapping[str, int], comment: str, actor: Actor, now: datetime
) -> Response:
    """The customer's answer on the progress page: one a round, and the chart takes its arrow. It uses up the round's
    one-time link. Refuses when the chart does not wait for it."""
    comment = _checked(scores, comment)
    issue = issues.lock_issue(issue_id=issue_id)
    _customers_own(actor, issue)
    round = issue.answers + 1
    issues.answer_result(issue_id=issue_id, satisfied=solved, reason=comment, actor=actor, now=now)
    Invitation.objects.filter(issue_id=issue_id, round=round, used_at__isnull=True).update(used_at=now)
    return _keep(
        issue_id=issue_id,
        round=round,
        source="page",
        confirmed=_verdict(solved),
        scores=scores,
        comment=comment,
        now=now,
    )


@operation()
def revise_answer(*, issue_id: int, scores: Mapping[str, int], comment: str, actor: Actor, now: datetime) -> Response:
    """The customer changes scores or comment of the last answer, within 14 days. The old version stays, the verdict and
    the chart's way do not change (correctness 110)."""
    comment = _checked(scores, comment)
    issue = issues.lock_issue(issue_id=issue_id)
    _customers_own(actor, issue)
    last = Response.objects.filter(issue_id=issue_id).order_by("-round", "-version").first()
    if last is None or last.at + VALID < now:
        raise NothingToRevise
    kept = _keep(
        issue_id=issue_id,
        round=last.round,
        source="page",
        confirmed=last.confirmed,
        scores=scores,
        comment=comment,
        now=now,
        invitation=last.invitation,
    )
    audit.record(
        actor=actor, action="survey.revised", object_type="issue", object_id=issue_id, now=now,
        detail={"round": kept.round, "version": kept.version},
    )  # fmt: skip
    return kept


@operation()
def record_callback(
    *, issue: Issue, confirmed: str, scores: Mapping[str, int], comment: str, actor: Actor, now: datetime
) -> Response:
    """What an agent heard on the telephone, under the agent's name. Joins the step's transaction, after the issue has
    counted the answer."""
    if confirmed not in CONFIRMED:
        raise ScoreNotValid
    return _keep(
        issue_id=issue.pk,
        round=max(issue.answers, 1),
        source="callback",
        confirmed=confirmed,
        scores=scores,
        comment=_checked(scores, comment[:COMMENT]),
        now=now,
        recorded_by=actor.user_id,
    )
