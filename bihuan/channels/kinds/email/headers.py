"""Header fields: splitting them off, encoded words, identifiers, dates."""

import base64
import binascii
import email.utils
import hashlib
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bihuan.channels.kinds.email.charsets import decode, plausibility
from bihuan.channels.kinds.email.defects import Defects

MOST_FIELDS = 1_000
LONGEST_FIELD = 256 * 1024
LONGEST_ID = 250
MOST_IDS = 500

_NAME = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_ENCODED = re.compile(rb"=\?([^?\s=]{1,60})\?([bBqQ])\?([^?]*)(?:\?=|$)")
_BLANK_BETWEEN = re.compile(rb"[ \t\r\n]*\Z")
_CONTROLS = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
_ID = re.compile(r"<[^<>]{1,4000}>")


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of one part, in order. Names compare without case; values are raw bytes with line ends removed."""

    fields: tuple[tuple[str, bytes], ...]

    def raw(self, name: str) -> bytes | None:
        """The first field of the name; None without one."""
        return next((value for key, value in self.fields if key == name), None)

    def raw_all(self, name: str) -> list[bytes]:
        return [value for key, value in self.fields if key == name]

    def text(self, name: str) -> str:
        """The first field as readable text, '' without one. For fields without addresses."""
        return header_text(self.raw(name) or b"").text

    def plain(self, name: str) -> str:
        """The first field in lower case and without comments: for fields that are protocol words."""
        value = (self.raw(name) or b"").decode("ascii", "replace")
        return re.sub(r"\([^()]*\)", "", value).strip().lower()

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.fields)


def split_headers(raw: bytes, start: int, end: int, defects: Defects, *, nested: bool = False) -> tuple[Headers, int]:
    """The fields at the beginning of ``raw[start:end]`` and where the body begins.

    A line that is no field ends the head, as if the empty line were missing. Empty lines before the head and the
    envelope line ``From …`` are passed over, but not in a nested part.
    """
    fields: list[tuple[str, bytes]] = []
    held: list[bytes] = []
    name = ""
    at = start if nested else _skip_lead(raw, start, end, defects)
    for line, line_start, after in lines(raw, at, end):
        at = after
        if not line:
            break
        match = _NAME.match(line)
        if line[:1] in b" \t" and name:
            held.append(line)
        elif match is not None:
            _keep(fields, name, held, defects)
            name, held = match.group(1).decode("ascii").lower(), [line[match.end() :]]
        else:
            defects.add("missing_blank_line" if name else "no_headers")
            at = line_start
            break
    _keep(fields, name, held, defects)
    return Headers(tuple(fields)), at


def _skip_lead(raw: bytes, start: int, end: int, defects: Defects) -> int:
    start += 3 if raw.startswith(b"\xef\xbb\xbf", start) else 0
    for line, at, after in lines(raw, start, end):
        if line.strip() and not line.startswith((b"From ", b">From ")):
            return at
        if not line.strip():
            defects.add("leading_blank_lines")
        start = after
    return start


def lines(raw: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(line without its end, where it begins, where the next one begins)."""
    while start < end:
        at = raw.find(b"\n", start, end)
        stop, after = (at, at + 1) if at >= 0 else (end, end)
        yield raw[start : stop - 1] if raw[stop - 1 : stop] == b"\r" and stop > start else raw[start:stop], start, after
        start = after


def _keep(fields: list[tuple[str, bytes]], name: str, held: list[bytes], defects: Defects) -> None:
    if not name:
        return
    if len(fields) >= MOST_FIELDS:
        defects.add("too_many_headers")
        return
    value = b"".join(held)
    if len(value) > LONGEST_FIELD:
        defects.add("long_header")
        value = value[:LONGEST_FIELD]
    fields.append((name, value.strip()))


@dataclass(frozen=True, slots=True)
class HeaderText:
    """Readable text of a field, and whether a charset had to be repaired."""

    text: str
    repaired: bool = False


