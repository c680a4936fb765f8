"""A file's bytes as text."""

import re
from typing import Final

from bihuan.procedures.model import Paragraph, Source, lines_of
from bihuan.procedures.reading.charset import decode
from bihuan.procedures.reading.pdf import read_pdf
from bihuan.procedures.reading.word import read_word
from bihuan.procedures.refusals import TextRefused

MOST_BYTES: Final = 20_000_000
MOST_CHARACTERS: Final = 4_000_000
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_KNOWN: Final = ((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_word"), (b"{\\rtf", "rich_text"))
_WEB = re.compile(rb"\s*<(?:!doctype html|html|\?xml[^>]{0,200}>\s{0,20}<html)\b", re.IGNORECASE)
_PDF_HEAD: Final = 1024


def read_text(data: bytes, name: str) -> Source:
    """The text of a TXT (any usual Chinese encoding), DOCX or PDF file, told by its bytes; `name` is kept as a title.

    At most 20 MB and four million characters. Raises `TextRefused`; its `kind` says why.
    """
    if len(data) > MOST_BYTES:
        raise TextRefused("too_large")
    for start, kind in _KNOWN:
        if data.startswith(start):
            raise TextRefused(kind)
    if _WEB.match(data[:1000]):
        raise TextRefused("web_page")
    if data.startswith(b"PK\x03\x04"):
        return _put_together(name, "word", [(text, level, 0) for text, level in read_word(data)])
    if b"%PDF-" in data[:_PDF_HEAD]:
        return _put_together(name, "pdf", [(text, 0, page) for text, page in read_pdf(data, MOST_CHARACTERS)])
    text, encoding = decode(data)
    return _put_together(name, "text", [(text, 0, 0)], encoding)


def source_of(text: str, name: str = "") -> Source:
    """A pasted text. Raises `TextRefused`: empty, too_long."""
    return _put_together(name, "text", [(text, 0, 0)])


def _put_together(name: str, kind: str, parts: list[tuple[str, int, int]], encoding: str = "") -> Source:
    texts: list[str] = []
    paragraphs: list[Paragraph] = []
    at = 0
    for part, level, page in parts:
        text = _BREAKS.sub("\n", part)
        for span in lines_of(text, at):
            paragraphs.append(Paragraph(span, level, page))
        texts.append(text)
        at += len(text) + 1
        if at > MOST_CHARACTERS + len(parts):
            raise TextRefused("too_long")
    if not paragraphs:
        raise TextRefused("empty")
    return Source(name, kind, encoding, "\n".join(texts), tuple(paragraphs))
