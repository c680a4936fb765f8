"""HTML that would cost a parser minutes or gigabytes, recognised before it is parsed.

The rules of HTML make nesting expensive, and repeat every formatting element that was left open in each following
block: a few kilobytes can become millions of elements. Counting tags is cheap and never wrong by much.
"""

import html
import re

DEEPEST = 3_000
MOST_TAGS = 100_000
MOST_WORK = 3_000_000
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_FORMATTING = frozenset(
    {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
)
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
_CLOSE_THEMSELVES = frozenset(
    {"colgroup", "dd", "dt", "li", "option", "p", "tbody", "td", "tfoot", "th", "thead", "tr"}
)
_LINE_TAGS = re.compile(r"<(?:/?(?:p|div|tr|li|h[1-6]|table|blockquote|pre)|br|hr)\b[^<>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_SILENT = re.compile(r"<(script|style|title|template|noscript)\b", re.IGNORECASE)


def is_tangled(source: str) -> bool:
    """Whether parsing would be out of proportion to the size."""
    depth = formatting = work = 0
    for number, match in enumerate(_TAG.finditer(source)):
        closing, tag = match.group(1) == "/", match.group(2).lower()
        if tag in _FORMATTING:
            formatting = max(0, formatting - 1) if closing else formatting + 1
        elif tag not in _VOID:
            work += formatting
            if tag not in _CLOSE_THEMSELVES:
                depth = max(0, depth - 1) if closing else depth + 1
        if depth + formatting > DEEPEST or work > MOST_WORK or number > MOST_TAGS:
            return True
    return False


def crude_text(source: str) -> str:
    """The text of HTML that is too tangled to be parsed: tags cut out, line ends at blocks."""
    bare = _LINE_TAGS.sub("\n", _without_silent(source))
    text = html.unescape(_ANY_TAG.sub("", bare)).replace("\xa0", " ")
    return re.sub(r"\n\s*\n\s*", "\n\n", text).strip()


def _without_silent(source: str) -> str:
    """Leaves out elements whose content nobody sees; one that never ends reaches to the end."""
    kept: list[str] = []
    at = 0
    while (match := _SILENT.search(source, at)) is not None:
        kept.append(source[at : match.start()])
        end = _ENDS[match.group(1).lower()].search(source, match.end())
        if end is None:
            return "".join(kept)
        at = end.start()
    return "".join([*kept, source[at:]])


_ENDS = {tag: re.compile(f"</{tag}", re.IGNORECASE) for tag in ("script", "style", "title", "template", "noscript")}
