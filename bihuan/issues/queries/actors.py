"""Issues on which nobody can act."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from bihuan.accounts import queries as accounts
from bihuan.accounts.organisation import organisation
from bihuan.bpmn import State
from bihuan.core.actor import Actor
from bihuan.flows import queries as flows
from bihuan.flows.models import Incident, Instance, Wait, WorkItem
from bihuan.issues.models import Issue, Orphan
from bihuan.issues.permissions import visible
from bihuan.issues.rules.acting import Reach, Staffing, reach

_STANDS = "suspended"


def staffing(now: datetime) -> Staffing:
    """Who works here now."""
    company = organisation()
    deputies = {
        user: deputy for user in company.members if (deputy := accounts.deputy_of(user_id=user, now=now)) is not None
    }
    return Staffing(
        present=frozenset(accounts.there(now=now)),
        deputies=deputies,
        posts=accounts.posts_held(),
        parents=company.parents(),
    )


def reach_now(now: datetime) -> Reach:
    """Where somebody can act now."""
    return reach(staffing(now), list(organisation().members))


def live_steps(found: Reach) -> Q:
    """Steps on which somebody can act; the same as ``rules.acting.can_act``."""
    live = Q(assignee_id__in=sorted(found.holders))
    pools = Q(pk__in=[])
    for role, places in sorted(found.roles.items()):
        pools |= Q(role=role) & (Q(department__isnull=True) | Q(department_id__in=sorted(places)))
    pools |= Q(role="", department_id__in=sorted(found.places))
    if found.anybody:
        pools |= Q(role="", department__isnull=True)
    return live | (Q(assignee__isnull=True) & pools)


def without_actor(*, now: datetime) -> list[int]:
    """Ids of the open issues on which nobody can act: no open step that somebody could take, no token that waits for a
    message or an instant, and they do not stand by somebody's will. A stuck chart counts as acted on where somebody
    present may mend it.

    One statement finds those without a step that anybody could take, however many issues there are; of those, which are
    few, the tokens are looked at. (That a customer may withdraw at any time is waited for always, and is no wait.)
    """
    steps = WorkItem.objects.filter(live_steps(reach_now(now)), status__in=("open", "claimed"))
    waits = Wait.objects.filter(instance_id=OuterRef("instance_id"), closed_at=None).exclude(holder="")
    rows = Issue.objects.filter(
        ~Exists(steps.filter(instance_id=OuterRef("instance_id"))), ~Exists(waits), is_open=True
    ).exclude(status=_STANDS)
    found = dict(rows.order_by("pk").values_list("pk", "instance_id"))
    awaited = _awaited(set(found.values()), menders=_menders_there(now)) if found else set()
    return [pk for pk, instance in found.items() if instance not in awaited]


def _awaited(instance_ids: set[int], *, menders: bool) -> set[int]:
    """Those in which a token rests at anything but a step: a message or an instant will move it. Where it is stuck, only
    people who mend it will (``menders``: whether any is there)."""
    stuck: dict[int, set[str]] = {}
    for instance, node in Incident.objects.filter(instance_id__in=instance_ids, closed_at=None).values_list(
        "instance_id", "node"
    ):
        stuck.setdefault(instance, set()).add(node)
    rows = Instance.objects.filter(pk__in=instance_ids, ended_at=None).values_list("pk", "version_id", "state")
    found = set()
    for pk, version, state in rows.iterator(chunk_size=500):
        tokens = State.from_document(state).tokens()
        scopes = {token.scope for token in tokens}
        nodes = [flows.chart_of(version).nodes[token.node] for token in tokens if token.item not in scopes]
        resting = [node.id for node in nodes if node.kind != "userTask" and node.id not in stuck.get(pk, ())]
        if resting or (menders and pk in stuck):
            found.add(pk)
    return found


def _menders_there(now: datetime) -> bool:
    company = organisation()
    able = {post.user for post in company.holdings if "flows.steer" in post.role.permissions}
    return any(accounts.is_there(user_id=user, now=now) for user in able)


def orphans(*, actor: Actor, limit: int = 100) -> list[Issue]:
    """The issues on which nobody can act, as the worker last found, the longest first; those that the actor may see."""
    rows = Issue.objects.filter(visible(actor), pk__in=Orphan.objects.values("issue_id"), is_open=True)
    return list(rows.order_by("created_at", "pk")[:limit])


def count_orphans() -> int:
    """How many there are; for ``bihuan doctor``."""
    return Orphan.objects.count()
