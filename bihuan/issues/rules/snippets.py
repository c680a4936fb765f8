"""Where a query was found in a text: cut between characters, hits marked in the text as it was written."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from bihuan.core.text import fold, highlight_terms

Pieces = tuple[tuple[str, bool], ...]
"""Parts of a text, each with whether it is a hit."""

_AROUND = 40
_SEEN = 20_000


@lru_cache(maxsize=20_000)
def _folded(character: str) -> str:
    return fold(character)


def _fold_with_places(text: str) -> tuple[str, Sequence[int]]:
    """The folded text, and for each of its characters the place in the text that it came from.

    Folding may turn one character into several (㎏ → kg) or into another (冷庫 → 冷库). Nearly every text keeps its length
    and is folded at once, as it was for the index.
    """
    if unicodedata.is_normalized("NFKC", text):
        whole = fold(text)
        if len(whole) == len(text):
            return whole, range(len(text))
    pieces, places = [], []
    for index, character in enumerate(text):
        piece = character.lower() if character.isascii() else _folded(character)
        pieces.append(piece)
        places += [index] * len(piece)
    return "".join(pieces), places


def _hits(text: str, query: str) -> list[tuple[int, int]]:
    """(from, to) of every hit, in order, without overlaps."""
    folded, places = _fold_with_places(text[:_SEEN])
    spans: list[tuple[int, int]] = []
    for term in highlight_terms(query):
        wanted = fold(term)
        at = folded.find(wanted) if wanted else -1
        while at >= 0:
            spans.append((places[at], places[at + len(wanted) - 1] + 1))
            at = folded.find(wanted, at + len(wanted))
    spans.sort()
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _one_line(text: str) -> str:
    return " ".join(text.split()) if text.strip() else " " if text else ""


def _between(text: str) -> str:
    """One line, with the blank that parted it from its neighbours kept."""
    line = _one_line(text)
    if line == " " or not line:
        return line
    return f"{' ' if text[0].isspace() else ''}{line}{' ' if text[-1].isspace() else ''}"


def highlighted(text: str, query: str, *, around: int = _AROUND) -> Pieces:
    """The part of the text around the first hit, with all hits in it marked; () when nothing is found."""
    hits = _hits(text, query)
    if not hits:
        return ()
    start = max(0, hits[0][0] - around)
    end = min(len(text), hits[0][1] + around)
    pieces: list[tuple[str, bool]] = [("…", False)] if start else []
    at = start
    for left, right in hits:
        if left >= end:
            break
        pieces.append((_between(text[at:left]), False))
        pieces.append((text[left:right], True))
        at = right
    if at < end:
        pieces.append((_between(text[at:end]), False))
    if end < len(text):
        pieces.append(("…", False))
    return tuple((part, hit) for part, hit in pieces if part)


def snippet(text: str, query: str, *, around: int = _AROUND) -> str:
    """The same as plain text."""
    return "".join(part for part, _ in highlighted(text, query, around=around)).strip()


def first_snippet(texts: Iterable[str], query: str) -> Pieces:
    """Of the first text in which the query is found."""
    return next((pieces for text in texts if (pieces := highlighted(text, query))), ())


def holds_every(text: str, query: str) -> bool:
    """Whether every piece of the query stands in this one text."""
    folded = fold(text[:_SEEN])
    return all(fold(term) in folded for term in highlight_terms(query))
