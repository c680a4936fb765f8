"""What a customer's message means for an issue that is already closed."""

import re

from bihuan.core.text import fold

_THANKS = (
    *("谢谢", "谢了", "多谢", "感谢", "辛苦", "好的", "好", "收到", "知道了", "明白", "了解", "嗯", "可以", "没问题"),
    *("已解决", "解决了", "不客气", "再见"),
    *("thank", "thanks", "thankyou", "thx", "ok", "okay", "great", "gotit", "received", "solved", "fine"),
)
_FILL = (
    *(
        "非常",
        "十分",
        "太",
        "您",
        "你",
        "们",
        "你们",
        "大家",
        "了",
        "啦",
        "哈",
        "呀",
        "啊",
        "的",
        "真",
        "很",
        "已经",
        "都",
    ),
    *("帮忙", "处理", "支持", "及时"),
    *("again", "so", "much", "very", "you", "for", "your", "help", "all", "it", "is", "now", "works"),
    *("alot", "lots", "team", "everyone", "best", "kind", "regards", "cheers"),
)
_LONGEST = 40
_ONLY = re.compile("(?:" + "|".join(sorted(map(re.escape, (*_THANKS, *_FILL)), key=len, reverse=True)) + ")+")


def is_thanks(text: str) -> bool:
    """Whether a short message says nothing but thanks or "received": it never reopens anything (correctness 35).

    A question mark, a figure or any word that is not on the list makes it more than thanks.
    """
    plain = fold(text)
    if not plain.strip() or len(plain) > _LONGEST or "?" in plain:
        return False
    letters = "".join(c for c in plain if c.isalnum())
    return _ONLY.fullmatch(letters) is not None and any(word in letters for word in _THANKS)
