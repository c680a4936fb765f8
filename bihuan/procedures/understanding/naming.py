"""What an item is called, and where its words begin: `接收反馈:在这一步…`, `派单售后服务中心根据…`."""

import re
from collections.abc import Sequence
from typing import Final

from bihuan.procedures.model import LOST, Span
from bihuan.procedures.understanding.lexicon import AFTER_SUBJECT, NO_SUBJECT, NO_TITLE, TITLE, UNIT_NAMED, UNITS, VERB
from bihuan.procedures.understanding.sentences import clauses, without_brackets

_PAPER = re.compile(r"(?P<verb>[^《「“\"]{2,4}?)[^《「“\"]{0,6}[《「“\"](?P<name>[^》」”\"]{2,12})[》」”\"]")
_LONGEST_NAME: Final = 20
_WORDS: Final = r"(?P<name>(?:[^:。,;!?\n()—]|\([^()\n:]{1,12}\)){2,30}?)"
_NAMED = re.compile(rf"{_WORDS}(?:\([^()\n]{{0,60}}\))?\s?(?::|——|--|—)\s?")
_TITLE_LINE = re.compile(rf"{_WORDS}\s?(?:\([^()\n]{{0,60}}\))?(?:\n|$)")
_UNIT_IN_TITLE = re.compile(r"\s?\([^()\n]{1,40}\)\s?$")
_SENTENCE = re.compile(r"^(?:在|为了?|对|工作人员|客服|客户|顾客|企业|根据|按|当|本|适用|目的|接到|收到|凡)")
_GOES_ON = re.compile(r"^(?:的|是|和|与|及|中|可|不|能|应|进行|或|设计|来|,|、|通过|主要|各|具体)")
# The words of a sentence begin behind the name of an item that stands right before it.
_BEGINS = re.compile(
    r"(?:当|在|对于|根据|按照|为了?|通过|企业|本|由|对|将|如|若|凡|应|每|要)|[^,。;\n]{2,14}(?:后|时|前),"
)
_NOUN_END = re.compile(
    r"(?:任务|方案|内容|计划|信息|报告|记录|问题|需求|服务|管理|标准|培训|监督|维修|申请|检查|缴费|登记|派单|派工|审批|回访|确认|评价|反馈|处理|分析|归档|受理)"
)
_NO_NAME_BEFORE = re.compile(r".{0,2}人员|[部科组处室员]|完毕|完成|结束|之后|后|时|前")
_BASIS = re.compile(r"(?:根据|按照|按|依据)[^,]{0,12}(?:报告|结果|结论|要求|情况|类型|规定|标准|申请|意见|级别|内容)")
# `在措施实施完毕后2个工作日内`: what comes before what is done.
_SETTING = re.compile(r"[^,]{0,30}(?:[时日天周钟]内|以内|之内|完毕后|完成后|之后|(?<!售)后(?![续台]))")
# Characters of a sentence that no name of a step has.
_IN_SENTENCE = re.compile('[如若有于持被把向,“"《]')
_LEAD = re.compile(
    r"^(?:(?:在|于|自)[^,]{0,20}?内|(?:并|再|然后|接着|最后|首先|其次|同时|随后|需要|需|应当|应该|应|要|必须|可以|可|负责|将|须|即|一次|通过[^,]{1,10}?(?:的方式|方式)|与客户进行|来|会|进行|立即|及时|尽快|马上|"
    r"做到|认真|详细|主动|高效|快速|准确|完整|全面|确实|适时|完整、准确地|的|地|予以|加以|一律)\s?)+"
)
_TAIL = re.compile(r"(?:等|上|中|给|至|的|了|工作|一下|之|以|并|和|与|及|、|或|后|时)+$")


def named(text: str, span: Span, known: Sequence[str] = ()) -> tuple[str, Span]:
    """The name, "" where the item begins with a sentence, and what is said under it. `known`: names from a list."""
    head = text[span.start : min(span.end, span.start + 100)]
    lead = len(head) - len(head.lstrip())
    for one in known:
        if head.startswith(one, lead):
            return one, Span(span.start + lead + len(one), span.end)
    found = _NAMED.match(head, lead) or _TITLE_LINE.match(head, lead)
    if found and not found["name"].startswith("为") and not begins_with_subject(found["name"]):
        end = span.start + (found.end("name") if _names_units(head, found.end("name")) else found.end())
        return _bare(found["name"]), Span(min(end, span.end), span.end)
    cut = glued_title(head[lead:].partition("\n")[0]) or _glued(head[lead:])
    if cut:
        return head[lead : lead + cut], Span(span.start + lead + cut, span.end)
    return "", Span(span.start + lead, span.end)


