"""The items of a text as a tree: number, name, what is said, items below."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

from bihuan.procedures.model import Paragraph, Span
from bihuan.procedures.understanding.markers import Marker

_LABEL = re.compile(r"(?P<name>[^\s:。,;!?、\d(][^:。,;!?\n]{1,17}):\s?")
_ITEMS_OF_LABEL: Final = 2


@dataclass(slots=True)
class Item:
    """`head`: from its number to the first item below; `body` without the number. `key` () for a line with a label.

    `kind`: of its number, `label`, `heading`, or `root`.
    """

    kind: str
    key: tuple[int, ...]
    head: Span
    body: Span
    items: list["Item"] = field(default_factory=list)

    @property
    def end(self) -> int:
        """The end of everything in it."""
        return max(self.body.end, self.items[-1].end if self.items else 0)


def outline(text: str, span: Span, found: Sequence[Marker], paragraphs: Sequence[Paragraph]) -> Item:
    """The tree of what stands in `span`; its root holds the words before the first number."""
    marks = [(one.span.start, one) for one in _within(found, span)]
    taken = {at for at, _ in marks}
    for one in _within(paragraphs, span):
        if one.level and one.span.start not in taken:
            marks.append((one.span.start, Marker(f"heading{one.level}", (), Span(one.span.start, one.span.start))))
    marks.sort(key=lambda one: one[0])
    root = Item("root", (), Span(span.start, span.end), Span(span.start, span.end))
    open_items = [root]
    for _, mark in marks:
        _close(open_items, mark)
        above = open_items[-1]
        _cut(above, mark.span.start)
        item = Item(mark.kind, mark.key, Span(mark.span.start, span.end), Span(mark.span.end, span.end))
        above.items.append(item)
        open_items.append(item)
    _ends(root, span.end)
    _with_labels(text, root)
    return root


class _Placed(Protocol):
    @property
    def span(self) -> Span: ...


_P = TypeVar("_P", bound=_Placed)


def _within(found: Sequence[_P], span: Span) -> Sequence[_P]:
    """Those that begin in a place; they are in order."""
    first = bisect_left(found, span.start, key=lambda one: one.span.start)
    return found[first : bisect_left(found, span.end, key=lambda one: one.span.start)]


def _close(open_items: list[Item], mark: Marker) -> None:
    """Leaves the items that a number of this kind does not stand in."""
    for depth, one in enumerate(open_items[1:], 1):
        if one.kind == mark.kind or _is_above(mark.kind, one.kind):
            del open_items[depth:]
            return


def _is_above(kind: str, other: str) -> bool:
    """Whether this kind of number is never found below the other: 4.1 below 4.1.1, `第三章` below `1.`."""
    for family in ("dot", "heading"):
        if kind.startswith(family) and other.startswith(family):
            return int(kind[len(family) :]) < int(other[len(family) :])
    order = ("heading1", "di章", "di节", "di部分", "di条")
    return kind in order[1:] and (other not in order or order.index(kind) < order.index(other))


def _cut(item: Item, at: int) -> None:
    if item.body.end > at and not item.items:
        item.head = Span(item.head.start, at)
        item.body = Span(min(item.body.start, at), at)


def _ends(item: Item, end: int) -> None:
    stack = [(item, end)]
    while stack:
        here, last = stack.pop()
        if not here.items:
            here.head, here.body = Span(here.head.start, last), Span(here.body.start, last)
        for at, one in enumerate(here.items):
            following = here.items[at + 1].head.start if at + 1 < len(here.items) else last
            stack.append((one, following))


def _with_labels(text: str, root: Item) -> None:
    """Where lines `name: words` stand in an item without numbered items, they are its items."""
    stack = [root]
    while stack:
        here = stack.pop()
        stack += here.items
        if here.items:
            continue
        found = _distinct(text, _labels(text, here.body))
        if len(found) >= _ITEMS_OF_LABEL:
            starts = [one.start for one, _ in found] + [here.body.end]
            for (head, body), following in zip(found, starts[1:], strict=True):
                here.items.append(Item("label", (), Span(head.start, following), Span(body.start, following)))
            here.head = Span(here.head.start, starts[0])
            here.body = Span(here.body.start, starts[0])


def _distinct(text: str, found: list[tuple[Span, Span]]) -> list[tuple[Span, Span]]:
    """Without labels that come back: `解决方案:` under each of several problems is no step."""
    names = [text[head.start : head.end].partition(":")[0] for head, _ in found]
    often = Counter(names)
    return [one for one, name in zip(found, names, strict=True) if often[name] == 1]


def _labels(text: str, span: Span) -> list[tuple[Span, Span]]:
    found = []
    at = span.start
    first = True
    for line in text[span.start : span.end].split("\n"):
        lead = len(line) - len(line.lstrip())
        label = _LABEL.match(line, lead)
        if label and not first:
            found.append((Span(at + lead, at + len(line)), Span(at + lead, at + len(line))))
        at += len(line) + 1
        first = False
    return found
