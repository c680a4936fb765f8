"""A text without what hinders reading it, and a report of every change."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from bihuan.bpmn.model import Text
from bihuan.procedures.cleaning.characters import compatible, invisible, traditional
from bihuan.procedures.cleaning.damage import garbled, misread, truncated, undecodable
from bihuan.procedures.cleaning.furniture import duplicates, furniture
from bihuan.procedures.cleaning.glosses import glosses
from bihuan.procedures.cleaning.marked import Edit, Marked
from bihuan.procedures.model import Cleaned, Damage, Paragraph, Source, lines_of

_NAMES: Final = {
    "undecodable": (Text("不能解码的字节", "bytes that are no characters"), True),
    "garbled": (Text("乱码", "garbled characters"), True),
    "lost_character": (Text("只剩读音的字", "characters of which only the sound is left"), True),
    "truncated": (Text("没有写完的句子", "sentences that break off"), True),
    "invisible": (Text("看不见的字符", "characters that cannot be seen"), False),
    "gloss": (Text("拼音注音", "pinyin behind characters"), False),
    "width": (Text("全角与兼容字符", "wide and compatible forms"), False),
    "traditional": (Text("繁体字", "traditional characters"), False),
    "boilerplate": (Text("网页上的套话", "lines of a web page"), False),
    "repeated_line": (Text("页眉页脚", "running heads"), False),
    "duplicate": (Text("重复的段落", "repeated paragraphs"), False),
}
_CHARACTERS: Final[tuple[Callable[[str], Iterable[Edit]], ...]] = (
    misread,
    invisible,
    glosses,
    compatible,
    undecodable,
    traditional,
    garbled,
)
_LINES: Final[tuple[Callable[[str, Sequence[Paragraph]], Iterable[Edit]], ...]] = (furniture, duplicates, truncated)


def clean(source: Source) -> Cleaned:
    """Cleans the text. What cannot be read is marked `LOST` where it stood; nothing is guessed. Time is linear."""
    marked = Marked(source.text)
    for change in _CHARACTERS:
        marked.apply(list(change(marked.text)))
    for tidy in _LINES:
        marked.apply(list(tidy(marked.text, _paragraphs(source, marked))))
    report = tuple(
        Damage(kind, name, lost, marked.tallies[kind].count, tuple(marked.tallies[kind].places))
        for kind, (name, lost) in _NAMES.items()
        if kind in marked.tallies
    )
    return Cleaned(source, marked.text, _paragraphs(source, marked), report, marked.at)


def _paragraphs(source: Source, marked: Marked) -> tuple[Paragraph, ...]:
    """The lines of the text at hand, each with the level and the page of the one it came from."""
    starts = [one.span.start for one in source.paragraphs]
    found = []
    for span in lines_of(marked.text):
        was = source.paragraphs[max(0, bisect_right(starts, marked.at[span.start]) - 1)]
        found.append(Paragraph(span, was.level, was.page))
    return tuple(found)
