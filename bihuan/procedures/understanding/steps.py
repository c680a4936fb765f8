"""From an item to a step: everything that its words say."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise
from typing import Final

from bihuan.procedures.model import Span
from bihuan.procedures.understanding.conditions import conditions
from bihuan.procedures.understanding.lexicon import KINDS_FOLLOW, UNIT, VERB
from bihuan.procedures.understanding.limits import limits, schedules
from bihuan.procedures.understanding.model import Fact, Step
from bihuan.procedures.understanding.naming import named, short_name, shortened
from bihuan.procedures.understanding.outline import Item
from bihuan.procedures.understanding.papers import fields, papers
from bihuan.procedures.understanding.sentences import clauses, sentences, stripped
from bihuan.procedures.understanding.units import stated_units, subjects

_OUTPUT: Final = "输出成果|输出物|输出|成果|产出|交付物|交付成果|表单|使用表单|相关表单|记录表单"
_LABELS: Final = (
    ("output", re.compile(rf"(?:{_OUTPUT})$")),
    ("unit", re.compile(r"责任(?:主体|单元|单位|部门|岗位|人)$|负责人$|负责部门$|执行人$|经办人$")),
    ("limit", re.compile(r"(?:办理|完成|处理|审批|响应)?(?:时限|期限|时间要求)$")),
    ("caution", re.compile(r"注意(?:事项)?$|(?:温馨)?提示$|禁止(?:事项)?$|要求$|动作标准$")),
    ("method", re.compile(r"(?:操作|工作)?方法$|操作说明$|操作要点$|工作内容$|作业内容$")),
    (
        "aside",
        re.compile(r"关键动作$|主要动作$|动作$|目的$|适用范围$|范围$|定义$|依据$|术语$|备注$|说明$|背景$|回访内容$"),
    ),
)
_CAUTION = re.compile(r"注意|不得|严禁|禁止|切忌|不能(?!解决|处理|准确|提供)|不准|不可|避免|务必|慎|更不")
_CHANNEL = re.compile(
    r"电话热线|热线电话|客服电话|电话|电子邮件|邮件|邮箱|在线客服|在线聊天|在线咨询|社交媒体|微信|短信|来访|来信|传真|网站|小程序|APP|营业厅|上门"
)
_METHOD = re.compile(
    r"[“\"]?(?:5\s?Why|5W2H|8D|PDCA|鱼骨图|头脑风暴|因果图|[\u4e00-\u9fff]{2,6}分析法)(?:分析法)?[”\"]?", re.IGNORECASE
)
_MEETING = re.compile(r"[\u4e00-\u9fff]{0,8}?(?:分析会|复盘会|评审会|例会|会议|碰头会|协调会)")
_EVALUATION = re.compile(r"满意度(?!.{0,4}变化)|满意程度|评价|打分|评分|[1-9]-[1-9]0?分")
_EVIDENCE = re.compile(r"(?:必须|须|应|凭|持|加盖|附)[^,。;]{0,10}(?:公章|印章|签字|签名|凭证|收据|照片|截图|证明)")
_WORD = re.compile(r"[^\W_]")
_NEAR: Final = 14
_APPROVED_BY = re.compile(
    rf"[,;](?:并)?(?:报请|报送|报|提交|送交|送|呈报|呈)(?P<who>{UNIT.pattern})(?=(?:进行)?(?:审批|批准|审核|核准|审定))"
)
_SHORT: Final = 16
# `报修:用户通过小程序…`; aims and definitions have names too.
_HAS_NAME = re.compile(r"(?!目的|范围|适用|定义|依据|原则|职责|权责|附则|总则|术语)[\u4e00-\u9fff]{2,8}:")
_MOST_FACTS: Final = 20
_MOST_CONDITIONS: Final = 6
MOST_FIELDS: Final = 60
"""What one step may say; a step that says more is no step but a text, and a chart of it would help nobody."""
_RULE = re.compile(
    r"^(?:为(?:了)?[^。]{0,60}(?:特|订|制)[定立]|本(?:办法|制度|规定|程序|流程|规范)|适用|各(?:单位|部门)[^。]{0,40}(?:依|按)|有关[^。]{0,30}如下|"
    r"[^。,;]{2,24}为[^。,;]{2,20}单位|[^。]{0,40}(?:分为|分成)下列|负责)"
)


def is_label(text: str, item: Item) -> str:
    """What a line `name:` is about, if it is no step: output, unit, limit, caution, method, aside; else ""."""
    if item.kind != "label":
        return ""
    name = text[item.head.start : item.head.end].partition(":")[0].strip()
    return next((kind for kind, words in _LABELS if words.match(name)), "")


def is_step(text: str, item: Item) -> bool:
    """Whether an item says that something is done; purposes, rules of scope and lists of kinds do not."""
    words = text[item.body.start : min(item.end, item.body.start + 400)].strip()
    if not _WORD.search(words) or _RULE.match(words) or words.count("→") > 1:
        return False
    return VERB.search(words) is not None or len(words) <= _SHORT or bool(_HAS_NAME.match(words))


def step_of(text: str, item: Item, known: Sequence[str] = ()) -> Step | None:
    """The step, with what its lines `name:` say; None where nothing is done."""
    if not is_step(text, item):
        return None
    name, words = named(text, item.body, known)
    own = stripped(text, Span(words.start, max(words.start, item.body.end))) or Span(words.start, words.start)
    labels = [(kind, one) for one in item.items if (kind := is_label(text, one))]
    title = name or short_name(text, own) or shortened(text[own.start : own.end].partition("。")[0][:40])
    if not title:
        return None
    step = said(text, Step(title, Span(item.head.start, item.end), text[own.start : own.end], bool(name)), own)
    for kind, one in labels:
        step = _labelled(text, step, kind, one.body)
    inner = [one for one in item.items if not is_label(text, one)]
    if inner and KINDS_FOLLOW.search(text[own.start : own.end]):
        choices = tuple(made for one in inner if (made := step_of(text, one)) is not None)
        return replace(step, choices=choices)
    return step


def handed_over(text: str, step: Step) -> list[Step]:
    """The parts of a step that different units do one after the other; the step alone if there is only one."""
    if step.choices or not step.text:
        return [step]
    span = Span(text.find(step.text, step.span.start), 0)
    span = Span(span.start, span.start + len(step.text))
    cuts = _cuts(text, step, span) if span.start >= 0 else []
    if not cuts:
        return [step]
    bounds = [span.start, *cuts, span.end]
    made = []
    for start, end in pairwise(bounds):
        place = stripped(text, Span(start, end)) or Span(start, end)
        first = start == span.start
        name = step.name if first else _name_of_part(text, place) or step.name
        part = Step(
            name, place if not first else Span(step.span.start, place.end), "", step.named and first, step.phase
        )
        made.append(said(text, part, place))
    return [replace(made[0], units=step.units or made[0].units), *made[1:]]


def _name_of_part(text: str, place: Span) -> str:
    """A verb alone (`审批`) says too little beside other steps: with who does it."""
    name = short_name(text, place)
    unit = next(subjects(text, place), None) if 0 < len(name) <= 2 else None
    return f"{unit.text}{name}" if unit is not None else name


def _cuts(text: str, step: Step, span: Span) -> list[int]:
    """Where a sentence begins that another unit does: of a step with a name only if it has a limit or register too."""
    cuts: list[int] = []
    last = ""
    for one in sentences(text, span):
        unit = next(subjects(text, one), None)
        cuts += _approvals(text, one)
        if unit is None or unit.text == last:
            continue
        apart = not step.named or any(limits(text, one)) or any(paper.number for paper in papers(text, one))
        other = last and not (last.endswith(unit.text) or unit.text.endswith(last))
        if other and apart and unit.span.start - one.start < _NEAR and not any(True for _ in conditions(text, one)):
            cuts.append(one.start)
        last = unit.text
    return sorted({*cuts})


def _approvals(text: str, sentence: Span) -> list[int]:
    """Where somebody else approves: `制定措施,报质量部审批`."""
    return [found.start("who") for found in _APPROVED_BY.finditer(text, *sentence)]


def said(text: str, step: Step, span: Span) -> Step:
    """The facts of the words in `span` on top of the step's."""
    stated, place = stated_units(text, Span(step.span.start, span.end))
    rest = Span(max(span.start, place.end), span.end) if place and place.end <= span.end else span
    units = stated or _first(subjects(text, rest))
    name = step.name
    return replace(
        step,
        text=text[rest.start : rest.end].strip(),
        units=tuple(units),
        limits=tuple(islice(limits(text, span), _MOST_FACTS)),
        conditions=tuple(islice(conditions(text, rest), _MOST_CONDITIONS)),
        papers=tuple(islice(papers(text, span), _MOST_FACTS)),
        fields=tuple(islice(fields(text, rest), MOST_FIELDS)),
        cautions=tuple(islice(_facts(text, span, _CAUTION), _MOST_FACTS)),
        channels=tuple(islice(_words(text, span, _CHANNEL), _MOST_FACTS)),
        methods=tuple(islice(_words(text, span, _METHOD), _MOST_FACTS)),
        schedules=tuple(islice(schedules(text, span), _MOST_FACTS)),
        evidence=tuple(islice(_facts(text, span, _EVIDENCE), _MOST_FACTS)),
        meeting=bool(_MEETING.search(name) or re.search(r"(?:组织|召开)[^。;]{0,16}会", text[span.start : span.end])),
        evaluation=bool(_EVALUATION.search(f"{name}。{text[span.start : span.end]}")),
    )


