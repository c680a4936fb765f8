"""The side's tab 关联: what the issue was merged into, what was merged into it, what may be the same, links, and what else
the customer brought in."""

from datetime import datetime

from bihuan.core.actor import Actor
from bihuan.issues import queries as issues
from bihuan.issues.models import Issue
from bihuan.web.present import relations as present
from bihuan.web.present.cards import line

Context = dict[str, object]


def context(actor: Actor, issue: Issue, now: datetime) -> Context:
    """Everything of the tab, by the same number of queries however much there is."""
    numbers = issues.family(actor=actor, issue_id=issue.pk)
    merges = issues.merges(actor=actor, issue=issue)
    links = issues.links(actor=actor, issue_id=issue.pk, numbers=numbers)
    near = issues.near_duplicates(actor=actor, issue=issue) if issue.duplicate_of_id is None else []
    known = {*numbers, *(each.issue.pk for each in near)}
    others = issues.history_of_customer(actor=actor, customer_id=issue.customer_id, but=issue.pk)
    return {
        "into": present.merged(merges.into, now) if merges.into is not None else None,
        "taken": [present.merged(each, now) for each in merges.taken],
        "taken_hidden": merges.hidden,
        "near": [present.near(each, now) for each in near],
        "links": [present.linked(each, now) for each in links.shown],
        "links_hidden": links.hidden,
        "may_relate": actor.can("issues.reply"),
        "history": [line(other, now) for other in others if other.pk not in known],
    }
