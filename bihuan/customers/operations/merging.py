"""Two files of the same customer become one; it can be taken back (correctness 64, 65 for customers)."""

from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core.actor import SYSTEM, Actor
from bihuan.core.errors import Conflict, NotFound, Refused
from bihuan.customers.models import Asset, Contact, Contract, Customer, CustomerMerge, PrivacyRequest, Visit
from bihuan.customers.operations.files import note_change
from bihuan.customers.operations.holdings import refresh_cover
from bihuan.customers.operations.shared import CustomerGone, line
from bihuan.customers.permissions import MERGE, need, visible
from bihuan.customers.registry import Union, followers

_OWN: dict[str, type[models.Model]] = {
    "contacts": Contact,
    "contracts": Contract,
    "assets": Asset,
    "visits": Visit,
    "requests": PrivacyRequest,
}


class SameCustomer(Refused):
    code = "same_customer"
    text = gettext_noop("不能把客户并入它自己，请选另一份档案。")


class WhoStays(Refused):
    code = "customer_who_stays"
    text = gettext_noop("请选择保留哪一份档案。")


class MergedFurther(Conflict):
    code = "customer_merged_further"
    text = gettext_noop("“%(name)s”后来又并入了别的客户，请先撤销那一次合并。")


class MergeUndone(Conflict):
    code = "customer_merge_undone"
    text = gettext_noop("这次合并已经撤销过了。")


def _pair(one: int, two: int, actor: Actor) -> dict[int, Customer]:
    """Both, locked in the order of their ids, so that A into B and B into A at once wait instead of blocking."""
    rows = Customer.objects.select_for_update(of=("self",), no_key=True).select_related("merged_into")
    found = {row.pk: row for row in rows.filter(visible(actor), pk__in=(one, two)).order_by("pk")}
    if len(found) < 2:
        raise NotFound
    return found


@transaction.atomic
def merge_customers(*, survivor_id: int, gone_id: int, reason: str, actor: Actor, now: datetime) -> CustomerMerge:
    """Everything of ``gone`` becomes ``survivor``'s: people, contracts, things, visits, issues. New messages of its people
    are the survivor's.

    Refuses one into itself, one that is merged already (so there are no circles), and who may not.
    """
    need(actor, MERGE)
    if survivor_id == gone_id:
        raise SameCustomer
    found = _pair(survivor_id, gone_id, actor)
    survivor, gone = found[survivor_id], found[gone_id]
    for each in (survivor, gone):
        if each.merged_into is not None:
            raise CustomerGone(params={"name": each.merged_into.name})
    why = line(_("原因"), reason, 300, required=True)
    moved: dict[str, list[int]] = {}
    for key, model in _OWN.items():
        rows = model._default_manager.filter(customer_id=gone.pk)
        moved[key] = list(rows.order_by("pk").values_list("pk", flat=True))
        rows.update(customer_id=survivor.pk)
    union = Union(survivor_id=survivor.pk, gone_id=gone.pk, contacts=moved["contacts"], since=now, actor=actor, now=now)
    moved |= {follower.key: follower.follow(union) for follower in followers()}
    merge = CustomerMerge.objects.create(
        survivor=survivor, merged=gone, moved=moved, reason=why, by_id=actor.user_id, at=now
    )
    Customer.objects.filter(pk=gone.pk).update(merged_into=survivor, updated_at=now)
    Customer.objects.filter(pk=survivor.pk).update(updated_at=now)
    for each in (survivor, gone):
        refresh_cover(each)
    detail = {"survivor": survivor.pk, "merged": gone.pk, "merge": merge.pk}
    note_change(survivor, "customer.merged", detail, actor, now)
    note_change(gone, "customer.merged", detail, actor, now)
    return merge


@transaction.atomic
def undo_merge(*, merge_id: int, actor: Actor, now: datetime) -> CustomerMerge:
    """Each row goes back to whom it came from, with what came since from the people who go back. What was added to the
    survivor by hand stays there.

    Refuses what is undone already, and where the survivor was merged further.
    """
    need(actor, MERGE)
    merge = CustomerMerge.objects.filter(pk=merge_id).first()
    if merge is None:
        raise NotFound
    found = _pair(merge.survivor_id, merge.merged_id, actor)
    merge = CustomerMerge.objects.select_for_update(of=("self",)).get(pk=merge_id)
    survivor, gone = found[merge.survivor_id], found[merge.merged_id]
    if merge.undone_at is not None:
        raise MergeUndone
    if survivor.merged_into is not None:
        raise MergedFurther(params={"name": survivor.name})
    for key, model in _OWN.items():
        rows = model._default_manager.filter(customer_id=survivor.pk)
        back = models.Q(pk__in=merge.moved.get(key, []))
        if key in ("visits", "requests"):
            back |= models.Q(contact_id__in=merge.moved["contacts"])
        rows.filter(back).update(customer_id=gone.pk)
    contacts = merge.moved["contacts"]
    union = Union(survivor_id=survivor.pk, gone_id=gone.pk, contacts=contacts, since=merge.at, actor=actor, now=now)
    for follower in followers():
        follower.go_back(union, merge.moved.get(follower.key, []))
    Customer.objects.filter(pk=gone.pk).update(merged_into=None, updated_at=now)
    merge.undone_at, merge.undone_by_id = now, actor.user_id
    merge.save(update_fields=["undone_at", "undone_by"])
    for each in (survivor, gone):
        refresh_cover(each)
        note_change(each, "customer.merge_undone", {"merge": merge.pk}, actor, now)
    return merge


@transaction.atomic
def gather_strays(*, now: datetime) -> int:
    """What was being opened for a customer in the very moment in which it was merged follows now; returns how many rows.

    Whoever opened it had found the old file and waited for the merge to be over before it could refer to it.
    """
    recent = CustomerMerge.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        undone_at__isnull=True, at__gte=now - timedelta(days=1)
    )
    count = 0
    for merge in recent:
        union = Union(
            survivor_id=merge.survivor_id,
            gone_id=merge.merged_id,
            contacts=merge.moved["contacts"],
            since=merge.at,
            actor=SYSTEM,
            now=now,
        )
        found = {follower.key: follower.follow(union) for follower in followers()}
        late = {key: ids for key, ids in found.items() if ids}
        if late:
            merge.moved = {**merge.moved, **{key: [*merge.moved.get(key, []), *ids] for key, ids in late.items()}}
            merge.save(update_fields=["moved"])
            count += sum(map(len, late.values()))
    return count
