"""What a file is, by its first bytes; and what name it may keep."""

import re
import unicodedata

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
)
INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')


def sniffed_type(data: bytes) -> str:
    """The media type by signature; anything else is bytes. Nothing is unpacked or decoded."""
    for signature, media_type in _SIGNATURES:
        if data.startswith(signature):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return "application/octet-stream"


def clean_name(name: str) -> str:
    """A name for a download: no folders, no control or direction signs, at most 200 characters with its ending."""
    plain = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c) not in ("Cf", "Cs"))
    plain = _UNSAFE.sub("_", plain).strip(" .") or "file"
    stem, dot, ending = plain.rpartition(".")
    if dot and len(ending) <= 16:
        return f"{stem[: 199 - len(ending)]}.{ending}"
    return plain[:200]
