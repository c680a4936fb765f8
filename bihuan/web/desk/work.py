"""The side's tab 协作: who works on the issue, and what they do besides the chart's steps. A topic adds its partial and
what it shows to ``PARTS``."""

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse

from bihuan.accounts import queries as accounts
from bihuan.core.actor import Actor
from bihuan.issues import queries as issues
from bihuan.issues.models import Issue
from bihuan.web.desk import approving, duty
from bihuan.web.desk.kit_parts import attention_part, tasks_part
from bihuan.web.desk.own_fields import fields_part, time_part
from bihuan.web.ui.environment import in_language

Context = dict[str, object]


def _parties(actor: Actor, issue: Issue, now: datetime) -> Context:
    """Lead and supporting departments, and everybody who ever had a part."""
    places = accounts.departments()
    supports = [place for place in places if place.key in issue.support_departments]
    lead = next((place for place in places if place.pk == issue.lead_department_id), None)
    names = accounts.names(user_ids=issue.people)
    others = [name for pk, name in names.items() if pk != issue.assignee_id]
    return {
        "parties": {
            "lead": in_language(lead.name, lead.name_en) if lead else "",
            "supports": [in_language(place.name, place.name_en) for place in supports],
            "holder": names.get(issue.assignee_id or 0, ""),
            "others": others,
        }
    }


def _outside(actor: Actor, issue: Issue, now: datetime) -> Context:
    """Conversations with third parties."""
    found = issues.third_parties(issue_ids=list(issues.family(actor=actor, issue_id=issue.pk)))
    threads = [
        {
            "name": thread.name or thread.address,
            "subject": thread.subject,
            "at": thread.last_at,
            "awaits": thread.awaits,
            "href": reverse("web:third_party", args=[issue.pk, thread.pk]),
        }
        for thread in found
    ]
    waiting = sum(thread.awaits for thread in found)
    may_write = issue.is_open and actor.can("issues.reply")
    return {"outside": {"threads": threads, "waiting": waiting, "may_write": may_write}}


PARTS: tuple[tuple[str, Callable[[Actor, Issue, datetime], Context]], ...] = (
    ("desk/work_fields.html", fields_part),
    ("desk/work_tasks.html", tasks_part),
    (approving.PART, approving.part),
    (duty.PART, duty.part),
    ("desk/work_third_party.html", _outside),
    ("desk/work_parties.html", _parties),
    ("desk/work_time.html", time_part),
    ("desk/work_attention.html", attention_part),
)
"""Partial and its context, in the order of the tab."""


def context(actor: Actor, issue: Issue, now: datetime) -> Context:
    """What every part of the tab shows."""
    found: Context = {"work_parts": [template for template, _ in PARTS]}
    for _, fill in PARTS:
        found |= fill(actor, issue, now)
    return found
