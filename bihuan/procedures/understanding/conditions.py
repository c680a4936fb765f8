"""Choices: `如果…则…否则…`, `若…时`, `高风险…;中低风险…`, `必要时`, `返回重新…`."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bihuan.procedures.model import Span
from bihuan.procedures.understanding.lexicon import VERB, number
from bihuan.procedures.understanding.model import Condition
from bihuan.procedures.understanding.sentences import sentences, without_brackets

_IF = re.compile(
    r"(?:^|[,;。:“\"]|(?P<who>[^,。;:]{2,10}?))(?P<if>如果|倘若|假如|若是|如有|若有|如遇|凡属|凡是|凡|若|如)(?P<test>[^。;!?]{2,60}?)"
    r"(?:(?:的话)?(?:,|,?则|,?就|,?即)|时,?|的,|者(?:,|即))(?P<then>[^。;!?\n]{2,160})"
)
_NOT_IF = re.compile(r"(?:例|比|诸|譬|假|犹|正)$|[(（、]$")
_HAVE = re.compile(
    r"(?P<who>[^,。;:]{2,10}?)有(?P<test>(?:无法|不能|难以|超出)[^,。;]{2,16}?)的(?:情况|问题|事项)?,(?P<then>[^。;!?\n]{4,120})"
)
_FOR = re.compile(
    r"(?:^|[。;,])对(?:于)?(?P<test>(?:不能|无法|未能|重大|紧急|特殊|符合|不符合|需要)[^,。;]{2,16}?),(?P<then>[^。;!?\n]{4,120})"
)
_ELSE = re.compile(r"(?:否则|反之|不然|不合格的?则|不通过的?则|否则的话)[,则]?(?P<else>[^。;!?\n]{2,100})")
_ELSE_MARK = re.compile(r"[,;]?(?:否则|反之|不然)")
_FAILS = re.compile(
    r"(?:^|[,;。])(?P<test>[^,;。:()]{0,12}?(?:未通过|不通过|不合格|不同意|不满意|不符合|不达标|未解决|无效|不属实|不认可))"
    r"(?:的|时|者)[,]?(?:应|须|需|则|由)?(?P<then>[^。;!?\n]{2,60})"
)
_OPTIONAL = re.compile(r"(?:必要时|需要时|有条件时|视情况|视需要)[,]?(?P<then>[^,。;!?\n]{2,60})")
_URGENT = re.compile(
    r"(?:^|[,;。])(?P<test>(?:紧急|重大|特急|严重|高优先级)[^,。;:]{0,8}?)(?:[,]?(?:需|须|应|必须|要|应当))(?P<then>[^。;!?\n]{2,60})"
)
_AGAIN = re.compile(
    r"(?:返回|退回|回到|转回|打回|驳回|循环到|返工|重新)(?:至|到|给|并|,)?(?:重新)?(?P<target>[^,。;!?\n”\"]{0,24})"
)
_TIMES = re.compile(
    r"(?:最多|不超过|不得超过|至多|限|≤|不多于)\s?(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,2})\s?(?:次|轮|遍)"
)
_CLASS = re.compile(
    r"(?P<test>(?:极?高|中低|低|中|重大|一般|普通|特殊|大额|小额|紧急|非紧急)[^,。;:()]{1,6}?)(?:需|须|应|由|则|,)(?P<then>[^。;,]{3,60})"
)
_PASS_ON = re.compile(r"则?(?:转至|转给|转交|移交|升级)")
_BESIDE = re.compile(r"同步|同时")
_FAR: Final = 4


def conditions(text: str, span: Span) -> Iterator[Condition]:
    """The choices that the sentences of a step say, in order; what stands in round brackets is left out."""
    found = list(sentences(text, span))
    skip = -1
    for at, one in enumerate(found):
        if at <= skip:
            continue
        words = text[one.start : one.end]
        pair = _classes(text, found, at)
        if pair is not None:
            skip = at + (0 if pair.span.end <= one.end else 1)
            yield pair
            continue
        condition = (
            _if(words, one, first=at == 0)
            or _have(words, one)
            or _fails(words, one)
            or _urgent(words, one)
            or _optional(words, one)
        )
        if condition is None:
            continue
        yield _with_else(text, found, at, condition)


def loops(text: str, span: Span) -> Iterator[Condition]:
    """Ways back and on to others, wherever the text speaks of them: `如果客户不满意,则返回重新制定方案`."""
    for one in sentences(text, span):
        condition = _if(text[one.start : one.end], one, first=False)
        if condition is not None and (condition.kind == "again" or _PASS_ON.match(condition.then)):
            yield condition


def times(words: str) -> int | None:
    """How often at most, if it is said: `最多3次`."""
    found = _TIMES.search(words)
    if found is None:
        return None
    return number(found["n"].replace("两", "二")) or None


def _if(words: str, sentence: Span, *, first: bool) -> Condition | None:
    plain = without_brackets(words) if len(words) < 600 else words
    found = next((one for one in _IF.finditer(plain) if not _NOT_IF.search(plain[: one.start("if")])), None)
    if found is None or (found["if"] in ("如", "凡", "若") and not _is_test(found)):
        return None
    test, then = found["test"].strip('“”" ,'), _plain_then(found["then"])
    who = found["who"] or ""
    if found["if"] in ("如有", "若有"):
        test = f"有{test}"
    if who and not re.search(r"的$", who) and len(who) >= 2:
        test = f"{who.lstrip(',;。:')}{test}"
    again = _AGAIN.search(then)
    if again:
        return Condition("again", test, then, sentence, target=_target(again["target"]), most=times(words))
    opening = found.start("if") <= 1 or (first and found.start() == 0)
    kind = "whole" if first and opening else "extra"
    return Condition(kind, test, then, sentence, beside=kind == "extra" and bool(_BESIDE.search(then[:6])))


def _target(words: str) -> str:
    """What is done again: `责任部门重新制定` is `制定`."""
    return words.rpartition("重新")[2].strip()


def _plain_then(words: str) -> str:
    """Without the quotes around an example, `则`, and what is done else."""
    bare = re.sub(r"[”\"]等?$", "", words).strip('“”" ,')
    return _ELSE_MARK.split(bare.removeprefix("则"))[0]


def _is_test(found: re.Match[str]) -> bool:
    """`如` also begins examples: it is a condition only where something is said of something."""
    return not found["test"].startswith(("是否", "何", "下", "上", "图", "表", "期")) and (
        "、" not in found["test"] or len(found["test"]) > 16
    )


def _have(words: str, sentence: Span) -> Condition | None:
    found = _HAVE.search(words)
    if found:
        return Condition(
            "whole" if found.start() == 0 else "extra", f"有{found['test']}的情况", found["then"], sentence
        )
    found = _FOR.search(words)
    return Condition("extra", found["test"], found["then"], sentence) if found else None


def _fails(words: str, sentence: Span) -> Condition | None:
    """`审批未通过的,退回重新制定`, `不合格的返工`."""
    found = _FAILS.search(words)
    if found is None:
        return None
    test, then = found["test"], _plain_then(found["then"])
    again = _AGAIN.search(then)
    if again:
        return Condition("again", test, then, sentence, target=_target(again["target"]), most=times(words))
    return Condition("extra", test, then, sentence) if VERB.search(then) else None


def _urgent(words: str, sentence: Span) -> Condition | None:
    found = _URGENT.search(words)
    if found is None or VERB.search(found["then"]) is None:
        return None
    return Condition("extra", found["test"], found["then"], sentence, beside=bool(_BESIDE.search(found["then"])))


def _optional(words: str, sentence: Span) -> Condition | None:
    found = _OPTIONAL.search(words)
    return Condition("extra", "有必要", found["then"], sentence) if found and len(found["then"]) >= _FAR else None


def _classes(text: str, found: list[Span], at: int) -> Condition | None:
    """Two classes of cases with a way each: `高风险…主管审批;中低风险…负责人审批`."""
    place = Span(found[at].start, found[min(at + 1, len(found) - 1)].end)
    plain = without_brackets(text[place.start : place.end])
    classes = list(_CLASS.finditer(plain))
    if len(classes) < 2 or (classes[0].start() > 2 and plain[classes[0].start() - 1] != ":"):
        return None
    one, other = classes[0], classes[1]
    same = set(one["test"][-2:]) & set(other["test"][-2:])
    if not same or not VERB.search(one["then"]) or not VERB.search(other["then"]):
        return None
    end = place.end if "。" not in text[found[at].start : found[at].end - 1] and len(found) > at + 1 else found[at].end
    return Condition(
        "either",
        one["test"],
        one["then"],
        Span(place.start, end),
        otherwise=other["then"],
        otherwise_test=other["test"],
    )


def _with_else(text: str, found: list[Span], at: int, condition: Condition) -> Condition:
    for one in found[at : at + 2]:
        other = _ELSE.search(text, *one)
        if other:
            span = Span(condition.span.start, max(condition.span.end, one.end))
            return replace(condition, otherwise=other["else"], span=span)
    return condition
