"""Characters: what cannot be seen, wide and compatible forms, traditional characters."""

import re
import unicodedata
from collections.abc import Iterator

from bihuan.procedures.cleaning.marked import Edit
from bihuan.procedures.reading.charset import simplified

# Control characters, joiners, marks of direction, soft hyphens, halves of surrogate pairs, marks of byte order.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufe00-\ufe0f\ufeff]+"
)
# Circled numbers and the ellipsis mean something that their compatible forms lose.
_ODD = re.compile(
    "[^ -~\n\t\u3001-\u301b\u4e00-\u9fff“”‘’…—•①-⑳\ufffd][\u0300-\u036f]{0,8}|[A-Za-z][\u0300-\u036f]{1,8}"
)


def invisible(text: str) -> Iterator[Edit]:
    """Takes out what no reader sees."""
    for found in _INVISIBLE.finditer(text):
        yield Edit(found.start(), found.end(), "", "invisible")


def compatible(text: str) -> Iterator[Edit]:
    """Unicode's form NFKC: `Ａ` is `A`, `（` is `(`."""
    for found in _ODD.finditer(text):
        plain = unicodedata.normalize("NFKC", found.group())
        if plain != found.group():
            yield Edit(found.start(), found.end(), plain, "width")


def traditional(text: str) -> Iterator[Edit]:
    """Traditional characters as simplified ones, line by line."""
    at = 0
    for line in text.split("\n"):
        plain = simplified(line)
        if plain != line:
            yield from _changes(line, plain, at)
        at += len(line) + 1


def _changes(line: str, plain: str, at: int) -> Iterator[Edit]:
    if len(line) != len(plain):  # a few idioms change their length: the line is then changed as one
        yield Edit(at, at + len(line), plain, "traditional")
        return
    start = -1
    for offset, (old, new) in enumerate(zip(line, plain, strict=True)):
        if old != new and start < 0:
            start = offset
        elif old == new and start >= 0:
            yield Edit(at + start, at + offset, plain[start:offset], "traditional")
            start = -1
    if start >= 0:
        yield Edit(at + start, at + len(line), plain[start:], "traditional")