def header_text(value: bytes) -> HeaderText:
    """Decodes encoded words (RFC 2047), whatever programs made of them, and raw bytes above ASCII.

    Neighbouring words of one charset are joined before decoding: many programs split inside a character. White space
    between words vanishes, as the standard says; control characters become spaces.
    """
    pieces: list[str] = []
    repaired = False
    charset, held = "", list[tuple[str, bytes]]()
    position = 0
    for match in _ENCODED.finditer(value):
        between = value[position : match.start()]
        name = match.group(1).decode("ascii", "replace").split("*", 1)[0].lower()
        if held and (name != charset or not _BLANK_BETWEEN.match(between)):
            repaired |= _flush(held, charset, pieces)
        if between and not (position and _BLANK_BETWEEN.match(between)):
            repaired |= _raw(between, pieces)
        held.append((match.group(2).decode("ascii").lower(), match.group(3)))
        charset, position = name, match.end()
    repaired |= _flush(held, charset, pieces)
    repaired |= _raw(value[position:], pieces)
    return HeaderText(_CONTROLS.sub(" ", "".join(pieces)).strip(), repaired)


def _raw(data: bytes, pieces: list[str]) -> bool:
    decoded = decode(data)
    pieces.append(decoded.text)
    return decoded.repaired


def _flush(held: list[tuple[str, bytes]], charset: str, pieces: list[str]) -> bool:
    """Decodes the words collected so far; whether their charset was wrong."""
    if not held:
        return False
    readings = [decode(data, charset) for data in dict.fromkeys([_word_by_word(held), _cut_anywhere(held)])]
    best = max(readings, key=lambda reading: (reading.lossless, not reading.repaired, plausibility(reading.text)))
    held.clear()
    pieces.append(best.text)
    return best.repaired


def _word_by_word(words: list[tuple[str, bytes]]) -> bytes:
    return b"".join(unbase64(payload) if encoding == "b" else _unquote(payload) for encoding, payload in words)


def _cut_anywhere(words: list[tuple[str, bytes]]) -> bytes:
    """For programs that encode the whole text and then cut the base64 where the line is full."""
    if any(encoding != "b" for encoding, _ in words) or b"=" in b"".join(payload for _, payload in words[:-1]):
        return _word_by_word(words)
    return unbase64(b"".join(payload for _, payload in words))


def _unquote(payload: bytes) -> bytes:
    return quopri.decodestring(payload.replace(b"_", b" ").replace(b"\n", b"").replace(b"\r", b""))


def unbase64(data: bytes) -> bytes:
    """Base64 with foreign characters, wrong or missing padding, or a truncated end: what can be read."""
    bare = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    if len(bare) % 4 == 1:
        bare = bare[:-1]
    try:
        return base64.b64decode(bare + b"=" * (-len(bare) % 4))
    except binascii.Error:  # cannot be: kept so that no sender finds the exception
        return b""


def message_ids(value: bytes | None) -> list[str]:
    """All ids of a References, In-Reply-To or Message-ID field, in order, each once, with angle brackets.

    Blanks that folding put into an id are removed. Where brackets are missing, words with ``@`` count as ids. An id
    longer than 250 characters is replaced by a short name made from it, everywhere the same. Beyond 500 ids the first
    and the last are kept.
    """
    text = (value or b"").replace(b"\x00", b"").decode("utf-8", "replace")
    found = _ID.findall(text) or [f"<{word}>" for word in re.split(r"[\s,;<>]+", text) if "@" in word[1:]]
    ids = list(dict.fromkeys(_short_id(re.sub(r"\s+", "", one)) for one in found))
    return ids if len(ids) <= MOST_IDS else [*ids[:10], *ids[10 - MOST_IDS :]]


def _short_id(message_id: str) -> str:
    if len(message_id) <= LONGEST_ID:
        return message_id
    return f"<{hashlib.sha256(message_id.encode()).hexdigest()}@long.message.id>"


def header_date(value: bytes | None) -> datetime | None:
    """The date of a field with its offset (UTC where it has none); None when it cannot be understood."""
    text = header_text(value or b"").text[:200]
    if not text:
        return None
    for read in (email.utils.parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = read(text)
            found = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
            found.astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
            continue
        return found
    return None
