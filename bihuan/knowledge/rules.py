"""Keywords of archived cases."""

import re

_LONGEST = 60
_PHENOMENON = 20
_PREFIX = re.compile(r"^(?:再次[:：]|(?:re|fw|fwd|回复|答复|转发)[:：]\s*)+", re.IGNORECASE)


def _part(text: str, longest: int) -> str:
    """One part: no hyphen of its own, since hyphens part the parts."""
    return " ".join(text.replace("-", "–").split())[:longest].strip()


def keywords(*, category: str, phenomenon: str, kind: str, year: int, month: int) -> str:
    """大类-现象-文档类型-年月 (R117): 产品故障-登录异常-解决方案-2026年11月. A part that is blank is left out."""
    parts = [_part(category, _LONGEST), _part(_PREFIX.sub("", phenomenon.strip()), _PHENOMENON), _part(kind, _LONGEST)]
    return "-".join([*(part for part in parts if part), f"{year}年{month}月"])
