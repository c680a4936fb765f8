"""Text of a PDF, lines put together again to paragraphs."""

import io
import re
from typing import Final

from pypdf import PdfReader
from pypdf.errors import PdfReadError, PyPdfError

from bihuan.procedures.refusals import TextRefused

_MOST_PAGES: Final = 300
_END = re.compile(r"[。!?！？：:；;.]$")
_BEGIN = re.compile(r"[(（]?[一二三四五六七八九十\d]{1,3}[)）、.．]|第.{1,3}[章条节步]|[①-⑳•●■◆\-*]")
Line = tuple[str, int]


def read_pdf(data: bytes, most_characters: int) -> list[Line]:
    """Lines with the page they stand on. Raises `TextRefused`: bad_pdf, locked, picture, too_many_pages, too_long."""
    try:
        return _lines(PdfReader(io.BytesIO(data)), most_characters)
    except TextRefused:
        raise
    except (PyPdfError, PdfReadError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise TextRefused("bad_pdf") from error
    except (RecursionError, OverflowError, AssertionError, NotImplementedError, OSError, ArithmeticError) as error:
        raise TextRefused("bad_pdf") from error


def _lines(reader: PdfReader, most: int) -> list[Line]:
    if reader.is_encrypted and not reader.decrypt(""):
        raise TextRefused("locked")
    if len(reader.pages) > _MOST_PAGES:
        raise TextRefused("too_many_pages")
    found: list[Line] = []
    length = 0
    for number, page in enumerate(reader.pages, 1):
        text = page.extract_text()
        length += len(text)
        if length > most:
            raise TextRefused("too_long")
        found += [(line, number) for line in _joined(text)]
    if not any(line.strip() for line, _ in found):
        raise TextRefused("picture")
    return found


def _joined(text: str) -> list[str]:
    """A line that fills the width and ends in the middle of a sentence goes on in the next one."""
    lines = [line.strip() for line in text.split("\n")]
    width = max(map(len, lines), default=0)
    found: list[str] = []
    parts: list[str] = []
    for line in lines:
        if parts and not _goes_on(parts[-1], line, width):
            found.append("".join(parts))
            parts = []
        # Between words of another script the end of the line is a blank.
        blank = parts and parts[-1][-1:].isascii() and line[:1].isascii()
        parts.append(f" {line}" if blank else line)
    return [*found, "".join(parts)]


def _goes_on(line: str, following: str, width: int) -> bool:
    full = len(line) >= 0.85 * width and width >= 16
    return full and bool(following) and not _END.search(line) and not _BEGIN.match(following)
