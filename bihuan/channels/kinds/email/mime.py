"""The tree of parts of a mail, cut with limits.

The tree is found by searching for boundary lines in the raw bytes: nothing is copied before a leaf is read, a part
cannot reach beyond its parent, and what lies beyond a limit stays in the mail unopened, with a defect that says so.
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bihuan.channels.kinds.email.defects import Defects
from bihuan.channels.kinds.email.headers import Headers, lines, split_headers, unbase64
from bihuan.channels.kinds.email.parameters import Value, read_value, safe_name

MOST_PARTS = 500
DEEPEST = 20

MIME_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")
_LIKELY_BOUNDARY = re.compile(
    rb"(?:\A|\n)--([^\s-][^\r\n]{2,199}|-{2,60}[^\r\n]{5,190})\r?\n(?=content-)", re.IGNORECASE
)


@dataclass(slots=True)
class Part:
    """One part. ``start`` and ``end`` say where its body lies in ``raw``; containers have ``children``."""

    raw: bytes = field(repr=False)
    headers: Headers
    type: str
    content_type: Value
    disposition: Value
    start: int
    end: int
    children: list["Part"] = field(default_factory=list)

    def walk(self) -> Iterator["Part"]:
        """This part and all below it, in reading order; does not enter attached mails."""
        yield self
        if self.type != "message/rfc822":
            for child in self.children:
                yield from child.walk()

    @property
    def name(self) -> str:
        """The safe file name that the part was given; ''."""
        return safe_name(self.disposition.get("filename") or self.content_type.get("name"))

    def payload(self, defects: Defects) -> bytes:
        """The body's bytes with the transfer encoding taken off; what can be read of it."""
        body = self.raw[self.start : self.end]
        encoding = self.headers.plain("content-transfer-encoding").strip("\"' ;")
        if encoding == "base64":
            return _base64_body(body, defects)
        if encoding == "quoted-printable":
            return quopri.decodestring(body)
        if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
            return _unuuencode(body, defects)
        if encoding not in ("", "7bit", "8bit", "binary", "8-bit", "7-bit", "7bits", "8bits"):
            defects.add("unknown_transfer_encoding")
        return body


class _Budget:
    """How many parts may still be opened."""

    def __init__(self, defects: Defects) -> None:
        self.defects = defects
        self.parts = 0

    def allows(self, depth: int) -> bool:
        if depth >= DEEPEST:
            self.defects.add("too_deep")
        elif self.parts >= MOST_PARTS:
            self.defects.add("too_many_parts")
        else:
            return True
        return False


def read_tree(raw: bytes, defects: Defects) -> Part:
    """The whole mail as a tree."""
    return _part(raw, 0, len(raw), "text/plain", 0, _Budget(defects))


def _part(raw: bytes, start: int, end: int, default: str, depth: int, budget: _Budget) -> Part:
    budget.parts += 1
    headers, body = split_headers(raw, start, end, budget.defects, nested=depth > 0)
    content_type = read_value(headers.raw("content-type"))
    kind = _type(content_type.word, default, budget)
    part = Part(raw, headers, kind, content_type, read_value(headers.raw("content-disposition")), body, end)
    if kind.startswith("multipart/"):
        _open_multipart(part, depth, budget)
    elif kind == "message/rfc822" and budget.allows(depth + 1):
        inner = (raw, body, end) if _unencoded(part) else _decoded(part, budget)
        part.children.append(_part(*inner, "text/plain", depth + 1, budget))
    return part


def _decoded(part: Part, budget: _Budget) -> tuple[bytes, int, int]:
    """An attached mail under a transfer encoding: forbidden, and done."""
    inner = part.payload(budget.defects)
    return inner, 0, len(inner)


def _type(word: str, default: str, budget: _Budget) -> str:
    if MIME_TYPE.fullmatch(word) or not word:
        return word or default
    budget.defects.add("bad_content_type")
    return {"text": "text/plain", "html": "text/html", "plain": "text/plain"}.get(word, "text/plain")


def _unencoded(part: Part) -> bool:
    return part.headers.plain("content-transfer-encoding") in ("", "7bit", "8bit", "binary")


