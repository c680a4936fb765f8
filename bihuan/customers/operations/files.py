"""The customer's own data."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.accounts import queries as accounts
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.customers.models import Customer, CustomerKind
from bihuan.customers.operations.contacts import valid_email, valid_phone
from bihuan.customers.operations.matching import NoCustomerName, match_or_create
from bihuan.customers.operations.shared import NotAmong, among, line, locked_customer, prose
from bihuan.customers.permissions import EDIT, need
from bihuan.customers.rules.naming import named


@transaction.atomic
def create_customer(
    *, name: str, kind: str, contact: str = "", phone: str = "", email: str = "", actor: Actor, now: datetime
) -> Customer:
    """A file before anybody wrote or called. Who is known already by address, or by number and name, is that customer.

    Refuses a file without a name, and a number or address that is none.
    """
    need(actor, EDIT)
    line(_("名称"), name)
    if not name.strip():
        raise NoCustomerName
    made = match_or_create(
        name=name,
        kind=among(_("类别"), kind, CustomerKind.values),
        contact=line(_("联系人"), contact),
        phone=valid_phone(phone)["phone_raw"],
        email=valid_email(email),
        now=now,
    )
    note_change(made.customer, "customer.made", {"contact": made.pk}, actor, now)
    return made.customer


@transaction.atomic
def update_customer(
    *,
    customer_id: int,
    name: str | None = None,
    kind: str | None = None,
    code: str | None = None,
    tier: str | None = None,
    region: str | None = None,
    address: str | None = None,
    needs: str | None = None,
    note: str | None = None,
    manager: str | None = None,
    actor: Actor,
    now: datetime,
) -> Customer:
    """Changes the file; what is None stays. ``manager`` is a user name, '' for nobody.

    Refuses a file without a name, texts that are too long, an unknown kind or person. The log keeps which fields.
    """
    need(actor, EDIT)
    customer = locked_customer(customer_id, actor)
    given = {
        "name": name and line(_("名称"), name),
        "kind": kind and among(_("类别"), kind, CustomerKind.values),
        "code": code if code is None else line(_("客户编号"), code, 64),
        "tier": tier if tier is None else line(_("等级"), tier, 32),
        "region": region if region is None else line(_("地区"), region, 64),
        "address": address if address is None else line(_("地址"), address, 300),
        "needs": needs if needs is None else prose(_("需要注意"), needs, 2000),
        "note": note if note is None else prose(_("备注"), note, 20_000),
    }
    if name is not None and not given["name"]:
        raise NoCustomerName
    wanted: dict[str, object] = {key: value for key, value in given.items() if value is not None}
    if manager is not None:
        wanted["manager_id"] = _person(manager)
    changes = {key: value for key, value in wanted.items() if value != getattr(customer, key)}
    if not changes:
        return customer
    kept = {**changes, **named(str(changes["name"]))} if "name" in changes else changes
    for key, value in kept.items():
        setattr(customer, key, value)
    customer.updated_at = now
    customer.save(update_fields=[*kept, "updated_at"])
    note_change(customer, "customer.changed", {"fields": sorted(changes)}, actor, now)
    return customer


def _person(username: str) -> int | None:
    if not username:
        return None
    found = accounts.person(username=username[:64])
    if found is None:
        raise NotAmong(params={"field": _("客户经理"), "value": username[:50]})
    return found.pk


def note_change(customer: Customer, action: str, detail: Mapping[str, object], actor: Actor, now: datetime) -> None:
    """A line of the trail about a customer: references and codes only (correctness 119)."""
    audit.record(actor=actor, action=action, object_type="customer", object_id=customer.pk, now=now, detail=detail)
