"""winmail.dat: what Outlook sends when it believes that the other side is Outlook (Transport Neutral Encapsulation).

Reads the attached files and the text; what else is in it stays in the file, which is kept as an attachment.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from bihuan.channels.kinds.email.charsets import decode

SIGNATURE = 0x223E9F78
MOST_FILES = 200
MOST_PROPERTIES = 5_000

_BODY, _CODEPAGE, _PROPERTIES = 0x0002800C, 0x00069007, 0x00069003
_RENDERING, _TITLE, _DATA, _ATTACHMENT = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_PR_BODY, _PR_HTML, _PR_LONG_NAME, _PR_SHORT_NAME, _PR_MIME, _PR_CODEPAGE = (
    0x1000,
    0x1013,
    0x3707,
    0x3704,
    0x370E,
    0x3FFD,
)
_FIXED = {
    0x0002: 4,
    0x0003: 4,
    0x0004: 4,
    0x0005: 8,
    0x0006: 8,
    0x0007: 8,
    0x000A: 4,
    0x000B: 4,
    0x0014: 8,
    0x0040: 8,
    0x0048: 16,
}
_TEXT_TYPES, _LONG_TYPES = (0x001E, 0x001F), (0x000D, 0x0102)


@dataclass(slots=True)
class TnefFile:
    name: str = ""
    type: str = ""
    data: bytes = b""


@dataclass(slots=True)
class Tnef:
    """What was found. ``broken`` when the file ended early or made no sense somewhere."""

    text: str = ""
    html: str = ""
    files: list[TnefFile] = field(default_factory=list)
    broken: bool = False
    codepage: str = "gb18030"


def read_tnef(data: bytes) -> Tnef | None:
    """The content of a winmail.dat; None when it is none. Never raises."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != SIGNATURE:
        return None
    found = Tnef()
    try:
        for attribute, value in _attributes(data):
            _take(found, attribute, value)
    except (struct.error, _Broken):
        found.broken = True
    return found


class _Broken(Exception):
    pass


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    while at + 9 <= len(data):
        _, attribute, length = struct.unpack_from("<BII", data, at)
        at += 9
        if at + length + 2 > len(data):
            raise _Broken
        yield attribute, data[at : at + length]
        at += length + 2
    if at != len(data):
        raise _Broken


def _take(found: Tnef, attribute: int, value: bytes) -> None:
    if attribute == _RENDERING:
        if len(found.files) >= MOST_FILES:
            raise _Broken
        found.files.append(TnefFile())
    elif attribute == _CODEPAGE and len(value) >= 4:
        found.codepage = f"cp{struct.unpack_from('<I', value)[0]}"
    elif attribute == _BODY:
        found.text = found.text or _text(value, found.codepage)
    elif attribute == _PROPERTIES:
        _message_properties(found, value)
    elif found.files:
        _file_attribute(found.files[-1], attribute, value, found.codepage)


def _file_attribute(file: TnefFile, attribute: int, value: bytes, codepage: str) -> None:
    if attribute == _TITLE:
        file.name = file.name or _text(value, codepage)
    elif attribute == _DATA:
        file.data = value
    elif attribute == _ATTACHMENT:
        for number, kind, content in _properties(value):
            if number == _PR_LONG_NAME:
                file.name = _string(kind, content, codepage) or file.name
            elif number == _PR_SHORT_NAME:
                file.name = file.name or _string(kind, content, codepage)
            elif number == _PR_MIME:
                file.type = _string(kind, content, codepage).lower()


def _message_properties(found: Tnef, value: bytes) -> None:
    for number, kind, content in _properties(value):
        if number == _PR_CODEPAGE and len(content) >= 4:
            found.codepage = f"cp{struct.unpack_from('<I', content)[0]}"
        elif number == _PR_BODY:
            found.text = _string(kind, content, found.codepage) or found.text
        elif number == _PR_HTML:
            found.html = _string(kind, content, found.codepage)


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(number, type, value) of the first value of each property."""
    count = struct.unpack_from("<I", data)[0]
    at = 4
    for _ in range(min(count, MOST_PROPERTIES)):
        kind, number = struct.unpack_from("<HH", data, at)
        at += 4
        if number >= 0x8000:
            at = _past_name(data, at)
        value, at = _value(data, at, kind)
        yield number, kind & 0x0FFF, value


def _past_name(data: bytes, at: int) -> int:
    """Behind the name of a named property."""
    by_text = struct.unpack_from("<I", data, at + 16)[0]
    at += 20
    if not by_text:
        return at + 4
    length = struct.unpack_from("<I", data, at)[0]
    return at + 4 + _padded(length)


def _value(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    base = kind & 0x0FFF
    if base in _FIXED:
        size = max(4, _FIXED[base])
        many = 1
        if kind & 0x1000:
            many = struct.unpack_from("<I", data, at)[0]
            at += 4
        if many > MOST_PROPERTIES:
            raise _Broken
        return data[at : at + size], at + size * many
    if base not in _TEXT_TYPES + _LONG_TYPES:
        raise _Broken
    count = struct.unpack_from("<I", data, at)[0]
    at += 4
    if count > MOST_PROPERTIES:
        raise _Broken
    first = b""
    for number in range(count):
        length = struct.unpack_from("<I", data, at)[0]
        if at + 4 + length > len(data):
            raise _Broken
        first = first if number else data[at + 4 : at + 4 + length]
        at += 4 + _padded(length)
    return first, at


def _padded(length: int) -> int:
    return (length + 3) & ~3


def _string(kind: int, content: bytes, codepage: str) -> str:
    if kind == 0x001F:
        return content.decode("utf-16-le", "replace").split("\x00", 1)[0]
    return _text(content, codepage)


def _text(value: bytes, codepage: str) -> str:
    return decode(value.split(b"\x00", 1)[0], codepage).text
