"""Icons: line drawings of 20 × 20 in one sprite, coloured by the text around them."""

import re
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

from bihuan.web.ui.assets import sprite

SPRITE = Path(__file__).resolve().parent.parent / "static" / "icons.svg"


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """Names of all icons in the sprite."""
    return frozenset(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text(encoding="utf-8")))


def icon(name: str, size: str = "", label: str = "") -> Markup:
    """An icon. ``size`` is '' (20 px) or 'sm' (16 px); without ``label`` it is hidden from screen readers.

    Raises ValueError for a name that is not in the sprite, so that a misspelt one is seen when it is written.
    """
    if name not in icon_names():
        raise ValueError(f"no icon named {name!r}")
    spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    kind = f"icon {size}" if size else "icon"
    return Markup('<svg class="{}" {}><use href="{}#{}"/></svg>').format(kind, spoken, sprite(), name)
