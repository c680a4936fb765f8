"""Parameters of Content-Type and Content-Disposition, and file names from them.

Read at byte level, because file names come as RFC 2231 says, as encoded words inside quotes (forbidden and usual), or
as raw GBK.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from bihuan.channels.kinds.email.charsets import decode
from bihuan.channels.kinds.email.headers import header_text

LONGEST_NAME = 200
_MOST = 200
_PART = re.compile(rb"([^*]+)(?:\*(\d{1,3}))?(\*)?")
# Control characters, path and shell signs, and marks that turn the reading direction (``exe.fdp`` read as ``pdf.exe``).
_UNSAFE = re.compile('[\x00-\x1f\x7f-\x9f<>:"|?*\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]')


@dataclass(frozen=True, slots=True)
class Value:
    """The word before the first semicolon in lower case, and the parameters as text. ``repaired``: a charset was
    wrong."""

    word: str
    parameters: Mapping[str, str]
    repaired: bool = False

    def get(self, name: str) -> str:
        return self.parameters.get(name, "")


def read_value(raw: bytes | None) -> Value:
    """Reads a field such as ``attachment; filename*0*=utf-8''%E6…``. Never raises."""
    pieces = _split(raw or b"")
    held: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for piece in pieces[1:_MOST]:
        name, equals, value = piece.partition(b"=")
        match = _PART.fullmatch(name.strip().lower())
        if not equals or match is None:
            continue
        key = match.group(1).decode("ascii", "replace")
        number = int(match.group(2) or 0)
        held.setdefault(key, {}).setdefault(number, (_unquoted(value.strip()), bool(match.group(3))))
    word = re.sub(r"\s+", "", pieces[0].decode("ascii", "replace").lower()) if pieces else ""
    read = {key: _assembled(parts) for key, parts in held.items()}
    return Value(word, {key: text for key, (text, _) in read.items()}, any(repaired for _, repaired in read.values()))


def _split(raw: bytes) -> list[bytes]:
    """Cuts at semicolons outside quotes; a quote that never ends ends at the end."""
    pieces: list[bytes] = []
    for match in _PIECE.finditer(raw):
        pieces.append(match.group(1))
        if match.end() >= len(raw):
            break
    return pieces


_PIECE = re.compile(rb'((?:"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[^";]++)*+)(?:;|\Z)', re.DOTALL)


def _unquoted(value: bytes) -> bytes:
    if value[:1] != b'"':
        return value
    return re.sub(rb"\\([\\\"])", rb"\1", value[1:-1] if len(value) > 1 and value[-1:] == b'"' else value[1:])


def _assembled(parts: Mapping[int, tuple[bytes, bool]]) -> tuple[str, bool]:
    """The text of a parameter from its continuations (RFC 2231), or from what else was put there."""
    if not any(extended for _, extended in parts.values()):
        text = header_text(b"".join(value for _, (value, _) in sorted(parts.items())))
        return text.text, text.repaired
    charset: str | None = None
    data: list[bytes] = []
    for number, (value, extended) in sorted(parts.items()):
        if extended and number == min(parts) and value.count(b"'") >= 2:
            declared, _, value = value.split(b"'", 2)
            charset = declared.decode("ascii", "replace")
        data.append(unquote_to_bytes(value) if extended else value)
    decoded = decode(b"".join(data), charset)
    return decoded.text, decoded.repaired


def safe_name(name: str) -> str:
    """A file name without folders, signs that systems trip over, or hidden reading directions; at most 200
    characters, its ending kept. '' when nothing is left."""
    bare = _UNSAFE.sub("", re.split(r"[/\\]", name)[-1]).strip(" .\t\n\r")
    if len(bare) <= LONGEST_NAME:
        return bare
    stem, dot, ending = bare.rpartition(".")
    if not dot or len(ending) > 20:
        return bare[:LONGEST_NAME]
    return stem[: LONGEST_NAME - len(ending) - 1] + "." + ending
