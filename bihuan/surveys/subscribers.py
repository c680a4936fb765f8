"""Completed steps that surveys keep something of, and the rating link below outgoing messages."""

from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext

from bihuan.issues.models import Entry
from bihuan.issues.registry import MessageLink, StepDone
from bihuan.surveys import queries
from bihuan.surveys.operations import SCORES, LinkUsed, invite, record_callback
from bihuan.surveys.tokens import token_of

_ASKED_BY = frozenset({"inform", "survey"})  # codes of the messages that ask for the verdict


def keep_callback(done: StepDone) -> None:
    """The call-back's scores become a response; a call that was not answered leaves none."""
    if "callback" not in done.groups or not done.data.get("confirmed"):
        return
    record_callback(
        issue=done.issue,
        confirmed=str(done.data["confirmed"]),
        scores={name: value for name in SCORES if isinstance(value := done.data.get(name), int)},
        comment=str(done.data.get("comment") or ""),
        actor=done.actor,
        now=done.now,
    )


def ask_customer(done: StepDone) -> None:
    """Whoever is told a result is asked what they think of it: every customer, chosen by nobody (correctness 109)."""
    if "inform" not in done.groups:
        return
    with suppress(LinkUsed):  # the round was answered while the chart did not wait for it
        invite(issue_id=done.issue.pk, round=done.issue.answers + 1, now=done.now)


def rating_link(entry: Entry, now: datetime) -> MessageLink | None:
    """The one-time link below the message that asks for the verdict, while its round is open."""
    round = entry.params.get("round") if entry.code in _ASKED_BY else None
    if not isinstance(round, int):
        return None
    invitation = queries.open_invitation(issue_id=entry.issue_id, round=round, now=now)
    if invitation is None:
        return None
    return MessageLink(gettext("请点这里确认是否解决并评分："), f"{settings.PUBLIC_URL}/rate/{token_of(invitation)}/")
