"""Charts drawn by the server, as parts of pages and as pictures of their own."""

from functools import lru_cache
from hashlib import sha256

from markupsafe import Markup

from bihuan.bpmn import ChartRefused
from bihuan.bpmn.draw import DrawMarks, draw_svg


def picture(chart: bytes, *, language: str, marks: DrawMarks | None = None) -> Markup:
    """The drawing for a page; nothing for what cannot be drawn yet."""
    try:
        drawn = draw_svg(chart, marks=marks, lang="en" if language == "en" else "zh")
    except (ChartRefused, ValueError):
        return Markup("")
    # The drawing escapes every text that comes from the chart; nothing else is in it.
    return Markup(drawn)  # noqa: S704


def fingerprint(chart: bytes) -> str:
    """A short name of the content, for addresses that may be kept for ever."""
    return sha256(chart).hexdigest()[:12]


@lru_cache(maxsize=64)
def drawing(chart: bytes, language: str) -> str:
    """The drawing as a file, kept in the process: the charts that ship do not change while it runs."""
    return draw_svg(chart, lang="en" if language == "en" else "zh")
