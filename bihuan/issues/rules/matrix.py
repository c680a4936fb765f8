"""The responsibility matrix: which row speaks for an issue, what no row speaks for, which rows are in each other's way.

The order: a row fits when everything that it names fits. Of those that fit, one that names the type comes before one
that does not; then one that names the product; then one that names the region. So a row is never beaten by one that
says less about what the issue is.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row by keys; '' matches any."""

    id: int
    type: str = ""
    product: str = ""
    region: str = ""
    department: str
    supports: tuple[str, ...] = ()


def fits(row: Row, *, type: str, products: Collection[str], region: str) -> bool:
    """Whether everything that the row names fits."""
    return (
        (not row.type or row.type == type)
        and (not row.product or row.product in products)
        and (not row.region or row.region == region)
    )


def rank(row: Row) -> tuple[bool, bool, bool]:
    """How special it is; the greater comes first."""
    return bool(row.type), bool(row.product), bool(row.region)


def ranked(rows: Iterable[Row], *, type: str, products: Collection[str] = (), region: str = "") -> list[Row]:
    """The rows that fit, the one that speaks in front. Of equals (two products of one customer) the older row."""
    found = [row for row in rows if fits(row, type=type, products=products, region=region)]
    return sorted(found, key=lambda row: (*(not each for each in rank(row)), row.id))


def gaps(rows: Iterable[Row], types: Sequence[str]) -> list[str]:
    """The types for which some issue finds no department: those without a row that names nothing but them."""
    plain = {row.type for row in rows if not row.product and not row.region}
    return [] if "" in plain else [key for key in types if key not in plain]


def overlaps(rows: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Pairs of rows of the same rank that can both fit one issue and name different departments: only the products of
    one customer can make it so."""
    return [
        (one, other)
        for position, one in enumerate(rows)
        for other in rows[position + 1 :]
        if one.department != other.department
        and (one.type, one.region) == (other.type, other.region)
        and one.product
        and other.product
    ]