def _labelled(text: str, step: Step, kind: str, place: Span) -> Step:
    span = _behind_colon(text, place)
    if kind == "output":
        return replace(
            step, papers=(*step.papers, *papers(text, span, output=True)), results=(*step.results, *_whole(text, span))
        )
    if kind == "unit":
        return replace(step, units=tuple(stated_units(text, place)[0]) or step.units)
    if kind == "limit":
        found = tuple(limits(text, place)) or tuple(limits(f"{text[: place.end]}内", Span(place.start, place.end + 1)))
        return replace(step, limits=found or step.limits)
    if kind == "caution":
        return replace(step, cautions=(*step.cautions, *_whole(text, span)))
    if kind == "method":
        return _more(text, step, span)
    return step


def _more(text: str, step: Step, span: Span) -> Step:
    other = said(text, replace(step, units=()), span)
    both = f"{step.text}\n{other.text}".strip()
    return replace(
        step,
        text=both,
        units=step.units or other.units,
        limits=(*step.limits, *other.limits),
        conditions=(*step.conditions, *other.conditions),
        papers=(*step.papers, *other.papers),
        fields=(*step.fields, *other.fields),
        cautions=(*step.cautions, *other.cautions),
        channels=(*step.channels, *other.channels),
        methods=(*step.methods, *other.methods),
        schedules=(*step.schedules, *other.schedules),
    )


