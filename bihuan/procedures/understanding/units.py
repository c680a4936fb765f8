"""Who is responsible: named as such, or the subject of a sentence."""

import re
from collections.abc import Iterator
from typing import Final

from bihuan.procedures.model import Span
from bihuan.procedures.understanding.lexicon import AFTER_SUBJECT, NO_SUBJECT, UNIT_NAMED, UNITS, VERB
from bihuan.procedures.understanding.model import Fact
from bihuan.procedures.understanding.sentences import clauses

_BY = re.compile(r"(?:由|交由|移交|转交|提交|送)(?!于|此|来)(?=[^,。;]{1,12})")
_LIST = re.compile(r"[^()\n。;]{1,60}")
_MARKS = re.compile(r"\s?[、/+和及与,]\s?")
_CUSTOMER = re.compile(r"客户$|客人$|顾客$|用户$|消费者$|业户$")
_NOT_ONE: Final = frozenset(
    (
        "有关部门",
        "相关部门",
        "相应部门",
        "各部门",
        "一个部门",
        "业务",
        "工程",
        "部",
        "人员",
        "单位",
        "组",
        "科",
        "处",
        "领导",
        "代表",
        "中心",
        "前台业务",
    )
)
_BRACKET = re.compile(r"^\([^()\n]{0,40}\)")
_PEOPLE = re.compile(r"(?:员|团队|组|中心|前台|台)$")
_VAGUE = re.compile(r"^(?:各|所有|相关|有关|不同|多个|其他|其它|每家|支持单位)")


def stated_units(text: str, span: Span) -> tuple[list[Fact], Span | None]:
    """Units behind `责任主体:` and the like, and the place of the whole statement."""
    found = UNIT_NAMED.search(text, span.start, span.end)
    if found is None:
        return [], None
    end = span.end
    bracket = text.find(")", found.end(), min(span.end, found.end() + 80))
    opened = text.rfind("(", max(span.start, found.start() - 2), found.start())
    line = _LIST.match(text, found.end(), bracket if opened >= 0 and bracket > 0 else end)
    if line is None:
        return [], None
    whole = text[line.start() : line.end()]
    units = UNITS.match(whole)
    if opened >= 0 or "\n" in text[line.end() : line.end() + 1] or units is None:
        stop = line.end()
    else:
        stop = line.start() + units.end()
    start = opened if opened >= 0 else found.start()
    return split_units(text, Span(line.start(), stop)), Span(start, stop + 1 if opened >= 0 else stop)


def split_units(text: str, span: Span) -> list[Fact]:
    """The units of a list, each with its place."""
    found = []
    at = span.start
    for part in _MARKS.split(text[span.start : span.end]):
        start = text.find(part, at, span.end)
        bare = part.strip()
        if bare and start >= 0:
            found.append(Fact(bare, Span(start, start + len(part))))
            at = start + len(part)
    return found


def subjects(text: str, span: Span) -> Iterator[Fact]:
    """Units that do something: at the beginning of a clause, or behind `由`."""
    for clause in clauses(text, span):
        words = text[clause.start : clause.end]
        by = _BY.search(words)
        if by and by.group() in ("由", "交由"):
            yield from _units_at(text, Span(clause.start + by.end(), clause.end), True)
        elif not NO_SUBJECT.match(words):
            yield from _units_at(text, clause, False)


def _units_at(text: str, span: Span, by: bool) -> Iterator[Fact]:
    found = UNITS.match(text, span.start, span.end)
    if found is None or _CUSTOMER.search(found.group()):
        return
    rest = _BRACKET.sub("", text[found.end() : span.end])
    acts = AFTER_SUBJECT.match(rest) or VERB.search(rest[:12])
    if not by and not acts:
        return
    for one in split_units(text, Span(*found.span())):
        if VERB.match(one.text) and not _PEOPLE.search(one.text):
            continue
        if one.text in _NOT_ONE and not by or _VAGUE.match(one.text) or len(one.text) < 2:
            continue
        yield one
