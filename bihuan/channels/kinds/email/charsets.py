"""Bytes to text: what senders declare is a hint, what the bytes say decides, and no byte is lost.

Chinese mail is full of wrong declarations: ``gb2312`` that holds GBK or GB18030 characters, ``us-ascii`` or
``iso-8859-1`` over GBK bytes, UTF-8 declared as GBK, made-up names. A declaration that decodes to plausible text is
believed; otherwise the candidates are compared by how much of what they give is everyday writing.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bihuan.channels.kinds.email.charset_names import CHINESE, SINGLE_BYTE_LATIN, known_charset

_SAMPLE = 64_000
_ESCAPES = (
    (b"\x1b$)A", "iso-2022-cn"),
    (b"\x1b$)C", "iso2022_kr"),
    (b"\x1b$B", "iso2022_jp_2"),
    (b"\x1b$@", "iso2022_jp_2"),
    (b"\x1b(J", "iso2022_jp_2"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH = re.compile(rb"[\x80-\xff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the charset that gave it, and whether the declaration had to be overruled (``repaired``).

    ``lossless`` is False when some bytes could not be read; they then stand in the text as ``\\xNN``.
    """

    text: str
    charset: str
    repaired: bool = False
    lossless: bool = True


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text of bytes whose sender declared this charset (None: no declaration). Never raises, never drops bytes."""
    marked = next((charset for bom, charset in _BOMS if data.startswith(bom)), None)
    if marked is not None and (text := _strict(data, marked)) is not None:
        return Decoded(_sound(text), marked, repaired=not _is_unicode(declared))
    charset = known_charset(declared)
    if not _HIGH.search(data) and charset not in _STATEFUL_OR_WIDE:
        return _seven_bit(data, charset)
    text = _strict(data, charset) if charset is not None and charset not in _DOUBTFUL else None
    if text is not None and charset is not None:
        return Decoded(_sound(text), charset)
    return _weighed(data, charset, declared)


# Declarations that decode nearly everything, or that often stand over something else.
_DOUBTFUL = SINGLE_BYTE_LATIN | CHINESE | {"big5hkscs"}


_STATEFUL_OR_WIDE = frozenset(
    {
        "hz",
        "utf-7",
        "iso-2022-cn",
        "iso2022_jp",
        "iso2022_jp_1",
        "iso2022_jp_2",
        "iso2022_jp_2004",
        "iso2022_jp_3",
        "iso2022_jp_ext",
        "iso2022_kr",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-32-le",
        "utf-32-be",
    }
)
_NEXT = {
    "gb2312": ("gbk", "gb18030"),
    "gbk": ("gb18030",),
    "iso2022_jp_2": ("iso2022_jp_ext", "iso2022_jp_3"),
    "big5hkscs": ("cp950",),
    "cp1252": ("latin-1",),
}


def _is_unicode(declared: str | None) -> bool:
    return (known_charset(declared) or "").startswith("utf-")


def _seven_bit(data: bytes, charset: str | None) -> Decoded:
    """ASCII bytes; an undeclared ISO 2022 escape tells more."""
    for escape, stateful in _ESCAPES:
        if escape in data and (text := _strict(data, stateful)) is not None:
            return Decoded(_sound(text), stateful, repaired=True)
    return Decoded(data.decode("ascii"), charset or "us-ascii")


def _strict(data: bytes, charset: str) -> str | None:
    if charset == "iso-2022-cn":
        return _iso_2022_cn(data)
    for name in (charset, *_NEXT.get(charset, ())):
        try:
            return data.decode(name)
        except (UnicodeError, LookupError):
            continue
    return None


def _iso_2022_cn(data: bytes) -> str | None:
    """RFC 1922 with the GB 2312 character set (Python has no such codec); None for its other sets or broken shifts."""
    text: list[str] = []
    for line in re.split(rb"(\r?\n)", data):
        shifted = designated = False
        for piece in re.split(rb"(\x1b\$\)A|\x0e|\x0f)", line):
            if piece == b"\x1b$)A":
                designated = True
            elif piece in (b"\x0e", b"\x0f"):
                shifted = piece == b"\x0e"
            elif (read := _gb_piece(piece, shifted, designated)) is not None:
                text.append(read)
            else:
                return None
    return "".join(text)


def _gb_piece(piece: bytes, shifted: bool, designated: bool) -> str | None:
    if b"\x1b" in piece or (shifted and piece and not designated):
        return None
    try:
        return bytes(byte | 0x80 for byte in piece).decode("gb2312") if shifted else piece.decode("ascii")
    except UnicodeError:
        return None


@dataclass(frozen=True, slots=True)
class _Reading:
    charset: str
    text: str
    weight: float
    lossless: bool


def _weighed(data: bytes, charset: str | None, declared: str | None) -> Decoded:
    """The most plausible reading among the declared one and those that are often meant instead."""
    best = max((_read(data, name, charset) for name in _candidates(data, charset)), key=lambda reading: reading.weight)
    if best.weight < 0.2:
        best = _Reading("cp1252", _latin(data, "cp1252"), 0.0, lossless=True)
    return Decoded(
        _sound(best.text), best.charset, repaired=_overruled(data, best.charset, declared), lossless=best.lossless
    )


def _candidates(data: bytes, charset: str | None) -> list[str]:
    names = dict.fromkeys([charset or "utf-8", "utf-8", "gb18030" if charset not in CHINESE else charset, "big5hkscs"])
    if charset is None and data.count(0) > len(data) // 4:
        names |= dict.fromkeys(["utf-16-le", "utf-16-be"])
    if charset is None or charset == "utf-8":
        names["cp1252"] = None
    return list(names)


# Valid UTF-8 hardly happens by accident; GB 18030 is what this market writes in.
_PRIOR = {"utf-8": 0.7, "gb18030": 0.15, "gbk": 0.15, "gb2312": 0.15}


def _read(data: bytes, name: str, charset: str | None) -> _Reading:
    """One reading with its weight: how plausible the text is, less what could not be read."""
    if name in SINGLE_BYTE_LATIN:
        return _Reading(name, _latin(data, name), _latin_weight(data, declared=name == charset), lossless=True)
    weight = 0.35 if name == charset else 0.0
    text = _strict(data, name)
    if text is not None:
        return _Reading(name, text, weight + _PRIOR.get(name, 0.0) + plausibility(text[:_SAMPLE]), lossless=True)
    if name == "iso-2022-cn":
        return _Reading(name, "", -1.0, lossless=False)
    text = data.decode(name, errors="backslashreplace")
    broken = (text.count("\\x") - data.count(b"\\x")) / max(1, len(_HIGH.findall(data)))
    return _Reading(name, text, weight + plausibility(text[:_SAMPLE]) - 0.2 - 4 * broken, lossless=False)


def _latin(data: bytes, name: str) -> str:
    text = _strict(data, name)
    return text if text is not None else data.decode("latin-1")


def _latin_weight(data: bytes, *, declared: bool) -> float:
    """Of the runs of bytes above ASCII, how many stand as in western European words: single, or inside a word."""
    sample = data[:_SAMPLE]
    runs = len(_RUN.findall(sample))
    alone = len((_SINGLE if declared else _BESIDE).findall(sample))
    share = alone / runs if runs else 1.0
    written = len(_WESTERN.findall(sample)) / max(1, len(_HIGH.findall(sample)))
    return share * written * 1.1 + (0.25 if declared else -0.1)


# Letters with accents, quotation marks and dashes, and the few signs that western texts use.
_WESTERN = re.compile(rb"[\xc0-\xff\x80\x82\x84\x85\x91-\x97\x99\xa0\xa1\xa3\xa7\xa9\xab\xae\xb0\xb4\xb7\xbb\xbf]")
_RUN = re.compile(rb"[\x80-\xff]+")
_INSIDE = rb"(?<=[a-zA-Z])[\x80-\xff]{1,3}(?=[a-zA-Z])"
_SINGLE = re.compile(_INSIDE + rb"|(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_BESIDE = re.compile(_INSIDE + rb"|(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])(?:(?<=[a-zA-Z ].)|(?=[a-z]))", re.DOTALL)


def _overruled(data: bytes, name: str, declared: str | None) -> bool:
    """Whether the declaration, taken at its word, would not have given this text."""
    if not (declared or "").strip():
        return name != "utf-8"
    charset = known_charset(declared)
    if charset != name:
        return True
    try:
        data.decode(name)
    except UnicodeError:
        return True
    return False


def plausibility(text: str) -> float:
    """0–1: how much of what is not ASCII is everyday writing. Mojibake is made of rare characters."""
    foreign = [character for character in text if character >= "\x80"]
    return sum(_everyday(foreign)) / len(foreign) if foreign else 1.0


def _everyday(characters: Iterable[str]) -> Iterator[float]:
    for character in characters:
        code = ord(character)
        if 0x4E00 <= code <= 0x9FFF:
            yield _common_hanzi(character)
        elif 0x3000 <= code <= 0x30FF or 0xFF00 <= code <= 0xFFEF or 0xAC00 <= code <= 0xD7A3:
            yield 0.9
        else:
            yield next((weight for low, high, weight in _BLOCKS if low <= code <= high), 0.3)


# Characters of other blocks: Latin-1 signs between letters are what mojibake looks like; letters are half believed.
_BLOCKS = (
    (0x80, 0x9F, -1.0),
    (0xA0, 0xBF, 0.1),
    (0xC0, 0x17F, 0.5),
    (0x370, 0x3FF, 0.6),
    (0x400, 0x45F, 0.8),
    (0x5D0, 0x5EA, 0.7),
    (0x600, 0x6FF, 0.7),
    (0xE00, 0xE7F, 0.7),
    (0x2010, 0x203A, 0.7),
    (0x20AC, 0x20AC, 0.7),
    (0x1F300, 0x1FAFF, 0.9),
    (0x2190, 0x27BF, 0.7),
    (0xE000, 0xF8FF, -1.0),
    (0xFFFD, 0xFFFD, -1.0),
)


def _common_hanzi(character: str) -> float:
    """Level 1 of GB 2312 holds the 3,755 most used characters; level 1 of Big5 the traditional 5,401."""
    try:
        lead = character.encode("gb2312")[0]
        return 1.0 if lead < 0xD8 else 0.35
    except UnicodeError:
        pass
    try:
        return 0.9 if character.encode("big5")[0] < 0xC9 else 0.2
    except UnicodeError:
        return 0.15


def _sound(text: str) -> str:
    """No lone surrogates: neither JSON nor the database can hold them."""
    return _SURROGATES.sub("\ufffd", text)
