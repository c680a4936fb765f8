"""A mail's HTML made fit to be shown (correctness 124): an allow-list, no scripts, nothing fetched from elsewhere.

It is still shown in a sandboxed frame under a strict policy; this is the first of the walls, not the only one.
"""

import html as entities
import re
import secrets
from collections.abc import Callable, Mapping

import nh3

from bihuan.channels.kinds.email.html_guard import crude_text, is_tangled
from bihuan.channels.kinds.email.html_text import LONGEST_HTML

_TAGS = frozenset(
    {
        "a",
        "abbr",
        "address",
        "article",
        "aside",
        "b",
        "bdi",
        "bdo",
        "big",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "font",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "main",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr",
    }
)
_GONE = frozenset(
    {
        "applet",
        "audio",
        "base",
        "button",
        "canvas",
        "embed",
        "frame",
        "frameset",
        "iframe",
        "link",
        "math",
        "meta",
        "noscript",
        "object",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
        "video",
    }
)
_SIZED = frozenset({"width", "height"})
_CELL = frozenset({"align", "valign", "bgcolor", "colspan", "rowspan", "width", "height", "style"})
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"style", "dir", "lang", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "table": {"border", "cellpadding", "cellspacing", "width", "align", "bgcolor"},
    "td": set(_CELL),
    "th": set(_CELL),
    "tr": {"align", "valign", "bgcolor"},
    "col": {"width", "span"},
    "font": {"color", "size", "face"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "p": {"align"},
    "div": {"align"},
    "hr": {"width", "size"},
}
_NUMBERS = _SIZED | {"colspan", "rowspan", "span", "border", "cellpadding", "cellspacing", "start", "size"}
_NUMBER = re.compile(r"[+-]?\d{1,4}(?:px|%)?")
_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_PROPERTIES = frozenset(
    {
        "background-color",
        "border",
        "border-bottom",
        "border-collapse",
        "border-color",
        "border-left",
        "border-right",
        "border-spacing",
        "border-style",
        "border-top",
        "border-width",
        "color",
        "direction",
        "font",
        "font-family",
        "font-size",
        "font-style",
        "font-variant",
        "font-weight",
        "height",
        "letter-spacing",
        "line-height",
        "list-style-type",
        "margin",
        "margin-bottom",
        "margin-left",
        "margin-right",
        "margin-top",
        "max-width",
        "overflow-wrap",
        "padding",
        "padding-bottom",
        "padding-left",
        "padding-right",
        "padding-top",
        "table-layout",
        "text-align",
        "text-decoration",
        "text-indent",
        "text-transform",
        "vertical-align",
        "white-space",
        "width",
        "word-break",
        "word-spacing",
        "word-wrap",
    }
)
# No backslashes (CSS escapes), no comments, no functions but colours; no minus in margins (text over other text).
_PLAIN = re.compile(r"(?:[\w\s#%.,'\"+!-]|(?:rgb|rgba|hsl|hsla)\([\d\s.,%/]{1,60}\))*", re.IGNORECASE)


def clean_html(html: str, *, inline: Mapping[str, str] | None = None) -> str:
    """HTML of a mail that may be shown.

    Pictures from elsewhere lose their ``src``, which moves to ``data-remote-src``: nothing is fetched before the
    reader asks. Pictures in the mail (``cid:…``) get the address that ``inline`` has for them, or ``data-cid``. Links
    keep http, https, mailto and tel only and open apart. HTML that would cost too much is shown as its text.
    """
    html = html[:LONGEST_HTML].replace("\x00", "")
    if is_tangled(html):
        return f"<pre>{entities.escape(crude_text(html))}</pre>"
    mark = f"hold-{secrets.token_hex(8)}:"
    cleaned = nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_GONE),
        attributes=_ATTRIBUTES,
        strip_comments=True,
        attribute_filter=_filter(mark, {key.lower(): address for key, address in (inline or {}).items()}),
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        url_relative="deny",
    )
    for held, attribute in (("remote", "data-remote-src"), ("cid", "data-cid"), ("here", "src")):
        cleaned = cleaned.replace(f'src="{mark}{held}:', f'{attribute}="')
    return cleaned


def remote_images(cleaned: str) -> int:
    """How many pictures of a cleaned mail wait elsewhere."""
    return cleaned.count(' data-remote-src="')


def _filter(mark: str, inline: Mapping[str, str]) -> Callable[[str, str, str], str | None]:
    def keep(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "style":
            return safe_style(value) or None
        if attribute == "href":
            return value if _LINK.match(value.strip()) else None
        if attribute == "src":
            return _picture(value.strip(), mark, inline)
        if attribute in _NUMBERS and tag != "font":
            return value if _NUMBER.fullmatch(value.strip()) else None
        return value[:1_000]

    return keep


def _picture(source: str, mark: str, inline: Mapping[str, str]) -> str | None:
    if source.lower().startswith("cid:"):
        cid = source[4:].strip("<>")
        known = inline.get(cid.lower())
        return f"{mark}here:{known}" if known else f"{mark}cid:{cid}"
    return f"{mark}remote:{source}" if re.match(r"https?://", source, re.IGNORECASE) else None


def safe_style(style: str) -> str:
    """The declarations of a style that only change how text looks in its place; '' when none is left."""
    kept: list[str] = []
    for declaration in style[:4_000].split(";"):
        name, colon, value = declaration.partition(":")
        name, value = name.strip().lower(), value.strip()
        if not colon or name not in _PROPERTIES or not _PLAIN.fullmatch(value):
            continue
        if name.startswith("margin") and "-" in value or name == "text-indent" and "-" in value:
            continue
        kept.append(f"{name}: {value}")
    return "; ".join(kept)
