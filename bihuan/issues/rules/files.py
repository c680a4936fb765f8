"""What a file is, by its first bytes; what name it may keep; how it may leave the house."""

import re
import struct
import unicodedata
import zlib
from dataclasses import dataclass

BYTES = "application/octet-stream"
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
)
INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_AS_THEMSELVES = INLINE | {"application/pdf", "application/zip"}
_MOST_PIXELS = 50_000_000
_MOST_PRINTED = 4_000_000
_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_LONGEST_NAME = 200


def sniffed_type(data: bytes) -> str:
    """The media type by signature; anything else is bytes. Nothing is unpacked or decoded."""
    for signature, media_type in _SIGNATURES:
        if data.startswith(signature):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return BYTES


def clean_name(name: str) -> str:
    """A name for a download: no folders, no control or direction signs, at most 200 characters with its ending."""
    plain = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c) not in ("Cf", "Cs", "Cn"))
    plain = _UNSAFE.sub("_", plain).strip(" .") or "file"
    if _RESERVED.fullmatch(plain):
        plain = f"_{plain}"
    stem, dot, ending = plain.rpartition(".")
    if dot and len(ending) <= 16:
        return f"{stem[: _LONGEST_NAME - 1 - len(ending)]}.{ending}"
    return plain[:_LONGEST_NAME]


# -- how large a picture says it is, read from its head -------------------------------------------------------------


def _jpeg_pixels(head: bytes) -> int | None:
    at = 2
    while at + 9 <= len(head) and head[at] == 0xFF:
        marker, length = head[at + 1], int.from_bytes(head[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return int(height) * int(width)
        if length < 2:
            return None
        at += 2 + length
    return None


def _webp_pixels(head: bytes) -> int | None:
    kind = head[12:16]
    if kind == b"VP8X" and len(head) >= 30:
        return (int.from_bytes(head[24:27], "little") + 1) * (int.from_bytes(head[27:30], "little") + 1)
    if kind == b"VP8L" and len(head) >= 25:
        bits = int.from_bytes(head[21:25], "little")
        return ((bits & 0x3FFF) + 1) * ((bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 " and len(head) >= 30:
        return (int.from_bytes(head[26:28], "little") & 0x3FFF) * (int.from_bytes(head[28:30], "little") & 0x3FFF)
    return None


def claimed_pixels(head: bytes, media_type: str) -> int | None:
    """Width times height as the picture's head has it; None when it does not say."""
    if media_type == "image/png" and len(head) >= 24 and head[12:16] == b"IHDR":
        width, height = struct.unpack(">II", head[16:24])
        return int(width) * int(height)
    if media_type == "image/gif" and len(head) >= 10:
        width, height = struct.unpack("<HH", head[6:10])
        return int(width) * int(height)
    if media_type == "image/jpeg":
        return _jpeg_pixels(head)
    return _webp_pixels(head) if media_type == "image/webp" else None


@dataclass(frozen=True, slots=True)
class Disposition:
    """``inline``: a browser may show it; otherwise it is only ever downloaded. ``media_type`` is what to send."""

    inline: bool
    media_type: str


def disposition(head: bytes, *, size: int) -> Disposition:
    """How a file may leave, by its first bytes alone: what its sender called it does not count (correctness 125).

    Only raster pictures are shown, and only while their head says a size that a browser can hold (a bomb of a few
    kilobytes may claim gigapixels). SVG, HTML and anything unknown leave as bytes to download.
    """
    media_type = sniffed_type(head)
    pixels = claimed_pixels(head, media_type) if media_type in INLINE else None
    inline = pixels is not None and 0 < pixels <= _MOST_PIXELS and size > 0
    return Disposition(inline, media_type if media_type in _AS_THEMSELVES else BYTES)


# -- what may be printed --------------------------------------------------------------------------------------------


def printable(data: bytes) -> bool:
    """Whether it is a whole PNG of 8 bits a channel and at most four million pixels, as a signature is.

    It is looked through to the last line of the picture: typesetting stops at the first flaw, and a broken signature
    must not keep a form from being printed.
    """
    chunks = _chunks(data)
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13 or chunks[-1][0] != b"IEND":
        return False
    width, height, depth, colour, *methods = struct.unpack(">IIBBBBB", chunks[0][1])
    channels = _CHANNELS.get(colour)
    if channels is None or depth != 8 or any(methods) or not 0 < width * height <= _MOST_PRINTED:
        return False
    line = 1 + width * channels
    pixels = _inflated(b"".join(body for name, body in chunks if name == b"IDAT"), line * height)
    return len(pixels) == line * height and max(pixels[::line]) <= 4


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """The parts of a PNG, those that agree with their sums and end where the file ends; [] where any does not."""
    found: list[tuple[bytes, bytes]] = []
    at = 8 if sniffed_type(data) == "image/png" else len(data) + 1
    while at + 12 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        name, body, told = (
            data[at + 4 : at + 8],
            data[at + 8 : at + 8 + length],
            data[at + 8 + length : at + 12 + length],
        )
        if zlib.crc32(name + body).to_bytes(4, "big") != told:
            return []
        found.append((name, body))
        at += 12 + length
    return found if at == len(data) else []


def _inflated(packed: bytes, length: int) -> bytes:
    """At most one byte more than expected is unpacked."""
    try:
        return zlib.decompressobj().decompress(packed, length + 1)
    except zlib.error:
        return b""
