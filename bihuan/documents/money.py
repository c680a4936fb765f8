"""Amounts in capital Chinese characters (大写), as cheques and receipts carry them against alteration."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from cn2an import an2cn

MOST: Final = Decimal("999999999999.99")
_CENT: Final = Decimal("0.01")


def capital(amount: object) -> str:
    """壹仟贰佰元伍角 for 1200.5; rounded to the cent; "" for what is no amount below a trillion."""
    if isinstance(amount, bool) or not isinstance(amount, int | float | Decimal):
        return ""
    try:
        exact = Decimal(str(amount))
        if abs(exact) > MOST:  # also of what is no number
            return ""
        rounded = exact.quantize(_CENT, ROUND_HALF_UP)
    except InvalidOperation:
        return ""
    said = str(an2cn(f"{abs(rounded):f}", "rmb"))
    return f"负{said}" if rounded < 0 else said
