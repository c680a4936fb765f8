"""Who may see an issue."""

from django.db.models import Q

from bihuan.core.actor import Actor, ActorKind, Scope
from bihuan.issues.models import Issue


def may_see(actor: Actor, issue: Issue) -> bool:
    """The same rule as ``visible``, for one issue in hand."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    if actor.kind is ActorKind.CUSTOMER:
        return actor.customer_id is not None and actor.customer_id == issue.customer_id
    if actor.scope is Scope.ALL or actor.user_id in issue.people:
        return True
    reach = actor.visible_departments
    return bool(reach.intersection(issue.departments)) or issue.lead_department_id in reach


def visible(actor: Actor) -> Q:
    """The condition under which rows are visible to the actor; it belongs inside every query (correctness 129, 139)."""
    if actor.kind is ActorKind.SYSTEM or (actor.kind is ActorKind.USER and actor.scope is Scope.ALL):
        return Q()
    if actor.kind is ActorKind.CUSTOMER or actor.user_id is None:
        return Q(pk__in=[])
    seen = Q(people__contains=[actor.user_id])
    if actor.visible_departments:
        seen |= Q(departments__overlap=sorted(actor.visible_departments))
    return seen
