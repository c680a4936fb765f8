"""Kinds of text that callers may send: bounds, no control characters, nothing the database cannot keep."""

import math
import re
from typing import Annotated

from pydantic import AfterValidator, Field, JsonValue
from pydantic_core import PydanticCustomError

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_EMAIL = re.compile(r"[^@\s<>\"(),:;\\\[\]]{1,64}@[^@\s<>\"(),:;\\\[\]]{1,189}")
_DEEPEST = 12
_MOST_VALUES = 20_000
_LONGEST_TEXT = 100_000


def _clean(text: str) -> str:
    if _CONTROL.search(text):
        raise PydanticCustomError("control_character", "control character")
    return text.strip()


def _not_blank(text: str) -> str:
    if not text:
        raise PydanticCustomError("blank", "blank")
    return text


def _one_line(text: str) -> str:
    if "\n" in text or "\r" in text:
        raise PydanticCustomError("one_line", "one line")
    return text


def _email(text: str) -> str:
    if text and not _EMAIL.fullmatch(text):
        raise PydanticCustomError("not_an_email", "not an e-mail address")
    return text


def _phone(text: str) -> str:
    if text and sum(character.isdigit() for character in text) < 3:
        raise PydanticCustomError("not_a_phone", "not a phone number")
    return text


def _clean_line(text: str) -> str:
    return _one_line(_clean(text))


def _walk(value: JsonValue, depth: int) -> int:
    """The number of values inside; refuses what is too deep, too long or not storable."""
    if depth > _DEEPEST:
        raise PydanticCustomError("too_deep", "too deep")
    if isinstance(value, str):
        if len(value) > _LONGEST_TEXT:
            raise PydanticCustomError("string_too_long", "too long", {"max_length": _LONGEST_TEXT})
        _clean(value)
        return 1
    if isinstance(value, float) and not math.isfinite(value):
        raise PydanticCustomError("not_finite", "not finite")
    if isinstance(value, list):
        return 1 + sum(_walk(item, depth + 1) for item in value)
    if isinstance(value, dict):
        return 1 + sum(_walk(key, depth + 1) + _walk(item, depth + 1) for key, item in value.items())
    return 1


def _bounded(data: dict[str, JsonValue]) -> dict[str, JsonValue]:
    if _walk(data, 0) > _MOST_VALUES:
        raise PydanticCustomError("too_deep", "too much")
    return data


Title = Annotated[str, Field(max_length=300), AfterValidator(_clean_line), AfterValidator(_not_blank)]
Body = Annotated[str, Field(max_length=_LONGEST_TEXT), AfterValidator(_clean), AfterValidator(_not_blank)]
Name = Annotated[str, Field(max_length=200), AfterValidator(_clean_line), AfterValidator(_not_blank)]
Key = Annotated[str, Field(max_length=64), AfterValidator(_clean_line)]
Email = Annotated[str, Field(max_length=254), AfterValidator(_clean_line), AfterValidator(_email)]
Phone = Annotated[str, Field(max_length=64), AfterValidator(_clean_line), AfterValidator(_phone)]
Words = Annotated[str, Field(max_length=200), AfterValidator(_clean)]
FormData = Annotated[dict[str, JsonValue], AfterValidator(_bounded)]