def glued_title(words: str) -> int:
    """The length of a title that its first sentence follows with nothing between: `…流程图售后服务流程是…`; else 0."""
    found = TITLE.match(words)
    if found is None or found.end() < 6 or found.end() >= len(words) or NO_TITLE.match(words):
        return 0
    rest = words[found.end() :]
    if _GOES_ON.match(rest):
        return 0
    return found.end() if _SENTENCE.match(rest) or rest.startswith(words[:2]) or UNITS.match(rest) else 0


def _names_units(head: str, at: int) -> bool:
    """Brackets behind a name that say who is responsible belong to what is said."""
    return bool(UNIT_NAMED.search(head, at, at + 40))


def _bare(name: str) -> str:
    return _UNIT_IN_TITLE.sub("", name).strip()


def _glued(head: str) -> int:
    """The length of a name that stands before its sentence with nothing between; 0 if there is none."""
    if NO_SUBJECT.match(head) or begins_with_subject(head):
        return 0
    ends = [found.end() for found in _NOUN_END.finditer(head, 0, 14) if _ends_name(head, found.end())]
    return max(ends, default=0)


def begins_with_subject(words: str) -> bool:
    """Whether a sentence begins here, with who does it: `客服主管对…`."""
    unit = UNITS.match(words)
    return unit is not None and not VERB.match(words) and bool(AFTER_SUBJECT.match(words[unit.end() :]))


def _ends_name(head: str, at: int) -> bool:
    rest = head[at:]
    if at < 2 or len(rest) < 6 or _IN_SENTENCE.search(head[:at]) or _NO_NAME_BEFORE.match(rest):
        return False
    unit = UNITS.match(rest)
    if unit and (VERB.match(rest) or _is_part_of_word(head, at)):
        return False
    return bool(_BEGINS.match(rest) or (unit and unit.end() <= 12) or rest.startswith(head[:3]) or VERB.match(rest))


def _is_part_of_word(head: str, at: int) -> bool:
    return head[at : at + 2] in ("人员", "部门", "中心", "团队", "单位", "主管", "经理")


def short_name(text: str, span: Span) -> str:
    """A name from the first clause that says what is done, at most twelve characters; "" if there is none."""
    for clause in clauses(text, span):
        words = without_brackets(text[clause.start : clause.end]).replace(LOST, "")
        verb = _verb(words)
        if verb is not None:
            return shortened(words[verb:])
    return ""


def _verb(words: str) -> int | None:
    """Where the doing begins in a clause that is no mere setting (`在…时`, `…后`)."""
    if re.search(r"(?:时|后|前|的情况|情况下|同时|之后)$|^在.*[上中内下]$", words) or re.match(
        r"(?:如|若|凡|当|为了|以便|确保|避免|以确保|从而)", words
    ):
        return None
    unit = UNITS.match(words)
    begin = unit.end() if unit and unit.end() < len(words) and not NO_SUBJECT.match(words) else 0
    setting = _SETTING.match(words, begin)
    if setting and VERB.search(words, setting.end()):
        begin = setting.end()
    basis = _BASIS.match(words, begin)
    if basis and VERB.search(words, basis.end()):
        begin = basis.end()
    aim = re.match(r"(?:将|把|对)[^,]{1,9}?(?=进行|做出|作出)", words[begin:])
    verb = VERB.search(words, begin)
    if verb is None:
        return None
    if aim:
        return begin
    lead = re.match(r"(?:向|对|通过|请|经|由)", words[begin:])
    return begin if lead and verb.start() - begin < 9 else verb.start()


def shortened(words: str) -> str:
    """At most twelve characters, cut where a word ends as far as one can tell."""
    bare = _LEAD.sub("", words.strip(' 、,:;“”"')) or words.strip()
    paper = _PAPER.match(bare)
    if paper:
        return f"{paper['verb']}{paper['name']}"
    if len(bare) > 12:
        cut = max((bare.rfind(mark, 4, 13) for mark in "、和与及并,以至到的"), default=-1)
        bare = bare[: cut if cut >= 4 else 12]
    return _TAIL.sub("", bare) or bare
