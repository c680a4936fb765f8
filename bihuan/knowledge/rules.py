"""Keywords of archived cases."""


def keywords(*, category: str, phenomenon: str, kind: str, year: int, month: int) -> str:
    """大类-现象-文档类型-年月 (R117): 产品故障-登录异常-解决方案-2026年11月."""
    parts = [part.strip().replace("-", "–")[:60] for part in (category, phenomenon, kind)]
    return "-".join([*(part for part in parts if part), f"{year}年{month}月"])
