"""Whose the issue is, on the desk: what its menu offers, and what the tab 协作 shows."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.accounts import queries as accounts
from bihuan.core.actor import Actor
from bihuan.flows.models import WorkItem
from bihuan.issues import queries
from bihuan.issues.models import Issue
from bihuan.issues.queries import Duty
from bihuan.issues.rules.duty import RETURN_WORDS, SUSPEND_WORDS
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.filters import duration, full_moment

Context = dict[str, object]
PART = "desk/work_duty.html"


def menu(actor: Actor, issue: Issue, item: WorkItem | None, now: datetime) -> Context:
    """What the actor may do here, and the choices of the dialogs. One message to the database while a step is open."""
    step = queries.step_duty(actor=actor, issue=issue, item=item, now=now) if item is not None else None
    suspended = issue.status == "suspended"
    working = issue.is_open and not suspended
    assigns = actor.can("issues.assign")
    found: Context = {
        "step": step,
        "suspended": suspended,
        "may_resume": suspended and (assigns or actor.user_id in issue.people),
        "may_suspend": working and (assigns or (item is not None and item.assignee_id == actor.user_id)),
        "may_help": working,
        "may_urge": working and item is not None,
        "may_supervise": working and actor.can("issues.act_for_others"),
        "may_escalate": working and assigns,
        "may_recuse": issue.is_open,
        "recuses_others": assigns,
        "recused": actor.user_id in issue.recused,
        "reasons": [{"value": code, "text": _(RETURN_WORDS.get(code, code))} for code in queries.return_reasons()],
        "suspend_reasons": [{"value": code, "text": _(words)} for code, words in SUSPEND_WORDS.items()],
    }
    return {"duty": found}


class _Words:
    """Names of people and departments, and times, in the reader's language."""

    def __init__(self, users: Iterable[int | None], now: datetime) -> None:
        self._names = accounts.names(user_ids=[user for user in users if user is not None])
        self._now = now

    def who(self, user: int | None) -> str:
        return self._names.get(user or 0, "") or "—"

    def at(self, moment: datetime | None) -> str:
        return full_moment(moment, self._now) if moment is not None else ""

    @staticmethod
    def place(department: object) -> str:
        return in_language(str(getattr(department, "name", "")), str(getattr(department, "name_en", ""))) or "—"


def _people(duty: Duty) -> set[int | None]:
    fields = ("by_id", "to_id", "asked_by_id", "decided_by_id", "signed_by_id", "ended_by_id", "answered_by_id",
              "leader_id", "user_id")  # fmt: skip
    rows = (
        *duty.receipts, *duty.returns, *duty.arbitrations, *duty.requests, *duty.urges, *duty.supervisions,
        *duty.extensions, *duty.suspensions, *duty.task_forces, *duty.recusals,
    )  # fmt: skip
    found = {getattr(row, field, None) for row in rows for field in fields}
    more = [user for urge in duty.urges for user in urge.told] + [m for team in duty.task_forces for m in team.members]
    return found | set(more)


def part(actor: Actor, issue: Issue, now: datetime) -> Context:
    """The tab's part: open things first, each with what the reader may do."""
    duty = queries.duty_of_issue(actor=actor, issue=issue)
    words = _Words(_people(duty), now)
    return {
        "duties": {
            "returns": _returns(duty, words),
            "arbitrations": _arbitrations(actor, issue, duty, words),
            "requests": _requests(actor, duty, words, now),
            "urges": _urges(duty, words),
            "supervisions": _supervisions(duty, words, now),
            "extensions": _extensions(actor, duty, words),
            "suspensions": _suspensions(duty, words),
            "teams": _teams(actor, duty, words),
            "recusals": [{"name": words.who(row.user_id), "reason": row.reason} for row in duty.recusals],
            "receipts": _receipts(duty, words),
        },
        "duty_departments": [
            {"value": place.key, "text": in_language(place.name, place.name_en)} for place in accounts.departments()
        ],
    }


def _returns(duty: Duty, words: _Words) -> list[Context]:
    return [
        {
            "department": words.place(row.department) if row.department else words.who(row.by_id),
            "step": in_language(row.work_item.name, row.work_item.name_en),
            "why": _(RETURN_WORDS.get(row.code, row.code)),
            "text": row.text,
            "who": words.who(row.by_id),
            "to": words.who(row.to_id),
            "at": words.at(row.at),
            "used": duration(row.seconds),
        }
        for row in duty.returns
    ]


def lost(issue: Issue) -> Context:
    """For the tab of time: what returns cost each department."""
    rows = queries.returned_time(issue_id=issue.pk)
    return {
        "returned": [
            {"name": in_language(name, english) or "—", "value": duration(used)} for name, english, used in rows
        ]
    }


