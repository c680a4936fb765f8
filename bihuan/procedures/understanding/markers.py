"""Numbers before items: `一、` `(一)` `1.` `4.1.2` `①` `第三步`, at the start of a line or in the middle of it."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from bihuan.procedures.model import Span
from bihuan.procedures.understanding.lexicon import NUMERALS, number

_CN: Final = f"[{NUMERALS}]{{1,3}}"
_MARK = re.compile(
    rf"(?P<di>第\s?(?P<di_n>{_CN}|\d{{1,2}})\s?(?P<di_u>步骤|步|阶段|章|节|条|环节|部分))(?:[:、. ]\s?)?"
    rf"|(?P<ph>(?P<ph_u>阶段|步骤|环节)\s?(?P<ph_n>{_CN}|\d{{1,2}})(?:[:、.]\s?|(?=\s)))"
    rf"|(?P<cn>(?P<cn_n>{_CN})、)"
    rf"|(?P<pc>\((?P<pc_n>{_CN})\)[、.]?\s?)"
    r"|(?<![\d.])(?P<dot>(?P<dot_n>\d{1,2}(?:\.\d{1,2}){1,4})(?![\d.%年月日元米万千个小分天倍版A-Za-z])[、.]?\s?)"
    r"|(?<![\d.])(?P<num>(?P<num_n>\d{1,2})(?P<num_s>[.、])(?!\d)\s?)"
    r"|(?<![\d.])(?P<par>\(?(?P<par_n>\d{1,2})\)[、.]?\s?)"
    r"|(?P<ci>(?P<ci_n>[①-⑳])[、.]?\s?)"
    r"|(?<![A-Za-z])(?P<en>(?:Step|STEP|step)\s(?P<en_n>\d{1,2})[.:]?\s?)"
)
_REFERS = re.compile(r"(?:附件|附表|附录|模板|见|表|图|第|版本|之|共|约|前|至|为)$")
_SURE: Final = frozenset("\n。;:!?")
_NEAR: Final = 3000
_NARROW: Final = 4
_MOST: Final = 5_000


@dataclass(frozen=True, slots=True)
class Marker:
    """A number. `kind` tells the way it is written, `key` its value (with its parents' for `4.1.2`), `span` its place."""

    kind: str
    key: tuple[int, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class _Seen:
    marker: Marker
    sure: bool


def markers(text: str) -> list[Marker]:
    """The numbers that count items, in order. One in the middle of a line must continue or begin a series."""
    seen = [one for found in _MARK.finditer(text) if (one := _seen(text, found)) is not None]
    nexts = _Nexts(seen)
    last: dict[str, tuple[int, ...]] = {}
    kept: list[Marker] = []
    for at, one in enumerate(seen):
        if len(kept) >= _MOST:
            break
        here = one.marker
        if kept and kept[-1].span.end >= here.span.start:  # `(一)阶段一:` is one number written twice
            kept[-1] = Marker(kept[-1].kind, kept[-1].key, Span(kept[-1].span.start, here.span.end))
            continue
        if not (one.sure or _continues(here, last) or nexts.follows(at)):
            continue
        kept.append(here)
        last[here.kind] = here.key
        for depth in range(len(here.key) + 1, 6) if here.kind.startswith("dot") else ():
            last.pop(f"dot{depth}", None)
    return kept


def _seen(text: str, found: re.Match[str]) -> _Seen | None:
    start = found.start()
    before = text[max(0, start - 3) : start].rstrip(" \t\u3000")
    if found.lastgroup is None or (_REFERS.search(before) and found["di"] is None):
        return None
    kind, key = _kind(found)
    if not key or 0 in key[:1]:
        return None
    at_line = start == 0 or text[start - 1] == "\n" or not before
    sure = at_line or before[-1] in _SURE
    return _Seen(Marker(kind, key, Span(start, found.end())), sure)


def _kind(found: re.Match[str]) -> tuple[str, tuple[int, ...]]:
    if found["dot"]:
        key = tuple(int(one) for one in found["dot_n"].split("."))
        key = key[:-1] if key[-1] == 0 else key
        return f"dot{len(key)}", key
    if found["num"]:
        return f"num{found['num_s']}", (int(found["num_n"]),)
    if found["ci"]:
        return "ci", (ord(found["ci"][0]) - 0x2460 + 1,)
    for kind in ("di", "ph"):
        if found[kind]:
            return f"{kind}{found[f'{kind}_u']}", (number(found[f"{kind}_n"]),)
    kind = next(one for one in ("cn", "pc", "par", "en") if found[one])
    return kind, (number(found[f"{kind}_n"]),)


def _continues(here: Marker, last: dict[str, tuple[int, ...]]) -> bool:
    known = last.get(here.kind)
    after = (*known[:-1], known[-1] + 1) if known else None
    if here.key == after:
        return True
    # The first below its parent: 4.1 → 4.1.1.
    parent = last.get(f"dot{len(here.key) - 1}") if here.kind.startswith("dot") else None
    return parent is not None and here.key == (*parent, 1)


class _Nexts:
    """Where the next number of a series stands."""

    def __init__(self, seen: list[_Seen]) -> None:
        self.seen = seen
        self.places: dict[tuple[str, tuple[int, ...]], list[int]] = {}
        for one in seen:
            self.places.setdefault((one.marker.kind, one.marker.key), []).append(one.marker.span.start)

    def follows(self, at: int) -> bool:
        here = self.seen[at].marker
        places = self.places.get((here.kind, (*here.key[:-1], here.key[-1] + 1)), [])
        where = bisect_right(places, here.span.end + _NARROW)
        return where < len(places) and places[where] - here.span.end < _NEAR
