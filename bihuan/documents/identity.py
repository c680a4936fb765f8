"""Checks of numbers that carry their own check digit, and of telephone numbers."""

import re
import unicodedata
from datetime import date
from typing import Final

import phonenumbers

_RESIDENT: Final = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
_TELEPHONE: Final = re.compile(r"[-+0-9() .,;#x转分机]+")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"


def is_resident_number(text: str) -> bool:
    """Whether this is a number of a Chinese identity card (GB 11643): eighteen places, a real day, the right check."""
    if not _RESIDENT.fullmatch(text):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == text[17]


def is_telephone(text: str) -> bool:
    """Whether somebody could be rung under this: a Chinese number with or without area code, or one with +."""
    plain = unicodedata.normalize("NFKC", text) if len(text) <= 64 else ""
    if not _TELEPHONE.fullmatch(plain):
        return False
    try:
        number = phonenumbers.parse(plain, "CN")
    except phonenumbers.NumberParseException:
        return False
    if str(number.national_number).startswith("1") and number.country_code == 86:
        return phonenumbers.is_valid_number(number)  # a mobile number cut short has the length of a land line
    return phonenumbers.is_possible_number(number)
