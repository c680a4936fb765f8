"""The responsibility matrix as it is kept, and what it says about an issue."""

from dataclasses import dataclass

from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.stamps import Kept
from bihuan.customers.models import Asset
from bihuan.issues.models import ResponsibilityRule
from bihuan.issues.queries.reference import issue_types
from bihuan.issues.rules.matrix import Row, gaps, overlaps, ranked

_kept = Kept("issue_duty", lambda: _load())


def _load() -> list[Row]:
    rows = ResponsibilityRule.objects.select_related("type", "department").order_by("pk")
    return [
        Row(
            id=row.pk,
            type=row.type.key if row.type else "",
            product=row.product,
            region=row.region,
            department=row.department.key,
            supports=tuple(row.supports),
        )
        for row in rows
        if row.department.is_active
    ]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows in the order in which they are asked; types that no row gives to anybody; rows in each other's way."""

    rows: list[ResponsibilityRule]
    gaps: list[str]
    overlaps: list[tuple[Row, Row]]


def products_of(*, customer_id: int) -> list[str]:
    """The products that the customer has."""
    rows = Asset.objects.filter(customer_id=customer_id).order_by("product").distinct("product")
    return list(rows.values_list("product", flat=True)[:200])


def any_product() -> bool:
    """Whether any row names a product: only then need a customer's be looked up."""
    return any(row.product for row in _kept.get())


def leading(*, type_key: str, products: list[str], region: str) -> list[Row]:
    """The rows that fit, the one that speaks in front."""
    return ranked(_kept.get(), type=type_key, products=products, region=region)


def suggest_department(*, type_key: str, region: str = "", customer_id: int | None = None) -> Row | None:
    """The row that speaks for this type, region, and the products that the customer has; see ``rules.matrix`` for the
    order."""
    products = products_of(customer_id=customer_id) if customer_id is not None and any_product() else []
    return next(iter(leading(type_key=type_key, products=products, region=region)), None)


def matrix(*, actor: Actor) -> Matrix:
    """All of it, for those who may set it."""
    if not actor.can("settings.edit"):
        raise Forbidden
    stored = ResponsibilityRule.objects.select_related("type", "department")
    rows = list(stored.order_by("type__position", "type_id", "product", "region", "pk"))
    kept = _load()
    return Matrix(rows, gaps(kept, [kind.key for kind in issue_types()]), overlaps(kept))


def matrix_row(*, actor: Actor, rule_id: int) -> ResponsibilityRule:
    """One row."""
    if not actor.can("settings.edit"):
        raise Forbidden
    found = ResponsibilityRule.objects.select_related("type", "department").filter(pk=rule_id).first()
    if found is None:
        raise NotFound
    return found
