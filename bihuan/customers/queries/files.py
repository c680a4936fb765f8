"""What stands in a customer's file besides its issues."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import NotFound
from bihuan.customers.models import Asset, Consent, Contact, Contract, Customer, CustomerMerge
from bihuan.customers.permissions import visible
from bihuan.customers.queries.finding import SOON, ending_soon
from bihuan.customers.rules import normalise_phone


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFile:
    """Everything of one customer. ``merges``: the files that were merged into it, in force or taken back."""

    customer: Customer
    contacts: list[Contact]
    contracts: list[Contract]
    assets: list[Asset]
    consents: list[Consent]
    merges: list[CustomerMerge]


def customer_file(*, actor: Actor, customer_id: int) -> CustomerFile:
    """The file; eight queries whatever stands in it. Not found where the actor may not see it."""
    found = Customer.objects.select_related("manager", "merged_into").filter(visible(actor), pk=customer_id).first()
    if found is None:
        raise NotFound
    contacts = list(found.contacts.prefetch_related("identities").order_by("pk")[:200])
    consents = Consent.objects.filter(contact__customer=found).select_related("contact", "given_by")
    merges = CustomerMerge.objects.filter(survivor=found).select_related("merged", "by", "undone_by")
    return CustomerFile(
        customer=found,
        contacts=contacts,
        contracts=list(found.contracts.order_by("-ends_on", "-pk")[:100]),
        assets=list(found.assets.order_by("product", "serial", "pk")[:500]),
        consents=list(consents.order_by("-given_at", "-pk")[:200]),
        merges=list(merges.order_by("-at", "-pk")[:50]),
    )


@dataclass(frozen=True, slots=True)
class Glance:
    """What an agent must know while the customer speaks: contracts that run, things with their warranty."""

    contracts: list[Contract]
    assets: list[Asset]
    more_assets: int


def at_a_glance(*, actor: Actor, customer_id: int, today: date, most: int = 5) -> Glance:
    """Of a customer that the actor may see; two queries, three where there are many things."""
    seen = Customer.objects.filter(visible(actor), pk=customer_id)
    contracts = Contract.objects.filter(customer__in=seen, starts_on__lte=today, ends_on__gte=today)
    things = Asset.objects.filter(customer__in=seen).order_by("-warranty_until", "pk")
    assets = list(things[: most + 1])
    more = things.count() - most if len(assets) > most else 0
    return Glance(list(contracts.order_by("-ends_on")[:3]), assets[:most], more)


@dataclass(frozen=True, slots=True)
class CustomerCounts:
    """How many customers the actor may see, and of what kind."""

    all: int
    organisation: int
    person: int
    ending: int
    mine: int


def customer_counts(*, actor: Actor, today: date) -> CustomerCounts:
    """One query."""
    counted = Customer.objects.filter(visible(actor), merged_into__isnull=True).aggregate(
        all=Count("pk"),
        organisation=Count("pk", filter=Q(kind="organisation")),
        person=Count("pk", filter=Q(kind="person")),
        ending=Count("pk", filter=ending_soon(today, SOON)),
        mine=Count("pk", filter=Q(manager_id=actor.user_id or 0)),
    )
    return CustomerCounts(**counted)


def tiers_and_regions(*, actor: Actor) -> tuple[list[str], list[str]]:
    """The tiers and regions that occur, for filters; at most a hundred each."""
    if actor.kind is ActorKind.CUSTOMER:
        return [], []
    tiers = Customer.objects.exclude(tier="").order_by("tier").values_list("tier", flat=True).distinct()
    regions = Customer.objects.exclude(region="").order_by("region").values_list("region", flat=True).distinct()
    return list(tiers[:100]), list(regions[:100])


@dataclass(frozen=True, slots=True)
class Ending:
    """A contract or warranty that ends soon: ``what`` names it."""

    customer: Customer
    what: str
    is_contract: bool
    day: date


def endings(*, actor: Actor, since: date, until: date, limit: int = 200) -> list[Ending]:
    """What ends between the two days, the next first."""
    seen = Customer.objects.filter(visible(actor), merged_into__isnull=True)
    contracts = Contract.objects.filter(customer__in=seen, ends_on__range=(since, until))
    assets = Asset.objects.filter(customer__in=seen, warranty_until__range=(since, until))
    found = [
        Ending(each.customer, each.number, True, each.ends_on)
        for each in contracts.select_related("customer__manager").order_by("ends_on", "pk")[:limit]
    ]
    for thing in assets.select_related("customer__manager").order_by("warranty_until", "pk")[:limit]:
        if thing.warranty_until is not None:
            name = " ".join(part for part in (thing.product, thing.model, thing.serial) if part)
            found.append(Ending(thing.customer, name, False, thing.warranty_until))
    return sorted(found, key=lambda each: each.day)[:limit]


def callers(*, actor: Actor, phone: str, limit: int = 10) -> list[Contact]:
    """All people who are known under a number, with their customers: one number may be several people's."""
    number = normalise_phone(phone)
    if not number:
        return []
    seen = Customer.objects.filter(visible(actor), merged_into__isnull=True)
    known = Q(phone=number) | Q(identities__kind="phone", identities__value=number)
    rows = Contact.objects.filter(known, customer__in=seen, erased_at__isnull=True).select_related("customer")
    return list(rows.distinct().order_by("-pk")[:limit])


def look_alikes(*, actor: Actor, customer_id: int, limit: int = 5) -> list[Customer]:
    """Other customers with the same name, or with a person who has the same number or address: candidates for merging."""
    own = list(Contact.objects.filter(customer_id=customer_id).values_list("phone", "email")[:50])
    phones, emails = {phone for phone, _ in own if phone}, {email for _, email in own if email}
    name = Customer.objects.filter(pk=customer_id).values_list("name", flat=True).first() or ""
    alike = Contact.objects.filter(Q(phone__in=phones) | Q(email__in=emails)).values("customer_id")
    rows = Customer.objects.filter(visible(actor), Q(name=name) | Q(pk__in=alike), merged_into__isnull=True)
    return list(rows.exclude(pk=customer_id).order_by("-updated_at")[:limit])