def _arbitrations(actor: Actor, issue: Issue, duty: Duty, words: _Words) -> list[Context]:
    able = queries.is_arbiter(actor) and actor.user_id not in issue.recused
    return [
        {
            "id": row.pk,
            "who": words.who(row.asked_by_id),
            "at": words.at(row.asked_at),
            "reason": row.reason,
            "decision": words.place(row.decision) if row.decision else "",
            "text": row.text,
            "by": words.who(row.decided_by_id),
            "open": row.decided_at is None,
            "may": row.decided_at is None and able,
        }
        for row in duty.arbitrations
    ]


_OUTCOMES = {"answered": "green", "returned": "gold", "withdrawn": "grey"}


def _requests(actor: Actor, duty: Duty, words: _Words, now: datetime) -> list[Context]:
    outcomes = {"answered": _("已答复"), "returned": _("已退回"), "withdrawn": _("已撤回")}
    mine = {above for place in actor.departments for above in accounts.departments_above(place)}
    others = actor.can("issues.act_for_others")
    return [
        {
            "id": row.pk,
            "department": words.place(row.department),
            "text": row.text,
            "blocking": row.blocking,
            "due": words.at(row.due_at),
            "late": row.due_at is not None and row.ended_at is None and row.due_at <= now,
            "asked": words.who(row.asked_by_id),
            "signed": words.who(row.signed_by_id) if row.signed_at else "",
            "answer": row.answer,
            "ended": words.who(row.ended_by_id) if row.ended_at else "",
            "outcome": outcomes.get(row.outcome, ""),
            "tone": _OUTCOMES.get(row.outcome, ""),
            "open": row.ended_at is None,
            "theirs": row.ended_at is None and (others or row.department_id in mine),
            "may_withdraw": row.ended_at is None and (others or row.asked_by_id == actor.user_id),
        }
        for row in sorted(duty.requests, key=lambda row: row.ended_at is not None)
    ]


def _urges(duty: Duty, words: _Words) -> list[Context]:
    return [
        {
            "who": words.who(row.by_id),
            "at": words.at(row.at),
            "text": row.text,
            "told": "、".join(words.who(user) for user in row.told),
        }
        for row in duty.urges
    ]


def _supervisions(duty: Duty, words: _Words, now: datetime) -> list[Context]:
    return [
        {
            "id": row.pk,
            "who": words.who(row.by_id),
            "demand": row.demand,
            "due": words.at(row.due_at),
            "late": row.answered_at is None and row.due_at <= now,
            "open": row.answered_at is None,
            "answer": row.answer,
            "by": words.who(row.answered_by_id),
        }
        for row in duty.supervisions
    ]


def _extensions(actor: Actor, duty: Duty, words: _Words) -> list[Context]:
    verdicts = {"approved": (_("已同意"), "green"), "refused": (_("未同意"), "red")}
    return [
        {
            "id": row.pk,
            "step": in_language(row.work_item.name, row.work_item.name_en),
            "hours": row.seconds // 3600,
            "who": words.who(row.by_id),
            "reason": row.reason,
            "old": words.at(row.old_due),
            "new": words.at(row.new_due),
            "verdict": verdicts.get(row.verdict, ("", ""))[0],
            "tone": verdicts.get(row.verdict, ("", ""))[1],
            "answer": row.answer,
            "by": words.who(row.decided_by_id),
            "open": not row.verdict,
            "may": not row.verdict and row.by_id != actor.user_id and _may_approve(actor, row.department_id),
        }
        for row in duty.extensions
    ]


def _may_approve(actor: Actor, department_id: int | None) -> bool:
    return actor.can("issues.act_for_others") or queries.may_approve_extension(actor, department_id)


def _suspensions(duty: Duty, words: _Words) -> list[Context]:
    return [
        {
            "why": _(SUSPEND_WORDS.get(row.code, row.code)),
            "reason": row.reason,
            "who": words.who(row.by_id),
            "from": words.at(row.at),
            "until": words.at(row.until),
            "ended": words.at(row.ended_at),
            "open": row.ended_at is None,
        }
        for row in duty.suspensions
    ]


def _teams(actor: Actor, duty: Duty, words: _Words) -> list[Context]:
    return [
        {
            "id": row.pk,
            "leader": words.who(row.leader_id),
            "members": "、".join(words.who(user) for user in row.members),
            "reason": row.reason,
            "open": row.ended_at is None,
            "may_end": row.ended_at is None and (actor.can("issues.assign") or actor.user_id == row.leader_id),
        }
        for row in duty.task_forces
    ]


def _receipts(duty: Duty, words: _Words) -> list[Context]:
    return [
        {
            "step": in_language(row.work_item.name, row.work_item.name_en),
            "to": words.who(row.user_id) if row.user_id else words.place(row.department),
            "given": words.at(row.given_at),
            "signed": words.at(row.signed_at),
            "by": words.who(row.signed_by_id) if row.signed_at else "",
            "due": words.at(row.due_at),
            "late": row.due_at is not None and row.signed_at is not None and row.signed_at > row.due_at,
            "open": row.signed_at is None and row.closed_at is None,
        }
        for row in duty.receipts
    ]
