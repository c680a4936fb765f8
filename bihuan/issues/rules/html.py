"""HTML of strangers, made harmless before it is stored (correctness 124)."""

import re

import nh3

_TAGS = {
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
}
_ATTRIBUTES = {
    "a": {"href"},
    "td": {"colspan", "rowspan"},
    "img": {"alt", "width", "height", "data-cid", "data-remote-src"},
}
# nh3 writes every tag anew, with its attributes in double quotes and theirs escaped.
_PICTURE = re.compile(r'<img((?: [a-z-]+="[^"]*")*)>')
_PLACED = re.compile(r' data-(?:cid|remote-src)="')
_MOST = 400_000


def clean_html(html: str) -> str:
    """Allow-list of tags, no styles, no images from afar, links only to web and mail. What a mail shows in place keeps its
    name (``data-cid``), what it would fetch keeps its address (``data-remote-src``): whoever looks decides."""
    if not html:
        return ""
    cleaned = nh3.clean(
        html[:_MOST].replace("\x00", ""),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return _PICTURE.sub(lambda found: found[0] if _PLACED.search(found[1]) else "", cleaned)
