"""Words for people: punctuation as Chinese texts have it, and the questions."""

import re
from collections.abc import Mapping
from typing import Final

from bihuan.bpmn.model import Text

_HAN = "[\u3400-\u9fff〔〕》」』”’]"
_WIDE: Final[Mapping[str, str]] = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？", "(": "（", ")": "）"}
_MARK = re.compile(rf"(?<={_HAN})[,;:!?()]|[,;:!?()](?=[\u3400-\u9fff〔《「『“‘])|(?<=[(（\dA-Za-z])\)(?=[,。;:]|$)")
_LONGEST: Final = 2_000

QUESTIONS: Final = {
    "unit_unknown": ("由谁负责？原文没有说。", "Who is responsible? The text does not say."),
    "limit_without_calendar": (
        "“{words}”按工作时间还是自然时间计算？原文没有说。",
        "Is “{words}” working time or clock time? The text does not say.",
    ),
    "limit_without_anchor": (
        "“{words}”从什么时候算起？原文没有说，暂从到达这一步算起。",
        "From when does “{words}” run? The text does not say; for now from when this step is reached.",
    ),
    "anchor_unclear": (
        "“{words}”是哪一步之后？暂从到达这一步算起。",
        "Which step is “{words}”? For now the time runs from when this step is reached.",
    ),
    "several_limits": (
        "这一步还有时限“{words}”，请拆分步骤。",
        "There is another limit here, “{words}”: split the step.",
    ),
    "condition_without_else": (
        "不满足“{words}”时怎么办？原文没有说，暂时直接往下走。",
        "What if “{words}” does not hold? The text does not say; for now the flow just goes on.",
    ),
    "choice_by_kind": (
        "以下哪一类？判断的标准原文没有说：{words}",
        "Which kind is it? The text gives no criterion: {words}",
    ),
    "loop_without_bound": (
        "“{words}”最多重来几次？原文没有说。",
        "How often at most is “{words}” done again? The text does not say.",
    ),
    "loop_target_unclear": ("“{words}”回到哪一步？", "To which step does “{words}” go back?"),
    "place_unclear": (
        "“{words}”在哪一步判断？原文没有说。",
        "At which step is “{words}” decided? The text does not say.",
    ),
    "at_the_same_time": (
        "“{words}”要同时做，不耽误主线。暂时这样画，对吗？",
        "“{words}” is to be done at the same time without holding up the rest. Is it drawn right?",
    ),
    "schedule": (
        "“{words}”是定期做的，不是每件都做。要另立流程吗？",
        "“{words}” is done regularly, not for each case. A flow of its own?",
    ),
    "form_known": (
        "《{words}》与系统里的表单同名，用系统里的吗？",
        "“{words}” has the name of a form here. Use that one?",
    ),
    "form_guessed": ("《{words}》像是系统里的表单，是同一张吗？", "“{words}” looks like a form here. Is it the same?"),
    "text_lost": ("原文在这里有缺损，请补全。", "Something is lost here in the text: complete it."),
    "steps_left_out": ("步骤太多，只画了前 {words} 步。", "Too many steps: only the first {words} are drawn."),
}


def shown(text: str) -> str:
    """The words as people read them: at most two thousand characters, wide punctuation beside Chinese characters."""
    return _MARK.sub(lambda found: _WIDE[found.group()], text[:_LONGEST].strip())


def question(kind: str, words: str = "") -> Text:
    """The sentence that asks it."""
    zh, en = QUESTIONS[kind]
    return Text(zh.replace("{words}", shown(words)), en.replace("{words}", shown(words)))
