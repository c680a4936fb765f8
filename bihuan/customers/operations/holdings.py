"""Contracts, things under warranty, and what ends soon."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core.actor import Actor
from bihuan.core.errors import Conflict, NotFound, Refused
from bihuan.customers.models import Asset, Contract, Customer
from bihuan.customers.operations.files import note_change
from bihuan.customers.operations.shared import line, locked_customer
from bihuan.customers.permissions import EDIT, need

TOLD_BEFORE = 30
"""Days before the end in which the account manager is told."""
Bell = Callable[..., object]


class ContractEndsEarly(Refused):
    code = "contract_ends_early"
    text = gettext_noop("合同的终止日期不能早于开始日期。")


class ContractNumberTaken(Conflict):
    code = "contract_number_taken"
    text = gettext_noop("合同号“%(number)s”已经登记过；如是续签，请用新的合同号。")


class AssetTaken(Conflict):
    code = "asset_taken"
    text = gettext_noop("“%(product)s”序列号 %(serial)s 已经登记在“%(name)s”名下；设备转让请先在原客户处移除。")


def local_day(now: datetime) -> date:
    """The date in the company's zone."""
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def refresh_cover(customer: Customer) -> None:
    """Brings the customer's last covered day up to date with its contracts and things."""
    ends = Contract.objects.filter(customer=customer).aggregate(last=Max("ends_on"))["last"]
    warranty = Asset.objects.filter(customer=customer).aggregate(last=Max("warranty_until"))["last"]
    last = max((each for each in (ends, warranty) if each is not None), default=None)
    Customer.objects.filter(pk=customer.pk).update(covered_until=last)
    customer.covered_until = last


@transaction.atomic
def save_contract(
    *,
    customer_id: int,
    contract_id: int | None = None,
    number: str,
    tier: str = "",
    covers: str = "",
    policy: str = "",
    starts_on: date,
    ends_on: date,
    actor: Actor,
    now: datetime,
) -> Contract:
    """Adds or changes a contract. Its tier becomes the customer's while the contract runs.

    Refuses an end before the beginning, and a number that another contract has.
    """
    need(actor, EDIT)
    customer = locked_customer(customer_id, actor)
    if ends_on < starts_on:
        raise ContractEndsEarly
    contract = _contract(customer, contract_id) or Contract(customer=customer, created_at=now)
    if contract.ends_on != ends_on:
        contract.told_at = None
    contract.number = line(_("合同号"), number, 64, required=True)
    contract.tier, contract.covers = line(_("服务等级"), tier, 32), line(_("服务内容"), covers, 300)
    contract.policy, contract.starts_on, contract.ends_on = line(_("约定的时限策略"), policy, 64), starts_on, ends_on
    try:
        with transaction.atomic():
            contract.save()
    except IntegrityError as error:
        raise ContractNumberTaken(params={"number": contract.number}) from error
    if contract.tier and starts_on <= local_day(now) <= ends_on and customer.tier != contract.tier:
        Customer.objects.filter(pk=customer.pk).update(tier=contract.tier)
    refresh_cover(customer)
    note_change(customer, "customer.contract_saved", {"contract": contract.pk}, actor, now)
    return contract


def _contract(customer: Customer, contract_id: int | None) -> Contract | None:
    if contract_id is None:
        return None
    found = Contract.objects.filter(pk=contract_id, customer=customer).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def remove_contract(*, customer_id: int, contract_id: int, actor: Actor, now: datetime) -> None:
    """Takes away one that was entered by mistake."""
    need(actor, EDIT)
    customer = locked_customer(customer_id, actor)
    found = _contract(customer, contract_id)
    assert found is not None
    found.delete()
    refresh_cover(customer)
    note_change(customer, "customer.contract_removed", {"contract": contract_id}, actor, now)


@transaction.atomic
def save_asset(
    *,
    customer_id: int,
    asset_id: int | None = None,
    product: str,
    model: str = "",
    serial: str = "",
    address: str = "",
    warranty_until: date | None = None,
    actor: Actor,
    now: datetime,
) -> Asset:
    """Adds or changes a thing. Refuses a serial number that stands under another customer."""
    need(actor, EDIT)
    customer = locked_customer(customer_id, actor)
    asset = Asset(customer=customer, created_at=now)
    if asset_id is not None:
        found = Asset.objects.filter(pk=asset_id, customer=customer).first()
        if found is None:
            raise NotFound
        asset = found
    if asset.warranty_until != warranty_until:
        asset.told_at = None
    asset.product, asset.model = line(_("产品"), product, 100, required=True), line(_("型号"), model, 100)
    asset.serial, asset.address = line(_("序列号"), serial, 100), line(_("安装地址"), address, 300)
    asset.warranty_until = warranty_until
    try:
        with transaction.atomic():
            asset.save()
    except IntegrityError as error:
        raise _taken(asset) from error
    refresh_cover(customer)
    note_change(customer, "customer.asset_saved", {"asset": asset.pk}, actor, now)
    return asset


def _taken(asset: Asset) -> AssetTaken:
    other = Asset.objects.select_related("customer").get(product=asset.product, serial=asset.serial)
    name = other.customer.name
    return AssetTaken(params={"product": asset.product, "serial": asset.serial, "name": name})


@transaction.atomic
def remove_asset(*, customer_id: int, asset_id: int, actor: Actor, now: datetime) -> None:
    """Takes away a thing that is gone, or was entered by mistake."""
    need(actor, EDIT)
    customer = locked_customer(customer_id, actor)
    if not Asset.objects.filter(pk=asset_id, customer=customer).delete()[0]:
        raise NotFound
    refresh_cover(customer)
    note_change(customer, "customer.asset_removed", {"asset": asset_id}, actor, now)


@transaction.atomic
def announce_endings(*, bell: Bell, now: datetime, limit: int = 100) -> int:
    """Tells each account manager, once, what of his customers ends within the next 30 days; returns how many things.

    ``bell`` is the notices of the room above (user_ids, code, params, now).
    """
    today = local_day(now)
    span = (today, today + timedelta(days=TOLD_BEFORE))
    mine = {"customer__manager__isnull": False, "told_at__isnull": True}
    contracts = Contract.objects.filter(ends_on__range=span, **mine)
    assets = Asset.objects.filter(warranty_until__range=span, **mine)
    ending: list[Contract | Asset] = [
        *contracts.select_for_update(skip_locked=True, of=("self",))
        .select_related("customer")
        .order_by("ends_on", "pk")[:limit],
        *assets.select_for_update(skip_locked=True, of=("self",))
        .select_related("customer")
        .order_by("warranty_until", "pk")[:limit],
    ]
    for each in ending:
        code, what, day = _ending(each)
        params = {"customer": each.customer_id, "name": each.customer.name, "what": what, "day": str(day)}
        bell(user_ids=[each.customer.manager_id], code=code, params=params, now=now)
    Contract.objects.filter(pk__in=[each.pk for each in ending if isinstance(each, Contract)]).update(told_at=now)
    Asset.objects.filter(pk__in=[each.pk for each in ending if isinstance(each, Asset)]).update(told_at=now)
    return len(ending)


def _ending(each: Contract | Asset) -> tuple[str, str, date | None]:
    """The sentence's code, what ends, and its last day."""
    if isinstance(each, Contract):
        return "contract.ending", each.number, each.ends_on
    return "warranty.ending", f"{each.product} {each.serial}".strip(), each.warranty_until
