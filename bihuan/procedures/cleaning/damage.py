"""What was lost before the text came to us: marked, never guessed."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from bihuan.procedures.cleaning.marked import Edit
from bihuan.procedures.model import LOST, Paragraph

_UNDECODABLE = re.compile("\ufffd+")
# What a text says whose bytes were read as another encoding's.
_TAIL_BYTE = "[\x80-¿ŒœŠšŽžŸƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]"
_MISREAD = re.compile(rf"(?:锟斤拷|锟斤|斤拷){{1,200}}|烫{{3,200}}|屯{{3,200}}|(?:[à-ï]{_TAIL_BYTE}{{2}}){{2,200}}")
_SHIFTED = re.compile(r"(?<=[\u4e00-\u9fff。,;:、!\n])\?{2,9}(?=[\u3000-\u9fff])")
_STOP = frozenset("。,;:、!?\n()“”《》")
_FARTHEST = 40
_ENDS = frozenset('。!?…;:.”"」』)》】')
_TRAILS = re.compile(r"(?:…|\.{3,}|···)+$")
_SHORTEST_SENTENCE = 24
_WITHIN = re.compile("[。,;]")


@cache
def _is_rare(character: str) -> bool:
    """Not among the 3,755 characters of everyday texts (the first level of GB 2312)."""
    try:
        return not 0xB0 <= character.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return True


def undecodable(text: str) -> Iterator[Edit]:
    """Bytes that were no characters."""
    for found in _UNDECODABLE.finditer(text):
        yield Edit(found.start(), found.end(), LOST, "undecodable")


def misread(text: str) -> Iterator[Edit]:
    """Bytes of one encoding read as another's: 锟斤拷, å®¢æˆ·."""
    for found in _MISREAD.finditer(text):
        yield Edit(found.start(), found.end(), LOST, "garbled")


def garbled(text: str) -> Iterator[Edit]:
    """Characters made from bytes that were read in the wrong pairs: 確??蛻艨梢."""
    done = 0
    for one in _SHIFTED.finditer(text):
        end = _end_of_shift(text, one.end())
        if end and one.start() >= done:
            yield Edit(one.start(), end, LOST, "garbled")
            done = end


def _end_of_shift(text: str, start: int) -> int:
    """Behind the last rare character of those that follow with at most two common ones between; 0 if there is none."""
    end = 0
    for at in range(start, min(len(text), start + _FARTHEST)):
        one = text[at]
        if one in _STOP or at - max(end, start) > 2:
            break
        if _is_rare(one):
            end = at + 1
    return end


def truncated(text: str, paragraphs: Sequence[Paragraph]) -> Iterator[Edit]:
    """Sentences that break off: at the end of the text, before the end of a document within it, or with an ellipsis."""
    for number, one in enumerate(paragraphs):
        line = text[one.span.start : one.span.end]
        trail = _TRAILS.search(line[-20:])
        if trail:
            start = one.span.end - len(trail.group())
            yield Edit(start, one.span.end, f"……{LOST}", "truncated")
        elif number == len(paragraphs) - 1 and _breaks_off(line):
            yield Edit(one.span.end, one.span.end, LOST, "truncated")


def _breaks_off(line: str) -> bool:
    tail = line[-400:]
    return (
        len(line) >= _SHORTEST_SENTENCE
        and "\t" not in line
        and tail[-1] not in _ENDS
        and not tail.endswith(LOST)
        and bool(_WITHIN.search(tail))
    )
