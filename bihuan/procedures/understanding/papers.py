"""Documents and what is filled in on them."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from bihuan.procedures.model import Span
from bihuan.procedures.understanding.model import Field, Paper
from bihuan.procedures.understanding.sentences import parts, without_brackets

FORMS: Final = {
    "F01": ("客户问题初步登记表", "客户问题登记表"),
    "F02": ("问题分析报告",),
    "F03": ("问题解决方案执行表", "解决方案执行表"),
    "F04": ("客户反馈确认表",),
    "F05": ("客服电话记录表", "客服电话记录", "电话记录表"),
    "F06": ("客户投诉处理表", "客户投诉登记表", "投诉处理单", "投诉登记表"),
    "F07": ("重大投诉报告单",),
    "F08": ("客户满意度调查表", "顾客满意度调查表"),
    "F09": ("客户满意度汇总分析表", "客户满意度汇总分析报告", "客户满意度调查汇总分析报告"),
    "F10": ("年度客户满意度调查计划",),
    "F11": ("客户拜访记录", "客户接待记录", "客户拜访/接待记录"),
    "F12": ("回访计划", "回访记录表", "回访任务清单", "回访总结", "客户回访记录"),
    "F13": ("报修登记簿",),
    "F14": ("服务派工单", "派工单"),
    "F15": ("服务凭证",),
    "F16": ("客户商品领取收据",),
    "F17": ("客户服务档案", "客户档案"),
    "F18": ("修护卡", "商品进出登记簿"),
    "F19": ("合同任务流转单",),
    "F20": ("置换台帐",),
    "F21": ("楼层位置明细表",),
    "F22": ("置换方案",),
    "F23": ("置换通气单",),
    "F24": ("样品检验记录",),
    "F25": ("8D报告", "纠正措施报告"),
    "F26": ("退货原因分析单",),
    "F27": ("会议纪要",),
    "F28": ("知识案例归档单",),
    "F29": ("文件制修订记录",),
    "F31": ("入户安检单", "隐患整改通知单"),
    "F32": ("维修物资领用单", "维修物资退料单"),
    "F33": ("收费申请单", "开票申请单"),
    "F34": ("服务质检评分表", "服务监督记录"),
    "F35": ("培训计划", "培训考核记录"),
    "F36": ("流程改进建议", "流程变更申请"),
}
SYNONYMS: Final = (
    ("台帐", "台账"),
    ("满意度", "满意程度"),
    ("客户", "顾客", "客人", "用户", "业户", "消费者"),
    ("主责部门", "牵头部门"),
    ("协责部门", "协作部门"),
)
"""Words for the same thing; the first is the one that we use."""
_ENDS: Final = "表|报告书|报告|单|簿|台帐|台账|档案|计划|记录|凭证|收据|通知书|协议书|合同|证|图|方案|清单|纪要|说明书"
_BRACKETED = re.compile(
    r"《(?P<a>[^《》\n]{2,40})》|「(?P<b>[^「」\n]{2,40})」|[“\"](?P<c>[^“”\"\n]{2,24}?(?:" + _ENDS + r"))[”\"]"
)
_METHOD = re.compile(r"鱼骨图|因果图|流程图|5\s?Why", re.IGNORECASE)
_NUMBER = re.compile(r"\s?\((?P<n>[A-Z]{1,6}-?\d{1,8}(?:-\d{1,4})?)\)")
_DOCUMENT = re.compile(rf"(?:{_ENDS})$")
_PROGRAM = re.compile(r"软件|系统|平台|办法|制度|规定|规范|标准|法$|条例|手册$")
_KNOWN = re.compile(
    "|".join(
        sorted(
            (
                name
                for names in FORMS.values()
                for name in names
                if name not in ("置换方案", "回访计划", "培训计划", "客户档案")
            ),
            key=len,
            reverse=True,
        )
    )
)
_LISTED = re.compile(
    r"(?:包括|包含|含有|内容(?:应|须)?(?:包括|包含|为)?:|明确:|如下:|载明|注明|(?:需|应|须)?(?:填写|登记|记录):)(?:如下)?[:,]?"
)
_PUT_DOWN = re.compile(
    r"(?:将|把)(?:客户的?|所有)?(?P<list>[^,。;:!?\n]{2,60}、[^,。;:!?\n]{2,40}?)(?:等)?[,]?(?:登记|记录|填写|填入|录入|同步|记入|写入)"
)
_HOLDS = re.compile(r"\s?\((?:含|包括|包含|内含)(?P<list>[^()\n]{2,120})\)")
_NOT_FIELD = re.compile(r"[。;:!?=]|环节|阶段|^(?:应|需|可以|并|或|不|便于|如|即|以)|流程|个步骤")
_TAIL = re.compile(r"(?:等(?:等|信息|内容|相关信息|详细内容)?|的相关信息|的?问题的?信息|等)$")
_LEVELS = re.compile(r"(?P<what>[^,;=()]{2,40}?)\s?=\s?(?P<level>[^,;=()]{1,6})(?=[,;)]|$)")
_LONGEST_FIELD: Final = 14
_LEAST_LIKE: Final = 0.84


def canonical(name: str) -> str:
    """The name with our words for the same thing."""
    for ours, *others in SYNONYMS[:2]:
        for other in others:
            name = name.replace(other, ours)
    return name


@lru_cache(maxsize=4096)
def code_of(name: str) -> str:
    """The code of our form of that name, or one so like it that it must be meant; "" if there is none."""
    plain = canonical(name).replace("顾客", "客户")
    best = ("", 0.0)
    for code, names in FORMS.items():
        for known in names:
            if plain == known:
                return code
            if abs(len(plain) - len(known)) <= 3 and min(len(plain), len(known)) >= 5:
                best = max(best, (code, SequenceMatcher(None, plain, known).ratio()), key=lambda one: one[1])
    return best[0] if best[1] >= _LEAST_LIKE else ""


def papers(text: str, span: Span, *, output: bool = False) -> Iterator[Paper]:
    """Documents named in a place: in book marks or quotes, or by the names of our forms. Each name once."""
    seen: set[str] = set()
    found = sorted([*_BRACKETED.finditer(text, *span), *_KNOWN.finditer(text, *span)], key=lambda one: one.start())
    done = -1
    for one in found:
        name = (one["a"] or one["b"] or one["c"] or "") if one.re is _BRACKETED else one.group()
        is_document = one.re is _KNOWN or (
            _DOCUMENT.search(name) and not _PROGRAM.search(name) and not _METHOD.search(name)
        )
        if one.start() < done or not is_document or name in seen:
            continue
        seen.add(name)
        done = one.end()
        given = _NUMBER.match(text, one.end(), min(span.end, one.end() + 24))
        holds = _HOLDS.match(text, given.end() if given else one.end(), span.end)
        inner = tuple(_fields(holds["list"], holds.start("list"), "")) if holds else ()
        yield Paper(name, Span(*one.span()), code_of(name), given["n"] if given else "", output, inner)


def fields(text: str, span: Span) -> Iterator[Field]:
    """What the text lists as content: `包含:客户基本信息(姓名、联系方式)、紧急程度(高/中/低)`."""
    for put in _PUT_DOWN.finditer(text, *span):
        yield from _fields(put["list"], put.start("list"), "")
    at = span.start
    while (found := _LISTED.search(text, at, span.end)) is not None:
        end = _end_of_list(text, found.end(), span.end)
        listed = list(_fields(text[found.end() : end], found.end(), ""))
        if len(listed) >= 2 and re.search("[、(,]", text[found.end() : end]):
            yield from listed
        at = max(end, found.end())


def _end_of_list(text: str, start: int, stop: int) -> int:
    depth = 0
    for at in range(start, min(stop, start + 600)):
        one = text[at]
        depth += (one == "(") - (one == ")")
        if depth <= 0 and one in "。;!?\n":
            return at
    return min(stop, start + 600)


def _fields(words: str, offset: int, group: str) -> Iterator[Field]:
    comma = "," if "、" not in without_brackets(words) else ""
    for at, part in parts(words, f"、;{comma}"):
        name, _, rest = part.partition("(")
        bare = _TAIL.sub("", name.strip(" ,:及和与").split(",")[0])
        bare = re.sub(r"^(?:以及|及|和|与)", "", bare)
        inner = rest.rsplit(")", 1)[0] if rest else ""
        span = Span(offset + at, offset + at + len(part))
        if not bare or len(bare) > _LONGEST_FIELD or _NOT_FIELD.search(bare):
            continue
        yield from _field(bare, inner, span, offset + at + len(name) + 1, group)


def _field(name: str, inner: str, span: Span, inner_at: int, group: str) -> Iterator[Field]:
    head, _, meant = inner.partition(",")
    head = _TAIL.sub("", head)
    options = tuple(one.strip() for one in head.split("/")) if "、" not in head else ()
    if len(options) >= 2 and all(0 < len(one) <= 8 for one in options) and not name.endswith("信息"):
        yield Field(name, span, group, options, _criteria(meant, options))
    elif inner and re.search(r"信息|描述|资料|情况$|内容$|方案$|资源$", name) and len(inner) > 2:
        yield from _fields(inner, inner_at, name)
    else:
        yield Field(name, span, group)


def _criteria(words: str, options: tuple[str, ...]) -> tuple[str, ...]:
    said = {one["level"].strip(): one["what"].partition(":")[2] or one["what"] for one in _LEVELS.finditer(words)}
    return tuple(said.get(one, "") for one in options) if said else ()
