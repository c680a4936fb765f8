"""Time limits: `在1小时内`, `不超过2个工作日`, `问题解决后24小时内`, `当日`; and what happens again and again."""

import re
from collections.abc import Iterator
from typing import Final

from bihuan.procedures.model import Span
from bihuan.procedures.understanding.lexicon import UNIT, number
from bihuan.procedures.understanding.model import Fact, Limit
from bihuan.procedures.understanding.sentences import sentences

_SECONDS: Final = {"分钟": 60, "分": 60, "小时": 3600, "钟头": 3600, "h": 3600, "H": 3600, "min": 60}
_DAYS: Final = {"日": 1, "天": 1, "周": 7, "星期": 7, "个月": 30, "月": 30}
_LIMIT = re.compile(
    r"(?P<before>不超过|不得超过|不多于|最长|最多|至多|限时|限|时限[为:]?|时间[为:]|须于|应于|必须在|≤|在|于)?\s?"
    r"(?P<n>(?<![\d.])\d{1,4}(?:\.5)?|半|[一二两三四五六七八九十]{1,3})\s?个?\s?(?P<work>工作|自然|日历)?\s?"
    r"(?P<unit>分钟|小时|钟头|星期|个月|min|h(?![A-Za-z])|H(?![A-Za-z])|分|日|天|周|月)(?P<after>以内|之内|内|完成|办结)?"
)
_SAME_DAY = re.compile(r"(?P<day>当日|当天|即日|当班|次日|第二天|翌日)(?P<after>内|之前|前)?")
_ANCHOR = re.compile(
    r"(?:自|从)?(?P<what>[^,。;:!?\n()]{2,20}?)(?:之日起|之时起|之后|以后|起|后)的?[,、]?(?P<between>[^。;!?\n,]{0,14}[,、]?[^。;!?\n,]{0,4})$"
)
# `客服专员在接到投诉后`: from when is what stands behind the last of these.
_SUBJECT = re.compile(r"^[^,]{0,12}?(?:在|自|于|从)(?=.{2})")
_UNIT_BEFORE = re.compile(rf"^{UNIT.pattern}(?=接|收)")
_BY_RESULT = re.compile(r"根据(?P<what>[^,。;]{2,14}?(?:结果|结论|通知))[,、]")
_WORK_WORDS: Final = ("工作",)
_AGAIN = re.compile(
    r"(?:每(?:周|星期)[一二三四五六日天末](?:之?前)?|每(?:个)?(?:年|季度|季|月|周|日|天|班)(?:[一二两三四五六七八九十\d]{0,2}[次回末底初]|(?:\d{1,2}[日号](?:之?前)?))?|(?:月|季|年)(?:末|底|度)|下年度|定期或不定期|定期|不定期)"
)


def limits(text: str, span: Span) -> Iterator[Limit]:
    """The limits that stand in a place, each with what it runs from, if the sentence says so."""
    for one in sentences(text, span):
        for found in _LIMIT.finditer(text, *one):
            limit = _limit(text, one, found)
            if limit is not None:
                yield limit
        for found in _SAME_DAY.finditer(text, *one):
            days = 1 if found["day"] in ("当日", "当天", "即日", "当班") else 2
            anchor = _anchor(text, one, found.start())
            yield Limit(found.group(), Span(*found.span()), None, days, anchor, "", False)


def _limit(text: str, sentence: Span, found: re.Match[str]) -> Limit | None:
    before, after = found["before"], found["after"]
    strict = before not in (None, "在", "于")
    if not (after or strict):
        return None
    amount = _amount(found["n"])
    if amount <= 0:
        return None
    calendar = "default" if found["work"] == "工作" else "24x7" if found["work"] else ""
    seconds, workdays = _measure(amount, found["unit"], calendar)
    lasting = strict and not after
    anchor = _anchor(text, sentence, found.start())
    span = Span(found.start() + len(found.group()) - len(found.group().lstrip()), found.end())
    return Limit(text[span.start : span.end], span, seconds, workdays, anchor, calendar, lasting)


def _amount(words: str) -> float:
    if words == "半":
        return 0.5
    try:
        return float(words)
    except ValueError:
        return number(words.replace("两", "二"))


def _measure(amount: float, unit: str, calendar: str) -> tuple[int | None, int | None]:
    if unit in _SECONDS:
        return int(amount * _SECONDS[unit]), None
    days = amount * _DAYS[unit]
    if calendar == "24x7" or days < 1:
        return int(days * 86400), None
    # `5 个工作日内` is by the end of the fifth working day; days without a word for their kind are asked about.
    return None, int(days)


def _anchor(text: str, sentence: Span, at: int) -> str:
    before = text[max(sentence.start, at - 60) : at]
    found = _ANCHOR.search(before)
    if found and not re.search(r"\d", found["what"]):
        return _UNIT_BEFORE.sub("", _SUBJECT.sub("", found["what"].strip()))
    by_result = _BY_RESULT.search(before)
    return by_result["what"] if by_result else ""


def schedules(text: str, span: Span) -> Iterator[Fact]:
    """What is done every week, at the end of the month, once a year."""
    for found in _AGAIN.finditer(text, *span):
        yield Fact(found.group(), Span(*found.span()))
