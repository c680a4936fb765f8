"""The side of an open issue: chart, customer, who works on it, what it is linked with, time, similar cases, log."""

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from bihuan.core.actor import Actor
from bihuan.customers import queries as customers
from bihuan.flows import queries as flows
from bihuan.issues import queries as issues
from bihuan.issues.models import Issue
from bihuan.knowledge import queries as knowledge
from bihuan.web.desk import duty, relations, work
from bihuan.web.present import people
from bihuan.web.present.clocks import clocks_view
from bihuan.web.present.ledger import ledger_view, step_ledger
from bihuan.web.present.trail import trail
from bihuan.web.ui.environment import in_language

TABS = ("chart", "customer", "work", "history", "clock", "knowledge", "log")
Context = dict[str, object]


def _tab_words() -> dict[str, str]:
    return {
        "chart": gettext("流程图"),
        "customer": gettext("客户"),
        "work": gettext("协作"),
        "history": gettext("关联"),
        "clock": gettext("时限"),
        "knowledge": gettext("知识"),
        "log": gettext("日志"),
    }


def _chart(actor: Actor, issue: Issue, now: datetime) -> Context:
    position = flows.chart_position(instance=issue.instance, now=now)
    name = in_language(position.chart.name, position.chart.name_en)
    return {"chart": {"name": f"{name} v{issue.instance.version.number}", "trail": trail(position, now)}}


def _customer(actor: Actor, issue: Issue, now: datetime) -> Context:
    today = timezone.localtime(now).date()
    glance = customers.at_a_glance(actor=actor, customer_id=issue.customer_id, today=today)
    return {"glance": glance, "repeats": issues.repeats(actor=actor, issue=issue), "today": today}


def _clock(actor: Actor, issue: Issue, now: datetime) -> Context:
    ledger = issues.ledger(actor=actor, issue_id=issue.pk, now=now)
    steps = flows.open_steps(instance_ids=[issue.instance_id])[issue.instance_id]
    return {
        "clocks": clocks_view(issues.clocks_of_issue(actor=actor, issue_id=issue.pk), ledger, now),
        "ledger": ledger_view(ledger, now),
        "clock": step_ledger(steps[0], now) if steps else None,
        **duty.lost(issue),
    }


def _knowledge(actor: Actor, issue: Issue, now: datetime) -> Context:
    return {"articles": knowledge.similar(actor=actor, text=issue.title, limit=5)}


def _log(actor: Actor, issue: Issue, now: datetime) -> Context:
    return {"log": issues.log(actor=actor, issue_id=issue.pk)}


_FILL: dict[str, Callable[[Actor, Issue, datetime], Context]] = {
    "chart": _chart,
    "customer": _customer,
    "work": work.context,
    "history": relations.context,
    "clock": _clock,
    "knowledge": _knowledge,
    "log": _log,
}


def context(*, actor: Actor, issue: Issue, tab: str | None, now: datetime) -> Context:
    """The side's head, its tabs, and what the open tab shows."""
    current = tab if tab in TABS else "chart"
    words = _tab_words()
    return {
        "side_tab": current,
        "side_tabs": [
            {"key": key, "text": words[key], "href": reverse("web:issue_side", args=[issue.pk, key])} for key in TABS
        ],
        "customer": people.customer_view(issue.customer, issue.contact, timezone.localtime(now).date()),
        **_FILL[current](actor, issue, now),
    }
