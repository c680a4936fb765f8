"""What a text promises and does not give: eight businesses of which one is told, a list that is not there."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bihuan.procedures.model import Paragraph, Span
from bihuan.procedures.understanding.lexicon import NUMERALS, number
from bihuan.procedures.understanding.model import Announcement
from bihuan.procedures.understanding.sentences import sentences

_COUNTED = re.compile(
    rf"(?:包含|包括|分为|共有|设有|以下|下列)(?P<row>[^。:;]{{6,160}}?)(?P<n>[{NUMERALS}]{{1,2}}|\d{{1,2}})(?:大|个|项|种|类)?(?:项|活动|业务|内容|步骤|阶段|环节|部分|流程)"
)
_OPEN = re.compile(r"(?:如下|以下|可以是|包括|包含|方面|意义|要素|几点|几个|步骤|特征)[^。:]{0,10}:$")
_ASPECTS = re.compile(rf"(?P<n>[{NUMERALS}两]|\d{{1,2}})(?:个|大|项)?(?:方面|部分|要点|步骤|阶段|点|类|种)")
# A sentence that looks back on what should have stood before it.
_LOOKS_BACK = re.compile(
    r"^(?:然而|但是|但|因此|所以|综上|以上|这些|通过(?:上述|以上|这些)|上述|明确[^,。]{1,6}有助|确定好|完成(?:了)?(?:以上|上述)|可见)"
)
_SHORT: Final = 16


def announcements(text: str, paragraphs: Sequence[Paragraph], titles: Sequence[str]) -> Iterator[Announcement]:
    """Promises with what was found of them; also those that are kept."""
    lines = [text[slice(*one.span)] for one in paragraphs]
    heads = {_bare(line[:40]) for line in lines} | set(titles)
    for one in paragraphs:
        yield from _counted(text, one.span, heads)
    for at in range(len(lines) - 1):
        if _OPEN.search(lines[at][-40:]) and _LOOKS_BACK.match(lines[at + 1]):
            many = _ASPECTS.search(lines[at][-40:])
            yield Announcement(paragraphs[at].span, number(many["n"].replace("两", "二")) if many else 0, (), ())


def _bare(line: str) -> str:
    return re.sub(rf"^(?:\(?[{NUMERALS}\d]{{1,3}}[)、.]|第[{NUMERALS}\d]{{1,3}}[章节步条])\s?", "", line)


def _counted(text: str, span: Span, heads: set[str]) -> Iterator[Announcement]:
    for one in sentences(text, span):
        found = _COUNTED.search(text, *one)
        if found is None:
            continue
        names = tuple(part.strip() for part in found["row"].split("、") if 2 <= len(part.strip()) <= _SHORT)
        many = number(found["n"])
        told = tuple(name for name in names if any(head.startswith(name) for head in heads))
        if many == len(names) >= 3 and told:
            yield Announcement(one, many, names, told)
