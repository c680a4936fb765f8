"""Who may see a customer: who sees everything, who sees one of its issues, its account manager, who received it."""

from django.db.models import Exists, OuterRef, Q

from bihuan.core.actor import Actor, ActorKind, Scope
from bihuan.core.errors import Forbidden
from bihuan.customers.models import Visit
from bihuan.customers.registry import reaches

EDIT, MERGE, PRIVACY = "customers.edit", "customers.merge", "customers.privacy"


def visible(actor: Actor) -> Q:
    """The condition under which customers are visible; it belongs inside every query (correctness 129, 139)."""
    if actor.kind is ActorKind.SYSTEM or (actor.kind is ActorKind.USER and actor.scope is Scope.ALL):
        return Q()
    if actor.kind is ActorKind.CUSTOMER or actor.user_id is None:
        return Q(pk__in=[])
    seen = Q(manager_id=actor.user_id)
    seen |= Q(Exists(Visit.objects.filter(customer_id=OuterRef("pk"), host_id=actor.user_id)))
    for reach in reaches():
        seen |= Q(pk__in=reach(actor))
    return seen


def sees_all(actor: Actor) -> bool:
    """Whether nothing is hidden from the actor."""
    return actor.kind is ActorKind.SYSTEM or (actor.kind is ActorKind.USER and actor.scope is Scope.ALL)


def need(actor: Actor, permission: str) -> None:
    """Refuses who does not hold the permission."""
    if actor.kind is ActorKind.CUSTOMER or not actor.can(permission):
        raise Forbidden
