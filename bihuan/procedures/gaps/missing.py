"""Ways that a text leaves out: it speaks of a thing that can fail and never of what happens then (G2, G5, G6, G7, G8)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bihuan.bpmn.model import Text
from bihuan.procedures.gaps.model import Gap
from bihuan.procedures.model import Cleaned, Span
from bihuan.procedures.understanding.model import Procedure, Step


@dataclass(frozen=True, slots=True)
class _Way:
    """Where `spoken` stands in the steps and `answered` nowhere in the procedure, `message` is true."""

    kind: str
    spoken: re.Pattern[str]
    answered: re.Pattern[str]
    message: Text


def _way(kind: str, spoken: str, answered: str, zh: str, en: str) -> _Way:
    return _Way(kind, re.compile(spoken), re.compile(answered), Text(zh, en))


_WAYS: Final = (
    _way(
        "no_reject",
        r"审批|批准|核准|审核",
        r"不同意|驳回|退回|未通过|不通过|拒绝|否决|不批准|未批准|不予批准",
        "有审批，没有说不同意时怎么办。",
        "There is an approval, but nothing is said of a refusal.",
    ),
    _way(
        "no_unreachable",
        r"联系客户|回访|致电|拨打|告知客户|通知客户",
        r"联系不上|无法联系|未接通|无人接听|未能联系|拒接|联系不到|多次联系",
        "要联系客户，没有说联系不上时怎么办。",
        "The customer is contacted, but nothing is said of a customer who cannot be reached.",
    ),
    _way(
        "no_not_authentic",
        r"真实性|核实|查证|属实",
        r"不属实|不真实|虚假|失实|无法核实|与事实不符",
        "要核实，没有说情况不属实时怎么办。",
        "Facts are verified, but nothing is said of a report that is not true.",
    ),
    _way(
        "no_unsolvable",
        r"解决方案|解决问题|方案设计|制定[^。;,]{0,8}方案|处理维修|维修",
        r"无法解决|不能解决|未能解决|解决不了|无法处理|不能处理|无法修复|不能修复|不予处理",
        "没有说问题解决不了时怎么办。",
        "Nothing is said of a problem that cannot be solved.",
    ),
    _way(
        "no_withdrawal",
        r"客户[^。;,]{0,8}(?:提交|投诉|反馈|申请|问题)|受理|接收反馈",
        r"撤销|撤回|撤诉|取消|放弃",
        "没有说客户撤回时怎么办。",
        "Nothing is said of a customer who withdraws.",
    ),
    _way(
        "no_duplicate",
        r"登记|受理|记录[^。;,]{0,8}(?:问题|投诉|反馈)",
        r"重复(?:来件|投诉|提交|受理|登记|反馈|工单|报修|来电)|合并|同一(?:问题|事项|投诉)|已受理过",
        "没有说同一件事重复提出时怎么办。",
        "Nothing is said of a case that is reported twice.",
    ),
    _way(
        "no_parts",
        r"零件|备件|配件",
        r"缺件|缺货|无货|没有(?:零|备|配)件|待料|等料|采购|库存不足",
        "要用备件，没有说缺件时怎么办。",
        "Parts are needed, but nothing is said of missing ones.",
    ),
    _way(
        "no_show",
        r"预约|上门",
        r"改约|失约|未到|爽约|无人在家|不在家|另约|重新预约|改期",
        "要预约上门，没有说客户或人员未到时怎么办。",
        "A visit is agreed, but nothing is said of somebody who is not there.",
    ),
    _way(
        "no_quotation",
        r"收费|报价|缴费|处理维修|上门维修",
        r"报价|不同意[^。;,]{0,6}(?:费用|价格|维修)|拒绝[^。;,]{0,6}(?:付|报价|维修|缴)|放弃维修|费用异议",
        "涉及费用，没有说客户不接受费用时怎么办。",
        "Money is asked for, but nothing is said of a customer who declines.",
    ),
    _way(
        "no_return",
        r"携回|带回[^。;,]{0,6}(?:修|维)|返厂|寄修",
        r"送回|归还|领回|返还|取回|送还|寄回",
        "商品带回修理，没有归还的步骤。",
        "Goods are taken away for repair, but no step gives them back.",
    ),
    _way(
        "no_leftover",
        r"遗留问题",
        r"遗留问题[^。;]{0,12}(?:处理|整改|跟踪|解决|登记|移交|上报)",
        "提到遗留问题，没有说由谁、怎么处理。",
        "Leftover issues are mentioned, but not who deals with them and how.",
    ),
    _way(
        "no_refund",
        r"缴费|付款|收费",
        r"退费|退款|退还|不予收费",
        "要收费，没有退费的办法。",
        "Money is taken, but there is no way to give it back.",
    ),
    _way(
        "no_consent",
        r"人脸|指纹|病史|病历|身份证|银行卡|健康档案",
        r"同意|授权|告知书|隐私|知情",
        "收集敏感个人信息，没有征得同意的步骤。",
        "Sensitive personal data are taken, but no step asks for consent.",
    ),
)
_VAGUE_TIME = re.compile(r"下次[^。;,]{0,4}(?:回复|答复|联系)[^。;,]{0,3}时间|另行(?:通知|安排|约定)|择日|适时")
_GRADED = re.compile(
    r"(?P<term>(?:重大|严重|紧急|特殊|疑难|高风险|较低|较高|大额|小额|特急)(?:客户)?(?:投诉|问题|事件|情况|事故|问题的|者)?)"
)
_DEFINED = re.compile(r"是指|指的是|指:|标准|包括|包含|下列|以下|如下|判定|界定|达到|以上|超过|(?<![比例])\(如|=")
_LEAST_TERM: Final = 3
_PAYS = re.compile(r"缴费|付款|收费|付费")
_SEES = re.compile(r"问诊|诊断|会诊|检查|看诊|亲诊|接诊")


def missing_ways(cleaned: Cleaned, procedure: Procedure, draft: int, ids: Sequence[str]) -> Iterator[Gap]:
    """Each way once for a procedure; bare rows of names say too little to be asked."""
    if procedure.from_list:
        return
    whole = cleaned.text[procedure.steps[0].span.start : procedure.span.end]
    for way in _WAYS:
        found = _first(cleaned.text, procedure, way.spoken)
        if found is not None and not way.answered.search(whole):
            at, span = found
            yield Gap(way.kind, draft, (ids[at],) if at < len(ids) else (), span, way.message)
    yield from _vague(cleaned.text, procedure, draft, ids)
    yield from _undefined(cleaned.text, procedure, draft, ids)
    yield from _payment_first(procedure, draft, ids)


def _first(text: str, procedure: Procedure, words: re.Pattern[str]) -> tuple[int, Span] | None:
    for at, step in enumerate(procedure.steps):
        found = words.search(text, *step.span)
        if found:
            return at, Span(*found.span())
    return None


def _vague(text: str, procedure: Procedure, draft: int, ids: Sequence[str]) -> Iterator[Gap]:
    for at, step in enumerate(procedure.steps):
        for found in _VAGUE_TIME.finditer(text, *step.span):
            zh = f"“{found.group()}”没有最长期限。"
            en = f"“{found.group()}” has no latest time."
            yield Gap(
                "time_without_maximum", draft, (ids[at],) if at < len(ids) else (), Span(*found.span()), Text(zh, en)
            )


def _undefined(text: str, procedure: Procedure, draft: int, ids: Sequence[str]) -> Iterator[Gap]:
    seen: set[str] = set()
    for at, step in enumerate(procedure.steps):
        for found in _GRADED.finditer(text, *step.span):
            term = found["term"]
            if term in seen or len(term) < _LEAST_TERM:
                continue
            seen.add(term)
            if _is_defined(text, procedure, term):
                continue
            zh = f"“{term}”没有标准：怎样才算，原文没有说。"
            en = f"“{term}” is not defined: the text gives no criterion."
            yield Gap("term_undefined", draft, (ids[at],) if at < len(ids) else (), Span(*found.span()), Text(zh, en))


def _is_defined(text: str, procedure: Procedure, term: str) -> bool:
    """Whether a criterion stands near the term, or near the word for its grade."""
    grade = re.escape(term[:2])
    return any(
        _DEFINED.search(text, max(procedure.span.start, found.start() - 20), min(procedure.span.end, found.end() + 24))
        for found in re.compile(f"{grade}(?:程度)?").finditer(text, *procedure.span)
    )


def _payment_first(procedure: Procedure, draft: int, ids: Sequence[str]) -> Iterator[Gap]:
    names = [step.name for step in procedure.steps]
    pays = next((at for at, name in enumerate(names) if _PAYS.search(name)), None)
    sees = next((at for at, name in enumerate(names) if _SEES.search(name)), None)
    if pays is None or sees is None or pays > sees:
        return
    step: Step = procedure.steps[pays]
    zh = f"“{names[pays]}”在“{names[sees]}”之前：还不知道要做什么就先付费。"
    en = f"“{names[pays]}” comes before “{names[sees]}”: money is taken before it is known what for."
    yield Gap("payment_first", draft, tuple(ids[at] for at in (pays, sees) if at < len(ids)), step.span, Text(zh, en))
