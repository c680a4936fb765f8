"""Chinese full text without a dictionary: single characters and pairs of neighbours, words of other scripts whole.

A query of any length finds exactly the texts that contain it, because neighbouring pairs are looked for at
neighbouring positions. Traditional characters, full-width forms and case are folded on both sides.
"""

import re
import unicodedata
from functools import cache
from typing import Protocol, cast

_WORD = re.compile(r"[^\W_]+(?:[-_./@][^\W_]+)*", re.UNICODE)
_CJK_RANGES = (
    (0x2E80, 0x2FDF),
    (0x3005, 0x3007),
    (0x3040, 0x30FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7AF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
_CJK = "".join(f"{chr(low)}-{chr(high)}" for low, high in _CJK_RANGES)
_RUN = re.compile(f"([{_CJK}]+)|[^{_CJK}]+")
_LONGEST_WORD = 64
_MAX_POSITION = 16_000


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _to_simplified() -> _Converter:
    import opencc  # loads a dictionary: only processes that search or write text pay for it

    return cast(_Converter, opencc.OpenCC("t2s"))


def fold(text: str) -> str:
    """NFKC, simplified characters, lower case."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return _to_simplified().convert(plain) if not plain.isascii() else plain


def _runs(text: str) -> list[tuple[bool, str]]:
    """Splits into (is CJK, run) pieces: CJK runs, other words; emoji and signs separate."""
    return [
        (run.group(1) is not None, run.group()) for word in _WORD.finditer(text) for run in _RUN.finditer(word.group())
    ]


def _quote(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def search_vector(*texts: str) -> str:
    """The literal of a ``tsvector`` for the texts; a gap of positions keeps phrases from crossing texts."""
    places: dict[str, list[int]] = {}
    position = 1
    for text in texts:
        for cjk, run in _runs(fold(text)):
            for token, offset in _index_tokens(cjk, run):
                at = position + offset
                if at <= _MAX_POSITION:
                    held = places.setdefault(token, [])
                    if len(held) < 200:
                        held.append(at)
                else:
                    places.setdefault(token, [_MAX_POSITION])
            position += len(run) if cjk else 1
        position += 10
    return " ".join(f"{_quote(token)}:{','.join(map(str, sorted(set(at))))}" for token, at in places.items())


def _index_tokens(cjk: bool, run: str) -> list[tuple[str, int]]:
    if not cjk:
        parts = [run[:_LONGEST_WORD]]
        if not run.isalnum():
            parts += [part for part in re.split(r"[-_./@]", run) if part]
        return [(part[:_LONGEST_WORD], 0) for part in parts]
    singles = [(character, index) for index, character in enumerate(run)]
    return singles + [(run[index : index + 2], index) for index in range(len(run) - 1)]


def search_query(text: str) -> str:
    """The literal of a ``tsquery``: every piece must occur, a Chinese piece as it stands; '' when nothing is left.

    The last piece of another script matches as a beginning (``iPho`` finds ``iPhone``).
    """
    pieces: list[str] = []
    runs = _runs(fold(text)[:200])
    for number, (cjk, run) in enumerate(runs):
        if not cjk:
            pieces.append(_quote(run[:_LONGEST_WORD]) + (":*" if number == len(runs) - 1 else ""))
        elif len(run) == 1:
            pieces.append(_quote(run))
        else:
            pairs = [_quote(run[index : index + 2]) for index in range(len(run) - 1)]
            pieces.append("(" + " <-> ".join(pairs) + ")" if len(pairs) > 1 else pairs[0])
    return " & ".join(pieces)


def highlight_terms(text: str) -> list[str]:
    """The pieces of a query as a person typed them, for marking hits."""
    return [run for _, run in _runs(unicodedata.normalize("NFKC", text)[:200])]
