"""What is hidden of a customer, and the field of a contact under which it is shown again."""

REVEALED = ("phone", "email", "address")
_SHOWN = 6


def mask_address(address: str) -> str:
    """浙江省杭州市****: enough to know the place, not the door."""
    return f"{address[:_SHOWN]}****" if len(address) > _SHOWN else "****" if address else ""


def mask_number(number: str) -> str:
    """3301**********1234: of a number of an identity paper head and tail stay."""
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}" if len(number) > 11 else "*" * len(number)
