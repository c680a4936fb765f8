"""Other people's HTML, made harmless (mail bodies, articles)."""

import re
from collections.abc import Mapping, Sequence
from html import unescape

import nh3
from markupsafe import Markup, escape

_TAGS = {
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "dd",
    "del",
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
    "ins",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"alt", "title", "width", "height", "data-cid", "data-remote-src"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
    "abbr": {"title"},
}


def safe_html(value: str) -> Markup:
    """Keeps text and plain structure; drops script, style, forms, frames and every image source.

    Pictures lose their address, so that reading a message never calls the sender's server. Links open apart and
    carry no referrer; only http, https, mailto and tel survive.
    """
    return Markup(  # noqa: S704 - cleaned right here
        nh3.clean(
            value,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel="noopener noreferrer nofollow",
            strip_comments=True,
            set_tag_attribute_values={"a": {"target": "_blank"}},
            clean_content_tags={"script", "style", "title"},
        )
    )


_IN_MAIL = re.compile(r' data-cid="([^"]*)"')
_ELSEWHERE = re.compile(r' data-remote-src="([^"]*)"')


def remote_sources(html: str) -> list[str]:
    """The addresses of the pictures of a stored message that are not in it, in their order."""
    return [unescape(found) for found in _ELSEWHERE.findall(safe_html(html))]


def mail_html(html: str, *, inline: Mapping[str, str], remote: Sequence[str] = ()) -> Markup:
    """A stored message with its pictures: those that came with it from ``inline`` (name in lower case → address), those
    from elsewhere from ``remote``, by their number. Pictures without an address stay as their words."""
    left = iter(remote)

    def here(found: re.Match[str]) -> str:
        address = inline.get(unescape(found[1]).lower())
        return f' src="{escape(address)}"' if address else found[0]

    def from_elsewhere(found: re.Match[str]) -> str:
        address = next(left, None)
        return f' src="{escape(address)}"' if address else found[0]

    # nh3 has written every attribute anew, in double quotes and escaped; so nothing of the sender's can look like one.
    text = _ELSEWHERE.sub(from_elsewhere, _IN_MAIL.sub(here, safe_html(html)))
    return Markup(text)  # noqa: S704 - cleaned by safe_html; only our own addresses were added
