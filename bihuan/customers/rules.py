"""Telephone numbers and masks."""

import re

import phonenumbers

_EXTENSION = re.compile(r"(?:转|分机|ext\.?|x|#)\s*\d{1,6}\s*$", re.IGNORECASE)


def normalise_phone(text: str) -> str:
    """The number as ``+86…`` (or another country's), without extension; '' when it is none (hidden, too short)."""
    plain = _EXTENSION.sub("", text.strip())[:40]
    try:
        number = phonenumbers.parse(plain, "CN")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def mask_phone(phone: str) -> str:
    """138****1234; the country code of home is left out."""
    digits = phone.removeprefix("+86")
    if len(digits) < 7:
        return "*" * len(digits)
    return f"{digits[:3]}{'*' * (len(digits) - 7)}{digits[-4:]}"


def mask_email(address: str) -> str:
    """w***@example.com."""
    name, at, host = address.partition("@")
    return f"{name[:1]}***{at}{host}" if at else "***"


def normalise_email(address: str) -> str:
    """Trimmed and without regard to case."""
    return address.strip().lower()[:254]
