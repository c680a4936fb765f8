"""Asking customers, and keeping their answers. Reading a link records nothing; answering does, once."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from bihuan.core.actor import Actor, ActorKind, customer_actor
from bihuan.core.errors import Conflict, Forbidden, Refused
from bihuan.issues import operations as issues
from bihuan.issues.models import Issue
from bihuan.surveys.models import Invitation, Response

_VALID = timedelta(days=14)
_COMMENT = 5000
SCORES = ("efficiency", "communication", "effectiveness")


class LinkUsed(Conflict):
    code = "link_used"
    text = gettext_noop("您已经评价过了，谢谢。")


class ScoreNotValid(Refused):
    code = "score_not_valid"
    text = gettext_noop("评分只能是 1 到 5。")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _checked(scores: Mapping[str, int]) -> dict[str, int]:
    if any(name not in SCORES or not 1 <= value <= 5 for name, value in scores.items()):
        raise ScoreNotValid
    return dict(scores)


def invite(*, issue_id: int, round: int, now: datetime) -> str:
    """A one-time token for one round of an issue; a new one replaces an unused one."""
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        values = {"digest": _digest(token), "created_at": now, "expires_at": now + _VALID}
        found = Invitation.objects.select_for_update().filter(issue_id=issue_id, round=round).first()
        if found is not None and found.used_at is not None:
            raise LinkUsed
        if found is not None:
            Invitation.objects.filter(pk=found.pk).update(**values)
        else:
            Invitation.objects.create(issue_id=issue_id, round=round, **values)
    return token


def _keep(
    *,
    issue: Issue,
    round: int,
    source: str,
    solved: bool,
    scores: Mapping[str, int],
    comment: str,
    now: datetime,
    invitation: Invitation | None = None,
    recorded_by: int | None = None,
) -> Response:
    return Response.objects.create(
        issue=issue,
        invitation=invitation,
        round=round,
        source=source,
        confirmed="solved" if solved else "unsolved",
        comment=comment[:_COMMENT].replace("\x00", ""),
        recorded_by_id=recorded_by,
        at=now,
        **_checked(scores),
    )


@transaction.atomic
def record_response(*, token: str, solved: bool, scores: Mapping[str, int], comment: str, now: datetime) -> Response:
    """What the customer posted behind the one-time link; where the chart still waits for it, the chart goes on."""
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("issue", "issue__contact")
        .filter(digest=_digest(token), expires_at__gt=now)
        .first()
    )
    if invitation is None or invitation.used_at is not None:
        raise LinkUsed
    Invitation.objects.filter(pk=invitation.pk).update(used_at=now)
    issue = invitation.issue
    kept = _keep(
        issue=issue,
        round=invitation.round,
        source="link",
        solved=solved,
        scores=scores,
        comment=comment,
        now=now,
        invitation=invitation,
    )
    actor = customer_actor(customer_id=issue.customer_id, name=issue.contact.name if issue.contact else "")
    try:
        with transaction.atomic():
            issues.answer_result(issue_id=issue.pk, satisfied=solved, reason=comment, actor=actor, now=now)
    except Conflict:
        pass  # the call-back was faster, or the issue is closed: the scores count all the same
    return kept


@transaction.atomic
def record_answer(
    *, issue_id: int, solved: bool, scores: Mapping[str, int], comment: str, actor: Actor, now: datetime
) -> Response:
    """The customer's answer on the progress page: one a round, and the chart takes its arrow."""
    if actor.kind is not ActorKind.CUSTOMER:
        raise Forbidden  # nobody answers for the customer but through a call-back
    issues.answer_result(issue_id=issue_id, satisfied=solved, reason=comment, actor=actor, now=now)
    issue = Issue.objects.get(pk=issue_id)
    return _keep(
        issue=issue, round=max(issue.answers, 1), source="link", solved=solved, scores=scores, comment=comment, now=now
    )


def record_callback(
    *, issue: Issue, confirmed: bool, scores: Mapping[str, int], comment: str, actor: Actor, now: datetime
) -> Response:
    """What an agent heard on the telephone. Joins the step's transaction."""
    return _keep(
        issue=issue,
        round=issue.answers + 1,
        source="callback",
        solved=confirmed,
        scores=scores,
        comment=comment,
        now=now,
        recorded_by=actor.user_id,
    )
