"""The words of the decision tables' script. The Chinese sentence is the key; a test compares them with the script."""

from typing import Final

from django.utils.translation import gettext, gettext_noop

from bihuan.web.ui.environment import language

WORDS: Final = (
    gettext_noop("这个文件里没有能读的决策表，没有改动。"),
    gettext_noop("{who}在 {when} 改过这张决策表，您的改动还没有保存。"),
    gettext_noop("这张决策表画不出来：文件里没有决策表，或者已经损坏。可以导入一个文件来替换。"),
    gettext_noop("有空缺"),
    gettext_noop("有重叠"),
    gettext_noop("轮不到"),
    gettext_noop("永不成立"),
    gettext_noop("没查清"),
    gettext_noop("规则 {rules}"),
    gettext_noop("任何情况"),
    gettext_noop("标出来"),
    gettext_noop("试这个例子"),
    gettext_noop("流程图里没有声明变量 {name}"),
    gettext_noop("还有 {n} 条同类的没有列出"),
    gettext_noop("完整，不矛盾"),
    gettext_noop("{n} 处要改"),
    gettext_noop("是"),
    gettext_noop("否"),
    gettext_noop("没有值"),
    gettext_noop("规则 {rules} 成立 → {result}"),
    gettext_noop("没有规则成立 → {result}"),
    gettext_noop("没有结果"),
    gettext_noop("有改动"),
    gettext_noop("正在保存"),
    gettext_noop("没有保存"),
    gettext_noop("已保存 {time}"),
    gettext_noop("没有连上，正在重试"),
    gettext_noop("有冲突"),
)


def script_words() -> dict[str, str]:
    """The words in the reader's language; empty for Chinese, which the script has itself."""
    return {word: gettext(word) for word in WORDS} if language().startswith("en") else {}