def _behind_colon(text: str, span: Span) -> Span:
    at = text.find(":", span.start, span.end)
    return stripped(text, Span(at + 1, span.end)) or Span(span.end, span.end)


def _whole(text: str, span: Span) -> Iterator[Fact]:
    for one in sentences(text, span):
        yield Fact(text[one.start : one.end], one)


def _facts(text: str, span: Span, words: re.Pattern[str]) -> Iterator[Fact]:
    for one in sentences(text, span):
        if words.search(text, *one):
            yield Fact(text[one.start : one.end], one)


def _words(text: str, span: Span, words: re.Pattern[str]) -> Iterator[Fact]:
    seen: set[str] = set()
    for found in words.finditer(text, *span):
        if found.group() not in seen:
            seen.add(found.group())
            yield Fact(found.group(), Span(*found.span()))


def _first(found: Iterator[Fact]) -> list[Fact]:
    """The first unit, with those in one row with it: `由工程、品保说明`."""
    kept: list[Fact] = []
    for one in found:
        if kept and one.span.start - kept[-1].span.end > 2:
            break
        kept.append(one)
    return kept


def clause_steps(text: str, span: Span) -> list[Step]:
    """One sentence that tells a flow, clause by clause: each clause that says what is done is a step."""

    made = []
    for clause in clauses(text, span):
        words = text[clause.start : clause.end]
        if VERB.search(words) is None or re.match(r"(?:以便|以|确保|避免|从而|如|若|当)", words):
            continue
        name = short_name(text, clause) or shortened(words)
        if name:
            made.append(said(text, Step(name, clause, words, False), clause))
    return made


def sentence_steps(text: str, span: Span, most: int) -> list[Step]:
    """Prose: each sentence that says what is done is a step, the first `most` of them."""
    made: list[Step] = []
    for one in sentences(text, span):
        if len(made) >= most:
            break
        name = short_name(text, one)
        if name and not re.match(r"(?:这|该|由于|因为|以上|综上|总之|但|然而)", text[one.start : one.end]):
            made.append(said(text, Step(name, one, text[one.start : one.end], False), one))
    return made