def _open_multipart(part: Part, depth: int, budget: _Budget) -> None:
    boundary = (part.content_type.get("boundary") or "").encode("utf-8", "replace").rstrip()
    spans = _spans(part, boundary) if boundary else None
    if spans is None:
        budget.defects.add("boundary_not_found" if boundary else "no_boundary")
        guess = _LIKELY_BOUNDARY.search(part.raw, max(0, part.start - 1), part.end)
        spans = _spans(part, guess.group(1).rstrip().removesuffix(b"--")) if guess else None
    if spans is None:
        part.type = "text/plain"
        return
    found, closed = spans
    if not closed:
        budget.defects.add("no_end_boundary")
    default = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
    for start, end in found:
        if not budget.allows(depth + 1):
            break
        part.children.append(_part(part.raw, start, end, default, depth + 1, budget))
    if not part.children:
        budget.defects.add("empty_multipart")


def _spans(part: Part, boundary: bytes) -> tuple[list[tuple[int, int]], bool] | None:
    """Where the parts between the boundary lines lie, and whether the closing line is there; None without a line."""
    found: list[tuple[int, int]] = []
    begin: int | None = None
    for at, after, closes in _boundary_lines(part.raw, part.start, part.end, b"--" + boundary):
        if begin is not None and at > begin:  # a doubled boundary line opens no part
            found.append((begin, _before_line_end(part.raw, begin, at)))
        begin = after
        if closes:
            return found, True
        if len(found) > MOST_PARTS + 1:
            break
    if begin is None:
        return None
    if len(found) <= MOST_PARTS + 1:
        found.append((begin, part.end))
    return found, False


def _boundary_lines(raw: bytes, start: int, end: int, mark: bytes) -> Iterator[tuple[int, int, bool]]:
    """(where the line begins, where the next one begins, whether it is the closing one)."""
    at = raw.find(mark, start, end)
    while at >= 0:
        stop = raw.find(b"\n", at, end)
        stop, after = (stop, stop + 1) if stop >= 0 else (end, end)
        tail = raw[at + len(mark) : min(stop, at + len(mark) + 100)].strip()
        if (at == start or raw[at - 1 : at] == b"\n") and tail in (b"", b"--"):
            yield at, after, tail == b"--"
            at = raw.find(mark, after, end)
        else:
            at = raw.find(mark, at + len(mark), end)


def _before_line_end(raw: bytes, start: int, at: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    if at > start and raw[at - 1 : at] == b"\n":
        at -= 1
        if at > start and raw[at - 1 : at] == b"\r":
            at -= 1
    return at


def _base64_body(body: bytes, defects: Defects) -> bytes:
    """Decodes each padded piece by itself. Text that somebody put below (a list's footer) is left out."""
    if _FOREIGN.search(body):
        defects.add("bad_base64")
        body = _base64_lines(body)
    padding = body.find(b"=")
    if padding < 0 or not body[padding:].strip(b"= \t\r\n"):
        try:
            return binascii.a2b_base64(body)  # one copy: what nearly every large file takes
        except binascii.Error:
            pass
    return b"".join(unbase64(piece) for piece in re.split(rb"=+", body))


def _base64_lines(body: bytes) -> bytes:
    """The lines down to the first that is plainly no base64: words with blanks between them, or mostly other signs."""
    kept: list[bytes] = []
    for line, _, _ in lines(body, 0, len(body)):
        bare = line.strip()
        if kept and (b" " in bare or 2 * len(_OTHERS.findall(bare)) > len(bare)):
            break
        kept.append(line)
    return b"".join(kept)


_FOREIGN = re.compile(rb"[^A-Za-z0-9+/=\s]|[^\s][ \t]+[^\s]")
_OTHERS = re.compile(rb"[^A-Za-z0-9+/=]")


def _unuuencode(body: bytes, defects: Defects) -> bytes:
    data: list[bytes] = []
    inside = False
    for line, _, _ in lines(body, 0, len(body)):
        if line.startswith(b"begin "):
            inside = True
        elif line.strip() in (b"end", b"`") and inside:
            break
        elif inside:
            try:
                data.append(binascii.a2b_uu(line))
            except binascii.Error:
                defects.add("bad_uuencode")
    return b"".join(data)
