"""Telephone numbers, addresses and their masks."""

import re
import unicodedata

import phonenumbers

# What follows is not part of the number: 转8012, 分机 12, ext. 12, x12, #12, -8012 after a whole land line.
_EXTENSION = re.compile(r"(?:[,;，；]?\s*(?:转|分机|ext\.?|x|#)\s*:?\s*\d{1,6})\s*$", re.IGNORECASE)
_DASHED_EXTENSION = re.compile(r"^(\(?0\d{2,3}\)?[-\s]*\d{7,8})-\d{1,5}$")
_SECOND = re.compile(r"[/、,，;；]|\s或\s")  # 13800001111/13900002222: the first one is asked for
_NUMBER = re.compile(r"[+(\d][\d\s().\-]{2,30}\d")  # words around it (电话：…) do not count
_HIDDEN = re.compile(r"[*＊xX•●]{2,}")
_LONGEST = 64


def _plain(text: str) -> str:
    """Half-width, without what no telephone number holds."""
    folded = unicodedata.normalize("NFKC", text[:_LONGEST]).strip()
    return "".join(c for c in folded if unicodedata.category(c) not in ("Cf", "Cc"))


def normalise_phone(text: str) -> str:
    """The number as E.164 (``+86…`` or another country's), without extension.

    '' when it is none: hidden (``138****1234``, 未知), too short, too long. Of several numbers the first that is one.
    """
    plain = _plain(text)
    if not plain or _HIDDEN.search(plain):
        return ""
    for part in _SECOND.split(_EXTENSION.sub("", plain)):
        found = _e164(_DASHED_EXTENSION.sub(r"\1", _EXTENSION.sub("", part).strip()))
        if found:
            return found
    return ""


def _e164(text: str) -> str:
    digits = _NUMBER.search(text)
    if digits is None:
        return ""
    plain = digits.group()
    try:
        number = phonenumbers.parse("+86" + plain[4:] if plain.startswith("0086") else plain, "CN")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number) or _mobile_cut_short(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _mobile_cut_short(number: phonenumbers.PhoneNumber) -> bool:
    """A mobile number with a figure missing has the length of a land line."""
    home = str(number.national_number) if number.country_code == 86 else ""
    return home.startswith("1") and 6 <= len(home) <= 10 and not phonenumbers.is_valid_number(number)


def phone_tokens(phone: str) -> tuple[str, ...]:
    """The forms under which a normalised number is looked for: whole, and as it is dialled at home."""
    if not phone.startswith("+86"):
        return (phone.removeprefix("+"),) if phone else ()
    home = phone.removeprefix("+86")
    mobile = len(home) == 11 and home.startswith("1")
    return (f"86{home}", home) if mobile else (f"86{home}", home, f"0{home}")


def mask_phone(phone: str) -> str:
    """138****1234 (correctness 121); the country code of home is left out."""
    digits = phone.removeprefix("+86")
    if len(digits) < 7:
        return "*" * len(digits)
    return f"{digits[:3]}{'*' * (len(digits) - 7)}{digits[-4:]}"


def mask_email(address: str) -> str:
    """w***@example.com."""
    name, at, host = address.partition("@")
    return f"{name[:1]}***{at}{host}" if at else "***" if address else ""


def mask_name(name: str) -> str:
    """张**, for papers and examples that leave the house (R120)."""
    return name[:1] + "*" * min(len(name) - 1, 4) if name else ""


def normalise_email(address: str) -> str:
    """Trimmed and without regard to case."""
    return unicodedata.normalize("NFKC", address).strip().lower()[:254]


def normalise_identity(kind: str, text: str) -> str:
    """The value under which an identity is compared; '' when it is none of that kind."""
    if kind == "phone":
        return normalise_phone(text)
    if kind == "email":
        found = normalise_email(text)
        return found if "@" in found.strip("@") and " " not in found else ""
    return unicodedata.normalize("NFKC", text.replace("\x00", "")).strip()[:254]
