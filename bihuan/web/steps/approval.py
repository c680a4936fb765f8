"""What the page of an approval step shows besides: the content, who decides, and whether it is the reader's turn."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.accounts import queries as accounts
from bihuan.accounts.models import User
from bihuan.core.actor import Actor
from bihuan.core.stamps import held
from bihuan.issues import queries as issues
from bihuan.issues.models import Approval
from bihuan.issues.queries import IssueStep
from bihuan.web.present.approvals import content_view, round_view, turn

Context = dict[str, object]


def approval_at(*, actor: Actor, found: IssueStep, now: datetime) -> tuple[IssueStep, Context | None]:
    """The step as the reader may act on it, and its approval; None for a step that approves nothing.

    Where people with seats decide, the seat says who may act; who wrote what is approved never may.
    """
    item = found.step.work_item
    if not issues.is_approval(found.step.node):
        return found, None
    approval = issues.round_at(work_item_id=item.pk)
    version_id = item.instance.version_id
    content = issues.content_at(issue_id=found.issue.pk, version_id=version_id, node=item.node)
    with held():
        may_act = _may_act(found, approval, actor, now)
        round_ = round_view(approval, actor=actor, now=now) if approval is not None else None
    step = replace(found.step, may_act=may_act)
    people = accounts.people(actor=actor)
    returns = any(outcome.kind != "ordinary" for outcome in step.outcomes)
    return replace(found, step=step), {
        "round": round_,
        "content": content_view(content, version_id=version_id, files=found.files, people=people),
        "seen": content.hash,
        "ask_opinion": step.schema is None,
        "may_return": may_act and returns,
        "people": _others(approval, people, actor) if may_act and approval is not None else [],
        "why_not": "" if may_act else _why_not(approval, actor),
    }


def _others(approval: Approval, people: Iterable[User], actor: Actor) -> list[dict[str, str]]:
    """Who may decide too, or instead: whoever is not in it and did not write what is approved."""
    out = {actor.user_id, *approval.authors, *(seat.user_id for seat in approval.seats.all())}
    return [{"username": each.username, "name": each.name} for each in people if each.pk not in out]


def _may_act(found: IssueStep, approval: Approval | None, actor: Actor, now: datetime) -> bool:
    if approval is None or approval.state != "open":
        return found.step.may_act
    if approval.seated:
        return turn(approval, actor, now)
    return found.step.may_act and actor.user_id not in approval.authors


def _why_not(approval: Approval | None, actor: Actor) -> str:
    if approval is None or approval.state != "open":
        return ""
    waiting = "、".join(seat.user.name if seat.user else seat.role for seat in approval.seats.all() if seat.waiting)
    if actor.user_id in approval.authors:
        return _("要批的内容是您写的，由别人审批。")
    if any(seat.decided_by_id == actor.user_id for seat in approval.seats.all()):
        return _("您已经表态，还等 %(who)s。") % {"who": waiting or "—"}
    return _("现在等 %(who)s 表态。") % {"who": waiting} if waiting else ""
