"""What the text as a whole lacks: ends that break off, lists that are not there, businesses that are not told (G7, G9)."""

from collections.abc import Iterator
from typing import Final

from bihuan.bpmn.model import Text
from bihuan.procedures.gaps.model import Gap
from bihuan.procedures.model import LOST, Span
from bihuan.procedures.understanding.model import Understood

_MOST_PLACES: Final = 200


def whole_gaps(understood: Understood) -> Iterator[Gap]:
    """Gaps that belong to no draft."""
    yield from _lost(understood)
    for one in understood.announcements:
        if one.names and len(one.found) < one.promised:
            names = "、".join(name for name in one.names if name not in one.found)
            zh = f"说有 {one.promised} 项，只写了 {len(one.found)} 项。没有写的：{names}。"
            en = f"{one.promised} are announced, {len(one.found)} told. Missing: {names}."
            yield Gap("announced_missing", -1, (), one.span, Text(zh, en))
        elif not one.names:
            zh = "说了下面要列出来，但没有列。"
            en = "A list is announced here, but it is not there."
            yield Gap("list_missing", -1, (), one.span, Text(zh, en))
    for again in understood.repeated:
        zh = f"“{again.text}”在原文里不止一次，内容大致相同，只取写得全的一份。"
        en = f"“{again.text}” stands in the text more than once, much the same; the fuller one was taken."
        yield Gap("told_twice", -1, (), again.span, Text(zh, en))
    for words in understood.synonyms:
        used = [word for word in words if word in understood.cleaned.text]
        zh = f"同一个意思用了几个词：{'、'.join(used)}。请统一成“{words[0]}”。"
        en = f"Several words for one thing: {', '.join(used)}. Use “{words[0]}” throughout."
        yield Gap("several_words", -1, (), None, Text(zh, en))


def _lost(understood: Understood) -> Iterator[Gap]:
    text = understood.cleaned.text
    at = text.find(LOST)
    told = 0
    while at >= 0 and told < _MOST_PLACES:
        told += 1
        end = at + len(LOST)
        breaks = text[end:].strip() == "" or text[max(0, at - 2) : at] == "……"
        kind = "text_truncated" if breaks else "text_lost"
        zh = "原文到这里断了，后面没有。" if breaks else "原文这里有几个字认不出来。"
        en = "The text breaks off here." if breaks else "Some characters cannot be read here."
        yield Gap(kind, -1, (), Span(at, end), Text(zh, en))
        at = text.find(LOST, end)
